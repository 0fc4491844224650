// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "catalog/model.h"
#include "cel/cel.h"
#include "finding/finding.h"
#include "source/file.h"
#include "syntax/node.h"

// Reading the YAML of kinds and rules: every mistake becomes a problem at its place, and reading
// goes on with the rest.
namespace resilint::catalog {

class Problems {
 public:
  void add(source::Span span, std::string message);
  // `what` "attribute", `word` what was written: "unknown attribute x; did you mean y?"
  void unknown_word(source::Span span, std::string_view what, std::string_view word,
                    std::span<const std::string_view> known);
  [[nodiscard]] bool empty() const { return found_.empty(); }
  [[nodiscard]] std::vector<finding::Finding> take() { return std::move(found_); }

 private:
  std::vector<finding::Finding> found_;
};

struct Key {
  std::string_view name;
  bool required = false;
};

// The members of a mapping whose keys are fixed. Reports what is not a mapping, unknown keys with
// a suggestion, keys that are missing, and duplicates.
class Fields {
 public:
  Fields(const syntax::Node& node, std::string_view what, std::span<const Key> keys,
         Problems& problems);
  [[nodiscard]] const syntax::Node* get(std::string_view key) const;  // null when it is not there

 private:
  const syntax::Node* node_;
};

// A scalar's text; empty, with a problem, when it is something else or empty.
std::string_view text(const syntax::Node& node, std::string_view what, Problems& problems);
// A list of texts; a single text counts as a list of one.
std::vector<std::string_view> texts(const syntax::Node& node, std::string_view what,
                                    Problems& problems);
std::optional<bool> boolean(const syntax::Node& node, std::string_view what, Problems& problems);

std::optional<AttributeType> attribute_type(const syntax::Node& node, base::Arena& arena,
                                            Problems& problems);
// A constant of the type; nothing, with a problem, when it is not one.
std::optional<Constant> constant(const syntax::Node& node, const AttributeType& type,
                                 Problems& problems);
// One expression, parsed; its syntax errors become problems inside the scalar.
cel::Program program(const syntax::Node& node, base::Arena& arena, Problems& problems);
// Adds the checker's problems at their places inside the scalar that holds the expression.
void add(const std::vector<cel::Problem>& found, const syntax::Node& node, Problems& problems);

// Reads the kinds of one model.yaml. References between kinds are checked by `check_kinds`.
std::vector<Kind> read_kinds(const syntax::Node& root, base::Arena& arena, Problems& problems);

// One kind and the YAML it was read from.
struct ReadKind {
  const Kind* kind = nullptr;
  const syntax::Node* node = nullptr;
};
// Names of kinds and attributes, relations, cycles of computed attributes, expressions.
void check_kinds(std::span<const ReadKind> kinds, const Model& model, base::Arena& arena,
                 Problems& problems);

}  // namespace resilint::catalog
