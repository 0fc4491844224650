// SPDX-License-Identifier: Apache-2.0
#include "base/unicode.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <utf8proc.h>

#include "base/require.h"
#include "base/utf8.h"

namespace resilint::base {
namespace {

// The code point at the begin of a text, and its bytes.
struct Read {
  utf8proc_int32_t code = -1;
  std::size_t size = 0;
};

Read read(std::string_view text) {
  Read made;
  if (text.empty()) return made;
  const utf8proc_ssize_t size = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)), &made.code);
  made.size = size > 0 ? static_cast<std::size_t>(size) : 1;
  return made;
}

bool is_letter(utf8proc_int32_t code) {
  // Other_ID_Start.
  static constexpr std::array<utf8proc_int32_t, 6> others{0x1885, 0x1886, 0x2118,
                                                          0x212E, 0x309B, 0x309C};
  if (code == 0x2E2F) return false;  // Pattern_Syntax
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
      return true;
    default:
      return std::ranges::find(others, code) != others.end();
  }
}

template <typename Change>
std::string changed(std::string_view text, Change change) {
  std::string made;
  made.reserve(text.size());
  while (!text.empty()) {
    const Read next = read(text);
    if (next.code < 0)
      made += text.front();
    else
      append_utf8(static_cast<std::uint32_t>(change(next.code)), made);
    text.remove_prefix(next.size);
  }
  return made;
}

}  // namespace

bool begins_identifier(std::string_view text) { return is_letter(read(text).code); }

bool continues_identifier(std::string_view text) {
  const utf8proc_int32_t code = read(text).code;
  if (is_letter(code)) return true;
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      // Other_ID_Continue.
      return code == 0xB7 || code == 0x387 || (code >= 0x1369 && code <= 0x1371) || code == 0x19DA;
  }
}

bool is_printable(std::string_view text) {
  const utf8proc_int32_t code = read(text).code;
  if (code == ' ') return true;
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return true;
  }
}

std::string composed(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return std::string(text);
  utf8proc_uint8_t* made = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &made,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  if (size < 0) return std::string(text);  // not UTF-8
  std::string result(reinterpret_cast<const char*>(made), static_cast<std::size_t>(size));
  std::free(made);  // the library hands over memory of malloc
  return result;
}

std::size_t grapheme(std::string_view text) {
  Read before = read(text);
  std::size_t size = before.size;
  utf8proc_int32_t state = 0;
  while (size < text.size()) {
    const Read next = read(text.substr(size));
    if (before.code < 0 || next.code < 0 ||
        utf8proc_grapheme_break_stateful(before.code, next.code, &state))
      break;
    size += next.size;
    before = next;
  }
  return size;
}

std::string upper_case(std::string_view text) {
  // The library has a capital sharp s, which Unicode's simple mapping has not.
  return changed(
      text, [](utf8proc_int32_t code) { return code == 0xDF ? code : utf8proc_toupper(code); });
}
std::string lower_case(std::string_view text) { return changed(text, utf8proc_tolower); }
std::string title_case(std::string_view text) { return changed(text, utf8proc_totitle); }

}  // namespace resilint::base
