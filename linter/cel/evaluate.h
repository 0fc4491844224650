// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "cel/cel.h"
#include "value/value.h"

// The values that only CEL knows, and the functions of its standard library.
namespace resilint::cel {

struct Unsigned final : value::Extension {
  explicit Unsigned(std::uint64_t held) : number(held) {}
  [[nodiscard]] std::string_view type_name() const override { return "uint"; }
  std::uint64_t number;
};
struct Bytes final : value::Extension {
  explicit Bytes(std::string_view held) : bytes(held) {}
  [[nodiscard]] std::string_view type_name() const override { return "bytes"; }
  std::string_view bytes;
};
struct TypeValue final : value::Extension {
  explicit TypeValue(std::string_view held) : name(held) {}
  [[nodiscard]] std::string_view type_name() const override { return "type"; }
  std::string_view name;
};
// The outcome of an expression that went wrong; it travels as a value until something absorbs it.
struct ErrorValue final : value::Extension {
  explicit ErrorValue(std::string_view held) : message(held) {}
  [[nodiscard]] std::string_view type_name() const override { return "error"; }
  std::string_view message;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

template <typename T>
const T* extension(const value::Value& value) {
  return dynamic_cast<const T*>(value.pointer<value::Extension>());
}

value::Value error(base::Arena& arena, std::string_view message);
value::Value unsigned_integer(base::Arena& arena, std::uint64_t number);

// "int", "string", "list", … or a kind's name.
std::string_view type_name(const value::Value& value);

// Equality over all types, CEL's own included; numbers compare by value.
value::Truth equal_values(const value::Value& a, const value::Value& b);

// -1, 0 or 1; 2 when one is NaN; nothing when the types have no order.
std::optional<int> order(const value::Value& a, const value::Value& b);

// Whether the standard library has a function of this name, and its call with arguments that are
// all known. Errors come back as error values.
bool standard(std::string_view name);
value::Value call_standard(std::string_view name, base::Arena& arena,
                           std::span<const value::Value> arguments);

// The number of members: an integer, or an unknown with bounds.
value::Value size_of(const value::List& list, base::Arena& arena);

}  // namespace resilint::cel
