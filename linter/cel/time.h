// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "cel/values.h"

// Points in time and spans of time. No database of time zones is read: UTC and fixed offsets only.
namespace resilint::cel {

std::optional<Timestamp> parse_timestamp(std::string_view text);  // RFC 3339
std::optional<Timestamp> timestamp_at(std::int64_t seconds);      // since 1970; years 1 to 9999
std::optional<Duration> parse_duration(std::string_view text);    // "1h30m", "-1.5s", "0"

std::string time_text(const Timestamp& time);  // RFC 3339 in UTC
std::string time_text(const Duration& time);   // seconds: "60.001s"

// Nothing when the result is out of range.
std::optional<Timestamp> add(const Timestamp& time, std::int64_t nanoseconds);
std::optional<Duration> between(const Timestamp& from, const Timestamp& to);

enum class Field : std::uint8_t {
  year,
  month,         // from 0
  date,          // from 1
  day_of_month,  // from 0
  day_of_week,   // from 0, Sunday
  day_of_year,   // from 0
  hours,
  minutes,
  seconds,
  milliseconds,
};
// At the offset from UTC.
std::int64_t field(const Timestamp& time, Field wanted, std::int64_t offset_seconds);
// A duration's whole hours, minutes or seconds; milliseconds are those within the second.
std::int64_t field(const Duration& time, Field wanted);

// "UTC", "+02:00", "-09:30" or "02:00" in seconds; nothing for other zones.
std::optional<std::int64_t> zone_offset(std::string_view zone);

}  // namespace resilint::cel
