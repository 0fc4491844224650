// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "cel/cel.h"
#include "value/value.h"

// The functions of CEL's standard library, as data for the checker and the evaluator.
namespace resilint::cel {

// A set of types.
class KindSet {
 public:
  constexpr KindSet(std::initializer_list<TypeKind> kinds) {
    for (const TypeKind kind : kinds) bits_ |= bit(kind);
  }
  static constexpr KindSet any() {
    KindSet all{};
    all.bits_ = ~std::uint32_t{0};
    return all;
  }
  [[nodiscard]] constexpr bool has(TypeKind kind) const { return (bits_ & bit(kind)) != 0; }

 private:
  static constexpr std::uint32_t bit(TypeKind kind) {
    return std::uint32_t{1} << static_cast<unsigned>(kind);
  }
  std::uint32_t bits_ = 0;
};
std::string display(KindSet kinds);  // "int, uint or string"

enum class Style : std::uint8_t {
  global,  // name(a)
  member,  // a.name(b): the receiver is the first argument
  either,
};

struct Standard {
  std::string_view name;
  Style style;
  std::uint32_t arguments;  // with the receiver
  std::array<KindSet, 2> parameters;
  TypeKind result;
  // Called with known values of the types above. Errors come back as error values.
  value::Value (*call)(base::Arena& arena, std::span<const value::Value> arguments);
};

std::span<const Standard> standard_functions();  // sorted by name

// All of that name; empty when the library has none.
std::span<const Standard> standard_functions(std::string_view name);

// The one that a call with that many arguments means; null when there is none.
const Standard* standard_function(std::string_view name, bool member, std::size_t arguments);

}  // namespace resilint::cel
