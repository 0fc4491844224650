// SPDX-License-Identifier: Apache-2.0
#include "cel/arithmetic.h"

#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "base/format.h"
#include "cel/time.h"
#include "cel/values.h"

namespace resilint::cel {
namespace {

using value::Value;

Value overflow(std::string_view type, base::Arena& arena) {
  return error(arena, arena.copy(base::format("the result does not fit into {}", type)));
}

template <typename T>
struct Outcome {
  std::optional<T> result;
  bool by_zero = false;
};

template <typename T>
Outcome<T> whole(Op op, T a, T b) {
  T result{};
  const auto checked = [&result](bool overflows) {
    return Outcome<T>{overflows ? std::nullopt : std::optional<T>(result)};
  };
  if (op == Op::add) return checked(__builtin_add_overflow(a, b, &result));
  if (op == Op::subtract) return checked(__builtin_sub_overflow(a, b, &result));
  if (op == Op::multiply) return checked(__builtin_mul_overflow(a, b, &result));
  if (b == 0) return {std::nullopt, true};
  if constexpr (std::is_signed_v<T>) {
    if (a == std::numeric_limits<T>::min() && b == -1) return {};
  }
  return {op == Op::divide ? a / b : a % b};
}

double real(Op op, double a, double b) {
  if (op == Op::add) return a + b;
  if (op == Op::subtract) return a - b;
  return op == Op::multiply ? a * b : a / b;
}

std::string_view joined(std::string_view a, std::string_view b, base::Arena& arena) {
  std::string both;
  both.reserve(a.size() + b.size());
  both.append(a).append(b);
  return arena.copy(both);
}

Value joined(const value::List& a, const value::List& b, base::Arena& arena) {
  std::vector<value::Member> members;
  members.reserve(a.members.size() + b.members.size());
  members.insert(members.end(), a.members.begin(), a.members.end());
  members.insert(members.end(), b.members.begin(), b.members.end());
  const value::List* made = arena.make<value::List>(
      value::List{arena.copy(members), a.open || b.open, a.open ? a.open_reason : b.open_reason});
  return Value(Value::Payload(made));
}

// Of a timestamp or a duration on either side; nothing when there is no such operation.
std::optional<Value> time(Op op, const Value& a, const Value& b, base::Arena& arena) {
  if (op != Op::add && op != Op::subtract) return std::nullopt;
  const auto* point_a = extension<Timestamp>(a);
  const auto* point_b = extension<Timestamp>(b);
  const auto* span_a = extension<Duration>(a);
  const auto* span_b = extension<Duration>(b);
  const auto point = [&arena](const std::optional<Timestamp>& at) {
    return at ? made<Timestamp>(arena, *at) : overflow("a timestamp", arena);
  };
  const auto span = [&arena](const std::optional<std::int64_t>& nanoseconds) {
    return nanoseconds ? made<Duration>(arena, *nanoseconds) : overflow("a duration", arena);
  };
  if (span_a != nullptr && span_b != nullptr)
    return span(whole(op, span_a->nanoseconds, span_b->nanoseconds).result);
  if (op == Op::add && span_a != nullptr && point_b != nullptr)
    return point(add(*point_b, span_a->nanoseconds));
  if (op == Op::add && point_a != nullptr && span_b != nullptr)
    return point(add(*point_a, span_b->nanoseconds));
  if (op == Op::subtract && point_a != nullptr && span_b != nullptr) {
    const auto backwards = whole(Op::subtract, std::int64_t{0}, span_b->nanoseconds).result;
    return point(backwards ? add(*point_a, *backwards) : std::nullopt);
  }
  if (op == Op::subtract && point_a != nullptr && point_b != nullptr) {
    const auto found = between(*point_b, *point_a);
    return span(found ? std::optional(found->nanoseconds) : std::nullopt);
  }
  return std::nullopt;
}

std::optional<Value> concatenation(const Value& a, const Value& b, base::Arena& arena) {
  const auto* text_a = a.get<std::string_view>();
  const auto* text_b = b.get<std::string_view>();
  if (text_a != nullptr && text_b != nullptr) return Value::string(joined(*text_a, *text_b, arena));
  const auto* list_a = a.pointer<value::List>();
  const auto* list_b = b.pointer<value::List>();
  if (list_a != nullptr && list_b != nullptr) return joined(*list_a, *list_b, arena);
  const auto* bytes_a = extension<Bytes>(a);
  const auto* bytes_b = extension<Bytes>(b);
  if (bytes_a != nullptr && bytes_b != nullptr)
    return made<Bytes>(arena, joined(bytes_a->bytes, bytes_b->bytes, arena));
  return std::nullopt;
}

}  // namespace

std::string_view sign(Op op) {
  switch (op) {
    case Op::add:
      return "+";
    case Op::subtract:
    case Op::negate:
      return "-";
    case Op::multiply:
      return "*";
    case Op::divide:
      return "/";
    case Op::modulo:
      return "%";
    case Op::equal:
      return "==";
    case Op::not_equal:
      return "!=";
    case Op::less:
      return "<";
    case Op::less_equal:
      return "<=";
    case Op::greater:
      return ">";
    case Op::greater_equal:
      return ">=";
    case Op::logical_and:
      return "&&";
    case Op::logical_or:
      return "||";
    case Op::logical_not:
      return "!";
    case Op::in:
      return "in";
    default:
      return {};
  }
}

Value arithmetic(Op op, const Value& a, const Value& b, base::Arena& arena) {
  const auto* int_a = a.get<std::int64_t>();
  const auto* int_b = b.get<std::int64_t>();
  if (int_a != nullptr && int_b != nullptr) {
    const auto [result, by_zero] = whole(op, *int_a, *int_b);
    if (by_zero) return error(arena, "division by zero");
    return result ? Value::integer(*result) : overflow("an int", arena);
  }
  const auto* real_a = a.get<double>();
  const auto* real_b = b.get<double>();
  if (real_a != nullptr && real_b != nullptr && op != Op::modulo)
    return Value::real(real(op, *real_a, *real_b));
  const auto* unsigned_a = extension<Unsigned>(a);
  const auto* unsigned_b = extension<Unsigned>(b);
  if (unsigned_a != nullptr && unsigned_b != nullptr) {
    const auto [result, by_zero] = whole(op, unsigned_a->number, unsigned_b->number);
    if (by_zero) return error(arena, "division by zero");
    return result ? made<Unsigned>(arena, *result) : overflow("a uint", arena);
  }
  if (op == Op::add) {
    if (const auto both = concatenation(a, b, arena)) return *both;
  }
  if (const auto result = time(op, a, b, arena)) return *result;
  return error(arena, arena.copy(base::format("`{}` does not work on {} and {}", sign(op),
                                              type_name(a), type_name(b))));
}

Value negated(const Value& operand, base::Arena& arena) {
  if (const auto* real = operand.get<double>()) return Value::real(-*real);
  const auto* number = operand.get<std::int64_t>();
  if (number == nullptr)
    return error(arena, arena.copy(base::format("`-` does not work on {}", type_name(operand))));
  if (*number == std::numeric_limits<std::int64_t>::min()) return overflow("an int", arena);
  return Value::integer(-*number);
}

}  // namespace resilint::cel
