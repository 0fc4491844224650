// SPDX-License-Identifier: Apache-2.0
// The language definition's "List of Standard Definitions".
#include "cel/standard.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <unordered_map>

#include "base/format.h"
#include "base/regex.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cel/time.h"
#include "cel/values.h"

namespace resilint::cel {
namespace {

using value::Value;
using Arguments = std::span<const Value>;

constexpr double two_to_63 = 9223372036854775808.0;
constexpr double two_to_64 = 18446744073709551616.0;

std::string_view text_of(const Value& value) { return *value.get<std::string_view>(); }

Value failed(base::Arena& arena, const std::string& message) {
  return error(arena, arena.copy(message));
}

// ---- texts ---------------------------------------------------------------------------------

Value size(base::Arena& arena, Arguments arguments) {
  const Value& of = arguments[0];
  if (const auto* list = of.pointer<value::List>()) return size_of(*list, arena);
  if (const auto* map = of.pointer<value::Map>()) return size_of(*map, arena);
  if (const auto* bytes = extension<Bytes>(of))
    return Value::integer(static_cast<std::int64_t>(bytes->bytes.size()));
  return Value::integer(static_cast<std::int64_t>(base::code_points(text_of(of))));
}

Value contains(base::Arena&, Arguments arguments) {
  const std::string_view text = text_of(arguments[0]);
  const std::string_view part = text_of(arguments[1]);
  if (part.empty() || text.size() < part.size()) return Value::boolean(part.empty());
  // Unlike std::string_view::find this takes linear time for any text.
  return Value::boolean(memmem(text.data(), text.size(), part.data(), part.size()) != nullptr);
}
Value starts_with(base::Arena&, Arguments arguments) {
  return Value::boolean(text_of(arguments[0]).starts_with(text_of(arguments[1])));
}
Value ends_with(base::Arena&, Arguments arguments) {
  return Value::boolean(text_of(arguments[0]).ends_with(text_of(arguments[1])));
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

// Rules match the same few patterns again and again, and compiling costs far more than matching.
const base::Regex& compiled(std::string_view pattern) {
  constexpr std::size_t most_kept = 256;
  thread_local std::unordered_map<std::string, base::Regex, TextHash, std::equal_to<>> kept;
  const auto found = kept.find(pattern);
  if (found != kept.end()) return found->second;
  if (kept.size() == most_kept) kept.clear();
  return kept.emplace(std::string(pattern), base::Regex(pattern)).first->second;
}

Value matches(base::Arena& arena, Arguments arguments) {
  const base::Regex& regex = compiled(text_of(arguments[1]));
  if (!regex.valid())
    return failed(arena, base::format("the pattern is not valid: {}", regex.error()));
  return Value::boolean(regex.found_in(text_of(arguments[0])));
}

// ---- conversions ---------------------------------------------------------------------------

Value to_int(base::Arena& arena, Arguments arguments) {
  const Value& from = arguments[0];
  if (const auto* real = from.get<double>()) {
    if (!(*real > -two_to_63 && *real < two_to_63))
      return failed(arena, base::format("{} does not fit into an int", base::shortest(*real)));
    return Value::integer(static_cast<std::int64_t>(*real));
  }
  if (const auto* text = from.get<std::string_view>()) {
    const auto number = base::parse_int(*text);
    return number ? Value::integer(*number)
                  : failed(arena, base::format("{} is not an int", value::display(from)));
  }
  if (const auto* number = extension<Unsigned>(from)) {
    if (number->number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return failed(arena, base::format("{} does not fit into an int", number->number));
    return Value::integer(static_cast<std::int64_t>(number->number));
  }
  if (const auto* time = extension<Timestamp>(from)) return Value::integer(time->seconds);
  return from;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || __builtin_mul_overflow(number, 10U, &number) ||
        __builtin_add_overflow(number, static_cast<unsigned>(c - '0'), &number))
      return std::nullopt;
  }
  return number;
}

Value to_uint(base::Arena& arena, Arguments arguments) {
  const Value& from = arguments[0];
  if (const auto* number = from.get<std::int64_t>()) {
    if (*number < 0) return failed(arena, base::format("{} does not fit into a uint", *number));
    return made<Unsigned>(arena, static_cast<std::uint64_t>(*number));
  }
  if (const auto* real = from.get<double>()) {
    if (!(*real >= 0 && *real < two_to_64))
      return failed(arena, base::format("{} does not fit into a uint", base::shortest(*real)));
    return made<Unsigned>(arena, static_cast<std::uint64_t>(*real));
  }
  if (const auto* text = from.get<std::string_view>()) {
    const auto number = parse_unsigned(*text);
    return number ? made<Unsigned>(arena, *number)
                  : failed(arena, base::format("{} is not a uint", value::display(from)));
  }
  return from;
}

Value to_double(base::Arena& arena, Arguments arguments) {
  const Value& from = arguments[0];
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (const auto* number = from.get<std::int64_t>())
    return Value::real(static_cast<double>(*number));
  if (const auto* number = extension<Unsigned>(from))
    return Value::real(static_cast<double>(number->number));
  if (const auto* text = from.get<std::string_view>()) {
    if (const auto real = base::parse_double(*text)) return Value::real(*real);
    const std::string word = base::lower(*text);
    if (word == "nan") return Value::real(std::numeric_limits<double>::quiet_NaN());
    if (word == "inf" || word == "+inf" || word == "infinity" || word == "+infinity")
      return Value::real(infinity);
    if (word == "-inf" || word == "-infinity") return Value::real(-infinity);
    return failed(arena, base::format("{} is not a double", value::display(from)));
  }
  return from;
}

Value to_string(base::Arena& arena, Arguments arguments) {
  const Value& from = arguments[0];
  const auto copied = [&arena](const std::string& text) { return Value::string(arena.copy(text)); };
  if (const bool* flag = from.get<bool>()) return Value::string(*flag ? "true" : "false");
  if (const auto* number = from.get<std::int64_t>()) return copied(base::format("{}", *number));
  if (const auto* real = from.get<double>()) return copied(base::shortest(*real));
  if (const auto* number = extension<Unsigned>(from))
    return copied(base::format("{}", number->number));
  if (const auto* time = extension<Timestamp>(from)) return copied(time_text(*time));
  if (const auto* time = extension<Duration>(from)) return copied(time_text(*time));
  if (const auto* bytes = extension<Bytes>(from))
    return base::is_utf8(bytes->bytes) ? Value::string(bytes->bytes)
                                       : error(arena, "the bytes are not UTF-8");
  return from;
}

Value to_bytes(base::Arena& arena, Arguments arguments) {
  const auto* text = arguments[0].get<std::string_view>();
  return text == nullptr ? arguments[0] : made<Bytes>(arena, *text);
}

Value to_bool(base::Arena& arena, Arguments arguments) {
  static constexpr std::array<std::string_view, 5> yes{"1", "t", "true", "TRUE", "True"};
  static constexpr std::array<std::string_view, 5> no{"0", "f", "false", "FALSE", "False"};
  const auto* text = arguments[0].get<std::string_view>();
  if (text == nullptr) return arguments[0];
  if (std::ranges::find(yes, *text) != yes.end()) return Value::boolean(true);
  if (std::ranges::find(no, *text) != no.end()) return Value::boolean(false);
  return failed(arena, base::format("{} is not a bool", value::display(arguments[0])));
}

Value to_timestamp(base::Arena& arena, Arguments arguments) {
  const auto* text = arguments[0].get<std::string_view>();
  const auto* seconds = arguments[0].get<std::int64_t>();
  if (text == nullptr && seconds == nullptr) return arguments[0];
  const auto time = text == nullptr ? timestamp_at(*seconds) : parse_timestamp(*text);
  return time
             ? made<Timestamp>(arena, *time)
             : failed(arena,
                      base::format(
                          "{} is not a timestamp, \"2024-02-29T12:00:00Z\", of the years 1 to 9999",
                          value::display(arguments[0])));
}

Value to_duration(base::Arena& arena, Arguments arguments) {
  const auto* text = arguments[0].get<std::string_view>();
  if (text == nullptr) return arguments[0];
  const auto time = parse_duration(*text);
  return time ? made<Duration>(arena, *time)
              : failed(arena, base::format("{} is not a duration, \"1h30m\", of at most 290 years",
                                           value::display(arguments[0])));
}

Value to_dyn(base::Arena&, Arguments arguments) { return arguments[0]; }

Value to_type(base::Arena& arena, Arguments arguments) {
  return made<TypeValue>(arena, type_name(arguments[0]));
}

// ---- time ----------------------------------------------------------------------------------

template <Field wanted>
Value time_field(base::Arena& arena, Arguments arguments) {
  if (const auto* time = extension<Duration>(arguments[0]))
    return Value::integer(field(*time, wanted));
  const Timestamp& time = *extension<Timestamp>(arguments[0]);
  if (arguments.size() == 1) return Value::integer(field(time, wanted, 0));
  const auto offset = zone_offset(text_of(arguments[1]));
  if (!offset)
    return failed(arena, base::format("{} is no offset; zones are \"UTC\" or \"+02:00\" here",
                                      value::display(arguments[1])));
  return Value::integer(field(time, wanted, *offset));
}

// ---- the table -----------------------------------------------------------------------------

using enum TypeKind;
constexpr KindSet none{};
constexpr KindSet text_only{string};
constexpr KindSet point_only{timestamp};
constexpr KindSet any_time{timestamp, duration};

constexpr Standard table[] = {
    {"bool", Style::global, 1, {KindSet{boolean, string}, none}, boolean, to_bool},
    {"bytes", Style::global, 1, {KindSet{bytes, string}, none}, bytes, to_bytes},
    {"contains", Style::member, 2, {text_only, text_only}, boolean, contains},
    {"double",
     Style::global,
     1,
     {KindSet{real, integer, unsigned_integer, string}, none},
     real,
     to_double},
    {"duration", Style::global, 1, {KindSet{duration, string}, none}, duration, to_duration},
    {"dyn", Style::global, 1, {KindSet::any(), none}, dynamic, to_dyn},
    {"endsWith", Style::member, 2, {text_only, text_only}, boolean, ends_with},
    {"getDate", Style::member, 1, {point_only, none}, integer, time_field<Field::date>},
    {"getDate", Style::member, 2, {point_only, text_only}, integer, time_field<Field::date>},
    {"getDayOfMonth",
     Style::member,
     1,
     {point_only, none},
     integer,
     time_field<Field::day_of_month>},
    {"getDayOfMonth",
     Style::member,
     2,
     {point_only, text_only},
     integer,
     time_field<Field::day_of_month>},
    {"getDayOfWeek", Style::member, 1, {point_only, none}, integer, time_field<Field::day_of_week>},
    {"getDayOfWeek",
     Style::member,
     2,
     {point_only, text_only},
     integer,
     time_field<Field::day_of_week>},
    {"getDayOfYear", Style::member, 1, {point_only, none}, integer, time_field<Field::day_of_year>},
    {"getDayOfYear",
     Style::member,
     2,
     {point_only, text_only},
     integer,
     time_field<Field::day_of_year>},
    {"getFullYear", Style::member, 1, {point_only, none}, integer, time_field<Field::year>},
    {"getFullYear", Style::member, 2, {point_only, text_only}, integer, time_field<Field::year>},
    {"getHours", Style::member, 1, {any_time, none}, integer, time_field<Field::hours>},
    {"getHours", Style::member, 2, {point_only, text_only}, integer, time_field<Field::hours>},
    {"getMilliseconds",
     Style::member,
     1,
     {any_time, none},
     integer,
     time_field<Field::milliseconds>},
    {"getMilliseconds",
     Style::member,
     2,
     {point_only, text_only},
     integer,
     time_field<Field::milliseconds>},
    {"getMinutes", Style::member, 1, {any_time, none}, integer, time_field<Field::minutes>},
    {"getMinutes", Style::member, 2, {point_only, text_only}, integer, time_field<Field::minutes>},
    {"getMonth", Style::member, 1, {point_only, none}, integer, time_field<Field::month>},
    {"getMonth", Style::member, 2, {point_only, text_only}, integer, time_field<Field::month>},
    {"getSeconds", Style::member, 1, {any_time, none}, integer, time_field<Field::seconds>},
    {"getSeconds", Style::member, 2, {point_only, text_only}, integer, time_field<Field::seconds>},
    {"int",
     Style::global,
     1,
     {KindSet{integer, unsigned_integer, real, string, timestamp}, none},
     integer,
     to_int},
    {"matches", Style::either, 2, {text_only, text_only}, boolean, matches},
    {"size", Style::either, 1, {KindSet{string, bytes, list, map}, none}, integer, size},
    {"startsWith", Style::member, 2, {text_only, text_only}, boolean, starts_with},
    {"string",
     Style::global,
     1,
     {KindSet{string, boolean, integer, unsigned_integer, real, bytes, timestamp, duration}, none},
     string,
     to_string},
    {"timestamp",
     Style::global,
     1,
     {KindSet{timestamp, string, integer}, none},
     timestamp,
     to_timestamp},
    {"type", Style::global, 1, {KindSet::any(), none}, type, to_type},
    {"uint",
     Style::global,
     1,
     {KindSet{unsigned_integer, integer, real, string}, none},
     unsigned_integer,
     to_uint},
};
static_assert(std::ranges::is_sorted(table, {}, &Standard::name));

}  // namespace

std::string display(KindSet kinds) {
  std::vector<std::string> names;
  for (auto kind = TypeKind::null; kind <= TypeKind::type;
       kind = static_cast<TypeKind>(static_cast<unsigned>(kind) + 1)) {
    if (kinds.has(kind)) names.push_back(display(Type{kind, nullptr, nullptr, {}}));
  }
  if (names.size() < 2) return base::join(names, "");
  const std::string last = std::move(names.back());
  names.pop_back();
  return base::format("{} or {}", base::join(names, ", "), last);
}

std::span<const Standard> standard_functions() { return table; }

std::span<const Standard> standard_functions(std::string_view name) {
  const auto found = std::ranges::equal_range(table, name, {}, &Standard::name);
  return {found.begin(), found.end()};
}

const Standard* standard_function(std::string_view name, bool member, std::size_t arguments) {
  const Style other = member ? Style::global : Style::member;
  for (const Standard& candidate : standard_functions(name)) {
    if (candidate.arguments == arguments && candidate.style != other) return &candidate;
  }
  return nullptr;
}

}  // namespace resilint::cel
