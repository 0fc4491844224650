// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "finding/finding.h"
#include "graph/graph.h"
#include "rule/rule.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::engine {

// One deployable unit: what a dialect made of one template, with the trees its comments are in.
struct Project {
  graph::Graph& graph;  // only its choices change
  const source::FileSet& files;
};

// Judges every resource by every rule; the findings are merged by rule and place, not yet sorted.
struct Judged {
  std::vector<finding::Finding> findings;
  std::vector<finding::Unknown> unknowns;
  std::vector<finding::Timings::Time> times;  // by the index of the rule; empty unless `timed`
};
Judged check(const rule::Library& library, std::span<const rule::Rule* const> rules,
             const Project& project, bool timed = false);

// One problem is one finding: the same rule at the same place, with the instances and environments
// listed.
void merge(std::vector<finding::Finding>& findings);

}  // namespace resilint::engine
