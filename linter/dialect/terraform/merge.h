// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "base/arena.h"
#include "finding/finding.h"
#include "syntax/node.h"

namespace resilint::dialect::terraform {

// The files of a module as one. Blocks that no override file changes are those of the files; of the
// others only what changed is new, and lives here. A part that an override file wrote has its place
// in that file.
struct Module {
  base::Arena arena;
  std::vector<syntax::Entry> entries;    // of all primary files, in their order
  std::vector<finding::Finding> errors;  // at most parse::most_errors, in the order of the files
};

// Of the bodies of a module's files, each in the order of module_files. What is declared twice
// stays as it was declared first; what overrides nothing is left out. Both are errors, and so is
// what must not be overridden.
Module merge(std::span<const syntax::Node* const> primary,
             std::span<const syntax::Node* const> overrides);

}  // namespace resilint::dialect::terraform
