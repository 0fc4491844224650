// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace resilint::base {

// About so many bytes will be allocated soon, in small pieces: takes them from the system at once,
// in huge pages, since the faults of small ones cost more than what is put into them. A wish that
// may be refused. To be called before other threads allocate.
void expect_allocations(std::size_t bytes);

}  // namespace resilint::base
