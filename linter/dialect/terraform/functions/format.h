// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "dialect/terraform/functions.h"

namespace resilint::dialect::terraform {

// format() and formatlist(): "%s", "%5.2f", "%[2]q", "%#v" …
Outcome format_text(Call& call);
Outcome format_list(Call& call);

// What a reader takes for characters: grapheme clusters.
std::size_t count_characters(std::string_view text);

}  // namespace resilint::dialect::terraform
