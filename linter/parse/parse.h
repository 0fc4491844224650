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
inline constexpr std::uint32_t depth_limit = 256;         // collections inside each other

// A whole tree, or the one problem that prevented it: a finding of rule `syntax-error`, `encoding`
// or `limit` with its place. Never both, never half a tree. `notes` are `duplicate-key` findings.
struct Parsed {
  std::unique_ptr<syntax::Tree> tree;
  std::optional<finding::Finding> error;
  std::vector<finding::Finding> notes;
};

// The encoding gate, which every parser passes first. UTF-8 with or without a byte order mark is
// let through; UTF-16, UTF-32, NUL and invalid UTF-8 give an `encoding` finding at their place.
std::optional<finding::Finding> encoding_error(const source::File& file);

// YAML 1.2 as templates use it. Text that begins with `{` or `[` may be JSON: see `parse_document`.
Parsed parse_yaml(const source::File& file);

// RFC 8259, strictly: no comments, no trailing commas. Duplicate keys are kept and noted.
Parsed parse_json(const source::File& file);

// By content: JSON when the first byte that is not blank is `{` or `[` and the text is JSON, else
// YAML. When both fail, the error is that of the syntax which the file's name or first byte
// suggests.
Parsed parse_document(const source::File& file);

}  // namespace resilint::parse
