// SPDX-License-Identifier: Apache-2.0
// Numbers.
#include "dialect/terraform/numbers.h"

#include <cmath>

#include "base/format.h"
#include "dialect/terraform/functions.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

Outcome finite(const Call& call, double made) {
  if (!std::isfinite(made)) return call.refuse("the result is no number");
  return number(made);
}

Outcome absolute(Call& call) {
  if (compare_numbers(call.arguments[0], Value::integer(0)) >= 0) return call.arguments[0];
  return *calculate('-', Value::integer(0), call.arguments[0]);
}
Outcome ceiling(Call& call) {
  return to_integer(call.arguments[0]) ? Outcome(call.arguments[0])
                                       : finite(call, std::ceil(to_double(call.arguments[0])));
}
Outcome floor(Call& call) {
  return to_integer(call.arguments[0]) ? Outcome(call.arguments[0])
                                       : finite(call, std::floor(to_double(call.arguments[0])));
}
Outcome logarithm(Call& call) {
  const double base = std::log(to_double(call.arguments[1]));
  return finite(call, std::log(to_double(call.arguments[0])) / base);
}
Outcome power(Call& call) {
  return finite(call, std::pow(to_double(call.arguments[0]), to_double(call.arguments[1])));
}
Outcome sign(Call& call) {
  return Value::integer(compare_numbers(call.arguments[0], Value::integer(0)));
}

Outcome extreme(Call& call, int wanted) {
  Value best = call.arguments[0];
  for (const Value& value : call.arguments) {
    if (compare_numbers(value, best) == wanted) best = value;
  }
  return best;
}
Outcome maximum(Call& call) { return extreme(call, 1); }
Outcome minimum(Call& call) { return extreme(call, -1); }

// 0-9, a-z, and from base 37 on A-Z.
int digit_of(char c, std::int64_t base) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + (base > 36 ? 36 : 10);
  return 99;
}

Outcome parse_integer(Call& call) {
  const auto* given = call.arguments[0].get<std::string_view>();
  if (given == nullptr && !is_known(call.arguments[0]))
    return call.context.open_as(call.arguments[0]);
  if (given == nullptr) return call.refuse(0, "it reads strings only");
  const std::int64_t base = call.whole(1);
  if (base < 2 || base > 62) return call.refuse(1, "a base is from 2 to 62");
  std::string_view text = *given;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  bool valid = !text.empty();
  Value made = Value::integer(0);
  for (const char c : text) {
    const int digit = digit_of(c, base);
    valid = valid && digit < base;
    if (!valid) break;
    const auto shifted = calculate('*', made, Value::integer(base));
    const auto next = shifted ? calculate('+', *shifted, Value::integer(digit)) : std::nullopt;
    if (!next) return call.refuse(0, "the number is too large");
    made = *next;
  }
  if (!valid) return call.refuse(0, base::format("it is no number of base {}", base));
  return negative ? *calculate('-', Value::integer(0), made) : made;
}

constexpr Function table[] = {
    {"abs", {takes::number}, absolute},
    {"ceil", {takes::number}, ceiling},
    {"floor", {takes::number}, floor},
    {"log", {takes::number, takes::number}, logarithm},
    {"max", {takes::number, takes::repeated(takes::number)}, maximum},
    {"min", {takes::number, takes::repeated(takes::number)}, minimum},
    {"parseint", {takes::value, takes::whole}, parse_integer},
    {"pow", {takes::number, takes::number}, power},
    {"signum", {takes::whole}, sign},
};

}  // namespace

std::span<const Function> number_functions() { return table; }

}  // namespace resilint::dialect::terraform
