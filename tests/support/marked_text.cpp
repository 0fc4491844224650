// SPDX-License-Identifier: Apache-2.0
#include "support/marked_text.h"

#include "base/require.h"

namespace resilint::test {

MarkedText marked(std::string_view text) {
  MarkedText result;
  std::vector<std::size_t> open;
  while (!text.empty()) {
    const auto here = static_cast<std::uint32_t>(result.text.size());
    if (text.starts_with("[[")) {
      open.push_back(result.spans.size());
      result.spans.emplace_back(here, here);
      text.remove_prefix(2);
    } else if (text.starts_with("]]")) {
      base::require(!open.empty());
      result.spans[open.back()].second = here;
      open.pop_back();
      text.remove_prefix(2);
    } else {
      result.text += text.front();
      text.remove_prefix(1);
    }
  }
  base::require(open.empty());
  return result;
}

}  // namespace resilint::test
