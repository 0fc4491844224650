// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace resilint::base {

std::uint64_t hash(std::string_view bytes);  // XXH3, 64 bits: stable across versions and machines
std::string hexadecimal(std::uint64_t number);  // 16 lower-case digits

}  // namespace resilint::base
