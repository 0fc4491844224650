// SPDX-License-Identifier: Apache-2.0
// Programs over values: CEL's semantics with errors, and its partial evaluation with unknowns.
#include "cel/evaluate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/format.h"

namespace resilint::cel {
namespace {

using value::Membership;
using value::Truth;
using value::Value;

constexpr std::uint64_t most_steps = 4'000'000;  // then the expression is an error, not a hang

bool is_error(const Value& value) { return extension<ErrorValue>(value) != nullptr; }
bool is_true(const Value& value) {
  const bool* flag = value.get<bool>();
  return flag != nullptr && *flag;
}
bool is_false(const Value& value) {
  const bool* flag = value.get<bool>();
  return flag != nullptr && !*flag;
}
// Text and references whose letters exist only once they are deployed.
bool deployed(const Value& value) {
  return value.pointer<value::Text>() != nullptr || value.pointer<value::Reference>() != nullptr;
}

class Evaluator {
 public:
  Evaluator(const Program& program, const Context& context, base::Arena& arena)
      : program_(program), context_(context), arena_(arena) {}

  Value run() { return evaluate(static_cast<std::uint32_t>(program_.expressions.size() - 1)); }

 private:
  // ---- values
  // --------------------------------------------------------------------------------------

  Value fail(const Expr& at, std::string_view message) {
    auto* made = arena_.make<ErrorValue>(message);
    made->begin = at.begin;
    made->end = at.end;
    return Value(Value::Payload(static_cast<const value::Extension*>(made)));
  }
  // Gives an error that a function made the place of its call.
  Value placed(const Expr& at, const Value& value) {
    const auto* error = extension<ErrorValue>(value);
    return error != nullptr && error->end == 0 ? fail(at, error->message) : value;
  }
  Value unknown(std::string_view reason) { return value::unknown(arena_, reason); }
  Value truth(Truth truth, const Value& because) {
    if (truth != Truth::unknown) return Value::boolean(truth == Truth::yes);
    return because.open() ? plain_unknown(because) : unknown("it is known only when deployed");
  }
  // The same reason without the symbol and bounds of what caused it.
  Value plain_unknown(const Value& value) {
    const value::Unknown* from = value.unknown();
    return from == nullptr ? Value(value.payload()) : unknown(from->reason);
  }
  // Of several undecided values all parameters count; unknown beats undecided, and both an error.
  Value merged(std::span<const Value> operands) {
    const Value* error = nullptr;
    std::vector<std::string_view> parameters;
    for (const Value& operand : operands) {
      if (operand.unknown() != nullptr) return plain_unknown(operand);
      if (deployed(operand)) return unknown("it is known only when deployed");
      if (const auto* undecided = operand.undecided())
        parameters.insert(parameters.end(), undecided->parameters.begin(),
                          undecided->parameters.end());
      if (error == nullptr && is_error(operand)) error = &operand;
    }
    if (parameters.empty()) return error == nullptr ? Value{} : *error;
    std::ranges::sort(parameters);
    parameters.erase(std::ranges::unique(parameters).begin(), parameters.end());
    const value::Undecided undecided{arena_.copy(parameters)};
    return Value(Value::Payload(arena_.make<value::Undecided>(undecided)));
  }
  static bool settled(const Value& value) {
    return !value.open() && !deployed(value) && !is_error(value);
  }
  static bool all_settled(std::span<const Value> values) {
    return std::ranges::all_of(values, settled);
  }

  [[nodiscard]] std::span<const std::uint32_t> children(const Expr& expr) const {
    return program_.children.subspan(expr.first, expr.count);
  }

  // ---- expressions
  // ---------------------------------------------------------------------------------

