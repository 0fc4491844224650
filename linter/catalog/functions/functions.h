// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cel/cel.h"

// Functions that rules may call besides CEL's own: pure, from values to a value. What belongs to a
// service (its names, principals) reaches them as arguments.
namespace resilint::catalog {

// list.count_distinct(): how many different members a list has. An unknown with bounds when that
// is not certain: members that may be equal, may not belong, or an open list.
extern const cel::Function count_distinct;

}  // namespace resilint::catalog
