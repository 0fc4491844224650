// SPDX-License-Identifier: Apache-2.0
#include "project/history.h"

#include <cstdlib>
#include <filesystem>

#include "base/format.h"
#include "base/text.h"
#include "source/process.h"

namespace resilint::project {

base::Result<std::string, std::string> merge_base(const std::string& root,
                                                  const std::string& reference) {
  auto commit = source::run({"git", "-C", root, "merge-base", "HEAD", reference});
  if (!commit) return base::failure(commit.error());
  return std::string(base::trim(*commit));
}

base::Result<std::string, std::string> file_at(const std::string& root, const std::string& commit,
                                               const std::string& path) {
  return source::run({"git", "-C", root, "show", commit + ":" + path});
}

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

}  // namespace resilint::project
