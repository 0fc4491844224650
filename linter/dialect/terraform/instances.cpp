// SPDX-License-Identifier: Apache-2.0
// count, for_each and dynamic blocks: what a block is expanded to, and the values of nested blocks.
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "dialect/terraform/configuration.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using value::Truth;
using value::Value;

constexpr int most_runs = 64;                    // combinations of choices that are tried
constexpr std::int64_t most_instances = 10'000;  // of one block
constexpr std::size_t most_resources = 200'000;  // of one module
constexpr int deepest = 100;

std::string_view reason_of(const Value& value) {
  const value::Unknown* unknown = value.unknown();
  return unknown == nullptr ? std::string_view{} : unknown->reason;
}

// Equal for expressions that are written alike, whatever stands between their tokens.
void add_canonical(const Node& expression, std::string& into) {
  into += base::format("({} {}", static_cast<int>(expression.kind), expression.text);
  for (const Entry& entry : expression.entries) {
    if (entry.key != nullptr) add_canonical(*entry.key, into);
    add_canonical(*entry.value, into);
  }
  into += ')';
}

}  // namespace

// ---- how often ---------------------------------------------------------------------------------

Repetition Configuration::repetition(ResourceBlock& block) {
  if (block.count == nullptr && block.for_each == nullptr) return {};
  if (const Repetition* kept = block.repetition.find(graph_.choices)) return *kept;
  const value::Choices::Frame frame(graph_.choices);
  const Repetition made =
      block.count != nullptr ? count_of(*block.count) : each_of(*block.for_each);
  return block.repetition.keep(frame, made);
}

Repetition Configuration::open_repetition(const Value& value, const Node& expression) {
  Repetition made;
  if (value.undecided() != nullptr) {
    made.kind = Repetition::Kind::undecided;
    made.waits = value.undecided();
    return made;
  }
  made.kind = Repetition::Kind::unknown;
  made.reason = reason_of(value);
  if (made.reason.empty()) made.reason = "its number is known only when deployed";
  std::string text;
  add_canonical(expression, text);
  made.symbol = lasting(text);
  return made;
}

// One instance stands for all of them then.
Repetition Configuration::too_many() {
  Repetition made;
  made.kind = Repetition::Kind::unknown;
  made.reason =
      lasting(graph_.resources().size() > most_resources
                  ? base::format("the module makes more than {} resources", most_resources)
                  : base::format("it makes more than {} instances", most_instances));
  made.symbol = made.reason;
  return made;
}

Repetition Configuration::count_of(const Node& expression) {
  Value found = known(evaluated(expression, Use::data, nullptr));
  if (found.pointer<value::Reference>() != nullptr) found = written(found);
  if (found.get<std::string_view>() != nullptr)
    found = known(convert(found, Type{.kind = Type::Kind::number}, *this, graph_.arena));
  Repetition made;
  made.kind = Repetition::Kind::count;
  if (graph_.resources().size() > most_resources) return too_many();
  if (const auto* number = found.get<std::int64_t>())
    made.number = *number;
  else if (const auto* real = found.get<double>(); real != nullptr && std::floor(*real) == *real)
    made.number = static_cast<std::int64_t>(std::clamp(*real, -1.0, 1e15));
  else
    return open_repetition(found, expression);
  if (made.number > most_instances) return too_many();
  made.number = std::max<std::int64_t>(made.number, 0);
  return made;
}

Repetition Configuration::each_of(const Node& expression) {
  Value found = known(evaluated(expression, Use::data, nullptr));
  if (found.pointer<value::Reference>() != nullptr) found = written(found);
  Repetition made;
  made.kind = Repetition::Kind::keys;
  if (graph_.resources().size() > most_resources) return too_many();
  if (const auto* map = found.pointer<value::Map>(); map != nullptr && !map->open) {
    if (map->entries.size() > static_cast<std::size_t>(most_instances)) return too_many();
    made.each = map->entries;
    return made;
  }
  const auto* list = found.pointer<value::List>();
  // Over the instances of another block, whose number is not known: one for each of them.
  if (list != nullptr && list->members.size() == 1 && !list->open) {
    const Value& any = list->members.front().value;
    const auto* of = any.pointer<value::Reference>();
    if (of != nullptr && of->attribute.empty()) {
      const graph::Existence existence = graph_.get(of->target).existence();
      if (!existence.each.empty()) {
        made.kind = Repetition::Kind::unknown;
        made.reason = existence.reason;
        made.symbol = existence.each;
        made.any = any;
        return made;
      }
    }
  }
  if (list == nullptr || !value::is_closed(*list)) return open_repetition(found, expression);
  if (list->members.size() > static_cast<std::size_t>(most_instances)) return too_many();
  std::vector<value::MapEntry> entries;
  for (const value::Member& member : list->members) {
    const Value item =
        member.value.pointer<value::Reference>() != nullptr ? written(member.value) : member.value;
    const auto* key = item.get<std::string_view>();
    if (key == nullptr) return open_repetition(item, expression);
    entries.push_back({*key, item.written(), member.value});
  }
  made.each = graph_.arena.copy(entries);
  return made;
}

