// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// What needs Unicode's tables. utf8proc behind one wrapper. All texts are well-formed UTF-8.
namespace resilint::base {

// Unicode annex 31, ID_Start and ID_Continue, of the character that `text` begins with.
bool begins_identifier(std::string_view text);
bool continues_identifier(std::string_view text);

// Whether the character that `text` begins with is seen: a letter, mark, number, punctuation or
// symbol, or the ASCII space.
bool is_printable(std::string_view text);

// Normalization form C: "e" and an accent become one letter.
std::string composed(std::string_view text);

// Bytes of the grapheme cluster that `text` begins with (annex 29): what a reader takes for one
// character. 0 for an empty text.
std::size_t grapheme(std::string_view text);

// The simple upper, lower and title case of each character.
std::string upper_case(std::string_view text);
std::string lower_case(std::string_view text);
std::string title_case(std::string_view text);  // of all of them

}  // namespace resilint::base
