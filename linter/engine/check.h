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
};
Judged check(const rule::Library& library, std::span<const rule::Rule* const> rules,
             const Project& project);

// One problem is one finding: the same rule at the same place, with the instances listed.
void merge(std::vector<finding::Finding>& findings);

// Takes out of `findings` what a comment `# resilint: ignore RULE reason="…"` in the file covers,
// and adds an `unused-ignore` note for each comment that covers nothing. Call once per file, with
// all findings of that file. `rules` are the rules that ran; `all` knows the names of the others.
struct Suppressed {
  std::vector<finding::Finding> findings;
  std::vector<finding::Finding> suppressed;
};
Suppressed suppress(std::vector<finding::Finding> findings, const source::File& file,
                    const syntax::Tree& tree, std::span<const rule::Rule* const> rules,
                    const rule::Library& all);

}  // namespace resilint::engine
