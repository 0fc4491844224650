// SPDX-License-Identifier: Apache-2.0
// A verdict again, expression by expression, with what each read.
#include "engine/explain.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "engine/explore.h"

namespace resilint::engine {
namespace {

using catalog::Object;
using finding::Step;
using value::Truth;
using value::Value;

constexpr std::size_t members_shown = 6;
constexpr std::size_t most_steps = 500;  // of one explanation: a person reads it
constexpr int deepest = 24;

// The expression at `index`, with all that it is made of.
cel::Program part(const cel::Program& program, std::uint32_t index) {
  return {program.text, program.expressions.first(index + 1), program.children};
}

std::string_view written(const cel::Program& program, const cel::Expr& expr) {
  return program.text.substr(expr.begin, expr.end - expr.begin);
}

// On one line, however the rule's author broke it.
std::string one_line(std::string_view text) {
  std::string made;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank)
      made += c;
    else if (!made.empty() && made.back() != ' ')
      made += ' ';
  }
  return std::string(base::trim(made));
}

void set_value(Step& step, const Value& value) {
  if (value.open()) {
    step.value = "unknown";
    step.reason = value.sensitive() ? "(sensitive)" : reason_of(value);
  } else if (value.pointer<value::Text>() != nullptr ||
             value.pointer<value::Reference>() != nullptr) {
    step.value = value::display(value);
    step.reason = "known only when deployed";
  } else {
    step.value = plain_text(value);
  }
}

const Object* object_of(const Value& value) {
  return dynamic_cast<const Object*>(value.pointer<value::Object>());
}

// Works out the steps below one expression after the other. Keeps what has been told already.
class Teller {
 public:
  Teller(const catalog::World& world, std::span<const cel::Binding> bindings)
      : world_(world), bindings_(bindings.begin(), bindings.end()) {}

  void bind(std::string_view name, const Value& value) { bindings_.push_back({name, value}); }

  Step tell(Step::Kind kind, const cel::Program& program) {
    Step step = condition(program, static_cast<std::uint32_t>(program.expressions.size() - 1));
    step.kind = kind;
    return step;
  }

 private:
  using Op = cel::Op;

  Value evaluate(const cel::Program& program, std::uint32_t index) {
    const cel::Program inner = part(program, index);
    const cel::Context context{bindings_, catalog::functions(), nullptr};
    const cel::Evaluated result = cel::evaluate(inner, context, world_.arena());
    if (!result.error) return result.value;
    return value::unknown(world_.arena(), world_.arena().copy(result.error->message));
  }

  static std::span<const std::uint32_t> children(const cel::Program& program,
                                                 const cel::Expr& expr) {
    return program.children.subspan(expr.first, expr.count);
  }

  static bool is_comprehension(Op op) {
    return op == Op::all || op == Op::exists || op == Op::exists_one || op == Op::filter ||
           op == Op::transform || op == Op::transform_map;
  }

  Step condition(const cel::Program& program, std::uint32_t index) {
    const cel::Expr& expr = program.expressions[index];
    Step step;
    step.text = one_line(written(program, expr));
    const Value value = evaluate(program, index);
    set_value(step, value);
    if (++told_ > most_steps || depth_ >= deepest) return step;
    ++depth_;
    switch (expr.op) {
      case Op::logical_and:
      case Op::logical_or:
        operands(program, expr, index, step.steps);
        break;
      case Op::logical_not:
        step.steps.push_back(condition(program, children(program, expr)[0]));
        break;
      case Op::conditional: {
        const auto parts = children(program, expr);
        step.steps.push_back(condition(program, parts[0]));
        const Value chosen = evaluate(program, parts[0]);
        if (const bool* flag = chosen.get<bool>())
          step.steps.push_back(condition(program, parts[*flag ? 1 : 2]));
        break;
      }
      default:
        if (is_comprehension(expr.op))
          comprehension(program, expr, step.steps);
        else
          gather(program, index, true, step.steps);
    }
    --depth_;
    return step;
  }

