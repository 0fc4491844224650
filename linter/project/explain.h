// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "finding/explanation.h"
#include "project/check.h"

namespace resilint::project {

// What the templates behind the arguments say of one rule at one address.
struct Explained {
  std::vector<finding::Explanation> found;   // sorted by path
  std::vector<finding::FileAccount> failed;  // files that may hold the address and were not read
  std::vector<std::string> judged;           // addresses that the rule judges, for a suggestion
  std::vector<std::string> of_another_type;  // "Orders is an AWS::S3::Bucket"
  std::vector<source::Span> secrets;         // as in finding::Outcome
};

// An error when a path does not exist.
base::Result<Explained, std::string> explain(const Options& options, const rule::Library& library,
                                             const rule::Rule& rule, std::string_view address,
                                             source::FileSet& files);

}  // namespace resilint::project
