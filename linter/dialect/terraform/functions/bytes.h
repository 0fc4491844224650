// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace resilint::dialect::terraform {

std::string base64(std::string_view bytes);
// Nothing when it is not base64 with its padding. Line ends do not count.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace resilint::dialect::terraform
