// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dialect/dialect.h"
#include "engine/check.h"
#include "finding/finding.h"
#include "project/discover.h"
#include "project/options.h"
#include "project/read.h"
#include "source/file.h"

namespace resilint::project {

// Templates that are judged together: one, or several that import from each other.
struct Deployment {
  std::vector<const syntax::Node*> roots;
};

// All files behind the arguments, and which of their templates are judged together. The template of
// a nested stack belongs to its parent when that is among them, too.
class Workspace final : public dialect::Files {
 public:
  explicit Workspace(source::FileSet& files) : files_(files) {}

  // Reads with several threads. What it says when it cannot go on is for people.
  base::Result<void, std::string> load(const Options& options);

  [[nodiscard]] const std::vector<Deployment>& deployments() const { return deployments_; }

  // Any thread may ask; a file that is not read yet is read now, and counts as checked from then.
  Opened open(source::FileId from, std::string_view path) override;

  // Every file that was looked at, those included that were opened, in no order.
  [[nodiscard]] const std::deque<Understood>& understood() const { return understood_; }
  [[nodiscard]] const std::vector<finding::FileAccount>& skipped() const { return skipped_; }

  // Where CDK's source makes the construct: "lib/shop.ts:12:5"; empty when nobody knows.
  [[nodiscard]] std::string made_at(source::FileId file, std::string_view construct) const;

 private:
  // What a folder that `cdk synth` wrote says of itself.
  struct Assembly {
    std::set<std::string> templates;            // paths on disk
    std::map<std::string, std::string> traces;  // construct path → place
  };

  void skip_shadowed(std::vector<Candidate>& candidates);
  void read_all(const std::vector<Candidate>& candidates, const Options& options);
  void read_assemblies(const std::vector<Candidate>& candidates);
  void group(const dialect::Inputs& inputs);
  base::Result<void, std::string> check_inputs(const dialect::Inputs& inputs) const;
  [[nodiscard]] std::string disk_path(source::FileId from, std::string_view path) const;

  source::FileSet& files_;
  std::string root_;  // no file beyond it is opened
  unsigned jobs_ = 0;
  std::deque<Understood> understood_;
  std::vector<finding::FileAccount> skipped_;
  std::vector<Deployment> deployments_;
  std::map<std::string, Understood*> by_path_;   // on disk
  std::map<source::FileId, std::string> paths_;  // on disk
  std::map<std::string, Assembly> assemblies_;   // by folder
  mutable std::mutex mutex_;                     // of all that open() changes
};

// Calls `work` with each index below `count`, on as many threads as wanted (0: as the machine has).
void in_parallel(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work);

}  // namespace resilint::project
