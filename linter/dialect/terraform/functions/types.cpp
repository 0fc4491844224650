// SPDX-License-Identifier: Apache-2.0
// Types, and marks.
#include "dialect/terraform/types.h"

#include "base/format.h"
#include "dialect/terraform/functions.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

Outcome to(Call& call, const Type& type) {
  Outcome made = convert(call.context, call.arguments[0], type);
  if (!made) return call.refuse(0, made.error().message);
  return made;
}
Outcome to_string(Call& call) { return to(call, string_type); }
Outcome to_number(Call& call) { return to(call, number_type); }
Outcome to_bool(Call& call) { return to(call, boolean_type); }
Outcome to_list(Call& call) { return to(call, list_of_any); }
Outcome to_set(Call& call) { return to(call, set_of_any); }
Outcome to_map(Call& call) { return to(call, map_of_any); }

Outcome sensitive(Call& call) { return call.arguments[0].with_sensitive(true); }
// Only its own mark, not those of its parts.
Outcome nonsensitive(Call& call) { return call.arguments[0].with_sensitive(false); }
Outcome is_sensitive(Call& call) {
  // What is not known yet may turn out to be.
  if (call.arguments[0].open() && !call.arguments[0].sensitive())
    return call.context.open_as(call.arguments[0]);
  return Value::boolean(call.arguments[0].sensitive());
}
Outcome as_given(Call& call) { return call.arguments[0]; }

constexpr Function table[] = {
    {"ephemeralasnull", {takes::anything}, as_given, Marks::hand_on},
    {"issensitive", {takes::anything}, is_sensitive, Marks::own},
    {"nonsensitive", {takes::anything}, nonsensitive, Marks::own},
    {"sensitive", {takes::anything}, sensitive, Marks::hand_on},
    {"tobool", {takes::anything}, to_bool, Marks::hand_on},
    {"tolist", {takes::anything}, to_list, Marks::hand_on},
    {"tomap", {takes::anything}, to_map, Marks::hand_on},
    {"tonumber", {takes::anything}, to_number, Marks::hand_on},
    {"toset", {takes::anything}, to_set, Marks::hand_on},
    {"tostring", {takes::anything}, to_string, Marks::hand_on},
};

}  // namespace

std::span<const Function> type_functions() { return table; }

}  // namespace resilint::dialect::terraform
