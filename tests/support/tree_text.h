// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace resilint::test {

// What a file with this name and text parses to, on one line:
//   a scalar    plain  'single'  "double"  |literal  >folded, with ~ for a line end in the text
//   a sequence  [a, b] in brackets, (- a - b) as a block
//   a mapping   {a: b} in brackets, (a: b, c: d) as a block
//   before it   its tag and &anchor; an alias is *anchor; a document ends in ;
// then ` # text` for each comment and ` @line:column message` for each note. Of a file that does
// not parse only `line:column: rule: message`.
std::string tree_text(std::string_view name, std::string_view text);
std::string yaml_text(std::string_view text);  // by parse_yaml
std::string json_text(std::string_view text);  // by parse_json

}  // namespace resilint::test