// ---- instances ---------------------------------------------------------------------------------

// Whatever the expression names is expanded before anything is chosen for it.
void Configuration::expand_named_in(const Node& expression, int depth) {
  if (depth > deepest) return;
  if (expression.kind == NodeKind::variable) {
    const Node* first = expression.entries.empty() ? nullptr : expression.entries.front().value;
    const std::string_view name = first == nullptr ? std::string_view{} : first->text;
    if (const auto block = by_address_.find({expression.text, name}); block != by_address_.end())
      expand(*block->second);
    const auto found = expression.text == "local" ? locals_.find(name) : locals_.end();
    if (found != locals_.end() && followed_.insert(found->second.expression).second)
      expand_named_in(*found->second.expression, depth + 1);
  }
  for (const Entry& entry : expression.entries) {
    if (entry.key != nullptr) expand_named_in(*entry.key, depth + 1);
    expand_named_in(*entry.value, depth + 1);
  }
}

// All instances that any combination of choices makes. False when there were too many.
bool Configuration::collect_instances(ResourceBlock& block,
                                      std::vector<ResourceBlock::Instance>& into,
                                      std::set<std::string_view>& keys, int& runs) {
  const Repetition now = repetition(block);
  switch (now.kind) {
    case Repetition::Kind::once:
      return true;
    case Repetition::Kind::count:
      for (auto i = static_cast<std::int64_t>(into.size()); i < now.number; ++i)
        into.push_back({{}, i, {}, false});
      return ++runs < most_runs;
    case Repetition::Kind::keys:
      for (const value::MapEntry& entry : now.each) {
        const std::string_view key = lasting(entry.key);
        if (keys.insert(key).second) into.push_back({{}, 0, key, false});
      }
      return ++runs < most_runs;
    case Repetition::Kind::unknown:
      if (into.empty() || !into.back().stands_for_all) into.push_back({{}, -1, {}, true});
      return ++runs < most_runs;
    case Repetition::Kind::undecided:
      break;
  }
  const auto open = std::ranges::find_if(now.waits->choices, [this](const value::Choice* choice) {
    return graph_.choices.chosen(*choice) == nullptr;
  });
  if (open == now.waits->choices.end()) return true;
  for (std::uint32_t i = 0; i < (*open)->candidates.size(); ++i) {
    graph_.choices.choose(**open, i);
    const bool more = collect_instances(block, into, keys, runs);
    graph_.choices.withdraw(**open);
    if (!more) return false;
  }
  return true;
}

graph::Existence Configuration::existence(ResourceBlock& block,
                                          const ResourceBlock::Instance& instance) {
  const Repetition now = repetition(block);
  graph::Existence made;
  switch (now.kind) {
    case Repetition::Kind::once:
      return block.enabled == nullptr ? made : enabled(*block.enabled);
    case Repetition::Kind::count:
      made.truth = value::truth(!instance.stands_for_all && instance.index < now.number);
      if (made.truth == Truth::no) made.reason = lasting(base::format("count is {}", now.number));
      return made;
    case Repetition::Kind::keys:
      made.truth = value::truth(!instance.stands_for_all &&
                                std::ranges::any_of(now.each, [&](const value::MapEntry& entry) {
                                  return entry.key == instance.key;
                                }));
      if (made.truth == Truth::no) made.reason = "for_each has no such key";
      return made;
    case Repetition::Kind::undecided:
      made.truth = Truth::unknown;
      made.waits = now.waits;
      made.reason = lasting(base::format("it depends on {}", value::parameters_of(*now.waits)));
      return made;
    case Repetition::Kind::unknown:
      made.truth = instance.stands_for_all ? Truth::unknown : Truth::no;
      made.reason = now.reason;
      if (instance.stands_for_all) made.each = now.symbol;
      return made;
  }
  return made;
}

graph::Existence Configuration::enabled(const Node& condition) {
  const Value found = known(evaluated(condition, Use::deciding, nullptr));
  graph::Existence made;
  if (const bool* flag = found.get<bool>()) {
    made.truth = value::truth(*flag);
    if (!*flag) made.reason = "lifecycle.enabled is false";
    return made;
  }
  made.truth = Truth::unknown;
  made.waits = found.undecided();
  made.reason = made.waits != nullptr
                    ? lasting(base::format("it depends on {}", value::parameters_of(*made.waits)))
                    : reason_of(found);
  return made;
}

