// SPDX-License-Identifier: Apache-2.0
// The standard library of the language definition ("List of Standard Definitions"), but for
// timestamps and durations, which no template's attribute is.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>

#include "base/format.h"
#include "base/regex.h"
#include "base/text.h"
#include "cel/evaluate.h"

namespace resilint::cel {
namespace {

using value::Truth;
using value::Value;
using Arguments = std::span<const Value>;

constexpr double two_to_63 = 9223372036854775808.0;
constexpr double two_to_64 = 18446744073709551616.0;

Value extension_value(const value::Extension* held) { return Value(Value::Payload(held)); }

Value no_overload(base::Arena& arena, std::string_view name, Arguments arguments) {
  std::string types;
  for (const Value& argument : arguments)
    types += base::format("{}{}", types.empty() ? "" : ", ", type_name(argument));
  return error(arena, arena.copy(base::format("no such overload: {}({})", name, types)));
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Value size(base::Arena& arena, Arguments arguments) {
  const Value& of = arguments[0];
  if (const auto* text = of.get<std::string_view>())
    return Value::integer(static_cast<std::int64_t>(code_points(*text)));
  if (const auto* bytes = extension<Bytes>(of))
    return Value::integer(static_cast<std::int64_t>(bytes->bytes.size()));
  if (const auto* list = of.pointer<value::List>()) return size_of(*list, arena);
  if (const auto* map = of.pointer<value::Map>()) {
    if (map->open) return value::unknown(arena, map->open_reason);
    return Value::integer(static_cast<std::int64_t>(map->entries.size()));
  }
  return no_overload(arena, "size", arguments);
}

template <typename Test>
Value text_test(std::string_view name, base::Arena& arena, Arguments arguments, Test test) {
  const auto* text = arguments[0].get<std::string_view>();
  const auto* part = arguments[1].get<std::string_view>();
  if (text == nullptr || part == nullptr) return no_overload(arena, name, arguments);
  return Value::boolean(test(*text, *part));
}

Value contains(base::Arena& arena, Arguments arguments) {
  return text_test("contains", arena, arguments,
                   [](auto text, auto part) { return text.find(part) != std::string_view::npos; });
}
Value starts_with(base::Arena& arena, Arguments arguments) {
  return text_test("startsWith", arena, arguments,
                   [](auto text, auto part) { return text.starts_with(part); });
}
Value ends_with(base::Arena& arena, Arguments arguments) {
  return text_test("endsWith", arena, arguments,
                   [](auto text, auto part) { return text.ends_with(part); });
}

Value matches(base::Arena& arena, Arguments arguments) {
  const auto* text = arguments[0].get<std::string_view>();
  const auto* pattern = arguments[1].get<std::string_view>();
  if (text == nullptr || pattern == nullptr) return no_overload(arena, "matches", arguments);
  // Rules match the same few patterns again and again; compiling costs far more than matching.
  thread_local std::unordered_map<std::string, base::Regex> compiled;
  constexpr std::size_t kept = 256;
  if (compiled.size() > kept) compiled.clear();
  const base::Regex& regex = compiled.try_emplace(std::string(*pattern), *pattern).first->second;
  if (!regex.valid())
    return error(arena, arena.copy(base::format("the pattern is not valid: {}", regex.error())));
  return Value::boolean(regex.found_in(*text));
}

Value to_int(base::Arena& arena, Arguments arguments) {
  const Value& from = arguments[0];
  if (from.get<std::int64_t>() != nullptr) return from;
  if (const auto* number = extension<Unsigned>(from)) {
    if (number->number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return error(arena, "range error: the uint does not fit into an int");
    return Value::integer(static_cast<std::int64_t>(number->number));
  }
  if (const auto* real = from.get<double>()) {
    if (!(*real > -two_to_63 && *real < two_to_63))
      return error(arena, "range error: the double does not fit into an int");
    return Value::integer(static_cast<std::int64_t>(*real));
  }
  if (const auto* text = from.get<std::string_view>()) {
    if (const auto number = base::parse_int(*text)) return Value::integer(*number);
    return error(arena, arena.copy(base::format("\"{}\" is not an int", *text)));
  }
  return no_overload(arena, "int", arguments);
}

Value to_uint(base::Arena& arena, Arguments arguments) {
  const Value& from = arguments[0];
  if (extension<Unsigned>(from) != nullptr) return from;
  if (const auto* number = from.get<std::int64_t>()) {
    if (*number < 0) return error(arena, "range error: a negative int does not fit into a uint");
    return unsigned_integer(arena, static_cast<std::uint64_t>(*number));
  }
  if (const auto* real = from.get<double>()) {
    if (!(*real > -1 && *real < two_to_64))
      return error(arena, "range error: the double does not fit into a uint");
    return unsigned_integer(arena, static_cast<std::uint64_t>(*real));
  }
  if (const auto* text = from.get<std::string_view>()) {
    std::uint64_t number = 0;
    const bool digits = !text->empty() &&
                        text->find_first_not_of("0123456789") == std::string_view::npos &&
                        text->size() <= 20;
    bool fits = digits;
    for (const char c : digits ? *text : std::string_view{}) {
      const auto next = static_cast<std::uint64_t>(c - '0');
      fits = fits && number <= (std::numeric_limits<std::uint64_t>::max() - next) / 10;
      number = number * 10 + next;
    }
    if (fits) return unsigned_integer(arena, number);
    return error(arena, arena.copy(base::format("\"{}\" is not a uint", *text)));
  }
  return no_overload(arena, "uint", arguments);
}

Value to_double(base::Arena& arena, Arguments arguments) {
  const Value& from = arguments[0];
  if (from.get<double>() != nullptr) return from;
  if (const auto* number = from.get<std::int64_t>())
    return Value::real(static_cast<double>(*number));
  if (const auto* number = extension<Unsigned>(from))
    return Value::real(static_cast<double>(number->number));
  if (const auto* text = from.get<std::string_view>()) {
    if (const auto real = base::parse_double(*text)) return Value::real(*real);
    const std::string word = base::lower(*text);
    if (word == "nan") return Value::real(std::numeric_limits<double>::quiet_NaN());
    if (word == "inf" || word == "+inf" || word == "infinity")
      return Value::real(std::numeric_limits<double>::infinity());
    if (word == "-inf" || word == "-infinity")
      return Value::real(-std::numeric_limits<double>::infinity());
    return error(arena, arena.copy(base::format("\"{}\" is not a double", *text)));
  }
  return no_overload(arena, "double", arguments);
}

bool well_formed_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || at + length > bytes.size()) return false;
    for (std::size_t i = 1; i < length; ++i) {
      if ((static_cast<unsigned char>(bytes[at + i]) & 0xC0U) != 0x80U) return false;
    }
    at += length;
  }
  return true;
}

Value to_string(base::Arena& arena, Arguments arguments) {
  const Value& from = arguments[0];
  if (from.get<std::string_view>() != nullptr) return from;
  if (const bool* flag = from.get<bool>()) return Value::string(*flag ? "true" : "false");
  if (const auto* number = from.get<std::int64_t>())
    return Value::string(arena.copy(base::format("{}", *number)));
  if (const auto* real = from.get<double>())
    return Value::string(arena.copy(base::shortest(*real)));
  if (const auto* number = extension<Unsigned>(from))
    return Value::string(arena.copy(base::format("{}", number->number)));
  if (const auto* bytes = extension<Bytes>(from)) {
    if (!well_formed_utf8(bytes->bytes)) return error(arena, "invalid UTF-8 in bytes");
    return Value::string(bytes->bytes);
  }
  return no_overload(arena, "string", arguments);
}

Value to_bytes(base::Arena& arena, Arguments arguments) {
  if (extension<Bytes>(arguments[0]) != nullptr) return arguments[0];
  const auto* text = arguments[0].get<std::string_view>();
  return text == nullptr ? no_overload(arena, "bytes", arguments)
                         : extension_value(arena.make<Bytes>(*text));
}

Value to_bool(base::Arena& arena, Arguments arguments) {
  static constexpr std::array<std::string_view, 5> yes{"1", "t", "true", "TRUE", "True"};
  static constexpr std::array<std::string_view, 5> no{"0", "f", "false", "FALSE", "False"};
  if (arguments[0].get<bool>() != nullptr) return arguments[0];
  const auto* text = arguments[0].get<std::string_view>();
  if (text == nullptr) return no_overload(arena, "bool", arguments);
  if (std::ranges::find(yes, *text) != yes.end()) return Value::boolean(true);
  if (std::ranges::find(no, *text) != no.end()) return Value::boolean(false);
  return error(arena, arena.copy(base::format("\"{}\" is not a bool", *text)));
}

Value to_dyn(base::Arena&, Arguments arguments) { return arguments[0]; }
Value to_type(base::Arena& arena, Arguments arguments) {
  return extension_value(arena.make<TypeValue>(type_name(arguments[0])));
}

struct Entry {
  std::string_view name;
  std::size_t arguments;
  Value (*call)(base::Arena&, Arguments);
};
constexpr Entry table[] = {
    {"size", 1, size},          {"contains", 2, contains}, {"startsWith", 2, starts_with},
    {"endsWith", 2, ends_with}, {"matches", 2, matches},   {"int", 1, to_int},
    {"uint", 1, to_uint},       {"double", 1, to_double},  {"string", 1, to_string},
    {"bytes", 1, to_bytes},     {"bool", 1, to_bool},      {"dyn", 1, to_dyn},
    {"type", 1, to_type},
};

const Entry* find(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Entry::name);
  return found == std::end(table) ? nullptr : &*found;
}

