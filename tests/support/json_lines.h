// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parse/parse.h"
#include "source/file.h"

namespace resilint::test {

// One line of a file of JSON objects.
class JsonLine {
 public:
  explicit JsonLine(std::string text);
  [[nodiscard]] std::string text(std::string_view key) const;  // empty when it is null or not there
  [[nodiscard]] bool flag(std::string_view key) const;

 private:
  std::unique_ptr<source::File> file_;
  parse::Parsed parsed_;
};

std::vector<JsonLine> json_lines(const std::filesystem::path& path);

std::string from_base64(std::string_view text);

}  // namespace resilint::test
