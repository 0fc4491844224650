// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace resilint::base {

// Digests as others compute them, too. For fingerprints of our own: base/hash.h.
enum class Digest : std::uint8_t { md5, sha1, sha256, sha512 };

std::string digest(Digest kind, std::string_view bytes);  // raw bytes

}  // namespace resilint::base
