// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "finding/finding.h"
#include "project/options.h"
#include "rule/rule.h"
#include "source/file.h"

namespace resilint::project {

// Finds, reads and judges; every file is in the outcome's account. Sorted: the same bytes for any
// number of threads. An error, for people, when a path
// does not exist or a parameter cannot be what it is given.
base::Result<finding::Outcome, std::string> check(const Options& options,
                                                  const rule::Library& library,
                                                  std::span<const rule::Rule* const> rules,
                                                  source::FileSet& files);

}  // namespace resilint::project
