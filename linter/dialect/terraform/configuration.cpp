// SPDX-License-Identifier: Apache-2.0
// What a module declares, and what the names in its expressions mean.
#include "dialect/terraform/configuration.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "base/unicode.h"
#include "base/utf8.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using value::Value;

constexpr std::uint32_t most_cost = 400'000;   // of one argument, with all that it leads to
constexpr std::uint32_t deepest = 100;         // locals and arguments that lead to each other
constexpr std::uint32_t most_parts = 100'000;  // of one value, those counted again that are shared

std::string_view label(const Entry& block, std::size_t index) {
  const auto labels = block.value->labels();
  return index < labels.size() ? labels[index].value->text : std::string_view{};
}

// How many values a value is made of, up to one more than `most_parts`. Shared parts count each
// time, since whoever walks the value meets them each time.
std::uint32_t extent(const Value& value) {
  std::uint32_t parts = 0;
  std::vector<const Value*> open{&value};
  while (!open.empty() && ++parts <= most_parts) {
    const Value& one = *open.back();
    open.pop_back();
    if (const auto* list = one.pointer<value::List>()) {
      if (list->members.size() > most_parts) return most_parts + 1;
      for (const value::Member& member : list->members) open.push_back(&member.value);
    } else if (const auto* map = one.pointer<value::Map>()) {
      if (map->entries.size() > most_parts) return most_parts + 1;
      for (const value::MapEntry& entry : map->entries) open.push_back(&entry.value);
    } else if (const auto* text = one.pointer<value::Text>()) {
      parts += static_cast<std::uint32_t>(text->parts.size());
    }
  }
  return parts;
}

// The name in an attribute step, empty when there is none at that place.
std::string_view step_name(const Node& variable, std::size_t index) {
  if (index >= variable.entries.size()) return {};
  const Node& step = *variable.entries[index].value;
  return step.kind == NodeKind::attribute ? step.text : std::string_view{};
}

// As Terraform writes a text in an address.
std::string quoted(std::string_view key) {
  std::string text = "\"";
  while (!key.empty()) {
    const std::size_t size = std::max<std::size_t>(base::utf8_sequence(key), 1);
    const std::string_view character = key.substr(0, size);
    const char c = character.front();
    if (c == '"' || c == '\\')
      text += {'\\', c};
    else if (c == '\n')
      text += "\\n";
    else if (c == '\r')
      text += "\\r";
    else if (c == '\t')
      text += "\\t";
    else if ((c == '$' || c == '%') && key.substr(1, 1) == "{")
      text += {c, c};
    else if (!base::is_printable(character))
      text += base::escaped(character);
    else
      text += character;
    key.remove_prefix(size);
  }
  return text + "\"";
}

// "[0]" and "[\"key\"]" behind an address.
std::string index_text(const ResourceBlock& block, const ResourceBlock::Instance& instance) {
  if (block.count != nullptr) return base::format("[{}]", instance.index);
  return base::format("[{}]", quoted(instance.key));
}

// From the first part of a native path, "rule[0].name": the name, and the rest behind it.
std::pair<std::string_view, std::string_view> first_of(std::string_view path) {
  const std::size_t end = path.find_first_of(".[");
  if (end == std::string_view::npos) return {path, {}};
  return {path.substr(0, end), path.substr(end)};
}

// What is set for a bucket by a resource of its own has the bucket's name as its id.
bool is_called_like_its_bucket(std::string_view type) {
  static constexpr std::array<std::string_view, 12> types{
      "aws_s3_bucket_cors_configuration",
      "aws_s3_bucket_lifecycle_configuration",
      "aws_s3_bucket_logging",
      "aws_s3_bucket_notification",
      "aws_s3_bucket_object_lock_configuration",
      "aws_s3_bucket_ownership_controls",
      "aws_s3_bucket_policy",
      "aws_s3_bucket_public_access_block",
      "aws_s3_bucket_replication_configuration",
      "aws_s3_bucket_server_side_encryption_configuration",
      "aws_s3_bucket_versioning",
      "aws_s3_bucket_website_configuration",
  };
  return std::ranges::find(types, type) != types.end();
}

}  // namespace