  // The operands of a chain of && or ||, up to the one that decides it.
  void operands(const cel::Program& program, const cel::Expr& chain, std::uint32_t index,
                std::vector<Step>& into) {
    for (const std::uint32_t operand : flat(program, chain.op, index)) {
      into.push_back(condition(program, operand));
      const bool decisive = chain.op == Op::logical_or;
      if (into.back().value == (decisive ? "true" : "false")) return;
    }
  }
  static std::vector<std::uint32_t> flat(const cel::Program& program, Op op, std::uint32_t index) {
    const cel::Expr& expr = program.expressions[index];
    if (expr.op != op) return {index};
    std::vector<std::uint32_t> all;
    for (const std::uint32_t child : children(program, expr)) {
      const std::vector<std::uint32_t> below = flat(program, op, child);
      all.insert(all.end(), below.begin(), below.end());
    }
    return all;
  }

  // What it goes over, then its condition for each member.
  void comprehension(const cel::Program& program, const cel::Expr& expr, std::vector<Step>& into) {
    const auto parts = children(program, expr);
    gather(program, parts[0], false, into);
    const Value over = evaluate(program, parts[0]);
    const auto* list = over.pointer<value::List>();
    if (list == nullptr || expr.text.find(',') != std::string_view::npos) return;
    std::size_t shown = 0;
    for (const value::Member& member : list->members) {
      if (shown++ == members_shown) break;
      bind(expr.text, member.value);
      Step below = condition(program, parts[1]);
      bindings_.pop_back();
      below.kind = Step::Kind::member;
      below.text = member_text(member);
      into.push_back(std::move(below));
    }
    add_rest(*list, into);
  }

  static std::string member_text(const value::Member& member) {
    const Object* object = object_of(member.value);
    const std::string shown =
        object != nullptr ? std::string(object->address()) : value::display(member.value);
    return member.membership == value::Membership::definite ? shown
                                                            : base::format("perhaps {}", shown);
  }

  // What a list has beyond the members that are shown.
  static void add_rest(const value::List& list, std::vector<Step>& into) {
    if (list.members.size() > members_shown) {
      Step more;
      more.kind = Step::Kind::member;
      more.text = base::format("{} more", list.members.size() - members_shown);
      into.push_back(std::move(more));
    }
    if (list.open) {
      Step open;
      open.kind = Step::Kind::member;
      open.text = base::format("perhaps others: {}", list.open_reason);
      into.push_back(std::move(open));
    }
  }

  void add_members(const Value& value, std::vector<Step>& into) {
    const auto* list = value.pointer<value::List>();
    if (list == nullptr) return;
    std::size_t shown = 0;
    for (const value::Member& member : list->members) {
      const Object* object = object_of(member.value);
      if (shown++ == members_shown) break;
      Step step;
      step.kind = Step::Kind::member;
      step.text = member_text(member);
      if (object != nullptr) step.span = object->place();
      into.push_back(std::move(step));
    }
    add_rest(*list, into);
  }

  // What an expression reads, outside of the comprehensions in it, which are conditions themselves.
  void gather(const cel::Program& program, std::uint32_t index, bool members,
              std::vector<Step>& into) {
    const cel::Expr& expr = program.expressions[index];
    if (is_comprehension(expr.op)) {
      into.push_back(condition(program, index));
      return;
    }
    if (expr.op == Op::identifier) return add_name(expr, into);
    const auto parts = children(program, expr);
    if (expr.op == Op::select || expr.op == Op::has) {
      const cel::Expr& operand = program.expressions[parts[0]];
      if (operand.op == Op::identifier && operand.text == "parameters") {
        Step step;
        step.kind = Step::Kind::attribute;
        step.text = base::format("parameters.{}", expr.text);
        set_value(step, evaluate(program, index));
        step.origin = "set by the rule";
        return add(std::move(step), into);
      }
      gather(program, parts[0], false, into);
      if (const Object* object = object_of(evaluate(program, parts[0])))
        add_attribute(*object, expr.text, members, into);
      return;
    }
    for (const std::uint32_t child : parts) gather(program, child, members, into);
    // A function that gives objects: project.all("…"), list.of("…").
    if (expr.op == Op::member_call && members) add_members(evaluate(program, index), into);
  }

