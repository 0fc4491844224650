// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/context.h"

#include <algorithm>

#include "base/unicode.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/operators.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

constexpr int deepest = 300;
constexpr std::string_view only_deployed = "it is known only when deployed";

bool known_whole(const Value& value, int depth) {
  if (!is_known(value) || depth > deepest) return false;
  if (const auto* list = value.pointer<value::List>()) {
    return value::is_closed(*list) &&
           std::ranges::all_of(list->members, [depth](const value::Member& member) {
             return known_whole(member.value, depth + 1);
           });
  }
  if (const auto* map = value.pointer<value::Map>()) {
    return !map->open && std::ranges::all_of(map->entries, [depth](const value::MapEntry& entry) {
      return known_whole(entry.value, depth + 1);
    });
  }
  return true;
}

bool sensitive_at(const Value& value, int depth) {
  if (value.sensitive()) return true;
  if (depth > deepest) return false;
  if (const auto* list = value.pointer<value::List>()) {
    return std::ranges::any_of(list->members, [depth](const value::Member& member) {
      return sensitive_at(member.value, depth + 1);
    });
  }
  if (const auto* map = value.pointer<value::Map>()) {
    return std::ranges::any_of(map->entries, [depth](const value::MapEntry& entry) {
      return sensitive_at(entry.value, depth + 1);
    });
  }
  return false;
}

// The first part of a text that is not known.
const Value* first_hole(const value::Text& text) {
  for (const value::TextPart& part : text.parts) {
    if (part.hole != nullptr) return part.hole;
  }
  return nullptr;
}

std::string_view why_at(const Value& value, int depth) {
  if (depth > deepest) return only_deployed;
  if (const value::Unknown* unknown = value.unknown()) return unknown->reason;
  if (value.pointer<value::Reference>() != nullptr) return only_deployed;
  if (const auto* text = value.pointer<value::Text>()) {
    const Value* hole = first_hole(*text);
    return hole == nullptr ? std::string_view{} : why_at(*hole, depth + 1);
  }
  if (const auto* list = value.pointer<value::List>()) {
    if (list->open) return list->open_reason;
    for (const value::Member& member : list->members) {
      const std::string_view reason = why_at(member.value, depth + 1);
      if (!reason.empty()) return reason;
    }
  }
  if (const auto* map = value.pointer<value::Map>()) {
    if (map->open) return map->open_reason;
    for (const value::MapEntry& entry : map->entries) {
      const std::string_view reason = why_at(entry.value, depth + 1);
      if (!reason.empty()) return reason;
    }
  }
  return {};
}

}  // namespace

tl::unexpected<Refusal> refused(std::string message, source::Span place) {
  return tl::unexpected<Refusal>(Refusal{std::move(message), place});
}

bool Context::spend(std::size_t cost) {
  if (cost > scope_.budget) {
    scope_.budget = 0;
    return false;
  }
  scope_.budget -= static_cast<std::uint32_t>(cost);
  return true;
}

Value Context::too_large() const { return unknown("the expression is too large to evaluate"); }

Value Context::unknown(std::string_view reason) const {
  return value::unknown(arena_, arena_.copy(reason));
}

Value Context::text(std::string_view bytes) {
  if (!spend_text(bytes.size())) return too_large();
  return Value::string(arena_.copy(base::composed(bytes)));
}

Value Context::list_of(std::span<const Value> items, value::Sort sort) {
  std::vector<value::Member> members;
  members.reserve(items.size());
  for (const Value& item : items) members.push_back({item});
  return list(std::move(members), sort);
}

Value Context::list(std::vector<value::Member> members, value::Sort sort) {
  if (sort == value::Sort::set) return set(std::move(members));
  if (!spend(members.size() / 4 + 1)) return too_large();
  value::List made;
  made.members = arena_.copy(members);
  made.sort = sort;
  return Value(Value::Payload(arena_.make<value::List>(made)));
}

Value Context::set(std::vector<value::Member> members) {
  if (!spend(members.size() / 2 + 1)) return too_large();
  const SetOrder order(*this);
  std::stable_sort(members.begin(), members.end(),
                   [&order](const value::Member& a, const value::Member& b) {
                     return order.less(a.value, b.value);
                   });
  std::vector<value::Member> distinct;
  for (const value::Member& member : members) {
    const bool again =
        !distinct.empty() && equal(*this, distinct.back().value, member.value) == value::Truth::yes;
    if (!again)
      distinct.push_back(member);
    else if (member.membership == value::Membership::definite)
      distinct.back() = member;
  }
  value::List made;
  made.members = arena_.copy(distinct);
  made.sort = value::Sort::set;
  return Value(Value::Payload(arena_.make<value::List>(made)));
}

Value Context::like(const Value& list, std::vector<value::Member> members) {
  const auto& held = *list.pointer<value::List>();
  const Value made = this->list(std::move(members), held.sort);
  const auto* closed = made.pointer<value::List>();
  if (!held.open || closed == nullptr) return made;
  value::List open = *closed;
  open.open = true;
  open.open_reason = held.open_reason;
  open.waits = held.waits;
  return made.with_payload(arena_.make<value::List>(open));
}

Value Context::map(std::vector<value::MapEntry> entries, bool uniform) {
  if (!spend(entries.size() / 2 + 1)) return too_large();
  std::ranges::stable_sort(entries, {}, &value::MapEntry::key);
  std::vector<value::MapEntry> unique;
  unique.reserve(entries.size());
  for (const value::MapEntry& entry : entries) {
    if (!unique.empty() && unique.back().key == entry.key)
      unique.back() = entry;
    else
      unique.push_back(entry);
  }
  value::Map made;
  made.entries = arena_.copy(unique);
  made.uniform = uniform;
  return Value(Value::Payload(arena_.make<value::Map>(made)));
}

