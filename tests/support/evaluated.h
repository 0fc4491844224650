// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "dialect/dialect.h"

namespace resilint::test {

// One template by itself, with nothing given by a user.
inline std::unique_ptr<graph::Graph> evaluated(const syntax::Node& root,
                                               const dialect::Inputs& inputs = {}) {
  static dialect::NoFiles none;
  const syntax::Node* const roots[] = {&root};
  return dialect::evaluate_cloudformation(roots, inputs, none);
}

}  // namespace resilint::test
