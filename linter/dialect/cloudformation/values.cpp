// SPDX-License-Identifier: Apache-2.0
// Expressions → values.
#include <algorithm>
#include <array>
#include <vector>

#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "dialect/cloudformation/template.h"

namespace resilint::dialect::cloudformation {
namespace {

using syntax::Node;
using value::Truth;
using value::Value;

constexpr int deepest = 300;  // aliases can nest more than the parser's depth limit
constexpr std::uint32_t most_nodes = 200'000;

bool may_be_absent(const Value& value) {
  const value::Unknown* unknown = value.unknown();
  return value.absent() || (unknown != nullptr && unknown->may_be_absent);
}

bool is_null(const Node& node) {
  static constexpr std::array<std::string_view, 5> words{"", "~", "null", "Null", "NULL"};
  return node.plain() && node.tag().empty() && std::ranges::find(words, node.text) != words.end();
}

bool is_custom(std::string_view type) {
  return type.starts_with("Custom::") || type == "AWS::CloudFormation::CustomResource";
}

}  // namespace

Value Template::unknown(std::string_view reason, std::string_view symbol) {
  return value::unknown(graph_.arena, graph_.arena.copy(reason), graph_.arena.copy(symbol));
}

std::string_view Template::lasting(std::string_view name) {
  const auto found = names_.find(name);
  return found != names_.end() ? *found : *names_.insert(graph_.arena.copy(name)).first;
}

Value Template::maybe_absent(std::string_view reason) {
  return value::maybe_absent(graph_.arena, graph_.arena.copy(reason));
}

const value::Origin* Template::origin(value::How how, source::Span span, std::string_view name) {
  value::Origin made;
  made.how = how;
  made.span = span;
  made.name = name;
  return graph_.arena.make<value::Origin>(made);
}

Value Template::evaluate(const Node& node) {
  budget_ = most_nodes;
  return evaluate_at(node, 0);
}

Value Template::evaluate_at(const Node& written, int depth) {
  const Node& node = written.resolved();
  if (depth > deepest || budget_ == 0)
    return unknown("the expression is too large to evaluate").with_written(whole(written));
  --budget_;
  if (const std::optional<Call> found = call_of(node)) return call(*found, whole(written), depth);
  switch (node.kind) {
    case syntax::NodeKind::scalar:
      return scalar(node).with_written(whole(written));
    case syntax::NodeKind::sequence:
      return list(node, depth).with_written(whole(written));
    case syntax::NodeKind::mapping:
      return map(node, depth).with_written(whole(written));
    case syntax::NodeKind::alias:
      break;  // names itself
  }
  return unknown("an alias that stands inside what it names").with_written(whole(written));
}

Value Template::scalar(const Node& node) {
  if (is_null(node)) return Value::null();
  const std::size_t resolve = node.text.find("{{resolve:");
  if (resolve != std::string_view::npos) {
    const bool secret = node.text.find("{{resolve:secretsmanager:") != std::string_view::npos ||
                        node.text.find("{{resolve:ssm-secure:") != std::string_view::npos;
    return unknown(base::format("{} is looked up when deployed", node.text), node.text)
        .with_sensitive(secret);
  }
  return Value::string(node.text)
      .with_plain(node.plain())
      .with_origin(origin(value::How::written, whole(node)));
}

Value Template::list(const Node& node, int depth) {
  std::vector<value::Member> members;
  for (const syntax::Entry& entry : node.entries) {
    const Value value = evaluate_at(*entry.value, depth + 1);
    if (value.absent()) continue;
    members.push_back(
        {value, may_be_absent(value) ? value::Membership::maybe : value::Membership::definite});
  }
  const value::List made{graph_.arena.copy(members), false, {}};
  return Value(Value::Payload(graph_.arena.make<value::List>(made)))
      .with_origin(origin(value::How::written, node.span));
}

Value Template::map(const Node& node, int depth) {
  std::vector<value::MapEntry> entries;
  value::Map made;
  for (const syntax::Entry* entry : members(node)) {
    const std::string_view key = entry->key->text;
    if (key == "Fn::Transform" || key.starts_with("Fn::ForEach::")) {
      made.open = true;
      made.open_reason =
          graph_.arena.copy(base::format("{} may add members, and is not read", key));
      continue;
    }
    const Value value = evaluate_at(*entry->value, depth + 1);
    if (!value.absent()) entries.push_back({key, entry->key->span, value});
  }
  made.entries = graph_.arena.copy(entries);
  return Value(Value::Payload(graph_.arena.make<value::Map>(made)))
      .with_origin(origin(value::How::written, node.span));
}

Value Template::call(const Call& call, source::Span written, int depth) {
  const Node& argument = *call.argument;
  const std::string_view name = call.name;
  Value made;
  if (name == "Ref")
    made = argument.is_scalar() ? reference(argument.text, written) : unknown("Ref needs a name");
  else if (name == "Fn::GetAtt")
    made = get_attribute(argument, written);
  else if (name == "Fn::Sub")
    made = substitute(argument, written, call.tagged, depth);
  else if (name == "Fn::Join")
    made = join(argument, written, depth);
  else if (name == "Fn::FindInMap")
    made = find_in_map(argument, depth);
  else if (name == "Fn::If")
    made = choose(argument, depth);
  else if (name == "Fn::Select")
    made = select(argument, depth);
  else if (name == "Fn::GetAZs")
    made = zones(call, depth);
  else if (name == "Fn::Split")
    made = split(argument, depth);
  else if (name == "Fn::Cidr")
    made = cidr(argument, depth);
  else if (name == "Fn::Length")
    made = length(call, depth);
  else if (name == "Fn::Base64")
    made = base64(call, depth);
  else if (name == "Fn::ToJsonString")
    made = json_text(call, written, depth);
  else
    made = not_evaluated(call);
  return made.with_written(written);
}

// ---- Ref and GetAtt
// ------------------------------------------------------------------------------

Value Template::reference(std::string_view name, source::Span span) {
  if (name.starts_with("AWS::")) return pseudo_parameter(name);
  if (const Node* parameters = value_of(root_, "Parameters")) {
    if (const Node* node = value_of(*parameters, name)) return parameter(name, *node);
  }
  return attribute(name, {}, span);
}

Value Template::attribute(std::string_view name, std::string_view attribute, source::Span span) {
  const std::string_view symbol = graph_.arena.copy(
      attribute.empty() ? std::string(name) : base::format("{}.{}", name, attribute));
  const graph::Resource* target = graph_.find(name);
  if (target == nullptr)
    return unknown(base::format("{} is not defined in this template", name), symbol);
  if (target->existence == Truth::no)
    return unknown(base::format("{} is not created: {}", name, target->existence_reason), symbol);
  if (is_custom(target->native_type))
    return unknown(base::format("custom resource {} gives it when deployed", name), symbol);
  if (target->native_type == "AWS::CloudFormation::Stack" && attribute.starts_with("Outputs.")) {
    return unknown(base::format("an output of nested stack {}, which is not read", name), symbol);
  }
  if (target->native_type.starts_with("AWS::Serverless::")) {
    return unknown(base::format("what SAM makes of {} is not read yet", name), symbol);
  }
  const value::Reference made{target->id, graph_.arena.copy(attribute), span};
  return Value(Value::Payload(graph_.arena.make<value::Reference>(made)),
               origin(value::How::written, span));
}

Value Template::get_attribute(const Node& argument, source::Span span) {
  if (argument.is_scalar()) {
    const std::size_t dot = argument.text.find('.');
    if (dot == std::string_view::npos)
      return unknown("Fn::GetAtt needs a resource and an attribute");
    return attribute(argument.text.substr(0, dot), argument.text.substr(dot + 1), span);
  }
  const std::vector<const Node*> parts = items(argument);
  if (parts.size() < 2 || !parts[0]->is_scalar())
    return unknown("Fn::GetAtt needs a resource and an attribute");
  std::string name;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (!parts[i]->is_scalar() || call_of(*parts[i]))
      return unknown("Fn::GetAtt names its attribute by an expression", canonical(argument));
    name += base::format("{}{}", name.empty() ? "" : ".", parts[i]->text);
  }
  return attribute(parts[0]->text, name, span);
}