// ---- bodies ------------------------------------------------------------------------------------

namespace {

class ResourceBody final : public graph::Body {
 public:
  ResourceBody(Configuration& owner, ResourceBlock& block, std::size_t instance)
      : configuration_(owner), block_(block), instance_(instance) {}

  [[nodiscard]] graph::Existence existence() const override {
    return configuration_.existence(block_, instance());
  }

  [[nodiscard]] Value attribute(std::string_view path) const override {
    graph::Graph& graph = configuration_.graph();
    for (const Kept* one = kept_; one != nullptr; one = one->next) {
      if (one->name == path && graph.choices.holds(one->basis)) return one->value;
    }
    if (reading_ == path) return value::unknown(graph.arena, "its value depends on itself");
    const std::string_view outer = std::exchange(reading_, configuration_.lasting(path));
    const value::Choices::Frame frame(graph.choices);
    const Value value = read(path);
    kept_ = graph.arena.make<Kept>(Kept{reading_, frame.basis(), value, kept_});
    reading_ = outer;
    return value;
  }

  [[nodiscard]] Value outside(std::string_view name) const override { return attribute(name); }
  [[nodiscard]] std::string_view construct() const override { return {}; }

  [[nodiscard]] std::optional<source::Span> key_place(std::string_view path) const override {
    const std::string_view name = first_of(path).first;
    for (const Entry& entry : block_.body->entries) {
      const bool dynamic = entry.value->is_block() && entry.key->text == "dynamic";
      if ((dynamic ? label(entry, 0) : entry.key->text) == name) return entry.key->span;
    }
    return std::nullopt;
  }

 private:
  // What was read, by its path, in the arena of the graph, the last one first.
  struct Kept {
    std::string_view name;
    const value::Choices::Basis* basis;
    Value value;
    const Kept* next;
  };

  [[nodiscard]] const ResourceBlock::Instance& instance() const {
    return block_.instances[instance_];
  }

  Value read(std::string_view path) const {
    const auto [name, rest] = first_of(path);
    if (rest.empty())
      return configuration_.member(*block_.body, name, configuration_.bound(block_, instance()));
    return inside(attribute(name), rest);
  }

  // ".a[0].b" behind a value.
  Value inside(Value value, std::string_view path) const {
    while (!path.empty()) {
      const auto* list = value.pointer<value::List>();
      const auto* map = value.pointer<value::Map>();
      if (path.front() == '[') {
        const std::size_t close = std::min(path.find(']'), path.size() - 1);
        const auto index = base::parse_int(path.substr(1, close - 1));
        path.remove_prefix(close + 1);
        const bool there = list != nullptr && !list->open && index && *index >= 0 &&
                           static_cast<std::size_t>(*index) < list->members.size();
        if (!there) return {};
        value = list->members[static_cast<std::size_t>(*index)].value;
        continue;
      }
      path.remove_prefix(1);
      const std::string_view name = first_of(path).first;
      path.remove_prefix(name.size());
      const value::MapEntry* entry = map == nullptr ? nullptr : map->find(name);
      if (entry == nullptr) return {};
      value = entry->value;
    }
    return value;
  }

  Configuration& configuration_;
  ResourceBlock& block_;
  std::size_t instance_;
  mutable const Kept* kept_ = nullptr;
  mutable std::string_view reading_;
};

}  // namespace

// ---- declarations ------------------------------------------------------------------------------

Configuration::Configuration(const ModuleSource& source, const Inputs& inputs, Files& files,
                             graph::Graph& graph)
    : graph_(graph), source_(source), inputs_(inputs), files_(files) {
  read_declarations();
  note_constants();
}

Configuration::~Configuration() = default;

