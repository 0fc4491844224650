// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/functions/bytes.h"

#include <cstdint>

namespace resilint::dialect::terraform {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes) {
  std::string made;
  made.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::string_view part = bytes.substr(i, 3);
    for (std::size_t k = 0; k < 3; ++k) {
      const auto byte = k < part.size() ? static_cast<unsigned char>(part[k]) : 0U;
      group = group << 8U | byte;
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const auto shift = static_cast<std::uint32_t>(18 - 6 * k);
      made += k <= part.size() ? alphabet[group >> shift & 0x3FU] : '=';
    }
  }
  return made;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '\n' && c != '\r') digits += c;
  }
  if (digits.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < digits.size() && digits[digits.size() - 1 - padding] == '=')
    ++padding;
  std::string made;
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < digits.size() - padding; ++i) {
    const std::size_t digit = alphabet.find(digits[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    group = group << 6U | static_cast<std::uint32_t>(digit);
    if (i % 4 != 0) made += static_cast<char>(group >> (6 - 2 * (i % 4)) & 0xFFU);
  }
  return made;
}

}  // namespace resilint::dialect::terraform
