// SPDX-License-Identifier: Apache-2.0
#include "cel/time.h"

#include <charconv>
#include <chrono>
#include <limits>

#include "base/format.h"

namespace resilint::cel {
namespace {

constexpr std::int64_t billion = 1'000'000'000;
constexpr std::int64_t first_second = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t last_second = 253'402'300'799;   // 9999-12-31T23:59:59Z

bool digit(char c) { return c >= '0' && c <= '9'; }

// Takes what it recognises from the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  bool accept(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool accept(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  // Exactly that many digits.
  std::optional<int> number(std::size_t digits) {
    const std::string_view taken = rest_.substr(0, digits);
    if (taken.size() != digits || taken.find_first_not_of("0123456789") != std::string_view::npos)
      return std::nullopt;
    int number = 0;
    std::from_chars(taken.data(), taken.data() + digits, number);
    rest_.remove_prefix(digits);
    return number;
  }
  std::string_view digits() {
    std::size_t count = 0;
    while (count < rest_.size() && digit(rest_[count])) ++count;
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

 private:
  std::string_view rest_;
};

// The digits after the point as billionths; what is smaller is cut.
std::int64_t billionths(std::string_view digits) {
  std::int64_t made = 0;
  std::int64_t unit = billion / 10;
  for (const char c : digits) {
    made += (c - '0') * unit;
    unit /= 10;
  }
  return made;
}

// ":" between hours and minutes, both two digits.
std::optional<std::int64_t> clock_offset(Cursor& cursor) {
  const auto hours = cursor.number(2);
  if (!hours || !cursor.accept(':')) return std::nullopt;
  const auto minutes = cursor.number(2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return std::int64_t{*hours} * 3600 + std::int64_t{*minutes} * 60;
}

std::optional<std::int64_t> written_offset(Cursor& cursor) {
  if (cursor.accept('Z') || cursor.accept('z')) return 0;
  const bool west = cursor.accept('-');
  if (!west && !cursor.accept('+')) return std::nullopt;
  const auto offset = clock_offset(cursor);
  if (!offset) return std::nullopt;
  return west ? -*offset : *offset;
}

std::optional<std::int64_t> written_date(Cursor& cursor) {
  const auto year = cursor.number(4);
  if (!year || !cursor.accept('-')) return std::nullopt;
  const auto month = cursor.number(2);
  if (!month || !cursor.accept('-')) return std::nullopt;
  const auto day = cursor.number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400};
}

std::optional<std::int64_t> written_clock(Cursor& cursor) {
  const auto hours = cursor.number(2);
  if (!hours || !cursor.accept(':')) return std::nullopt;
  const auto minutes = cursor.number(2);
  if (!minutes || !cursor.accept(':')) return std::nullopt;
  const auto seconds = cursor.number(2);
  if (!seconds || *hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
  return std::int64_t{*hours} * 3600 + std::int64_t{*minutes} * 60 + *seconds;
}

std::optional<Timestamp> in_range(std::int64_t seconds, std::int64_t nanoseconds) {
  if (seconds < first_second || seconds > last_second) return std::nullopt;
  return Timestamp(seconds, static_cast<std::int32_t>(nanoseconds));
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// A name that begins another stands after it.
constexpr Unit units[] = {
    {"ns", 1},      {"us", 1'000},       {"µs", 1'000},        {"ms", 1'000'000},
    {"s", billion}, {"m", 60 * billion}, {"h", 3600 * billion}};

// digits "." digits × unit, truncated to whole nanoseconds; nothing when it does not fit.
std::optional<std::int64_t> scaled(std::string_view whole, std::string_view fraction,
                                   std::int64_t unit) {
  std::int64_t made = 0;
  if (!whole.empty()) {
    const auto [stop, error] = std::from_chars(whole.data(), whole.data() + whole.size(), made);
    if (error != std::errc{} || __builtin_mul_overflow(made, unit, &made)) return std::nullopt;
  }
  double part = 0;
  double weight = static_cast<double>(unit);
  for (const char c : fraction) {
    weight /= 10;
    part += (c - '0') * weight;
  }
  if (__builtin_add_overflow(made, static_cast<std::int64_t>(part), &made)) return std::nullopt;
  return made;
}

std::string fraction_text(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return {};
  std::string text = base::format(".{:09}", nanoseconds);
  text.resize(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Cursor cursor(text);
  const auto date = written_date(cursor);
  if (!date || !(cursor.accept('T') || cursor.accept('t'))) return std::nullopt;
  const auto clock = written_clock(cursor);
  if (!clock) return std::nullopt;
  std::int64_t fraction = 0;
  if (cursor.accept('.')) {
    const std::string_view digits = cursor.digits();
    if (digits.empty()) return std::nullopt;
    fraction = billionths(digits);
  }
  const auto offset = written_offset(cursor);
  if (!offset || !cursor.done()) return std::nullopt;
  return in_range(*date + *clock - *offset, fraction);
}

std::optional<Timestamp> timestamp_at(std::int64_t seconds) { return in_range(seconds, 0); }

std::optional<Duration> parse_duration(std::string_view text) {
  Cursor cursor(text);
  const bool negative = cursor.accept('-');
  if (!negative) cursor.accept('+');
  if (cursor.done()) return std::nullopt;
  std::int64_t total = 0;
  while (!cursor.done()) {
    const std::string_view whole = cursor.digits();
    const std::string_view fraction = cursor.accept('.') ? cursor.digits() : std::string_view{};
    if (whole.empty() && fraction.empty()) return std::nullopt;
    if (whole == "0" && fraction.empty() && cursor.done()) break;  // zero needs no unit
    const Unit* unit = nullptr;
    for (const Unit& candidate : units) {
      if (unit == nullptr && cursor.accept(candidate.name)) unit = &candidate;
    }
    if (unit == nullptr) return std::nullopt;
    const auto part = scaled(whole, fraction, unit->nanoseconds);
    if (!part || __builtin_add_overflow(total, *part, &total)) return std::nullopt;
  }
  return Duration(negative ? -total : total);
}

std::string time_text(const Timestamp& time) {
  const std::chrono::sys_seconds point{std::chrono::seconds(time.seconds)};
  const auto days = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(point - days);
  return base::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                      fraction_text(time.nanoseconds));
}

std::string time_text(const Duration& time) {
  const bool negative = time.nanoseconds < 0;
  const auto bits = static_cast<std::uint64_t>(time.nanoseconds);
  const std::uint64_t size = negative ? std::uint64_t{0} - bits : bits;
  return base::format("{}{}{}s", negative ? "-" : "", size / billion,
                      fraction_text(static_cast<std::int64_t>(size % billion)));
}

std::optional<Timestamp> add(const Timestamp& time, std::int64_t nanoseconds) {
  std::int64_t seconds = time.seconds + nanoseconds / billion;
  std::int64_t fraction = time.nanoseconds + nanoseconds % billion;
  if (fraction < 0) {
    fraction += billion;
    --seconds;
  } else if (fraction >= billion) {
    fraction -= billion;
    ++seconds;
  }
  return in_range(seconds, fraction);
}

std::optional<Duration> between(const Timestamp& from, const Timestamp& to) {
  std::int64_t nanoseconds = 0;
  if (__builtin_mul_overflow(to.seconds - from.seconds, billion, &nanoseconds) ||
      __builtin_add_overflow(nanoseconds, std::int64_t{to.nanoseconds - from.nanoseconds},
                             &nanoseconds))
    return std::nullopt;
  return Duration(nanoseconds);
}

std::int64_t field(const Timestamp& time, Field wanted, std::int64_t offset_seconds) {
  const std::chrono::sys_seconds point{std::chrono::seconds(time.seconds + offset_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(point - day);
  switch (wanted) {
    case Field::year:
      return static_cast<int>(date.year());
    case Field::month:
      return static_cast<unsigned>(date.month()) - std::int64_t{1};
    case Field::date:
      return static_cast<unsigned>(date.day());
    case Field::day_of_month:
      return static_cast<unsigned>(date.day()) - std::int64_t{1};
    case Field::day_of_week:
      return std::chrono::weekday(day).c_encoding();
    case Field::day_of_year:
      return (day - std::chrono::sys_days(date.year() / std::chrono::January / 1)).count();
    case Field::hours:
      return clock.hours().count();
    case Field::minutes:
      return clock.minutes().count();
    case Field::seconds:
      return clock.seconds().count();
    case Field::milliseconds:
      return time.nanoseconds / 1'000'000;
  }
  return 0;
}

std::int64_t field(const Duration& time, Field wanted) {
  switch (wanted) {
    case Field::hours:
      return time.nanoseconds / (3600 * billion);
    case Field::minutes:
      return time.nanoseconds / (60 * billion);
    case Field::milliseconds:
      return time.nanoseconds % billion / 1'000'000;
    default:
      return time.nanoseconds / billion;
  }
}

std::optional<std::int64_t> zone_offset(std::string_view zone) {
  if (zone == "UTC") return 0;
  Cursor cursor(zone);
  const bool west = cursor.accept('-');
  if (!west) cursor.accept('+');
  const auto offset = clock_offset(cursor);
  if (!offset || !cursor.done()) return std::nullopt;
  return west ? -*offset : *offset;
}

}  // namespace resilint::cel
