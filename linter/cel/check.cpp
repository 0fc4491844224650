// SPDX-License-Identifier: Apache-2.0
// Types, names, and the proof that optional attributes are read behind has().
#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/regex.h"
#include "base/text.h"
#include "cel/arithmetic.h"
#include "cel/cel.h"
#include "cel/names.h"
#include "cel/standard.h"
#include "cel/values.h"

namespace resilint::cel {
namespace {

constexpr Type simple(TypeKind kind) { return {kind, nullptr, nullptr, {}}; }
constexpr Type dynamic = simple(TypeKind::dynamic);
constexpr Type boolean = simple(TypeKind::boolean);

bool is(const Type& type, TypeKind kind) { return type.kind == kind; }
bool is_dynamic(const Type& type) { return is(type, TypeKind::dynamic); }
bool is_number(const Type& type) {
  return is(type, TypeKind::integer) || is(type, TypeKind::unsigned_integer) ||
         is(type, TypeKind::real);
}
bool is_time(const Type& type) {
  return is(type, TypeKind::timestamp) || is(type, TypeKind::duration);
}

const Type& element_of(const Type& type) {
  return type.element == nullptr ? dynamic : *type.element;
}
const Type& key_of(const Type& type) { return type.key == nullptr ? dynamic : *type.key; }

bool same(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.kinds != b.kinds) return false;
  if (!is(a, TypeKind::list) && !is(a, TypeKind::map)) return true;
  return same(element_of(a), element_of(b)) && same(key_of(a), key_of(b));
}

bool one_of(std::string_view kind, std::string_view alternatives) {
  const std::vector<std::string_view> all = base::split(alternatives, '|');
  return std::ranges::find(all, kind) != all.end();
}
// Whether an object of either type may be of the other, too.
bool overlap(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return true;
  return std::ranges::any_of(base::split(a, '|'),
                             [b](std::string_view kind) { return one_of(kind, b); });
}

// Whether values of both types can ever be equal.
bool comparable(const Type& a, const Type& b) {
  if (is_dynamic(a) || is_dynamic(b)) return true;
  if (is(a, TypeKind::null) || is(b, TypeKind::null)) return true;
  if (is_number(a) && is_number(b)) return true;
  if (a.kind != b.kind) return false;
  if (is(a, TypeKind::object)) return overlap(a.kinds, b.kinds);
  if (is(a, TypeKind::list)) return comparable(element_of(a), element_of(b));
  if (is(a, TypeKind::map))
    return comparable(element_of(a), element_of(b)) && comparable(key_of(a), key_of(b));
  return true;
}

bool has_order(const Type& type) {
  return is_dynamic(type) || is_number(type) || is_time(type) || is(type, TypeKind::string) ||
         is(type, TypeKind::boolean) || is(type, TypeKind::bytes);
}

// Whether a value of the type `given` may stand where `wanted` is expected.
bool fits(const Type& given, const Type& wanted) {
  if (is_dynamic(given) || is_dynamic(wanted)) return true;
  if (is(wanted, TypeKind::object) && is(given, TypeKind::object))
    return overlap(given.kinds, wanted.kinds);
  return given.kind == wanted.kind;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view near = base::nearest(word, known);
  return near.empty() ? std::string{} : base::format("did you mean `{}`?", near);
}

// Paths that are proven present: "queue.redrive_policy".
using Facts = std::set<std::string>;

Facts both(const Facts& a, const Facts& b) {
  Facts made;
  std::ranges::set_intersection(a, b, std::inserter(made, made.end()));
  return made;
}
Facts either(Facts a, const Facts& b) {
  a.insert(b.begin(), b.end());
  return a;
}

class Checker {
 public:
  Checker(const Program& program, const Environment& environment, base::Arena& arena, Checked& into)
      : program_(program), environment_(environment), arena_(arena), into_(into) {}

