// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "finding/finding.h"

namespace resilint::project {

// A file to look at.
struct Candidate {
  std::string path;   // to open
  std::string shown;  // relative to the root, `/` separators, never `../`
};

// The names of the files in folders that were walked, by the folder's path on disk: so that nobody
// asks the disk again whether one is there.
class Listings {
 public:
  void add(const std::string& folder, std::vector<std::string> names) {
    names_.emplace(folder, std::move(names));
  }
  // Null for a folder that was not walked.
  [[nodiscard]] const std::vector<std::string>* of(const std::string& folder) const;
  // False when it is surely not there.
  [[nodiscard]] bool may_have(const std::string& folder, std::string_view name) const;

 private:
  std::unordered_map<std::string, std::vector<std::string>> names_;
};

struct Discovered {
  std::vector<Candidate> files;               // sorted by `shown`, each once
  std::vector<finding::FileAccount> skipped;  // what the walk passed over, with the reason
  std::string root;                           // absolute
  Listings listings;
};

// The files behind the arguments. Directories are walked whole but for what .gitignore files name;
// links are not followed; a file that is named itself is always looked at. An error when an
// argument does not exist.
base::Result<Discovered, std::string> discover(const std::vector<std::string>& arguments);

// The path of a buffer that an editor hands over: relative to the root that it would have on disk.
std::string shown_path(const std::string& argument);

// Absolute and without links, as far as it exists.
std::string canonical_path(const std::string& path);

// The parts of a path of a Candidate.
std::string folder_of(std::string_view path);
std::string_view name_of(std::string_view path);
std::string path_in(std::string_view folder, std::string_view name);

// That root, absolute.
std::string root_folder(const std::string& argument);

}  // namespace resilint::project
