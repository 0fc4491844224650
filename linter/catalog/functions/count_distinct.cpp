// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "catalog/functions/functions.h"

namespace resilint::catalog {
namespace {

using value::Membership;
using value::Truth;
using value::Value;

std::string_view reason_of(const Value& value) {
  if (const value::Unknown* unknown = value.unknown()) return unknown->reason;
  return "some members are known only when deployed";
}

// Adds the value unless it surely equals one that is there.
void add_new(std::vector<Value>& different, const Value& value) {
  const bool there = std::ranges::any_of(
      different, [&value](const Value& other) { return value::equal(value, other) == Truth::yes; });
  if (!there) different.push_back(value);
}

// Adds the value if it surely differs from all that are there.
void add_apart(std::vector<Value>& apart, const Value& value) {
  const bool differs = std::ranges::all_of(
      apart, [&value](const Value& other) { return value::equal(value, other) == Truth::no; });
  if (differs) apart.push_back(value);
}

Value call(base::Arena& arena, std::span<const Value> arguments) {
  const auto* list = arguments[0].pointer<value::List>();
  if (list == nullptr)
    return value::unknown(arena, "count_distinct() is called on something that is not a list");
  std::vector<Value> possible;  // as many as there can be at most
  std::vector<Value> apart;     // as many as there surely are
  bool bounded = !list->open;
  std::string_view reason = list->open_reason;
  for (const value::Member& member : list->members) {
    if (member.membership == Membership::any_number) bounded = false;
    add_new(possible, member.value);
    if (member.membership == Membership::definite) add_apart(apart, member.value);
    if (reason.empty() && member.value.open()) reason = reason_of(member.value);
  }
  const auto least = static_cast<std::int64_t>(apart.size());
  const auto most = static_cast<std::int64_t>(possible.size());
  if (bounded && least == most) return Value::integer(least);
  value::Unknown unknown;
  unknown.reason =
      reason.empty() ? std::string_view("some members may be equal, or may not belong") : reason;
  unknown.minimum = least;
  if (bounded) unknown.maximum = most;
  return Value(Value::Payload(arena.make<value::Unknown>(unknown)));
}

constexpr cel::Type parameters[] = {{cel::TypeKind::list, nullptr, nullptr, {}}};

}  // namespace

constexpr cel::Function count_distinct{
    .name = "count_distinct",
    .member = true,
    .parameters = parameters,
    .result = {cel::TypeKind::integer, nullptr, nullptr, {}},
    .call = call,
};

}  // namespace resilint::catalog
