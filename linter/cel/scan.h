// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace resilint::cel {

enum class Token : std::uint8_t {
  end,
  identifier,         // also words that CEL keeps for itself
  quoted_identifier,  // `content-type`: a field that is no word
  integer,
  unsigned_integer,
  real,
  string,
  bytes,
  symbol,
  wrong,
};

// Text → tokens, one at a time: the lexis of the language definition ("Syntax").
class Scanner {
 public:
  // `text` must outlive the scanner. Stands at the first token.
  explicit Scanner(std::string_view text) : text_(text) { next(); }

  void next();

  // The token that the scanner stands at.
  Token token = Token::end;
  std::string_view word;   // as written; of a quoted identifier what stands between the quotes
  std::string decoded;     // of a string or bytes
  std::string error;       // of a wrong token: what is wrong with it
  std::string suggestion;  // of a wrong token, often empty
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t last_end = 0;  // of the token before

 private:
  [[nodiscard]] char peek(std::uint32_t ahead) const;
  [[nodiscard]] bool string_begins() const;
  void fail(std::string message, std::string instead = {});
  void skip_blanks();
  void scan_word();
  void scan_quoted_identifier();
  void scan_number();
  void scan_symbol();
  void scan_string();
  bool scan_escape();
  bool scan_code(std::uint32_t digits, int base, std::uint32_t backslash);
  bool bad_escape(std::uint32_t backslash);

  std::string_view text_;
  std::uint32_t at_ = 0;
};

}  // namespace resilint::cel
