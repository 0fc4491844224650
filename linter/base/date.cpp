// SPDX-License-Identifier: Apache-2.0
#include "base/date.h"

#include <chrono>

#include "base/format.h"
#include "base/text.h"

namespace resilint::base {

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = parse_int(text.substr(0, 4));
  const auto month = parse_int(text.substr(5, 2));
  const auto day = parse_int(text.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *day < 1) return false;
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(*year)),
                                     std::chrono::month(static_cast<unsigned>(*month)),
                                     std::chrono::day(static_cast<unsigned>(*day)))
      .ok();
}

std::string today() {
  const std::chrono::year_month_day now(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  return format("{:04}-{:02}-{:02}", static_cast<int>(now.year()),
                static_cast<unsigned>(now.month()), static_cast<unsigned>(now.day()));
}

}  // namespace resilint::base
