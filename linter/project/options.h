// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dialect/dialect.h"

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
  unsigned jobs = 0;                  // threads; 0: as many as the machine has
  dialect::Inputs inputs;
};

}  // namespace resilint::project
