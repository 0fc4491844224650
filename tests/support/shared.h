// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace resilint::test {

// A path below the folder that RESILINT_SHARED names. Unset: nothing, and the test says that it
// was skipped.
std::optional<std::filesystem::path> shared(std::string_view path);

}  // namespace resilint::test
