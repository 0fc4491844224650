// SPDX-License-Identifier: Apache-2.0
#include "value/value.h"

#include <algorithm>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "base/utf8.h"
#include "value/choices.h"

namespace resilint::value {
namespace {

constexpr int deepest = 300;  // more than any parser lets through

bool is_number(const Value& value) {
  return value.get<std::int64_t>() != nullptr || value.get<double>() != nullptr;
}

// By value across integers and doubles, without losing digits of large integers.
bool equal_numbers(const Value& a, const Value& b) {
  const auto* whole_a = a.get<std::int64_t>();
  const auto* whole_b = b.get<std::int64_t>();
  const auto* real_a = a.get<double>();
  const auto* real_b = b.get<double>();
  if (whole_a != nullptr && whole_b != nullptr) return *whole_a == *whole_b;
  if (real_a != nullptr && real_b != nullptr) return *real_a == *real_b;
  const auto* whole = whole_a != nullptr ? whole_a : whole_b;
  const auto* real = real_a != nullptr ? real_a : real_b;
  if (whole == nullptr || real == nullptr) return false;
  constexpr double limit = 9223372036854775808.0;  // 2^63
  return *real >= -limit && *real < limit &&
         static_cast<double>(static_cast<std::int64_t>(*real)) == *real &&
         static_cast<std::int64_t>(*real) == *whole;
}

Truth equal_at(const Value& a, const Value& b, int depth);

Truth equal_lists(const List& a, const List& b, int depth) {
  if (!is_closed(a) || !is_closed(b)) return Truth::unknown;
  if (a.members.size() != b.members.size()) return Truth::no;
  Truth all = Truth::yes;
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    all = all && equal_at(a.members[i].value, b.members[i].value, depth + 1);
    if (all == Truth::no) break;
  }
  return all;
}

Truth equal_maps(const Map& a, const Map& b, int depth) {
  if (a.open || b.open) return Truth::unknown;
  Truth all = truth(a.entries.size() == b.entries.size());
  for (const MapEntry& entry : a.entries) {
    const MapEntry* other = b.find(entry.key);
    all = all && (other == nullptr ? Truth::no : equal_at(entry.value, other->value, depth + 1));
    if (all == Truth::no) break;
  }
  return all;
}

// Texts with holes: equal when all their parts are. A literal beginning or end that differs proves
// that they are not; anything else is unknown.
Truth equal_texts(std::span<const TextPart> a, std::span<const TextPart> b, int depth) {
  const auto literal = [](const TextPart& part) { return part.hole == nullptr; };
  if (a.size() == b.size()) {
    bool all = true;
    for (std::size_t i = 0; i < a.size() && all; ++i) {
      if (literal(a[i]) != literal(b[i]))
        all = false;
      else if (literal(a[i]))
        all = a[i].literal == b[i].literal;
      else
        all = equal_at(*a[i].hole, *b[i].hole, depth + 1) == Truth::yes;
    }
    if (all) return Truth::yes;
  }
  if (a.empty() || b.empty()) return Truth::unknown;
  if (literal(a.front()) && literal(b.front())) {
    const std::size_t shared = std::min(a.front().literal.size(), b.front().literal.size());
    if (a.front().literal.substr(0, shared) != b.front().literal.substr(0, shared))
      return Truth::no;
  }
  if (literal(a.back()) && literal(b.back())) {
    const std::string_view left = a.back().literal;
    const std::string_view right = b.back().literal;
    const std::size_t shared = std::min(left.size(), right.size());
    if (left.substr(left.size() - shared) != right.substr(right.size() - shared)) return Truth::no;
  }
  return Truth::unknown;
}

bool excludes(const Unknown* unknown, const Value& other) {
  const auto* text = other.get<std::string_view>();
  return unknown != nullptr && text != nullptr &&
         std::ranges::find(unknown->none_of, *text) != unknown->none_of.end();
}

Truth equal_at(const Value& a, const Value& b, int depth) {
  if (depth > deepest) return Truth::unknown;
  if (a.open() || b.open()) {
    const Unknown* left = a.unknown();
    const Unknown* right = b.unknown();
    if (excludes(left, b) || excludes(right, a)) return Truth::no;
    if (left == nullptr || right == nullptr || left->symbol.empty() || right->symbol.empty())
      return Truth::unknown;
    if (left->symbol == right->symbol) return Truth::yes;
    const bool differ = !left->among.empty() && left->among == right->among;
    return differ ? Truth::no : Truth::unknown;
  }
  const auto* text_a = a.pointer<Text>();
  const auto* text_b = b.pointer<Text>();
  if (text_a != nullptr || text_b != nullptr) {
    TextPart single;
    const auto parts = [&single](const Value& value,
                                 const Text* text) -> std::span<const TextPart> {
      if (text != nullptr) return text->parts;
      const auto* literal = value.get<std::string_view>();
      if (literal == nullptr) return {};
      single = {*literal, nullptr};
      return {&single, 1};
    };
    return equal_texts(parts(a, text_a), parts(b, text_b), depth);
  }
  const auto* reference_a = a.pointer<Reference>();
  const auto* reference_b = b.pointer<Reference>();
  if (reference_a != nullptr && reference_b != nullptr) {
    if (reference_a->target == reference_b->target &&
        reference_a->attribute == reference_b->attribute)
      return Truth::yes;
    return Truth::unknown;
  }
  if (reference_a != nullptr || reference_b != nullptr) {
    // What a reference gives is known only when deployed, but never nothing.
    const Value& other = reference_a != nullptr ? b : a;
    return other.absent() || other.get<Null>() != nullptr ? Truth::no : Truth::unknown;
  }
  if (is_number(a) && is_number(b)) return truth(equal_numbers(a, b));
  if (a.payload().index() != b.payload().index()) return Truth::no;
  if (const auto* list = a.pointer<List>()) return equal_lists(*list, *b.pointer<List>(), depth);
  if (const auto* map = a.pointer<Map>()) return equal_maps(*map, *b.pointer<Map>(), depth);
  if (const auto* object = a.pointer<Object>()) return truth(object->same(*b.pointer<Object>()));
  return truth(a.payload() == b.payload());
}

void show(const Value& value, std::size_t limit, int depth, std::string& into) {
  if (into.size() > limit) return;
  if (value.sensitive())
    into += "(sensitive)";
  else if (value.absent())
    into += "(not set)";
  else if (value.get<Null>() != nullptr)
    into += "null";
  else if (const bool* flag = value.get<bool>())
    into += *flag ? "true" : "false";
  else if (const auto* number = value.get<std::int64_t>())
    into += base::format("{}", *number);
  else if (const auto* real = value.get<double>())
    into += base::shortest(*real);
  else if (const auto* text = value.get<std::string_view>())
    into += base::format("\"{}\"", *text);
  else if (const auto* object = value.pointer<Object>())
    into += object->address();
  else if (value.pointer<Reference>() != nullptr)
    into += "(reference)";
  else if (const Unknown* unknown = value.unknown())
    into += base::format("(unknown: {})", unknown->reason);
  else if (const Undecided* undecided = value.undecided())
    into += base::format("(depends on {})", parameters_of(*undecided));
  else if (const auto* extension = value.pointer<Extension>())
    into += base::format("({})", extension->type_name());
  else if (const auto* holes = value.pointer<Text>()) {
    into += '"';
    for (const TextPart& part : holes->parts)
      into += part.hole == nullptr ? std::string(part.literal) : "${…}";
    into += '"';
  } else if (depth > 8) {
    into += "…";
  } else if (const auto* list = value.pointer<List>()) {
    into += '[';
    for (std::size_t i = 0; i < list->members.size(); ++i) {
      if (i != 0) into += ", ";
      show(list->members[i].value, limit, depth + 1, into);
    }
    into += list->open ? (list->members.empty() ? "…]" : ", …]") : "]";
  } else if (const auto* map = value.pointer<Map>()) {
    into += '{';
    for (std::size_t i = 0; i < map->entries.size(); ++i) {
      into += base::format("{}{}: ", i == 0 ? "" : ", ", map->entries[i].key);
      show(map->entries[i].value, limit, depth + 1, into);
    }
    into += '}';
  }
}

}  // namespace

