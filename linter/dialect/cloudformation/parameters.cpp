// SPDX-License-Identifier: Apache-2.0
// Parameters: given values, defaults, and the values that may be chosen for them.
#include <algorithm>
#include <array>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "dialect/cloudformation/template.h"

namespace resilint::dialect::cloudformation {
namespace {

using syntax::Node;
using value::Value;

constexpr std::size_t most_candidates = 64;  // as many as runs are worth
constexpr std::uint32_t most_visits = 1'000'000;

bool is_list_type(std::string_view type) {
  return type == "CommaDelimitedList" || type.starts_with("List<");
}

bool is_looked_up(std::string_view type) { return type.starts_with("AWS::SSM::Parameter::Value<"); }

std::string_view type_of(const Node& parameter) {
  const Node* type = value_of(parameter, "Type");
  return type == nullptr ? std::string_view{} : type->text;
}

// The parameter that an expression is and nothing else: `Ref` or a Fn::Sub of one variable.
std::string_view only_parameter(const Node& node) {
  const std::optional<Call> call = call_of(node);
  if (!call || !call->argument->is_scalar()) return {};
  if (call->name == "Ref") return call->argument->text;
  if (call->name != "Fn::Sub") return {};
  const std::vector<SubstitutionPart> parts = substitution(call->argument->text);
  return parts.size() == 1 ? parts.front().name : std::string_view{};
}

// The texts of the items of a list, or of a scalar alone.
std::vector<std::string_view> texts_of(const Node* node) {
  std::vector<std::string_view> texts;
  if (node == nullptr) return texts;
  for (const Node* one : items(*node)) {
    if (one->is_scalar() && !call_of(*one)) texts.push_back(one->text);
  }
  return texts;
}

void add_once(std::vector<std::string_view>& texts, std::string_view text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
}

}  // namespace

// ---- values --------------------------------------------------------------------------------

Value Template::parameter(std::string_view name, const Node& node, const Scope& scope) {
  const bool sensitive = is_secret(node);
  const std::string_view type = type_of(node);
  if (parent_ != nullptr) {
    if (const std::optional<Value> given = passed(name, scope)) {
      return typed(*given, type).with_sensitive(sensitive || given->sensitive());
    }
  } else if (const auto given = deployment_.inputs.parameters.find(name);
             given != deployment_.inputs.parameters.end()) {
    const auto kept = parameters_.find(name);
    if (kept != parameters_.end()) return kept->second;
    const Value made =
        is_looked_up(type)
            ? unknown(base::format("parameter {} is read from Systems Manager when deployed", name),
                      base::format("parameter {}", name))
            : typed(given->second, type,
                    origin(value::How::parameter_value, declared_at(name), name), sensitive);
    return parameters_.emplace(name, made.with_sensitive(sensitive)).first->second;
  } else if (const value::Choice* made = choice(name, &node)) {
    if (const Value* chosen = graph_.choices.chosen(*made)) return *chosen;
    const bool waits = scope.use == Use::deciding ||
                       (scope.use == Use::data && value_of(node, "AllowedValues") != nullptr);
    if (waits) {
      return value::undecided(graph_.arena,
                              {graph_.arena.copy(std::vector<const value::Choice*>{made})})
          .with_sensitive(sensitive);
    }
  }
  if (const auto kept = parameters_.find(name); kept != parameters_.end()) return kept->second;

  const Node* given = value_of(node, "Default");
  const std::string symbol = base::format("parameter {}", name);
  Value made;
  if (is_looked_up(type)) {
    made = unknown(base::format("parameter {} is read from Systems Manager when deployed", name),
                   symbol);
  } else if (given == nullptr || given->is_mapping()) {
    value::Unknown open{.reason = lasting(base::format("parameter {} has no default", name)),
                        .symbol = scoped(symbol)};
    const auto bound = [&node](std::string_view key) -> std::optional<std::int64_t> {
      const Node* limit = value_of(node, key);
      return limit == nullptr ? std::nullopt : base::parse_int(limit->text);
    };
    if (type == "Number") {
      open.minimum = bound("MinValue");
      open.maximum = bound("MaxValue");
    }
    made = Value(Value::Payload(graph_.arena.make<value::Unknown>(open)));
  } else {
    const value::Origin* from = origin(value::How::parameter_default, whole(*given), name);
    made = given->is_sequence() || is_list_type(type)
               ? typed(base::join(texts_of(given), ","), "CommaDelimitedList", from, sensitive)
               : typed(given->text, type, from, sensitive);
  }
  return parameters_.emplace(name, made.with_sensitive(sensitive)).first->second;
}

Value Template::typed(std::string_view given, std::string_view type, const value::Origin* from,
                      bool sensitive) {
  if (!is_list_type(type)) {
    return Value::string(graph_.arena.copy(given))
        .with_plain(type == "Number")
        .with_origin(from)
        .with_sensitive(sensitive);
  }
  std::vector<value::Member> members;
  for (const std::string_view part : base::split(given, ',')) {
    const std::string_view text = base::trim(part);
    if (text.empty()) continue;
    Value member = Value::string(graph_.arena.copy(text))
                       .with_plain(true)
                       .with_origin(from)
                       .with_sensitive(sensitive);
    if (from != nullptr) member = member.with_written(from->span);
    members.push_back({member, value::Membership::definite});
  }
  const value::List list{graph_.arena.copy(members), false, {}};
  return Value(Value::Payload(graph_.arena.make<value::List>(list)), from);
}

// What a parent stack passes, as the parameter's type has it: text with commas becomes a list.
Value Template::typed(const Value& given, std::string_view type) {
  if (!is_list_type(type)) return type == "Number" ? given.with_plain(true) : given;
  if (const auto* text = given.get<std::string_view>())
    return typed(*text, type, given.origin(), given.sensitive()).with_written(given.written());
  const auto* text = given.pointer<value::Text>();
  if (text == nullptr) {
    if (given.pointer<value::Reference>() == nullptr) return given;
    const std::vector<value::Member> one{{given, value::Membership::definite}};
    return given.with_payload(
        graph_.arena.make<value::List>(value::List{graph_.arena.copy(one), false, {}}));
  }
  // Fn::Join makes most of these. What is known only when deployed is an item, if it is the id or
  // ARN of a resource; anything else may hold commas of its own.
  value::List made;
  std::vector<value::Member> members;
  std::vector<value::TextPart> item;
  const auto end_item = [&] {
    if (!item.empty())
      members.push_back({concatenate(item, given.written()), value::Membership::definite});
    item.clear();
  };
  for (const value::TextPart& part : text->parts) {
    if (part.hole != nullptr) {
      if (part.hole->pointer<value::Reference>() == nullptr) {
        made.open = true;
        made.open_reason = why_unknown(*part.hole);
      }
      item.push_back(part);
      continue;
    }
    const std::vector<std::string_view> pieces = base::split(part.literal, ',');
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (i != 0) end_item();
      if (!pieces[i].empty()) item.push_back({pieces[i], nullptr});
    }
  }
  end_item();
  made.members = graph_.arena.copy(members);
  return given.with_payload(graph_.arena.make<value::List>(made));
}

