// SPDX-License-Identifier: Apache-2.0
// A template → its graph.
#include "dialect/cloudformation/template.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "dialect/dialect.h"

namespace resilint::dialect {
namespace cloudformation {
namespace {

using syntax::Node;
using value::Value;

constexpr std::uint32_t most_visits = 1'000'000;  // aliases can make a small file large

class ResourceBody final : public graph::Body {
 public:
  ResourceBody(Template& owner, const Node& resource, const Item& item)
      : template_(owner),
        resource_(resource),
        loop_(item.loop),
        any_number_(item.any_number),
        properties_(value_of(resource, "Properties")) {
    const Node* condition = value_of(resource, "Condition");
    if (condition != nullptr && condition->is_scalar()) condition_ = condition->text;
  }

  [[nodiscard]] graph::Existence existence() const override {
    graph::Existence made = template_.existence(condition_, loop_);
    if (const value::Unknown* any = any_number_ ? loop_->value.unknown() : nullptr) {
      made.each = any->symbol;
      made.reason = any->reason;
    }
    return made;
  }
  [[nodiscard]] Value attribute(std::string_view name) const override {
    return read(properties_, name, values_);
  }
  [[nodiscard]] Value outside(std::string_view name) const override {
    return read(&resource_, name, outside_);
  }

  [[nodiscard]] std::string_view construct() const override {
    const Node* metadata = value_of(resource_, "Metadata");
    const Node* path = metadata == nullptr ? nullptr : value_of(*metadata, "aws:cdk:path");
    return path != nullptr && path->is_scalar() ? path->text : std::string_view{};
  }

  [[nodiscard]] std::optional<source::Span> key_place(std::string_view name) const override {
    const auto found =
        properties_ == nullptr ? std::nullopt : template_.item(*properties_, name, loop_);
    if (!found) return std::nullopt;
    return found->entry->key->span;
  }

 private:
  // What was read, by its native name, in the arena of the graph, the last one first: few, so that
  // looking through them is quickest.
  struct Kept {
    std::string_view name;
    const value::Choices::Basis* basis;
    Value value;
    const Kept* next;
  };

  Value read(const Node* within, std::string_view name, const Kept*& kept) const {
    graph::Graph& graph = template_.graph();
    for (const Kept* one = kept; one != nullptr; one = one->next) {
      if (one->name == name && graph.choices.holds(one->basis)) return one->value;
    }
    const value::Choices::Frame frame(graph.choices);
    const Value value = evaluate(within, name);
    kept = graph.arena.make<Kept>(Kept{template_.lasting(name), frame.basis(), value, kept});
    return value;
  }

  Value evaluate(const Node* within, std::string_view name) const {
    Value value;
    const auto found = within == nullptr ? std::nullopt : template_.item(*within, name, loop_);
    if (found) value = template_.evaluate(*found->entry->value, {Use::data, found->loop});
    if (!template_.macro().empty())
      return value.with_payload(template_.maybe_absent(template_.macro()).payload());
    if (found || within == nullptr) return value;
    if (within == properties_ && call_of(*within)) return whole(*within, name);
    const std::string_view open = template_.opened(*within, loop_);
    return open.empty() ? value : template_.maybe_absent(open);
  }

  // An expression in place of all properties.
  Value whole(const Node& expression, std::string_view name) const {
    const Value all = template_.evaluate(expression, {Use::data, loop_});
    if (const auto* map = all.pointer<value::Map>()) {
      if (const value::MapEntry* entry = map->find(name)) return entry->value;
      return map->open ? template_.maybe_absent(map->open_reason) : Value{};
    }
    if (all.undecided() != nullptr || all.absent()) return all;
    return template_.maybe_absent(why_unknown(all));
  }

