// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

// What git knows of a repository; the real git is run. Errors are for people.
namespace resilint::project {

// Where HEAD left `reference`: the commit that both have.
base::Result<std::string, std::string> merge_base(const std::string& root,
                                                  const std::string& reference);

// A file as it was in a commit; `path` is relative to the root.
base::Result<std::string, std::string> file_at(const std::string& root, const std::string& commit,
                                               const std::string& path);

// The files of a commit in a folder of their own, which goes with this. The repository, its index
// and its work tree stay as they are.
class PastTree {
 public:
  static base::Result<std::unique_ptr<PastTree>, std::string> of(const std::string& root,
                                                                 const std::string& commit);
  ~PastTree();
  PastTree(const PastTree&) = delete;
  PastTree& operator=(const PastTree&) = delete;

  [[nodiscard]] std::string folder() const { return scratch_ + "/tree"; }

 private:
  explicit PastTree(std::string scratch) : scratch_(std::move(scratch)) {}
  std::string scratch_;
};

}  // namespace resilint::project