Value Template::pseudo_parameter(std::string_view name) {
  if (name == "AWS::NoValue") return {};
  static constexpr std::array<std::string_view, 7> known{
      "AWS::Region",    "AWS::AccountId", "AWS::Partition",       "AWS::URLSuffix",
      "AWS::StackName", "AWS::StackId",   "AWS::NotificationARNs"};
  if (std::ranges::find(known, name) == known.end())
    return unknown(base::format("{} is no pseudo parameter", name), name);
  return unknown(base::format("{} is known only when deployed", name), name);
}

Value Template::parameter(std::string_view name, const Node& node) {
  if (const auto found = parameters_.find(name); found != parameters_.end()) return found->second;
  const Node* type = value_of(node, "Type");
  const Node* given = value_of(node, "Default");
  const std::string_view type_name = type != nullptr ? type->text : std::string_view{};
  const bool sensitive = is_secret(node);
  const std::string symbol = base::format("parameter {}", name);

  Value made;
  if (given == nullptr || given->is_mapping()) {
    made = unknown(base::format("parameter {} has no default", name), symbol);
  } else if (type_name.starts_with("AWS::SSM::Parameter::Value<")) {
    made = unknown(base::format("parameter {} is read from Systems Manager when deployed", name),
                   symbol);
  } else {
    const value::Origin* from = origin(value::How::parameter_default, whole(*given), name);
    const bool is_list = type_name == "CommaDelimitedList" || type_name.starts_with("List<");
    if (is_list || given->is_sequence()) {
      std::vector<value::Member> members;
      for (const Node* item : items(*given)) {
        for (const std::string_view part : base::split(item->text, ',')) {
          const std::string_view text = base::trim(part);
          if (text.empty()) continue;
          members.push_back({Value::string(text)
                                 .with_plain(true)
                                 .with_origin(from)
                                 .with_written(whole(*given))
                                 .with_sensitive(sensitive),
                             value::Membership::definite});
        }
      }
      const value::List list{graph_.arena.copy(members), false, {}};
      made = Value(Value::Payload(graph_.arena.make<value::List>(list)), from);
    } else {
      made = Value::string(given->text).with_plain(type_name == "Number").with_origin(from);
    }
  }
  made = made.with_sensitive(sensitive);
  parameters_.emplace(name, made);
  return made;
}