void Configuration::read_declarations() {
  for (const Entry& entry : source_.entries) {
    if (!entry.value->is_block()) continue;
    const std::string_view type = entry.key->text;
    const Node& body = entry.value->body();
    if (type == "variable") {
      read_variable(entry);
    } else if (type == "locals") {
      for (const Entry& one : body.entries) {
        if (!one.value->is_block()) locals_[one.key->text].expression = one.value;
      }
    } else if (type == "resource") {
      auto block = std::make_unique<ResourceBlock>();
      block->type = label(entry, 0);
      block->name = label(entry, 1);
      block->entry = &entry;
      block->body = &body;
      block->count = body.find("count");
      block->for_each = body.find("for_each");
      if (const Entry* lifecycle = body.find_entry("lifecycle");
          lifecycle != nullptr && lifecycle->value->is_block())
        block->enabled = lifecycle->value->body().find("enabled");
      if (by_address_.try_emplace({block->type, block->name}, block.get()).second)
        resources_.push_back(std::move(block));
    } else if (type == "data") {
      data_.try_emplace({label(entry, 0), label(entry, 1)},
                        Data{label(entry, 0), label(entry, 1), &body, &entry});
    } else if (type == "module") {
      modules_.try_emplace(label(entry, 0), &entry);
    } else if (type == "output") {
      outputs_.try_emplace(label(entry, 0), &entry);
    } else {
      others_.push_back(&entry);
    }
  }
  workspace_.name = "terraform.workspace";
  region_.name = "region";
}

void Configuration::read_variable(const Entry& entry) {
  Variable& made = variables_[label(entry, 0)];
  if (made.body != nullptr) return;
  made.name = label(entry, 0);
  made.key = entry.value->labels().empty() ? entry.key : entry.value->labels().front().value;
  made.body = &entry.value->body();
  const auto is_true = [&](std::string_view key) {
    const Node* flag = made.body->find(key);
    return flag != nullptr && flag->is_scalar() && flag->text == "true";
  };
  made.sensitive = is_true("sensitive");
  const Node* nullable = made.body->find("nullable");
  made.nullable = nullable == nullptr || nullable->text != "false";
  if (const Node* type = made.body->find("type")) {
    const auto read = read_type(*type, graph_.arena);
    if (read) made.type = *read;
  }
  if (!made.sensitive) return;
  if (const Node* preset = made.body->find("default")) graph_.secrets.push_back(preset->span);
}

std::string_view Configuration::lasting(std::string_view text) {
  const auto found = lasting_.find(text);
  return found != lasting_.end() ? *found : *lasting_.emplace(text).first;
}

// ---- names -------------------------------------------------------------------------------------

Value Configuration::unknown(std::string_view reason, std::string_view symbol) {
  return value::unknown(graph_.arena, lasting(reason), lasting(symbol));
}

Outcome Configuration::evaluated(const Node& expression, Use use, const Bound* bound) {
  if (nested_ >= deepest) return unknown("what it depends on goes too deep");
  if (nested_ == 0) budget = most_cost;
  ++nested_;
  Outcome made = evaluate(expression, *this, graph_.arena, use, bound);
  --nested_;
  if (!made) return made;
  const std::uint32_t parts = extent(*made);
  if (parts > most_parts) return unknown("the value is too large to evaluate");
  // It is looked through by whoever uses it.
  budget -= std::min(budget, parts / 16);
  return made;
}

Value Configuration::known(const Outcome& outcome) {
  if (outcome) return *outcome;
  return unknown(base::format("Terraform refuses it: {}", outcome.error().message))
      .with_written(outcome.error().place);
}

Refusal Configuration::undeclared(std::string_view what, std::string_view name,
                                  const std::vector<std::string_view>& names, const Node& place) {
  const std::string_view near = base::nearest(name, names);
  return {base::format("there is no {} `{}`{}", what, name,
                       near.empty() ? "" : base::format("; did you mean `{}`?", near)),
          place.span};
}

