// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace resilint::report {

// Text for an element or an attribute in double quotes (XML 1.0): the characters that XML does not
// have become U+FFFD, and bytes that are not UTF-8, too.
std::string xml(std::string_view text);

}  // namespace resilint::report
