// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "dialect/terraform/context.h"
#include "dialect/terraform/type.h"

// Types as evaluation needs them: of values, and what several types have in common.
namespace resilint::dialect::terraform {

inline constexpr Type any_type{};
inline constexpr Type string_type{.kind = Type::Kind::string};
inline constexpr Type number_type{.kind = Type::Kind::number};
inline constexpr Type boolean_type{.kind = Type::Kind::boolean};
inline constexpr Type list_of_any{.kind = Type::Kind::list, .element = &any_type};
inline constexpr Type set_of_any{.kind = Type::Kind::set, .element = &any_type};
inline constexpr Type map_of_any{.kind = Type::Kind::map, .element = &any_type};
inline constexpr Type list_of_string{.kind = Type::Kind::list, .element = &string_type};

// `any` for what is not known and for null.
const Type* type_of(Context& context, const value::Value& value);

bool same_type(const Type& a, const Type& b);

// The one type that values of all of them become when they have to agree, as the two results of a
// conditional or the items of a list; null when there is none.
const Type* unified(Context& context, std::span<const Type* const> types);

// "a number", "a list", "null": what a message says was found.
std::string described(const value::Value& value);

// What a value and its members wait for.
const value::Undecided* waits_within(base::Arena& arena, const value::Value& value);

Outcome convert(Context& context, const value::Value& given, const Type& type);

}  // namespace resilint::dialect::terraform