  void run() {
    const auto root = static_cast<std::uint32_t>(program_.expressions.size() - 1);
    into_.type = check(root, Facts(environment_.guarded.begin(), environment_.guarded.end()));
    const Facts proven = facts(root, true);
    into_.guards.assign(proven.begin(), proven.end());
    into_.needs.assign(needs_.begin(), needs_.end());
  }

 private:
  [[nodiscard]] const Expr& at(std::uint32_t index) const { return program_.expressions[index]; }
  [[nodiscard]] std::span<const std::uint32_t> children_of(const Expr& expr) const {
    return parts(program_, expr);
  }

  Type problem(std::uint32_t begin, std::uint32_t end, std::string message,
               std::string suggestion = {}) {
    into_.problems.push_back({std::move(message), std::move(suggestion), begin, end});
    return dynamic;
  }
  Type problem(const Expr& expr, std::string message, std::string suggestion = {}) {
    return problem(expr.begin, expr.end, std::move(message), std::move(suggestion));
  }
  // At the name that ends a selection.
  Type problem_at_name(const Expr& expr, std::string message, std::string suggestion = {}) {
    const auto quotes = expr.end > 0 && program_.text[expr.end - 1] == '`' ? 2U : 0U;
    const auto size = static_cast<std::uint32_t>(expr.text.size()) + quotes;
    const bool selects = expr.op == Op::select && size <= expr.end - expr.begin;
    return problem(selects ? expr.end - size : expr.begin, expr.end, std::move(message),
                   std::move(suggestion));
  }

  Type list_of(const Type& element) {
    return {TypeKind::list, arena_.make<Type>(element), nullptr, {}};
  }

  // The type that holds the values of both.
  Type joined(const Type& a, const Type& b) {
    if (same(a, b)) return a;
    if (is(a, TypeKind::list) && is(b, TypeKind::list)) {
      if (a.element == nullptr) return b;
      if (b.element == nullptr) return a;
      return list_of(joined(*a.element, *b.element));
    }
    if (!is(a, TypeKind::object) || !is(b, TypeKind::object)) return dynamic;
    if (a.kinds.empty() || b.kinds.empty()) return simple(TypeKind::object);
    std::string kinds(a.kinds);
    for (const std::string_view kind : base::split(b.kinds, '|')) {
      if (!one_of(kind, kinds)) kinds.append("|").append(kind);
    }
    return {TypeKind::object, nullptr, nullptr, arena_.copy(kinds)};
  }

  // ---- proofs ------------------------------------------------------------------------------

  // What is proven present when the expression is `holds`.
  [[nodiscard]] Facts facts(std::uint32_t index, bool holds) const {
    const Expr& expr = at(index);
    const std::span<const std::uint32_t> children = children_of(expr);
    switch (expr.op) {
      case Op::has: {
        const std::string outer = holds ? path(program_, children[0]) : std::string{};
        return outer.empty() ? Facts{} : Facts{base::format("{}.{}", outer, expr.text)};
      }
      case Op::logical_not:
        return facts(children[0], !holds);
      case Op::logical_and:
      case Op::logical_or: {
        // A true `&&` makes both sides true; a false one only says that one of them is false.
        const bool all = (expr.op == Op::logical_and) == holds;
        const Facts left = facts(children[0], holds);
        const Facts right = facts(children[1], holds);
        return all ? either(left, right) : both(left, right);
      }
      case Op::conditional: {
        const bool never_then = is_bool(children[1], !holds);
        const bool never_else = is_bool(children[2], !holds);
        const Facts then = with(facts(children[0], true), children[1], holds);
        const Facts otherwise = with(facts(children[0], false), children[2], holds);
        return never_then ? otherwise : never_else ? then : both(then, otherwise);
      }
      default:
        return {};
    }
  }
  [[nodiscard]] bool is_bool(std::uint32_t index, bool wanted) const {
    return at(index).op == Op::bool_literal && (at(index).integer != 0) == wanted;
  }
  [[nodiscard]] Facts with(const Facts& known, std::uint32_t index, bool holds) const {
    return either(facts(index, holds), known);
  }

