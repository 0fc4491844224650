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

Value Configuration::data(Data& data, const Node& variable_node, std::size_t& steps, Use use) {
  const auto& entries = variable_node.entries;
  const bool of_all = steps == entries.size();
  if (data.type == "aws_iam_policy_document" &&
      (of_all || entries[steps].value->kind == NodeKind::index)) {
    if (const Value all = kept_document(data, true); !all.absent()) return all;
  }
  // Of an instance, the index comes first.
  std::size_t at = steps;
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
    return kept_document(data, false);

  const bool depends = std::ranges::any_of(data.body->entries, [](const Entry& entry) {
    return names_managed(entry.value->is_block() ? entry.value->body() : *entry.value);
  });
  const value::Unknown made{.reason = lasting(base::format("{} is read when planned", address)),
                            .symbol = lasting(base::format("{}.{}", address, attribute)),
                            .elsewhere = !depends};  // it was there before this configuration
  return Value(Value::Payload(graph_.arena.make<value::Unknown>(made)));
}

// Documents are made once, however many hold them. One in a loop is asked for as a whole, or, where
// that is not known, as the one that stands for all.
Value Configuration::kept_document(Data& data, bool instances) {
  value::Memo<Value>& memo = instances ? data.instances : data.document;
  if (const Value* kept = memo.find(graph_.choices)) return *kept;
  const value::Choices::Frame frame(graph_.choices);
  return memo.keep(frame, instances ? policy_documents(data) : policy_document(data, nullptr));
}

// The instances of a document in a loop, each with what it gives; absent when it is none, or when
// it is not known how many there are.
Value Configuration::policy_documents(const Data& data) {
  const Node* each = data.body->find("for_each");
  const Node* count = data.body->find("count");
  if (each == nullptr && count == nullptr) return {};
  const Repetition now = each != nullptr ? each_of(*each) : count_of(*count);
  constexpr std::size_t most_documents = 1000;
  const auto map = [this](const std::vector<value::MapEntry>& entries) {
    const value::Map made{graph_.arena.copy(entries), false, {}, false};
    return Value(Value::Payload(graph_.arena.make<value::Map>(made)));
  };
  const auto instance = [&](std::string_view name, const std::vector<value::MapEntry>& members) {
    const Bound bound{name, map(members), nullptr};
    const Value document = policy_document(data, graph_.arena.make<Bound>(bound));
    return map({{"json", {}, document}, {"minified_json", {}, document}});
  };
  if (now.kind == Repetition::Kind::undecided)
    return value::undecided(graph_.arena, {now.waits->choices});
  if (now.kind == Repetition::Kind::keys && now.each.size() <= most_documents) {
    std::vector<value::MapEntry> instances;
    for (const value::MapEntry& entry : now.each) {
      instances.push_back(
          {entry.key,
           {},
           instance("each", {{"key", {}, Value::string(entry.key)}, {"value", {}, entry.value}})});
    }
    std::ranges::sort(instances, {}, &value::MapEntry::key);
    return map(instances);
  }
  if (now.kind != Repetition::Kind::count || now.number < 0 ||
      static_cast<std::size_t>(now.number) > most_documents)
    return {};
  std::vector<value::Member> instances;
  for (std::int64_t index = 0; index < now.number; ++index)
    instances.push_back(
        {instance("count", {{"index", {}, Value::integer(index)}}), value::Membership::definite});
  const value::List list{graph_.arena.copy(instances), false, {}};
  return Value(Value::Payload(graph_.arena.make<value::List>(list)));
}

// The document that the provider would write, as a map. One may hold others, not itself.
Value Configuration::policy_document(const Data& data, const Bound* around) {
  constexpr std::size_t deepest = 32;
  const std::string address = base::format("data.{}.{}", data.type, data.name);
  if (std::ranges::find(documents_under_way_, &data) != documents_under_way_.end())
    return unknown(base::format("{} depends on itself", address));
  if (documents_under_way_.size() >= deepest)
    return unknown(base::format("{} stands too deep in other documents", address));
  documents_under_way_.push_back(&data);
  const Value made = written_document(data, around);
  documents_under_way_.pop_back();
  return made;
}

