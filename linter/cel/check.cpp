// SPDX-License-Identifier: Apache-2.0
// Types, names, and proof that optional attributes are guarded by has().
#include <algorithm>
#include <array>
#include <set>

#include "base/format.h"
#include "base/regex.h"
#include "base/text.h"
#include "cel/cel.h"
#include "cel/evaluate.h"

namespace resilint::cel {
namespace {

Type simple(TypeKind kind) { return {kind, nullptr, nullptr, {}}; }
const Type dynamic = simple(TypeKind::dynamic);
const Type boolean = simple(TypeKind::boolean);

bool is_dynamic(const Type& type) { return type.kind == TypeKind::dynamic; }
bool is_number(const Type& type) {
  return type.kind == TypeKind::integer || type.kind == TypeKind::unsigned_integer ||
         type.kind == TypeKind::real;
}

// Whether values of both types can ever be equal.
bool comparable(const Type& a, const Type& b) {
  if (is_dynamic(a) || is_dynamic(b)) return true;
  if (a.kind == TypeKind::null || b.kind == TypeKind::null) return true;
  return a.kind == b.kind || (is_number(a) && is_number(b));
}

bool ordered(const Type& type) {
  return is_dynamic(type) || is_number(type) || type.kind == TypeKind::string ||
         type.kind == TypeKind::boolean || type.kind == TypeKind::bytes ||
         type.kind == TypeKind::timestamp || type.kind == TypeKind::duration;
}

bool fits(const Type& given, const Type& wanted) {
  if (is_dynamic(given) || is_dynamic(wanted)) return true;
  if (wanted.kind == TypeKind::object && given.kind == TypeKind::object)
    return wanted.kinds.empty() || wanted.kinds == given.kinds;
  return given.kind == wanted.kind;
}

using Facts = std::set<std::string>;

class Checker {
 public:
  Checker(const Program& program, const Environment& environment, base::Arena& arena, Checked& into)
      : program_(program), environment_(environment), arena_(arena), into_(into) {
    for (const Variable& variable : environment.variables) scope_.push_back(variable);
  }

  void run() {
    const Facts known(environment_.guarded.begin(), environment_.guarded.end());
    const auto root = static_cast<std::uint32_t>(program_.expressions.size() - 1);
    into_.type = check(root, known);
    const Facts proven = facts(root, true);
    into_.guards.assign(proven.begin(), proven.end());
    into_.needs.assign(needs_.begin(), needs_.end());
  }

 private:
  const Expr& at(std::uint32_t index) const { return program_.expressions[index]; }
  std::span<const std::uint32_t> parts(const Expr& expr) const {
    return program_.children.subspan(expr.first, expr.count);
  }

  Type problem(const Expr& expr, std::string message, std::string suggestion = {}) {
    into_.problems.push_back({std::move(message), std::move(suggestion), expr.begin, expr.end});
    return dynamic;
  }
  static std::string meant(std::string_view word, std::span<const std::string_view> known) {
    const std::string_view near = base::nearest(word, known);
    return near.empty() ? std::string{} : base::format("did you mean `{}`?", near);
  }

  Type list_of(const Type& element) {
    return {TypeKind::list, arena_.make<Type>(element), nullptr, {}};
  }

  // "queue.redrive_policy" for a chain of names, else empty.
  [[nodiscard]] std::string path(std::uint32_t index) const {
    const Expr& expr = at(index);
    if (expr.op == Op::identifier) return std::string(expr.text);
    if (expr.op != Op::select) return {};
    const std::string outer = path(parts(expr)[0]);
    return outer.empty() ? outer : base::format("{}.{}", outer, expr.text);
  }

  // What is proven present when the expression is `holds`.
  [[nodiscard]] Facts facts(std::uint32_t index, bool holds) const {
    const Expr& expr = at(index);
    const std::span<const std::uint32_t> children = parts(expr);
    Facts proven;
    if (expr.op == Op::has && holds) {
      const std::string outer = path(children[0]);
      if (!outer.empty()) proven.insert(base::format("{}.{}", outer, expr.text));
    } else if (expr.op == Op::logical_not) {
      proven = facts(children[0], !holds);
    } else if ((expr.op == Op::logical_and && holds) || (expr.op == Op::logical_or && !holds)) {
      for (const std::uint32_t child : children) proven.merge(facts(child, holds));
    }
    return proven;
  }
  [[nodiscard]] Facts with(const Facts& known, std::uint32_t index, bool holds) const {
    Facts all = facts(index, holds);
    all.insert(known.begin(), known.end());
    return all;
  }

