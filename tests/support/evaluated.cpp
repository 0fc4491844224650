// SPDX-License-Identifier: Apache-2.0
#include "support/evaluated.h"

#include <catch2/catch.hpp>

namespace resilint::test {

std::vector<Deployed> deployed(const dialect::Detected& detected, source::FileId file) {
  std::vector<Deployed> made;
  if (detected.dialect != "terraform") {
    for (const syntax::Node* root : detected.templates)
      made.emplace_back().graph = evaluated(*root);
    return made;
  }
  static dialect::NoFiles none;
  static const dialect::Inputs nothing_given;
  const syntax::Node* const primary[] = {detected.tree->documents.front()};
  Deployed& module = made.emplace_back();
  module.merged =
      std::make_unique<dialect::terraform::Module>(dialect::terraform::merge(primary, {}));
  for (const finding::Finding& error : module.merged->errors) FAIL(error.message);
  module.source = std::make_unique<dialect::ModuleSource>();
  module.source->entries = module.merged->entries;
  module.source->file = file;
  module.graph = dialect::evaluate_terraform(*module.source, nothing_given, none);
  return made;
}

}  // namespace resilint::test
