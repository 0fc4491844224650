// SPDX-License-Identifier: Apache-2.0
// Programs over values: CEL's semantics with errors, and its partial evaluation with unknowns.
#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <limits>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "cel/arithmetic.h"
#include "cel/cel.h"
#include "cel/names.h"
#include "cel/standard.h"
#include "cel/values.h"

namespace resilint::cel {
namespace {

using value::Membership;
using value::Truth;
using value::Value;

constexpr Budget most_steps = 1'000'000;
constexpr std::size_t items_a_step = 64;  // letters copied or searched, entries passed

constexpr std::string_view doubtful_member = "a member may or may not belong to the list";

bool is_error(const Value& value) { return extension<ErrorValue>(value) != nullptr; }
bool is_bool(const Value& value, bool wanted) {
  const bool* flag = value.get<bool>();
  return flag != nullptr && *flag == wanted;
}
bool settled(const Value& value) {
  return !value.open() && !is_deployed(value) && !is_error(value);
}
bool all_settled(std::span<const Value> values) { return std::ranges::all_of(values, settled); }
bool any_sensitive(std::span<const Value> values) {
  return std::ranges::any_of(values, &Value::sensitive);
}

// What is sure about an integer: itself, or the bounds of an unknown.
struct Bounds {
  std::int64_t minimum;
  std::int64_t maximum;
};
std::optional<Bounds> bounds(const Value& value) {
  if (const auto* number = value.get<std::int64_t>()) return Bounds{*number, *number};
  const auto between = [](const auto* open) -> std::optional<Bounds> {
    if (open == nullptr || (!open->minimum && !open->maximum)) return std::nullopt;
    return Bounds{open->minimum.value_or(std::numeric_limits<std::int64_t>::min()),
                  open->maximum.value_or(std::numeric_limits<std::int64_t>::max())};
  };
  return value.undecided() != nullptr ? between(value.undecided()) : between(value.unknown());
}

// `a < b`, or `a <= b` with `or_equal`, as far as bounds decide it.
Truth less_by_bounds(const Value& a, const Value& b, bool or_equal) {
  const auto left = bounds(a);
  const auto right = bounds(b);
  if (!left || !right) return Truth::unknown;
  if (or_equal ? left->maximum <= right->minimum : left->maximum < right->minimum)
    return Truth::yes;
  if (or_equal ? left->minimum > right->maximum : left->minimum >= right->maximum) return Truth::no;
  return Truth::unknown;
}

bool apart_by_bounds(const Value& a, const Value& b) {
  return less_by_bounds(a, b, false) == Truth::yes || less_by_bounds(b, a, false) == Truth::yes;
}

class Evaluator {
 public:
  Evaluator(const Program& program, const Context& context, base::Arena& arena)
      : program_(program), context_(context), arena_(arena) {
    qualified_ = !context.container.empty() ||
                 std::ranges::any_of(context.bindings, [](const Binding& binding) {
                   return binding.name.find('.') != std::string_view::npos;
                 });
  }

  Value run() {
    const auto root = static_cast<std::uint32_t>(program_.expressions.size() - 1);
    const Value result = evaluate(root);
    // Whatever absorbed the error inside: the answer was not worked out.
    return budget_ == 0 ? exhausted(program_.expressions[root]) : result;
  }

 private:
  // ---- errors and unknowns -----------------------------------------------------------------

  // The message is not copied.
  Value fail(const Expr& at, std::string_view message) {
    return made<ErrorValue>(arena_, message, at.begin, at.end);
  }
  Value fail(const Expr& at, const std::string& message) { return fail(at, arena_.copy(message)); }
  Value fail(const Expr& at, const char* message) { return fail(at, std::string_view(message)); }
  Value exhausted(const Expr& at) { return fail(at, "the expression takes too many steps"); }

  // Gives an error that a function made the place of its call.
  Value placed(const Expr& at, const Value& value) {
    const auto* error = extension<ErrorValue>(value);
    return error != nullptr && error->end == 0 ? fail(at, error->message) : value;
  }

  // The reason is not copied unless it was made here.
  Value unknown(std::string_view reason) { return value::unknown(arena_, reason); }
  Value unknown(const std::string& reason) { return unknown(arena_.copy(reason)); }
  Value unknown(const char* reason) { return unknown(std::string_view(reason)); }

