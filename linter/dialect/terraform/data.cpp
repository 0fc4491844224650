// SPDX-License-Identifier: Apache-2.0
// Data sources: what can be known of them without asking a provider.
#include <algorithm>
#include <array>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "dialect/terraform/configuration.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using value::Value;

// Whether an expression names a resource or a module, whose values may make what is looked up.
bool names_managed(const Node& expression) {
  if (expression.kind == NodeKind::variable) {
    static constexpr std::array<std::string_view, 8> others{"var",  "local", "data",      "each",
                                                            "path", "count", "terraform", "self"};
    if (std::ranges::find(others, expression.text) == others.end()) return true;
  }
  return std::ranges::any_of(expression.entries, [](const Entry& entry) {
    return (entry.key != nullptr && names_managed(*entry.key)) || names_managed(*entry.value);
  });
}

// What tells the lists of two data sources apart, where that can be read off it: its literal
// arguments. Nothing, where it filters by other ones or asks another provider.
std::optional<std::string> literal_arguments(const Node& body) {
  std::vector<std::string> written;
  for (const Entry& entry : body.entries) {
    static constexpr std::array<std::string_view, 4> others{"count", "for_each", "depends_on",
                                                            "lifecycle"};
    if (std::ranges::find(others, entry.key->text) != others.end()) continue;
    if (entry.value->is_block() || !entry.value->is_scalar()) return std::nullopt;
    written.push_back(base::format(" {}={}", entry.key->text, entry.value->text));
  }
  std::ranges::sort(written);
  return base::join(written, "");
}

}  // namespace

Value Configuration::data(const Data& data, const Node& variable_node, std::size_t& steps,
                          Use use) {
  // Of an instance, the index comes first.
  std::size_t at = steps;
  const auto& entries = variable_node.entries;
  if (at < entries.size() && entries[at].value->kind == NodeKind::index &&
      (data.body->find("count") != nullptr || data.body->find("for_each") != nullptr))
    ++at;
  const std::string_view attribute =
      at < entries.size() && entries[at].value->kind == NodeKind::attribute
          ? entries[at].value->text
          : std::string_view{};
  steps = attribute.empty() ? at : at + 1;
  const std::string address = base::format("data.{}.{}", data.type, data.name);

  if (data.type == "aws_region" &&
      (attribute == "name" || attribute == "id" || attribute == "region"))
    return region(use);
  if (data.type == "aws_caller_identity" && attribute == "account_id") {
    if (!inputs_.account.empty())
      return with_origins(Value::string(lasting(inputs_.account)), value::How::parameter_value,
                          "account", {}, false);
    return unknown("the account is known only when deployed", "account");
  }
  if (data.type == "aws_availability_zones" && (attribute == "names" || attribute == "zone_ids")) {
    value::Unknown made{.reason =
                            "the Availability Zones of a region are known only when deployed"};
    const std::string_view what =
        attribute == "names" ? "zones of the region" : "zone ids of the region";
    // Two data sources that are written alike list the same zones in the same order.
    if (const auto arguments = literal_arguments(*data.body))
      made.symbol = lasting(base::format("{}{}", what, *arguments));
    else if (data.body->find("count") == nullptr && data.body->find("for_each") == nullptr)
      made.symbol = lasting(base::format("{} by {}", what, address));
    made.members_differ = !made.symbol.empty();
    return Value(Value::Payload(graph_.arena.make<value::Unknown>(made)));
  }
  if (data.type == "aws_iam_policy_document" &&
      (attribute == "json" || attribute == "minified_json"))
    return policy_document(data);

  const bool depends = std::ranges::any_of(data.body->entries, [](const Entry& entry) {
    return names_managed(entry.value->is_block() ? entry.value->body() : *entry.value);
  });
  const value::Unknown made{.reason = lasting(base::format("{} is read when planned", address)),
                            .symbol = lasting(base::format("{}.{}", address, attribute)),
                            .elsewhere = !depends};  // it was there before this configuration
  return Value(Value::Payload(graph_.arena.make<value::Unknown>(made)));
}

// The document that the provider would write, as a map.
Value Configuration::policy_document(const Data& data) {
  const auto map = [this](std::vector<value::MapEntry> entries) {
    const value::Map made{graph_.arena.copy(entries), false, {}, false};
    return Value(Value::Payload(graph_.arena.make<value::Map>(made)));
  };
  for (const std::string_view merged :
       {"source_policy_documents", "override_policy_documents", "source_json", "override_json"}) {
    if (data.body->find(merged) != nullptr)
      return unknown(base::format("data.{}.{} merges other documents", data.type, data.name));
  }
  const Value written_statements = blocks(*data.body, "statement", nullptr);
  if (written_statements.open()) return written_statements;
  const auto* statements = written_statements.pointer<value::List>();
  std::vector<value::Member> made;
  const auto read = [](const Value& from, std::string_view name) {
    const auto* members = from.pointer<value::Map>();
    const value::MapEntry* entry = members == nullptr ? nullptr : members->find(name);
    return entry == nullptr ? Value{} : entry->value;
  };
  const auto each = [](const Value& list_value) -> std::span<const value::Member> {
    const auto* list = list_value.pointer<value::List>();
    return list == nullptr ? std::span<const value::Member>{} : list->members;
  };
  for (const value::Member& statement :
       statements == nullptr ? std::span<const value::Member>{} : statements->members) {
    std::vector<value::MapEntry> entries;
    const auto copy = [&](std::string_view from, std::string_view to) {
      const Value found = read(statement.value, from);
      if (!found.absent()) entries.push_back({to, {}, found});
    };
    copy("sid", "Sid");
    copy("effect", "Effect");
    if (read(statement.value, "effect").absent())
      entries.push_back({"Effect", {}, Value::string("Allow")});
    copy("actions", "Action");
    copy("not_actions", "NotAction");
    copy("resources", "Resource");
    copy("not_resources", "NotResource");
    for (const auto& [from, to] :
         {std::pair<std::string_view, std::string_view>{"principals", "Principal"},
          {"not_principals", "NotPrincipal"}}) {
      std::vector<value::MapEntry> by_type;
      for (const value::Member& principal : each(read(statement.value, from))) {
        const Value type = read(principal.value, "type");
        const auto* text = type.get<std::string_view>();
        if (text == nullptr) return unknown("the type of a principal is not known");
        by_type.push_back({*text == "*" ? std::string_view("AWS") : *text,
                           {},
                           read(principal.value, "identifiers")});
      }
      if (!by_type.empty()) entries.push_back({to, {}, map(std::move(by_type))});
    }
    std::vector<value::MapEntry> conditions;
    for (const value::Member& condition : each(read(statement.value, "condition"))) {
      const Value test = read(condition.value, "test");
      const Value key = read(condition.value, "variable");
      const auto* operation = test.get<std::string_view>();
      const auto* variable_name = key.get<std::string_view>();
      if (operation == nullptr || variable_name == nullptr)
        return unknown("a condition of the policy is not known");
      conditions.push_back(
          {*operation, {}, map({{*variable_name, {}, read(condition.value, "values")}})});
    }
    if (!conditions.empty()) entries.push_back({"Condition", {}, map(std::move(conditions))});
    made.push_back({map(std::move(entries)).with_written(statement.value.written()),
                    statement.membership, statement.waits});
  }
  const value::List list{graph_.arena.copy(made), false, {}};
  return map({{"Version", {}, Value::string("2012-10-17")},
              {"Statement", {}, Value(Value::Payload(graph_.arena.make<value::List>(list)))}});
}

}  // namespace resilint::dialect::terraform
