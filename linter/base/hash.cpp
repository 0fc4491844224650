// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include "base/format.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace resilint::base {

std::uint64_t hash(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }
std::string hexadecimal(std::uint64_t number) { return format("{:016x}", number); }

}  // namespace resilint::base
