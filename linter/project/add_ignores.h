// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "finding/finding.h"
#include "source/file.h"

namespace resilint::project {

// A file with comments that ignore findings in it.
struct Annotated {
  std::string text;
  std::vector<const finding::Finding*> covered;  // by a comment that was added
  std::vector<const finding::Finding*> left;     // where the syntax takes no comment
};

// Adds `# resilint: ignore RULE,… reason="…" until=…` before each line on which one of the
// findings, all of this file, has its place. `reason` and `until` may be empty. The rest of the
// text stays as it is, its line ends included.
Annotated with_ignores(const source::File& file, std::span<const finding::Finding* const> findings,
                       const std::string& reason, const std::string& until);

}  // namespace resilint::project
