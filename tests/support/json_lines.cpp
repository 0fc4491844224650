// SPDX-License-Identifier: Apache-2.0
#include "support/json_lines.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "source/disk.h"

namespace resilint::test {

JsonLine::JsonLine(std::string text)
    : file_(std::make_unique<source::File>(source::FileId{}, "line.json", std::move(text))),
      parsed_(parse::parse_json(*file_)) {
  REQUIRE(parsed_.tree != nullptr);
}

std::string JsonLine::text(std::string_view key) const {
  const syntax::Node* node = parsed_.tree->documents.front()->find(key);
  return node == nullptr || node->plain() ? std::string{} : std::string(node->text);
}

bool JsonLine::flag(std::string_view key) const {
  const syntax::Node* node = parsed_.tree->documents.front()->find(key);
  return node != nullptr && node->text == "true";
}

std::vector<JsonLine> json_lines(const std::filesystem::path& path) {
  const auto bytes = source::read(path.string(), 64U << 20U);
  REQUIRE(bytes);
  std::vector<JsonLine> lines;
  for (const std::string_view line : base::split(*bytes, '\n')) {
    if (!line.empty()) lines.emplace_back(std::string(line));
  }
  return lines;
}

std::string from_base64(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::size_t value = letters.find(c);
    if (value == std::string_view::npos) break;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>(bits >> static_cast<unsigned>(held) & 0xFFU);
    }
  }
  return bytes;
}

}  // namespace resilint::test