  // Why nothing can be concluded from `value`; nothing when something can. Not its symbol or its
  // bounds: what is made from it is another value.
  std::optional<Value> doubt(const Value& value, int depth = 0) {
    if (const value::Unknown* held = value.unknown()) return unknown(held->reason);
    if (const value::Undecided* held = value.undecided()) return waiting_for(held->choices);
    if (const auto* text = value.pointer<value::Text>()) {
      for (const value::TextPart& part : text->parts) {
        if (part.hole != nullptr && part.hole->open()) return doubt(*part.hole);
      }
    }
    if (const auto* reference = value.pointer<value::Reference>()) {
      return unknown(
          base::format("{} of a resource is known only when deployed",
                       reference->attribute.empty() ? "the name" : reference->attribute));
    }
    if (is_deployed(value))
      return unknown(base::format("{} is known only when deployed", value::display(value)));
    const auto* list = value.pointer<value::List>();
    if (list == nullptr || depth > 8) return std::nullopt;
    for (const value::Member& member : list->members) {
      if (const auto found = doubt(member.value, depth + 1)) return found;
    }
    return is_closed(*list) ? std::nullopt : std::optional(doubt_of(*list, arena_));
  }

  Value undecided(std::span<const Value> operands) {
    const value::Undecided* all = nullptr;
    for (const Value& operand : operands) all = value::united(arena_, all, operand.undecided());
    return waiting_for(all->choices);
  }
  // Without the bounds: what is made from it is another value.
  Value waiting_for(std::span<const value::Choice* const> choices) {
    return value::undecided(arena_, value::Undecided{choices});
  }

  // What an operation gives that needs all of its operands, when not all are settled: an unknown
  // stays unknown whatever is chosen, and both hide an error.
  Value merged(std::span<const Value> operands) {
    const bool sensitive = any_sensitive(operands);
    for (const Value& operand : operands) {
      if (operand.unknown() != nullptr || is_deployed(operand))
        return doubt(operand)->with_sensitive(sensitive);
    }
    return waiting(operands);
  }
  Value merged(const Value& operand) { return merged({&operand, 1}); }

  // The same for operations that one operand alone may decide, so that a choice may decide them.
  Value merged_choices_first(std::span<const Value> operands) {
    const bool waits = std::ranges::any_of(
        operands, [](const Value& operand) { return operand.undecided() != nullptr; });
    return waits ? waiting(operands) : merged(operands);
  }

  Value waiting(std::span<const Value> operands) {
    for (const Value& operand : operands) {
      if (operand.undecided() != nullptr)
        return undecided(operands).with_sensitive(any_sensitive(operands));
    }
    const auto error = std::ranges::find_if(operands, is_error);
    return error == operands.end() ? Value{} : *error;
  }

  // A truth over two values as a value.
  Value answer(Truth truth, const Value& a, const Value& b) {
    const bool sensitive = a.sensitive() || b.sensitive();
    if (truth != Truth::unknown)
      return Value::boolean(truth == Truth::yes).with_sensitive(sensitive);
    auto because = doubt(a);
    if (!because) because = doubt(b);
    return because.value_or(unknown("a part of it is not known")).with_sensitive(sensitive);
  }

  // ---- expressions -------------------------------------------------------------------------

  // The parser bounds how deep expressions stand inside each other.
  Value evaluate(std::uint32_t index) {
    const Expr& expr = program_.expressions[index];
    if (!charge(budget_, 1)) return exhausted(expr);
    const std::span<const std::uint32_t> children = parts(program_, expr);
    switch (expr.op) {
      case Op::null_literal:
        return Value::null();
      case Op::bool_literal:
        return Value::boolean(expr.integer != 0);
      case Op::int_literal:
        return Value::integer(expr.integer);
      case Op::uint_literal:
        return made<Unsigned>(arena_, static_cast<std::uint64_t>(expr.integer));
      case Op::double_literal:
        return Value::real(expr.real);
      case Op::string_literal:
        return Value::string(expr.text);
      case Op::bytes_literal:
        return made<Bytes>(arena_, expr.text);
      case Op::identifier:
        return identifier(expr);
      case Op::select:
        return select(index, children[0]);
      case Op::has:
        return has(expr, evaluate(children[0]));
      case Op::call:
      case Op::member_call:
        return call(expr, children);
      case Op::list:
        return list(children);
      case Op::map:
        return map(expr, children);
      case Op::message:
        return fail(expr, "there are no messages here");
      case Op::conditional:
        return conditional(expr, children);
      case Op::logical_and:
        return logical(expr, children, false);
      case Op::logical_or:
        return logical(expr, children, true);
      case Op::logical_not:
        return logical_not(expr, evaluate(children[0]));
      case Op::negate: {
        const Value operand = evaluate(children[0]);
        if (!settled(operand)) return merged(operand);
        return placed(expr, negated(operand, arena_)).with_sensitive(operand.sensitive());
      }
      case Op::index:
      case Op::equal:
      case Op::not_equal:
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal:
      case Op::in:
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
      case Op::modulo: {
        const Value left = evaluate(children[0]);
        const Value right = evaluate(children[1]);
        return binary(expr, {left, right});
      }
      case Op::all:
        return quantifier(expr, children, false);
      case Op::exists:
        return quantifier(expr, children, true);
      case Op::exists_one:
        return exists_one(expr, children);
      case Op::filter:
      case Op::transform:
        return comprehension(expr, children);
      case Op::transform_map:
        return transform_map(expr, children);
    }
    return fail(expr, "an operation that this version does not know");
  }

