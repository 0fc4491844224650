// SPDX-License-Identifier: Apache-2.0
// What passes between templates: parameters and outputs of nested stacks, exports.
#include <algorithm>

#include "base/format.h"
#include "dialect/cloudformation/template.h"

namespace resilint::dialect::cloudformation {
namespace {

using syntax::Node;
using value::Value;

constexpr std::size_t most_templates = 500;       // of one deployment
constexpr std::uint32_t most_visits = 1'000'000;  // aliases can make a small file large

}  // namespace

bool is_local(std::string_view path) {
  return !path.empty() && path.find("://") == std::string_view::npos && !path.starts_with("s3:");
}

// The file that a stack's template is in: TemplateURL as it is written before packaging, or the
// asset that CDK names in the metadata.
std::string_view Template::nested_path(const Node& resource, const Loop* loop) {
  const Node* metadata = value_of(resource, "Metadata");
  const Node* asset = metadata == nullptr ? nullptr : value_of(*metadata, "aws:asset:path");
  const Node* property = metadata == nullptr ? nullptr : value_of(*metadata, "aws:asset:property");
  if (asset != nullptr && asset->is_scalar() && property != nullptr &&
      property->text == "TemplateURL")
    return asset->text;
  const Node* properties = value_of(resource, "Properties");
  const Node* url = properties == nullptr ? nullptr : value_of(*properties, "TemplateURL");
  if (url == nullptr) return {};
  const Value path = evaluate(*url, {Use::text, loop});
  const auto* text = path.get<std::string_view>();
  return text != nullptr && is_local(*text) ? *text : std::string_view{};
}

bool Template::includes(source::FileId file) const {
  for (const Template* at = this; at != nullptr; at = at->parent_) {
    if (at->root_.span.file == file) return true;
  }
  return false;
}

void Template::read_nested(const Item& item, Named& stack) {
  const std::string_view path = nested_path(*stack.node, item.loop);
  std::string reason;
  if (path.empty()) {
    reason = "its template is not a local file";
  } else if (deployment_.templates.size() >= most_templates) {
    reason = base::format("more than {} templates belong together here", most_templates);
  } else {
    const Files::Opened opened = deployment_.files.open(stack.node->span.file, path);
    if (opened.root == nullptr) {
      reason = opened.reason;
    } else if (includes(opened.root->span.file)) {
      reason = base::format("{} includes itself", path);
    } else {
      deployment_.templates.push_back(std::make_unique<Template>(
          opened.root->resolved(), deployment_, this, item.key, item.loop));
      stack.nested = deployment_.templates.back().get();
      stack.nested->add_resources();
      return;
    }
  }
  stack.unread =
      graph_.arena.copy(base::format("nested stack {} is not read: {}", item.key, reason));
  graph_.unread = stack.unread;
  // That a URL is not read is what everybody expects.
  if (!path.empty()) note_unread(item.entry->key->span, stack.unread);
}

// The expression that the parent stack passes for a parameter; null when it passes none.
const Node* Template::passed_node(std::string_view parameter) {
  const Named* stack = parent_ == nullptr ? nullptr : parent_->named(stack_);
  const Node* properties = stack == nullptr ? nullptr : value_of(*stack->node, "Properties");
  const Node* parameters = properties == nullptr ? nullptr : value_of(*properties, "Parameters");
  return parameters == nullptr ? nullptr : value_of(*parameters, parameter);
}

std::optional<Value> Template::passed(std::string_view parameter, const Scope& scope) {
  value::Memo<std::optional<Value>>& memo = passed_[{lasting(parameter), scope.use}];
  if (const auto* kept = memo.find(graph_.choices)) return *kept;
  const value::Choices::Frame frame(graph_.choices);
  const std::optional<Value> value = pass(parameter, scope);
  // Within a cycle it is only what this round of it gives.
  return evaluating_.empty() ? memo.keep(frame, value) : value;
}

std::optional<Value> Template::pass(std::string_view parameter, const Scope& scope) {
  const Node* given = passed_node(parameter);
  const std::string name(parameter);
  if (given == nullptr || !evaluating_.insert(name).second) {
    if (given != nullptr)
      return unknown(base::format("parameter {} of {} depends on itself", parameter, stack_));
    const Named* stack = parent_->named(stack_);
    const Node* properties = stack == nullptr ? nullptr : value_of(*stack->node, "Properties");
    const Node* all = properties == nullptr ? nullptr : value_of(*properties, "Parameters");
    // Fn::If or a macro in place of the mapping.
    if (all != nullptr && (call_of(*all) || !parent_->opened(*all, loop_).empty()))
      return unknown(base::format("what is passed to nested stack {} is not known", stack_));
    return std::nullopt;
  }
  const Value value = parent_->evaluate(*given, {scope.use, loop_, scope.depth + 1});
  evaluating_.erase(name);
  if (value.absent()) return std::nullopt;
  return value;
}

// `GetAtt Stack.Outputs.Name`, seen from the nested stack.
Value Template::output(std::string_view name, const Scope& scope) {
  const Node* outputs = value_of(root_, "Outputs");
  const std::optional<Item> found =
      outputs == nullptr ? std::nullopt : item(*outputs, name, nullptr);
  const Node* value = found ? value_of(*found->entry->value, "Value") : nullptr;
  if (!macro_.empty()) return unknown(macro_);
  if (value == nullptr)
    return unknown(base::format("nested stack {} has no output {}", stack_, name));
  const std::string guard = base::format("Outputs.{}", name);
  if (!evaluating_.insert(guard).second)
    return unknown(base::format("output {} of {} depends on itself", name, stack_));
  const Value made = evaluate(*value, {scope.use, found->loop, scope.depth + 1});
  evaluating_.erase(guard);
  return made;
}

void Template::note_exports() {
  const Node* outputs = value_of(root_, "Outputs");
  if (outputs == nullptr) return;
  for (const Item& one : expanded(*outputs, nullptr).items) {
    const Node* exported = value_of(*one.entry->value, "Export");
    const Node* name_node = exported == nullptr ? nullptr : value_of(*exported, "Name");
    const Node* value_node = value_of(*one.entry->value, "Value");
    if (name_node == nullptr || value_node == nullptr) continue;
    const Value name = evaluate(*name_node, {Use::text, one.loop});
    const auto* text = name.get<std::string_view>();
    if (text != nullptr) deployment_.exports[*text].push_back({this, value_node, one.loop});
  }
}

// Of what the template itself says: loops and includes are not gone into for nested stacks.
Ties Template::ties() {
  Ties made;
  if (const Node* resources = value_of(root_, "Resources")) {
    for (const syntax::Entry* entry : members(*resources)) {
      const Node* type = value_of(*entry->value, "Type");
      if (type == nullptr || type->text != "AWS::CloudFormation::Stack") continue;
      const std::string_view path = nested_path(entry->value->resolved(), nullptr);
      if (!path.empty()) made.nested.emplace_back(path);
    }
  }
  note_exports();
  for (const auto& [name, owners] : deployment_.exports) made.exports.emplace_back(name);
  std::vector<const Node*> open{&root_};
  for (std::uint32_t visits = 0; !open.empty() && visits < most_visits; ++visits) {
    const Node& node = open.back()->resolved();
    open.pop_back();
    const std::optional<Call> call = call_of(node);
    if (call && call->name == "Fn::ImportValue") {
      deployment_.budget = most_visits;
      const Value name = only_argument(*call, {Use::text});
      if (const auto* text = name.get<std::string_view>()) made.imports.emplace_back(*text);
    }
    for (const syntax::Entry& entry : node.entries) open.push_back(entry.value);
  }
  return made;
}

Value Template::import(const Call& call, const Scope& scope) {
  const Value name = only_argument(call, scope.below(Use::text));
  const auto* text = name.get<std::string_view>();
  const auto found = text == nullptr ? deployment_.exports.end() : deployment_.exports.find(*text);
  // No stack imports what it exports itself.
  if (found != deployment_.exports.end() && found->second.size() == 1 &&
      found->second.front().owner != this) {
    const Deployment::Export& exported = found->second.front();
    const std::string guard(*text);
    if (!evaluating_.insert(guard).second)
      return unknown(base::format("export {} depends on itself", *text));
    const Value value =
        exported.owner->evaluate(*exported.value, {scope.use, exported.loop, scope.depth + 1});
    evaluating_.erase(guard);
    return value;
  }
  const value::Unknown made{
      .reason = text == nullptr
                    ? std::string_view("Fn::ImportValue reads another stack")
                    : lasting(base::format("{} is exported by a stack that is not read", *text)),
      .symbol = lasting(base::format("Fn::ImportValue({})", canonical(*call.argument))),
      .elsewhere = true};
  return Value(Value::Payload(graph_.arena.make<value::Unknown>(made)));
}

}  // namespace resilint::dialect::cloudformation