Value Template::pseudo_parameter(std::string_view name, const Scope& scope) {
  if (name == "AWS::NoValue") return {};
  const Inputs& inputs = deployment_.inputs;
  const auto given = [this, name](const std::string& text) {
    return Value::string(graph_.arena.copy(text))
        .with_origin(origin(value::How::parameter_value, {}, name));
  };
  if (name == "AWS::Region" && !inputs.region.empty()) return given(inputs.region);
  if (name == "AWS::AccountId" && !inputs.account.empty()) return given(inputs.account);
  if (name == "AWS::Partition" && !inputs.region.empty()) return given(partition(inputs.region));
  static constexpr std::array<std::string_view, 7> known{
      "AWS::Region",    "AWS::AccountId", "AWS::Partition",       "AWS::URLSuffix",
      "AWS::StackName", "AWS::StackId",   "AWS::NotificationARNs"};
  if (std::ranges::find(known, name) == known.end())
    return unknown(base::format("{} is no pseudo parameter", name), name);
  // Nested stacks are where their parents are, under names of their own.
  const bool shared = name != "AWS::StackName" && name != "AWS::StackId";
  if (parent_ != nullptr && shared) return parent_->pseudo_parameter(name, scope);
  if (const value::Choice* made = choice(name, nullptr)) {
    if (const Value* chosen = graph_.choices.chosen(*made)) return *chosen;
    if (scope.use == Use::deciding) {
      return value::undecided(graph_.arena,
                              {graph_.arena.copy(std::vector<const value::Choice*>{made})});
    }
  }
  const std::string_view reason = lasting(base::format("{} is known only when deployed", name));
  return value::unknown(graph_.arena, reason, shared ? lasting(name) : scoped(name));
}

