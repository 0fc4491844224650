// SPDX-License-Identifier: Apache-2.0
// Times, as RFC 3339 writes them.
#include <algorithm>
#include <array>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "dialect/terraform/functions.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t second_nanos = 1'000'000'000;

struct Time {
  std::int64_t seconds = 0;  // since 1970, UTC
  std::int64_t nanos = 0;
  int offset = 0;  // seconds east of Greenwich
};

struct Calendar {
  std::int64_t year = 0;
  unsigned month = 1;
  unsigned day = 1;
  unsigned weekday = 0;  // from Sunday
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

// Days since 1970 of a date in the Gregorian calendar, whose years begin in March here.
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

Calendar calendar(const Time& time) {
  const std::int64_t local = time.seconds + time.offset;
  const std::int64_t days = (local >= 0 ? local : local - day_seconds + 1) / day_seconds;
  const auto rest = static_cast<unsigned>(local - days * day_seconds);
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(shifted - era * 146'097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned month = (5 * day_of_year + 2) / 153;
  Calendar made;
  made.month = month < 10 ? month + 3 : month - 9;
  made.year = static_cast<std::int64_t>(year_of_era) + era * 400 + (made.month <= 2 ? 1 : 0);
  made.day = day_of_year - (153 * month + 2) / 5 + 1;
  made.weekday = static_cast<unsigned>(((days % 7) + 11) % 7);
  made.hour = rest / 3600;
  made.minute = rest / 60 % 60;
  made.second = rest % 60;
  return made;
}

// A number of that many digits, within bounds.
std::optional<unsigned> digits(std::string_view text, unsigned least, unsigned most) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  const auto number = base::parse_int(text);
  if (!number || *number < least || *number > most) return std::nullopt;
  return static_cast<unsigned>(*number);
}

unsigned days_in(unsigned month, unsigned year) {
  static constexpr std::array<unsigned, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1];
}

std::optional<Time> parse_time(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':')
    return std::nullopt;
  const auto year = digits(text.substr(0, 4), 0, 9999);
  const auto month = digits(text.substr(5, 2), 1, 12);
  if (!year || !month) return std::nullopt;
  const auto day = digits(text.substr(8, 2), 1, days_in(*month, *year));
  const auto hour = digits(text.substr(11, 2), 0, 23);
  const auto minute = digits(text.substr(14, 2), 0, 59);
  const auto second = digits(text.substr(17, 2), 0, 59);
  if (!day || !hour || !minute || !second) return std::nullopt;
  std::string_view rest = text.substr(19);
  Time made;
  if (rest.starts_with('.')) {
    std::size_t end = 1;
    std::int64_t unit = second_nanos / 10;
    for (; end < rest.size() && rest[end] >= '0' && rest[end] <= '9'; ++end, unit /= 10)
      made.nanos += unit * (rest[end] - '0');
    if (end == 1) return std::nullopt;
    rest.remove_prefix(end);
  }
  if (rest != "Z") {
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':')
      return std::nullopt;
    const auto hours = digits(rest.substr(1, 2), 0, 23);
    const auto minutes = digits(rest.substr(4, 2), 0, 59);
    if (!hours || !minutes) return std::nullopt;
    made.offset = static_cast<int>(*hours * 3600 + *minutes * 60) * (rest[0] == '-' ? -1 : 1);
  }
  made.seconds = days_of(*year, *month, *day) * day_seconds + std::int64_t{*hour} * 3600 +
                 std::int64_t{*minute} * 60 + *second - made.offset;
  return made;
}

std::string offset_text(const Time& time, std::string_view separator) {
  const int minutes = (time.offset < 0 ? -time.offset : time.offset) / 60;
  return base::format("{}{:02}{}{:02}", time.offset < 0 ? '-' : '+', minutes / 60, separator,
                      minutes % 60);
}

// ---- timeadd and timecmp ----------------------------------------------------------------------

struct Unit {
  std::string_view name;
  double nanos;
};
constexpr Unit units[] = {{"ns", 1},   {"us", 1e3}, {"\xC2\xB5s", 1e3}, {"\xCE\xBCs", 1e3},
                          {"ms", 1e6}, {"s", 1e9},  {"m", 60e9},        {"h", 3600e9}};

// "1h30m", "-1.5h"; in nanoseconds.
std::optional<std::int64_t> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  long double total = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string_view number = text.substr(0, end);
    std::size_t letters = end;
    while (letters < text.size() && text[letters] != '.' &&
           !(text[letters] >= '0' && text[letters] <= '9'))
      ++letters;
    const std::string_view name = text.substr(end, letters - end);
    const bool has_digit = number.find_first_of("0123456789") != std::string_view::npos;
    const auto amount =
        has_digit ? base::parse_double(number.ends_with('.') ? number.substr(0, number.size() - 1)
                                       : number.starts_with('.') ? "0" + std::string(number)
                                                                 : std::string(number))
                  : std::nullopt;
    const auto* unit = std::ranges::find(units, name, &Unit::name);
    if (!amount || unit == std::end(units)) return std::nullopt;
    total += static_cast<long double>(*amount) * static_cast<long double>(unit->nanos);
    if (total > 9.2e18L) return std::nullopt;
    text.remove_prefix(letters);
  }
  const auto made = static_cast<std::int64_t>(total);
  return negative ? -made : made;
}

