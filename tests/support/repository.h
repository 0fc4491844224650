// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace resilint::test {

// The root of this repository's checkout, as the build knows it.
inline std::filesystem::path repository() { return RESILINT_SOURCE_DIR; }

}  // namespace resilint::test