  // The parser bounds how deep expressions stand inside each other.
  Value evaluate(std::uint32_t index) {
    const Expr& expr = program_.expressions[index];
    if (++steps_ > most_steps) return fail(expr, "the expression takes too many steps");
    const std::span<const std::uint32_t> parts = children(expr);
    switch (expr.op) {
      case Op::null_literal:
        return Value::null();
      case Op::bool_literal:
        return Value::boolean(expr.integer != 0);
      case Op::int_literal:
        return Value::integer(expr.integer);
      case Op::uint_literal:
        return unsigned_integer(arena_, static_cast<std::uint64_t>(expr.integer));
      case Op::double_literal:
        return Value::real(expr.real);
      case Op::string_literal:
        return Value::string(expr.text);
      case Op::bytes_literal:
        return Value(
            Value::Payload(static_cast<const value::Extension*>(arena_.make<Bytes>(expr.text))));
      case Op::identifier:
        return identifier(expr);
      case Op::select:
        return select(expr, evaluate(parts[0]));
      case Op::has:
        return has(expr, evaluate(parts[0]));
      case Op::index:
        return at_index(expr, evaluate(parts[0]), evaluate(parts[1]));
      case Op::call:
      case Op::member_call:
        return call(expr, parts);
      case Op::list:
        return list(parts);
      case Op::map:
        return map(expr, parts);
      case Op::message:
        return fail(expr, "messages are not known here");
      case Op::conditional:
        return conditional(expr, parts);
      case Op::logical_and:
        return logical(expr, parts, false);
      case Op::logical_or:
        return logical(expr, parts, true);
      case Op::logical_not:
        return logical_not(expr, evaluate(parts[0]));
      case Op::negate:
        return negate(expr, evaluate(parts[0]));
      case Op::equal:
        return equality(evaluate(parts[0]), evaluate(parts[1]), true);
      case Op::not_equal:
        return equality(evaluate(parts[0]), evaluate(parts[1]), false);
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal:
        return compare(expr, evaluate(parts[0]), evaluate(parts[1]));
      case Op::in:
        return in(expr, evaluate(parts[0]), evaluate(parts[1]));
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
      case Op::modulo: {
        const Value a = evaluate(parts[0]);
        const Value b = evaluate(parts[1]);
        return arithmetic(expr, a, b).with_sensitive(a.sensitive() || b.sensitive());
      }
      case Op::all:
        return quantifier(expr, parts, false);
      case Op::exists:
        return quantifier(expr, parts, true);
      case Op::exists_one:
        return exists_one(expr, parts);
      case Op::filter:
      case Op::transform:
        return comprehension(expr, parts);
    }
    return fail(expr, "an unknown operation");
  }

  Value identifier(const Expr& expr) {
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
      if (local->name == expr.text) return local->value;
    }
    for (auto binding = context_.bindings.rbegin(); binding != context_.bindings.rend();
         ++binding) {
      if (binding->name == expr.text) return binding->value;
    }
    static constexpr std::array<std::string_view, 11> types{"bool",      "int",   "uint", "double",
                                                            "string",    "bytes", "list", "map",
                                                            "null_type", "type",  "dyn"};
    const auto* type = std::ranges::find(types, expr.text);
    if (type != types.end())
      return Value(
          Value::Payload(static_cast<const value::Extension*>(arena_.make<TypeValue>(*type))));
    return fail(expr, arena_.copy(base::format("undeclared reference to `{}`", expr.text)));
  }

  Value select(const Expr& expr, const Value& operand) {
    if (!settled(operand)) return merged({&operand, 1});
    if (const auto* object = operand.pointer<value::Object>()) {
      const Value found = object->attribute(expr.text);
      if (context_.observer != nullptr) context_.observer->read(*object, expr.text, found);
      // An expression that is nothing but an absent attribute is absent: a `let` guards itself.
      const bool whole = &expr == &program_.expressions.back();
      if (found.absent() && whole) return found;
      if (found.absent())
        return fail(expr,
                    arena_.copy(base::format("{} of {} is not set", expr.text, object->address())));
      return found;
    }
    if (const auto* map = operand.pointer<value::Map>()) return entry(expr, *map, expr.text);
    return fail(expr, "no such overload: a member of something that has none");
  }

  Value entry(const Expr& expr, const value::Map& map, std::string_view key) {
    if (const value::MapEntry* found = map.find(key)) return found->value;
    if (map.open) return unknown(map.open_reason);
    return fail(expr, arena_.copy(base::format("no such key: {}", key)));
  }

