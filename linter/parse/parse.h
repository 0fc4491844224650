// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "finding/finding.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::parse {

inline constexpr std::uint32_t yaml_limit = 8U << 20U;    // bytes of a YAML file
inline constexpr std::uint32_t json_limit = 512U << 20U;  // bytes of a JSON file
inline constexpr std::uint32_t hcl_limit = 64U << 20U;    // bytes of an HCL file
inline constexpr std::uint32_t depth_limit = 256;         // collections inside each other

// A tree, or the problems that prevented it: findings of rule `syntax-error`, `encoding` or `limit`
// with their places, in the order of the file. YAML and JSON have a whole tree or one error. HCL
// has at most `most_errors`, and beside them a tree of the arguments and blocks that are whole,
// unless nothing could be read. `notes` are `duplicate-key` findings.
inline constexpr std::size_t most_errors = 10;
struct Parsed {
  std::unique_ptr<syntax::Tree> tree;
  std::vector<finding::Finding> errors;
  std::vector<finding::Finding> notes;

  [[nodiscard]] bool whole() const { return errors.empty(); }
};

// The encoding gate, which every parser passes first. UTF-8 with or without a byte order mark is
// let through; UTF-16, UTF-32, NUL and invalid UTF-8 give an `encoding` finding at their place.
std::optional<finding::Finding> encoding_error(const source::File& file);

// YAML 1.2 as templates use it. Text that begins with `{` or `[` may be JSON: see `parse_document`.
Parsed parse_yaml(const source::File& file);

// RFC 8259, strictly: no comments, no trailing commas. Duplicate keys are kept and noted.
Parsed parse_json(const source::File& file);

// HCL's native syntax (github.com/hashicorp/hcl, hclsyntax/spec.md), as Terraform and OpenTofu read
// it. The tree has one document, the body of the file.
Parsed parse_hcl(const source::File& file);

// The text of a scalar of `tree` as HCL, with places in the file that the scalar is from: a
// template as it stands in a quoted string, without escapes; or an expression. Null when it is not
// HCL; then `errors` got the first problem. What is made lives in the tree.
const syntax::Node* parse_hcl_template(syntax::Tree& tree, const syntax::Node& scalar,
                                       std::vector<finding::Finding>& errors);
const syntax::Node* parse_hcl_expression(syntax::Tree& tree, const syntax::Node& scalar,
                                         std::vector<finding::Finding>& errors);

// By content: JSON when the first byte that is not blank is `{` or `[` and the text is JSON, else
// YAML. When both fail, the error is that of the syntax which the file's name or first byte
// suggests.
Parsed parse_document(const source::File& file);

}  // namespace resilint::parse
