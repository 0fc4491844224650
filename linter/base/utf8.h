// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// UTF-8, as the Unicode standard defines it well-formed (table 3-7).
namespace resilint::base {

// Bytes of the well-formed sequence that `text` begins with; 0 when there is none.
std::size_t utf8_sequence(std::string_view text);

// Whether a byte stands inside a sequence, behind its first.
constexpr bool continues_utf8(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

bool is_utf8(std::string_view text);

std::size_t code_points(std::string_view text);  // of well-formed text

// At most `limit` bytes of well-formed text, cut between characters.
std::string_view utf8_prefix(std::string_view text, std::size_t limit);

// The first character of well-formed text as an escape: \u200d, \U0001f600.
std::string escaped(std::string_view text);

void append_utf8(std::uint32_t code_point, std::string& into);  // at most U+10FFFF

}  // namespace resilint::base
