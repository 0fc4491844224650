// SPDX-License-Identifier: Apache-2.0
#include "cel/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "cel/time.h"

namespace resilint::cel {
namespace {

using value::Truth;
using value::Value;

constexpr double two_to_64 = 18446744073709551616.0;
constexpr int deepest_value = 512;          // what lies deeper is not compared: unknown
constexpr std::size_t entries_a_step = 64;  // that a search in a map passes

// ---- numbers -------------------------------------------------------------------------------

// A number on the one line that int, uint and double share.
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

// An integer meets a double as the double nearest to it, as the conformance suite has it.
double real_of(const Number& number) {
  if (number.is_real) return number.real;
  const auto size = static_cast<double>(number.magnitude);
  return number.negative ? -size : size;
}

std::partial_ordering order_numbers(const Number& a, const Number& b) {
  if (a.is_real || b.is_real) return real_of(a) <=> real_of(b);
  if (a.negative != b.negative)
    return a.negative ? std::partial_ordering::less : std::partial_ordering::greater;
  return a.negative ? b.magnitude <=> a.magnitude : a.magnitude <=> b.magnitude;
}

// ---- equality ------------------------------------------------------------------------------

bool may_be_absent(const Value& value) {
  return value.undecided() != nullptr ||
         (value.unknown() != nullptr && value.unknown()->may_be_absent);
}

const value::MapEntry* find_encoded(const value::Map& map, std::string_view key);

class Equality {
 public:
  explicit Equality(Budget& budget) : budget_(budget) {}

  Truth compare(const Value& a, const Value& b, int depth) {
    if (!charge(budget_, 1)) return Truth::unknown;
    if (a.open() || b.open()) return value::equal(a, b);
    if (depth > deepest_value) return Truth::unknown;
    const auto left = number_of(a);
    const auto right = number_of(b);
    if (left && right) return value::truth(std::is_eq(order_numbers(*left, *right)));
    const auto* list_a = a.pointer<value::List>();
    const auto* list_b = b.pointer<value::List>();
    if (list_a != nullptr && list_b != nullptr) return lists(*list_a, *list_b, depth);
    const auto* map_a = a.pointer<value::Map>();
    const auto* map_b = b.pointer<value::Map>();
    if (map_a != nullptr && map_b != nullptr) return maps(*map_a, *map_b, depth);
    if (a.pointer<value::Extension>() == nullptr && b.pointer<value::Extension>() == nullptr)
      return value::equal(a, b);
    return extensions(a, b);
  }

 private:
  Truth lists(const value::List& a, const value::List& b, int depth) {
    if (!is_closed(a) || !is_closed(b)) return Truth::unknown;
    if (a.members.size() != b.members.size()) return Truth::no;
    Truth all = Truth::yes;
    for (std::size_t i = 0; i < a.members.size() && all != Truth::no; ++i)
      all = all && compare(a.members[i].value, b.members[i].value, depth + 1);
    return all;
  }

  Truth maps(const value::Map& a, const value::Map& b, int depth) {
    if (a.open || b.open) return Truth::unknown;
    return contained(a, b, depth) && contained(b, a, depth);
  }

  // Whether each entry of `a` has an equal one in `b`.
  Truth contained(const value::Map& a, const value::Map& b, int depth) {
    Truth all = Truth::yes;
    for (const value::MapEntry& entry : a.entries) {
      if (all == Truth::no || !charge(budget_, b.entries.size() / entries_a_step)) break;
      const value::MapEntry* other = find_encoded(b, entry.key);
      if (other != nullptr)
        all = all && compare(entry.value, other->value, depth + 1);
      else
        all = all && (may_be_absent(entry.value) ? Truth::unknown : Truth::no);
    }
    return all;
  }

  // At least one is CEL's own.
  static Truth extensions(const Value& a, const Value& b) {
    const auto* type_a = extension<TypeValue>(a);
    const auto* type_b = extension<TypeValue>(b);
    if (type_a != nullptr && type_b != nullptr) return value::truth(type_a->name == type_b->name);
    const auto found = order(a, b);
    return value::truth(found && std::is_eq(*found));
  }