  void add_name(const cel::Expr& expr, std::vector<Step>& into) {
    const auto found =
        std::ranges::find(bindings_.rbegin(), bindings_.rend(), expr.text, &cel::Binding::name);
    if (found == bindings_.rend() || found->value.pointer<value::Object>() != nullptr) return;
    Step step;
    step.kind = Step::Kind::attribute;
    step.text = std::string(expr.text);
    set_value(step, found->value);
    add(std::move(step), into);
  }

  void add_attribute(const Object& object, std::string_view name, bool members,
                     std::vector<Step>& into) {
    const catalog::Resolved& resolved = object.resolve(name);
    Step step;
    step.kind = Step::Kind::attribute;
    step.text = base::format("{}.{}", object.address(), name);
    set_value(step, resolved.value);
    const value::Origin* origin = resolved.value.origin();
    const catalog::Attribute* attribute =
        object.model() == nullptr ? nullptr : object.model()->attribute(name);
    if (resolved.is_written()) {
      step.origin = "written here";
      step.span = resolved.place;
      if (origin != nullptr) add_origin(*origin, resolved, step.steps);
    } else if (origin != nullptr && origin->how == value::How::provider_default) {
      step.origin = base::format("default of {}", origin->name);
      step.document = std::string(origin->document);
    } else if (attribute != nullptr && !attribute->computed.empty()) {
      step.origin = "computed";
      if (explained_.insert({&object, std::string(name)}).second && depth_ < deepest) {
        const cel::Binding self{"self",
                                Value(Value::Payload(static_cast<const value::Object*>(&object)))};
        std::vector<cel::Binding> outer = std::exchange(bindings_, {self});
        step.steps.push_back(tell(Step::Kind::condition, attribute->computed));
        bindings_ = std::move(outer);
      }
    }
    if (members) add_members(resolved.value, step.steps);
    add(std::move(step), into);
  }

  // Where a value was set, when that is not where the resource writes it.
  static void add_origin(const value::Origin& origin, const catalog::Resolved& resolved,
                         std::vector<Step>& into) {
    if (origin.how == value::How::written || origin.how == value::How::computed ||
        origin.span.end == 0 || origin.span.begin == resolved.place.begin)
      return;
    Step step;
    step.kind = Step::Kind::origin;
    step.text = origin_text(Value{}.with_origin(&origin));
    step.span = origin.span;
    into.push_back(std::move(step));
  }

  // Once among what one expression reads.
  static void add(Step step, std::vector<Step>& into) {
    const bool there = std::ranges::any_of(into, [&step](const Step& other) {
      return other.kind == step.kind && other.text == step.text;
    });
    if (!there) into.push_back(std::move(step));
  }

  const catalog::World& world_;
  std::vector<cel::Binding> bindings_;
  std::set<std::pair<const Object*, std::string>> explained_;
  std::size_t told_ = 0;
  int depth_ = 0;
};

class Explainer {
 public:
  Explainer(const rule::Rule& rule, const catalog::World& world) : rule_(rule), world_(world) {}

  // Tells the run that decides: that with given and default values, or the one that fails.
  finding::Explanation explain(const value::Object& matched) {
    const Value parameters = parameter_values(rule_, world_.arena());
    finding::Explanation made;
    made.rule = std::string(rule_.name);
    made.title = std::string(rule_.title);
    made.address = std::string(matched.address());
    const auto* object = dynamic_cast<const Object*>(&matched);
    if (object != nullptr) made.span = object->place();
    const Explored explored = explore(rule_, world_, matched, parameters, world_.arena());
    const Chosen chosen(world_.choices(), explored.path);
    if (object != nullptr) object = world_.same_now(*object);
    if (explored.outcome.kind == Outcome::Kind::absent) {
      made.message = "it is not created, whatever the parameters are";
      return made;
    }
    Run run(rule_, world_, object == nullptr ? matched : *object, parameters, world_.arena());
    Teller teller(world_, run.bindings());
    judge(run, teller, made);
    made.conditions = explored.conditions;
    if (explored.conditional) {
      made.verdict = finding::Verdict::conditional;
      made.message += base::format(", when {}", spoken(explored.conditions));
    } else if (explored.outcome.kind == Outcome::Kind::unknown) {
      made.verdict = finding::Verdict::unknown;
      made.message = explored.outcome.reason;
    }
    return made;
  }

