// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <source_location>

namespace resilint::base {

// Ends the program with the place of the call when an invariant of the program itself is broken.
// Never for wrong input. Active in every build.
void require(bool holds, std::source_location place = std::source_location::current());

}  // namespace resilint::base
