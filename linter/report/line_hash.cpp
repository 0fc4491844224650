// SPDX-License-Identifier: Apache-2.0
#include "report/line_hash.h"

#include <cstdint>
#include <unordered_map>

#include "base/format.h"

namespace resilint::report {
namespace {

constexpr std::size_t window = 100;
constexpr std::uint64_t multiplier = 37;
constexpr std::uint16_t end_of_file = 65535;

// UTF-16 code units of well-formed UTF-8.
void append_units(std::string_view text, std::size_t& at, std::vector<std::uint16_t>& into) {
  const auto byte = [&](std::size_t ahead) -> std::uint32_t {
    return at + ahead < text.size() ? static_cast<unsigned char>(text[at + ahead]) : 0U;
  };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) {
    into.push_back(static_cast<std::uint16_t>(lead));
    at += 1;
  } else if (lead < 0xE0) {
    into.push_back(static_cast<std::uint16_t>((lead & 0x1FU) << 6U | (byte(1) & 0x3FU)));
    at += 2;
  } else if (lead < 0xF0) {
    into.push_back(static_cast<std::uint16_t>((lead & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U |
                                              (byte(2) & 0x3FU)));
    at += 3;
  } else {
    const std::uint32_t point = ((lead & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U |
                                 (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU)) -
                                0x10000U;
    into.push_back(static_cast<std::uint16_t>(0xD800U + (point >> 10U)));
    into.push_back(static_cast<std::uint16_t>(0xDC00U + (point & 0x3FFU)));
    at += 4;
  }
}

}  // namespace

std::vector<std::string> line_hashes(std::string_view text) {
  std::vector<std::uint16_t> units;
  std::vector<std::size_t> starts;
  bool line_start = true;
  bool after_return = false;
  const auto begin_line = [&] {
    if (line_start) starts.push_back(units.size());
    line_start = false;
  };
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const bool second_half = after_return && c == '\n';
    after_return = c == '\r';
    if (c == ' ' || c == '\t' || second_half) {
      ++at;
      continue;
    }
    begin_line();
    if (c == '\n' || c == '\r') {
      units.push_back('\n');
      line_start = true;
      ++at;
    } else {
      append_units(text, at, units);
    }
  }
  begin_line();
  units.push_back(end_of_file);

  std::vector<std::string> hashes;
  std::unordered_map<std::uint64_t, std::size_t> seen;
  for (const std::size_t start : starts) {
    std::uint64_t hash = 0;
    for (std::size_t i = start; i < start + window; ++i)
      hash = hash * multiplier + (i < units.size() ? units[i] : 0U);
    hashes.push_back(base::format("{:x}:{}", hash, ++seen[hash]));
  }
  return hashes;
}

}  // namespace resilint::report