bool is_closed(const List& list) {
  return !list.open && std::ranges::all_of(list.members, [](const Member& member) {
    return member.membership == Membership::definite;
  });
}

const MapEntry* Map::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &MapEntry::key);
  return found == entries.end() ? nullptr : &*found;
}

Value unknown(base::Arena& arena, std::string_view reason, std::string_view symbol) {
  const Unknown made{.reason = reason, .symbol = symbol};
  return Value(Value::Payload(arena.make<Unknown>(made)));
}

Value maybe_absent(base::Arena& arena, std::string_view reason) {
  const Unknown made{.reason = reason, .may_be_absent = true};
  return Value(Value::Payload(arena.make<Unknown>(made)));
}

Value undecided(base::Arena& arena, const Undecided& waits) {
  return Value(Value::Payload(arena.make<Undecided>(waits)));
}

const Undecided* united(base::Arena& arena, const Undecided* a, const Undecided* b) {
  if (a == nullptr || b == nullptr) return a == nullptr ? b : a;
  std::vector<const Choice*> choices(a->choices.begin(), a->choices.end());
  for (const Choice* choice : b->choices) {
    if (std::ranges::find(choices, choice) == choices.end()) choices.push_back(choice);
  }
  if (choices.size() == a->choices.size()) return a;
  return arena.make<Undecided>(Undecided{arena.copy(choices)});
}

std::string parameters_of(const Undecided& undecided) {
  std::vector<std::string_view> names;
  for (const Choice* choice : undecided.choices) names.push_back(choice->name);
  return base::join(names, ", ");
}

Truth equal(const Value& a, const Value& b) { return equal_at(a, b, 0); }

std::string display(const Value& value, std::size_t limit) {
  std::string text;
  show(value, limit, 0, text);
  if (text.size() <= limit) return text;
  // Cut between characters, never inside one.
  return std::string(base::utf8_prefix(text, limit > 3 ? limit - 3 : 0)) + "…";
}

}  // namespace resilint::value
