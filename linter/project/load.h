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
#include "dialect/terraform/merge.h"
#include "engine/check.h"
#include "finding/finding.h"
#include "project/config.h"
#include "project/discover.h"
#include "project/inputs.h"
#include "project/options.h"
#include "project/read.h"
#include "source/file.h"

namespace resilint::project {

// The Terraform files of one directory, and the values that they bring.
struct TerraformModule {
  dialect::terraform::Module merged;
  dialect::ModuleSource source;
  std::vector<Understood*> files;
};

// Templates that are judged together: one, or several that import from each other.
struct Deployment {
  std::vector<const syntax::Node*> roots;
  std::unique_ptr<TerraformModule> module;  // instead of templates
  // At least one, each to be judged; null stands for none, with what is given for the whole run.
  std::vector<const Environment*> environments;
};

// All files behind the arguments, and which of their templates are judged together. The template of
// a nested stack belongs to its parent when that is among them, too.
class Workspace final : public dialect::Files {
 public:
  Workspace(source::FileSet& files, Configs& configs)
      : files_(files), configs_(configs), reader_(files) {}

  // Reads with several threads. What it says when it cannot go on is for people. Its last phase
  // goes on.
  base::Result<void, std::string> load(const Options& options, Progress& progress);

  [[nodiscard]] const std::vector<Deployment>& deployments() const { return deployments_; }
  // The file whose configuration counts for a deployment.
  [[nodiscard]] std::string_view path_of(const Deployment& deployment) const;

  // Any thread may ask; a file that is not read yet is read now, and counts as checked from then.
  Opened open(source::FileId from, std::string_view path) override;
  base::Result<std::string, std::string> read(source::FileId from, std::string_view path) override;

  // In one of its environments.
  [[nodiscard]] std::unique_ptr<graph::Graph> evaluate(const Deployment& deployment,
                                                       const Environment* environment);

  // Notes about values that no deployment takes.
  [[nodiscard]] std::vector<finding::Finding> notes() const;

  // Every file that was looked at, those included that were opened, in no order.
  [[nodiscard]] const std::deque<Understood>& understood() const { return understood_; }
  [[nodiscard]] const std::vector<finding::FileAccount>& skipped() const { return skipped_; }
  [[nodiscard]] const std::string& root() const { return root_; }

  // Where CDK's source makes the construct: "lib/shop.ts:12:5"; empty when nobody knows.
  [[nodiscard]] std::string made_at(source::FileId file, std::string_view construct) const;

 private:
  // What a folder that `cdk synth` wrote says of itself.
  struct Assembly {
    std::set<std::string> templates;            // paths on disk
    std::map<std::string, std::string> traces;  // construct path → place
  };

  base::Result<void, std::string> read_inputs(const Options& options);
  base::Result<void, std::string> read_environments();
  [[nodiscard]] std::vector<const Environment*> environments_of(std::string_view path) const;
  void choose_environments();
  [[nodiscard]] dialect::Ties ties_of(const Understood& one, const syntax::Node& root) const;
  [[nodiscard]] const dialect::Inputs& inputs_in(const Environment* environment) const;
  void read_siblings(const Options& options);
  void group_modules();
  void add_module(const std::string& folder, std::span<Understood* const> files);
  void add_module(const std::string& folder, std::unique_ptr<TerraformModule> module);
  void add_files_alone(const std::string& folder, TerraformModule& together);
  void skip_shadowed(std::vector<Candidate>& candidates);
  void skip_excluded(std::vector<Candidate>& candidates);
  void read_all(const std::vector<Candidate>& candidates, const Options& options,
                Progress& progress);
  void read_assemblies(const std::vector<Candidate>& candidates);
  void group();
  [[nodiscard]] base::Result<void, std::string> check_inputs() const;
  [[nodiscard]] std::string disk_path(source::FileId from, std::string_view path) const;

  source::FileSet& files_;
  Configs& configs_;
  std::string root_;  // no file beyond it is opened
  unsigned jobs_ = 0;
  InputReader reader_;
  dialect::Inputs inputs_;             // what is given for the whole run
  std::set<std::string> value_files_;  // on disk, that values of variables were read from
  std::vector<std::string> wanted_;    // names of environments; empty: all
  bool sees_folders_ = false;          // all that is asked for are whole folders
  // What is given in each, those for the whole run included.
  std::map<const Environment*, dialect::Inputs> inputs_in_;
  std::deque<Understood> understood_;
  Listings listings_;
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
