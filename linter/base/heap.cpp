// SPDX-License-Identifier: Apache-2.0
#include "base/heap.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include <malloc.h>
#include <sys/mman.h>

namespace resilint::base {

void expect_allocations(std::size_t bytes) {
  constexpr std::size_t huge_page = std::size_t{2} << 20U;
  // What is freed stays; nothing of this size is mapped by itself, so that it comes to lie at the
  // end of the heap, from which all else is cut.
  mallopt(M_TRIM_THRESHOLD, static_cast<int>(std::min(bytes * 4, std::size_t{INT32_MAX})));
  mallopt(M_MMAP_THRESHOLD, static_cast<int>(std::min(bytes * 2, std::size_t{INT32_MAX})));
  void* block = std::malloc(bytes);
  if (block == nullptr) return;
  std::size_t left = bytes;
  void* begin = block;
  if (std::align(huge_page, huge_page, begin, left) != nullptr)
    madvise(begin, left & ~(huge_page - 1), MADV_HUGEPAGE);
  std::free(block);
}

}  // namespace resilint::base
