// SPDX-License-Identifier: Apache-2.0
#include "support/textproto.h"

#include <algorithm>
#include <charconv>

#include "base/require.h"
#include "base/utf8.h"

namespace resilint::test {
namespace {

bool word_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '+' || c == '.';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  TextProto message(char close) {
    TextProto made;
    const std::size_t begin = at_;
    while (peek() != close) {
      field(made);
      if (peek() == ',' || peek() == ';') ++at_;
    }
    made.source = text_.substr(begin, at_ - begin);
    if (close != '\0') ++at_;
    return made;
  }

 private:
  // The next letter that is neither white space nor a comment.
  char peek() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
        ++at_;
      else
        return text_[at_];
    }
    return '\0';
  }

  void field(TextProto& into) {
    const std::string name = peek() == '[' ? bracketed() : word();
    base::require(!name.empty());
    if (peek() == ':') ++at_;
    if (peek() != '[') return value(name, into);
    ++at_;
    while (peek() != ']') {
      value(name, into);
      if (peek() == ',') ++at_;
    }
    ++at_;
  }

  void value(const std::string& name, TextProto& into) {
    const char first = peek();
    if (first == '{' || first == '<') {
      ++at_;
      into.fields.push_back({name, {}, message(first == '{' ? '}' : '>')});
    } else if (first == '"' || first == '\'') {
      std::string scalar;
      while (peek() == '"' || peek() == '\'') string(scalar);
      into.fields.push_back({name, scalar, {}});
    } else {
      into.fields.push_back({name, word(), {}});
      base::require(!into.fields.back().scalar.empty());
    }
  }

  std::string bracketed() {
    const std::size_t close = text_.find(']', at_);
    base::require(close != std::string_view::npos);
    const std::string_view name = text_.substr(at_, close + 1 - at_);
    at_ = close + 1;
    return std::string(name);
  }

  std::string word() {
    peek();
    const std::size_t begin = at_;
    while (at_ < text_.size() && word_letter(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  void string(std::string& into) {
    const char quote = text_[at_++];
    while (true) {
      base::require(at_ < text_.size());
      const char c = text_[at_++];
      if (c == quote) return;
      if (c == '\\')
        escape(into);
      else
        into += c;
    }
  }

  void escape(std::string& into) {
    static constexpr std::string_view letters = "abfnrtv\\'\"`?";
    static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"`?";
    base::require(at_ < text_.size());
    const char c = text_[at_++];
    if (const std::size_t simple = letters.find(c); simple != std::string_view::npos) {
      into += meanings[simple];
    } else if (c == 'u') {
      base::append_utf8(code(4, 16), into);
    } else if (c == 'U') {
      base::append_utf8(code(8, 16), into);
    } else if (c == 'x' || c == 'X') {
      into += static_cast<char>(code(2, 16));
    } else {
      --at_;
      into += static_cast<char>(code(3, 8));
    }
  }

  std::uint32_t code(std::size_t most, int base) {
    std::uint32_t number = 0;
    const char* begin = text_.data() + at_;
    const char* end = begin + std::min(most, text_.size() - at_);
    const auto [stop, error] = std::from_chars(begin, end, number, base);
    base::require(error == std::errc{});
    at_ += static_cast<std::size_t>(stop - begin);
    return number;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

const TextProto::Field* TextProto::find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

std::string_view TextProto::text(std::string_view name) const {
  const Field* found = find(name);
  return found == nullptr ? std::string_view{} : std::string_view(found->scalar);
}

const TextProto& TextProto::message(std::string_view name) const {
  static const TextProto none;
  const Field* found = find(name);
  return found == nullptr ? none : found->message;
}

TextProto read_textproto(std::string_view text) { return Reader(text).message('\0'); }

}  // namespace resilint::test