  Value binary(const Expr& expr, const std::array<Value, 2>& operands) {
    const auto& [left, right] = operands;
    switch (expr.op) {
      case Op::index:
        return at_index(expr, operands);
      case Op::equal:
        return equality(operands, true);
      case Op::not_equal:
        return equality(operands, false);
      case Op::less:
      case Op::less_equal:
        return less(expr, left, right, expr.op == Op::less_equal);
      case Op::greater:
      case Op::greater_equal:
        return less(expr, right, left, expr.op == Op::greater_equal);
      case Op::in:
        return in(expr, operands);
      default:
        break;
    }
    if (!all_settled(operands)) return merged(operands);
    if (!charge(budget_, size(left) + size(right))) return exhausted(expr);
    return placed(expr, arithmetic(expr.op, left, right, arena_))
        .with_sensitive(any_sensitive(operands));
  }

  // In steps, of what an operation copies or reads.
  static std::uint64_t size(const Value& value) {
    if (const auto* text = value.get<std::string_view>()) return text->size() / items_a_step;
    if (const auto* list = value.pointer<value::List>()) return list->members.size();
    const auto* bytes = extension<Bytes>(value);
    return bytes == nullptr ? 0 : bytes->bytes.size() / items_a_step;
  }

  // ---- names and members -------------------------------------------------------------------

  [[nodiscard]] const Value* local(std::string_view name) const {
    const auto found = std::ranges::find(locals_.rbegin(), locals_.rend(), name, &Binding::name);
    return found == locals_.rend() ? nullptr : &found->value;
  }
  [[nodiscard]] const Value* bound(std::string_view name) const {
    for (std::size_t i = context_.bindings.size(); i > 0; --i) {
      if (context_.bindings[i - 1].name == name) return &context_.bindings[i - 1].value;
    }
    return nullptr;
  }

  Value identifier(const Expr& expr) {
    if (const Value* found = local(expr.text)) return *found;
    const Value* found = resolve(context_.container, expr.text,
                                 [this](std::string_view name) { return bound(name); });
    if (found != nullptr) return *found;
    const std::string_view type = named_type(expr.text);
    if (!type.empty()) return made<TypeValue>(arena_, type);
    return fail(expr, base::format("unknown name `{}`", expr.text));
  }

  // A variable whose name holds dots.
  const Value* qualified(std::uint32_t index) {
    const std::string name = path(program_, index);
    if (name.empty() || local(std::string_view(name).substr(0, name.find('.'))) != nullptr)
      return nullptr;
    return resolve(context_.container, name, [this](std::string_view full) { return bound(full); });
  }

  Value select(std::uint32_t index, std::uint32_t child) {
    const Expr& expr = program_.expressions[index];
    if (qualified_) {
      if (const Value* found = qualified(index)) return *found;
    }
    const Value operand = evaluate(child);
    if (is_error(operand)) {
      const std::string_view type = named_type(path(program_, index));
      return type.empty() ? operand : made<TypeValue>(arena_, type);
    }
    if (!settled(operand)) return merged(operand);
    if (const auto* object = operand.pointer<value::Object>()) {
      const Value found = object->attribute(expr.text);
      if (context_.observer != nullptr) context_.observer->read(*object, expr.text, found);
      // An expression that is nothing but an absent attribute is absent: a `let` guards itself.
      const bool is_whole = &expr == &program_.expressions.back();
      if (!found.absent() || is_whole) return found;
      return fail(expr, base::format("{} of {} is not set", expr.text, object->address()));
    }
    if (const auto* map = operand.pointer<value::Map>())
      return entry(expr, *map, Value::string(expr.text), operand.sensitive());
    return fail(expr, base::format("{} has no members", type_name(operand)));
  }

