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
constexpr std::size_t most_branches = 64;
constexpr std::size_t longest_text = 1'000'000;  // bytes and holes that a text may be made of

bool may_be_absent(const Value& value) {
  const value::Unknown* unknown = value.unknown();
  return value.absent() || value.undecided() != nullptr ||
         (unknown != nullptr && unknown->may_be_absent);
}

// What a part adds to a text, a hole counting as one.
std::size_t size_of(const value::TextPart& part) {
  if (part.hole == nullptr) return part.literal.size();
  if (const auto* text = part.hole->get<std::string_view>()) return text->size();
  const auto* text = part.hole->pointer<value::Text>();
  if (text == nullptr) return 1;
  std::size_t size = 0;
  for (const value::TextPart& inner : text->parts) size += inner.literal.size() + 1;
  return size;
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
  return value::unknown(graph_.arena, graph_.arena.copy(reason), scoped(symbol));
}

// Equal texts of two templates mean different values.
std::string_view Template::scoped(std::string_view symbol) {
  if (symbol.empty() || scope_.empty()) return graph_.arena.copy(symbol);
  return graph_.arena.copy(base::format("{}{}", scope_, symbol));
}

std::string_view Template::lasting(std::string_view name) {
  const auto found = lasting_.find(name);
  return found != lasting_.end() ? *found : *lasting_.insert(graph_.arena.copy(name)).first;
}

Value Template::maybe_absent(std::string_view reason) {
  return value::maybe_absent(graph_.arena, graph_.arena.copy(reason));
}

const value::Origin* Template::origin(value::How how, source::Span span, std::string_view name) {
  value::Origin made;
  made.how = how;
  made.span = span;
  if (!name.empty()) made.name = graph_.arena.copy(base::format("parameter {}", name));
  return graph_.arena.make<value::Origin>(made);
}

Value Template::evaluate(const Node& node, const Scope& scope) {
  if (scope.depth == 0) deployment_.budget = most_nodes;
  return evaluate_at(node, scope);
}

Value Template::evaluate_at(const Node& written, const Scope& scope) {
  const Node& node = written.resolved();
  if (scope.depth > deepest || deployment_.budget == 0)
    return unknown("the expression is too large to evaluate").with_written(whole(written));
  --deployment_.budget;
  if (const std::optional<Call> found = call_of(node)) return call(*found, whole(written), scope);
  switch (node.kind) {
    case syntax::NodeKind::scalar:
      return scalar(node, scope).with_written(whole(written));
    case syntax::NodeKind::sequence:
      return list(node, scope).with_written(whole(written));
    case syntax::NodeKind::mapping:
      return map(node, scope).with_written(whole(written));
    default:
      break;
  }
  return unknown("an alias that stands inside what it names").with_written(whole(written));
}

Value Template::scalar(const Node& node, const Scope& scope) {
  if (is_null(node)) return Value::null();
  const std::string_view written = in_loop(node.text, scope.loop);
  const std::size_t resolve = written.find("{{resolve:");
  if (resolve != std::string_view::npos) {
    const bool secret = written.find("{{resolve:secretsmanager:") != std::string_view::npos ||
                        written.find("{{resolve:ssm-secure:") != std::string_view::npos;
    return unknown(base::format("{} is looked up when deployed", written), written)
        .with_sensitive(secret);
  }
  // The one instance that stands for all has no text of its own.
  for (const Loop* loop = scope.loop; loop != nullptr; loop = loop->outer) {
    if (loop->value.open() && written.find(base::format("{{{}}}", loop->name)) != written.npos)
      return unknown(why_unknown(loop->value), written);
  }
  return Value::string(written)
      .with_plain(node.plain())
      .with_origin(origin(value::How::written, whole(node)));
}

Value Template::list(const Node& node, const Scope& scope) {
  std::vector<value::Member> members;
  for (const syntax::Entry& entry : node.entries) {
    const Value value = evaluate_at(*entry.value, scope.below());
    if (value.absent()) continue;
    members.push_back(
        {value, may_be_absent(value) ? value::Membership::maybe : value::Membership::definite,
         value.undecided()});
  }
  const value::List made{graph_.arena.copy(members), false, {}};
  return Value(Value::Payload(graph_.arena.make<value::List>(made)))
      .with_origin(origin(value::How::written, node.span));
}

