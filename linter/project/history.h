// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "project/baseline.h"
#include "project/options.h"
#include "rule/rule.h"

// What was there where HEAD left a revision: in the commit that both have. The real git is run; the
// repository at `root`, its index and its work tree stay as they are. Errors are for people.
namespace resilint::project {

// A file of findings, by its path on disk.
base::Result<Baseline, std::string> baseline_at(const std::string& root,
                                                const std::string& revision,
                                                const std::string& path);

// What is found in the same paths; nothing in those that were not there.
base::Result<Baseline, std::string> findings_at(const std::string& root,
                                                const std::string& revision, Options options,
                                                const rule::Library& library);

}  // namespace resilint::project