// Exact order of an int or uint and a double.
int order_with_real(double real, bool negative, std::uint64_t magnitude) {
  const double number = negative ? -static_cast<double>(magnitude) : static_cast<double>(magnitude);
  if (number < real) return -1;
  if (number > real) return 1;
  // Equal after rounding: compare what the rounding took away.
  if (std::abs(real) >= two_to_64) return real > 0 ? -1 : 1;
  const auto whole = static_cast<std::uint64_t>(std::abs(real));
  if (magnitude == whole) return 0;
  return (magnitude < whole) != negative ? -1 : 1;
}

struct Number {
  bool is_real = false;
  double real = 0;
  bool negative = false;
  std::uint64_t magnitude = 0;
};
std::optional<Number> number_of(const Value& value) {
  if (const auto* real = value.get<double>()) return Number{true, *real, false, 0};
  if (const auto* number = value.get<std::int64_t>()) {
    const bool negative = *number < 0;
    const auto bits = static_cast<std::uint64_t>(*number);
    return Number{false, 0, negative, negative ? std::uint64_t{0} - bits : bits};
  }
  if (const auto* number = extension<Unsigned>(value))
    return Number{false, 0, false, number->number};
  return std::nullopt;
}

int order_numbers(const Number& a, const Number& b) {
  if ((a.is_real && std::isnan(a.real)) || (b.is_real && std::isnan(b.real))) return 2;
  if (a.is_real && b.is_real) return a.real < b.real ? -1 : a.real > b.real ? 1 : 0;
  if (a.is_real) return -order_with_real(a.real, b.negative, b.magnitude);
  if (b.is_real) return order_with_real(b.real, a.negative, a.magnitude);
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  if (a.magnitude == b.magnitude) return 0;
  return (a.magnitude < b.magnitude) != a.negative ? -1 : 1;
}