  Value has(const Expr& expr, const Value& operand) {
    if (!settled(operand)) return merged({&operand, 1});
    if (const auto* object = operand.pointer<value::Object>()) {
      const Truth present = object->has(expr.text);
      if (present != Truth::unknown) return Value::boolean(present == Truth::yes);
      const Value held = object->attribute(expr.text);
      return truth(present, held.open() ? held : unknown("it may or may not be set"));
    }
    if (const auto* map = operand.pointer<value::Map>()) {
      const value::MapEntry* found = map->find(expr.text);
      if (found == nullptr) return map->open ? unknown(map->open_reason) : Value::boolean(false);
      const value::Unknown* open = found->value.unknown();
      if (open != nullptr && open->may_be_absent) return unknown(open->reason);
      return Value::boolean(!found->value.absent());
    }
    return fail(expr, "no such overload: has() of something that has no members");
  }

  Value at_index(const Expr& expr, const Value& operand, const Value& index) {
    const std::array<Value, 2> both{operand, index};
    if (!all_settled(both)) return merged(both);
    if (const auto* map = operand.pointer<value::Map>()) {
      const std::optional<std::string_view> key = map_key(index);
      return key ? entry(expr, *map, *key) : fail(expr, "no such key");
    }
    const auto* list = operand.pointer<value::List>();
    if (list == nullptr)
      return fail(expr, "no such overload: an index into something that is no list or map");
    std::optional<std::int64_t> number;
    if (const auto* whole = index.get<std::int64_t>()) number = *whole;
    if (const auto* positive = extension<Unsigned>(index);
        positive != nullptr && positive->number < (1ULL << 62U))
      number = static_cast<std::int64_t>(positive->number);
    if (const auto* real = index.get<double>();
        real != nullptr && std::floor(*real) == *real && std::abs(*real) < 1e15)
      number = static_cast<std::int64_t>(*real);
    if (!number) return fail(expr, "no such overload: a list's index is an int");
    if (list->open) return unknown(list->open_reason);
    const bool sure = std::ranges::all_of(list->members, [](const value::Member& member) {
      return member.membership == Membership::definite;
    });
    if (!sure) return unknown("some members may or may not belong to the list");
    if (*number < 0 || static_cast<std::size_t>(*number) >= list->members.size())
      return fail(expr, arena_.copy(base::format("index out of bounds: {}", *number)));
    return list->members[static_cast<std::size_t>(*number)].value;
  }

  // Keys of maps are kept as text: 1, 1u and 1.0 are one key, the text "1" is another.
  std::optional<std::string_view> map_key(const Value& key) {
    if (const auto* text = key.get<std::string_view>()) return *text;
    if (const bool* flag = key.get<bool>())
      return *flag ? "\x01true"
                   : "\x01"
                     "false";
    if (const auto* number = key.get<std::int64_t>())
      return arena_.copy(base::format("\x02{}", *number));
    if (const auto* number = extension<Unsigned>(key))
      return arena_.copy(base::format("\x02{}", number->number));
    if (const auto* real = key.get<double>();
        real != nullptr && std::floor(*real) == *real && std::abs(*real) < 1e18) {
      return arena_.copy(base::format("\x02{}", static_cast<std::int64_t>(*real)));
    }
    return std::nullopt;
  }
  Value key_value(std::string_view key) {
    if (key.starts_with('\x01')) return Value::boolean(key.substr(1) == "true");
    if (key.starts_with('\x02')) {
      const std::array<Value, 1> digits{Value::string(key.substr(1))};
      return call_standard("int", arena_, digits);
    }
    return Value::string(key);
  }

  Value list(std::span<const std::uint32_t> parts) {
    std::vector<value::Member> members;
    for (const std::uint32_t part : parts) {
      const Value value = evaluate(part);
      if (is_error(value)) return value;
      members.push_back({value, Membership::definite});
    }
    return list_of(members, false, {});
  }
  Value list_of(const std::vector<value::Member>& members, bool open, std::string_view reason) {
    const value::List made{arena_.copy(members), open, reason};
    return Value(Value::Payload(arena_.make<value::List>(made)));
  }