Value Template::map(const Node& node, const Scope& scope) {
  std::vector<value::MapEntry> entries;
  value::Map made;
  const Items all = expanded(node, scope.loop);
  if (!all.open.empty()) {
    made.open = true;
    made.open_reason = all.open;
  }
  for (const Item& one : all.items) {
    if (one.any_number) {
      made.open = true;
      made.open_reason = why_unknown(one.loop->value);
      continue;
    }
    const Value value = evaluate_at(*one.entry->value, {scope.use, one.loop, scope.depth + 1});
    if (!value.absent()) entries.push_back({one.key, one.entry->key->span, value});
  }
  made.entries = graph_.arena.copy(entries);
  return Value(Value::Payload(graph_.arena.make<value::Map>(made)))
      .with_origin(origin(value::How::written, node.span));
}

Value Template::call(const Call& call, source::Span written, const Scope& scope) {
  const Node& argument = *call.argument;
  const std::string_view name = call.name;
  if (name == "Ref") {
    const Value made = argument.is_scalar()
                           ? reference(in_loop(argument.text, scope.loop), written, scope)
                           : unknown("Ref needs a name");
    return made.with_written(written);
  }
  Value made;
  if (name == "Fn::GetAtt")
    made = get_attribute(argument, written, scope);
  else if (name == "Fn::Sub")
    made = substitute(argument, written, call.tagged, scope);
  else if (name == "Fn::Join")
    made = join(argument, written, scope);
  else if (name == "Fn::FindInMap")
    made = find_in_map(argument, scope);
  else if (name == "Fn::If")
    made = choose(argument, scope);
  else if (name == "Fn::Select")
    made = select(argument, scope);
  else if (name == "Fn::GetAZs")
    made = zones(call, scope);
  else if (name == "Fn::Split")
    made = split(argument, scope);
  else if (name == "Fn::Cidr")
    made = cidr(argument, scope);
  else if (name == "Fn::Length")
    made = length(call, scope);
  else if (name == "Fn::Base64")
    made = base64(call, scope);
  else if (name == "Fn::ToJsonString")
    made = json_text(call, written, scope);
  else
    made = not_evaluated(call, scope);
  return made.with_written(written);
}

// ---- Ref and GetAtt
// ------------------------------------------------------------------------------

Value Template::reference(std::string_view name, source::Span span, const Scope& scope) {
  if (const Value* item = bound(name, scope.loop)) return *item;
  if (name.starts_with("AWS::")) return pseudo_parameter(name, scope);
  if (const Node* parameters = value_of(root_, "Parameters")) {
    if (const Node* node = value_of(*parameters, name)) return parameter(name, *node, scope);
  }
  return attribute(name, {}, span, scope);
}

Value Template::attribute(std::string_view name, std::string_view attribute, source::Span span,
                          const Scope& scope) {
  const std::string symbol =
      attribute.empty() ? std::string(name) : base::format("{}.{}", name, attribute);
  const Named* found = named(name);
  if (found == nullptr)
    return unknown(base::format("{} is not defined in this template", name), symbol);
  const graph::Resource& target = graph_.get(found->id);
  const graph::Existence existence = target.existence();
  if (existence.truth == Truth::no)
    return unknown(base::format("{} is not created: {}", name, existence.reason), symbol);
  if (is_custom(target.native_type))
    return unknown(base::format("custom resource {} gives it when deployed", name), symbol);
  if (target.native_type == "AWS::CloudFormation::Stack" && attribute.starts_with("Outputs.")) {
    if (found->nested == nullptr) return unknown(found->unread, symbol);
    return found->nested->output(attribute.substr(std::string_view("Outputs.").size()), scope);
  }
  if (target.native_type.starts_with("AWS::Serverless::")) {
    return unknown(base::format("what SAM makes of {} is not read yet", name), symbol);
  }
  const value::Reference made{target.id, lasting(attribute), span};
  return Value(Value::Payload(graph_.arena.make<value::Reference>(made)),
               origin(value::How::written, span));
}

