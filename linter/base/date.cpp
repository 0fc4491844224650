// SPDX-License-Identifier: Apache-2.0
#include "base/date.h"

#include <chrono>

#include "base/format.h"
#include "base/text.h"

namespace resilint::base {

namespace {

using std::chrono::year_month_day;

// Not ok() when it is none.
year_month_day date_of(std::string_view text) {
  constexpr year_month_day none{};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return none;
  const auto year = parse_int(text.substr(0, 4));
  const auto month = parse_int(text.substr(5, 2));
  const auto day = parse_int(text.substr(8, 2));
  if (!year || !month || !day || *year < 1 || *month < 1 || *day < 1) return none;
  return {std::chrono::year(static_cast<int>(*year)),
          std::chrono::month(static_cast<unsigned>(*month)),
          std::chrono::day(static_cast<unsigned>(*day))};
}

std::string text_of(year_month_day date) {
  return format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace

bool is_date(std::string_view text) { return date_of(text).ok(); }

std::string today() {
  return text_of(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

std::string days_after(std::string_view date, int days) {
  return text_of(std::chrono::sys_days(date_of(date)) + std::chrono::days(days));
}

}  // namespace resilint::base
