// SPDX-License-Identifier: Apache-2.0
#include "base/date.h"

#include <catch2/catch.hpp>

namespace resilint::test {

TEST_CASE("date: days of the calendar and nothing else") {
  for (const std::string_view text : {"2026-11-26", "2024-02-29", "0001-01-01", "9999-12-31"})
    CHECK(base::is_date(text));
  for (const std::string_view text :
       {"", "2026-11-31", "2023-02-29", "2026-1-26", "2026-00-01", "2026-13-01", "2026/11/26",
        "26-11-2026", "2026-11-26T00", "-026-11-26", "tomorrow"})
    CHECK_FALSE(base::is_date(text));
}

TEST_CASE("date: days are counted across months and years") {
  CHECK(base::days_after("2026-11-26", 0) == "2026-11-26");
  CHECK(base::days_after("2026-11-26", 30) == "2026-12-26");
  CHECK(base::days_after("2023-12-31", 60) == "2024-02-29");
  CHECK(base::days_after("2026-01-01", -1) == "2025-12-31");
  CHECK(base::is_date(base::today()));
}

}  // namespace resilint::test