  Type check(std::uint32_t index, const Facts& known) {
    const Expr& expr = at(index);
    const std::span<const std::uint32_t> children = parts(expr);
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
      case Op::index:
        return at_index(expr, check(children[0], known), check(children[1], known));
      case Op::call:
      case Op::member_call:
        return call(expr, known);
      case Op::list:
        return list(children, known);
      case Op::map:
        for (const std::uint32_t child : children) check(child, known);
        return simple(TypeKind::map);
      case Op::message:
        return problem(expr, "messages are not known here; write a map, `{\"key\": value}`");
      case Op::conditional: {
        need_bool(children[0], known);
        const Type then = check(children[1], with(known, children[0], true));
        const Type otherwise = check(children[2], with(known, children[0], false));
        return then.kind == otherwise.kind ? then : dynamic;
      }
      case Op::logical_and:
        need_bool(children[0], known);
        need_bool(children[1], with(known, children[0], true));
        return boolean;
      case Op::logical_or:
        need_bool(children[0], known);
        need_bool(children[1], with(known, children[0], false));
        return boolean;
      case Op::logical_not:
        need_bool(children[0], known);
        return boolean;
      case Op::negate: {
        const Type type = check(children[0], known);
        if (!is_dynamic(type) && type.kind != TypeKind::integer && type.kind != TypeKind::real)
          return problem(expr,
                         base::format("`-` needs an int or a double, this is {}", display(type)));
        return type;
      }
      case Op::equal:
      case Op::not_equal: {
        const Type left = check(children[0], known);
        const Type right = check(children[1], known);
        if (!comparable(left, right))
          problem(expr, base::format("{} and {} are never equal", display(left), display(right)));
        return boolean;
      }
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal: {
        const Type left = check(children[0], known);
        const Type right = check(children[1], known);
        if (!ordered(left) || !ordered(right) || !comparable(left, right))
          problem(expr, base::format("{} and {} have no order", display(left), display(right)));
        return boolean;
      }
      case Op::in:
        return in(expr, known);
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
      case Op::modulo:
        return arithmetic(expr, check(children[0], known), check(children[1], known));
      case Op::all:
      case Op::exists:
      case Op::exists_one:
      case Op::filter:
      case Op::transform:
        return comprehension(expr, known);
    }
    return dynamic;
  }

  void need_bool(std::uint32_t index, const Facts& known) {
    const Type type = check(index, known);
    if (!is_dynamic(type) && type.kind != TypeKind::boolean)
      problem(at(index), base::format("expected bool, this is {}", display(type)));
  }

  Type identifier(const Expr& expr) {
    for (auto variable = scope_.rbegin(); variable != scope_.rend(); ++variable) {
      if (variable->name == expr.text) return variable->type;
    }
    static constexpr std::array<std::string_view, 10> types{
        "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type"};
    if (std::ranges::find(types, expr.text) != types.end()) return simple(TypeKind::type);
    std::vector<std::string_view> names;
    names.reserve(scope_.size());
    for (const Variable& variable : scope_) names.push_back(variable.name);
    return problem(expr, base::format("unknown name `{}`", expr.text), meant(expr.text, names));
  }

  // The attribute of an object, the same in all kinds that it may be of.
  std::optional<Attribute> attribute(const Expr& expr, const Type& object) {
    std::optional<Attribute> found;
    for (const std::string_view kind : base::split(object.kinds, '|')) {
      const auto known = environment_.kinds == nullptr
                             ? std::nullopt
                             : environment_.kinds->attribute(kind, expr.text);
      if (!known) {
        std::vector<std::string_view> names;
        if (environment_.kinds != nullptr) names = environment_.kinds->attributes(kind);
        const Expr name{
            expr.op,  expr.end - std::min(expr.end, static_cast<std::uint32_t>(expr.text.size())),
            expr.end, {},
            0,        0,
            0,        0};
        problem(expr.op == Op::select ? name : expr,
                base::format("{} has no attribute `{}`", kind, expr.text), meant(expr.text, names));
        return std::nullopt;
      }
      if (!found) found = known;
      found->optional = found->optional || known->optional;
    }
    return found;
  }

