// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "finding/finding.h"

namespace resilint::finding {

// What the program itself has to say of a file, apart from rules: syntax-error, encoding, limit,
// duplicate-key, merge-key, unread, unused-ignore. In alphabetical order.
std::span<const RuleInfo> diagnostics();
bool is_diagnostic(std::string_view name);

}  // namespace resilint::finding
