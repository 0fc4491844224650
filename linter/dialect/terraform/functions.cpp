// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/functions.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/format.h"
#include "base/text.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/types.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

using Table = std::unordered_map<std::string_view, const Function*>;

const Table& table() {
  static const Table made = [] {
    Table all;
    for (const auto& family :
         {collection_functions(), date_functions(), encoding_functions(), file_functions(),
          hashing_functions(), network_functions(), number_functions(), string_functions(),
          type_functions(), opaque_functions()}) {
      for (const Function& function : family) all.emplace(function.name, &function);
    }
    return all;
  }();
  return made;
}

std::string arity(const Function& function) {
  std::size_t least = 0;
  bool any = false;
  for (std::size_t i = 0; i < function.count; ++i) {
    if (!function.parameters[i].repeated && !function.parameters[i].optional) ++least;
    any = any || function.parameters[i].repeated;
  }
  if (any) return base::format("at least {}", base::count(least, "argument", "arguments"));
  if (least == function.count) return base::count(least, "argument", "arguments");
  return base::format("{} to {} arguments", least, function.count);
}

bool fits(const Function& function, std::size_t given) {
  std::size_t least = 0;
  std::size_t most = 0;
  for (std::size_t i = 0; i < function.count; ++i) {
    const Parameter& parameter = function.parameters[i];
    if (!parameter.repeated && !parameter.optional) ++least;
    most = parameter.repeated ? given : most + 1;
  }
  return given >= least && given <= most;
}

std::string_view wanted(Takes takes) {
  switch (takes) {
    case Takes::text:
    case Takes::string:
      return "a string";
    case Takes::number:
      return "a number";
    case Takes::whole:
      return "a whole number";
    case Takes::boolean:
      return "a bool";
    case Takes::list:
      return "a list, tuple or set";
    case Takes::strings:
      return "a list of strings";
    case Takes::set:
      return "a set";
    case Takes::map:
      return "a map or object";
    default:
      return "a value";
  }
}

// The argument as the parameter needs it. What is not known is left as it is.
Outcome prepared(Context& context, const Parameter& parameter, const Value& given) {
  switch (parameter.takes) {
    case Takes::anything:
      return given;
    case Takes::value:
      return context.settled(given);
    case Takes::text:
      return convert(context, given, string_type);
    case Takes::string:
      return convert(context, context.settled(given), string_type);
    case Takes::number:
      return convert(context, context.settled(given), number_type);
    case Takes::whole: {
      Outcome made = convert(context, context.settled(given), number_type);
      if (made && made->get<double>() != nullptr) return refused("it has a fraction");
      return made;
    }
    case Takes::boolean:
      return convert(context, context.settled(given), boolean_type);
    case Takes::strings:
      return convert(context, context.settled(given), list_of_string);
    case Takes::set:
      return convert(context, context.settled(given), set_of_any);
    default:
      break;
  }
  Value value = context.settled(given);
  const bool list = parameter.takes == Takes::list && value.pointer<value::List>() != nullptr;
  const bool map = parameter.takes == Takes::map && value.pointer<value::Map>() != nullptr;
  // Instances of which nobody knows how many there are: a map, where for_each makes them.
  const auto* some = value.pointer<value::List>();
  if (parameter.takes == Takes::map && some != nullptr && some->members.size() == 1 &&
      some->members.front().membership == value::Membership::any_number)
    return context.unknown("how many instances there are is not known");
  if (list || map || is_null(value) || value.open() || value.pointer<value::Reference>() != nullptr)
    return value;
  return refused("");
}

bool opens(const Parameter& parameter, const Value& value) {
  if (parameter.takes == Takes::anything || parameter.takes == Takes::value) return false;
  if (parameter.takes == Takes::text) return value.undecided() != nullptr;
  return !is_known(value);
}

// The members of a list that a function made are decided where the list is.
Value with_place(Context& context, const Value& made, const value::Origin* origin,
                 source::Span span) {
  const auto* list = made.pointer<value::List>();
  if (list == nullptr || made.is_written()) return made;
  const bool bare = std::ranges::any_of(list->members, [](const value::Member& member) {
    return member.value.origin() == nullptr && !member.value.is_written();
  });
  if (!bare) return made;
  std::vector<value::Member> members(list->members.begin(), list->members.end());
  for (value::Member& member : members) {
    if (member.value.origin() == nullptr && !member.value.is_written())
      member.value = member.value.with_origin(origin).with_written(span);
  }
  value::List placed = *list;
  placed.members = context.arena().copy(members);
  return made.with_payload(context.arena().make<value::List>(placed));
}

}  // namespace

const Function* function_named(std::string_view name) {
  if (name.starts_with("core::")) name.remove_prefix(std::string_view("core::").size());
  const auto found = table().find(name);
  return found == table().end() ? nullptr : found->second;
}

tl::unexpected<Refusal> no_such_function(std::string_view name, source::Span place) {
  std::vector<std::string_view> names;
  for (const auto& [known, function] : table()) names.push_back(known);
  std::ranges::sort(names);
  const std::string_view near = base::nearest(name, names);
  return refused(near.empty()
                     ? base::format("there is no function {}", name)
                     : base::format("there is no function {}; did you mean {}?", name, near),
                 place);
}

Outcome apply(const Function& function, Call& call) {
  Context& context = call.context;
  if (!fits(function, call.size())) {
    return call.refuse(
        base::format("it has {}, and {} given", arity(function),
                     call.size() == 1 ? std::string("1 is") : base::format("{} are", call.size())));
  }
  bool sensitive = false;
  std::vector<Value> open;
  for (std::size_t i = 0; i < call.size(); ++i) {
    const Parameter& parameter = function.parameter(i);
    const Value& given = call.arguments[i];
    sensitive = sensitive || (function.marks == Marks::hand_on && given.sensitive()) ||
                (function.marks == Marks::spread && sensitive_within(given));
    if (is_null(given) && !parameter.nullable)
      return call.refuse(i, base::format("argument {} is null", i + 1));
    Outcome made = prepared(context, parameter, given);
    if (!made) {
      const bool plain = is_known(given) && !sensitive_within(given);
      return call.refuse(
          i,
          base::format("argument {} is {}, and {} is needed{}", i + 1, described(given),
                       wanted(parameter.takes),
                       !plain || made.error().message.empty() ? "" : ": " + made.error().message));
    }
    if (is_null(*made) && !parameter.nullable)
      return call.refuse(i, base::format("argument {} is null", i + 1));
    if (opens(parameter, *made)) open.push_back(*made);
    call.arguments[i] = *made;
  }
  Outcome made = open.empty() ? function.apply(call) : Outcome(context.open_as(open));
  // Messages show what they are about.
  const bool secret = std::ranges::any_of(call.arguments, sensitive_within);
  if (!made && secret) return call.refuse("it cannot use what it is given, which is sensitive");
  if (!made) return made;
  if (context.spent()) return context.too_large();
  Value result = *made;
  const value::Origin* origin = origin_from(call.arguments, call.span, context.arena());
  if (result.origin() == nullptr && !result.open()) {
    result = with_place(context, result, origin, call.span).with_origin(origin);
  }
  return result.with_sensitive(result.sensitive() || sensitive).with_written(call.span);
}

}  // namespace resilint::dialect::terraform