  Type select(std::uint32_t index, const Facts& known) {
    const Expr& expr = at(index);
    const std::uint32_t operand = parts(expr)[0];
    const Type type = check(operand, known);
    if (type.kind == TypeKind::map) return type.element == nullptr ? dynamic : *type.element;
    if (is_dynamic(type)) return dynamic;
    if (type.kind != TypeKind::object)
      return problem(expr, base::format("{} has no members", display(type)));
    const std::optional<Attribute> found = attribute(expr, type);
    if (!found) return dynamic;
    const std::string name = path(index);
    const bool guarded = !name.empty() && known.contains(name);
    if (!guarded) {
      for (const std::string_view kind : base::split(type.kinds, '|'))
        needs_.insert(base::format("{}.{}", kind, expr.text));
    }
    if (found->optional && !guarded) {
      const std::string shown = name.empty() ? base::format("….{}", expr.text) : name;
      problem(expr, base::format("`{}` may be absent; guard it: `has({}) && …`", expr.text, shown));
    }
    return found->type;
  }

  Type has(const Expr& expr, const Facts& known) {
    const Type type = check(parts(expr)[0], known);
    if (type.kind == TypeKind::object)
      attribute(expr, type);
    else if (!is_dynamic(type) && type.kind != TypeKind::map)
      problem(expr, base::format("has() asks objects and maps, this is {}", display(type)));
    return boolean;
  }

  Type at_index(const Expr& expr, const Type& operand, const Type& index) {
    if (operand.kind == TypeKind::list) {
      if (!is_dynamic(index) && !is_number(index))
        problem(expr, base::format("a list's index is an int, this is {}", display(index)));
      return operand.element == nullptr ? dynamic : *operand.element;
    }
    if (operand.kind == TypeKind::map)
      return operand.element == nullptr ? dynamic : *operand.element;
    if (is_dynamic(operand)) return dynamic;
    return problem(expr, base::format("{} has no elements", display(operand)));
  }

  Type list(std::span<const std::uint32_t> children, const Facts& known) {
    if (children.empty()) return simple(TypeKind::list);
    Type element = check(children[0], known);
    for (const std::uint32_t child : children.subspan(1)) {
      const Type next = check(child, known);
      if (next.kind != element.kind || next.kinds != element.kinds) element = dynamic;
    }
    return list_of(element);
  }

  Type in(const Expr& expr, const Facts& known) {
    const Type wanted = check(parts(expr)[0], known);
    const Type where = check(parts(expr)[1], known);
    if (where.kind == TypeKind::list) {
      if (where.element != nullptr && !comparable(wanted, *where.element))
        problem(expr, base::format("{} is never in {}", display(wanted), display(where)));
    } else if (!is_dynamic(where) && where.kind != TypeKind::map) {
      problem(expr, base::format("`in` needs a list or a map, this is {}", display(where)));
    }
    return boolean;
  }

  Type arithmetic(const Expr& expr, const Type& left, const Type& right) {
    if (is_dynamic(left) || is_dynamic(right)) return is_dynamic(left) ? right : left;
    const bool same = left.kind == right.kind;
    const bool joins =
        expr.op == Op::add && (left.kind == TypeKind::string || left.kind == TypeKind::bytes ||
                               left.kind == TypeKind::list);
    const bool counts = is_number(left) && !(expr.op == Op::modulo && left.kind == TypeKind::real);
    if (same && (joins || counts)) return left;
    const std::string hint =
        is_number(left) && is_number(right) ? "; convert one with int() or double()" : "";
    return problem(expr, base::format("no such operation on {} and {}{}", display(left),
                                      display(right), hint));
  }

  Type comprehension(const Expr& expr, const Facts& known) {
    const std::span<const std::uint32_t> children = parts(expr);
    const Type range = check(children[0], known);
    Type element = dynamic;
    if (range.kind == TypeKind::list && range.element != nullptr) element = *range.element;
    if (range.kind == TypeKind::map)
      element = range.key == nullptr ? simple(TypeKind::string) : *range.key;
    if (!is_dynamic(range) && range.kind != TypeKind::list && range.kind != TypeKind::map) {
      problem(expr, base::format("expected a list or a map, this is {}", display(range)));
    }
    scope_.push_back({expr.text, element});
    // What is proven of an outer variable of the same name says nothing of this one.
    Facts inner;
    for (const std::string& fact : known) {
      if (!fact.starts_with(base::format("{}.", expr.text))) inner.insert(fact);
    }
    Type result = boolean;
    const bool filters = expr.op != Op::transform || children.size() == 3;
    if (filters) need_bool(children[1], inner);
    if (expr.op == Op::filter) result = range;
    if (expr.op == Op::transform) {
      result = list_of(check(children.back(), filters ? with(inner, children[1], true) : inner));
    }
    scope_.pop_back();
    return result;
  }