  // What filters have proven of each member of a list, about a variable called `name`.
  [[nodiscard]] Facts facts_of_members(std::uint32_t index, std::string_view name) const {
    Facts made;
    while (at(index).op == Op::filter) {
      const Expr& filter = at(index);
      const std::string prefix = base::format("{}.", filter.text);
      for (const std::string& fact : facts(children_of(filter)[1], true)) {
        if (fact.starts_with(prefix))
          made.insert(base::format("{}.{}", name, std::string_view(fact).substr(prefix.size())));
      }
      index = children_of(filter)[0];
    }
    return made;
  }

  // ---- expressions -------------------------------------------------------------------------

  Type check(std::uint32_t index, const Facts& known) {
    const Expr& expr = at(index);
    const std::span<const std::uint32_t> children = children_of(expr);
    switch (expr.op) {
      case Op::null_literal:
        return simple(TypeKind::null);
      case Op::bool_literal:
        return boolean;
      case Op::int_literal:
        return simple(TypeKind::integer);
      case Op::uint_literal:
        return simple(TypeKind::unsigned_integer);
      case Op::double_literal:
        return simple(TypeKind::real);
      case Op::string_literal:
        return simple(TypeKind::string);
      case Op::bytes_literal:
        return simple(TypeKind::bytes);
      case Op::identifier:
        return identifier(expr);
      case Op::select:
        return select(index, known);
      case Op::has:
        return has(expr, known);
      case Op::call:
      case Op::member_call:
        return call(expr, known);
      case Op::list:
        return list(children, known);
      case Op::map:
        return map(children, known);
      case Op::message:
        return problem(expr, "there are no messages here", "write a map, `{\"name\": value}`");
      case Op::conditional: {
        need_bool(children[0], known);
        const Type then = check(children[1], with(known, children[0], true));
        const Type otherwise = check(children[2], with(known, children[0], false));
        return joined(then, otherwise);
      }
      case Op::logical_and:
      case Op::logical_or:
        need_bool(children[0], known);
        need_bool(children[1], with(known, children[0], expr.op == Op::logical_and));
        return boolean;
      case Op::logical_not:
        need_bool(children[0], known);
        return boolean;
      case Op::negate:
        return negate(expr, check(children[0], known));
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
        const Type left = check(children[0], known);
        const Type right = check(children[1], known);
        return binary(expr, left, right);
      }
      case Op::all:
      case Op::exists:
      case Op::exists_one:
      case Op::filter:
      case Op::transform:
      case Op::transform_map:
        return comprehension(expr, known);
    }
    return dynamic;
  }

  void need_bool(std::uint32_t index, const Facts& known) {
    const Type type = check(index, known);
    if (!is_dynamic(type) && !is(type, TypeKind::boolean))
      problem(at(index), base::format("expected bool, this is {}", display(type)));
  }

  // ---- names and members -------------------------------------------------------------------

  [[nodiscard]] const Variable* local(std::string_view name) const {
    const auto found = std::ranges::find(locals_.rbegin(), locals_.rend(), name, &Variable::name);
    return found == locals_.rend() ? nullptr : &*found;
  }
  [[nodiscard]] const Variable* variable(std::string_view name) const {
    return resolve(environment_.container, name, [this](std::string_view full) -> const Variable* {
      for (std::size_t i = environment_.variables.size(); i > 0; --i) {
        if (environment_.variables[i - 1].name == full) return &environment_.variables[i - 1];
      }
      return nullptr;
    });
  }

  Type identifier(const Expr& expr) {
    if (const Variable* found = local(expr.text)) return found->type;
    if (const Variable* found = variable(expr.text)) return found->type;
    if (!named_type(expr.text).empty()) return simple(TypeKind::type);
    std::vector<std::string_view> names;
    for (const Variable& known : environment_.variables) names.push_back(known.name);
    for (const Variable& known : locals_) names.push_back(known.name);
    return problem(expr, base::format("unknown name `{}`", expr.text),
                   did_you_mean(expr.text, names));
  }

