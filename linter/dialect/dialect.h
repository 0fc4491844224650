// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "finding/finding.h"
#include "graph/graph.h"
#include "parse/parse.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::dialect {

enum class Type : std::uint8_t { cloudformation, terraform, tfvars, plan };
std::optional<Type> type_named(std::string_view name);  // the words of --type
std::string_view name(Type type);

// What a file turned out to be.
struct Detected {
  finding::FileStatus status = finding::FileStatus::skipped;
  std::string dialect;  // "cloudformation", "sam", "terraform", "plan"; empty when none
  std::string reason;   // for people, when skipped or failed
  std::optional<finding::Finding> error;  // when failed
  std::vector<finding::Finding> notes;    // duplicate-key, merge-key
  std::unique_ptr<syntax::Tree> tree;     // when status is checked
  std::vector<const syntax::Node*>
      templates;  // the documents to evaluate, each a project of its own
};

// Decides by the table "a file that …" of the design: parses if there is a point, and says checked,
// skipped or failed. `forced` is the user's --type. Never reads anything but `file`.
Detected detect(const source::File& file, std::optional<Type> forced);

// Evaluates one template into a graph, which refers to the tree that `root` is in.
std::unique_ptr<graph::Graph> evaluate_cloudformation(const syntax::Node& root);

}  // namespace resilint::dialect
