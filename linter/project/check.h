// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
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
// does not exist, a parameter cannot be what it is given, or a configuration is wrong.
struct Checked {
  finding::Outcome outcome;
  std::vector<const rule::Rule*> rules;  // of the library: those that ran somewhere, by name
  // From which severity on a finding in a file fails; medium for those that are not here.
  std::map<source::FileId, finding::Severity> thresholds;

  // Whether a finding is as severe as is asked for where it stands.
  [[nodiscard]] bool fails() const;
};
base::Result<Checked, std::string> check(const Options& options, const rule::Library& library,
                                         source::FileSet& files);

}  // namespace resilint::project