  Value entry(const Expr& expr, const value::Map& map, const Value& key, bool sensitive) {
    if (!charge(budget_, map.entries.size() / items_a_step)) return exhausted(expr);
    const value::MapEntry* found = find_entry(map, key);
    if (found != nullptr && !found->value.absent())
      return found->value.with_sensitive(sensitive || found->value.sensitive());
    if (map.open) return unknown(map.open_reason).with_sensitive(sensitive);
    return fail(expr, base::format("the map has no key {}",
                                   sensitive ? "that is asked for" : shown_key(key)));
  }

  static std::string shown_key(const Value& key) {
    return key.get<std::string_view>() != nullptr ? value::display(key) : cel::display(key);
  }

  Value has(const Expr& expr, const Value& operand) {
    if (!settled(operand)) return merged(operand);
    if (const auto* object = operand.pointer<value::Object>()) {
      const Truth present = object->has(expr.text);
      if (present != Truth::unknown) return Value::boolean(present == Truth::yes);
      const auto because = doubt(object->attribute(expr.text));
      return because.value_or(
          unknown(base::format("{} of {} may or may not be set", expr.text, object->address())));
    }
    if (const auto* map = operand.pointer<value::Map>())
      return contains_key(expr, *map, Value::string(expr.text));
    return fail(expr, base::format("{} has no members", type_name(operand)));
  }

  Value contains_key(const Expr& expr, const value::Map& map, const Value& key) {
    if (!charge(budget_, map.entries.size() / items_a_step)) return exhausted(expr);
    const value::MapEntry* found = find_entry(map, key);
    if (found == nullptr || found->value.absent())
      return map.open ? unknown(map.open_reason) : Value::boolean(false);
    if (found->value.undecided() != nullptr) return merged(found->value);
    const value::Unknown* held = found->value.unknown();
    return held != nullptr && held->may_be_absent ? unknown(held->reason) : Value::boolean(true);
  }

  Value at_index(const Expr& expr, const std::array<Value, 2>& operands) {
    const auto& [operand, index] = operands;
    if (!all_settled(operands)) return merged(operands);
    const bool sensitive = any_sensitive(operands);
    if (const auto* map = operand.pointer<value::Map>()) return entry(expr, *map, index, sensitive);
    const auto* list = operand.pointer<value::List>();
    if (list == nullptr) return fail(expr, base::format("{} has no elements", type_name(operand)));
    const auto position = whole_number(index);
    if (!position)
      return fail(expr, base::format("a list is indexed by an int, this is {}", type_name(index)));
    if (!is_closed(*list)) return doubt_of(*list, arena_).with_sensitive(sensitive);
    if (*position < 0 || static_cast<std::uint64_t>(*position) >= list->members.size())
      return fail(expr, base::format("there is no element {}, the list has {}", *position,
                                     list->members.size()));
    const Value& found = list->members[static_cast<std::size_t>(*position)].value;
    return found.with_sensitive(sensitive || found.sensitive());
  }

  static std::optional<std::int64_t> whole_number(const Value& value) {
    constexpr double beyond = 9223372036854775808.0;  // 2 to the power of 63
    if (const auto* number = value.get<std::int64_t>()) return *number;
    if (const auto* real = value.get<double>();
        real != nullptr && std::trunc(*real) == *real && *real >= -beyond && *real < beyond)
      return static_cast<std::int64_t>(*real);
    const auto* number = extension<Unsigned>(value);
    if (number == nullptr) return std::nullopt;
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(number->number, largest));
  }

  // What a comprehension goes over.
  struct Range {
    std::span<const value::Member> members;  // of a list, or the keys of a map
    const value::Map* map = nullptr;
    bool open = false;
    std::string_view open_reason;
    const value::Undecided* waits = nullptr;  // of the open end
    bool positions_known = true;              // of a list: the index of each member
    bool sensitive = false;
  };

  // ---- lists and maps ----------------------------------------------------------------------

  // The members from `first` on of those that wait to become a list.
  Value take_list(std::size_t first, const Range& end) {
    const value::List* list = arena_.make<value::List>(
        value::List{take_members(first), end.open, end.open_reason, end.waits});
    return Value(Value::Payload(list));
  }
  std::span<const value::Member> take_members(std::size_t first) {
    const auto taken = arena_.copy(std::span<const value::Member>(members_).subspan(first));
    members_.resize(first);
    return taken;
  }