  Value map(const Expr& expr, std::span<const std::uint32_t> parts) {
    std::vector<value::MapEntry> entries;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
      const std::array<Value, 2> pair{evaluate(parts[i]), evaluate(parts[i + 1])};
      if (is_error(pair[0])) return pair[0];
      if (is_error(pair[1])) return pair[1];
      if (!settled(pair[0])) return merged({pair.data(), 1});
      const std::optional<std::string_view> key = map_key(pair[0]);
      if (!key || pair[0].get<double>() != nullptr) return fail(expr, "unsupported key type");
      if (std::ranges::find(entries, *key, &value::MapEntry::key) != entries.end())
        return fail(expr, "Failed with repeated key");
      entries.push_back({*key, {}, pair[1]});
    }
    const value::Map made{arena_.copy(entries), false, {}};
    return Value(Value::Payload(arena_.make<value::Map>(made)));
  }

  // ---- logic
  // ---------------------------------------------------------------------------------------

  Value conditional(const Expr& expr, std::span<const std::uint32_t> parts) {
    const Value condition = evaluate(parts[0]);
    if (is_true(condition)) return evaluate(parts[1]);
    if (is_false(condition)) return evaluate(parts[2]);
    if (!settled(condition)) return merged({&condition, 1});
    return fail(expr, "no such overload: the condition is not a bool");
  }

  // `absorbing` decides alone, whatever the other side is: false for &&, true for ||.
  Value logical(const Expr& expr, std::span<const std::uint32_t> parts, bool absorbing) {
    const auto absorbs = [absorbing](const Value& value) {
      const bool* flag = value.get<bool>();
      return flag != nullptr && *flag == absorbing;
    };
    std::array<Value, 2> sides;
    for (std::size_t i = 0; i < 2; ++i) {
      sides[i] = evaluate(parts[i]);
      if (absorbs(sides[i])) return Value::boolean(absorbing);
      if (settled(sides[i]) && sides[i].get<bool>() == nullptr)
        sides[i] = fail(expr, "no such overload: a side is not a bool");
    }
    if (!all_settled(sides)) return merged(sides);
    return Value::boolean(!absorbing);
  }

  Value logical_not(const Expr& expr, const Value& operand) {
    if (const bool* flag = operand.get<bool>()) return Value::boolean(!*flag);
    return settled(operand) ? fail(expr, "no such overload: ! of something that is no bool")
                            : merged({&operand, 1});
  }

  Value equality(const Value& a, const Value& b, bool wanted) {
    const std::array<Value, 2> both{a, b};
    const bool bounded = excluded_by_bounds(a, b) || excluded_by_bounds(b, a);
    if (bounded) return Value::boolean(!wanted);
    if (is_error(a) || is_error(b)) return merged(both);
    if (a.undecided() != nullptr || b.undecided() != nullptr) return merged(both);
    const Truth equal = equal_values(a, b);
    if (equal == Truth::unknown) return truth(equal, a.open() ? a : b);
    return Value::boolean((equal == Truth::yes) == wanted);
  }

  static bool excluded_by_bounds(const Value& a, const Value& b) {
    const value::Unknown* unknown = a.unknown();
    const auto* number = b.get<std::int64_t>();
    if (unknown == nullptr || number == nullptr) return false;
    return (unknown->minimum && *number < *unknown->minimum) ||
           (unknown->maximum && *number > *unknown->maximum);
  }

  // What is sure about an integer: itself, or the bounds of an unknown.
  struct Range {
    std::int64_t minimum;
    std::int64_t maximum;
  };
  static std::optional<Range> range(const Value& value) {
    if (const auto* number = value.get<std::int64_t>()) return Range{*number, *number};
    const value::Unknown* unknown = value.unknown();
    if (unknown == nullptr || (!unknown->minimum && !unknown->maximum)) return std::nullopt;
    return Range{unknown->minimum.value_or(std::numeric_limits<std::int64_t>::min()),
                 unknown->maximum.value_or(std::numeric_limits<std::int64_t>::max())};
  }