Value Template::get_attribute(const Node& argument, source::Span span, const Scope& scope) {
  if (argument.is_scalar()) {
    const std::string_view text = in_loop(argument.text, scope.loop);
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos)
      return unknown("Fn::GetAtt needs a resource and an attribute");
    return attribute(text.substr(0, dot), text.substr(dot + 1), span, scope);
  }
  const std::vector<const Node*> parts = items(argument);
  if (parts.size() < 2) return unknown("Fn::GetAtt needs a resource and an attribute");
  // With the language extensions, each part may be an expression.
  std::string name;
  std::string path;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Value part = evaluate_at(*parts[i], scope.below(Use::text));
    const auto* text = part.get<std::string_view>();
    if (text == nullptr) {
      // A loop that is not unrolled keeps the name of its one instance.
      if (i == 0 && parts[i]->is_scalar() && !call_of(*parts[i])) {
        name = in_loop(parts[i]->text, scope.loop);
        continue;
      }
      return unknown("Fn::GetAtt names its attribute by an expression", canonical(argument));
    }
    if (i == 0)
      name = *text;
    else
      path += base::format("{}{}", path.empty() ? "" : ".", *text);
  }
  return attribute(name, path, span, scope);
}

// ---- Sub and Join
// --------------------------------------------------------------------------------

Value Template::substitute(const Node& argument, source::Span written, bool tagged,
                           const Scope& scope) {
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
    if (deployment_.budget == 0) return unknown("the expression is too large to evaluate");
    --deployment_.budget;
    const source::Span place =
        text->source(part.begin, part.begin + static_cast<std::uint32_t>(part.name.size()));
    Value value;
    const Node* variable = variables == nullptr ? nullptr : value_of(*variables, part.name);
    const std::size_t dot = part.name.find('.');
    if (variable != nullptr) {
      value = evaluate_at(*variable, scope.in_text());
    } else if (dot != std::string_view::npos && bound(part.name, scope.loop) == nullptr) {
      value =
          attribute(part.name.substr(0, dot), part.name.substr(dot + 1), place, scope.in_text());
    } else {
      value = reference(part.name, place, scope.in_text());
    }
    parts.push_back({{}, graph_.arena.make<Value>(value)});
  }
  return concatenate(parts, written);
}