 private:
  void judge(Run& run, Teller& teller, finding::Explanation& made) {
    for (const rule::Let& let : rule_.lets) {
      Step step = teller.tell(Step::Kind::name, let.value.program);
      step.text = base::format("{} = {}", let.name, step.text);
      made.steps.push_back(std::move(step));
      const Run::Bound bound = run.bind(let);
      if (bound.fits != Truth::yes) {
        made.verdict =
            bound.fits == Truth::no ? finding::Verdict::inapplicable : finding::Verdict::unknown;
        made.message = bound.fits == Truth::no
                           ? base::format("{} is no {}", let.name, kinds_of(let.kind))
                           : reason_of(bound.value);
        return;
      }
      teller.bind(let.name, bound.value);
    }
    if (!rule_.when.program.empty()) {
      made.steps.push_back(teller.tell(Step::Kind::when, rule_.when.program));
      const Value when = run.evaluate(rule_.when);
      const bool* holds = when.get<bool>();
      if (holds == nullptr) return undecided(when, made);
      if (!*holds) {
        made.message = "what the rule is for is not the case here";
        return;
      }
    }
    made.steps.push_back(teller.tell(Step::Kind::require, rule_.require.program));
    const Value require = run.evaluate(rule_.require);
    const bool* holds = require.get<bool>();
    if (holds == nullptr) return undecided(require, made);
    made.verdict = *holds ? finding::Verdict::passes : finding::Verdict::fails;
    if (*holds) return;
    const finding::Finding found = run.finding();
    made.message = found.message;
    made.span = found.span;
  }

  static void undecided(const Value& value, finding::Explanation& made) {
    made.verdict = finding::Verdict::unknown;
    made.message = reason_of(value);
  }

  static std::string kinds_of(std::string_view kinds) {
    const std::vector<std::string_view> all = base::split(kinds, '|');
    return base::join(all, " or ");
  }

  const rule::Rule& rule_;
  const catalog::World& world_;
};

// What a rule judges, by address. A rule on the whole project has the objects in its lists.
std::vector<std::string> addresses(const rule::Rule& rule, const catalog::World& world) {
  std::vector<std::string> made;
  if (rule.kind != "project") {
    for (const Object* object : all_objects(world, rule.kind)) made.emplace_back(object->address());
    return made;
  }
  const Value parameters = parameter_values(rule, world.arena());
  Run run(rule, world, world.project(), parameters, world.arena());
  for (const rule::Let& let : rule.lets) {
    const Run::Bound bound = run.bind(let);
    if (bound.fits != Truth::yes) break;
    const auto* list = bound.value.pointer<value::List>();
    if (list == nullptr) continue;
    for (const value::Member& member : list->members) {
      if (const Object* object = object_of(member.value)) made.emplace_back(object->address());
    }
  }
  if (!made.empty()) made.emplace_back("project");
  return made;
}

}  // namespace

std::vector<finding::Explanation> explain(const rule::Library& library, const rule::Rule& rule,
                                          std::string_view address, const Project& project) {
  std::vector<finding::Explanation> made;
  const catalog::World world(library.model, project.graph, project.files);
  Explainer explainer(rule, world);
  if (rule.kind == "project") {
    const std::vector<std::string> known = addresses(rule, world);
    if (std::ranges::find(known, address) != known.end()) {
      made.push_back(explainer.explain(world.project()));
      // A pass has no place of its own: the first resource stands for the template.
      if (made.back().span.end == 0 && !project.graph.resources().empty())
        made.back().span = project.graph.resources().front().name;
    }
    return made;
  }
  for (const Object* object : all_objects(world, rule.kind)) {
    if (object->address() == address) made.push_back(explainer.explain(*object));
  }
  return made;
}

std::vector<std::string> judged_addresses(const rule::Library& library, const rule::Rule& rule,
                                          const Project& project) {
  return addresses(rule, catalog::World(library.model, project.graph, project.files));
}

}  // namespace resilint::engine