  Value compare(const Expr& expr, const Value& a, const Value& b) {
    const std::array<Value, 2> both{a, b};
    const bool wants_less = expr.op == Op::less || expr.op == Op::less_equal;
    const bool or_equal = expr.op == Op::less_equal || expr.op == Op::greater_equal;
    if (a.unknown() != nullptr || b.unknown() != nullptr) {
      const auto left = range(a);
      const auto right = range(b);
      if (left && right) {
        const Range& small = wants_less ? *left : *right;
        const Range& large = wants_less ? *right : *left;
        const bool always =
            or_equal ? small.maximum <= large.minimum : small.maximum < large.minimum;
        const bool never =
            or_equal ? small.minimum > large.maximum : small.minimum >= large.maximum;
        if (always || never) return Value::boolean(always);
      }
    }
    if (!all_settled(both)) return merged(both);
    const std::optional<int> found = order(a, b);
    if (!found)
      return fail(expr, arena_.copy(base::format("no such overload: {} compared with {}",
                                                 type_name(a), type_name(b))));
    if (*found == 2) return Value::boolean(false);  // NaN
    if (*found == 0) return Value::boolean(or_equal);
    return Value::boolean((*found < 0) == wants_less);
  }

  Value in(const Expr& expr, const Value& wanted, const Value& where) {
    const std::array<Value, 2> both{wanted, where};
    if (is_error(wanted) || !settled(where)) return merged(both);
    if (const auto* map = where.pointer<value::Map>()) {
      if (!settled(wanted)) return merged(both);
      const std::optional<std::string_view> key = map_key(wanted);
      if (key && map->find(*key) != nullptr) return Value::boolean(true);
      return map->open ? unknown(map->open_reason) : Value::boolean(false);
    }
    const auto* list = where.pointer<value::List>();
    if (list == nullptr) return fail(expr, "no such overload: `in` needs a list or a map");
    std::optional<Value> doubt;
    for (const value::Member& member : list->members) {
      const Truth equal = equal_values(wanted, member.value);
      if (equal == Truth::no) continue;
      if (equal == Truth::yes && member.membership == Membership::definite)
        return Value::boolean(true);
      if (!doubt) doubt = truth(Truth::unknown, wanted.open() ? wanted : member.value);
    }
    if (doubt) return *doubt;
    return list->open ? unknown(list->open_reason) : Value::boolean(false);
  }

  // ---- arithmetic
  // ----------------------------------------------------------------------------------

  Value negate(const Expr& expr, const Value& operand) {
    if (!settled(operand)) return merged({&operand, 1});
    if (const auto* real = operand.get<double>()) return Value::real(-*real);
    const auto* number = operand.get<std::int64_t>();
    if (number == nullptr) return fail(expr, "no such overload: - of something that is no number");
    if (*number == std::numeric_limits<std::int64_t>::min())
      return fail(expr, "return error for overflow");
    return Value::integer(-*number);
  }

  template <typename T>
  std::optional<T> whole_arithmetic(Op op, T a, T b, std::string_view& wrong) {
    T result{};
    wrong = "return error for overflow";
    switch (op) {
      case Op::add:
        return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
      case Op::subtract:
        return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
      case Op::multiply:
        return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
      default:
        break;
    }
    if (b == 0) {
      wrong = op == Op::divide ? "divide by zero" : "modulus by zero";
      return std::nullopt;
    }
    if constexpr (std::is_signed_v<T>) {
      if (a == std::numeric_limits<T>::min() && b == -1) return std::nullopt;
    }
    return op == Op::divide ? a / b : a % b;
  }