  Value list(std::span<const std::uint32_t> children) {
    const std::size_t first = members_.size();
    for (const std::uint32_t child : children) {
      const Value value = evaluate(child);
      if (is_error(value)) {
        members_.resize(first);
        return value;
      }
      members_.push_back({value, Membership::definite});
    }
    return take_list(first, Range{});
  }

  Value map(const Expr& expr, std::span<const std::uint32_t> children) {
    std::vector<value::MapEntry> entries;
    entries.reserve(children.size() / 2);
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
      const Value key = evaluate(children[i]);
      const Value held = evaluate(children[i + 1]);
      if (!settled(key)) return merged(key);
      if (is_error(held)) return held;
      const Expr& at = program_.expressions[children[i]];
      const auto encoded = map_key(key, arena_);
      if (!encoded) return fail(at, base::format("{} cannot be a key", type_name(key)));
      if (!charge(budget_, entries.size() / items_a_step)) return exhausted(expr);
      if (find_entry({entries, false, {}}, key) != nullptr)
        return fail(at, base::format("the key {} comes twice", shown_key(key)));
      entries.push_back({*encoded, {}, held});
    }
    return map_of(entries, false, {});
  }
  Value map_of(const std::vector<value::MapEntry>& entries, bool open, std::string_view reason) {
    const value::Map* map = arena_.make<value::Map>(value::Map{arena_.copy(entries), open, reason});
    return Value(Value::Payload(map));
  }

  // ---- logic -------------------------------------------------------------------------------

  Value conditional(const Expr& expr, std::span<const std::uint32_t> children) {
    const Value condition = evaluate(children[0]);
    if (const bool* flag = condition.get<bool>()) return evaluate(children[*flag ? 1 : 2]);
    return settled(condition) ? no_bool(expr, "the condition", condition) : merged(condition);
  }

  Value no_bool(const Expr& at, std::string_view what, const Value& found) {
    return fail(at, base::format("{} is {}, not bool", what, type_name(found)));
  }

  // `absorbing` decides alone, whatever the other side is: false for &&, true for ||.
  Value logical(const Expr& expr, std::span<const std::uint32_t> children, bool absorbing) {
    std::array<Value, 2> sides;
    for (std::size_t i = 0; i < 2; ++i) {
      sides[i] = evaluate(children[i]);
      if (is_bool(sides[i], absorbing)) return sides[i];
      if (settled(sides[i]) && sides[i].get<bool>() == nullptr)
        sides[i] = no_bool(expr, base::format("a side of `{}`", sign(expr.op)), sides[i]);
    }
    if (!all_settled(sides)) return merged_choices_first(sides);
    return Value::boolean(!absorbing).with_sensitive(any_sensitive(sides));
  }

  Value logical_not(const Expr& expr, const Value& operand) {
    if (const bool* flag = operand.get<bool>())
      return Value::boolean(!*flag).with_sensitive(operand.sensitive());
    return settled(operand) ? no_bool(expr, "what `!` negates", operand) : merged(operand);
  }

  Value equality(const std::array<Value, 2>& operands, bool wanted) {
    const auto& [left, right] = operands;
    if (apart_by_bounds(left, right)) return answer(value::truth(!wanted), left, right);
    const bool undecided = left.undecided() != nullptr || right.undecided() != nullptr;
    if (undecided || is_error(left) || is_error(right)) return merged(operands);
    charge(budget_, std::min(size(left), size(right)));
    const Truth equal = equal_values(left, right, budget_);
    return answer(wanted ? equal : !equal, left, right);
  }

  // `small < large`, or `small <= large` with `or_equal`.
  Value less(const Expr& expr, const Value& small, const Value& large, bool or_equal) {
    const Truth sure = less_by_bounds(small, large, or_equal);
    if (sure != Truth::unknown) return answer(sure, small, large);
    const std::array<Value, 2> operands{small, large};
    if (!all_settled(operands)) return merged(operands);
    if (!charge(budget_, std::min(size(small), size(large)))) return exhausted(expr);
    const auto found = order(small, large);
    if (!found)
      return fail(expr,
                  base::format("{} and {} have no order", type_name(small), type_name(large)));
    return answer(value::truth(or_equal ? std::is_lteq(*found) : std::is_lt(*found)), small, large);
  }

