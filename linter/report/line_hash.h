// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace resilint::report {

// GitHub's `primaryLocationLineHash` of every line, as its upload action computes it: a polynomial
// of base 37 over the first 100 characters from the line's start on, blanks and tabs left out and
// line ends made LF, in hexadecimal, with a counter for equal ones. O(100 × lines).
std::vector<std::string> line_hashes(std::string_view text);

}  // namespace resilint::report
