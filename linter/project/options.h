// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dialect/dialect.h"
#include "finding/finding.h"
#include "project/progress.h"
#include "rule/rule.h"

namespace resilint::project {

// A file's text that is judged in place of what is on disk.
struct Buffer {
  std::string name;
  std::string text;
};

struct Options {
  std::vector<std::string> paths;
  std::optional<Buffer> buffer;       // then `paths` is not read
  std::optional<dialect::Type> type;  // what every file is, whatever its content says
  std::string today;                  // YYYY-MM-DD: what is ignored until a day before is reported
  bool heeds_ignores = true;          // else nothing is ignored, whatever the files say
  unsigned jobs = 0;                  // threads; 0: as many as the machine has
  std::vector<std::string> parameter_files;  // later ones win
  dialect::Inputs inputs;                    // wins over them
  std::vector<std::string> environments;     // only these of the configuration's; empty: all
  rule::Selection selection;                 // an empty profile leaves it to the configuration
  std::optional<finding::Severity> fail_on;  // the same
  std::string version;                       // of this program
  bool timed = false;                        // whether the time of each rule is taken
  Progress* progress = nullptr;              // for whoever shows it; null: nobody
};

}  // namespace resilint::project