  // A variable or a type whose name holds dots.
  std::optional<Type> qualified(std::uint32_t index) const {
    const std::string name = path(program_, index);
    if (name.empty() || local(std::string_view(name).substr(0, name.find('.'))) != nullptr)
      return std::nullopt;
    if (const Variable* found = variable(name)) return found->type;
    if (!named_type(name).empty()) return simple(TypeKind::type);
    return std::nullopt;
  }

  // The attribute of an object, which all kinds that it may be of must have.
  std::optional<Attribute> attribute(const Expr& expr, const Type& object) {
    std::optional<Attribute> all;
    if (environment_.kinds == nullptr || object.kinds.empty()) return Attribute{dynamic, false};
    for (const std::string_view kind : base::split(object.kinds, '|')) {
      const auto found = environment_.kinds->attribute(kind, expr.text);
      if (!found) {
        problem_at_name(expr, base::format("{} has no attribute `{}`", kind, expr.text),
                        did_you_mean(expr.text, environment_.kinds->attributes(kind)));
        return std::nullopt;
      }
      if (!all) {
        all = found;
      } else {
        all->type = joined(all->type, found->type);
        all->optional = all->optional || found->optional;
      }
    }
    return all;
  }

  Type select(std::uint32_t index, const Facts& known) {
    const Expr& expr = at(index);
    if (const auto found = qualified(index)) return *found;
    const Type type = check(children_of(expr)[0], known);
    if (is(type, TypeKind::map)) {
      if (!comparable(key_of(type), simple(TypeKind::string))) {
        return problem_at_name(
            expr, base::format("the keys of {} are {}", display(type), display(key_of(type))),
            "write the key in brackets, `[1]`");
      }
      return element_of(type);
    }
    if (is_dynamic(type)) return dynamic;
    if (!is(type, TypeKind::object))
      return problem_at_name(expr, base::format("{} has no members", display(type)));
    const auto found = attribute(expr, type);
    if (!found) return dynamic;
    const std::string name = path(program_, index);
    if (name.empty() || !known.contains(name)) unguarded(expr, type, *found, name);
    return found->type;
  }

  void unguarded(const Expr& expr, const Type& object, const Attribute& attribute,
                 const std::string& name) {
    for (const std::string_view kind : base::split(object.kinds, '|'))
      needs_.insert(base::format("{}.{}", kind, expr.text));
    if (!attribute.optional) return;
    if (name.empty()) {
      problem_at_name(expr,
                      base::format("{} may be absent, and has() can only guard names", expr.text),
                      "go over a list, `.filter(x, has(x.name))`, or name the object first");
    } else {
      problem_at_name(expr, base::format("{} may be absent", expr.text),
                      base::format("guard it: `has({}) && …`", name));
    }
  }

  Type has(const Expr& expr, const Facts& known) {
    const Type type = check(children_of(expr)[0], known);
    if (is(type, TypeKind::object))
      attribute(expr, type);
    else if (!is_dynamic(type) && !is(type, TypeKind::map))
      problem(expr, base::format("has() asks objects and maps, this is {}", display(type)));
    return boolean;
  }

  // ---- lists and maps ----------------------------------------------------------------------

  Type list(std::span<const std::uint32_t> children, const Facts& known) {
    if (children.empty()) return simple(TypeKind::list);
    Type element = check(children[0], known);
    for (const std::uint32_t child : children.subspan(1))
      element = joined(element, check(child, known));
    return list_of(element);
  }

