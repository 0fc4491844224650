// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include <fmt/core.h>

namespace resilint::base {

// {fmt}'s text formatting, checked when compiled. The only door to the library.
template <typename... Arguments>
std::string format(fmt::format_string<Arguments...> pattern, Arguments&&... arguments) {
  return fmt::format(pattern, std::forward<Arguments>(arguments)...);
}

}  // namespace resilint::base
