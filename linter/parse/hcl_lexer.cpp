// SPDX-License-Identifier: Apache-2.0
#include "parse/hcl_lexer.h"

#include <array>
#include <cstring>

#include "base/text.h"
#include "base/unicode.h"
#include "base/utf8.h"

namespace resilint::parse::hcl {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

enum Class : std::uint8_t { name_start = 1, digit = 2, name = 4, quote_stop = 8, text_stop = 16 };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = name_start | name;
  for (unsigned c = 'A'; c <= 'Z'; ++c) classes[c] = name_start | name;
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = digit | name;
  classes['_'] = name_start | name;
  classes['-'] = name;
  for (const unsigned char c : {'"', '\\'}) classes[c] |= quote_stop;
  for (const unsigned char c : {'$', '%', '\n', '\r'}) classes[c] |= quote_stop | text_stop;
  return classes;
}
constexpr std::array<std::uint8_t, 256> classes = make_classes();

constexpr bool is(char c, Class wanted) {
  return (classes[static_cast<unsigned char>(c)] & wanted) != 0;
}
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// The line of a heredoc, without its line end, that a marker may stand on: a carriage return within
// a line is no white space.
std::string_view trimmed(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find('\r') != std::string_view::npos) return {};
  while (const std::uint32_t space = white_space(line)) line.remove_prefix(space);
  while (!line.empty()) {
    std::size_t last = line.size() - 1;
    while (last > 0 && base::continues_utf8(line[last])) --last;
    if (white_space(line.substr(last)) == 0) break;
    line = line.substr(0, last);
  }
  return line;
}

// The character at the begin of a text that is well-formed.
std::string_view first_character(std::string_view text) {
  return text.substr(0, std::max<std::size_t>(base::utf8_sequence(text), 1));
}

}  // namespace