// ---- Sub and Join
// --------------------------------------------------------------------------------

Value Template::substitute(const Node& argument, source::Span written, bool tagged, int depth) {
  const Node* text = &argument;
  const Node* variables = nullptr;
  if (argument.is_sequence()) {
    const std::vector<const Node*> parts = items(argument);
    if (parts.empty() || !parts[0]->is_scalar()) return unknown("Fn::Sub needs a text");
    text = parts[0];
    if (parts.size() > 1) variables = parts[1];
  }
  if (!text->is_scalar() || (text != &argument && call_of(*text)) ||
      (text == &argument && !tagged && call_of(*text))) {
    return unknown("Fn::Sub needs a text");
  }
  std::vector<value::TextPart> parts;
  for (const SubstitutionPart& part : substitution(text->text)) {
    if (part.name.empty()) {
      if (!part.literal.empty()) parts.push_back({part.literal, nullptr});
      continue;
    }
    if (budget_ == 0) return unknown("the expression is too large to evaluate");
    --budget_;
    const source::Span place =
        text->source(part.begin, part.begin + static_cast<std::uint32_t>(part.name.size()));
    Value value;
    const Node* variable = variables == nullptr ? nullptr : value_of(*variables, part.name);
    const std::size_t dot = part.name.find('.');
    if (variable != nullptr)
      value = evaluate_at(*variable, depth + 1);
    else if (dot != std::string_view::npos)
      value = attribute(part.name.substr(0, dot), part.name.substr(dot + 1), place);
    else
      value = reference(part.name, place);
    parts.push_back({{}, graph_.arena.make<Value>(value)});
  }
  return concatenate(parts, written);
}

Value Template::join(const Node& argument, source::Span written, int depth) {
  const std::vector<const Node*> arguments = items(argument);
  if (!argument.is_sequence() || arguments.size() != 2)
    return unknown("Fn::Join needs a delimiter and a list");
  const Value delimiter = evaluate_at(*arguments[0], depth + 1);
  const Value list_value = evaluate_at(*arguments[1], depth + 1);
  const auto* text = delimiter.get<std::string_view>();
  const bool empty = delimiter.get<value::Null>() != nullptr;  // `!Join [, …]` is YAML's null
  const auto* list = list_value.pointer<value::List>();
  if ((text == nullptr && !empty) || list == nullptr || list->open) {
    const Value& because = list == nullptr || list->open ? list_value : delimiter;
    return unknown(because.unknown() != nullptr ? because.unknown()->reason
                                                : "Fn::Join has no list that can be known",
                   canonical(argument));
  }
  std::vector<value::TextPart> parts;
  for (std::size_t i = 0; i < list->members.size(); ++i) {
    if (list->members[i].membership != value::Membership::definite)
      return unknown("an item of Fn::Join may be missing", canonical(argument));
    if (i != 0 && text != nullptr && !text->empty()) parts.push_back({*text, nullptr});
    parts.push_back({{}, graph_.arena.make<Value>(list->members[i].value)});
  }
  return concatenate(parts, written);
}

