// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "dialect/terraform/context.h"

namespace resilint::dialect::terraform {

// JSON as jsonencode() writes it: keys in order, no blanks, "<", ">" and "&" escaped. What is known
// only when deployed is a hole between quotes. When it depends on a choice, or a list is not known
// whole, the outcome is open.
value::Value json_text(Context& context, const value::Value& value);

// A text between quotes, escaped.
std::string json_string(std::string_view text);

}  // namespace resilint::dialect::terraform
