// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "dialect/dialect.h"
#include "dialect/terraform/merge.h"

namespace resilint::test {

// One template by itself, with nothing given by a user.
inline std::unique_ptr<graph::Graph> evaluated(const syntax::Node& root,
                                               const dialect::Inputs& inputs = {}) {
  static dialect::NoFiles none;
  const syntax::Node* const roots[] = {&root};
  return dialect::evaluate_cloudformation(roots, inputs, none);
}

// What one file deploys by itself: a template, or a module that has no other file.
struct Deployed {
  std::unique_ptr<dialect::terraform::Module> merged;  // of a module
  std::unique_ptr<dialect::ModuleSource> source;
  std::unique_ptr<graph::Graph> graph;
};

// Of each template in the file, or of the module. `detected` must outlive it.
std::vector<Deployed> deployed(const dialect::Detected& detected, source::FileId file);

}  // namespace resilint::test
