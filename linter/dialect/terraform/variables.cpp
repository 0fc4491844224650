// SPDX-License-Identifier: Apache-2.0
// Variables: given values, defaults, and the values that may be chosen for them.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "dialect/terraform/configuration.h"
#include "parse/parse.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using value::How;
using value::Value;

constexpr std::size_t most_candidates = 64;  // as many as runs are worth
constexpr int deepest = 64;                  // aliases of aliases

void add_once(std::vector<Value>& values, const Value& value) {
  const bool there = std::ranges::any_of(
      values, [&](const Value& other) { return value::equal(other, value) == value::Truth::yes; });
  if (!there) values.push_back(value);
}

// What stands in parentheses, or alone in a text's hole: in Terraform's JSON every expression does.
const Node& bare(const Node& node) {
  const Node* found = &node;
  while (found->kind == NodeKind::parentheses ||
         (found->kind == NodeKind::text_template && found->entries.size() == 1))
    found = found->entries.front().value;
  return *found;
}

// A literal that something may be compared with.
std::optional<Value> literal(const Node& node) {
  if (!node.is_scalar()) return std::nullopt;
  if (!node.plain()) return Value::string(node.text);
  if (node.text == "true" || node.text == "false") return Value::boolean(node.text == "true");
  if (const auto number = base::parse_int(node.text)) return Value::integer(*number);
  if (const auto real = base::parse_double(node.text)) return Value::real(*real);
  return std::nullopt;
}

std::string shown(const Value& value) {
  const auto* text = value.get<std::string_view>();
  return text != nullptr ? std::string(*text) : value::display(value);
}

}  // namespace

bool Configuration::is_boolean(const Variable& variable) {
  return variable.type != nullptr && variable.type->kind == Type::Kind::boolean;
}

// ---- values ------------------------------------------------------------------------------------

Value Configuration::variable(Variable& variable, Use use) {
  const Value& set = given(variable);
  if (!set.absent()) return set;
  const Value& otherwise = preset(variable);
  if (const value::Choice* made = choice(variable)) {
    // The values of a bool are listed by its type.
    const bool listed = variable.listed || is_boolean(variable);
    const bool waits = use == Use::deciding || (use == Use::data && listed);
    return chosen(*made, waits, otherwise).with_sensitive(variable.sensitive);
  }
  return otherwise;
}

Value Configuration::chosen(const value::Choice& made, bool waits, const Value& otherwise) {
  if (const Value* value = graph_.choices.chosen(made)) return *value;
  if (!waits) return otherwise;
  return value::undecided(graph_.arena,
                          {graph_.arena.copy(std::vector<const value::Choice*>{&made})});
}

// The same value, all parts of which came from a variable.
Value Configuration::with_origins(const Value& value, How how, std::string_view name,
                                  source::Span place, bool sensitive) {
  Value made = value;
  if (const auto* list = value.pointer<value::List>()) {
    std::vector<value::Member> members(list->members.begin(), list->members.end());
    for (value::Member& member : members)
      member.value =
          with_origins(member.value, how, name,
                       member.value.is_written() ? member.value.written() : place, sensitive);
    value::List copy = *list;
    copy.members = graph_.arena.copy(members);
    made = value.with_payload(graph_.arena.make<value::List>(copy));
  } else if (const auto* map = value.pointer<value::Map>()) {
    std::vector<value::MapEntry> entries(map->entries.begin(), map->entries.end());
    for (value::MapEntry& entry : entries)
      entry.value =
          with_origins(entry.value, how, name,
                       entry.value.is_written() ? entry.value.written() : place, sensitive);
    value::Map copy = *map;
    copy.entries = graph_.arena.copy(entries);
    made = value.with_payload(graph_.arena.make<value::Map>(copy));
  }
  value::Origin origin;
  origin.how = how;
  origin.span = place;
  origin.name = lasting(name);
  return made.with_origin(graph_.arena.make<value::Origin>(origin)).with_sensitive(sensitive);
}

Value Configuration::typed(const Variable& variable, const Value& value, How how,
                           source::Span place) {
  Value made = value;
  if (variable.type != nullptr && !value.open())
    made = known(convert(value, *variable.type, *this, graph_.arena));
  return with_origins(made, how, base::format("variable {}", variable.name), place,
                      variable.sensitive);
}