Value Context::open_map(std::vector<value::MapEntry> entries, std::string_view reason) {
  const Value closed = map(std::move(entries), false);
  const auto* held = closed.pointer<value::Map>();
  if (held == nullptr) return closed;
  value::Map made = *held;
  made.open = true;
  made.open_reason = arena_.copy(reason);
  return Value(Value::Payload(arena_.make<value::Map>(made)));
}

Value Context::settled(const Value& value) {
  if (value.pointer<value::Reference>() != nullptr) {
    const Value written = scope_.written(value);
    return written.with_sensitive(written.sensitive() || value.sensitive());
  }
  const auto* text = value.pointer<value::Text>();
  if (text == nullptr) return value;
  std::vector<value::TextPart> parts;
  bool changed = false;
  for (const value::TextPart& part : text->parts) {
    value::TextPart made = part;
    if (part.hole != nullptr && part.hole->pointer<value::Reference>() != nullptr) {
      const Value written = scope_.written(*part.hole);
      const bool usable = is_text(written) || is_number(written) || written.get<bool>() != nullptr;
      if (usable) {
        made.hole = arena_.make<Value>(written);
        changed = true;
      }
    }
    parts.push_back(made);
  }
  if (!changed) return value;
  const Value made = concatenated(parts);
  return made.with_origin(value.origin())
      .with_written(value.written())
      .with_sensitive(made.sensitive() || value.sensitive());
}

Value Context::concatenated(std::span<const value::TextPart> parts) {
  std::vector<value::TextPart> flat;
  std::string pending;
  bool sensitive = false;
  const value::Undecided* waits = nullptr;
  const auto flush = [&] {
    if (!pending.empty()) flat.push_back({arena_.copy(base::composed(pending)), nullptr});
    pending.clear();
  };
  const auto add = [&](const value::TextPart& part) {
    if (part.hole == nullptr) {
      pending += part.literal;
      return;
    }
    const Value& value = *part.hole;
    sensitive = sensitive || value.sensitive();
    if (const auto* text = value.get<std::string_view>())
      pending += *text;
    else if (is_number(value))
      pending += number_text(value);
    else if (const bool* flag = value.get<bool>())
      pending += *flag ? "true" : "false";
    else {
      waits = value::united(arena_, waits, value.undecided());
      flush();
      flat.push_back(part);
    }
  };
  for (const value::TextPart& part : parts) {
    const auto* inner = part.hole == nullptr ? nullptr : part.hole->pointer<value::Text>();
    const std::size_t before = pending.size();
    if (inner == nullptr) {
      add(part);
    } else {
      sensitive = sensitive || part.hole->sensitive();
      for (const value::TextPart& piece : inner->parts) add(piece);
    }
    if (!spend_text(pending.size() > before ? pending.size() - before : 0)) return too_large();
  }
  flush();
  if (waits != nullptr) return value::undecided(arena_, {waits->choices}).with_sensitive(sensitive);
  if (flat.empty()) return Value::string({}).with_sensitive(sensitive);
  if (flat.size() == 1) {
    if (flat.front().hole != nullptr) return *flat.front().hole;
    return Value::string(flat.front().literal).with_sensitive(sensitive);
  }
  const value::Text text{arena_.copy(flat)};
  return Value(Value::Payload(arena_.make<value::Text>(text))).with_sensitive(sensitive);
}

Value Context::open_as(std::span<const Value> values) {
  const value::Undecided* waits = nullptr;
  std::string_view reason;
  bool sensitive = false;
  for (const Value& value : values) {
    waits = value::united(arena_, waits, value.undecided());
    if (reason.empty()) reason = why_open(value);
    sensitive = sensitive || value.sensitive();
  }
  if (waits != nullptr) return value::undecided(arena_, {waits->choices}).with_sensitive(sensitive);
  return value::unknown(arena_, reason.empty() ? only_deployed : reason).with_sensitive(sensitive);
}

std::string_view why_open(const Value& value) { return why_at(value, 0); }

bool is_known(const Value& value) {
  return !value.open() && !value.absent() && value.pointer<value::Reference>() == nullptr &&
         value.pointer<value::Text>() == nullptr;
}

bool is_known_whole(const Value& value) { return known_whole(value, 0); }

bool is_null(const Value& value) { return value.get<value::Null>() != nullptr; }

bool sensitive_within(const Value& value) { return sensitive_at(value, 0); }

bool is_text(const Value& value) {
  return value.get<std::string_view>() != nullptr || value.pointer<value::Text>() != nullptr;
}

const value::Origin* origin_from(std::span<const Value> inputs, source::Span span,
                                 base::Arena& arena) {
  const value::Origin* found = nullptr;
  for (const Value& input : inputs) {
    if (input.origin() == nullptr || input.origin()->how == value::How::written) continue;
    if (found != nullptr && found != input.origin()) {
      found = nullptr;  // more than one decides
      break;
    }
    found = input.origin();
  }
  if (found != nullptr && found->made_from) return found;
  value::Origin made;
  if (found != nullptr) made = *found;
  made.made_from = found != nullptr;
  if (found == nullptr) made.span = span;
  return arena.make<value::Origin>(made);
}

std::vector<value::MapEntry> sorted(const value::Map& map) {
  std::vector<value::MapEntry> entries(map.entries.begin(), map.entries.end());
  std::ranges::sort(entries, {}, &value::MapEntry::key);
  return entries;
}

}  // namespace resilint::dialect::terraform
