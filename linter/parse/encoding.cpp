// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "base/format.h"
#include "base/utf8.h"
#include "parse/parse.h"

namespace resilint::parse {
namespace {

finding::Finding failure(source::Span span, std::string message) {
  finding::Finding made;
  made.rule = "encoding";
  made.severity = finding::Severity::high;
  made.message = std::move(message);
  made.span = span;
  return made;
}

constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

// "UTF-16" or "UTF-32" when the file begins with that mark, or with a letter beside NULs.
std::string_view wide_encoding(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xFE\0\0"sv) || bytes.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return "UTF-16";
  if (bytes.size() < 4) return {};
  const bool zero[] = {bytes[0] == 0, bytes[1] == 0, bytes[2] == 0, bytes[3] == 0};
  if (zero[0] && zero[1] && zero[2] && !zero[3]) return "UTF-32";
  if (!zero[0] && zero[1] && zero[2] && zero[3]) return "UTF-32";
  if ((zero[0] && !zero[1] && zero[2] && !zero[3]) || (!zero[0] && zero[1] && !zero[2] && zero[3]))
    return "UTF-16";
  return {};
}

}  // namespace

std::optional<finding::Finding> encoding_error(const source::File& file) {
  const std::string_view bytes = file.bytes();
  const auto place = [&](std::size_t at) {
    const auto begin = static_cast<std::uint32_t>(at);
    return source::Span{file.id(), begin, begin + (begin < bytes.size() ? 1U : 0U)};
  };
  if (const std::string_view wide = wide_encoding(bytes); !wide.empty()) {
    return failure(place(0), base::format("the file is {}; save it as UTF-8", wide));
  }
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (at + 8 <= bytes.size()) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + at, 8);
      // No byte is above 0x7F and none is zero.
      if (((word | (word - 0x0101010101010101ULL)) & high_bits) == 0) {
        at += 8;
        continue;
      }
    }
    if (bytes[at] == 0)
      return failure(place(at), "the file has a NUL byte; text never has one, remove it");
    const std::size_t length = base::utf8_sequence(bytes.substr(at));
    if (length == 0) {
      return failure(place(at),
                     base::format("byte 0x{:02X} is not UTF-8 here; save the file as UTF-8",
                                  static_cast<unsigned char>(bytes[at])));
    }
    at += length;
  }
  return std::nullopt;
}

}  // namespace resilint::parse
