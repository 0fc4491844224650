// SPDX-License-Identifier: Apache-2.0
// Conditions, in three values. CloudFormation compares text.
#include "base/format.h"
#include "dialect/cloudformation/template.h"

namespace resilint::dialect::cloudformation {
namespace {

using syntax::Node;
using value::Truth;
using value::Value;

constexpr int deepest = 300;

}  // namespace

Template::Decided Template::condition(std::string_view name) {
  if (const auto found = conditions_.find(name); found != conditions_.end()) return found->second;
  const Node* conditions = value_of(root_, "Conditions");
  const syntax::Entry* entry = conditions == nullptr ? nullptr : member(*conditions, name);
  if (entry == nullptr)
    return {Truth::unknown, graph_.arena.copy(base::format("condition {} is not defined", name))};
  if (deciding_.contains(name) || deciding_.size() > static_cast<std::size_t>(deepest)) {
    return {Truth::unknown,
            graph_.arena.copy(base::format("condition {} depends on itself", name))};
  }
  deciding_.insert(name);
  const Decided decided = decide(*entry->value, 0);
  deciding_.erase(name);
  conditions_.emplace(entry->key->text, decided);
  return decided;
}

Template::Decided Template::decide(const Node& written, int depth) {
  const Node& node = written.resolved();
  if (depth > deepest) return {Truth::unknown, "the condition is too deep"};
  // {Condition: Name} is an intrinsic only here; elsewhere it is a key like others.
  if (node.is_mapping() && node.entries.size() == 1 && node.find("Condition") != nullptr)
    return condition(value_of(node, "Condition")->text);
  const std::optional<Call> call = call_of(node);
  if (!call) {
    if (node.is_scalar() && (node.text == "true" || node.text == "false"))
      return {value::truth(node.text == "true"), {}};
    return {Truth::unknown, "it is no condition function"};
  }
  const Node& argument = *call->argument;
  if (call->name == "Condition") return condition(argument.text);
  if (call->name == "Fn::Equals") return decide_equal(argument);
  const bool is_and = call->name == "Fn::And";
  const bool is_not = call->name == "Fn::Not";
  if (!is_and && !is_not && call->name != "Fn::Or") {
    return {Truth::unknown,
            graph_.arena.copy(base::format("{} is no condition function", call->name))};
  }
  const std::vector<const Node*> parts = items(argument);
  if (is_not) {
    if (parts.size() != 1) return {Truth::unknown, "Fn::Not needs one condition"};
    const Decided inner = decide(*parts[0], depth + 1);
    return {!inner.truth, inner.reason};
  }
  Decided all{value::truth(is_and), {}};
  for (const Node* part : parts) {
    const Decided next = decide(*part, depth + 1);
    all.truth = is_and ? all.truth && next.truth : all.truth || next.truth;
    if (all.reason.empty()) all.reason = next.reason;
    if (all.truth == value::truth(!is_and)) break;
  }
  return all;
}

Template::Decided Template::decide_equal(const Node& argument) {
  const std::vector<const Node*> sides = items(argument);
  if (!argument.is_sequence() || sides.size() != 2)
    return {Truth::unknown, "Fn::Equals needs two values"};
  const std::uint32_t kept = budget_;  // a condition is decided once, whatever asked for it
  const Value left = evaluate(*sides[0]);
  const Value right = evaluate(*sides[1]);
  budget_ = kept;
  Truth equal = value::equal(left, right);
  // A value that is not there is the empty text.
  const auto empty = [](const Value& value) {
    const auto* text = value.get<std::string_view>();
    return value.get<value::Null>() != nullptr || (text != nullptr && text->empty());
  };
  if (empty(left) && empty(right)) equal = Truth::yes;
  if (equal != Truth::unknown) return {equal, {}};
  for (const Value& side : {left, right}) {
    if (const value::Unknown* unknown = side.unknown()) return {equal, unknown->reason};
  }
  return {equal, "it compares what is known only when deployed"};
}

}  // namespace resilint::dialect::cloudformation