// A text from the command line or the environment. Where a type is declared that is not a string,
// it is an expression.
Value Configuration::from_text(const Variable& variable, std::string_view text) {
  const bool plain = variable.type == nullptr || variable.type->kind == Type::Kind::string;
  const Value whole = Value::string(lasting(text));
  if (plain) return typed(variable, whole, How::parameter_value, variable.key->span);
  auto tree = std::make_unique<syntax::Tree>();
  tree->file = variable.key->span.file;
  Node scalar;
  scalar.text = lasting(text);
  scalar.span = variable.key->span;
  std::vector<finding::Finding> errors;
  const Node* expression = parse::parse_hcl_expression(*tree, scalar, errors);
  if (expression == nullptr)
    return unknown(base::format("the value of variable {} cannot be read: {}", variable.name,
                                errors.front().message));
  const Value made = known(evaluated(*expression, Use::text, nullptr));
  texts_.push_back(std::move(tree));
  return typed(variable, made, How::parameter_value, variable.key->span);
}

const Value& Configuration::given(Variable& variable) {
  if (variable.given_read) return variable.given;
  variable.given_read = true;
  const auto from_body = [&](const Node& body) {
    const Entry* entry = body.find_entry(variable.name);
    if (entry == nullptr || entry->value->is_block()) return;
    variable.given = typed(variable, known(evaluated(*entry->value, Use::text, nullptr)),
                           How::parameter_value, entry->value->span);
    if (variable.sensitive) graph_.secrets.push_back(entry->value->span);
  };
  const auto environment = inputs_.environment.find(variable.name);
  if (environment != inputs_.environment.end())
    variable.given = from_text(variable, environment->second);
  for (const Node* body : source_.variables) from_body(*body);
  for (const Inputs::Variables& one : inputs_.variables) {
    if (one.body != nullptr)
      from_body(*one.body);
    else if (one.name == variable.name)
      variable.given = from_text(variable, one.text);
  }
  const bool null = variable.given.get<value::Null>() != nullptr;
  if (null && !variable.nullable) variable.given = {};
  return variable.given;
}

const Value& Configuration::preset(Variable& variable) {
  if (variable.preset_read) return variable.preset;
  variable.preset_read = true;
  const Node* written = variable.body == nullptr ? nullptr : variable.body->find("default");
  if (written != nullptr) {
    variable.preset = typed(variable, known(evaluated(*written, Use::text, nullptr)),
                            How::parameter_default, written->span);
    return variable.preset;
  }
  variable.preset = unknown(base::format("variable {} has no default", variable.name),
                            base::format("var.{}", variable.name))
                        .with_sensitive(variable.sensitive);
  return variable.preset;
}

// Terraform works in the workspace "default" where nothing else is said.
Value Configuration::workspace(Use use) {
  const std::string_view given = inputs_.workspace;
  const Value preset = with_origins(Value::string(given.empty() ? "default" : lasting(given)),
                                    given.empty() ? How::parameter_default : How::parameter_value,
                                    "terraform.workspace", {}, false);
  if (!given.empty()) return preset;
  workspace_.preset = preset;
  workspace_.preset_read = workspace_.given_read = true;
  const value::Choice* made = choice(workspace_);
  return made == nullptr ? preset : chosen(*made, use == Use::deciding, preset);
}

Value Configuration::region(Use use) {
  if (!inputs_.region.empty()) {
    return with_origins(Value::string(lasting(inputs_.region)), How::parameter_value, "region", {},
                        false);
  }
  region_.preset = unknown("the region is known only when deployed", "region");
  region_.preset_read = region_.given_read = true;
  const value::Choice* made = choice(region_);
  return made == nullptr ? region_.preset : chosen(*made, use == Use::deciding, region_.preset);
}

// ---- choices -----------------------------------------------------------------------------------

