// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/read.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/format.h"
#include "dialect/terraform/json_body.h"

namespace resilint::dialect::terraform {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_json(const source::File& file) {
  const std::string_view path = file.path();
  if (path.ends_with(".json")) return true;
  if (path.ends_with(".tf") || path.ends_with(".tofu") || path.ends_with(".tfvars")) return false;
  std::string_view text = file.bytes();
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

// Blocks are no values: each is an error, and is left out.
void refuse_blocks(parse::Parsed& parsed) {
  const syntax::Node& body = *parsed.tree->documents.front();
  std::vector<syntax::Entry> arguments;
  for (const syntax::Entry& entry : body.entries) {
    if (!entry.value->is_block()) {
      arguments.push_back(entry);
      continue;
    }
    if (parsed.errors.size() >= parse::most_errors) continue;
    finding::Finding error;
    error.rule = "syntax-error";
    error.severity = finding::Severity::high;
    error.message = base::format(
        "a file of variables has only `name = value`; the block `{}` belongs to a .tf file",
        entry.key->text);
    error.span = entry.key->span;
    parsed.errors.push_back(std::move(error));
  }
  if (arguments.size() == body.entries.size()) return;
  syntax::Node* rest = parsed.tree->arena.make<syntax::Node>(body);
  rest->entries = parsed.tree->arena.array(arguments);
  parsed.tree->documents.front() = rest;
  std::ranges::stable_sort(parsed.errors, {},
                           [](const finding::Finding& error) { return error.span.begin; });
}

}  // namespace

parse::Parsed read_configuration(const source::File& file) {
  return is_json(file) ? json_configuration(file) : parse::parse_hcl(file);
}

parse::Parsed read_variables(const source::File& file) {
  if (is_json(file)) return json_variables(file);
  parse::Parsed parsed = parse::parse_hcl(file);
  if (parsed.tree != nullptr) refuse_blocks(parsed);
  return parsed;
}

}  // namespace resilint::dialect::terraform
