// SPDX-License-Identifier: Apache-2.0
#include "source/line_index.h"

#include <algorithm>
#include <cstddef>

#include "base/format.h"
#include "base/require.h"
#include "base/utf8.h"

namespace resilint::source {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::uint32_t utf16_units(std::string_view text) {
  std::uint32_t units = 0;
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(base::utf8_sequence(text), 1);
    units += size == 4 ? 2 : 1;
    text.remove_prefix(size);
  }
  return units;
}

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text) {
  begins_.push_back(
      text.starts_with(byte_order_mark) ? static_cast<std::uint32_t>(byte_order_mark.size()) : 0);
  for (std::size_t at = text.find_first_of("\r\n"); at != std::string_view::npos;
       at = text.find_first_of("\r\n", at)) {
    at += text.substr(at, 2) == "\r\n" ? 2 : 1;
    begins_.push_back(static_cast<std::uint32_t>(at));
  }
  ascii_ = std::all_of(text.begin(), text.end(), [](char c) { return (c & '\x80') == 0; });
}

std::uint32_t LineIndex::line_of(std::uint32_t offset) const {
  base::require(offset <= text_.size());
  const auto next = std::upper_bound(begins_.begin() + 1, begins_.end(), offset);
  return static_cast<std::uint32_t>(next - begins_.begin());
}

Position LineIndex::position(std::uint32_t offset) const {
  const std::uint32_t line = line_of(offset);
  const std::uint32_t begin = std::min(begins_[line - 1], offset);
  if (ascii_) return {line, offset - begin + 1, offset - begin + 1};
  const std::string_view before = text_.substr(begin, offset - begin);
  return {line, utf16_units(before) + 1, static_cast<std::uint32_t>(before.size()) + 1};
}

std::string_view LineIndex::line(std::uint32_t number) const {
  const std::uint32_t begin = begin_of(number);
  std::string_view text = text_.substr(begin, begin_of(number + 1) - begin);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::uint32_t LineIndex::begin_of(std::uint32_t number) const {
  if (number == 0 || number > begins_.size()) return static_cast<std::uint32_t>(text_.size());
  return begins_[number - 1];
}

std::string place(const File& file, std::uint32_t offset) {
  const Position at = LineIndex(file.bytes()).position(offset);
  return base::format("{}:{}:{}", file.path(), at.line, at.column);
}

}  // namespace resilint::source
