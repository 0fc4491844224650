// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/description.h"
#include "cli/options.h"
#include "rule/rule.h"

namespace resilint::cli {

// What a shell reads once, to ask this program from then on.
std::string_view completion_script(Shell shell);

// What may stand for the last of the words that follow the program's name, a line each, as the
// shell takes it. Nothing: the shell completes a file.
std::string completion_lines(Shell shell, const CommandDescription& program,
                             std::span<const rule::Rule* const> rules,
                             std::span<const std::string> words);

}  // namespace resilint::cli
