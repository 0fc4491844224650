// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "source/file.h"

namespace resilint::source {

// 1-based, as editors and SARIF count. A line ends at LF, CR LF or a lone CR.
// `column` counts UTF-16 code units (SARIF, JSON, LSP's default, and the text formats, so that all
// outputs agree); `column_utf8` counts bytes. A byte order mark has no column.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t column_utf8 = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

// Where the lines of a text begin. Built once per text, O(size); look-ups are O(log lines + line).
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);  // the text must outlive the index

  // `offset` in bytes, at most the text's size. In bytes that are not UTF-8, each counts as one.
  [[nodiscard]] Position position(std::uint32_t offset) const;

  // The 1-based line alone, O(log lines) however long the line is.
  [[nodiscard]] std::uint32_t line_of(std::uint32_t offset) const;

  // The text of a 1-based line without its line end and without a byte order mark, so that
  // `column_utf8` counts in it; empty beyond the last.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;

  // First byte of a 1-based line, a byte order mark left out; the text's size beyond the last.
  [[nodiscard]] std::uint32_t begin_of(std::uint32_t number) const;

  [[nodiscard]] std::uint32_t lines() const { return static_cast<std::uint32_t>(begins_.size()); }

 private:
  std::string_view text_;
  std::vector<std::uint32_t> begins_;
  bool ascii_ = true;  // then a column is a distance, however long the line
};

// "app.yaml:3:5", the way in which every message names a place. O(size): for single places.
std::string place(const File& file, std::uint32_t offset);

}  // namespace resilint::source
