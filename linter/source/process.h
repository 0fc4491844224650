// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace resilint::source {

// What a program prints on standard output: all of it, once it has ended with 0. Else why there is
// nothing, for people: what it said on standard error, or that it cannot be started. The first word
// is the program, found in PATH; no shell is between.
base::Result<std::string, std::string> run(const std::vector<std::string>& command);

}  // namespace resilint::source
