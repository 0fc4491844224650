// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace resilint::project {

// The rules of .gitignore files (gitignore(5)), for one walk.
class IgnoreRules {
 public:
  // Adds a file's patterns. They hold below `folder`, a path relative to the walk's root without a
  // slash at its end, empty for the root itself. Files must be added from the outermost in.
  void add(std::string_view folder, std::string_view text);

  // Whether the last pattern that fits says so. `path` is relative to the root. What lies below an
  // ignored directory is for the caller not to enter.
  [[nodiscard]] bool ignored(std::string_view path, bool directory) const;

 private:
  struct Pattern {
    std::string folder;
    std::vector<std::string> segments;  // `**` stands for any number
    bool negated = false;
    bool directories_only = false;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace resilint::project