const Bound* Configuration::bound(ResourceBlock& block, const ResourceBlock::Instance& instance) {
  if (block.count == nullptr && block.for_each == nullptr) return nullptr;
  const auto object = [this](const std::vector<value::MapEntry>& entries) {
    const value::Map map{graph_.arena.copy(entries), false, {}, false};
    return Value(Value::Payload(graph_.arena.make<value::Map>(map)));
  };
  const Repetition now = repetition(block);
  Bound made;
  if (block.count != nullptr) {
    made.name = "count";
    const Value index =
        instance.stands_for_all ? unknown(now.reason) : Value::integer(instance.index);
    made.value = object({{"index", {}, index}});
    return graph_.arena.make<Bound>(made);
  }
  made.name = "each";
  Value key = Value::string(instance.key);
  Value own = unknown(now.reason.empty() ? "for_each has no such key" : now.reason);
  if (instance.stands_for_all) {
    key = unknown(now.reason, base::format("a key of {}", now.symbol));
    own =
        now.any.absent() ? unknown(now.reason, base::format("a value of {}", now.symbol)) : now.any;
  }
  for (const value::MapEntry& entry : now.each) {
    if (entry.key == instance.key) own = entry.value;
  }
  made.value = object({{"key", {}, key}, {"value", {}, own}});
  return graph_.arena.make<Bound>(made);
}

// What the address of a block means: the resource, or the list or map of its instances.
Value Configuration::instances(ResourceBlock& block) {
  const auto reference = [this](const ResourceBlock::Instance& instance) {
    const value::Reference made{instance.id, {}, {}};
    return Value(Value::Payload(graph_.arena.make<value::Reference>(made)));
  };
  if (!block.expanded)
    return unknown(base::format("{}.{} depends on itself", block.type, block.name));
  const Repetition now = repetition(block);
  switch (now.kind) {
    case Repetition::Kind::once:
      if (block.enabled != nullptr && enabled(*block.enabled).truth == Truth::no)
        return Value::null();
      return reference(block.instances.front());
    case Repetition::Kind::undecided:
      return value::undecided(graph_.arena, {now.waits->choices});
    case Repetition::Kind::unknown: {
      const auto all =
          std::ranges::find(block.instances, true, &ResourceBlock::Instance::stands_for_all);
      if (all == block.instances.end()) return unknown(now.reason);
      const std::vector<value::Member> members{
          {reference(*all), value::Membership::any_number, nullptr}};
      return Value(Value::Payload(
          graph_.arena.make<value::List>(value::List{graph_.arena.copy(members), false, {}})));
    }
    case Repetition::Kind::count: {
      std::vector<value::Member> members;
      for (const ResourceBlock::Instance& instance : block.instances) {
        if (!instance.stands_for_all && instance.index < now.number)
          members.push_back({reference(instance), value::Membership::definite, nullptr});
      }
      return Value(Value::Payload(
          graph_.arena.make<value::List>(value::List{graph_.arena.copy(members), false, {}})));
    }
    case Repetition::Kind::keys: {
      std::map<std::string_view, const ResourceBlock::Instance*> by_key;
      for (const ResourceBlock::Instance& instance : block.instances)
        by_key.emplace(instance.key, &instance);
      std::vector<value::MapEntry> entries;
      for (const value::MapEntry& entry : now.each) {
        const auto found = by_key.find(entry.key);
        if (found != by_key.end()) entries.push_back({found->first, {}, reference(*found->second)});
      }
      std::ranges::sort(entries, {}, &value::MapEntry::key);
      return Value(Value::Payload(
          graph_.arena.make<value::Map>(value::Map{graph_.arena.copy(entries), false, {}, false})));
    }
  }
  return {};
}

// ---- arguments and nested blocks ---------------------------------------------------------------

Value Configuration::member(const Node& body, std::string_view name, const Bound* around) {
  const Entry* entry = body.find_entry(name);
  if (entry == nullptr || entry->value->is_block()) return blocks(body, name, around);
  const Value own =
      known(evaluated(*entry->value, Use::data, around)).with_written(entry->value->span);
  // In JSON nested blocks are arguments, those beside them that a collection makes are not.
  if (body.find_entry("dynamic") == nullptr) return own;
  const Value made = blocks(body, name, around);
  if (made.absent() || own.open()) return own;
  if (made.open()) return made;
  std::vector<value::Member> members;
  for (const Value& part : {own, made}) {
    if (const auto* list = part.pointer<value::List>())
      members.insert(members.end(), list->members.begin(), list->members.end());
    else
      members.push_back({part, value::Membership::definite});
  }
  const value::List list{graph_.arena.copy(members), false, {}};
  return own.with_payload(graph_.arena.make<value::List>(list));
}

