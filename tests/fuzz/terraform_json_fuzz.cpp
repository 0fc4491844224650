// SPDX-License-Identifier: Apache-2.0
// A file in JSON is read as a module and as values of variables, and overrides itself.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/require.h"
#include "check_tree.h"
#include "dialect/terraform/json_body.h"
#include "dialect/terraform/merge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace resilint;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const source::File file(source::FileId{}, "input.tf.json", text);
  fuzz::check(file, dialect::terraform::json_variables(file));
  const parse::Parsed parsed = dialect::terraform::json_configuration(file);
  fuzz::check(file, parsed);
  if (parsed.tree == nullptr) return 0;
  const syntax::Node* body = parsed.tree->documents.front();
  const dialect::terraform::Module module = dialect::terraform::merge({&body, 1}, {&body, 1});
  base::require(module.errors.size() <= parse::most_errors);
  return 0;
}
