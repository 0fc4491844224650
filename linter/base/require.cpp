// SPDX-License-Identifier: Apache-2.0
#include "base/require.h"

#include <cstdio>
#include <cstdlib>

namespace resilint::base {

void require(bool holds, std::source_location place) {
  if (holds) return;
  std::fprintf(stderr, "resilint: internal error at %s:%u; please report it\n", place.file_name(),
               static_cast<unsigned>(place.line()));
  std::abort();
}

}  // namespace resilint::base
