// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <cstdlib>

#include <sys/mman.h>

#include "base/require.h"

namespace resilint::base {

void Arena::Free::operator()(std::byte* block) const { std::free(block); }

std::byte* Arena::take_block(std::size_t size) {
  const bool pages = size % huge_page == 0;
  void* block = pages ? std::aligned_alloc(huge_page, size) : std::malloc(size);
  require(block != nullptr);
  if (pages) madvise(block, size, MADV_HUGEPAGE);  // a wish: it may be refused
  return static_cast<std::byte*>(block);
}

}  // namespace resilint::base