const value::Choice* Configuration::choice(Variable& variable) {
  if (variable.choice_made) return variable.choice;
  variable.choice_made = true;
  const Value& otherwise = preset(variable);
  const bool boolean = is_boolean(variable);
  if (boolean) variable.constants = {Value::boolean(true), Value::boolean(false)};
  const bool scalar = variable.type == nullptr || variable.type->kind == Type::Kind::any ||
                      variable.type->kind == Type::Kind::string ||
                      variable.type->kind == Type::Kind::number || boolean;
  const bool has_preset = !otherwise.open() && otherwise.get<value::Null>() == nullptr;
  if (!scalar || variable.constants.empty()) return nullptr;
  if (has_preset && otherwise.pointer<value::List>() != nullptr) return nullptr;
  if (has_preset && otherwise.pointer<value::Map>() != nullptr) return nullptr;

  std::vector<Value> values;
  if (has_preset) values.push_back(otherwise);
  const source::Span declared = variable.key == nullptr ? source::Span{} : variable.key->span;
  for (const Value& constant : variable.constants) {
    Value value = constant;
    if (variable.type != nullptr) {
      const Outcome converted = convert(constant, *variable.type, *this, graph_.arena);
      if (!converted) continue;
      value = *converted;
    }
    add_once(values,
             with_origins(value, How::parameter_choice,
                          variable.key == nullptr ? std::string(variable.name)
                                                  : base::format("variable {}", variable.name),
                          declared, variable.sensitive));
  }
  if (values.size() > most_candidates) return nullptr;
  std::vector<value::Candidate> candidates;
  for (const Value& value : values)
    candidates.push_back({value, variable.sensitive ? "(sensitive)" : lasting(shown(value))});
  const bool all = boolean || variable.listed || variable.is_key;
  if (!all) {
    std::vector<std::string_view> texts;
    for (const Value& value : values) {
      if (const auto* text = value.get<std::string_view>()) texts.push_back(*text);
    }
    const value::Unknown other{
        .reason = lasting(base::format("variable {} may be anything else", variable.name)),
        .symbol = lasting(base::format("other {}", variable.name)),
        .none_of = graph_.arena.copy(texts)};
    candidates.push_back({Value(Value::Payload(graph_.arena.make<value::Unknown>(other)))
                              .with_sensitive(variable.sensitive),
                          "something else"});
  }
  const std::string name =
      variable.key == nullptr ? std::string(variable.name) : base::format("var.{}", variable.name);
  variable.choice = &graph_.choices.add(lasting(name), candidates, has_preset);
  return variable.choice;
}

// What variables are compared with anywhere in the module.
void Configuration::note_constants() {
  for (const Entry& entry : source_.entries) {
    if (!entry.value->is_block()) continue;
    if (entry.key->text == "variable" && !entry.value->labels().empty()) {
      Variable& variable = variables_[entry.value->labels().front().value->text];
      for (const Entry& inner : entry.value->body().entries) {
        if (inner.value->is_block() && inner.key->text == "validation")
          note_validation(inner.value->body(), variable);
      }
      continue;
    }
    note_constants(entry.value->body());
  }
}

void Configuration::note_constants(const Node& node) {
  switch (node.kind) {
    case NodeKind::binary:
      if (node.text == "==" || node.text == "!=") {
        note_comparison(*node.entries[0].value, *node.entries[1].value);
        note_comparison(*node.entries[1].value, *node.entries[0].value);
      } else if (node.text == "&&" || node.text == "||") {
        note_condition(*node.entries[0].value);
        note_condition(*node.entries[1].value);
      }
      break;
    case NodeKind::unary:
      if (node.text == "!") note_condition(*node.entries[0].value);
      break;
    case NodeKind::conditional:
      note_condition(*node.entries[0].value);
      break;
    case NodeKind::call:
      if (node.text == "contains" && node.entries.size() == 2) {
        if (const Node* list = behind_locals(*node.entries[0].value);
            list != nullptr && list->is_sequence()) {
          for (const Entry& item : list->entries)
            note_comparison(*node.entries[1].value, *item.value);
        }
      } else if (node.text == "lookup" && node.entries.size() >= 2) {
        note_keys(*node.entries[1].value, *node.entries[0].value);
        // With a default, any other key is one, too.
        Variable* key = only_variable(*node.entries[1].value);
        if (key != nullptr && node.entries.size() > 2) key->is_key = false;
      }
      break;
    case NodeKind::variable:
    case NodeKind::traversal:
      for (std::size_t i = 0; i < node.entries.size(); ++i) {
        const Node& step = *node.entries[i].value;
        if (step.kind != NodeKind::index) continue;
        // `local.sizes[var.env]` and `{…}[var.env]`.
        if (node.kind == NodeKind::traversal && i == 1) {
          note_keys(*step.entries.front().value, *node.entries.front().value);
        } else if (node.kind == NodeKind::variable && node.text == "local" && i == 1) {
          const auto found = locals_.find(node.entries.front().value->text);
          if (found != locals_.end() && found->second.expression != nullptr)
            note_keys(*step.entries.front().value, *found->second.expression);
        }
      }
      break;
    default:
      break;
  }
  for (const Entry& entry : node.entries) {
    if (entry.key != nullptr && !entry.key->is_scalar()) note_constants(*entry.key);
    note_constants(*entry.value);
  }
}

