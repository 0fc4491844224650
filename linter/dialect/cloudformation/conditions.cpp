// SPDX-License-Identifier: Apache-2.0
// Conditions and rules, in three values. CloudFormation compares text.
#include <algorithm>

#include "base/format.h"
#include "dialect/cloudformation/template.h"

namespace resilint::dialect::cloudformation {
namespace {

using syntax::Node;
using value::Truth;
using value::Value;

constexpr std::size_t deepest = 300;

}  // namespace

graph::Existence Template::existence(std::string_view written, const Loop* loop) {
  const std::string_view condition_name = in_loop(written, loop);
  graph::Existence all;
  if (parent_ != nullptr) {
    const Named* stack = parent_->named(stack_);
    if (stack != nullptr) all = graph_.get(stack->id).existence();
    if (all.truth == Truth::no) return all;
  } else if (refused()) {
    return {Truth::no, "the template's Rules refuse these parameters"};
  }
  if (condition_name.empty()) return all;
  const Decided decided = condition(condition_name);
  if (decided.truth == Truth::yes) return all;
  all.truth = decided.truth;
  if (decided.truth == Truth::no) {
    all.reason = graph_.arena.copy(base::format("condition {} is false", condition_name));
    return all;
  }
  all.waits = value::united(graph_.arena, all.waits, decided.waits);
  if (all.reason.empty()) {
    all.reason = graph_.arena.copy(
        base::format("condition {} is not known: {}", condition_name, decided.reason));
  }
  return all;
}

Template::Decided Template::condition(std::string_view name) {
  const Node* conditions = value_of(root_, "Conditions");
  const std::optional<Item> found =
      conditions == nullptr ? std::nullopt : item(*conditions, name, nullptr);
  if (!found)
    return {Truth::unknown, graph_.arena.copy(base::format("condition {} is not defined", name))};
  if (const Decided* kept = conditions_[found->key].find(graph_.choices)) return *kept;
  if (deciding_.contains(found->key) || deciding_.size() > deepest) {
    return {Truth::unknown,
            graph_.arena.copy(base::format("condition {} depends on itself", name))};
  }
  deciding_.insert(found->key);
  const value::Choices::Frame frame(graph_.choices);
  const std::uint32_t kept =
      deployment_.budget;  // a condition is decided once, whatever asked for it
  const Decided decided = decide(*found->entry->value, {Use::deciding, found->loop});
  deployment_.budget = kept;
  deciding_.erase(found->key);
  return conditions_[found->key].keep(frame, decided);
}

Template::Decided Template::decide(const Node& written, const Scope& scope) {
  const Node& node = written.resolved();
  if (static_cast<std::size_t>(scope.depth) > deepest)
    return {Truth::unknown, "the condition is too deep"};
  // {Condition: Name} is an intrinsic only here; elsewhere it is a key like others.
  if (node.is_mapping() && node.entries.size() == 1 && node.find("Condition") != nullptr)
    return condition(in_loop(value_of(node, "Condition")->text, scope.loop));
  const std::optional<Call> call = call_of(node);
  if (!call) {
    if (node.is_scalar() && (node.text == "true" || node.text == "false"))
      return {value::truth(node.text == "true"), {}};
    return {Truth::unknown, "it is no condition function"};
  }
  const Node& argument = *call->argument;
  if (call->name == "Condition") return condition(in_loop(argument.text, scope.loop));
  if (call->name == "Fn::Equals") return decide_equal(argument, scope);
  if (call->name == "Fn::Contains" || call->name == "Fn::EachMemberIn")
    return decide_contains(*call, scope);
  const bool is_and = call->name == "Fn::And";
  const bool is_not = call->name == "Fn::Not";
  if (!is_and && !is_not && call->name != "Fn::Or") {
    return {Truth::unknown,
            graph_.arena.copy(base::format("{} is no condition function", call->name))};
  }
  const std::vector<const Node*> parts = items(argument);
  if (is_not) {
    if (parts.size() != 1) return {Truth::unknown, "Fn::Not needs one condition"};
    const Decided inner = decide(*parts[0], scope.below());
    return {!inner.truth, inner.reason, inner.waits};
  }
  Decided all{value::truth(is_and), {}};
  for (const Node* part : parts) {
    const Decided next = decide(*part, scope.below());
    all.truth = is_and ? all.truth && next.truth : all.truth || next.truth;
    if (all.reason.empty()) all.reason = next.reason;
    all.waits = value::united(graph_.arena, all.waits, next.waits);
    if (all.truth == value::truth(!is_and)) break;
  }
  if (all.truth != Truth::unknown) return {all.truth, {}};
  return all;
}

Template::Decided Template::decide_equal(const Node& argument, const Scope& scope) {
  const std::vector<const Node*> sides = items(argument);
  if (!argument.is_sequence() || sides.size() != 2)
    return {Truth::unknown, "Fn::Equals needs two values"};
  return compared(evaluate(*sides[0], scope), evaluate(*sides[1], scope));
}

Template::Decided Template::compared(const Value& left, const Value& right) {
  Truth equal = value::equal(left, right);
  // A value that is not there is the empty text.
  const auto empty = [](const Value& value) {
    const auto* text = value.get<std::string_view>();
    return value.absent() || value.get<value::Null>() != nullptr ||
           (text != nullptr && text->empty());
  };
  if (empty(left) && empty(right)) equal = Truth::yes;
  if (equal != Truth::unknown) return {equal, {}};
  Decided made{equal, "it compares what is known only when deployed"};
  for (const Value& side : {left, right}) {
    made.waits = value::united(graph_.arena, made.waits, side.undecided());
    if (const value::Unknown* unknown = side.unknown()) made.reason = unknown->reason;
  }
  if (made.waits != nullptr) {
    made.reason =
        graph_.arena.copy(base::format("it depends on {}", value::parameters_of(*made.waits)));
  }
  return made;
}

// Fn::Contains: [list, value]; Fn::EachMemberIn: [some, all].
Template::Decided Template::decide_contains(const Call& call, const Scope& scope) {
  const std::vector<const Node*> sides = items(*call.argument);
  if (!call.argument->is_sequence() || sides.size() != 2) {
    return {Truth::unknown, graph_.arena.copy(base::format("{} needs two arguments", call.name))};
  }
  const bool each = call.name == "Fn::EachMemberIn";
  const Value some = evaluate(*sides[each ? 0 : 1], scope);
  const Value all = evaluate(*sides[each ? 1 : 0], scope);
  const auto* members = all.pointer<value::List>();
  if (members == nullptr || !value::is_closed(*members))
    return {Truth::unknown, "the list of what is allowed is not known"};
  const auto within = [&](const Value& wanted) {
    Decided any{Truth::no, {}};
    for (const value::Member& member : members->members) {
      const Decided same = compared(wanted, member.value);
      any = {any.truth || same.truth, same.reason,
             value::united(graph_.arena, any.waits, same.waits)};
      if (any.truth == Truth::yes) return Decided{Truth::yes, {}};
    }
    return any;
  };
  const auto* wanted = some.pointer<value::List>();
  if (wanted == nullptr) return within(some);
  if (!value::is_closed(*wanted)) return {Truth::unknown, "the list is not known whole"};
  Decided every{Truth::yes, {}};
  for (const value::Member& member : wanted->members) {
    const Decided one = within(member.value);
    every = {every.truth && one.truth, one.reason,
             value::united(graph_.arena, every.waits, one.waits)};
  }
  return every;
}

bool Template::refused() {
  const Node* rules = value_of(root_, "Rules");
  // A rule may ask for parameters alone, so that nothing in it asks for an existence.
  if (rules == nullptr) return false;
  if (const bool* kept = refused_.find(graph_.choices)) return *kept;
  const value::Choices::Frame frame(graph_.choices);
  const auto holds = [this](const Node* node) {
    return node == nullptr ? Truth::yes : decide(*node, {Use::deciding}).truth;
  };
  bool refuses = false;
  for (const syntax::Entry* rule : members(*rules)) {
    if (holds(value_of(*rule->value, "RuleCondition")) != Truth::yes) continue;
    const Node* assertions = value_of(*rule->value, "Assertions");
    if (assertions == nullptr) continue;
    for (const Node* assertion : items(*assertions))
      refuses = refuses || holds(value_of(*assertion, "Assert")) == Truth::no;
  }
  // What is refused whatever is chosen says nothing about a choice.
  const value::Choices::Basis* basis = frame.basis();
  return refused_.keep(frame, refuses && basis != nullptr && !basis->chosen.empty());
}

}  // namespace resilint::dialect::cloudformation