base::Result<Scope::Named, Refusal> Configuration::name(const Node& variable_node, Use use) {
  const std::string_view root = variable_node.text;
  const std::string_view first = step_name(variable_node, 0);
  if (root == "var") {
    const auto found = variables_.find(first);
    if (found != variables_.end()) return Named{variable(found->second, use), 1};
    std::vector<std::string_view> names;
    for (const auto& [name, declared] : variables_) names.push_back(name);
    return base::failure(undeclared("variable", first, names, variable_node));
  }
  if (root == "local") {
    Outcome made = local(first, use, variable_node);
    if (!made) return base::failure(made.error());
    return Named{*made, 1};
  }
  if (root == "path") {
    if (first == "module" || first == "root") return Named{Value::string("."), 1};
    return Named{unknown("path.cwd is known only where Terraform runs", "path.cwd"), 1};
  }
  if (root == "terraform" || root == "tofu") {
    if (first == "workspace") return Named{workspace(use), 1};
    return Named{unknown("only Terraform itself knows it", "terraform"), 1};
  }
  if (root == "module") {
    if (!modules_.contains(first)) {
      std::vector<std::string_view> names;
      for (const auto& [name, entry] : modules_) names.push_back(name);
      return base::failure(undeclared("module", first, names, variable_node));
    }
    std::string symbol = base::format("module.{}", first);
    const std::string_view output = step_name(variable_node, 1);
    if (!output.empty()) symbol += base::format(".{}", output);
    return Named{unknown(base::format("module {} is not read yet", first), symbol),
                 output.empty() ? std::size_t{1} : std::size_t{2}};
  }
  if (root == "data") {
    const std::string_view second = step_name(variable_node, 1);
    const auto found = data_.find({first, second});
    if (found == data_.end()) {
      std::vector<std::string_view> names;
      for (const auto& [name, entry] : data_) {
        if (name.first == first) names.push_back(name.second);
      }
      return base::failure(
          undeclared(base::format("data source {}", first), second, names, variable_node));
    }
    std::size_t steps = 2;
    const Value made = data(found->second, variable_node, steps, use);
    return Named{made, steps};
  }
  if (root == "ephemeral")
    return Named{unknown("an ephemeral resource is read when Terraform runs"),
                 std::min<std::size_t>(variable_node.entries.size(), 2)};
  if (root == "each" || root == "count" || root == "self")
    return Named{unknown(base::format("`{}` has no value here", root)), 0};
  return resource(variable_node);
}

base::Result<Scope::Named, Refusal> Configuration::resource(const Node& variable_node) {
  const std::string_view type = variable_node.text;
  const std::string_view name = step_name(variable_node, 0);
  const auto found = by_address_.find({type, name});
  if (found == by_address_.end()) {
    std::vector<std::string_view> names;
    for (const auto& [address, block] : by_address_) {
      if (address.first == type) names.push_back(address.second);
    }
    return base::failure(
        undeclared(name.empty() ? std::string("name") : base::format("resource {}", type),
                   name.empty() ? type : name, names, variable_node));
  }
  expand(*found->second);
  return Named{instances(*found->second).with_written(variable_node.span), 1};
}

Outcome Configuration::local(std::string_view name, Use use, const Node& place) {
  const auto found = locals_.find(name);
  if (found == locals_.end()) {
    std::vector<std::string_view> names;
    for (const auto& [other, declared] : locals_) names.push_back(other);
    return base::failure(undeclared("local value", name, names, place));
  }
  Local& one = found->second;
  value::Memo<Outcome>& values = one.values[static_cast<std::size_t>(use)];
  if (const Outcome* kept = values.find(graph_.choices)) return *kept;
  if (one.evaluating) return unknown(base::format("local.{} depends on itself", name));
  one.evaluating = true;
  const value::Choices::Frame frame(graph_.choices);
  const std::uint32_t outer = std::exchange(budget, nested_ == 0 ? budget : most_cost);
  Outcome made = evaluated(*one.expression, use, nullptr);
  // It is evaluated once, whatever asks for it; but not more often than is sensible for one asker.
  budget = outer;
  one.evaluating = false;
  return values.keep(frame, std::move(made));
}

