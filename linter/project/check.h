// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "dialect/dialect.h"
#include "finding/finding.h"
#include "rule/rule.h"
#include "source/file.h"

namespace resilint::project {

// A file's text that is judged in place of what is on disk.
struct Buffer {
  std::string name;
  std::string text;
};

struct Options {
  std::vector<std::string> paths;
  std::optional<Buffer> buffer;       // then `paths` is not read
  std::optional<dialect::Type> type;  // what every file is, whatever its content says
  unsigned jobs = 0;                  // threads; 0: as many as the machine has
};

// Finds, reads and judges; every file is in the outcome's account. Sorted: the same bytes for any
// number of threads. An error when a path does not exist.
base::Result<finding::Outcome, std::string> check(const Options& options,
                                                  const rule::Library& library,
                                                  std::span<const rule::Rule* const> rules,
                                                  source::FileSet& files);

}  // namespace resilint::project
