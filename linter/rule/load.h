// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "base/arena.h"
#include "finding/finding.h"
#include "rule/rule.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::rule {

// Kinds and rules read from files, with the memory that they live in. The files must outlive it.
struct Loaded {
  base::Arena arena;
  std::vector<std::unique_ptr<syntax::Tree>> trees;
  std::vector<catalog::Kind> kinds;
  std::vector<Rule> rules;
  std::vector<finding::Finding> problems;  // empty: everything is sound; rule `rule-error`
};

// Reads and checks rule files (`model.yaml` holds kinds, any other file one rule, called as the
// file) against each other and against `known`, the kinds and rules that are there already.
std::unique_ptr<Loaded> load(std::span<const source::File* const> files, const Library& known);

// `known` together with what was loaded, which must outlive it.
Library joined(const Library& known, const Loaded& loaded);

}  // namespace resilint::rule
