// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "syntax/node.h"

// The tokens of HCL's native syntax and of its template language. Only the HCL parser includes it,
// and the bench that measures it.
namespace resilint::parse::hcl {

enum class TokenKind : std::uint8_t {
  end,
  newline,
  identifier,
  number,
  string,               // "…" whole: no escape, no template
  escaped_string,       // "…" whole: no template
  unterminated_string,  // the quote's text up to the end of its line or of the file
  quote_open,           // of a text with templates
  quote_close,
  heredoc_open,  // "<<EOT" and the line end behind it
  unterminated_heredoc,
  heredoc_close,       // the line of the marker, without its line end
  literal,             // a piece of a template's text; in a heredoc at most one line
  interpolation_open,  // "${" or "${~"
  directive_open,      // "%{" or "%{~"
  template_close,      // "}" or "~}"
  brace_open,
  brace_close,
  bracket_open,
  bracket_close,
  parenthesis_open,
  parenthesis_close,
  assign,
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  both,
  either,
  negate,
  plus,
  minus,
  star,
  slash,
  percent,
  question,
  colon,
  double_colon,
  comma,
  dot,
  ellipsis,
  arrow,
  unterminated_comment,
  invalid,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t begin = 0;  // bytes of the text
  std::uint32_t end = 0;
};

// Reads one token after the other; what is inside a string or heredoc is known from those before.
// Comments are no tokens: they are handed to `comments`, with spans of `file`. Linear in the text,
// but for a heredoc that is looked through for its end when it begins.
class Lexer {
 public:
  // `text` is UTF-8 and outlives the lexer. A template is a text without quotes.
  enum class Start : std::uint8_t { code, text };
  Lexer(std::string_view text, source::FileId file, Start start,
        std::vector<syntax::Comment>& comments);

  Token next();

  // Goes on at a place outside of all strings and templates.
  void restart(std::uint32_t at);

 private:
  enum class In : std::uint8_t { code, quote, heredoc, text };
  struct Mode {
    In in = In::code;
    std::uint32_t braces = 0;  // open ones, in code
    std::string_view marker;   // of a heredoc
    bool begins_line = false;  // in a heredoc: nothing of the line was read
  };

  Token code();
  Token quote();
  Token heredoc();
  Token text();
  Token quoted_string(std::uint32_t begin);
  Token begin_heredoc(std::uint32_t begin);
  Token template_open(std::uint32_t begin);
  // The end of the literal that begins at `at`: before a template, a `stop`, or a line end.
  [[nodiscard]] std::uint32_t literal_end(std::uint32_t at, bool quoted) const;
  [[nodiscard]] std::uint32_t identifier_end(std::uint32_t at) const;
  [[nodiscard]] std::uint32_t number_end(std::uint32_t at) const;
  [[nodiscard]] bool line_comment(std::uint32_t& at);
  void add_comment(std::uint32_t begin, std::uint32_t end, std::uint32_t mark, std::uint32_t close);
  void pop();

  [[nodiscard]] char peek(std::uint32_t at) const { return at < size_ ? data_[at] : '\0'; }
  Token take(TokenKind kind, std::uint32_t begin, std::uint32_t end) {
    at_ = end;
    return {kind, begin, end};
  }

  std::string_view text_;
  const char* data_;
  std::uint32_t size_;
  std::uint32_t at_ = 0;
  source::FileId file_;
  std::vector<syntax::Comment>& comments_;
  Mode mode_;
  std::vector<Mode> outer_;
};

// The Unicode character that `text` begins with is white space.
std::uint32_t white_space(std::string_view text);  // its bytes, 0 when it is none

}  // namespace resilint::parse::hcl
