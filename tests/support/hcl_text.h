// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "syntax/node.h"

namespace resilint::test {

// A tree of HCL as text, in the form of tests/tools/hcl_reference: an item a line, expressions with
// brackets around all that belongs together: `x = (+ 1 (* a 2))`, `(get var .name [0])`,
// `(template "a " var)`, `(for-object (k v) m k v if c)`.
// Without one of its entries, wherever in it that stands.
std::string hcl_text(const syntax::Node& body, const syntax::Entry* left_out = nullptr);
std::string hcl_expression_text(const syntax::Node& expression,
                                const syntax::Entry* left_out = nullptr);

// The same as hcl2json writes it: blocks as lists below their labels, literals as JSON, other
// expressions as "${" their source "}". `source` is the text of the file.
std::string hcl_json(const syntax::Node& body, std::string_view source);

}  // namespace resilint::test
