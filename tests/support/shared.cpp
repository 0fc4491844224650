// SPDX-License-Identifier: Apache-2.0
#include "support/shared.h"

#include <cstdlib>

#include <catch2/catch.hpp>

namespace resilint::test {

std::optional<std::filesystem::path> shared(std::string_view path) {
  const char* root = std::getenv("RESILINT_SHARED");
  if (root == nullptr || *root == '\0') {
    WARN("skipped: RESILINT_SHARED is not set, " << path << " is not there");
    return std::nullopt;
  }
  const std::filesystem::path found = std::filesystem::path(root) / path;
  INFO(found.string());
  REQUIRE(std::filesystem::exists(found));
  return found;
}

}  // namespace resilint::test