  Budget& budget_;
};

// ---- keys ----------------------------------------------------------------------------------

// Neither byte occurs in UTF-8.
constexpr char number_mark = '\xFF';
constexpr char bool_mark = '\xFE';
constexpr char unsigned_letter = 'u';

struct EncodedKey {
  std::array<char, 24> letters{};
  std::size_t size = 0;
  [[nodiscard]] std::string_view text() const { return {letters.data(), size}; }
};

EncodedKey encode(bool flag) {
  EncodedKey made;
  made.letters[0] = bool_mark;
  made.letters[1] = flag ? '1' : '0';
  made.size = 2;
  return made;
}

// "\xFF-5" is an int, "\xFF5u" a uint.
EncodedKey encode(const Number& number, bool is_unsigned) {
  EncodedKey made;
  made.letters[0] = number_mark;
  char* at = made.letters.data() + 1;
  if (number.negative) *at++ = '-';
  at = std::to_chars(at, made.letters.data() + made.letters.size(), number.magnitude).ptr;
  if (is_unsigned) *at++ = unsigned_letter;
  made.size = static_cast<std::size_t>(at - made.letters.data());
  return made;
}

// The integer that a number is, when it is one.
std::optional<Number> whole(const Number& number) {
  if (!number.is_real) return number;
  if (std::trunc(number.real) != number.real || !(std::abs(number.real) < two_to_64))
    return std::nullopt;
  return Number{false, 0, number.real < 0, static_cast<std::uint64_t>(std::abs(number.real))};
}

const value::MapEntry* find_encoded(const value::Map& map, std::string_view key) {
  if (const value::MapEntry* found = map.find(key)) return found;
  if (!key.starts_with(number_mark)) return nullptr;
  // The same number as the other type of integer.
  if (key.ends_with(unsigned_letter)) return map.find(key.substr(0, key.size() - 1));
  return map.find(std::string(key) + unsigned_letter);
}

// ---- texts ---------------------------------------------------------------------------------

std::string quoted(std::string_view text, bool bytes) {
  std::string shown = bytes ? "b\"" : "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      shown += {'\\', c};
    else if (c == '\n')
      shown += "\\n";
    else if (byte < 0x20 || byte == 0x7F || (bytes && byte > 0x7F))
      shown += base::format("\\x{:02x}", byte);
    else
      shown += c;
  }
  return shown + '"';
}

std::string real_text(double number) {
  if (std::isnan(number)) return "double(\"NaN\")";
  if (std::isinf(number)) return number < 0 ? "double(\"-Infinity\")" : "double(\"Infinity\")";
  std::string text = base::shortest(number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string shown(const Value& value, int depth);

std::string shown_key(std::string_view key) {
  if (key.starts_with(bool_mark)) return key.ends_with('1') ? "true" : "false";
  return key.starts_with(number_mark) ? std::string(key.substr(1)) : quoted(key, false);
}

std::string shown(const value::List& list, int depth) {
  std::string text = "[";
  for (const value::Member& member : list.members) {
    if (text.size() > 1) text += ", ";
    if (member.membership == value::Membership::maybe) text += "perhaps ";
    if (member.membership == value::Membership::any_number) text += "any number of ";
    text += shown(member.value, depth + 1);
  }
  if (list.open) text += text.size() > 1 ? ", perhaps more" : "perhaps more";
  return text + "]";
}

std::string shown(const value::Map& map, int depth) {
  std::string text = "{";
  for (const value::MapEntry& entry : map.entries) {
    if (text.size() > 1) text += ", ";
    text += base::format("{}: {}", shown_key(entry.key), shown(entry.value, depth + 1));
  }
  if (map.open) text += text.size() > 1 ? ", perhaps more" : "perhaps more";
  return text + "}";
}

std::string shown(const Value& value, int depth) {
  if (value.sensitive() || depth > deepest_value) return value::display(value);
  if (const auto* text = value.get<std::string_view>()) return quoted(*text, false);
  if (const auto* real = value.get<double>()) return real_text(*real);
  if (const auto* list = value.pointer<value::List>()) return shown(*list, depth);
  if (const auto* map = value.pointer<value::Map>()) return shown(*map, depth);
  if (const auto* number = extension<Unsigned>(value)) return base::format("{}u", number->number);
  if (const auto* bytes = extension<Bytes>(value)) return quoted(bytes->bytes, true);
  if (const auto* type = extension<TypeValue>(value)) return std::string(type->name);
  if (const auto* time = extension<Timestamp>(value))
    return base::format("timestamp(\"{}\")", time_text(*time));
  if (const auto* time = extension<Duration>(value))
    return base::format("duration(\"{}\")", time_text(*time));
  return value::display(value);
}

}  // namespace

TypeKind kind_of(const Value& value) {
  if (value.get<value::Null>() != nullptr) return TypeKind::null;
  if (value.get<bool>() != nullptr) return TypeKind::boolean;
  if (value.get<std::int64_t>() != nullptr) return TypeKind::integer;
  if (value.get<double>() != nullptr) return TypeKind::real;
  if (value.get<std::string_view>() != nullptr || is_deployed(value)) return TypeKind::string;
  if (value.pointer<value::List>() != nullptr) return TypeKind::list;
  if (value.pointer<value::Map>() != nullptr) return TypeKind::map;
  if (value.pointer<value::Object>() != nullptr) return TypeKind::object;
  if (extension<Unsigned>(value) != nullptr) return TypeKind::unsigned_integer;
  if (extension<Bytes>(value) != nullptr) return TypeKind::bytes;
  if (extension<TypeValue>(value) != nullptr) return TypeKind::type;
  if (extension<Timestamp>(value) != nullptr) return TypeKind::timestamp;
  if (extension<Duration>(value) != nullptr) return TypeKind::duration;
  return TypeKind::dynamic;
}

std::string_view type_name(const Value& value) {
  if (const auto* object = value.pointer<value::Object>()) return object->kind();
  if (const auto* extension = value.pointer<value::Extension>()) return extension->type_name();
  switch (kind_of(value)) {
    case TypeKind::null:
      return "null_type";
    case TypeKind::boolean:
      return "bool";
    case TypeKind::integer:
      return "int";
    case TypeKind::real:
      return "double";
    case TypeKind::string:
      return "string";
    case TypeKind::list:
      return "list";
    case TypeKind::map:
      return "map";
    default:
      return "dyn";
  }
}

std::string_view named_type(std::string_view name) {
  static constexpr std::array<std::string_view, 12> types{"bool",
                                                          "bytes",
                                                          "double",
                                                          "google.protobuf.Duration",
                                                          "google.protobuf.Timestamp",
                                                          "int",
                                                          "list",
                                                          "map",
                                                          "null_type",
                                                          "string",
                                                          "type",
                                                          "uint"};
  const auto* const found = std::ranges::find(types, name);
  return found == types.end() ? std::string_view{} : *found;
}

Truth equal_values(const Value& a, const Value& b, Budget& budget) {
  return Equality(budget).compare(a, b, 0);
}

std::optional<std::partial_ordering> order(const Value& a, const Value& b) {
  const auto left = number_of(a);
  const auto right = number_of(b);
  if (left && right) return order_numbers(*left, *right);
  const auto* text_a = a.get<std::string_view>();
  const auto* text_b = b.get<std::string_view>();
  // UTF-8 keeps the order of the code points.
  if (text_a != nullptr && text_b != nullptr) return *text_a <=> *text_b;
  const bool* flag_a = a.get<bool>();
  const bool* flag_b = b.get<bool>();
  if (flag_a != nullptr && flag_b != nullptr) return *flag_a <=> *flag_b;
  const auto* bytes_a = extension<Bytes>(a);
  const auto* bytes_b = extension<Bytes>(b);
  if (bytes_a != nullptr && bytes_b != nullptr) return bytes_a->bytes <=> bytes_b->bytes;
  const auto* time_a = extension<Timestamp>(a);
  const auto* time_b = extension<Timestamp>(b);
  if (time_a != nullptr && time_b != nullptr)
    return std::pair(time_a->seconds, time_a->nanoseconds) <=>
           std::pair(time_b->seconds, time_b->nanoseconds);
  const auto* span_a = extension<Duration>(a);
  const auto* span_b = extension<Duration>(b);
  if (span_a != nullptr && span_b != nullptr) return span_a->nanoseconds <=> span_b->nanoseconds;
  return std::nullopt;
}

std::optional<std::string_view> map_key(const Value& key, base::Arena& arena) {
  if (const auto* text = key.get<std::string_view>()) return *text;
  if (const bool* flag = key.get<bool>()) return arena.copy(encode(*flag).text());
  const auto number = number_of(key);
  if (!number || number->is_real) return std::nullopt;
  return arena.copy(encode(*number, extension<Unsigned>(key) != nullptr).text());
}

Value key_value(std::string_view key, base::Arena& arena) {
  if (key.starts_with(bool_mark)) return Value::boolean(key.ends_with('1'));
  if (!key.starts_with(number_mark)) return Value::string(key);
  const char* begin = key.data() + 1;
  const char* end = key.data() + key.size();
  if (key.ends_with(unsigned_letter)) {
    std::uint64_t number = 0;
    std::from_chars(begin, end, number);
    return made<Unsigned>(arena, number);
  }
  std::int64_t number = 0;
  std::from_chars(begin, end, number);
  return Value::integer(number);
}

const value::MapEntry* find_entry(const value::Map& map, const Value& key) {
  if (const auto* text = key.get<std::string_view>()) return map.find(*text);
  if (const bool* flag = key.get<bool>()) return map.find(encode(*flag).text());
  const auto number = number_of(key);
  const auto integer = number ? whole(*number) : std::nullopt;
  return integer ? find_encoded(map, encode(*integer, false).text()) : nullptr;
}

namespace {

// An integer, or what is known of it: `because` with bounds.
Value size_between(std::int64_t minimum, std::optional<std::int64_t> maximum, const Value& because,
                   base::Arena& arena) {
  if (maximum == minimum) return Value::integer(minimum);
  if (const value::Undecided* waits = because.undecided())
    return value::undecided(arena, {waits->choices, minimum, maximum});
  const value::Unknown* made = arena.make<value::Unknown>(
      value::Unknown{.reason = because.unknown()->reason, .minimum = minimum, .maximum = maximum});
  return Value(Value::Payload(made));
}

}  // namespace

std::string doubt_about(const value::Object& object, std::string_view what) {
  const std::string_view reason = object.doubt();
  return base::format("{} may or may not be one of those that are {}{}{}", object.address(), what,
                      reason.empty() ? "" : ": ", reason);
}

namespace {

// Why nobody knows whether the member belongs.
std::string_view doubtful_reason(const value::Member& member, base::Arena& arena) {
  if (const value::Unknown* unknown = member.value.unknown()) return unknown->reason;
  if (const auto* object = member.value.pointer<value::Object>())
    return arena.copy(doubt_about(*object, "counted"));
  return "a member may or may not belong to the list";
}

}  // namespace

Value doubt_of(const value::List& list, base::Arena& arena) {
  const value::Undecided* waits = list.waits;
  for (const value::Member& member : list.members)
    waits = value::united(arena, waits, member.waits);
  if (waits != nullptr) return value::undecided(arena, {waits->choices});
  if (list.open) return value::unknown(arena, list.open_reason);
  const auto doubtful = std::ranges::find_if(list.members, [](const value::Member& member) {
    return member.membership != value::Membership::definite;
  });
  return value::unknown(arena, doubtful == list.members.end() ? "the list is not known whole"
                                                              : doubtful_reason(*doubtful, arena));
}

Value size_of(const value::List& list, base::Arena& arena) {
  std::int64_t definite = 0;
  bool bounded = !list.open;
  for (const value::Member& member : list.members) {
    if (member.membership == value::Membership::definite) ++definite;
    bounded = bounded && member.membership != value::Membership::any_number;
  }
  if (bounded && static_cast<std::size_t>(definite) == list.members.size())
    return Value::integer(definite);
  std::optional<std::int64_t> most;
  if (bounded) most = static_cast<std::int64_t>(list.members.size());
  return size_between(definite, most, doubt_of(list, arena), arena);
}

Value size_of(const value::Map& map, base::Arena& arena) {
  std::int64_t perhaps = 0;
  const value::Undecided* waits = nullptr;
  for (const value::MapEntry& entry : map.entries) {
    waits = value::united(arena, waits, entry.value.undecided());
    if (may_be_absent(entry.value)) ++perhaps;
  }
  const auto all = static_cast<std::int64_t>(map.entries.size());
  std::optional<std::int64_t> most;
  if (!map.open) most = all;
  const Value because =
      waits != nullptr
          ? value::undecided(arena, {waits->choices})
          : value::unknown(arena, map.open ? map.open_reason : "some members may not be set");
  return size_between(all - perhaps, most, because, arena);
}

bool is_deployed(const Value& value) {
  return value.pointer<value::Text>() != nullptr || value.pointer<value::Reference>() != nullptr;
}

std::string display(const Value& value) { return shown(value, 0); }

}  // namespace resilint::cel