  Value in(const Expr& expr, const std::array<Value, 2>& operands) {
    const auto& [wanted, where] = operands;
    if (is_error(wanted) || wanted.undecided() != nullptr || !settled(where))
      return merged(operands);
    const bool sensitive = any_sensitive(operands);
    if (const auto* map = where.pointer<value::Map>()) {
      if (!settled(wanted)) return merged(wanted);
      return contains_key(expr, *map, wanted).with_sensitive(sensitive);
    }
    const auto* list = where.pointer<value::List>();
    if (list == nullptr)
      return fail(expr, base::format("`in` needs a list or a map, this is {}", type_name(where)));
    std::optional<Value> open;
    for (const value::Member& member : list->members) {
      if (apart_by_bounds(wanted, member.value)) continue;
      const Truth equal = equal_values(wanted, member.value, budget_);
      if (budget_ == 0) return exhausted(expr);
      if (equal == Truth::no) continue;
      if (equal == Truth::yes && member.membership == Membership::definite)
        return Value::boolean(true).with_sensitive(sensitive || member.value.sensitive());
      if (!open)
        open = equal == Truth::yes ? doubtful(member) : answer(equal, wanted, member.value);
    }
    if (!open && list->open) open = open_end(list->open_reason, list->waits);
    return open.value_or(Value::boolean(false)).with_sensitive(sensitive);
  }

  // ---- calls -------------------------------------------------------------------------------

  Value call(const Expr& expr, std::span<const std::uint32_t> children) {
    const std::size_t first = arguments_.size();
    for (const std::uint32_t child : children) {
      const Value argument = evaluate(child);
      arguments_.push_back(argument);
    }
    const Value result = invoke(expr, std::span<const Value>(arguments_).subspan(first));
    arguments_.resize(first);
    return result;
  }

  Value invoke(const Expr& expr, std::span<const Value> arguments) {
    const bool member = expr.op == Op::member_call;
    const auto function = std::ranges::find_if(context_.functions, [&](const Function& candidate) {
      return candidate.name == expr.text && candidate.member == member &&
             candidate.parameters.size() == arguments.size();
    });
    if (function == context_.functions.end()) return invoke_standard(expr, member, arguments);
    if (!function->lazy && !all_settled(arguments)) return merged(arguments);
    const Value result = placed(expr, function->call(arena_, arguments));
    return result.with_sensitive(result.sensitive() || any_sensitive(arguments));
  }

