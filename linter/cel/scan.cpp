// SPDX-License-Identifier: Apache-2.0
#include "cel/scan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/utf8.h"

namespace resilint::cel {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool hexadecimal(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool surrogate(std::uint32_t point) { return point >= 0xD800 && point <= 0xDFFF; }

}  // namespace

void Scanner::next() {
  last_end = end;
  skip_blanks();
  begin = at_;
  word = {};
  if (at_ >= text_.size()) {
    token = Token::end;
  } else if (string_begins()) {
    scan_string();
  } else if (letter(text_[at_])) {
    scan_word();
  } else if (digit(text_[at_]) || (text_[at_] == '.' && digit(peek(1)))) {
    scan_number();
  } else if (text_[at_] == '`') {
    scan_quoted_identifier();
  } else {
    scan_symbol();
  }
  end = at_;
  if (token != Token::quoted_identifier) word = text_.substr(begin, end - begin);
}

char Scanner::peek(std::uint32_t ahead) const {
  return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
}

void Scanner::fail(std::string message, std::string instead) {
  token = Token::wrong;
  error = std::move(message);
  suggestion = std::move(instead);
}

void Scanner::skip_blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      ++at_;
    } else if (c == '/' && peek(1) == '/') {
      at_ = static_cast<std::uint32_t>(std::min(text_.find('\n', at_), text_.size()));
    } else {
      return;
    }
  }
}

void Scanner::scan_word() {
  while (letter(peek(0)) || digit(peek(0))) ++at_;
  token = Token::identifier;
}

void Scanner::scan_quoted_identifier() {
  const std::uint32_t first = ++at_;
  const auto allowed = [](char c) {
    return letter(c) || digit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
  };
  while (allowed(peek(0))) ++at_;
  if (peek(0) != '`' || at_ == first)
    return fail("a quoted field holds letters, digits, `_`, `.`, `-`, `/` and spaces");
  word = text_.substr(first, at_ - first);
  ++at_;
  token = Token::quoted_identifier;
}

void Scanner::scan_number() {
  token = Token::integer;
  if (peek(0) == '0' && peek(1) == 'x' && hexadecimal(peek(2))) {
    at_ += 2;
    while (hexadecimal(peek(0))) ++at_;
  } else {
    while (digit(peek(0))) ++at_;
    if (peek(0) == '.' && digit(peek(1))) {
      token = Token::real;
      ++at_;
      while (digit(peek(0))) ++at_;
    }
    const bool sign = peek(1) == '+' || peek(1) == '-';
    if ((peek(0) == 'e' || peek(0) == 'E') && digit(peek(sign ? 2 : 1))) {
      token = Token::real;
      at_ += sign ? 2 : 1;
      while (digit(peek(0))) ++at_;
    }
  }
  if (token == Token::integer && (peek(0) == 'u' || peek(0) == 'U')) {
    token = Token::unsigned_integer;
    ++at_;
  }
  if (!letter(peek(0)) && !digit(peek(0))) return;
  while (letter(peek(0)) || digit(peek(0))) ++at_;
  fail("a number with letters in it");
}

void Scanner::scan_symbol() {
  static constexpr std::array<std::string_view, 6> pairs{"&&", "||", "==", "!=", "<=", ">="};
  token = Token::symbol;
  if (std::ranges::find(pairs, text_.substr(at_, 2)) != pairs.end()) {
    at_ += 2;
    return;
  }
  constexpr std::string_view singles = "()[]{}.,:?!-+*/%<>";
  const char found = text_[at_++];
  if (singles.find(found) != std::string_view::npos) return;
  while (at_ < text_.size() && base::continues_utf8(text_[at_])) ++at_;
  if (found == '=') return fail("one `=`, which CEL does not have", "did you mean `==`?");
  if (found == '&') return fail("one `&`, which CEL does not have", "did you mean `&&`?");
  if (found == '|') return fail("one `|`, which CEL does not have", "did you mean `||`?");
  fail("a letter that means nothing in CEL");
}

// The prefixes r, b, rb and br in either case, then a quote.
bool Scanner::string_begins() const {
  std::uint32_t ahead = 0;
  bool raw = false;
  bool bytes = false;
  for (; ahead < 2; ++ahead) {
    const char c = peek(ahead);
    if ((c == 'r' || c == 'R') && !raw)
      raw = true;
    else if ((c == 'b' || c == 'B') && !bytes)
      bytes = true;
    else
      break;
  }
  return peek(ahead) == '"' || peek(ahead) == '\'';
}

void Scanner::scan_string() {
  bool raw = false;
  token = Token::string;
  for (; peek(0) != '"' && peek(0) != '\''; ++at_) {
    if (peek(0) == 'r' || peek(0) == 'R')
      raw = true;
    else
      token = Token::bytes;
  }
  const char quote = peek(0);
  const bool triple = peek(1) == quote && peek(2) == quote;
  const std::uint32_t quotes = triple ? 3 : 1;
  at_ += quotes;
  decoded.clear();
  while (true) {
    if (at_ >= text_.size()) return fail("a string without its closing quote");
    const char c = text_[at_];
    if (c == quote && (!triple || (peek(1) == quote && peek(2) == quote))) break;
    if (!triple && (c == '\n' || c == '\r'))
      return fail("a line end in a string; write \\n or use three quotes");
    if (c == '\\' && !raw) {
      if (!scan_escape()) return;
    } else {
      decoded += c;
      ++at_;
    }
  }
  at_ += quotes;
}

bool Scanner::scan_escape() {
  static constexpr std::string_view letters = "abfnrtv\\'\"`?";
  static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"`?";
  const std::uint32_t backslash = at_++;
  const char c = peek(0);
  if (const std::size_t simple = letters.find(c); simple != std::string_view::npos) {
    decoded += meanings[simple];
    ++at_;
    return true;
  }
  if (c >= '0' && c <= '3') return scan_code(3, 8, backslash);
  ++at_;
  if (c == 'x' || c == 'X') return scan_code(2, 16, backslash);
  if (c == 'u') return scan_code(4, 16, backslash);
  if (c == 'U' && token == Token::string) return scan_code(8, 16, backslash);
  return bad_escape(backslash);
}

bool Scanner::scan_code(std::uint32_t digits, int base, std::uint32_t backslash) {
  const std::string_view code = text_.substr(std::min<std::size_t>(at_, text_.size()), digits);
  std::uint32_t point = 0;
  const char* last = code.data() + code.size();
  const auto [stop, failed] = std::from_chars(code.data(), last, point, base);
  if (code.size() != digits || failed != std::errc{} || stop != last || point > 0x10FFFF ||
      surrogate(point))
    return bad_escape(backslash);
  at_ += digits;
  // Two hexadecimal or three octal digits are one byte of bytes, and one letter of a string.
  if (token == Token::bytes && digits < 4)
    decoded += static_cast<char>(point);
  else
    base::append_utf8(point, decoded);
  return true;
}

bool Scanner::bad_escape(std::uint32_t backslash) {
  begin = backslash;
  at_ = static_cast<std::uint32_t>(std::min<std::size_t>(backslash + 2, text_.size()));
  fail("an escape that CEL does not know", "a backslash itself is written `\\\\`");
  return false;
}

}  // namespace resilint::cel
