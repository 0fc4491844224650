// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/arena.h"
#include "catalog/document.h"
#include "catalog/model.h"
#include "rule/rule.h"
#include "syntax/node.h"

namespace resilint::rule {

// One rule file → Rule, checked against the model. `name` is the file's name without its
// extension, in the arena. Problems mean that the rule must not be used.
Rule read(const syntax::Node& root, std::string_view name, const source::File& file,
          const catalog::Model& model, base::Arena& arena, catalog::Problems& problems);

}  // namespace resilint::rule
