// SPDX-License-Identifier: Apache-2.0
// Lists, sets and maps.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_map>

#include "base/format.h"
#include "base/unicode.h"
#include "dialect/terraform/functions.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/operators.h"
#include "dialect/terraform/types.h"

namespace resilint::dialect::terraform {
namespace {

using value::Member;
using value::Membership;
using value::Sort;
using value::Truth;
using value::Value;
using Members = std::vector<Member>;

constexpr std::size_t most_deep = 100;

const value::List* list_in(const Value& value) { return value.pointer<value::List>(); }
const value::Map* map_in(const Value& value) { return value.pointer<value::Map>(); }

Members members_of(const value::List& list) { return {list.members.begin(), list.members.end()}; }

// What a list that is not known whole gives to a function that needs it whole.
Value not_whole(Context& context, const Value& value) {
  const value::Undecided* waits = waits_within(context.arena(), value);
  if (waits != nullptr) return value::undecided(context.arena(), {waits->choices});
  const auto* list = list_in(value);
  if (list != nullptr && list->open) return context.unknown(list->open_reason);
  return context.open_as(value);
}

// ---- of booleans and numbers ------------------------------------------------------------------

// alltrue() and anytrue(): `deciding` decides alone.
Outcome all_or_any(Call& call, bool deciding) {
  std::vector<Value> open;
  const value::List& list = call.list(0);
  for (std::size_t i = 0; i < list.members.size(); ++i) {
    const Value& given = list.members[i].value;
    const Value settled = call.context.settled(given);
    if (is_null(settled)) {
      if (!deciding) return Value::boolean(false);
      continue;
    }
    const Outcome made = convert(call.context, settled, boolean_type);
    if (!made) return call.refuse(0, base::format("item {} is {}", i, described(settled)));
    const bool* flag = made->get<bool>();
    if (flag == nullptr || list.members[i].membership != Membership::definite)
      open.push_back(flag == nullptr ? *made : not_whole(call.context, call.arguments[0]));
    else if (*flag == deciding)
      return Value::boolean(deciding);
  }
  if (list.open) return not_whole(call.context, call.arguments[0]);
  if (!open.empty()) return call.context.open_as(open);
  return Value::boolean(!deciding);
}
Outcome all_true(Call& call) { return all_or_any(call, false); }
Outcome any_true(Call& call) { return all_or_any(call, true); }

Outcome sum(Call& call) {
  const value::List& list = call.list(0);
  if (list.members.empty() && !list.open) return call.refuse(0, "there is nothing to add");
  Value total = Value::integer(0);
  std::vector<Value> open;
  for (std::size_t i = 0; i < list.members.size(); ++i) {
    const Value settled = call.context.settled(list.members[i].value);
    if (is_null(settled)) return call.refuse(0, base::format("item {} is null", i));
    const Outcome made = convert(call.context, settled, number_type);
    if (!made)
      return call.refuse(
          0, base::format("item {} is {}, and a number is needed", i, described(settled)));
    if (!is_known(*made)) {
      open.push_back(*made);
      continue;
    }
    const auto next = calculate('+', total, *made);
    if (!next) return call.refuse("the sum is too large");
    total = *next;
  }
  if (!value::is_closed(list)) return not_whole(call.context, call.arguments[0]);
  if (!open.empty()) return call.context.open_as(open);
  return total;
}

// ---- parts of lists ---------------------------------------------------------------------------

Outcome chunks(Call& call) {
  const Outcome listed = convert(call.context, call.arguments[0], list_of_any);
  if (!listed) return call.refuse(0, listed.error().message);
  const auto* list = list_in(*listed);
  if (list == nullptr || !value::is_closed(*list)) return not_whole(call.context, *listed);
  if (call.whole(1) < 0) return call.refuse(1, "the size is negative");
  const std::size_t size =
      std::min(list->members.size(),
               call.whole(1) == 0 ? list->members.size() : static_cast<std::size_t>(call.whole(1)));
  std::vector<Value> made;
  for (std::size_t at = 0; at < list->members.size(); at += size) {
    const auto part = list->members.subspan(at, std::min(size, list->members.size() - at));
    made.push_back(call.context.list(Members(part.begin(), part.end()), Sort::list));
  }
  return call.context.list_of(made, Sort::list);
}

Outcome slice(Call& call) {
  const Value& from = call.arguments[0];
  const std::int64_t begin = call.whole(1);
  const std::int64_t end = call.whole(2);
  if (begin < 0 || end < 0 || begin > end)
    return call.refuse(base::format("there are no items from {} to {}", begin, end));
  const value::Unknown* unknown = from.unknown();
  if (unknown != nullptr && end < 100) {
    // Items of equal unknown lists are equal; this is how zones are counted off.
    std::vector<Value> items;
    for (std::int64_t i = begin; i < end; ++i) {
      value::Unknown made{.reason = unknown->reason};
      if (!unknown->symbol.empty())
        made.symbol = call.context.arena().copy(base::format("{}[{}]", unknown->symbol, i));
      if (unknown->members_differ) made.among = unknown->symbol;
      items.emplace_back(Value::Payload(call.context.arena().make<value::Unknown>(made)));
    }
    return call.context.list_of(items, Sort::list);
  }
  const auto* list = list_in(from);
  if (list == nullptr) {
    if (is_known(from))
      return call.refuse(0,
                         base::format("argument 1 is {}, and a list is needed", described(from)));
    return call.context.open_as(from);
  }
  if (list->sort == Sort::set) return call.refuse(0, "the items of a set are in no order");
  const auto last = static_cast<std::size_t>(end);
  const std::size_t before = std::min(last, list->members.size());
  const bool sure = std::ranges::all_of(list->members.first(before), [](const Member& member) {
    return member.membership == Membership::definite;
  });
  if (sure && last <= list->members.size()) {
    const auto part = list->members.subspan(static_cast<std::size_t>(begin),
                                            last - static_cast<std::size_t>(begin));
    return call.context.list(Members(part.begin(), part.end()), list->sort);
  }
  if (!value::is_closed(*list)) return not_whole(call.context, from);
  return call.refuse(
      2, base::format("the list has {} items, {} is behind its end", list->members.size(), end));
}

Outcome element(Call& call) {
  const Value& from = call.arguments[0];
  const std::int64_t index = call.whole(1);
  if (const value::Unknown* unknown = from.unknown()) {
    value::Unknown made{.reason = unknown->reason};
    if (!unknown->symbol.empty() && index >= 0)
      made.symbol = call.context.arena().copy(base::format("{}[{}]", unknown->symbol, index));
    // A list the members of which differ has two at least; behind its end it begins again.
    if (unknown->members_differ && (index == 0 || index == 1)) made.among = unknown->symbol;
    return Value(Value::Payload(call.context.arena().make<value::Unknown>(made)));
  }
  const auto* list = list_in(from);
  if (list == nullptr && !is_known(from)) return call.context.open_as(from);
  if (list == nullptr || list->sort == Sort::set)
    return call.refuse(0, base::format("argument 1 is {}, and a list is needed", described(from)));
  if (!value::is_closed(*list)) return not_whole(call.context, from);
  if (list->members.empty()) return call.refuse(0, "the list is empty");
  const auto size = static_cast<std::int64_t>(list->members.size());
  return list->members[static_cast<std::size_t>(((index % size) + size) % size)].value;
}

Outcome only(Call& call) {
  const value::List& list = call.list(0);
  if (!value::is_closed(list)) return not_whole(call.context, call.arguments[0]);
  if (list.members.empty()) return Value::null();
  if (list.members.size() == 1) return list.members.front().value;
  return call.refuse(
      0, base::format("there is at most one item, and this has {}", list.members.size()));
}

Outcome reversed(Call& call) {
  const auto& list = call.list(0);
  if (list.open) return not_whole(call.context, call.arguments[0]);
  Members members = members_of(list);
  std::ranges::reverse(members);
  return call.context.list(std::move(members), list.sort == Sort::tuple ? Sort::tuple : Sort::list);
}

// ---- sizes and search -------------------------------------------------------------------------

Outcome length(Call& call) {
  const Value& given = call.arguments[0];
  Context& context = call.context;
  if (const auto* text = given.get<std::string_view>()) {
    std::int64_t count = 0;
    if (!context.spend_text(text->size() * 8)) return context.too_large();
    for (std::string_view rest = *text; !rest.empty(); ++count)
      rest.remove_prefix(base::grapheme(rest));
    return Value::integer(count);
  }
  if (const auto* list = list_in(given)) {
    const auto most = static_cast<std::int64_t>(list->members.size());
    const bool merges = list->sort == Sort::set && most > 1 && !is_known_whole(given);
    if (value::is_closed(*list) && !merges) return Value::integer(most);
    value::Unknown made{.reason = context.arena().copy(
                            list->open ? list->open_reason : "how long a list is, is not known")};
    made.minimum =
        merges ? 1 : std::ranges::count(list->members, Membership::definite, &Member::membership);
    if (!list->open && std::ranges::none_of(list->members, [](const Member& member) {
          return member.membership == Membership::any_number;
        }))
      made.maximum = most;
    if (const value::Undecided* waits = waits_within(context.arena(), given))
      return value::undecided(context.arena(), {waits->choices, made.minimum, made.maximum});
    return Value(Value::Payload(context.arena().make<value::Unknown>(made)));
  }
  if (const auto* map = map_in(given)) {
    const auto size = static_cast<std::int64_t>(map->entries.size());
    if (!map->open) return Value::integer(size);
    value::Unknown made{.reason = map->open_reason};
    made.minimum = size;
    return Value(Value::Payload(context.arena().make<value::Unknown>(made)));
  }
  if (!is_known(given)) return context.open_as(given);
  return call.refuse(
      0, base::format("argument 1 is {}, and a list, map or string is needed", described(given)));
}

// Whether an item is equal, and what a comparison waits for.
struct Search {
  Truth found = Truth::no;
  std::vector<Value> open;
};

Search search(Context& context, const value::List& list, const Value& wanted) {
  Search made;
  for (const Member& member : list.members) {
    Truth one = equal(context, member.value, wanted);
    if (one == Truth::yes && member.membership != Membership::definite) one = Truth::unknown;
    if (one == Truth::unknown) made.open.push_back(member.value);
    made.found = made.found || one;
    if (made.found == Truth::yes) break;
  }
  return made;
}

Outcome contains(Call& call) {
  const auto* list = list_in(call.arguments[0]);
  if (list == nullptr) {
    if (!is_known(call.arguments[0]) && !is_text(call.arguments[0]))
      return call.context.open_as(call.arguments);
    return call.refuse(0, base::format("argument 1 is {}, and a list, tuple or set is needed",
                                       described(call.arguments[0])));
  }
  Search made = search(call.context, *list, call.arguments[1]);
  if (made.found == Truth::yes) return Value::boolean(true);
  if (made.found == Truth::no && value::is_closed(*list)) return Value::boolean(false);
  if (!value::is_closed(*list)) return not_whole(call.context, call.arguments[0]);
  made.open.push_back(call.context.settled(call.arguments[1]));
  return truth_value(call.context, Truth::unknown, call.context.list_of(made.open, Sort::tuple),
                     call.arguments[1]);
}

Outcome index_of(Call& call) {
  const auto& list = call.list(0);
  if (list.sort == Sort::set) return call.refuse(0, "the items of a set have no index");
  if (list.members.empty() && !list.open) return call.refuse(0, "the list is empty");
  std::int64_t at = 0;
  for (const Member& member : list.members) {
    const Truth same = equal(call.context, member.value, call.arguments[1]);
    if (same == Truth::unknown || member.membership != Membership::definite) {
      const Value pair = call.context.list({{member.value}, {call.arguments[1]}}, Sort::tuple);
      return not_whole(call.context, pair);
    }
    if (same == Truth::yes) return Value::integer(at);
    ++at;
  }
  if (list.open) return not_whole(call.context, call.arguments[0]);
  return call.refuse(1, "the list has no such item");
}

// ---- whole lists ------------------------------------------------------------------------------

// The first that is there and not empty; what is not known before it makes the outcome open.
Outcome coalesce(Call& call) {
  std::vector<const Type*> types;
  types.reserve(call.size());
  for (const Value& value : call.arguments) types.push_back(type_of(call.context, value));
  const Type* common = unified(call.context, types);
  if (common == nullptr) return call.refuse("the arguments are of one type, and these are not");
  for (const Value& value : call.arguments) {
    if (is_null(value)) continue;
    if (value.open()) return call.context.open_as(value);
    Outcome made = convert(call.context, value, *common);
    if (!made) return made;
    const auto* text = made->get<std::string_view>();
    if (text == nullptr || !text->empty()) return made;
  }
  return call.refuse("none of the arguments is there and not empty");
}

Outcome coalesce_list(Call& call) {
  for (const Value& value : call.arguments) {
    if (!is_known(value) && list_in(value) == nullptr) return call.context.open_as(value);
    const auto* list = list_in(value);
    const auto* map = map_in(value);
    if (list == nullptr || list->sort == Sort::set)
      return call.refuse(base::format("it takes lists, and this is {}",
                                      map != nullptr ? "a map" : described(value)));
    const bool filled = std::ranges::any_of(list->members, [](const Member& member) {
      return member.membership == Membership::definite;
    });
    if (filled) return value;
    if (!value::is_closed(*list)) return not_whole(call.context, value);
  }
  return call.refuse("all of the lists are empty");
}

Outcome compact(Call& call) {
  const value::List& list = call.list(0);
  Members kept;
  for (Member member : list.members) {
    if (is_null(member.value)) continue;
    const auto* text = member.value.get<std::string_view>();
    if (text != nullptr && text->empty()) continue;
    if (member.value.open()) {
      member.membership = Membership::maybe;
      member.waits = value::united(call.context.arena(), member.waits, member.value.undecided());
    }
    kept.push_back(member);
  }
  Value listed = call.context.like(call.arguments[0], std::move(kept));
  return listed;
}

// The members of all of them, one after the other.
Outcome concat(Call& call) {
  Members all;
  std::vector<const Type*> types;
  value::List made;
  made.sort = Sort::list;
  for (std::size_t i = 0; i < call.size(); ++i) {
    const Value& given = call.arguments[i];
    if (given.undecided() != nullptr) return call.context.open_as(call.arguments);
    const auto* list = list_in(given);
    if (list == nullptr && (is_known(given) || is_text(given)))
      return call.refuse(
          i, base::format("argument {} is {}, and a list is needed", i + 1, described(given)));
    if (list == nullptr) {
      made.open = true;
      made.open_reason = why_open(given);
      continue;
    }
    if (list->sort == Sort::set)
      return call.refuse(i, "a set is in no order; tolist() gives it one");
    if (list->sort == Sort::tuple) made.sort = Sort::tuple;
    if (list->open) {
      made.open = true;
      made.open_reason = list->open_reason;
      made.waits = value::united(call.context.arena(), made.waits, list->waits);
    }
    types.push_back(type_of(call.context, given));
    all.insert(all.end(), list->members.begin(), list->members.end());
  }
  if (call.size() == 1) return call.arguments.front();
  if (made.sort == Sort::list) {
    const Type* common = unified(call.context, types);
    if (common == nullptr || common->kind != Type::Kind::list) {
      made.sort = Sort::tuple;
    } else {
      for (Member& member : all) {
        Outcome converted = convert(call.context, member.value, *common->element);
        if (!converted) return converted;
        member.value = *converted;
      }
    }
  }
  if (!call.context.spend(all.size() / 4)) return call.context.too_large();
  made.members = call.context.arena().copy(all);
  return Value(Value::Payload(call.context.arena().make<value::List>(made)));
}

bool flatten_into(Call& call, const Value& given, std::size_t depth, value::List& made,
                  Members& all) {
  const auto* list = list_in(given);
  if (depth > most_deep || !call.context.spend(1)) return false;
  if (list->open) {
    made.open = true;
    made.open_reason = list->open_reason;
    made.waits = value::united(call.context.arena(), made.waits, list->waits);
  }
  for (const Member& member : list->members) {
    const Value& value = member.value;
    const bool sensitive = given.sensitive() || value.sensitive();
    if (list_in(value) != nullptr && member.membership == Membership::definite) {
      if (!flatten_into(call, value.with_sensitive(sensitive), depth + 1, made, all)) return false;
    } else if (value.open()) {
      // It may be a list as well as an item.
      made.open = true;
      made.open_reason = why_open(call.context.open_as(value));
      made.waits = value::united(call.context.arena(), made.waits, value.undecided());
      if (value.undecided() != nullptr)
        made.open_reason = call.context.arena().copy("it depends on a choice");
    } else if (const auto* inner = list_in(value)) {
      for (Member one : inner->members) {
        one.membership = Membership::maybe;
        one.waits = value::united(call.context.arena(), one.waits, member.waits);
        all.push_back(one);
      }
    } else {
      all.push_back({value.with_sensitive(sensitive), member.membership, member.waits});
    }
  }
  return true;
}

Outcome flatten(Call& call) {
  value::List made;
  Members all;
  if (!flatten_into(call, call.arguments[0], 0, made, all)) return call.context.too_large();
  if (!call.context.spend(all.size() / 4)) return call.context.too_large();
  made.members = call.context.arena().copy(all);
  return Value(Value::Payload(call.context.arena().make<value::List>(made)));
}

Outcome distinct(Call& call) {
  const Outcome listed = convert(call.context, call.arguments[0], list_of_any);
  if (!listed) return call.refuse(0, listed.error().message);
  const auto* list = list_in(*listed);
  if (list == nullptr) return call.context.too_large();
  std::unordered_map<std::string_view, bool> texts;
  Members kept;
  for (Member member : list->members) {
    if (const auto* text = member.value.get<std::string_view>()) {
      if (member.membership == Membership::definite && !texts.emplace(*text, true).second) continue;
    } else {
      Truth again = Truth::no;
      for (const Member& other : kept) {
        again = again || equal(call.context, other.value, member.value);
        if (again == Truth::yes || call.context.spent()) break;
      }
      if (again == Truth::yes) continue;
      if (again == Truth::unknown && member.value.open()) member.membership = Membership::maybe;
    }
    kept.push_back(member);
  }
  return call.context.like(*listed, std::move(kept));
}

Outcome sorted_texts(Call& call) {
  const value::List& list = call.list(0);
  if (std::ranges::any_of(list.members, [](const Member& member) { return is_null(member.value); }))
    return call.refuse(0, "an item is null");
  if (!is_known_whole(call.arguments[0])) return not_whole(call.context, call.arguments[0]);
  Members members = members_of(list);
  std::ranges::stable_sort(
      members, {}, [](const Member& member) { return *member.value.get<std::string_view>(); });
  return call.context.list(std::move(members), Sort::list);
}

Outcome range(Call& call) {
  Value start = Value::integer(0);
  Value limit = call.arguments[0];
  std::optional<Value> given_step;
  if (call.size() > 1) {
    start = call.arguments[0];
    limit = call.arguments[1];
  }
  if (call.size() > 2) given_step = call.arguments[2];
  const bool down = compare_numbers(limit, start) < 0;
  const Value step = given_step ? *given_step : Value::integer(down ? -1 : 1);
  const double direction = to_double(step);
  if (direction == 0) return call.refuse("a step of 0 never arrives");
  if (compare_numbers(limit, start) != 0 && down != (direction < 0))
    return call.refuse("the step leads away from the limit");
  std::vector<Value> made;
  Value at = start;
  while (down ? compare_numbers(at, limit) > 0 : compare_numbers(at, limit) < 0) {
    if (made.size() >= 1024) return call.refuse("it would give more than 1024 numbers");
    if (!call.context.spend(1)) return call.context.too_large();
    made.push_back(at);
    const auto next = calculate('+', at, step);
    if (!next) break;
    at = *next;
  }
  return call.context.list_of(made, Sort::list);
}

// ---- maps -------------------------------------------------------------------------------------

Outcome keys(Call& call) {
  const auto& map = call.map(0);
  std::vector<Value> made;
  for (const value::MapEntry& entry : sorted(map)) made.push_back(Value::string(entry.key));
  const Value closed = call.context.list_of(made, map.uniform ? Sort::list : Sort::tuple);
  if (!map.open || list_in(closed) == nullptr) return closed;
  value::List open = *list_in(closed);
  open.open = true;
  open.open_reason = map.open_reason;
  return Value(Value::Payload(call.context.arena().make<value::List>(open)));
}

Outcome values(Call& call) {
  const auto& map = call.map(0);
  std::vector<Value> made;
  for (const value::MapEntry& entry : sorted(map)) made.push_back(entry.value);
  const Value closed = call.context.list_of(made, map.uniform ? Sort::list : Sort::tuple);
  if (!map.open || list_in(closed) == nullptr) return closed;
  value::List open = *list_in(closed);
  open.open = true;
  open.open_reason = map.open_reason;
  return Value(Value::Payload(call.context.arena().make<value::List>(open)));
}

Outcome lookup(Call& call) {
  const Value& from = call.arguments[0];
  const Value& key = call.arguments[1];
  const bool preset = call.size() > 2;
  if (call.size() > 3) return call.refuse("it has 2 to 3 arguments");
  const auto* map = map_in(from);
  if (from.undecided() != nullptr || key.undecided() != nullptr)
    return call.context.open_as(call.arguments);
  if (map == nullptr && (is_known(from) || is_text(from)))
    return call.refuse(0, base::format("argument 1 is {}, and a map is needed", described(from)));
  if (map == nullptr) return call.context.open_as(from);
  const Outcome text = convert(call.context, key, string_type);
  if (!text)
    return call.refuse(1, base::format("a key is a string, and this is {}", described(key)));
  const auto* name = text->get<std::string_view>();
  if (name == nullptr) {
    // Whatever the key is, when all have one value.
    const bool same = !map->open && !map->entries.empty() && preset &&
                      std::ranges::all_of(map->entries, [&](const value::MapEntry& entry) {
                        return equal(call.context, entry.value, call.arguments[2]) == Truth::yes;
                      });
    return same ? call.arguments[2] : Outcome(call.context.open_as(*text));
  }
  if (preset && map->uniform && !map->entries.empty()) {
    const Type* type = type_of(call.context, from);
    const Outcome made = convert(call.context, call.arguments[2], *type->element);
    if (!made)
      return call.refuse(2, base::format("the default is no {}", terraform::name(*type->element)));
    call.arguments[2] = *made;
  }
  if (const value::MapEntry* entry = map->find(*name)) return entry->value;
  if (map->open) return call.context.unknown(map->open_reason);
  if (preset) return call.arguments[2];
  return call.refuse(1, base::format("the map has no key \"{}\"", *name));
}

// Later ones win. What is not known of a map may replace what stands before it.
Outcome merge(Call& call) {
  std::vector<value::MapEntry> entries;
  std::vector<const Type*> types;
  bool uniform = true;
  bool any = false;
  std::string_view open;
  const auto cover = [&](std::string_view reason) {
    open = reason;
    for (value::MapEntry& entry : entries)
      entry.value =
          value::unknown(call.context.arena(), reason).with_sensitive(entry.value.sensitive());
  };
  for (std::size_t i = 0; i < call.size(); ++i) {
    const Value& given = call.arguments[i];
    if (is_null(given)) {
      uniform = false;
      continue;
    }
    if (given.undecided() != nullptr) return call.context.open_as(call.arguments);
    const auto* map = map_in(given);
    if (map == nullptr && (is_known(given) || is_text(given) || list_in(given) != nullptr))
      return call.refuse(i, base::format("argument {} is {}, and a map or object is needed", i + 1,
                                         described(given)));
    any = true;
    if (map == nullptr) {
      uniform = false;
      cover(why_open(given));
      continue;
    }
    if (map->open) cover(map->open_reason);
    uniform = uniform && map->uniform;
    types.push_back(type_of(call.context, given));
    entries.insert(entries.end(), map->entries.begin(), map->entries.end());
    if (!call.context.spend(map->entries.size() / 4)) return call.context.too_large();
  }
  if (!any) return call.context.map({}, false);
  const bool alike = std::ranges::all_of(
      types, [&types](const Type* type) { return same_type(*type, *types.front()); });
  if (!open.empty()) return call.context.open_map(std::move(entries), open);
  return call.context.map(std::move(entries), uniform && alike);
}

Outcome zip(Call& call) {
  const value::List& names = call.list(0);
  const auto* list = list_in(call.arguments[1]);
  if (list == nullptr) {
    if (is_known(call.arguments[1]))
      return call.refuse(
          1, base::format("argument 2 is {}, and a list is needed", described(call.arguments[1])));
    return call.context.open_as(call.arguments[1]);
  }
  if (list->sort == Sort::set) return call.refuse(1, "the items of a set are in no order");
  if (!value::is_closed(names)) return not_whole(call.context, call.arguments[0]);
  if (!value::is_closed(*list)) return not_whole(call.context, call.arguments[1]);
  if (names.members.size() != list->members.size())
    return call.refuse(base::format("there are {} keys and {} values", names.members.size(),
                                    list->members.size()));
  std::vector<value::MapEntry> entries;
  std::string_view open;
  for (std::size_t i = 0; i < names.members.size(); ++i) {
    const Value key = call.context.settled(names.members[i].value);
    if (is_null(key)) return call.refuse(0, base::format("key {} is null", i));
    if (key.undecided() != nullptr) return call.context.open_as(key);
    if (const auto* text = key.get<std::string_view>())
      entries.push_back({*text, key.written(), list->members[i].value});
    else
      open = why_open(key);
  }
  if (!open.empty()) return call.context.open_map(std::move(entries), open);
  return call.context.map(std::move(entries), list->sort == Sort::list);
}

Outcome transpose(Call& call) {
  static constexpr Type texts_by_key{.kind = Type::Kind::map, .element = &list_of_string};
  const Outcome given = convert(call.context, call.arguments[0], texts_by_key);
  if (!given) return call.refuse(0, given.error().message);
  if (!is_known_whole(*given)) return call.context.open_as(*given);
  std::map<std::string_view, std::vector<Value>> made;
  for (const value::MapEntry& entry : sorted(*map_in(*given))) {
    const auto* list = list_in(entry.value);
    if (list == nullptr) return call.refuse(0, base::format("the list of {} is null", entry.key));
    for (const Member& member : list->members) {
      const auto* text = member.value.get<std::string_view>();
      if (text == nullptr) return call.refuse(0, base::format("an item of {} is null", entry.key));
      made[*text].push_back(Value::string(entry.key));
    }
  }
  std::vector<value::MapEntry> entries;
  for (auto& [key, items] : made) {
    std::ranges::sort(items, {}, [](const Value& item) { return *item.get<std::string_view>(); });
    entries.push_back({key, {}, call.context.list_of(items, Sort::list)});
  }
  return call.context.map(std::move(entries), true);
}

Outcome match_keys(Call& call) {
  const Outcome values = convert(call.context, call.arguments[0], list_of_any);
  if (!values) return call.refuse(0, values.error().message);
  Outcome all_keys = convert(call.context, call.arguments[1], list_of_any);
  if (!all_keys) return call.refuse(1, all_keys.error().message);
  Outcome wanted = convert(call.context, call.arguments[2], list_of_any);
  if (!wanted) return call.refuse(2, wanted.error().message);
  const std::array<const Type*, 2> types{type_of(call.context, *all_keys),
                                         type_of(call.context, *wanted)};
  const Type* common = unified(call.context, types);
  if (common == nullptr) return call.refuse("the keys are of one type, and these are not");
  for (Outcome* keys : {&all_keys, &wanted}) {
    *keys = convert(call.context, **keys, *common);
    if (!*keys) return call.refuse(keys->error().message);
  }
  for (const Value* one : std::array<const Value*, 3>{&*values, &*all_keys, &*wanted}) {
    if (list_in(*one) == nullptr || !value::is_closed(*list_in(*one)))
      return not_whole(call.context, *one);
  }
  const auto& items = *list_in(*values);
  const auto& names = *list_in(*all_keys);
  if (items.members.size() != names.members.size())
    return call.refuse(base::format("there are {} values and {} keys", items.members.size(),
                                    names.members.size()));
  Members kept;
  for (std::size_t i = 0; i < items.members.size(); ++i) {
    const Search found = search(call.context, *list_in(*wanted), names.members[i].value);
    if (found.found == Truth::no) continue;
    Member member = items.members[i];
    if (found.found == Truth::unknown) {
      member.membership = Membership::maybe;
      member.waits = waits_within(call.context.arena(), names.members[i].value);
    }
    kept.push_back(member);
  }
  return call.context.list(std::move(kept), Sort::list);
}

// ---- sets -------------------------------------------------------------------------------------

// The sets with one type of items.
base::Result<std::vector<Value>, Refusal> alike(Call& call) {
  std::vector<const Type*> types;
  types.reserve(call.size());
  for (const Value& value : call.arguments) types.push_back(type_of(call.context, value));
  const Type* common = unified(call.context, types);
  if (common == nullptr) return call.refuse("the sets have items of one type, and these have not");
  std::vector<Value> made;
  for (const Value& value : call.arguments) {
    const Outcome one = convert(call.context, value, *common);
    if (!one) return tl::unexpected<Refusal>(one.error());
    if (list_in(*one) == nullptr) return std::vector<Value>{};
    made.push_back(*one);
  }
  return made;
}

Outcome set_union(Call& call) {
  const auto sets = alike(call);
  if (!sets) return tl::unexpected<Refusal>(sets.error());
  if (sets->empty()) return call.context.too_large();
  Members all;
  for (const Value& set : *sets) {
    if (list_in(set)->open) return not_whole(call.context, set);
    const Members members = members_of(*list_in(set));
    all.insert(all.end(), members.begin(), members.end());
  }
  return call.context.set(std::move(all));
}

// The members of the first set that all others have, or that the second has not.
Outcome filtered(Call& call, bool wanted) {
  const auto sets = alike(call);
  if (!sets) return tl::unexpected<Refusal>(sets.error());
  if (sets->empty()) return call.context.too_large();
  for (const Value& set : *sets) {
    if (!value::is_closed(*list_in(set))) return not_whole(call.context, set);
  }
  Members kept;
  for (const Member& member : list_in(sets->front())->members) {
    Truth in = Truth::yes;
    for (std::size_t i = 1; i < sets->size() && in != Truth::no; ++i) {
      const Truth found = search(call.context, *list_in((*sets)[i]), member.value).found;
      in = in && (wanted ? found : !found);
    }
    if (call.context.spent()) return call.context.too_large();
    if (in == Truth::no) continue;
    Member made = member;
    if (in == Truth::unknown) {
      made.membership = Membership::maybe;
      made.waits = waits_within(call.context.arena(), member.value);
    }
    kept.push_back(made);
  }
  return call.context.set(std::move(kept));
}
Outcome set_intersection(Call& call) { return filtered(call, true); }
Outcome set_subtract(Call& call) { return filtered(call, false); }

Outcome set_product(Call& call) {
  if (call.size() < 2) return call.refuse("it has at least 2 arguments");
  bool sets = false;
  std::size_t total = 1;
  std::vector<const value::List*> lists;
  for (std::size_t i = 0; i < call.size(); ++i) {
    Value& given = call.arguments[i];
    if (!value::is_closed(call.list(i))) return not_whole(call.context, given);
    sets = sets || call.list(i).sort == Sort::set;
    if (call.list(i).sort == Sort::tuple) {
      const Outcome made = convert(call.context, given, list_of_any);
      if (!made) return call.refuse(i, made.error().message);
      given = *made;
    }
    if (list_in(given) == nullptr) return call.context.too_large();
    lists.push_back(list_in(given));
    total *= lists.back()->members.size();
    if (total > 100'000 || !call.context.spend(total / 16)) return call.context.too_large();
  }
  if (!call.context.spend(total * call.size())) return call.context.too_large();
  std::vector<Value> made;
  for (std::size_t n = 0; n < total; ++n) {
    std::vector<Value> row(lists.size());
    std::size_t rest = n;
    for (std::size_t i = lists.size(); i-- > 0;) {
      row[i] = lists[i]->members[rest % lists[i]->members.size()].value;
      rest /= lists[i]->members.size();
    }
    made.push_back(call.context.list_of(row, Sort::tuple));
  }
  return call.context.list_of(made, sets ? Sort::set : Sort::list);
}

Outcome removed(Call& call) {
  return call.refuse(
      base::format("{}() is gone; to{}() and brackets take its place", call.name, call.name));
}

constexpr Function table[] = {
    {"alltrue", {takes::list}, all_true},
    {"anytrue", {takes::list}, any_true},
    {"chunklist", {takes::list, takes::whole}, chunks, Marks::hand_on},
    {"coalesce", {takes::repeated(takes::anything)}, coalesce, Marks::hand_on},
    {"coalescelist", {takes::repeated(takes::value)}, coalesce_list, Marks::hand_on},
    {"compact", {takes::strings}, compact, Marks::hand_on},
    {"concat", {takes::value, takes::repeated(takes::value)}, concat, Marks::hand_on},
    {"contains", {takes::value, takes::deciding(takes::value)}, contains},
    {"distinct", {takes::list}, distinct, Marks::hand_on},
    {"element", {takes::value, takes::deciding(takes::whole)}, element, Marks::hand_on},
    {"flatten", {takes::list}, flatten, Marks::hand_on},
    {"index", {takes::list, takes::deciding(takes::value)}, index_of},
    {"keys", {takes::map}, keys, Marks::hand_on},
    {"length", {takes::as_text(takes::value)}, length, Marks::hand_on},
    {"list", {takes::repeated(takes::anything)}, removed},
    {"lookup",
     {takes::value, takes::deciding(takes::value), takes::repeated(takes::anything)},
     lookup,
     Marks::hand_on},
    {"map", {takes::repeated(takes::anything)}, removed},
    {"matchkeys",
     {takes::list, takes::deciding(takes::list), takes::deciding(takes::list)},
     match_keys,
     Marks::hand_on},
    {"merge", {takes::repeated(takes::nullable)}, merge, Marks::hand_on},
    {"one", {takes::list}, only, Marks::hand_on},
    {"range",
     {takes::number, takes::optional(takes::number), takes::optional(takes::number)},
     range},
    {"reverse", {takes::list}, reversed, Marks::hand_on},
    {"setintersection",
     {takes::set, takes::repeated(takes::set)},
     set_intersection,
     Marks::hand_on},
    {"setproduct", {takes::repeated(takes::list)}, set_product, Marks::hand_on},
    {"setsubtract", {takes::set, takes::set}, set_subtract, Marks::hand_on},
    {"setunion", {takes::set, takes::repeated(takes::set)}, set_union, Marks::hand_on},
    {"slice", {takes::value, takes::whole, takes::whole}, slice, Marks::hand_on},
    {"sort", {takes::strings}, sorted_texts},
    {"sum", {takes::list}, sum},
    {"transpose", {takes::map}, transpose},
    {"values", {takes::map}, values, Marks::hand_on},
    {"zipmap", {takes::strings, takes::value}, zip, Marks::hand_on},
};

}  // namespace

std::span<const Function> collection_functions() { return table; }

}  // namespace resilint::dialect::terraform