int sign(int order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

}  // namespace

Value error(base::Arena& arena, std::string_view message) {
  return extension_value(arena.make<ErrorValue>(message));
}
Value unsigned_integer(base::Arena& arena, std::uint64_t number) {
  return extension_value(arena.make<Unsigned>(number));
}

std::string_view type_name(const Value& value) {
  if (value.get<value::Null>() != nullptr) return "null_type";
  if (value.get<bool>() != nullptr) return "bool";
  if (value.get<std::int64_t>() != nullptr) return "int";
  if (value.get<double>() != nullptr) return "double";
  if (value.get<std::string_view>() != nullptr || value.pointer<value::Text>() != nullptr)
    return "string";
  if (value.pointer<value::List>() != nullptr) return "list";
  if (value.pointer<value::Map>() != nullptr) return "map";
  if (const auto* object = value.pointer<value::Object>()) return object->kind();
  if (const auto* extension = value.pointer<value::Extension>()) return extension->type_name();
  return "dyn";
}

Value size_of(const value::List& list, base::Arena& arena) {
  std::int64_t definite = 0;
  std::int64_t possible = 0;
  bool bounded = !list.open;
  for (const value::Member& member : list.members) {
    if (member.membership == value::Membership::definite)
      ++definite;
    else
      ++possible;
    bounded = bounded && member.membership != value::Membership::any_number;
  }
  if (bounded && possible == 0) return Value::integer(definite);
  value::Unknown unknown;
  unknown.reason = list.open ? list.open_reason
                             : std::string_view("some members may or may not belong to the list");
  unknown.minimum = definite;
  if (bounded) unknown.maximum = definite + possible;
  return Value(Value::Payload(arena.make<value::Unknown>(unknown)));
}

