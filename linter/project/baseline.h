// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "finding/finding.h"
#include "source/file.h"

namespace resilint::project {

// Findings that were there before, so that only new ones are reported. Known by rule, path, address
// and property, not by lines: they survive edits around them.
class Baseline {
 public:
  struct Entry {
    std::string path;
    std::string rule;
    std::string address;
    std::string property;
    std::size_t count = 1;  // of findings that all of this is equal for
    auto operator<=>(const Entry&) const = default;
  };

  // The findings of an outcome, but for those about the files themselves.
  static Baseline of(const finding::Outcome& outcome, const source::FileSet& files);

  // Why the file cannot be used, for people.
  static base::Result<Baseline, std::string> read(const std::string& path);
  static base::Result<Baseline, std::string> read(const std::string& path, std::string bytes);
  [[nodiscard]] std::string text() const;  // JSON, sorted

  // Moves what is in it from the findings of an outcome to what is suppressed, and gives what is in
  // it and was not found any more: as often as it was not. An entry of a file that is gone stands
  // for one in another file: it was renamed. Entries of files that were not looked at are not
  // missed.
  [[nodiscard]] Baseline apply(finding::Outcome& outcome, const source::FileSet& files,
                               const std::string& reason) const;

  [[nodiscard]] Baseline without(const Baseline& gone) const;
  // With those of `before` whose files are there and were not looked at.
  [[nodiscard]] Baseline with_unseen_of(const Baseline& before,
                                        const finding::Outcome& outcome) const;
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] std::size_t findings() const;

 private:
  std::vector<Entry> entries_;  // sorted; no two are equal but for their count
};

}  // namespace resilint::project