std::string Template::partition(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

source::Span Template::declared_at(std::string_view parameter) const {
  const Node* parameters = value_of(root_, "Parameters");
  const syntax::Entry* entry = parameters == nullptr ? nullptr : member(*parameters, parameter);
  return entry == nullptr ? source::Span{} : entry->key->span;
}

// ---- choices -------------------------------------------------------------------------------

const value::Choice* Template::choice(std::string_view name, const Node* node) {
  if (const auto found = choices_.find(name); found != choices_.end()) return found->second;
  const value::Choice*& made = choices_.emplace(lasting(name), nullptr).first->second;
  const std::string_view type = node == nullptr ? std::string_view{} : type_of(*node);
  if (is_list_type(type)) return made;
  const Node* preset = node == nullptr || is_looked_up(type) ? nullptr : value_of(*node, "Default");
  if (preset != nullptr && !preset->is_scalar()) preset = nullptr;
  const Node* allowed = node == nullptr ? nullptr : value_of(*node, "AllowedValues");
  std::vector<std::string_view> texts;
  if (preset != nullptr) texts.push_back(preset->text);
  for (const std::string_view text : texts_of(allowed)) add_once(texts, text);
  const bool listed = allowed != nullptr && !is_looked_up(type);
  if (!listed) {
    for (const std::string_view text : constants_[name]) add_once(texts, text);
  }
  const bool is_compared = !constants_[name].empty();
  if (texts.empty() || texts.size() > most_candidates || (!listed && !is_compared)) return made;

  const bool sensitive = node != nullptr && is_secret(*node);
  std::vector<value::Candidate> candidates;
  for (const std::string_view text : texts) {
    const value::Origin* from = nullptr;
    if (preset != nullptr && text == preset->text)
      from = origin(value::How::parameter_default, whole(*preset), lasting(name));
    else if (node != nullptr)
      from = origin(value::How::parameter_choice, declared_at(name), lasting(name));
    candidates.push_back({typed(text, type, from, sensitive), sensitive ? "(sensitive)" : text});
  }
  // CloudFormation refuses a key that a mapping does not have.
  if (!listed && !keys_.contains(name)) {
    const value::Unknown other{
        .reason = lasting(base::format("parameter {} may be anything else", name)),
        .symbol = scoped(base::format("other {}", name)),
        .none_of = graph_.arena.copy(texts)};
    candidates.push_back(
        {Value(Value::Payload(graph_.arena.make<value::Unknown>(other))).with_sensitive(sensitive),
         "something else"});
  }
  made = &graph_.choices.add(lasting(name), candidates, preset != nullptr);
  return made;
}

void Template::add_constant(std::string_view parameter, std::string_view text) {
  // With more it is no choice.
  std::vector<std::string_view>& texts = constants_[lasting(parameter)];
  if (texts.size() <= most_candidates) add_once(texts, text);
}

// What parameters are compared with anywhere below `start`, and the mappings that they are keys of.
void Template::note_constants(const Node& start) {
  std::vector<const Node*> open{&start};
  std::uint32_t visits = 0;
  while (!open.empty() && ++visits < most_visits) {
    const Node& node = open.back()->resolved();
    open.pop_back();
    if (const std::optional<Call> call = call_of(node)) {
      const std::vector<const Node*> arguments = items(*call->argument);
      if (call->name == "Fn::FindInMap") note_keys(*call->argument);
      const bool equals = call->name == "Fn::Equals";
      if ((equals || call->name == "Fn::Contains") && arguments.size() == 2) {
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
          const std::string_view name = only_parameter(*arguments[side]);
          if (name.empty()) continue;
          const Node& other = *arguments[1 - side];
          for (const std::string_view text : texts_of(&other)) add_constant(name, text);
          // Two parameters that are compared may be equal.
          const Node* parameters = value_of(root_, "Parameters");
          const std::string_view second = only_parameter(other);
          const Node* declared =
              parameters == nullptr || second.empty() ? nullptr : value_of(*parameters, second);
          if (declared == nullptr) continue;
          for (const std::string_view key : {"Default", "AllowedValues"}) {
            for (const std::string_view text : texts_of(value_of(*declared, key)))
              add_constant(name, text);
          }
        }
      }
    }
    for (auto entry = node.entries.rbegin(); entry != node.entries.rend(); ++entry)
      open.push_back(entry->value);
  }
}