  Type call(const Expr& expr, const Facts& known) {
    const bool member = expr.op == Op::member_call;
    std::vector<Type> given;
    for (const std::uint32_t child : parts(expr)) given.push_back(check(child, known));
    std::vector<std::string_view> names{"size", "contains", "startsWith", "endsWith", "matches",
                                        "int",  "uint",     "double",     "string",   "bytes",
                                        "bool", "dyn",      "type",       "has"};
    bool named = false;
    for (const Function& function : environment_.functions) {
      names.push_back(function.name);
      if (function.name != expr.text || function.member != member) continue;
      named = true;
      if (function.parameters.size() == given.size()) return call(expr, function, given);
    }
    if (named) {
      return problem(
          expr, base::format("{}() has {} arguments", expr.text, given.size() - (member ? 1 : 0)),
          "another number is expected");
    }
    if (!standard(expr.text)) {
      return problem(expr, base::format("unknown function `{}`", expr.text),
                     meant(expr.text, names));
    }
    return call_standard(expr, given);
  }

  Type call(const Expr& expr, const Function& function, std::span<const Type> given) {
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (!fits(given[i], function.parameters[i])) {
        problem(at(parts(expr)[i]),
                base::format("{}() needs {} here, this is {}", expr.text,
                             display(function.parameters[i]), display(given[i])));
      }
    }
    if (!function.result_is_named_kind) return function.result;
    const Expr& last = at(parts(expr).back());
    if (last.op != Op::string_literal)
      return problem(last, "expected the name of a kind as a literal, \"aws.sqs.queue\"");
    for (const std::string_view kind : base::split(last.text, '|')) {
      if (environment_.kinds == nullptr || environment_.kinds->known(kind)) continue;
      return problem(last, base::format("unknown kind `{}`", kind),
                     meant(kind, environment_.kinds->kinds()));
    }
    return list_of({TypeKind::object, nullptr, nullptr, last.text});
  }

  Type call_standard(const Expr& expr, std::span<const Type> given) {
    const bool two = expr.text == "contains" || expr.text == "startsWith" ||
                     expr.text == "endsWith" || expr.text == "matches";
    if (given.size() != (two ? 2U : 1U))
      return problem(expr, base::format("{}() has {} arguments, {} is right", expr.text,
                                        given.size(), two ? 2 : 1));
    if (two) {
      for (std::size_t i = 0; i < 2; ++i) {
        if (!is_dynamic(given[i]) && given[i].kind != TypeKind::string)
          problem(at(parts(expr)[i]),
                  base::format("{}() needs a string, this is {}", expr.text, display(given[i])));
      }
      const Expr& pattern = at(parts(expr)[1]);
      if (expr.text == "matches" && pattern.op == Op::string_literal) {
        const base::Regex regex(pattern.text);
        if (!regex.valid())
          problem(pattern, base::format("the pattern is not valid: {}", regex.error()));
      }
      return boolean;
    }
    if (expr.text == "size") {
      const TypeKind kind = given[0].kind;
      const bool sized = kind == TypeKind::dynamic || kind == TypeKind::string ||
                         kind == TypeKind::bytes || kind == TypeKind::list || kind == TypeKind::map;
      return sized ? simple(TypeKind::integer)
                   : problem(expr, base::format("{} has no size", display(given[0])));
    }
    if (expr.text == "int") return simple(TypeKind::integer);
    if (expr.text == "uint") return simple(TypeKind::unsigned_integer);
    if (expr.text == "double") return simple(TypeKind::real);
    if (expr.text == "string") return simple(TypeKind::string);
    if (expr.text == "bytes") return simple(TypeKind::bytes);
    if (expr.text == "bool") return boolean;
    if (expr.text == "type") return simple(TypeKind::type);
    return dynamic;
  }

  const Program& program_;
  const Environment& environment_;
  base::Arena& arena_;
  Checked& into_;
  std::vector<Variable> scope_;
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
      return type.element == nullptr ? "map" : base::format("map({})", display(*type.element));
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
