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
  ResourceBody(std::shared_ptr<Template> owner, const Node& resource)
      : template_(std::move(owner)),
        resource_(resource),
        properties_(value_of(resource, "Properties")) {}

  [[nodiscard]] Value attribute(std::string_view name) const override {
    return read(properties_, name, values_);
  }
  [[nodiscard]] Value outside(std::string_view name) const override {
    return read(&resource_, name, outside_);
  }

  [[nodiscard]] std::optional<source::Span> key_place(std::string_view name) const override {
    const syntax::Entry* entry = properties_ == nullptr ? nullptr : member(*properties_, name);
    if (entry == nullptr) return std::nullopt;
    return entry->key->span;
  }

 private:
  // What was read, by its native name: few, so that looking through them is quickest.
  using Values = std::vector<std::pair<std::string_view, Value>>;

  Value read(const Node* within, std::string_view name, Values& kept) const {
    const auto found = std::ranges::find(kept, name, &Values::value_type::first);
    if (found != kept.end()) return found->second;
    Value value;
    const syntax::Entry* entry = within == nullptr ? nullptr : member(*within, name);
    if (entry != nullptr) value = template_->evaluate(*entry->value);
    if (!template_->macro().empty()) {
      value = value.with_payload(template_->maybe_absent(template_->macro()).payload());
    } else if (entry == nullptr && within != nullptr &&
               (member(*within, "Fn::Transform") != nullptr || call_of(*within))) {
      value = template_->maybe_absent("Fn::Transform is a macro, which is not read");
    }
    kept.emplace_back(template_->lasting(name), value);
    return value;
  }

  std::shared_ptr<Template> template_;
  const Node& resource_;
  const Node* properties_;
  mutable Values values_;
  mutable Values outside_;
};