void Template::note_keys(const Node& argument) {
  const std::vector<const Node*> arguments = items(argument);
  const Node* mappings = value_of(root_, "Mappings");
  if (!argument.is_sequence() || arguments.size() < 3 || mappings == nullptr) return;
  const Node* mapping = value_of(*mappings, arguments[0]->text);
  if (mapping == nullptr || call_of(*arguments[0])) return;
  const bool has_default =
      arguments.size() > 3 && value_of(*arguments[3], "DefaultValue") != nullptr;
  const auto add = [&](std::string_view parameter, const Node& within) {
    if (parameter.empty()) return;
    if (!has_default) keys_.insert(lasting(parameter));
    if (!noted_.emplace(&within, lasting(parameter)).second) return;
    if (within.entries.size() > most_candidates) return;
    for (const syntax::Entry* entry : members(within)) add_constant(parameter, entry->key->text);
  };
  add(only_parameter(*arguments[1]), *mapping);
  const std::string_view second = only_parameter(*arguments[2]);
  if (second.empty() || mapping->entries.size() > most_candidates) return;
  if (!has_default) keys_.insert(lasting(second));
  if (!noted_.emplace(mapping, lasting(base::format("inner {}", second))).second) return;
  for (const syntax::Entry* entry : members(*mapping)) add(second, entry->value->resolved());
}

// What a nested stack compares its parameters with is compared with what its parent passes.
void Template::pass_constants_up() {
  const Node* parameters = value_of(root_, "Parameters");
  if (parent_ == nullptr || parameters == nullptr) return;
  for (const syntax::Entry* entry : members(*parameters)) {
    const std::string_view name = entry->key->text;
    const Node* given = passed_node(name);
    const std::string_view outer = given == nullptr ? std::string_view{} : only_parameter(*given);
    if (outer.empty()) continue;
    for (const std::string_view text : texts_of(value_of(*entry->value, "AllowedValues")))
      parent_->add_constant(outer, text);
    for (const std::string_view text : constants_[name]) parent_->add_constant(outer, text);
    if (keys_.contains(name)) parent_->keys_.insert(parent_->lasting(outer));
  }
}

// ---- what the user gives -------------------------------------------------------------------

Declared check_parameters(const Node& root, const Inputs& inputs) {
  Declared made;
  const Node* parameters = value_of(root, "Parameters");
  if (parameters == nullptr) return made;
  for (const syntax::Entry* entry : members(*parameters)) {
    const std::string name(entry->key->text);
    made.parameters.push_back(name);
    const auto given = inputs.parameters.find(name);
    if (given == inputs.parameters.end()) continue;
    const Node& node = entry->value->resolved();
    const std::string_view type = type_of(node);
    const bool sensitive = is_secret(node);
    const auto refuse = [&](std::string_view value, const std::string& expected) {
      finding::Finding wrong;
      wrong.rule = "parameter";
      wrong.severity = finding::Severity::high;
      wrong.span = entry->key->span;
      wrong.message = base::format("parameter {} cannot be {}; {}", name,
                                   sensitive ? "what is given" : base::format("`{}`", value),
                                   sensitive ? "the template does not allow it" : expected);
      made.errors.push_back(std::move(wrong));
    };
    std::vector<std::string_view> values{given->second};
    if (is_list_type(type)) {
      values.clear();
      for (const std::string_view part : base::split(given->second, ','))
        values.push_back(base::trim(part));
    }
    const Node* allowed = value_of(node, "AllowedValues");
    const std::vector<std::string_view> texts = texts_of(allowed);
    for (const std::string_view value : values) {
      if (allowed != nullptr && std::ranges::find(texts, value) == texts.end()) {
        refuse(value, base::format("allowed are {}", base::join(texts, ", ")));
        break;
      }
      if (type == "Number" && !base::parse_double(value)) {
        refuse(value, "it takes a number");
        break;
      }
      const auto beyond = [&](std::string_view key, double sign) {
        const Node* limit = value_of(node, key);
        const auto bound = limit == nullptr ? std::nullopt : base::parse_double(limit->text);
        const auto number = base::parse_double(value);
        return type == "Number" && bound && number && (*number - *bound) * sign > 0;
      };
      if (beyond("MinValue", -1) || beyond("MaxValue", 1)) {
        const Node* low = value_of(node, "MinValue");
        const Node* high = value_of(node, "MaxValue");
        refuse(value, base::format("it takes a number{}{}",
                                   low == nullptr ? "" : base::format(" from {}", low->text),
                                   high == nullptr ? "" : base::format(" to {}", high->text)));
        break;
      }
    }
  }
  return made;
}

}  // namespace resilint::dialect::cloudformation
