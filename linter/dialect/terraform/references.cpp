// SPDX-License-Identifier: Apache-2.0
// What may connect further things to a resource, and the version of the provider.
#include <algorithm>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "dialect/terraform/configuration.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;

constexpr int deepest = 100;

// Arguments of a module block that are Terraform's own.
bool is_meta(std::string_view name) {
  static constexpr std::array<std::string_view, 6> names{"source",   "version",   "count",
                                                         "for_each", "providers", "depends_on"};
  return std::ranges::find(names, name) != names.end();
}

// The major versions that a constraint lets through: from, and up to but not including.
struct Range {
  std::int64_t from = 0;
  std::optional<std::int64_t> before;
};

Range majors(std::string_view constraint) {
  Range range;
  for (const std::string_view part : base::split(constraint, ',')) {
    std::string_view rest = base::trim(part);
    const std::size_t digits = rest.find_first_of("0123456789");
    if (digits == std::string_view::npos) continue;
    const std::string_view operation = base::trim(rest.substr(0, digits));
    rest.remove_prefix(digits);
    const std::vector<std::string_view> numbers = base::split(rest, '.');
    const auto major = base::parse_int(numbers.front());
    if (!major) continue;
    const bool whole = std::ranges::all_of(std::span(numbers).subspan(1),
                                           [](std::string_view number) { return number == "0"; });
    const auto limit = [&range](std::int64_t before) {
      range.before = std::min(range.before.value_or(before), before);
    };
    if (operation.empty() || operation == "=" || operation == "~>" || operation == ">=" ||
        operation == ">")
      range.from = std::max(range.from, *major);
    if (operation.empty() || operation == "=" || (operation == "~>" && numbers.size() > 1))
      limit(*major + 1);
    if (operation == "<") limit(whole ? *major : *major + 1);
    if (operation == "<=") limit(*major + 1);
  }
  return range;
}

}  // namespace

// Which major version it is, when only one is possible; else empty.
std::string_view Configuration::provider_version() {
  if (!source_.provider_version.empty()) return source_.provider_version;
  for (const Entry* entry : others_) {
    if (entry->key->text != "terraform") continue;
    for (const Entry& inner : entry->value->body().entries) {
      if (!inner.value->is_block() || inner.key->text != "required_providers") continue;
      const Node* provider = inner.value->body().find("aws");
      const Node* version =
          provider != nullptr && provider->is_mapping() ? provider->find("version") : provider;
      if (version == nullptr || !version->is_scalar()) continue;
      const Range range = majors(version->text);
      if (range.before && *range.before == range.from + 1)
        return lasting(base::format("{}", range.from));
    }
  }
  return {};
}

void Configuration::open_resources() {
  for (const auto& [name, entry] : modules_) {
    const std::string_view why =
        lasting(base::format("passed to module {}, which is not read yet", name));
    followed_.clear();
    for (const Entry& argument : entry->value->body().entries) {
      if (!argument.value->is_block() && !is_meta(argument.key->text))
        open_named_in(*argument.value, why);
    }
  }
  for (const auto& [name, entry] : outputs_) {
    const Node* value = entry->value->body().find("value");
    followed_.clear();
    if (value != nullptr)
      open_named_in(*value, lasting(base::format("given out as output {}", name)));
  }
  for (const auto& block : resources_) {
    // A stack is a template of its own, which is not read with the configuration.
    if (block->type != "aws_cloudformation_stack") continue;
    const Node* parameters = block->body->find("parameters");
    followed_.clear();
    if (parameters != nullptr)
      open_named_in(*parameters,
                    lasting(base::format("passed to stack {}.{}", block->type, block->name)));
  }
}

void Configuration::open_named_in(const Node& expression, std::string_view why, int depth) {
  if (depth > deepest) return;
  if (expression.kind == NodeKind::variable && !expression.entries.empty()) {
    const Node& first = *expression.entries.front().value;
    if (const auto found = by_address_.find({expression.text, first.text});
        found != by_address_.end()) {
      for (const ResourceBlock::Instance& instance : found->second->instances)
        graph_.open(instance.id, why);
    }
    const auto local = expression.text == "local" ? locals_.find(first.text) : locals_.end();
    if (local != locals_.end() && local->second.expression != nullptr &&
        followed_.insert(local->second.expression).second)
      open_named_in(*local->second.expression, why, depth + 1);
  }
  for (const Entry& entry : expression.entries) {
    if (entry.key != nullptr) open_named_in(*entry.key, why, depth + 1);
    open_named_in(*entry.value, why, depth + 1);
  }
}

}  // namespace resilint::dialect::terraform

namespace resilint::dialect {

std::unique_ptr<graph::Graph> evaluate_terraform(const ModuleSource& source, const Inputs& inputs,
                                                 Files& files) {
  auto graph = std::make_unique<graph::Graph>();
  auto configuration = std::make_shared<terraform::Configuration>(source, inputs, files, *graph);
  configuration->add_resources();
  configuration->open_resources();
  graph->evaluator = std::move(configuration);
  return graph;
}

}  // namespace resilint::dialect
