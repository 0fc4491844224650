// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>

namespace resilint::base {

// A value or the reason why there is none. For environments that fail (a file that cannot be
// read); wrong input is a finding, a broken invariant is `require`.
template <typename T, typename E>
using Result = tl::expected<T, E>;

template <typename E>
constexpr tl::unexpected<std::decay_t<E>> failure(E&& error) {
  return tl::unexpected<std::decay_t<E>>(std::forward<E>(error));
}

}  // namespace resilint::base