  Value arithmetic(const Expr& expr, const Value& a, const Value& b) {
    const std::array<Value, 2> both{a, b};
    if (!all_settled(both)) return merged(both);
    std::string_view wrong;
    const auto* whole_a = a.get<std::int64_t>();
    const auto* whole_b = b.get<std::int64_t>();
    if (whole_a != nullptr && whole_b != nullptr) {
      const auto result = whole_arithmetic(expr.op, *whole_a, *whole_b, wrong);
      return result ? Value::integer(*result) : fail(expr, wrong);
    }
    const auto* unsigned_a = extension<Unsigned>(a);
    const auto* unsigned_b = extension<Unsigned>(b);
    if (unsigned_a != nullptr && unsigned_b != nullptr) {
      const auto result = whole_arithmetic(expr.op, unsigned_a->number, unsigned_b->number, wrong);
      return result ? unsigned_integer(arena_, *result) : fail(expr, wrong);
    }
    const auto* real_a = a.get<double>();
    const auto* real_b = b.get<double>();
    if (real_a != nullptr && real_b != nullptr && expr.op != Op::modulo) {
      switch (expr.op) {
        case Op::add:
          return Value::real(*real_a + *real_b);
        case Op::subtract:
          return Value::real(*real_a - *real_b);
        case Op::multiply:
          return Value::real(*real_a * *real_b);
        default:
          return Value::real(*real_a / *real_b);
      }
    }
    if (expr.op == Op::add) {
      const auto* text_a = a.get<std::string_view>();
      const auto* text_b = b.get<std::string_view>();
      if (text_a != nullptr && text_b != nullptr)
        return Value::string(concatenated(*text_a, *text_b));
      const auto* bytes_a = extension<Bytes>(a);
      const auto* bytes_b = extension<Bytes>(b);
      if (bytes_a != nullptr && bytes_b != nullptr) {
        return Value(Value::Payload(static_cast<const value::Extension*>(
            arena_.make<Bytes>(concatenated(bytes_a->bytes, bytes_b->bytes)))));
      }
      const auto* list_a = a.pointer<value::List>();
      const auto* list_b = b.pointer<value::List>();
      if (list_a != nullptr && list_b != nullptr) {
        std::vector<value::Member> members(list_a->members.begin(), list_a->members.end());
        members.insert(members.end(), list_b->members.begin(), list_b->members.end());
        return list_of(members, list_a->open || list_b->open,
                       list_a->open ? list_a->open_reason : list_b->open_reason);
      }
    }
    return fail(
        expr, arena_.copy(base::format("no such overload: {} and {}", type_name(a), type_name(b))));
  }

  std::string_view concatenated(std::string_view a, std::string_view b) {
    std::string both;
    both.reserve(a.size() + b.size());
    both.append(a).append(b);
    return arena_.copy(both);
  }

  // ---- calls
  // ---------------------------------------------------------------------------------------

  Value call(const Expr& expr, std::span<const std::uint32_t> parts) {
    const bool member = expr.op == Op::member_call;
    std::vector<Value> arguments;
    for (const std::uint32_t part : parts) arguments.push_back(evaluate(part));
    const auto function = std::ranges::find_if(context_.functions, [&](const Function& candidate) {
      return candidate.name == expr.text && candidate.member == member &&
             candidate.parameters.size() == arguments.size();
    });
    const bool found = function != context_.functions.end();
    if ((!found || !function->lazy) && !all_settled(arguments)) {
      // What a value is not known to be can still be passed through.
      if (!found && expr.text == "dyn" && arguments.size() == 1) return arguments.front();
      return merged(arguments);
    }
    const bool sensitive = std::ranges::any_of(arguments, &Value::sensitive);
    if (found) return placed(expr, function->call(arena_, arguments)).with_sensitive(sensitive);
    if (!standard(expr.text))
      return fail(expr, arena_.copy(base::format("unbound function: {}", expr.text)));
    return placed(expr, call_standard(expr.text, arena_, arguments)).with_sensitive(sensitive);
  }

  // ---- comprehensions
  // ------------------------------------------------------------------------------

  struct Ranged {
    std::span<const value::Member> members;
    bool open = false;
    std::string_view open_reason;
  };
  // The members of a list, or the keys of a map; an error or unknown instead in `otherwise`.
  std::optional<Ranged> ranged(const Expr& expr, std::uint32_t part, Value& otherwise) {
    const Value over = evaluate(part);
    if (!settled(over)) {
      otherwise = merged({&over, 1});
      return std::nullopt;
    }
    if (const auto* list = over.pointer<value::List>())
      return Ranged{list->members, list->open, list->open_reason};
    if (const auto* map = over.pointer<value::Map>()) {
      std::vector<value::Member> keys;
      for (const value::MapEntry& entry : map->entries) {
        const value::Unknown* open = entry.value.unknown();
        keys.push_back({key_value(entry.key), open != nullptr && open->may_be_absent
                                                  ? Membership::maybe
                                                  : Membership::definite});
      }
      return Ranged{arena_.copy(keys), map->open, map->open_reason};
    }
    otherwise = fail(
        expr, arena_.copy(base::format("no such overload: {} is no list or map", type_name(over))));
    return std::nullopt;
  }