Truth equal_values(const Value& a, const Value& b) {
  const auto left = number_of(a);
  const auto right = number_of(b);
  if (left && right) return value::truth(order_numbers(*left, *right) == 0);
  const auto* list_a = a.pointer<value::List>();
  const auto* list_b = b.pointer<value::List>();
  if (list_a != nullptr && list_b != nullptr) {
    for (const auto* list : {list_a, list_b}) {
      const bool sure =
          !list->open && std::ranges::all_of(list->members, [](const value::Member& m) {
            return m.membership == value::Membership::definite;
          });
      if (!sure) return Truth::unknown;
    }
    Truth all = value::truth(list_a->members.size() == list_b->members.size());
    for (std::size_t i = 0; i < list_a->members.size() && all != Truth::no; ++i)
      all = all && equal_values(list_a->members[i].value, list_b->members[i].value);
    return all;
  }
  const auto* map_a = a.pointer<value::Map>();
  const auto* map_b = b.pointer<value::Map>();
  if (map_a != nullptr && map_b != nullptr && !map_a->open && !map_b->open) {
    Truth all = value::truth(map_a->entries.size() == map_b->entries.size());
    for (const value::MapEntry& entry : map_a->entries) {
      const value::MapEntry* other = map_b->find(entry.key);
      all = all && (other == nullptr ? Truth::no : equal_values(entry.value, other->value));
      if (all == Truth::no) break;
    }
    return all;
  }
  if (const auto* bytes = extension<Bytes>(a)) {
    const auto* other = extension<Bytes>(b);
    return value::truth(other != nullptr && other->bytes == bytes->bytes);
  }
  if (const auto* type = extension<TypeValue>(a)) {
    const auto* other = extension<TypeValue>(b);
    return value::truth(other != nullptr && other->name == type->name);
  }
  return value::equal(a, b);
}

std::optional<int> order(const Value& a, const Value& b) {
  const auto left = number_of(a);
  const auto right = number_of(b);
  if (left && right) return order_numbers(*left, *right);
  const auto* text_a = a.get<std::string_view>();
  const auto* text_b = b.get<std::string_view>();
  if (text_a != nullptr && text_b != nullptr) return sign(text_a->compare(*text_b));
  const bool* flag_a = a.get<bool>();
  const bool* flag_b = b.get<bool>();
  if (flag_a != nullptr && flag_b != nullptr)
    return static_cast<int>(*flag_a) - static_cast<int>(*flag_b);
  const auto* bytes_a = extension<Bytes>(a);
  const auto* bytes_b = extension<Bytes>(b);
  if (bytes_a != nullptr && bytes_b != nullptr) return sign(bytes_a->bytes.compare(bytes_b->bytes));
  return std::nullopt;
}

bool standard(std::string_view name) { return find(name) != nullptr; }

Value call_standard(std::string_view name, base::Arena& arena, std::span<const Value> arguments) {
  const Entry* entry = find(name);
  if (entry == nullptr || entry->arguments != arguments.size())
    return no_overload(arena, name, arguments);
  return entry->call(arena, arguments);
}

}  // namespace resilint::cel
