// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace resilint::test {

// A text whose places were marked `[[so]]`: the text without the marks, and the bytes
// [first, second) that each pair of marks enclosed, in the order of the opening marks.
struct MarkedText {
  std::string text;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spans;
};

// Pairs of marks may stand inside each other. The program ends when they do not match.
MarkedText marked(std::string_view text);

}  // namespace resilint::test