  Value invoke_standard(const Expr& expr, bool member, std::span<const Value> arguments) {
    const Standard* function = standard_function(expr.text, member, arguments.size());
    if (function == nullptr) {
      return fail(expr, base::format("there is no function {}() with {}", expr.text,
                                     base::count(arguments.size() - (member ? 1 : 0), "argument",
                                                 "arguments")));
    }
    // dyn() is for the checker.
    if (function->result == TypeKind::dynamic) return arguments.front();
    if (!all_settled(arguments)) return merged(arguments);
    std::uint64_t steps = 0;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      steps += size(arguments[i]);
      if (!function->parameters[i].has(kind_of(arguments[i])))
        return fail(expr,
                    base::format("{}() does not work on {}", expr.text, type_name(arguments[i])));
    }
    // Compiling a pattern costs far more than its letters say.
    if (expr.text == "matches" && !is_literal(expr)) steps += steps_a_pattern;
    if (!charge(budget_, steps)) return exhausted(expr);
    return placed(expr, function->call(arena_, arguments)).with_sensitive(any_sensitive(arguments));
  }

  static constexpr std::uint64_t steps_a_pattern = 5'000;
  [[nodiscard]] bool is_literal(const Expr& call) const {
    return program_.expressions[parts(program_, call).back()].op == Op::string_literal;
  }

  // ---- comprehensions ----------------------------------------------------------------------

  // Nothing when it cannot be gone over: then the comprehension is what is left in `otherwise`.
  std::optional<Range> range(const Expr& expr, std::uint32_t child, Value& otherwise) {
    const Value over = evaluate(child);
    if (!settled(over)) {
      otherwise = merged(over);
      return std::nullopt;
    }
    if (const auto* list = over.pointer<value::List>())
      return Range{list->members, nullptr,          list->open,      list->open_reason,
                   list->waits,   is_closed(*list), over.sensitive()};
    if (const auto* map = over.pointer<value::Map>())
      return Range{keys(*map), map, map->open, map->open_reason, nullptr, true, over.sensitive()};
    otherwise = fail(expr, base::format("expected a list or a map, this is {}", type_name(over)));
    return std::nullopt;
  }

  std::span<const value::Member> keys(const value::Map& map) {
    charge(budget_, map.entries.size());
    const std::size_t first = members_.size();
    for (const value::MapEntry& entry : map.entries) {
      const value::Unknown* held = entry.value.unknown();
      const value::Undecided* waits = entry.value.undecided();
      const bool perhaps = waits != nullptr || (held != nullptr && held->may_be_absent);
      members_.push_back({key_value(entry.key, arena_),
                          perhaps ? Membership::maybe : Membership::definite, waits});
    }
    return take_members(first);
  }

  // The body's value for the member at that position.
  Value apply(const Expr& expr, const Range& range, std::size_t position, std::uint32_t body) {
    const auto [key_name, member_name] = variables(expr);
    const std::size_t outer = locals_.size();
    const auto bind = [&](std::string_view name, const Value& value) {
      locals_.push_back({name, value.with_sensitive(range.sensitive || value.sensitive())});
    };
    const Value& member = range.members[position].value;
    if (key_name.empty()) {
      bind(member_name, member);
    } else if (range.map != nullptr) {
      bind(key_name, member);
      bind(member_name, range.map->entries[position].value);
    } else {
      bind(key_name, range.positions_known ? Value::integer(static_cast<std::int64_t>(position))
                                           : unknown(doubtful_member));
      bind(member_name, member);
    }
    const Value result = evaluate(body);
    locals_.resize(outer);
    return result;
  }

  // Why a member that may not belong keeps the answer open.
  Value doubtful(const value::Member& member) {
    if (member.waits != nullptr) return waiting_for(member.waits->choices);
    if (const auto because = doubt(member.value)) return *because;
    const auto* object = member.value.pointer<value::Object>();
    return object == nullptr ? unknown(doubtful_member)
                             : unknown(doubt_about(*object, "asked for"));
  }

  // Why a list may have members that are not known.
  Value open_end(std::string_view reason, const value::Undecided* waits) {
    return waits == nullptr ? unknown(reason) : waiting_for(waits->choices);
  }

  // What the bodies of a comprehension gave that was neither true nor false.
  struct Leftovers {
    std::optional<Value> undecided;
    std::optional<Value> unknown;
    std::optional<Value> error;
    bool sensitive = false;
  };
  // The condition for one member, true or false; nothing when it is something else.
  std::optional<bool> condition(const Expr& expr, const Range& range, std::size_t position,
                                std::uint32_t body, Leftovers& left) {
    Value holds = apply(expr, range, position, body);
    left.sensitive = left.sensitive || holds.sensitive();
    if (const bool* flag = holds.get<bool>()) return *flag;
    if (settled(holds)) holds = no_bool(program_.expressions[body], "the condition", holds);
    if (!is_error(holds)) {
      add_doubt(merged(holds), left);
    } else if (range.members[position].membership == Membership::definite) {
      if (!left.error) left.error = holds;
    } else {
      add_doubt(doubtful(range.members[position]), left);  // an error only if the member belongs
    }
    return std::nullopt;
  }

  void add_doubt(const Value& doubt, Leftovers& left) {
    if (doubt.undecided() == nullptr) {
      if (!left.unknown) left.unknown = doubt;
      return;
    }
    const std::array<Value, 2> both{left.undecided.value_or(doubt), doubt};
    left.undecided = undecided(both);
  }

  // The answer when no member decided it.
  Value rest(const Range& range, const Leftovers& left, bool otherwise) {
    if (left.undecided) return left.undecided->with_sensitive(left.sensitive);
    if (left.unknown) return left.unknown->with_sensitive(left.sensitive);
    if (range.open) return open_end(range.open_reason, range.waits).with_sensitive(left.sensitive);
    if (left.error) return *left.error;
    return Value::boolean(otherwise).with_sensitive(left.sensitive);
  }

  // exists (`decisive` true) and all (`decisive` false): design section 4's table.
  Value quantifier(const Expr& expr, std::span<const std::uint32_t> children, bool decisive) {
    Value otherwise;
    const auto over = range(expr, children[0], otherwise);
    if (!over) return otherwise;
    Leftovers left;
    for (std::size_t i = 0; i < over->members.size(); ++i) {
      if (budget_ == 0) return exhausted(expr);
      const auto holds = condition(expr, *over, i, children[1], left);
      if (!holds || *holds != decisive) continue;
      if (over->members[i].membership == Membership::definite)
        return Value::boolean(decisive).with_sensitive(left.sensitive);
      add_doubt(doubtful(over->members[i]), left);
    }
    return rest(*over, left, !decisive);
  }

  Value exists_one(const Expr& expr, std::span<const std::uint32_t> children) {
    Value otherwise;
    const auto over = range(expr, children[0], otherwise);
    if (!over) return otherwise;
    Leftovers left;
    std::size_t hits = 0;
    for (std::size_t i = 0; i < over->members.size(); ++i) {
      if (budget_ == 0) return exhausted(expr);
      const auto holds = condition(expr, *over, i, children[1], left);
      if (!holds || !*holds) continue;
      if (over->members[i].membership == Membership::definite)
        ++hits;
      else
        add_doubt(doubtful(over->members[i]), left);
    }
    if (hits >= 2 && !left.error) return Value::boolean(false).with_sensitive(left.sensitive);
    return rest(*over, left, hits == 1);
  }

  // What a filter or a transformation makes of one member.
  struct Kept {
    value::Member member;
    bool dropped = false;
    std::optional<Value> error;
  };
  Kept keep(const Expr& expr, const Range& range, std::size_t position,
            std::span<const std::uint32_t> children) {
    Kept kept{range.members[position], false, std::nullopt};
    const bool transforms = expr.op != Op::filter;
    if (!transforms || children.size() == 3) {
      Leftovers left;
      const auto holds = condition(expr, range, position, children[1], left);
      kept.error = left.error;
      kept.dropped = holds == false;
      if (!holds) {
        if (kept.member.membership == Membership::definite)
          kept.member.membership = Membership::maybe;
        if (left.undecided)
          kept.member.waits = value::united(arena_, kept.member.waits, left.undecided->undecided());
      }
    }
    if (!transforms || kept.dropped || kept.error) return kept;
    kept.member.value = apply(expr, range, position, children.back());
    if (!is_error(kept.member.value)) return kept;
    if (kept.member.membership == Membership::definite)
      kept.error = kept.member.value;
    else
      kept.member.value = unknown(extension<ErrorValue>(kept.member.value)->message);
    return kept;
  }

  // filter, map and transformList.
  Value comprehension(const Expr& expr, std::span<const std::uint32_t> children) {
    Value otherwise;
    const auto over = range(expr, children[0], otherwise);
    if (!over) return otherwise;
    const std::size_t first = members_.size();
    for (std::size_t i = 0; i < over->members.size(); ++i) {
      Kept kept = keep(expr, *over, i, children);
      if (budget_ == 0) kept.error = exhausted(expr);
      if (kept.error) {
        members_.resize(first);
        return *kept.error;
      }
      if (!kept.dropped) members_.push_back(kept.member);
    }
    return take_list(first, *over).with_sensitive(over->sensitive);
  }

  Value transform_map(const Expr& expr, std::span<const std::uint32_t> children) {
    Value otherwise;
    const auto over = range(expr, children[0], otherwise);
    if (!over) return otherwise;
    if (!over->positions_known) return unknown(doubtful_member).with_sensitive(over->sensitive);
    std::vector<value::MapEntry> entries;
    for (std::size_t i = 0; i < over->members.size(); ++i) {
      Kept kept = keep(expr, *over, i, children);
      if (budget_ == 0) kept.error = exhausted(expr);
      if (kept.error) return *kept.error;
      if (kept.dropped) continue;
      if (kept.member.membership != Membership::definite)
        kept.member.value = value::maybe_absent(arena_, doubtful_member);
      const std::string_view key =
          over->map != nullptr
              ? over->map->entries[i].key
              : map_key(Value::integer(static_cast<std::int64_t>(i)), arena_).value_or("");
      entries.push_back({key, {}, kept.member.value});
    }
    return map_of(entries, over->open, over->open_reason).with_sensitive(over->sensitive);
  }

  const Program& program_;
  const Context& context_;
  base::Arena& arena_;
  Budget budget_ = most_steps;
  bool qualified_ = false;  // names may hold dots
  std::vector<Binding> locals_;
  // Stacks of what is being gathered by the expressions under way.
  std::vector<Value> arguments_;
  std::vector<value::Member> members_;
};

}  // namespace

Evaluated evaluate(const Program& program, const Context& context, base::Arena& arena) {
  const Value value = Evaluator(program, context, arena).run();
  if (const auto* error = extension<ErrorValue>(value))
    return {{}, Error{std::string(error->message), error->begin, error->end}};
  return {value, std::nullopt};
}

}  // namespace resilint::cel