// One text of literals and holes; a string when there are no holes, the hole itself when there is
// nothing else.
Value Template::concatenate(const std::vector<value::TextPart>& parts, source::Span written) {
  std::vector<value::TextPart> flat;
  bool sensitive = false;
  const value::Origin* only = nullptr;
  std::string pending;
  const auto flush = [&] {
    if (!pending.empty()) flat.push_back({graph_.arena.copy(pending), nullptr});
    pending.clear();
  };
  for (const value::TextPart& part : parts) {
    if (part.hole == nullptr) {
      pending += part.literal;
      continue;
    }
    const Value& value = *part.hole;
    sensitive = sensitive || value.sensitive();
    if (const auto* text = value.get<std::string_view>()) {
      pending += *text;
      if (value.origin() != nullptr && value.origin()->how != value::How::written)
        only = value.origin();
    } else if (const auto* inner = value.pointer<value::Text>()) {
      for (const value::TextPart& piece : inner->parts) {
        if (piece.hole == nullptr) {
          pending += piece.literal;
        } else {
          flush();
          flat.push_back(piece);
        }
      }
    } else if (value.absent()) {
      return unknown("a part of the text is AWS::NoValue");
    } else {
      flush();
      flat.push_back({{}, part.hole});
    }
  }
  flush();
  const value::Origin* own =
      only != nullptr && parts.size() == 1 ? only : origin(value::How::written, written);
  if (flat.empty()) return Value::string({}).with_origin(own).with_sensitive(sensitive);
  if (flat.size() == 1) {
    if (flat.front().hole != nullptr) return *flat.front().hole;
    return Value::string(flat.front().literal).with_origin(own).with_sensitive(sensitive);
  }
  const value::Text text{graph_.arena.copy(flat)};
  return Value(Value::Payload(graph_.arena.make<value::Text>(text)), own).with_sensitive(sensitive);
}

// ---- FindInMap and If
// ----------------------------------------------------------------------------

Value Template::find_in_map(const Node& argument, int depth) {
  const std::vector<const Node*> arguments = items(argument);
  if (!argument.is_sequence() || arguments.size() < 3)
    return unknown("Fn::FindInMap needs a mapping and two keys");
  std::array<std::string_view, 3> keys;
  for (std::size_t i = 0; i < 3; ++i) {
    const Value key = evaluate_at(*arguments[i], depth + 1);
    const auto* text = key.get<std::string_view>();
    if (text == nullptr) {
      return unknown(base::format("a key of Fn::FindInMap is not known: {}", why_unknown(key)),
                     canonical(argument));
    }
    keys[i] = *text;
  }
  const Node* node = value_of(root_, "Mappings");
  for (const std::string_view key : keys) node = node == nullptr ? nullptr : value_of(*node, key);
  if (node == nullptr) {
    const Node* otherwise =
        arguments.size() > 3 ? value_of(*arguments[3], "DefaultValue") : nullptr;
    if (otherwise != nullptr) return evaluate_at(*otherwise, depth + 1);
    return unknown(base::format("mapping {} has no {}, {}", keys[0], keys[1], keys[2]),
                   canonical(argument));
  }
  const Value found = evaluate_at(*node, depth + 1);
  value::Origin from;
  from.how = value::How::mapping;
  from.span = whole(*node);
  from.name = keys[0];
  return found.with_origin(graph_.arena.make<value::Origin>(from));
}

Value Template::choose(const Node& argument, int depth) {
  const std::vector<const Node*> arguments = items(argument);
  if (!argument.is_sequence() || arguments.size() != 3 || !arguments[0]->is_scalar())
    return unknown("Fn::If needs a condition and two values");
  const Decided decided = condition(arguments[0]->text);
  if (decided.truth == Truth::yes) return evaluate_at(*arguments[1], depth + 1);
  if (decided.truth == Truth::no) return evaluate_at(*arguments[2], depth + 1);
  const Value then = evaluate_at(*arguments[1], depth + 1);
  const Value otherwise = evaluate_at(*arguments[2], depth + 1);
  if (then.absent() && otherwise.absent()) return {};
  if (!then.absent() && !otherwise.absent() && value::equal(then, otherwise) == Truth::yes)
    return then;
  const std::string reason =
      base::format("condition {} is not known: {}", arguments[0]->text, decided.reason);
  const bool sensitive = then.sensitive() || otherwise.sensitive();
  const Value made = may_be_absent(then) || may_be_absent(otherwise)
                         ? maybe_absent(reason)
                         : unknown(reason, canonical(argument));
  return made.with_sensitive(sensitive);
}

Value Template::not_evaluated(const Call& call) {
  const std::string_view name = call.name;
  const std::string symbol =
      base::hexadecimal(base::hash(base::format("{}({})", name, canonical(*call.argument))));
  if (name == "Fn::ImportValue") {
    // No stack imports what it exports itself.
    const value::Unknown made{.reason = "Fn::ImportValue reads another stack",
                              .symbol = graph_.arena.copy(symbol),
                              .elsewhere = true};
    return Value(Value::Payload(graph_.arena.make<value::Unknown>(made)));
  }
  if (name == "Fn::Transform") return maybe_absent("Fn::Transform is a macro, which is not read");
  if (name == "Fn::GetStackOutput")
    return unknown("Fn::GetStackOutput reads another stack", symbol);
  return maybe_absent(base::format("{} is no function that is known", name));
}

}  // namespace resilint::dialect::cloudformation