std::uint32_t white_space(std::string_view text) {
  if (text.empty()) return 0;
  if (is_ascii(text.front()))
    return text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r') ? 1 : 0;
  static constexpr std::array<std::string_view, 19> others{
      "\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
      "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
      "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};
  for (const std::string_view other : others) {
    if (text.starts_with(other)) return static_cast<std::uint32_t>(other.size());
  }
  return 0;
}

Lexer::Lexer(std::string_view text, source::FileId file, Start start,
             std::vector<syntax::Comment>& comments)
    : text_(text),
      data_(text.data()),
      size_(static_cast<std::uint32_t>(text.size())),
      file_(file),
      comments_(comments) {
  if (start == Start::text)
    mode_.in = In::text;
  else if (text.starts_with(byte_order_mark))
    at_ = static_cast<std::uint32_t>(byte_order_mark.size());
}

void Lexer::restart(std::uint32_t at) {
  outer_.clear();
  mode_ = {};
  at_ = at;
}

void Lexer::pop() {
  if (outer_.empty()) return;
  mode_ = outer_.back();
  outer_.pop_back();
}

Token Lexer::next() {
  switch (mode_.in) {
    case In::code:
      return code();
    case In::quote:
      return quote();
    case In::heredoc:
      return heredoc();
    case In::text:
      return text();
  }
  return {};
}

Token Lexer::code() {
  std::uint32_t at = at_;
  while (true) {
    while (at < size_ && is_blank(data_[at])) ++at;
    if (at >= size_) return take(TokenKind::end, size_, size_);
    const char c = data_[at];
    if (c != '#' && c != '/') break;
    if (!line_comment(at)) {
      if (c == '/' && peek(at + 1) == '*') return take(TokenKind::unterminated_comment, at, size_);
      break;
    }
  }
  const std::uint32_t begin = at;
  const char c = data_[begin];
  if (is(c, name_start)) return take(TokenKind::identifier, begin, identifier_end(begin + 1));
  if (is(c, digit)) return take(TokenKind::number, begin, number_end(begin));

  const char second = peek(begin + 1);
  const auto one = [&](TokenKind kind) { return take(kind, begin, begin + 1); };
  const auto two = [&](TokenKind kind) { return take(kind, begin, begin + 2); };
  switch (c) {
    case '\n':
      return one(TokenKind::newline);
    case '\r':
      return second == '\n' ? two(TokenKind::newline) : one(TokenKind::invalid);
    case '"':
      return quoted_string(begin);
    case '{':
      ++mode_.braces;
      return one(TokenKind::brace_open);
    case '}':
      if (mode_.braces == 0 && !outer_.empty()) {
        pop();
        return one(TokenKind::template_close);
      }
      if (mode_.braces > 0) --mode_.braces;
      return one(TokenKind::brace_close);
    case '~':
      if (second != '}' || mode_.braces > 0 || outer_.empty()) return one(TokenKind::invalid);
      pop();
      return two(TokenKind::template_close);
    case '[':
      return one(TokenKind::bracket_open);
    case ']':
      return one(TokenKind::bracket_close);
    case '(':
      return one(TokenKind::parenthesis_open);
    case ')':
      return one(TokenKind::parenthesis_close);
    case '=':
      if (second == '=') return two(TokenKind::equal);
      return second == '>' ? two(TokenKind::arrow) : one(TokenKind::assign);
    case '!':
      return second == '=' ? two(TokenKind::not_equal) : one(TokenKind::negate);
    case '<':
      if (second == '<') return begin_heredoc(begin);
      return second == '=' ? two(TokenKind::less_or_equal) : one(TokenKind::less);
    case '>':
      return second == '=' ? two(TokenKind::greater_or_equal) : one(TokenKind::greater);
    case '&':
      return second == '&' ? two(TokenKind::both) : one(TokenKind::invalid);
    case '|':
      return second == '|' ? two(TokenKind::either) : one(TokenKind::invalid);
    case '+':
      return one(TokenKind::plus);
    case '-':
      return one(TokenKind::minus);
    case '*':
      return one(TokenKind::star);
    case '/':
      return one(TokenKind::slash);
    case '%':
      return one(TokenKind::percent);
    case '?':
      return one(TokenKind::question);
    case ':':
      return second == ':' ? two(TokenKind::double_colon) : one(TokenKind::colon);
    case ',':
      return one(TokenKind::comma);
    case '.':
      if (second == '.' && peek(begin + 2) == '.')
        return take(TokenKind::ellipsis, begin, begin + 3);
      return one(TokenKind::dot);
    default:
      break;
  }
  const std::string_view character = first_character(text_.substr(begin));
  const auto after = begin + static_cast<std::uint32_t>(character.size());
  if (!is_ascii(c) && base::begins_identifier(character))
    return take(TokenKind::identifier, begin, identifier_end(after));
  return take(TokenKind::invalid, begin, after);
}

// Whether a comment begins at `at`, which then is behind it.
bool Lexer::line_comment(std::uint32_t& at) {
  const std::uint32_t begin = at;
  if (data_[at] == '/' && peek(at + 1) == '*') {
    const std::size_t close = text_.find("*/", at + 2);
    if (close == std::string_view::npos) return false;
    at = static_cast<std::uint32_t>(close) + 2;
    add_comment(begin, at, 2, 2);
    return true;
  }
  const bool slashes = data_[at] == '/';
  if (slashes && peek(at + 1) != '/') return false;
  const void* line_end = std::memchr(data_ + at, '\n', size_ - at);
  at = line_end == nullptr ? size_
                           : static_cast<std::uint32_t>(static_cast<const char*>(line_end) - data_);
  const std::uint32_t end = at > begin && data_[at - 1] == '\r' ? at - 1 : at;
  add_comment(begin, end, slashes ? 2 : 1, 0);
  return true;
}

void Lexer::add_comment(std::uint32_t begin, std::uint32_t end, std::uint32_t mark,
                        std::uint32_t close) {
  std::uint32_t before = begin;
  while (before > 0 && is_blank(data_[before - 1])) --before;
  syntax::Comment comment;
  comment.span = {file_, begin, end};
  comment.text = base::trim(text_.substr(begin + mark, end - begin - mark - close));
  comment.own_line =
      before == 0 || data_[before - 1] == '\n' || text_.substr(0, before) == byte_order_mark;
  comments_.push_back(comment);
}

std::uint32_t Lexer::identifier_end(std::uint32_t at) const {
  while (at < size_) {
    if (is(data_[at], name)) {
      ++at;
      continue;
    }
    if (is_ascii(data_[at])) break;
    const std::string_view character = first_character(text_.substr(at));
    if (!base::continues_identifier(character)) break;
    at += static_cast<std::uint32_t>(character.size());
  }
  return at;
}

// Digits, points and exponents in any order, but no point at the end: "1.2.3" is one wrong token.
std::uint32_t Lexer::number_end(std::uint32_t at) const {
  std::uint32_t end = at;
  while (at < size_) {
    const char c = data_[at];
    if (is(c, digit)) {
      end = ++at;
    } else if (c == '.') {
      ++at;
    } else if (c == 'e' || c == 'E') {
      const bool sign = peek(at + 1) == '+' || peek(at + 1) == '-';
      if (!is(peek(at + (sign ? 2 : 1)), digit)) break;
      at += sign ? 2 : 1;
    } else {
      break;
    }
  }
  return end;
}

Token Lexer::quoted_string(std::uint32_t begin) {
  bool escaped = false;
  std::uint32_t at = begin + 1;
  while (true) {
    while (at < size_ && !is(data_[at], quote_stop)) ++at;
    if (at >= size_) return take(TokenKind::unterminated_string, begin, size_);
    const char c = data_[at];
    if (c == '"')
      return take(escaped ? TokenKind::escaped_string : TokenKind::string, begin, at + 1);
    if (c == '\n' || c == '\r') return take(TokenKind::unterminated_string, begin, at);
    if (c == '\\') {
      escaped = true;
      const char next = peek(at + 1);
      at += next == '\n' || next == '\r' ? 1 : 2;
      at = std::min(at, size_);
    } else if (peek(at + 1) == '{') {
      outer_.push_back(mode_);
      mode_ = {In::quote, 0, {}, false};
      return take(TokenKind::quote_open, begin, begin + 1);
    } else if (peek(at + 1) == c && peek(at + 2) == '{') {
      escaped = true;
      at += 3;
    } else {
      ++at;
    }
  }
}

Token Lexer::begin_heredoc(std::uint32_t begin) {
  const bool indented = peek(begin + 2) == '-';
  const std::uint32_t marker = begin + (indented ? 3 : 2);
  if (marker >= size_) return take(TokenKind::less, begin, begin + 1);
  const std::string_view first = first_character(text_.substr(marker));
  const bool named =
      is_ascii(first.front()) ? is(first.front(), name_start) : base::begins_identifier(first);
  if (!named) return take(TokenKind::less, begin, begin + 1);
  const std::uint32_t after = identifier_end(marker + static_cast<std::uint32_t>(first.size()));
  std::uint32_t end = after;
  if (peek(end) == '\r') ++end;
  if (peek(end) != '\n') return take(TokenKind::less, begin, begin + 1);
  ++end;
  const std::string_view word = text_.substr(marker, after - marker);
  // Without an end, the rest of the file would be its text.
  for (std::uint32_t line = end; true;) {
    const std::size_t line_end = text_.find('\n', line);
    if (line_end == std::string_view::npos)
      return take(TokenKind::unterminated_heredoc, begin, after);
    if (trimmed(text_.substr(line, line_end - line)) == word) break;
    line = static_cast<std::uint32_t>(line_end) + 1;
  }
  outer_.push_back(mode_);
  mode_ = {In::heredoc, 0, word, true};
  return take(TokenKind::heredoc_open, begin, end);
}

Token Lexer::template_open(std::uint32_t begin) {
  const TokenKind kind =
      data_[begin] == '$' ? TokenKind::interpolation_open : TokenKind::directive_open;
  mode_.begins_line = false;
  outer_.push_back(mode_);
  mode_ = {};
  return take(kind, begin, begin + (peek(begin + 2) == '~' ? 3U : 2U));
}

std::uint32_t Lexer::literal_end(std::uint32_t at, bool quoted) const {
  const Class stop = quoted ? quote_stop : text_stop;
  while (true) {
    while (at < size_ && !is(data_[at], stop)) ++at;
    if (at >= size_) return size_;
    const char c = data_[at];
    if (c == '$' || c == '%') {
      if (peek(at + 1) == '{') return at;
      at += peek(at + 1) == c && peek(at + 2) == '{' ? 3 : 1;
    } else if (c == '\r' && !quoted && peek(at + 1) == '\n') {
      ++at;
    } else if (c == '\\') {
      const char next = peek(at + 1);
      at = std::min(at + (next == '\n' || next == '\r' ? 1U : 2U), size_);
    } else {
      return at;
    }
  }
}

Token Lexer::quote() {
  const std::uint32_t begin = at_;
  const char c = peek(begin);
  if (begin < size_ && c == '"') {
    pop();
    return take(TokenKind::quote_close, begin, begin + 1);
  }
  if (begin >= size_ || c == '\n' || c == '\r') {
    pop();
    return take(TokenKind::unterminated_string, begin, begin);
  }
  if ((c == '$' || c == '%') && peek(begin + 1) == '{') return template_open(begin);
  return take(TokenKind::literal, begin, literal_end(begin, true));
}

Token Lexer::heredoc() {
  const std::uint32_t begin = at_;
  if (begin >= size_) {
    pop();
    return take(TokenKind::unterminated_heredoc, begin, begin);
  }
  if (mode_.begins_line) {
    const std::size_t found = text_.find('\n', begin);
    if (found != std::string_view::npos) {
      auto end = static_cast<std::uint32_t>(found);
      if (trimmed(text_.substr(begin, end - begin)) == mode_.marker) {
        if (data_[end - 1] == '\r') --end;
        pop();
        return take(TokenKind::heredoc_close, begin, end);
      }
    }
  }
  const char c = data_[begin];
  if ((c == '$' || c == '%') && peek(begin + 1) == '{') return template_open(begin);
  std::uint32_t end = literal_end(begin, false);
  if (end == begin && c == '\r') return take(TokenKind::invalid, begin, begin + 1);
  mode_.begins_line = end < size_ && data_[end] == '\n';
  if (mode_.begins_line) ++end;
  return take(TokenKind::literal, begin, end);
}

Token Lexer::text() {
  const std::uint32_t begin = at_;
  if (begin >= size_) return take(TokenKind::end, size_, size_);
  const char c = data_[begin];
  if ((c == '$' || c == '%') && peek(begin + 1) == '{') return template_open(begin);
  std::uint32_t end = literal_end(begin, false);
  if (end == begin && c == '\r') return take(TokenKind::invalid, begin, begin + 1);
  if (end < size_ && data_[end] == '\n') ++end;
  return take(TokenKind::literal, begin, end);
}

}  // namespace resilint::parse::hcl