  Value with_local(const Expr& expr, const Value& value, std::uint32_t body) {
    locals_.push_back({expr.text, value});
    const Value result = evaluate(body);
    locals_.pop_back();
    return result;
  }

  // Why a member that may not belong keeps the answer open.
  Value doubt(const value::Member& member) {
    if (member.value.open()) return plain_unknown(member.value);
    const auto* object = member.value.pointer<value::Object>();
    if (object == nullptr) return unknown("a member may or may not belong to the list");
    return unknown(arena_.copy(base::format("{} may or may not belong here", object->address())));
  }

  // exists (`decisive` true) and all (`decisive` false): design section 4's table.
  Value quantifier(const Expr& expr, std::span<const std::uint32_t> parts, bool decisive) {
    Value otherwise;
    const std::optional<Ranged> range = ranged(expr, parts[0], otherwise);
    if (!range) return otherwise;
    std::optional<Value> open;
    std::optional<Value> error;
    for (const value::Member& member : range->members) {
      const Value holds = with_local(expr, member.value, parts[1]);
      const bool* flag = holds.get<bool>();
      if (flag != nullptr) {
        if (*flag != decisive) continue;
        if (member.membership == Membership::definite) return Value::boolean(decisive);
        if (!open) open = doubt(member);
      } else if (is_error(holds)) {
        if (!error) error = holds;
      } else if (!settled(holds)) {
        if (!open) open = merged({&holds, 1});
      } else if (!error) {
        error = fail(expr, "no such overload: the predicate is not a bool");
      }
    }
    if (open) return *open;
    if (range->open) return unknown(range->open_reason);
    return error ? *error : Value::boolean(!decisive);
  }

  Value exists_one(const Expr& expr, std::span<const std::uint32_t> parts) {
    Value otherwise;
    const std::optional<Ranged> range = ranged(expr, parts[0], otherwise);
    if (!range) return otherwise;
    std::size_t hits = 0;
    std::optional<Value> open;
    for (const value::Member& member : range->members) {
      const Value holds = with_local(expr, member.value, parts[1]);
      const bool* flag = holds.get<bool>();
      if (is_error(holds)) return holds;
      if (flag == nullptr && settled(holds))
        return fail(expr, "no such overload: the predicate is not a bool");
      if (flag != nullptr && !*flag) continue;
      if (flag != nullptr && member.membership == Membership::definite)
        ++hits;
      else if (!open)
        open = flag == nullptr ? merged({&holds, 1}) : doubt(member);
    }
    if (hits >= 2) return Value::boolean(false);
    if (open) return *open;
    if (range->open) return unknown(range->open_reason);
    return Value::boolean(hits == 1);
  }

  // filter(x, predicate), map(x, transform) and map(x, predicate, transform).
  Value comprehension(const Expr& expr, std::span<const std::uint32_t> parts) {
    Value otherwise;
    const std::optional<Ranged> range = ranged(expr, parts[0], otherwise);
    if (!range) return otherwise;
    const bool filters = expr.op == Op::filter || parts.size() == 3;
    const bool transforms = expr.op == Op::transform;
    std::vector<value::Member> kept;
    for (const value::Member& member : range->members) {
      Membership membership = member.membership;
      if (filters) {
        const Value holds = with_local(expr, member.value, parts[1]);
        if (is_error(holds)) return holds;
        if (is_false(holds)) continue;
        if (!is_true(holds)) {
          if (settled(holds)) return fail(expr, "no such overload: the predicate is not a bool");
          if (membership == Membership::definite) membership = Membership::maybe;
        }
      }
      Value value = member.value;
      if (transforms) value = with_local(expr, member.value, parts.back());
      if (is_error(value)) return value;
      kept.push_back({value, membership});
    }
    return list_of(kept, range->open, range->open_reason);
  }

  const Program& program_;
  const Context& context_;
  base::Arena& arena_;
  std::vector<Binding> locals_;
  std::uint64_t steps_ = 0;
};

}  // namespace

Evaluated evaluate(const Program& program, const Context& context, base::Arena& arena) {
  const Value value = Evaluator(program, context, arena).run();
  if (const auto* error = extension<ErrorValue>(value))
    return {{}, Error{std::string(error->message), error->begin, error->end}};
  return {value, std::nullopt};
}

}  // namespace resilint::cel
