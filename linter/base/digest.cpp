// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <cstddef>

#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

namespace resilint::base {
namespace {

template <typename State>
std::string digested(std::string_view bytes, std::size_t size, void (*init)(State*),
                     void (*update)(State*, std::size_t, const std::uint8_t*),
                     void (*finish)(State*, std::size_t, std::uint8_t*)) {
  State state;
  init(&state);
  update(&state, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
  std::string made(size, '\0');
  finish(&state, size, reinterpret_cast<std::uint8_t*>(made.data()));
  return made;
}

}  // namespace

std::string digest(Digest kind, std::string_view bytes) {
  switch (kind) {
    case Digest::md5:
      return digested<md5_ctx>(bytes, MD5_DIGEST_SIZE, nettle_md5_init, nettle_md5_update,
                               nettle_md5_digest);
    case Digest::sha1:
      return digested<sha1_ctx>(bytes, SHA1_DIGEST_SIZE, nettle_sha1_init, nettle_sha1_update,
                                nettle_sha1_digest);
    case Digest::sha256:
      return digested<sha256_ctx>(bytes, SHA256_DIGEST_SIZE, nettle_sha256_init,
                                  nettle_sha256_update, nettle_sha256_digest);
    case Digest::sha512:
      return digested<sha512_ctx>(bytes, SHA512_DIGEST_SIZE, nettle_sha512_init,
                                  nettle_sha512_update, nettle_sha512_digest);
  }
  return {};
}

}  // namespace resilint::base