  Template& template_;
  const Node& resource_;
  const Loop* loop_;
  bool any_number_;
  const Node* properties_;
  std::string_view condition_;
  mutable const Kept* values_ = nullptr;
  mutable const Kept* outside_ = nullptr;
};

// Why whoever stands in a resource of this type may connect further things to what it names.
std::string opens(std::string_view type, std::string_view address) {
  if (type == "AWS::CloudFormation::CustomResource" || type.starts_with("Custom::"))
    return base::format("used by custom resource {}", address);
  if (type.starts_with("AWS::Serverless::"))
    return base::format("named by {} {}, whose generated resources are not read yet", type,
                        address);
  if (type.ends_with("::MODULE"))
    return base::format("used by module {}, which is not read", address);
  return {};
}

}  // namespace

Deployment::Deployment(graph::Graph& made, const Inputs& given, Files& others)
    : graph(made), inputs(given), files(others) {}
Deployment::~Deployment() = default;

Template::Template(const Node& root, Deployment& deployment, Template* parent,
                   std::string_view stack, const Loop* loop)
    : root_(root),
      deployment_(deployment),
      graph_(deployment.graph),
      parent_(parent),
      stack_(stack),
      loop_(loop) {
  if (parent != nullptr) prefix_ = graph_.arena.copy(base::format("{}{}/", parent->prefix_, stack));
  const std::size_t before = deployment.templates.size();
  if (before != 0) scope_ = graph_.arena.copy(base::format("template {}: ", before));
}

const Template::Named* Template::named(std::string_view name) const {
  const auto found = resources_.find(name);
  return found == resources_.end() ? nullptr : &found->second;
}

void Template::read_transforms() {
  const Node* transforms = value_of(root_, "Transform");
  if (transforms == nullptr) return;
  // AWS's own transforms that leave what is written as it is.
  static constexpr std::array<std::string_view, 5> additive{
      "AWS::Serverless-", "AWS::LanguageExtensions", "AWS::SecretsManager-",
      "AWS::CodeDeployBlueGreen", "AWS::ServiceCatalog"};
  for (const Node* transform : items(*transforms)) {
    const Node* name_node = transform->is_mapping() ? value_of(*transform, "Name") : transform;
    const std::string_view name = name_node == nullptr ? std::string_view{} : name_node->text;
    const bool known = std::ranges::any_of(
        additive, [&](std::string_view prefix) { return name.starts_with(prefix); });
    if (known || name.empty() || name == "AWS::Include") continue;
    macro_ = lasting(base::format("macro {} may change anything in this template", name));
    graph_.opened_whole = macro_;
    note_unread(transform->span, macro_);
  }
}

void Template::note_unread(source::Span span, std::string_view message) {
  for (const graph::Graph::Note& note : graph_.notes) {
    if (note.message == message && note.span.file == span.file) return;
  }
  graph_.notes.push_back({span, lasting(message)});
}

// A section of the template: its own, and what includes at the top bring.
std::vector<const Node*> Template::sections(std::string_view name) {
  std::vector<const Node*> found;
  if (const Node* own = value_of(root_, name)) found.push_back(own);
  const auto add = [&](const Node& transform) {
    std::string reason;
    const Node* named = value_of(transform, "Name");
    if (named == nullptr) return;
    const Node* content = included(transform, reason);
    if (content == nullptr) {
      graph_.opened_whole = lasting(reason);
      note_unread(transform.span, reason);
    } else if (const Node* section = value_of(*content, name)) {
      found.push_back(section);
    }
  };
  if (const Node* transforms = value_of(root_, "Transform")) {
    for (const Node* one : items(*transforms)) {
      if (one->is_mapping()) add(*one);
    }
  }
  if (const Node* transform = value_of(root_, "Fn::Transform")) {
    for (const Node* one : items(*transform)) add(*one);
  }
  return found;
}

void Template::note_secrets() {
  const Node* parameters = value_of(root_, "Parameters");
  if (parameters == nullptr) return;
  for (const syntax::Entry* entry : members(*parameters)) {
    const Node& parameter = entry->value->resolved();
    if (!is_secret(parameter)) continue;
    for (const std::string_view key : {"Default", "AllowedValues"}) {
      if (const Node* written = value_of(parameter, key)) graph_.secrets.push_back(written->span);
    }
  }
}

void Template::add_resources() {
  read_transforms();
  note_secrets();
  note_constants(root_);
  for (const Node* section : sections("Resources")) {
    const Items all = expanded(*section, nullptr);
    if (!all.open.empty()) graph_.opened_whole = all.open;
    for (const Item& one : all.items) add_resource(one);
  }
  pass_constants_up();
}

void Template::add_resource(const Item& one) {
  const Node& node = one.entry->value->resolved();
  const Node* type = value_of(node, "Type");
  if (type == nullptr || !type->is_scalar()) return;
  const auto [at, fresh] = resources_.try_emplace(one.key);
  if (!fresh) return;  // two instances of loops with one name cannot be deployed
  order_.push_back(one.key);
  graph::Resource made;
  made.address =
      prefix_.empty() ? one.key : graph_.arena.copy(base::format("{}{}", prefix_, one.key));
  made.dialect = graph::Dialect::cloudformation;
  made.native_type = in_loop(type->text, one.loop);
  made.name = one.entry->key->span;
  made.body = graph_.arena.make<ResourceBody>(*this, node, one);
  Named& named = at->second;
  named.id = graph_.add(made).id;
  named.node = &node;
  named.loop = one.loop;
  if (made.native_type == "AWS::CloudFormation::Stack") read_nested(one, named);
}

void Template::open_resources() {
  for (const std::string_view name : order_) {
    const Named& from = resources_.at(name);
    const graph::Resource& resource = graph_.get(from.id);
    std::string why = opens(resource.native_type, resource.address);
    if (!from.unread.empty()) why = base::format("passed to nested stack {}", resource.address);
    const std::string_view opened = graph_.arena.copy(why);
    if (const Node* properties = value_of(*from.node, "Properties")) {
      for (const syntax::Entry* property : members(*properties)) {
        const std::string_view key = property->key->text;
        // What is passed to a stack that is read is followed from there.
        if (from.nested != nullptr && key == "Parameters") continue;
        open_named_in(*property->value,
                      key == "Fn::Transform" ? "given to a macro that is not read" : opened,
                      from.loop);
      }
    }
  }
  for (const Node* outputs : sections("Outputs")) {
    for (const Item& output : expanded(*outputs, nullptr).items) {
      const Node* exported = value_of(*output.entry->value, "Export");
      const Node* export_name = exported == nullptr ? nullptr : value_of(*exported, "Name");
      if (export_name == nullptr) continue;
      const Value name = evaluate(*export_name, {Use::text, output.loop});
      const auto* text = name.get<std::string_view>();
      if (const Node* value = value_of(*output.entry->value, "Value")) {
        const std::string why =
            base::format("exported as {}", text != nullptr ? *text : output.key);
        open_named_in(*value, graph_.arena.copy(why), output.loop);
      }
    }
  }
}

void Template::open_named_in(const Node& start, std::string_view why, const Loop* loop) {
  if (why.empty()) return;
  std::vector<const Node*> open_nodes{&start};
  std::uint32_t visits = 0;
  while (!open_nodes.empty() && ++visits < most_visits) {
    const Node& node = open_nodes.back()->resolved();
    open_nodes.pop_back();
    const auto open_attribute = [&](std::string_view text) {
      const std::size_t dot = text.find('.');
      open(text.substr(0, dot),
           dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1), why);
    };
    const std::optional<Call> found = call_of(node);
    if (found && found->argument->is_scalar()) {
      const std::string_view text = in_loop(found->argument->text, loop);
      if (found->name == "Ref") open(text, {}, why);
      if (found->name == "Fn::GetAtt") open_attribute(text);
    }
    if (found && found->name == "Fn::GetAtt" && found->argument->is_sequence()) {
      const std::vector<const Node*> parts = items(*found->argument);
      if (parts.size() > 1) open(in_loop(parts[0]->text, loop), in_loop(parts[1]->text, loop), why);
    }
    if (found && found->name == "Fn::Sub") {
      const Node* text =
          found->argument->is_sequence()
              ? items(*found->argument).empty() ? nullptr : items(*found->argument).front()
              : found->argument;
      if (text != nullptr && text->is_scalar()) {
        for (const SubstitutionPart& part : substitution(text->text)) {
          if (!part.name.empty()) open_attribute(part.name);
        }
      }
    }
    for (auto entry = node.entries.rbegin(); entry != node.entries.rend(); ++entry)
      open_nodes.push_back(entry->value);
  }
}

void Template::open(std::string_view name, std::string_view attribute, std::string_view why) {
  const Named* target = named(name);
  if (target == nullptr) {
    // A parameter stands for what the parent stack passes.
    const Node* given = passed_node(name);
    if (given != nullptr && followed_.emplace(lasting(name), why).second)
      parent_->open_named_in(*given, why, loop_);
    return;
  }
  constexpr std::string_view outputs = "Outputs.";
  if (target->nested != nullptr && attribute.starts_with(outputs))
    target->nested->open_output(attribute.substr(outputs.size()), why);
  else
    graph_.open(target->id, why);
}

void Template::open_output(std::string_view name, std::string_view why) {
  const Node* outputs = value_of(root_, "Outputs");
  const std::optional<Item> found =
      outputs == nullptr ? std::nullopt : item(*outputs, name, nullptr);
  const Node* value = found ? value_of(*found->entry->value, "Value") : nullptr;
  if (value != nullptr && followed_.emplace(lasting(base::format("Outputs.{}", name)), why).second)
    open_named_in(*value, why, found->loop);
}

}  // namespace cloudformation