  Type map(std::span<const std::uint32_t> children, const Facts& known) {
    if (children.empty()) return simple(TypeKind::map);
    std::optional<Type> key;
    std::optional<Type> element;
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
      const Type next = check(children[i], known);
      static constexpr KindSet keys{TypeKind::dynamic, TypeKind::boolean, TypeKind::integer,
                                    TypeKind::unsigned_integer, TypeKind::string};
      if (!keys.has(next.kind))
        problem(at(children[i]), base::format("{} cannot be a key", display(next)));
      const Type held = check(children[i + 1], known);
      key = key ? joined(*key, next) : next;
      element = element ? joined(*element, held) : held;
    }
    return {TypeKind::map, arena_.make<Type>(*element), arena_.make<Type>(*key), {}};
  }

  Type comprehension(const Expr& expr, const Facts& known) {
    const std::span<const std::uint32_t> children = children_of(expr);
    const Type range = check(children[0], known);
    const auto [key_name, member_name] = variables(expr);
    const bool is_map = is(range, TypeKind::map);
    Type key = dynamic;
    Type member = dynamic;
    if (is(range, TypeKind::list)) {
      key = simple(TypeKind::integer);
      member = element_of(range);
    } else if (is_map) {
      key = key_of(range);
      member = key_name.empty() ? key : element_of(range);
    } else if (!is_dynamic(range)) {
      problem(at(children[0]),
              base::format("expected a list or a map, this is {}", display(range)));
    }
    // What is proven of an outer variable of the same name says nothing of this one.
    Facts inner = facts_of_members(children[0], member_name);
    for (const std::string& fact : known) {
      const std::string_view root = std::string_view(fact).substr(0, fact.find('.'));
      const bool shadowed = root == member_name || (!key_name.empty() && root == key_name);
      if (!shadowed) inner.insert(fact);
    }
    const std::size_t outer = locals_.size();
    if (!key_name.empty()) locals_.push_back({key_name, key});
    locals_.push_back({member_name, member});
    const bool transforms = expr.op == Op::transform || expr.op == Op::transform_map;
    const bool filters = !transforms || children.size() == 3;
    if (filters) need_bool(children[1], inner);
    Type result = expr.op == Op::filter ? list_of(member) : boolean;
    if (transforms) {
      const Type made = check(children.back(), filters ? with(inner, children[1], true) : inner);
      result = list_of(made);
      if (expr.op == Op::transform_map)
        result = {TypeKind::map, arena_.make<Type>(made), arena_.make<Type>(key), {}};
    }
    locals_.resize(outer);
    return result;
  }

  // ---- operators ---------------------------------------------------------------------------

  Type negate(const Expr& expr, const Type& type) {
    if (is_dynamic(type) || is(type, TypeKind::integer) || is(type, TypeKind::real)) return type;
    return problem(expr, base::format("`-` does not work on {}", display(type)));
  }

  Type binary(const Expr& expr, const Type& left, const Type& right) {
    switch (expr.op) {
      case Op::index:
        return index(expr, left, right);
      case Op::equal:
      case Op::not_equal:
        if (!comparable(left, right))
          problem(expr, base::format("{} and {} are never equal", display(left), display(right)));
        return boolean;
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal:
        if (!has_order(left) || !has_order(right) || !comparable(left, right))
          problem(expr, base::format("{} and {} have no order", display(left), display(right)));
        return boolean;
      case Op::in:
        return in(expr, left, right);
      default:
        return arithmetic(expr, left, right);
    }
  }

  Type index(const Expr& expr, const Type& operand, const Type& position) {
    if (is_dynamic(operand)) return dynamic;
    const Expr& inside = at(children_of(expr)[1]);
    if (is(operand, TypeKind::list)) {
      if (!is_dynamic(position) && !is_number(position))
        problem(inside, base::format("a list is indexed by an int, this is {}", display(position)));
      return element_of(operand);
    }
    if (is(operand, TypeKind::map)) {
      if (!comparable(position, key_of(operand)) || is(position, TypeKind::null))
        problem(inside, base::format("the keys of {} are {}, this is {}", display(operand),
                                     display(key_of(operand)), display(position)));
      return element_of(operand);
    }
    return problem(expr, base::format("{} has no elements", display(operand)));
  }

  Type in(const Expr& expr, const Type& wanted, const Type& where) {
    const bool list = is(where, TypeKind::list);
    if (!is_dynamic(where) && !list && !is(where, TypeKind::map)) {
      problem(at(children_of(expr)[1]),
              base::format("`in` needs a list or a map, this is {}", display(where)));
    } else if (!comparable(wanted, list ? element_of(where) : key_of(where))) {
      problem(expr, base::format("{} is never in {}", display(wanted), display(where)));
    }
    return boolean;
  }

  static bool joins(const Type& type) {
    return is(type, TypeKind::string) || is(type, TypeKind::bytes) || is(type, TypeKind::list);
  }

  // Whether the operator works on some value of that type, on one side or the other.
  static bool works_on(Op op, const Type& type) {
    if (is_dynamic(type)) return true;
    if (is_number(type)) return op != Op::modulo || !is(type, TypeKind::real);
    if (is_time(type)) return op == Op::add || op == Op::subtract;
    return op == Op::add && joins(type);
  }

  Type arithmetic(const Expr& expr, const Type& left, const Type& right) {
    const auto nowhere = [&] {
      const bool numbers = is_number(left) && is_number(right) && expr.op != Op::modulo;
      return problem(expr,
                     base::format("`{}` does not work on {} and {}", sign(expr.op), display(left),
                                  display(right)),
                     numbers ? "convert one side, `double(x)` or `int(x)`" : "");
    };
    if (!works_on(expr.op, left) || !works_on(expr.op, right)) return nowhere();
    if (is_time(left) || is_time(right)) return times(expr, left, right).value_or(dynamic);
    if (is_dynamic(left)) return right;
    if (is_dynamic(right)) return left;
    if (is(left, TypeKind::list) && is(right, TypeKind::list)) return joined(left, right);
    return left.kind == right.kind ? left : nowhere();
  }

  // One side at least is a timestamp or a duration.
  std::optional<Type> times(const Expr& expr, const Type& left, const Type& right) {
    if (is_dynamic(left) || is_dynamic(right)) return std::nullopt;
    const bool left_is_point = is(left, TypeKind::timestamp);
    const bool right_is_point = is(right, TypeKind::timestamp);
    const bool adds = expr.op == Op::add;
    if (!is_time(left) || !is_time(right) || (left_is_point && right_is_point && adds) ||
        (!left_is_point && right_is_point && !adds))
      return problem(expr, base::format("`{}` does not work on {} and {}", sign(expr.op),
                                        display(left), display(right)));
    return simple(left_is_point != right_is_point ? TypeKind::timestamp : TypeKind::duration);
  }

  // ---- calls -------------------------------------------------------------------------------

  Type call(const Expr& expr, const Facts& known) {
    const bool member = expr.op == Op::member_call;
    std::vector<Type> given;
    for (const std::uint32_t child : children_of(expr)) given.push_back(check(child, known));
    const Function* named = nullptr;
    for (const Function& function : environment_.functions) {
      if (function.name != expr.text || function.member != member) continue;
      named = &function;
      if (function.parameters.size() == given.size()) return call(expr, function, given);
    }
    if (named != nullptr) return wrong_count(expr, given.size(), named->parameters.size());
    if (const Standard* function = standard_function(expr.text, member, given.size()))
      return call(expr, *function, given);
    const std::span<const Standard> standard = standard_functions(expr.text);
    if (standard.empty()) return unknown_function(expr);
    const Style style = standard.front().style;
    if (style == Style::member && !member)
      return problem(expr, base::format("{}() is called on a value", expr.text),
                     base::format("write `x.{}(…)`", expr.text));
    if (style == Style::global && member)
      return problem(expr, base::format("{}() is not called on a value", expr.text),
                     base::format("write `{}(…)`", expr.text));
    return wrong_count(expr, given.size(), standard.front().arguments);
  }

  Type wrong_count(const Expr& expr, std::size_t given, std::size_t wanted) {
    const std::size_t receiver = expr.op == Op::member_call ? 1 : 0;
    return problem(expr, base::format("{}() takes {}, found {}", expr.text,
                                      base::count(wanted - receiver, "argument", "arguments"),
                                      given - receiver));
  }

  Type unknown_function(const Expr& expr) {
    std::vector<std::string_view> names{"has",    "all", "exists",        "exists_one",
                                        "filter", "map", "transformList", "transformMap"};
    for (const Function& function : environment_.functions) names.push_back(function.name);
    for (const Standard& function : standard_functions()) names.push_back(function.name);
    const std::string_view near = base::nearest(expr.text, names);
    return problem(expr, base::format("there is no function {}()", expr.text),
                   near.empty() ? "" : base::format("did you mean `{}()`?", near));
  }

  Type call(const Expr& expr, const Function& function, std::span<const Type> given) {
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (!fits(given[i], function.parameters[i])) {
        problem(at(children_of(expr)[i]),
                base::format("{}() needs {} here, this is {}", expr.text,
                             display(function.parameters[i]), display(given[i])));
      }
    }
    return function.result_is_named_kind ? objects(at(children_of(expr).back())) : function.result;
  }

  // A list of the kind that a literal names.
  Type objects(const Expr& literal) {
    if (literal.op != Op::string_literal)
      return problem(literal, "expected the name of a kind in quotes, \"aws.sqs.queue\"");
    for (const std::string_view kind : base::split(literal.text, '|')) {
      if (environment_.kinds == nullptr || environment_.kinds->known(kind)) continue;
      problem(literal, base::format("there is no kind `{}`", kind),
              did_you_mean(kind, environment_.kinds->kinds()));
      return list_of(dynamic);
    }
    return list_of({TypeKind::object, nullptr, nullptr, literal.text});
  }

  Type call(const Expr& expr, const Standard& function, std::span<const Type> given) {
    for (std::size_t i = 0; i < given.size(); ++i) {
      const KindSet wanted = function.parameters[i];
      if (!is_dynamic(given[i]) && !wanted.has(given[i].kind))
        problem(at(children_of(expr)[i]), base::format("{}() needs {} here, this is {}", expr.text,
                                                       display(wanted), display(given[i])));
    }
    const Expr& last = at(children_of(expr).back());
    if (expr.text == "matches" && last.op == Op::string_literal) {
      const base::Regex pattern(last.text);
      if (!pattern.valid())
        problem(last, base::format("the pattern is not valid: {}", pattern.error()));
    }
    return simple(function.result);
  }

  const Program& program_;
  const Environment& environment_;
  base::Arena& arena_;
  Checked& into_;
  std::vector<Variable> locals_;  // of the comprehensions around
  std::set<std::string> needs_;
};

}  // namespace

std::string display(const Type& type) {
  switch (type.kind) {
    case TypeKind::dynamic:
      return "dyn";
    case TypeKind::null:
      return "null";
    case TypeKind::boolean:
      return "bool";
    case TypeKind::integer:
      return "int";
    case TypeKind::unsigned_integer:
      return "uint";
    case TypeKind::real:
      return "double";
    case TypeKind::string:
      return "string";
    case TypeKind::bytes:
      return "bytes";
    case TypeKind::list:
      return type.element == nullptr ? "list" : base::format("list({})", display(*type.element));
    case TypeKind::map:
      if (type.element == nullptr && type.key == nullptr) return "map";
      return base::format("map({}, {})", display(key_of(type)), display(element_of(type)));
    case TypeKind::object:
      return type.kinds.empty() ? "object" : std::string(type.kinds);
    case TypeKind::timestamp:
      return "timestamp";
    case TypeKind::duration:
      return "duration";
    case TypeKind::type:
      return "type";
  }
  return {};
}

Checked check(const Program& program, const Environment& environment, base::Arena& arena) {
  Checked checked;
  Checker(program, environment, arena, checked).run();
  return checked;
}

}  // namespace resilint::cel
