// SPDX-License-Identifier: Apache-2.0
#include "project/history.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "project/check.h"
#include "project/discover.h"
#include "source/process.h"

namespace resilint::project {
namespace {

// Where HEAD left the revision.
base::Result<std::string, std::string> merge_base(const std::string& root,
                                                  const std::string& revision) {
  std::error_code error;
  if (!std::filesystem::exists(root + "/.git", error))
    return base::failure(base::format("{} is not a git repository", root));
  auto commit = source::run({"git", "-C", root, "merge-base", "HEAD", revision});
  if (!commit) return base::failure(commit.error());
  return std::string(base::trim(*commit));
}

std::string within(const std::string& root, const std::string& path) {
  return std::filesystem::path(canonical_path(path)).lexically_relative(root).generic_string();
}

// The files of a commit in a folder of their own, which goes with this.
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

base::Result<std::unique_ptr<PastTree>, std::string> PastTree::of(const std::string& root,
                                                                  const std::string& commit) {
  std::error_code error;
  std::string scratch = std::filesystem::temp_directory_path(error).string() + "/resilint-XXXXXX";
  if (error || ::mkdtemp(scratch.data()) == nullptr)
    return base::failure(base::format("{}: no folder can be made there", scratch));
  std::unique_ptr<PastTree> made(new PastTree(scratch));
  // Its `.git` makes it the root of a repository, to which paths are relative.
  std::filesystem::create_directories(made->folder() + "/.git", error);
  if (error) return base::failure(base::format("{}: {}", made->folder(), error.message()));
  const std::string index = "GIT_INDEX_FILE=" + scratch + "/index";
  auto read = source::run({"env", index, "git", "-C", root, "read-tree", commit});
  if (!read) return base::failure(read.error());
  auto written = source::run({"env", index, "git", "-C", root, "checkout-index", "--all", "--quiet",
                              "--prefix=" + made->folder() + "/"});
  if (!written) return base::failure(written.error());
  return made;
}

PastTree::~PastTree() {
  std::error_code ignored;  // what stays there is in a folder for such things
  std::filesystem::remove_all(scratch_, ignored);
}

}  // namespace

base::Result<Baseline, std::string> baseline_at(const std::string& root,
                                                const std::string& revision,
                                                const std::string& path) {
  const auto commit = merge_base(root, revision);
  if (!commit) return base::failure(commit.error());
  const std::string name = within(root, path);
  auto text = source::run({"git", "-C", root, "show", *commit + ":" + name});
  if (!text) return base::failure(text.error());
  return Baseline::read(revision + ":" + name, std::move(*text));
}

base::Result<Baseline, std::string> findings_at(const std::string& root,
                                                const std::string& revision, Options options,
                                                const rule::Library& library) {
  const auto commit = merge_base(root, revision);
  if (!commit) return base::failure(commit.error());
  const auto tree = PastTree::of(root, *commit);
  if (!tree) return base::failure(tree.error());
  std::vector<std::string> paths;
  for (const std::string& path : options.paths) {
    std::error_code error;
    std::string then = (*tree)->folder() + "/" + within(root, path);
    if (std::filesystem::exists(then, error)) paths.push_back(std::move(then));
  }
  if (paths.empty()) return Baseline{};
  options.paths = std::move(paths);
  source::FileSet files;
  const auto checked = check(options, library, files);
  if (!checked) return base::failure(checked.error());
  return Baseline::of(checked->outcome, files);
}

}  // namespace resilint::project