// Why whoever stands in a resource of this type may connect further things to what it names.
std::string opens(std::string_view type, std::string_view address) {
  if (type == "AWS::CloudFormation::Stack")
    return base::format("passed to nested stack {}", address);
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

void Template::build(const std::shared_ptr<Template>& self) {
  read_transforms();
  note_secrets();
  add_resources(self);
  add_references();
}

void Template::read_transforms() {
  const Node* transforms = value_of(root_, "Transform");
  if (member(root_, "Fn::Transform") != nullptr)
    graph_.opened_whole = "Fn::Transform may add resources, and is not read";
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
    if (known || name.empty()) continue;
    if (name == "AWS::Include") {
      graph_.opened_whole = "AWS::Include may add resources, and is not read";
    } else {
      macro_ =
          graph_.arena.copy(base::format("macro {} may change anything in this template", name));
      graph_.opened_whole = macro_;
    }
  }
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

void Template::add_resources(const std::shared_ptr<Template>& self) {
  const Node* resources = value_of(root_, "Resources");
  if (resources == nullptr) return;
  for (const syntax::Entry* entry : members(*resources)) {
    const std::string_view name = entry->key->text;
    const Node& node = entry->value->resolved();
    if (name.starts_with("Fn::")) {
      graph_.opened_whole =
          graph_.arena.copy(base::format("{} may add resources, and is not expanded yet", name));
      continue;
    }
    const Node* type = value_of(node, "Type");
    if (type == nullptr || !type->is_scalar()) continue;
    graph::Resource made;
    made.address = name;
    made.dialect = graph::Dialect::cloudformation;
    made.native_type = type->text;
    made.name = entry->key->span;
    made.whole = entry->span;
    if (const Node* condition_node = value_of(node, "Condition");
        condition_node != nullptr && condition_node->is_scalar()) {
      const Decided decided = condition(condition_node->text);
      made.existence = decided.truth;
      if (decided.truth == value::Truth::no)
        made.existence_reason =
            graph_.arena.copy(base::format("condition {} is false", condition_node->text));
      if (decided.truth == value::Truth::unknown)
        made.existence_reason = graph_.arena.copy(
            base::format("condition {} is not known: {}", condition_node->text, decided.reason));
    }
    nodes_.push_back(&node);
    graph_.bodies.push_back(std::make_unique<ResourceBody>(self, node));
    made.body = graph_.bodies.back().get();
    graph_.add(made);
    if (type->text == "AWS::CloudFormation::Stack")
      graph_.unread = graph_.arena.copy(base::format("nested stack {} is not read", name));
  }
}

void Template::add_references() {
  for (std::size_t i = 0; i < graph_.resources().size(); ++i) {
    const graph::Resource resource = graph_.resources()[i];
    const Node& node = *nodes_[i];
    const std::string_view opened =
        graph_.arena.copy(opens(resource.native_type, resource.address));
    if (const Node* properties = value_of(node, "Properties")) {
      for (const syntax::Entry* property : members(*properties)) {
        add_references_of(
            *property->value, resource.id, property->key->text,
            property->key->text == "Fn::Transform" ? "given to a macro that is not read" : opened);
      }
    }
    if (const Node* depends = value_of(node, "DependsOn")) {
      for (const Node* target : items(*depends))
        add_reference(target->text, {}, target->span, resource.id, "DependsOn", {});
    }
  }
  const Node* outputs = value_of(root_, "Outputs");
  if (outputs == nullptr) return;
  for (const syntax::Entry* output : members(*outputs)) {
    const Node* exported = value_of(*output->value, "Export");
    const Node* export_name = exported == nullptr ? nullptr : value_of(*exported, "Name");
    std::string opened;
    if (export_name != nullptr) {
      const Value name = evaluate(*export_name);
      const auto* text = name.get<std::string_view>();
      opened = base::format("exported as {}", text != nullptr ? *text : output->key->text);
    }
    if (const Node* value = value_of(*output->value, "Value"))
      add_references_of(*value, std::nullopt, "Outputs", graph_.arena.copy(opened));
  }
}

void Template::add_references_of(const Node& start, std::optional<graph::ResourceId> from,
                                 std::string_view through, std::string_view opened) {
  std::vector<const Node*> open{&start};
  std::uint32_t visits = 0;
  while (!open.empty() && ++visits < most_visits) {
    const Node& node = open.back()->resolved();
    open.pop_back();
    const std::optional<Call> found = call_of(node);
    if (found && found->argument->is_scalar()) {
      const std::string_view text = found->argument->text;
      if (found->name == "Ref") {
        add_reference(text, {}, whole(node), from, through, opened);
      } else if (found->name == "Fn::GetAtt") {
        const std::size_t dot = text.find('.');
        add_reference(text.substr(0, dot),
                      dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1),
                      whole(node), from, through, opened);
      }
    }
    if (found && found->name == "Fn::GetAtt" && found->argument->is_sequence()) {
      const std::vector<const Node*> parts = items(*found->argument);
      if (parts.size() > 1)
        add_reference(parts[0]->text, parts[1]->text, whole(node), from, through, opened);
    }
    if (found && found->name == "Fn::Sub") {
      const Node* text =
          found->argument->is_sequence()
              ? items(*found->argument).empty() ? nullptr : items(*found->argument).front()
              : found->argument;
      if (text != nullptr && text->is_scalar()) {
        for (const SubstitutionPart& part : substitution(text->text)) {
          if (part.name.empty()) continue;
          const std::size_t dot = part.name.find('.');
          const source::Span place =
              text->source(part.begin, part.begin + static_cast<std::uint32_t>(part.name.size()));
          add_reference(
              part.name.substr(0, dot),
              dot == std::string_view::npos ? std::string_view{} : part.name.substr(dot + 1), place,
              from, through, opened);
        }
      }
    }
    for (auto entry = node.entries.rbegin(); entry != node.entries.rend(); ++entry)
      open.push_back(entry->value);
  }
}

void Template::add_reference(std::string_view name, std::string_view attribute, source::Span span,
                             std::optional<graph::ResourceId> from, std::string_view through,
                             std::string_view opened) {
  const graph::Resource* target = graph_.find(name);
  if (target == nullptr) return;
  graph::Reference made;
  made.from = from;
  made.to = target->id;
  made.through = through;
  made.attribute = attribute;
  made.span = span;
  made.opens = opened;
  graph_.add(made);
}

}  // namespace cloudformation

std::unique_ptr<graph::Graph> evaluate_cloudformation(const syntax::Node& root) {
  auto graph = std::make_unique<graph::Graph>();
  const auto made = std::make_shared<cloudformation::Template>(root.resolved(), *graph);
  made->build(made);
  return graph;
}

}  // namespace resilint::dialect
