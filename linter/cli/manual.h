// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cli/description.h"

namespace resilint::cli {

// The manual page of section 1, for man(1): every option of every command.
std::string manual(const CommandDescription& program, std::string_view version);

}  // namespace resilint::cli
