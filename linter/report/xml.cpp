// SPDX-License-Identifier: Apache-2.0
#include "report/xml.h"

#include <algorithm>

#include "base/format.h"
#include "base/utf8.h"

namespace resilint::report {

std::string xml(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string made;
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = base::utf8_sequence(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (c == '<')
      made += "&lt;";
    else if (c == '>')
      made += "&gt;";
    else if (c == '&')
      made += "&amp;";
    else if (c == '"')
      made += "&quot;";
    else if (c == '\n' || c == '\r' || c == '\t')
      made += base::format("&#{};", static_cast<int>(c));
    else if (length == 0 || static_cast<unsigned char>(c) < 0x20 || character == "\xEF\xBF\xBE" ||
             character == "\xEF\xBF\xBF")
      made += replacement;
    else
      made += character;
    text.remove_prefix(character.size());
  }
  return made;
}

}  // namespace resilint::report