tl::unexpected<Refusal> no_time(const Call& call, std::size_t argument) {
  return call.refuse(argument, base::format("\"{}\" is no time, as 2006-01-02T15:04:05Z is",
                                            call.string(argument)));
}

Outcome add(Call& call) {
  const auto time = parse_time(call.string(0));
  if (!time) return no_time(call, 0);
  const auto duration = parse_duration(call.string(1));
  if (!duration)
    return call.refuse(1, base::format("\"{}\" is no duration, as 1h30m is", call.string(1)));
  Time made = *time;
  std::int64_t nanos = made.nanos + *duration % second_nanos;
  made.seconds += *duration / second_nanos;
  if (nanos < 0) {
    nanos += second_nanos;
    --made.seconds;
  }
  made.seconds += nanos / second_nanos;
  const Calendar date = calendar(made);
  return call.context.text(base::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", date.year,
                                        date.month, date.day, date.hour, date.minute, date.second,
                                        made.offset == 0 ? "Z" : offset_text(made, ":")));
}

Outcome compare(Call& call) {
  const auto a = parse_time(call.string(0));
  if (!a) return no_time(call, 0);
  const auto b = parse_time(call.string(1));
  if (!b) return no_time(call, 1);
  if (a->seconds != b->seconds) return Value::integer(a->seconds < b->seconds ? -1 : 1);
  return Value::integer(a->nanos < b->nanos ? -1 : static_cast<std::int64_t>(a->nanos > b->nanos));
}

// ---- formatdate -------------------------------------------------------------------------------

constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

// What so many of one letter stand for; nothing when they stand for nothing.
std::optional<std::string> part(char letter, std::size_t count, const Time& time) {
  const Calendar date = calendar(time);
  const auto plain = [count](std::int64_t number) -> std::optional<std::string> {
    if (count == 1) return base::format("{}", number);
    if (count == 2) return base::format("{:02}", number);
    return std::nullopt;
  };
  const auto named = [count](std::string_view name) -> std::optional<std::string> {
    if (count == 3) return std::string(name.substr(0, 3));
    if (count == 4) return std::string(name);
    return std::nullopt;
  };
  switch (letter) {
    case 'Y':
      if (count == 2) return base::format("{:02}", date.year % 100);
      if (count == 4) return base::format("{:04}", date.year);
      return std::nullopt;
    case 'M':
      return count < 3 ? plain(date.month) : named(months[date.month - 1]);
    case 'D':
      return plain(date.day);
    case 'E':
      return named(weekdays[date.weekday]);
    case 'h':
      return plain(date.hour);
    case 'H':
      return plain(date.hour % 12 == 0 ? 12 : date.hour % 12);
    case 'A':
    case 'a':
      if (count != 2) return std::nullopt;
      if (letter == 'A') return date.hour < 12 ? "AM" : "PM";
      return date.hour < 12 ? "am" : "pm";
    case 'm':
      return plain(date.minute);
    case 's':
      return plain(date.second);
    case 'Z':
      if (count == 1) return time.offset == 0 ? "Z" : offset_text(time, ":");
      if (count == 3) return time.offset == 0 ? "UTC" : offset_text(time, "");
      if (count == 4) return offset_text(time, "");
      if (count == 5) return offset_text(time, ":");
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

Outcome format(Call& call) {
  const auto time = parse_time(call.string(1));
  if (!time) return no_time(call, 1);
  std::string made;
  for (std::string_view rest = call.string(0); !rest.empty();) {
    if (rest.starts_with("''")) {
      made += '\'';
      rest.remove_prefix(2);
    } else if (rest.front() == '\'') {
      std::size_t end = 1;
      for (; end < rest.size(); ++end) {
        if (rest[end] != '\'') {
          made += rest[end];
        } else if (rest.substr(end + 1, 1) == "'") {
          made += rest[end++];
        } else {
          break;
        }
      }
      if (end >= rest.size()) return call.refuse(0, "a closing ' is missing");
      rest.remove_prefix(end + 1);
    } else if (is_letter(rest.front())) {
      const std::size_t count = std::min(rest.find_first_not_of(rest.front()), rest.size());
      const auto text = part(rest.front(), count, *time);
      if (!text) {
        return call.refuse(0, base::format("`{}` stands for no part of a time; literal text stands "
                                           "between '",
                                           rest.substr(0, count)));
      }
      made += *text;
      rest.remove_prefix(count);
    } else {
      made += rest.front();
      rest.remove_prefix(1);
    }
  }
  return call.context.text(made);
}

constexpr Function table[] = {
    {"formatdate", {takes::string, takes::string}, format},
    {"timeadd", {takes::string, takes::string}, add},
    {"timecmp", {takes::string, takes::string}, compare},
};

}  // namespace

std::span<const Function> date_functions() { return table; }

}  // namespace resilint::dialect::terraform
