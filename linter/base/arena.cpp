// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <cstdlib>

#include <sys/mman.h>

#include "base/require.h"

namespace resilint::base {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20U;

}  // namespace

void Arena::Free::operator()(std::byte* block) const { std::free(block); }

// Filling small pages one by one costs more than what is put into them, so large blocks ask for
// huge ones.
std::byte* Arena::take_block(std::size_t& size) {
  void* block = nullptr;
  if (size < huge_page) {
    block = std::malloc(size);
  } else {
    size = (size + huge_page - 1) / huge_page * huge_page;
    block = std::aligned_alloc(huge_page, size);
    if (block != nullptr) madvise(block, size, MADV_HUGEPAGE);  // a wish; it may be refused
  }
  require(block != nullptr);
  return static_cast<std::byte*>(block);
}

}  // namespace resilint::base