void Configuration::note_comparison(const Node& one, const Node& other) {
  Variable* variable = only_variable(one);
  const auto constant = literal(other);
  if (variable != nullptr && constant && variable->constants.size() <= most_candidates)
    add_once(variable->constants, *constant);
}

void Configuration::note_condition(const Node& condition) {
  Variable* variable = only_variable(condition);
  if (variable == nullptr) return;
  add_once(variable->constants, Value::boolean(true));
  add_once(variable->constants, Value::boolean(false));
}

void Configuration::note_keys(const Node& key, const Node& object) {
  Variable* variable = only_variable(key);
  const Node* found = variable == nullptr ? nullptr : behind_locals(object);
  if (found == nullptr || !found->is_mapping() || found->entries.size() > most_candidates) return;
  for (const Entry& entry : found->entries) {
    if (!entry.key->is_scalar()) return;
    add_once(variable->constants, Value::string(entry.key->text));
  }
  variable->is_key = true;
}

// `condition = contains(["dev", "prod"], var.stage)`
void Configuration::note_validation(const Node& validation, Variable& variable) {
  const Node* written = validation.find("condition");
  if (written == nullptr) return;
  const Node& condition = bare(*written);
  if (condition.kind != NodeKind::call || condition.text != "contains" ||
      condition.entries.size() != 2 || only_variable(*condition.entries[1].value) != &variable)
    return;
  const Node& list = bare(*condition.entries[0].value);
  if (!list.is_sequence()) return;
  for (const Entry& item : list.entries) {
    const auto constant = literal(*item.value);
    if (!constant) return;
    add_once(variable.constants, *constant);
  }
  variable.listed = true;
}

// The variable that an expression is and nothing else, through locals that are nothing else.
Configuration::Variable* Configuration::only_variable(const Node& written, int depth) {
  if (depth > deepest) return nullptr;
  const Node& expression = bare(written);
  if (expression.kind != NodeKind::variable || expression.entries.empty()) return nullptr;
  const Node& first = *expression.entries.front().value;
  if (expression.text == "var" && expression.entries.size() == 1) {
    const auto found = variables_.find(first.text);
    return found == variables_.end() ? nullptr : &found->second;
  }
  if (expression.text == "terraform" && first.text == "workspace") return &workspace_;
  if (expression.text == "data" && first.text == "aws_region") return &region_;
  if (expression.text != "local" || expression.entries.size() != 1) return nullptr;
  const auto found = locals_.find(first.text);
  return found == locals_.end() || found->second.expression == nullptr
             ? nullptr
             : only_variable(*found->second.expression, depth + 1);
}

const Node* Configuration::behind_locals(const Node& written, int depth) {
  if (depth > deepest) return nullptr;
  const Node& expression = bare(written);
  const bool named = expression.kind == NodeKind::variable && expression.text == "local" &&
                     expression.entries.size() == 1;
  if (!named) return &expression;
  const auto found = locals_.find(expression.entries.front().value->text);
  return found == locals_.end() || found->second.expression == nullptr
             ? nullptr
             : behind_locals(*found->second.expression, depth + 1);
}

}  // namespace resilint::dialect::terraform
