// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "dialect/dialect.h"
#include "finding/finding.h"
#include "project/discover.h"
#include "source/file.h"

namespace resilint::project {

// A file that was read and looked into. What is no infrastructure as code gives its bytes back.
struct Understood {
  finding::FileAccount account;
  const source::File* file = nullptr;  // null when it could not be read
  dialect::Detected detected;
  bool asked = true;  // else it is read for the sake of others, and nothing is said of it
};

// `type` is the user's word for what every file is. Any thread may call it.
Understood read(const Candidate& candidate, std::optional<dialect::Type> type,
                source::FileSet& files);

// The same for a text that is there already.
Understood understand(std::string shown, std::string bytes, std::optional<dialect::Type> type,
                      source::FileSet& files);

}  // namespace resilint::project
