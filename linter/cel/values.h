// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/arena.h"
#include "cel/cel.h"
#include "value/value.h"

// The values that only CEL knows, and how it tells, orders and names all values.
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

struct Timestamp final : value::Extension {
  Timestamp(std::int64_t since, std::int32_t fraction) : seconds(since), nanoseconds(fraction) {}
  [[nodiscard]] std::string_view type_name() const override { return "google.protobuf.Timestamp"; }
  std::int64_t seconds;      // since 1970-01-01T00:00:00Z
  std::int32_t nanoseconds;  // [0, 1'000'000'000)
};

struct Duration final : value::Extension {
  explicit Duration(std::int64_t held) : nanoseconds(held) {}
  [[nodiscard]] std::string_view type_name() const override { return "google.protobuf.Duration"; }
  std::int64_t nanoseconds;
};

// The outcome of an expression that went wrong; it travels as a value until something absorbs it.
struct ErrorValue final : value::Extension {
  ErrorValue(std::string_view held, std::uint32_t first, std::uint32_t last)
      : message(held), begin(first), end(last) {}
  [[nodiscard]] std::string_view type_name() const override { return "error"; }
  std::string_view message;
  std::uint32_t begin;
  std::uint32_t end;  // 0: the place is not known yet
};

template <typename T>
const T* extension(const value::Value& value) {
  return dynamic_cast<const T*>(value.pointer<value::Extension>());
}

// A value of one of the types above.
template <typename T, typename... Arguments>
value::Value made(base::Arena& arena, Arguments&&... arguments) {
  const value::Extension* held = arena.make<T>(std::forward<Arguments>(arguments)...);
  return value::Value(value::Value::Payload(held));
}

// An error whose place is the call that gave it. The message is not copied.
inline value::Value error(base::Arena& arena, std::string_view message) {
  return made<ErrorValue>(arena, message, std::uint32_t{0}, std::uint32_t{0});
}

// `dynamic` when nothing is known about the value.
TypeKind kind_of(const value::Value& value);

// What `type()` names: "int", "string", "list", … or an object's kind.
std::string_view type_name(const value::Value& value);

// The type that an identifier or a qualified name stands for, as type_name() spells it; empty when
// it is no type.
std::string_view named_type(std::string_view name);

// How many more steps may be taken; at 0 there are none. Bounds what lists can make of few letters.
using Budget = std::uint64_t;
// Takes steps away. False when there were not as many; then there are none left.
inline bool charge(Budget& budget, std::uint64_t steps) {
  budget = steps < budget ? budget - steps : 0;
  return budget != 0;
}

// Equality over all types, CEL's own included; numbers compare by value. Unknown when the budget
// does not suffice.
value::Truth equal_values(const value::Value& a, const value::Value& b, Budget& budget);

// Of two known values. Nothing when their types have no order; `unordered` for NaN.
std::optional<std::partial_ordering> order(const value::Value& a, const value::Value& b);

// Keys of maps are texts. Those that are no strings in CEL are encoded by bytes that no valid text
// holds. Nothing for what cannot be a key.
std::optional<std::string_view> map_key(const value::Value& key, base::Arena& arena);
value::Value key_value(std::string_view key, base::Arena& arena);
// Finds by value: 1, 1u and 1.0 are one key. Null when there is none.
const value::MapEntry* find_entry(const value::Map& map, const value::Value& key);

// What keeps a list that is not closed from being known whole: an unknown, or undecided.
value::Value doubt_of(const value::List& list, base::Arena& arena);
// Why nobody knows whether the object is one of those that are `what`: "counted", "asked for".
std::string doubt_about(const value::Object& object, std::string_view what);

// How many members there are: an integer, or an unknown with bounds.
value::Value size_of(const value::List& list, base::Arena& arena);
value::Value size_of(const value::Map& map, base::Arena& arena);

// Whether the text or the reference gets its letters only when it is deployed.
bool is_deployed(const value::Value& value);

}  // namespace resilint::cel
