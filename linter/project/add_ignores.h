// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "finding/finding.h"
#include "source/file.h"

namespace resilint::project {

// A file that says which findings in it are ignored.
struct Annotated {
  std::string text;
  std::vector<const finding::Finding*> covered;  // by what was added
  std::vector<const finding::Finding*> left;     // where the syntax has no place for it
};

// Adds `# resilint: ignore RULE,… reason="…" until=…` before each line on which one of the
// findings, all of this file, has its place; in JSON, `{"ignore": [{"rule": RULE, …}]}` to the
// resource that it stands in, below Metadata or "//". `reason` and `until` may be empty. The rest
// of the text stays as it is, its line ends included.
Annotated with_ignores(const source::File& file, std::span<const finding::Finding* const> findings,
                       const std::string& reason, const std::string& until);

}  // namespace resilint::project
