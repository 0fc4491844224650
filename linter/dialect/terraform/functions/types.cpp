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
    {"ephemeralasnull", {takes::anything}, as_given, true},
    {"issensitive", {takes::anything}, is_sensitive, true},
    {"nonsensitive", {takes::anything}, nonsensitive, true},
    {"sensitive", {takes::anything}, sensitive, true},
    {"tobool", {takes::anything}, to_bool, true},
    {"tolist", {takes::anything}, to_list, true},
    {"tomap", {takes::anything}, to_map, true},
    {"tonumber", {takes::anything}, to_number, true},
    {"toset", {takes::anything}, to_set, true},
    {"tostring", {takes::anything}, to_string, true},
};

}  // namespace

std::span<const Function> type_functions() { return table; }

}  // namespace resilint::dialect::terraform