// All blocks of a type, in the order written, as a list with a map for each.
Value Configuration::blocks(const Node& body, std::string_view name, const Bound* around) {
  std::vector<value::Member> members;
  const value::Undecided* waits = nullptr;
  source::Span first;
  for (const Entry& entry : body.entries) {
    if (!entry.value->is_block()) continue;
    const auto labels = entry.value->labels();
    const bool dynamic =
        entry.key->text == "dynamic" && !labels.empty() && labels.front().value->text == name;
    if (entry.key->text != name && !dynamic) continue;
    if (first.end == 0) first = entry.key->span;
    if (dynamic) {
      if (!add_dynamic(entry, name, around, members, waits))
        return unknown(base::format("what makes the blocks `{}` is not known", name))
            .with_written(entry.key->span);
    } else {
      members.push_back({body_value(entry.value->body(), entry.value->span, around),
                         value::Membership::definite});
    }
  }
  if (first.end == 0) return {};
  if (waits != nullptr) return value::undecided(graph_.arena, {waits->choices}).with_written(first);
  if (members.empty()) return {};
  const value::List list{graph_.arena.copy(members), false, {}};
  value::Origin origin;
  origin.span = first;
  return Value(Value::Payload(graph_.arena.make<value::List>(list)),
               graph_.arena.make<value::Origin>(origin))
      .with_written(first);
}

Value Configuration::body_value(const Node& body, source::Span header, const Bound* around) {
  std::vector<value::MapEntry> entries;
  std::set<std::string_view> seen;
  for (const Entry& entry : body.entries) {
    const bool dynamic =
        entry.value->is_block() && entry.key->text == "dynamic" && !entry.value->labels().empty();
    const std::string_view name =
        dynamic ? entry.value->labels().front().value->text : entry.key->text;
    if (!seen.insert(name).second) continue;
    const Value value = member(body, name, around);
    if (!value.absent()) entries.push_back({name, entry.key->span, value});
  }
  const value::Map map{graph_.arena.copy(entries), false, {}, false};
  value::Origin origin;
  origin.span = header;
  return Value(Value::Payload(graph_.arena.make<value::Map>(map)),
               graph_.arena.make<value::Origin>(origin))
      .with_written(header);
}

// False when the collection is refused.
bool Configuration::add_dynamic(const Entry& entry, std::string_view type, const Bound* around,
                                std::vector<value::Member>& into, const value::Undecided*& waits) {
  const Node& body = entry.value->body();
  const Entry* content = body.find_entry("content");
  const Node* collection = body.find("for_each");
  if (content == nullptr || !content->value->is_block() || collection == nullptr) return false;
  const Node* named = body.find("iterator");
  const std::string_view iterator = named == nullptr ? type : named->text;
  const auto add = [&](const Value& key, const Value& value, value::Membership membership) {
    const std::vector<value::MapEntry> members{{"key", {}, key}, {"value", {}, value}};
    const value::Map map{graph_.arena.copy(members), false, {}, false};
    const Bound inner{iterator, Value(Value::Payload(graph_.arena.make<value::Map>(map))), around};
    const Bound* kept = graph_.arena.make<Bound>(inner);
    into.push_back({body_value(content->value->body(), entry.key->span, kept), membership});
  };
  Value found = known(evaluated(*collection, Use::data, around));
  if (found.pointer<value::Reference>() != nullptr) found = written(found);
  if (found.undecided() != nullptr) {
    waits = value::united(graph_.arena, waits, found.undecided());
    return true;
  }
  if (found.get<value::Null>() != nullptr || found.absent()) return false;
  const auto* map = found.pointer<value::Map>();
  const auto* list = found.pointer<value::List>();
  const bool open = map != nullptr ? map->open : list == nullptr || list->open;
  if (map != nullptr) {
    for (const value::MapEntry& one : map->entries)
      add(Value::string(one.key), one.value, value::Membership::definite);
  }
  if (list != nullptr) {
    for (std::size_t i = 0; i < list->members.size(); ++i) {
      const value::Member& member = list->members[i];
      const Value key = list->sort == value::Sort::set
                            ? member.value
                            : Value::integer(static_cast<std::int64_t>(i));
      add(key, member.value, member.membership);
    }
  }
  if (open) {
    const std::string_view reason = map != nullptr    ? map->open_reason
                                    : list != nullptr ? list->open_reason
                                                      : reason_of(found);
    add(unknown(reason), unknown(reason), value::Membership::any_number);
  }
  return true;
}

}  // namespace resilint::dialect::terraform