Outcome Configuration::part(const value::Reference& reference, std::string_view step,
                            source::Span span) {
  value::Reference made = reference;
  made.span = span;
  if (reference.attribute.empty())
    made.attribute = step == "id" && is_called_like_its_bucket(graph_.get(made.target).native_type)
                         ? std::string_view("bucket")
                         : lasting(step);
  else if (step.starts_with('['))
    made.attribute = lasting(base::format("{}{}", reference.attribute, step));
  else
    made.attribute = lasting(base::format("{}.{}", reference.attribute, step));
  return Value(Value::Payload(graph_.arena.make<value::Reference>(made))).with_written(span);
}

Value Configuration::written(const Value& reference) {
  const auto* named = reference.pointer<value::Reference>();
  if (named == nullptr || named->attribute.empty() || nested_ >= deepest) return reference;
  const graph::Resource& target = graph_.get(named->target);
  const Value property = target.body->attribute(named->attribute);
  if (property.absent() || property.get<value::Null>() != nullptr) return reference;
  return property.with_written(reference.written());
}

base::Result<std::string_view, std::string> Configuration::file(std::string_view path) {
  const auto found = files_read_.find(path);
  if (found != files_read_.end()) return std::string_view(found->second);
  auto bytes = files_.read(source_.file, path);
  if (!bytes) return base::failure(bytes.error());
  return std::string_view(files_read_.emplace(std::string(path), std::move(*bytes)).first->second);
}

Value Configuration::output(std::string_view name) {
  const auto found = outputs_.find(name);
  const Node* expression =
      found == outputs_.end() ? nullptr : found->second->value->body().find("value");
  return expression == nullptr ? Value{} : known(evaluated(*expression, Use::data, nullptr));
}

// ---- resources ---------------------------------------------------------------------------------

void Configuration::add_resources() {
  if (!source_.incomplete.empty()) graph_.opened_whole = lasting(source_.incomplete);
  if (!modules_.empty())
    graph_.unread = lasting(base::format("module {} is not read", modules_.begin()->first));
  for (const auto& block : resources_) expand(*block);
}

void Configuration::expand(ResourceBlock& block) {
  if (block.expanded || block.expanding) return;
  block.expanding = true;
  if (block.count != nullptr) expand_named_in(*block.count);
  if (block.for_each != nullptr) expand_named_in(*block.for_each);
  std::vector<ResourceBlock::Instance> made;
  std::set<std::string_view> keys;
  int runs = 0;
  if (block.count == nullptr && block.for_each == nullptr)
    made.emplace_back();
  else
    collect_instances(block, made, keys, runs);
  block.instances = std::move(made);
  block.expanded = true;
  block.expanding = false;
  // In JSON one word `resource` may stand before all of them: the name is their own.
  const auto labels = block.entry->value->labels();
  source::Span header = labels.empty() ? block.entry->key->span : labels.back().value->span;
  if (!block.body->flow) header.begin = block.entry->key->span.begin;
  for (std::size_t i = 0; i < block.instances.size(); ++i) {
    ResourceBlock::Instance& instance = block.instances[i];
    const bool one = block.count == nullptr && block.for_each == nullptr;
    graph::Resource resource;
    resource.address = lasting(
        base::format("{}.{}{}", block.type, block.name,
                     one || instance.stands_for_all ? std::string{} : index_text(block, instance)));
    resource.dialect = graph::Dialect::terraform;
    resource.provider_version = provider_version();
    resource.native_type = block.type;
    resource.name = header;
    resource.body = graph_.arena.make<ResourceBody>(*this, block, i);
    instance.id = graph_.add(resource).id;
  }
}

}  // namespace resilint::dialect::terraform