Value Configuration::written_document(const Data& data, const Bound* around) {
  const auto map = [this](const std::vector<value::MapEntry>& entries) {
    const value::Map made{graph_.arena.copy(entries), false, {}, false};
    return Value(Value::Payload(graph_.arena.make<value::Map>(made)));
  };
  const Value written_statements = member(*data.body, "statement", around);
  if (written_statements.open()) return written_statements;
  std::vector<value::Member> made;
  const auto read = [](const Value& from, std::string_view name) {
    const auto* members = from.pointer<value::Map>();
    const value::MapEntry* entry = members == nullptr ? nullptr : members->find(name);
    return entry == nullptr ? Value{} : entry->value;
  };
  // In JSON one block stands without a list around it.
  const auto each = [](const Value& written) -> std::vector<value::Member> {
    if (const auto* list = written.pointer<value::List>())
      return {list->members.begin(), list->members.end()};
    if (written.pointer<value::Map>() == nullptr) return {};
    return {{written, value::Membership::definite}};
  };
  const auto open = [this](const value::Member& member) {
    if (member.value.open()) return member.value;
    if (member.waits != nullptr) return value::undecided(graph_.arena, {member.waits->choices});
    return unknown("whether a part of the policy is there is not known");
  };
  // Two blocks about one thing are one list.
  const auto add = [this](std::vector<value::MapEntry>& entries, std::string_view key,
                          const Value& more) {
    const auto there = std::ranges::find(entries, key, &value::MapEntry::key);
    if (there == entries.end()) {
      entries.push_back({key, {}, more});
      return;
    }
    value::List both;
    std::vector<value::Member> members;
    for (const Value& part : {there->value, more}) {
      if (const auto* list = part.pointer<value::List>()) {
        members.insert(members.end(), list->members.begin(), list->members.end());
        both.open = both.open || list->open;
        if (both.open_reason.empty()) both.open_reason = list->open_reason;
        both.waits = value::united(graph_.arena, both.waits, list->waits);
      } else if (part.open()) {
        both.open = true;
        both.open_reason = part.unknown() != nullptr ? part.unknown()->reason : "";
        both.waits = value::united(graph_.arena, both.waits, part.undecided());
      } else {
        members.push_back({part, value::Membership::definite});
      }
    }
    both.members = graph_.arena.copy(members);
    there->value = Value(Value::Payload(graph_.arena.make<value::List>(both)));
  };
  // The map that blocks make up, each adding to it; open when it is not known which there are.
  const auto gathered = [&](const Value& written, const auto& gather) -> Value {
    if (written.open()) return written;
    if (written.absent()) return {};
    std::vector<value::MapEntry> entries;
    for (const value::Member& member : each(written)) {
      if (member.membership != value::Membership::definite || member.value.open())
        return open(member);
      if (const Value doubt = gather(member.value, entries); !doubt.absent()) return doubt;
    }
    return map(entries);
  };
  const auto principals = [&](const Value& block, std::vector<value::MapEntry>& entries) -> Value {
    const Value type = read(block, "type");
    const auto* text = type.get<std::string_view>();
    if (text == nullptr)
      return type.undecided() != nullptr ? type : unknown("the type of a principal is not known");
    add(entries, *text == "*" ? std::string_view("AWS") : *text, read(block, "identifiers"));
    return {};
  };
  const auto conditions = [&](const Value& block, std::vector<value::MapEntry>& entries) -> Value {
    const Value test = read(block, "test");
    const Value key = read(block, "variable");
    const auto* operation = test.get<std::string_view>();
    const auto* variable_name = key.get<std::string_view>();
    if (operation == nullptr || variable_name == nullptr) {
      return test.undecided() != nullptr  ? test
             : key.undecided() != nullptr ? key
                                          : unknown("a condition of the policy is not known");
    }
    const auto there = std::ranges::find(entries, *operation, &value::MapEntry::key);
    std::vector<value::MapEntry> keys;
    if (there != entries.end()) {
      const auto* held = there->value.pointer<value::Map>();
      keys.assign(held->entries.begin(), held->entries.end());
    }
    add(keys, *variable_name, read(block, "values"));
    if (there != entries.end())
      there->value = map(keys);
    else
      entries.push_back({*operation, {}, map(keys)});
    return {};
  };
  for (const value::Member& statement : each(written_statements)) {
    if (statement.value.open()) {
      made.push_back(statement);
      continue;
    }
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
    const auto keep = [&entries](std::string_view to, const Value& found) {
      if (!found.absent()) entries.push_back({to, {}, found});
    };
    keep("Principal", gathered(read(statement.value, "principals"), principals));
    keep("NotPrincipal", gathered(read(statement.value, "not_principals"), principals));
    keep("Condition", gathered(read(statement.value, "condition"), conditions));
    made.push_back({map(entries).with_written(statement.value.written()), statement.membership,
                    statement.waits});
  }
  // Those before and after it; a later statement takes the place of one with the same Sid.
  std::vector<value::Member> all;
  const auto merge = [&](std::span<const value::Member> more) {
    for (const value::Member& statement : more) {
      const Value sid = read(statement.value, "Sid");
      const auto* name = sid.get<std::string_view>();
      if (name == nullptr && !sid.absent()) return false;
      const auto same =
          name == nullptr || name->empty()
              ? all.end()
              : std::ranges::find_if(all, [&](const value::Member& other) {
                  return value::equal(read(other.value, "Sid"), sid) == value::Truth::yes;
                });
      if (same == all.end())
        all.push_back(statement);
      else if (statement.membership == value::Membership::definite)
        *same = statement;
      else
        return false;
    }
    return true;
  };
  const auto merge_documents = [&](std::string_view argument) {
    const Value documents = member(*data.body, argument, around);
    if (documents.absent() || documents.get<value::Null>() != nullptr) return true;
    const auto* list = documents.pointer<value::List>();
    if (documents.open() || (list != nullptr && !value::is_closed(*list))) return false;
    for (const value::Member& document : each(documents)) {
      const Value statement = read(document.value, "Statement");
      const auto* several = statement.pointer<value::List>();
      if (several != nullptr ? several->open : statement.pointer<value::Map>() == nullptr)
        return false;
      if (!merge(each(statement))) return false;
    }
    return list != nullptr || documents.pointer<value::Map>() != nullptr;
  };
  const bool merged =
      merge_documents("source_json") && merge_documents("source_policy_documents") && merge(made) &&
      merge_documents("override_json") && merge_documents("override_policy_documents");
  if (!merged)
    return unknown(
        base::format("data.{}.{} merges documents that are not known", data.type, data.name));
  const value::List list{graph_.arena.copy(all), false, {}};
  return map({{"Version", {}, Value::string("2012-10-17")},
              {"Statement", {}, Value(Value::Payload(graph_.arena.make<value::List>(list)))}});
}

}  // namespace resilint::dialect::terraform
