// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/operators.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/types.h"

namespace resilint::dialect::terraform {
namespace {

using value::Truth;
using value::Value;

constexpr int deepest = 300;

// A null of any type is null; an unknown may be.
Truth equal_to_null(const Value& other) {
  if (is_null(other) || other.absent()) return Truth::yes;
  if (other.undecided() != nullptr) return Truth::unknown;
  if (const value::Unknown* unknown = other.unknown(); unknown != nullptr) return Truth::unknown;
  return Truth::no;
}

Truth equal_at(Context& context, const Value& given_a, const Value& given_b, int depth) {
  if (depth > deepest || !context.spend(1)) return Truth::unknown;
  const Value a = context.settled(given_a);
  const Value b = context.settled(given_b);
  if (is_null(a)) return equal_to_null(b);
  if (is_null(b)) return equal_to_null(a);
  const auto* list_a = a.pointer<value::List>();
  const auto* list_b = b.pointer<value::List>();
  if (list_a != nullptr && list_b != nullptr) {
    if (list_a->sort != list_b->sort) return Truth::no;
    if (!value::is_closed(*list_a) || !value::is_closed(*list_b)) return Truth::unknown;
    if (list_a->members.size() != list_b->members.size()) {
      const bool sure =
          list_a->sort != value::Sort::set || (is_known_whole(a) && is_known_whole(b));
      return sure ? Truth::no : Truth::unknown;
    }
    Truth all = Truth::yes;
    for (std::size_t i = 0; i < list_a->members.size() && all != Truth::no; ++i)
      all = all && equal_at(context, list_a->members[i].value, list_b->members[i].value, depth + 1);
    const bool shuffled = list_a->sort == value::Sort::set && all == Truth::no &&
                          !(is_known_whole(a) && is_known_whole(b));
    return shuffled ? Truth::unknown : all;
  }
  const auto* map_a = a.pointer<value::Map>();
  const auto* map_b = b.pointer<value::Map>();
  if (map_a != nullptr && map_b != nullptr) {
    if (map_a->uniform != map_b->uniform) return Truth::no;
    if (map_a->open || map_b->open) return Truth::unknown;
    if (map_a->entries.size() != map_b->entries.size()) return Truth::no;
    const std::vector<value::MapEntry> entries_a = sorted(*map_a);
    const std::vector<value::MapEntry> entries_b = sorted(*map_b);
    Truth all = Truth::yes;
    for (std::size_t i = 0; i < entries_a.size() && all != Truth::no; ++i) {
      all = entries_a[i].key == entries_b[i].key
                ? all && equal_at(context, entries_a[i].value, entries_b[i].value, depth + 1)
                : Truth::no;
    }
    return all;
  }
  return value::equal(a, b);
}

// What a set's member is ordered by when it is neither text nor number nor boolean.
void write_key(const Value& value, std::string& into, int depth) {
  if (depth > deepest) return;
  if (is_null(value))
    into += '~';
  else if (is_number(value))
    into += number_text(value);
  else if (const bool* flag = value.get<bool>())
    into += *flag ? 'T' : 'F';
  else if (const auto* text = value.get<std::string_view>())
    into += base::format("\"{}\"", *text);
  else if (const auto* list = value.pointer<value::List>()) {
    const bool tuple = list->sort == value::Sort::tuple;
    into += tuple ? '<' : '[';
    for (const value::Member& member : list->members) {
      write_key(member.value, into, depth + 1);
      into += ';';
    }
    into += tuple ? '>' : ']';
  } else if (const auto* map = value.pointer<value::Map>()) {
    into += map->uniform ? '{' : '<';
    for (const value::MapEntry& entry : sorted(*map)) {
      if (map->uniform) into += base::format("\"{}\":", entry.key);
      write_key(entry.value, into, depth + 1);
      into += ';';
    }
    into += map->uniform ? '}' : '>';
  } else {
    into += '?';
  }
}

std::string key_of(const Value& value) {
  std::string made;
  write_key(value, made, 0);
  return made;
}

// 0 for what is known, then what is not, then null.
int rank(const Value& value) {
  if (is_null(value)) return 2;
  return is_known(value) ? 0 : 1;
}

// The operand as a number or boolean; open when it is not known.
Outcome operand(Context& context, const Value& given, const Type& type, source::Span span,
                std::string_view symbol) {
  const Value value = context.settled(given);
  if (!is_known(value)) return value;
  if (is_null(value)) return refused(base::format("`{}` cannot be applied to null", symbol), span);
  Outcome made = convert(value, type, context.scope(), context.arena());
  if (!made) {
    return refused(
        base::format("`{}` needs a {}, and this is {}", symbol, name(type), described(value)),
        span);
  }
  return made;
}

}  // namespace

Truth equal(Context& context, const Value& a, const Value& b) { return equal_at(context, a, b, 0); }

Value truth_value(Context& context, Truth truth, const Value& a, const Value& b) {
  const std::array<Value, 2> sides{context.settled(a), context.settled(b)};
  if (truth != Truth::unknown) return Value::boolean(truth == Truth::yes);
  const value::Undecided* waits = nullptr;
  for (const Value& side : sides)
    waits = value::united(context.arena(), waits, waits_within(context.arena(), side));
  if (waits != nullptr) return value::undecided(context.arena(), {waits->choices});
  return context.open_as(sides);
}

bool SetOrder::less(const Value& a, const Value& b) const {
  context_.spend(1);
  const int rank_a = rank(a);
  const int rank_b = rank(b);
  if (rank_a != rank_b) return rank_a < rank_b;
  if (rank_a != 0) return false;
  const auto* text_a = a.get<std::string_view>();
  const auto* text_b = b.get<std::string_view>();
  if (text_a != nullptr && text_b != nullptr) return *text_a < *text_b;
  if (is_number(a) && is_number(b)) return compare_numbers(a, b) < 0;
  const std::string key_a = key_of(a);
  const std::string key_b = key_of(b);
  context_.spend_text(key_a.size() + key_b.size());
  return key_a < key_b;
}

Outcome operate(Context& context, std::string_view symbol, const Value& left, const Value& right,
                source::Span left_span, source::Span right_span) {
  if (symbol == "==" || symbol == "!=") {
    Truth truth = equal(context, left, right);
    if (symbol == "!=") truth = !truth;
    return truth_value(context, truth, left, right);
  }
  Outcome a = operand(context, left, number_type, left_span, symbol);
  if (!a) return a;
  Outcome b = operand(context, right, number_type, right_span, symbol);
  if (!b) return b;
  if (!is_known(*a) || !is_known(*b)) {
    const std::array<Value, 2> sides{*a, *b};
    return context.open_as(sides);
  }
  if (symbol.front() == '<' || symbol.front() == '>') {
    const int order = compare_numbers(*a, *b);
    const bool holds = symbol.front() == '<' ? order < 0 : order > 0;
    return Value::boolean(holds || (symbol.size() == 2 && order == 0));
  }
  const auto made = calculate(symbol.front(), *a, *b);
  if (!made) return refused("a division by zero", right_span);
  return *made;
}

Outcome operate(Context& context, std::string_view symbol, const Value& given, source::Span span) {
  const bool negates = symbol == "!";
  Outcome made = operand(context, given, negates ? boolean_type : number_type, span, symbol);
  if (!made) return made;
  if (!is_known(*made)) return context.open_as(*made);
  if (negates) return Value::boolean(!*made->get<bool>());
  const auto result = calculate('-', Value::integer(0), *made);
  return result ? *result : *made;
}

Outcome combine(Context& context, std::string_view symbol, const Outcome& left,
                const Outcome& right, source::Span left_span, source::Span right_span) {
  const bool deciding = symbol == "||";
  // Where one side decides alone, null counts as false; it decides nothing itself but in &&.
  const auto side = [&](const Outcome& given, source::Span span) -> Outcome {
    if (!given) return given;
    if (is_null(*given) && !deciding) return Value::boolean(false);
    return is_null(*given) ? given : operand(context, *given, boolean_type, span, symbol);
  };
  Outcome a = side(left, left_span);
  Outcome b = side(right, right_span);
  if (left && !a) return a;
  if (right && !b) return b;
  for (const Outcome* one : {&a, &b}) {
    const bool* flag = *one ? (*one)->get<bool>() : nullptr;
    if (flag != nullptr && *flag == deciding) return Value::boolean(deciding);
  }
  if (!a) return a;
  if (is_null(*a) || (b && is_null(*b)))
    return refused(base::format("`{}` cannot be applied to null", symbol),
                   is_null(*a) ? left_span : right_span);
  const bool first_open = !is_known(*a);
  if (!b) return first_open ? context.open_as(*a) : b;
  if (first_open || !is_known(*b)) {
    const std::array<Value, 2> sides{*a, *b};
    return context.open_as(sides);
  }
  return Value::boolean(!deciding);
}

}  // namespace resilint::dialect::terraform
