// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rule/rule.h"

namespace resilint::rule {

// The rules and kinds that were compiled into the program.
const Library& builtin();

}  // namespace resilint::rule
