// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/arena.h"
#include "cel/cel.h"
#include "value/value.h"

namespace resilint::cel {

// The sign of an operator: "+".
std::string_view sign(Op op);

// `a op b` of two known values; an error value when it overflows or the types have no such
// operation. Lists may have maybe-members and an open end.
value::Value arithmetic(Op op, const value::Value& a, const value::Value& b, base::Arena& arena);
value::Value negated(const value::Value& operand, base::Arena& arena);

}  // namespace resilint::cel
