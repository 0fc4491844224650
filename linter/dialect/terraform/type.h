// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "dialect/terraform/expression.h"

namespace resilint::dialect::terraform {

// A type constraint: "string", "list(object({name = string, size = optional(number, 1)}))".
struct Type {
  enum class Kind : std::uint8_t { any, string, number, boolean, list, set, map, tuple, object };
  struct Attribute {
    std::string_view name;
    const Type* type = nullptr;
    bool optional = false;
    value::Value preset{};  // absent when there is none
  };

  Kind kind = Kind::any;
  const Type* element = nullptr;            // list, set, map
  std::span<const Type* const> elements{};  // tuple
  std::span<const Attribute> attributes{};  // object
};

// The type that an expression in a `type` argument means, or why it is none. In `arena`.
base::Result<const Type*, Refusal> read_type(const syntax::Node& expression, base::Arena& arena);

// For people, as Terraform writes it: "list of string".
std::string name(const Type& type);

// A value as a type has it: texts become numbers, tuples lists, missing optional attributes their
// defaults. Unknown values stay; parts that are unknown do, too.
Outcome convert(const value::Value& given, const Type& type, Scope& scope, base::Arena& arena);

}  // namespace resilint::dialect::terraform