Files::Opened NoFiles::open(source::FileId, std::string_view path) {
  return {nullptr, base::format("{} is not among what is read", path)};
}

base::Result<std::string, std::string> Files::read(source::FileId, std::string_view path) {
  return base::failure(base::format("{} is not among what is read", path));
}

std::unique_ptr<graph::Graph> evaluate_cloudformation(std::span<const syntax::Node* const> roots,
                                                      const Inputs& inputs, Files& files) {
  auto graph = std::make_unique<graph::Graph>();
  auto deployment = std::make_shared<cloudformation::Deployment>(*graph, inputs, files);
  for (const syntax::Node* root : roots) {
    deployment->templates.push_back(
        std::make_unique<cloudformation::Template>(root->resolved(), *deployment));
    deployment->templates.back()->add_resources();
  }
  // Nested stacks have joined; what is asked for of them is not known before all are there.
  const auto& templates = deployment->templates;
  for (std::size_t i = 0; i < templates.size(); ++i) templates[i]->note_exports();
  for (std::size_t i = 0; i < templates.size(); ++i) templates[i]->open_resources();
  graph->evaluator = std::move(deployment);
  return graph;
}

Declared cloudformation_parameters(const syntax::Node& root, const Inputs& inputs) {
  return cloudformation::check_parameters(root.resolved(), inputs);
}

Ties cloudformation_ties(const syntax::Node& root, const Inputs& inputs) {
  graph::Graph graph;
  NoFiles none;
  cloudformation::Deployment deployment(graph, inputs, none);
  return cloudformation::Template(root.resolved(), deployment).ties();
}

}  // namespace resilint::dialect