Value Template::join(const Node& argument, source::Span written, const Scope& scope) {
  const std::vector<const Node*> arguments = items(argument);
  if (!argument.is_sequence() || arguments.size() != 2)
    return unknown("Fn::Join needs a delimiter and a list");
  const Value delimiter = evaluate_at(*arguments[0], scope.in_text());
  const Value list_value = evaluate_at(*arguments[1], scope.in_text());
  const auto* text = delimiter.get<std::string_view>();
  const bool empty = delimiter.get<value::Null>() != nullptr;  // `!Join [, …]` is YAML's null
  const auto* list = list_value.pointer<value::List>();
  if ((text == nullptr && !empty) || list == nullptr || list->open) {
    const Value& because = list == nullptr || list->open ? list_value : delimiter;
    return open_as(because,
                   because.unknown() != nullptr ? because.unknown()->reason
                                                : "Fn::Join has no list that can be known",
                   canonical(argument));
  }
  std::vector<value::TextPart> parts;
  for (std::size_t i = 0; i < list->members.size(); ++i) {
    if (list->members[i].membership != value::Membership::definite)
      return open_as(list_value, "an item of Fn::Join may be missing", canonical(argument));
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
  std::size_t size = 0;
  std::string pending;
  const auto flush = [&] {
    if (!pending.empty()) flat.push_back({graph_.arena.copy(pending), nullptr});
    pending.clear();
  };
  for (const value::TextPart& part : parts) {
    size += size_of(part);
    if (size > longest_text) return unknown("the text is too long to evaluate");
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
    } else if (value.undecided() != nullptr) {
      return open_as(value, {}, {});
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

Value Template::find_in_map(const Node& argument, const Scope& scope) {
  const std::vector<const Node*> arguments = items(argument);
  if (!argument.is_sequence() || arguments.size() < 3)
    return unknown("Fn::FindInMap needs a mapping and two keys");
  std::array<Value, 3> keys;
  for (std::size_t i = 0; i < 3; ++i)
    keys[i] =
        evaluate_at(*arguments[i], scope.below(scope.use == Use::text ? Use::text : Use::deciding));
  const Node* mappings = value_of(root_, "Mappings");
  const auto* name = keys[0].get<std::string_view>();
  std::vector<const Node*> found;  // one for each way in which the keys may turn out
  bool missing = mappings == nullptr;
  bool all = true;
  if (mappings != nullptr) found.push_back(mappings);
  for (const Value& key : keys) {
    std::vector<const Node*> inner;
    for (const Node* node : found) {
      const auto* text = key.get<std::string_view>();
      if (text != nullptr) {
        const Node* value = value_of(*node, *text);
        missing = missing || value == nullptr;
        if (value != nullptr) inner.push_back(value);
        continue;
      }
      if (inner.size() + node->entries.size() > most_branches || &key == keys.data()) {
        all = false;
        break;
      }
      for (const syntax::Entry* entry : members(*node)) {
        if (value::equal(key, Value::string(entry->key->text)) != Truth::no)
          inner.push_back(&entry->value->resolved());
      }
      // A key that none of them can be.
      missing = missing || inner.empty();
    }
    found = std::move(inner);
  }
  const Node* otherwise = arguments.size() > 3 ? value_of(*arguments[3], "DefaultValue") : nullptr;
  std::optional<Value> same;
  const auto add = [&](const Value& value) {
    if (!same)
      same = value;
    else if (value::equal(*same, value) != Truth::yes)
      all = false;
  };
  for (std::size_t i = 0; all && i < found.size(); ++i) {
    value::Origin from;
    from.how = value::How::mapping;
    from.span = whole(*found[i]);
    if (name != nullptr) from.name = graph_.arena.copy(base::format("mapping {}", *name));
    add(evaluate_at(*found[i], scope.below()).with_origin(graph_.arena.make<value::Origin>(from)));
  }
  const bool keys_known = std::ranges::none_of(keys, &Value::open);
  if (otherwise != nullptr && all && (missing || !keys_known))
    add(evaluate_at(*otherwise, scope.below()));
  if (all && same && (otherwise != nullptr || !missing || !found.empty())) return *same;

  const value::Undecided* waits = nullptr;
  for (const Value& key : keys) waits = value::united(graph_.arena, waits, key.undecided());
  if (waits != nullptr) return value::undecided(graph_.arena, {waits->choices});
  for (const Value& key : keys) {
    if (key.get<std::string_view>() == nullptr) {
      return unknown(base::format("a key of Fn::FindInMap is not known: {}", why_unknown(key)),
                     canonical(argument));
    }
  }
  return unknown(base::format("mapping {} has no {}, {}", *name, *keys[1].get<std::string_view>(),
                              *keys[2].get<std::string_view>()),
                 canonical(argument));
}

Value Template::choose(const Node& argument, const Scope& scope) {
  const std::vector<const Node*> arguments = items(argument);
  if (!argument.is_sequence() || arguments.size() != 3 || !arguments[0]->is_scalar())
    return unknown("Fn::If needs a condition and two values");
  const std::string_view name = in_loop(arguments[0]->text, scope.loop);
  const Decided decided = condition(name);
  if (decided.truth == Truth::yes) return evaluate_at(*arguments[1], scope.below());
  if (decided.truth == Truth::no) return evaluate_at(*arguments[2], scope.below());
  const Value then = evaluate_at(*arguments[1], scope.below());
  const Value otherwise = evaluate_at(*arguments[2], scope.below());
  if (then.absent() && otherwise.absent()) return {};
  if (!then.absent() && !otherwise.absent() && value::equal(then, otherwise) == Truth::yes)
    return then;
  const bool sensitive = then.sensitive() || otherwise.sensitive();
  if (decided.waits != nullptr)
    return value::undecided(graph_.arena, {decided.waits->choices}).with_sensitive(sensitive);
  const std::string reason = base::format("condition {} is not known: {}", name, decided.reason);
  const Value made = may_be_absent(then) || may_be_absent(otherwise)
                         ? maybe_absent(reason)
                         : unknown(reason, canonical(argument));
  return made.with_sensitive(sensitive);
}

Value Template::not_evaluated(const Call& call, const Scope& scope) {
  const std::string_view name = call.name;
  if (name == "Fn::ImportValue") return import(call, scope);
  if (name == "Fn::Transform") {
    std::string reason;
    const Node* content = included(*call.argument, reason);
    if (content != nullptr) return evaluate_at(*content, scope.below());
    note_unread(call.argument->span, reason);
    return maybe_absent(reason);
  }
  if (name.starts_with("Fn::ForEach::"))
    return unknown("Fn::ForEach makes members of a mapping, and this is none");
  if (name == "Fn::GetStackOutput")
    return unknown("Fn::GetStackOutput reads another stack", canonical(*call.argument));
  return maybe_absent(base::format("{} is no function that is known", name));
}

}  // namespace resilint::dialect::cloudformation
