// SPDX-License-Identifier: Apache-2.0
// Nodes → values.
#include "dialect/terraform/expression.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/format.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "dialect/terraform/context.h"
#include "dialect/terraform/functions.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/operators.h"
#include "dialect/terraform/types.h"
#include "parse/parse.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using value::Truth;
using value::Value;

// What is around an expression.
struct Around {
  Use use = Use::data;
  const Bound* bound = nullptr;
  int depth = 0;

  [[nodiscard]] Around below() const { return {use, bound, depth + 1}; }
  [[nodiscard]] Around below(Use other) const { return {other, bound, depth + 1}; }
  // The parts of a text that something is compared with are no candidates of their own.
  [[nodiscard]] Around in_text() const { return below(Use::text); }
  [[nodiscard]] Around deciding() const {
    return below(use == Use::text ? Use::text : Use::deciding);
  }
};

using Steps = std::span<const Entry>;

// One turn of a `for`.
struct Item {
  Value key;
  Value value;
  value::Membership membership = value::Membership::definite;
  const value::Undecided* waits = nullptr;
};

class Evaluator {
 public:
  // All places are `fixed` when the nodes are from a text that is no file of the project.
  explicit Evaluator(Context& context, std::optional<source::Span> fixed = {})
      : context_(context), fixed_(fixed) {}

  Outcome evaluate(const Node& node, const Around& around) {
    if (!context_.enter(around.depth)) return context_.too_large().with_written(place(node));
    Outcome made = evaluate_node(node, around);
    if (!made) {
      if (made.error().place.end == 0 || fixed_) made.error().place = place(node);
      return made;
    }
    return made->with_written(place(node));
  }

 private:
  [[nodiscard]] source::Span place(const Node& node) const { return fixed_ ? *fixed_ : node.span; }

  const value::Origin* written_at(const Node& node) {
    value::Origin made;
    made.span = place(node);
    return context_.arena().make<value::Origin>(made);
  }

  // What is made from those values, here.
  Value computed(const Value& made, std::span<const Value> from, const Node& node) {
    Value result = made;
    for (const Value& one : from)
      result = result.with_sensitive(result.sensitive() || one.sensitive());
    return result.open() ? result
                         : result.with_origin(origin_from(from, place(node), context_.arena()));
  }

  Outcome evaluate_node(const Node& node, const Around& around) {
    switch (node.kind) {
      case NodeKind::scalar:
        return scalar(node);
      case NodeKind::sequence:
        return tuple(node, around);
      case NodeKind::mapping:
        return object(node, around);
      case NodeKind::variable:
        return variable(node, around);
      case NodeKind::traversal: {
        const Outcome from = evaluate(*node.entries.front().value, around.below());
        return from ? walk(*from, Steps(node.entries).subspan(1), around) : from;
      }
      case NodeKind::parentheses:
        return evaluate(*node.entries.front().value, around.below());
      case NodeKind::unary:
        return unary(node, around);
      case NodeKind::binary:
        return binary(node, around);
      case NodeKind::conditional:
        return conditional(node, around);
      case NodeKind::for_each:
        return node.entries[2].key == nullptr ? tuple_for(node, around) : object_for(node, around);
      case NodeKind::text_template:
        return text(node, around);
      case NodeKind::call:
        return call(node, around);
      default:
        return refused("this is no expression", place(node));
    }
  }

  // ---- literals -------------------------------------------------------------------------------

  Outcome scalar(const Node& node) {
    const value::Origin* origin = written_at(node);
    if (!node.plain()) return literal(node.text).with_origin(origin);
    if (node.text == "null") return Value::null().with_origin(origin);
    if (node.text == "true" || node.text == "false")
      return Value::boolean(node.text == "true").with_origin(origin);
    if (const auto number = parse_number(node.text)) return number->with_origin(origin);
    return context_.unknown(base::format("{} does not fit into a number", node.text));
  }

  // A text that lives in the project's files needs no copy.
  Value literal(std::string_view text) {
    if (!fixed_ &&
        std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) > 0; }))
      return Value::string(text);
    return context_.text(text);
  }

  Outcome tuple(const Node& node, const Around& around) {
    std::vector<value::Member> members;
    for (const Entry& entry : node.entries) {
      Outcome item = evaluate(*entry.value, around.below());
      if (!item) return item;
      members.push_back({*item});
    }
    return context_.list(std::move(members), value::Sort::tuple).with_origin(written_at(node));
  }

  Outcome object(const Node& node, const Around& around) {
    std::vector<value::MapEntry> entries;
    std::string open;
    const value::Undecided* waits = nullptr;
    bool sensitive = false;
    for (const Entry& entry : node.entries) {
      Outcome key = object_key(*entry.key, around);
      if (!key) return key;
      Outcome item = evaluate(*entry.value, around.below());
      if (!item) return item;
      sensitive = sensitive || key->sensitive();
      if (const auto* text = key->get<std::string_view>()) {
        std::erase_if(entries, [text](const value::MapEntry& other) { return other.key == *text; });
        entries.push_back({*text, fixed_ ? *fixed_ : entry.key->span, *item});
        if (!context_.spend(entries.size() / 64)) return context_.too_large();
      } else {
        waits = value::united(context_.arena(), waits, key->undecided());
        const Value settled = context_.open_as(*key);
        if (settled.unknown() != nullptr) open = settled.unknown()->reason;
      }
    }
    if (waits != nullptr) return value::undecided(context_.arena(), {waits->choices});
    value::Map made;
    made.entries = context_.arena().copy(entries);
    made.open = !open.empty();
    made.open_reason = context_.arena().copy(open);
    return Value(Value::Payload(context_.arena().make<value::Map>(made)))
        .with_origin(written_at(node))
        .with_sensitive(sensitive);
  }

  Outcome object_key(const Node& key, const Around& around) {
    if (key.is_scalar()) return literal(key.text);
    if (key.kind == NodeKind::variable && key.entries.empty()) return literal(key.text);
    if (key.kind == NodeKind::variable) {
      return refused("a key that is computed stands in parentheses, one with dots in quotes",
                     place(key));
    }
    return key_text(key, around);
  }

  // A key as a text; open when it is not known.
  Outcome key_text(const Node& node, const Around& around) {
    Outcome given = evaluate(node, around.deciding());
    if (!given) return given;
    const Value key = context_.settled(*given);
    if (is_null(key)) return refused("a key is null", place(node));
    if (!is_known(key)) return key;
    Outcome made = convert(context_, key, string_type);
    if (!made)
      return refused(base::format("a key is a string, and this is {}", described(key)),
                     place(node));
    return made;
  }

  // ---- names and steps ------------------------------------------------------------------------

  Outcome variable(const Node& node, const Around& around) {
    for (const Bound* bound = around.bound; bound != nullptr; bound = bound->outer) {
      if (bound->name == node.text) return walk(bound->value, node.entries, around);
    }
    base::Result<Scope::Named, Refusal> named = context_.scope().name(node, around.use);
    if (!named) {
      if (named.error().place.end == 0) named.error().place = place(node);
      return tl::unexpected<Refusal>(named.error());
    }
    const std::size_t taken = std::min(named->steps, node.entries.size());
    return walk(named->value, Steps(node.entries).subspan(taken), around);
  }

  Outcome walk(const Value& from, Steps steps, const Around& around) {
    Value value = from;
    while (!steps.empty()) {
      if (!context_.spend(1)) return context_.too_large();
      const Node& step = *steps.front().value;
      if (step.kind == NodeKind::splat) {
        const std::size_t inner = step.text == "[*]" ? steps.size() - 1 : names_after(steps);
        Outcome made = splat(value, step, steps.subspan(1, inner), around);
        if (!made) return made;
        value = *made;
        steps = steps.subspan(1 + inner);
        continue;
      }
      Outcome made = step.kind == NodeKind::attribute ? attribute(value, step.text, step)
                                                      : index(value, step, around);
      if (!made) return made;
      value = made->with_sensitive(made->sensitive() || value.sensitive());
      steps = steps.subspan(1);
    }
    return value;
  }

  // Names and legacy indices that follow ".*": they belong to each item.
  static std::size_t names_after(Steps steps) {
    std::size_t count = 0;
    while (1 + count < steps.size()) {
      const Node& step = *steps[1 + count].value;
      const bool legacy = step.kind == NodeKind::index && step.text == ".";
      if (step.kind != NodeKind::attribute && !legacy) break;
      ++count;
    }
    return count;
  }

  Outcome attribute(const Value& from, std::string_view name, const Node& step) {
    if (const auto* reference = from.pointer<value::Reference>())
      return context_.scope().part(*reference, name, place(step));
    if (from.unknown() != nullptr) return part_of_unknown(from, base::format(".{}", name));
    if (from.undecided() != nullptr) return from;
    const auto* map = from.pointer<value::Map>();
    if (map == nullptr) {
      return refused(is_null(from)
                         ? base::format("null has no attribute {}", name)
                         : base::format("{} has no attributes, {} neither", described(from), name),
                     place(step));
    }
    if (const value::MapEntry* entry = map->find(name)) return entry->value;
    return missing(from, *map, name, step);
  }

  // No message shows something sensitive.
  static std::string shown(std::string_view text, bool sensitive) {
    return sensitive ? std::string("(sensitive)") : base::format("\"{}\"", text);
  }

  Outcome missing(const Value& from, const value::Map& map, std::string_view name, const Node& step,
                  bool secret = false) {
    if (map.open) return context_.unknown(map.open_reason);
    return refused(base::format("{} has no {} {}", described(from),
                                map.uniform ? "key" : "attribute", shown(name, secret)),
                   place(step));
  }

  // Parts of equal unknowns are equal.
  Value part_of_unknown(const Value& from, std::string_view step) {
    const value::Unknown& held = *from.unknown();
    value::Unknown made{.reason = held.reason};
    if (!held.symbol.empty())
      made.symbol = context_.arena().copy(base::format("{}{}", held.symbol, step));
    if (held.members_differ) made.among = held.symbol;
    return Value(Value::Payload(context_.arena().make<value::Unknown>(made)))
        .with_sensitive(from.sensitive());
  }

  Outcome index(const Value& from, const Node& step, const Around& around) {
    const Node& node = *step.entries.front().value;
    Outcome given = evaluate(node, around.deciding());
    if (!given) return given;
    const Value key = context_.settled(*given);
    if (is_null(from)) return refused("null has no items", place(step));
    if (is_null(key)) return refused("an index is null", place(node));
    // One that stands for all instances, whichever is meant.
    if (const auto* list = from.pointer<value::List>();
        list != nullptr && list->members.size() == 1 &&
        list->members.front().membership == value::Membership::any_number)
      return list->members.front().value;
    if (from.undecided() != nullptr || !is_known(key)) return open_index(from, key);
    if (const auto* list = from.pointer<value::List>()) return item(from, *list, key, node);
    const Outcome text = convert(context_, key, string_type);
    if (!text) return refused(base::format("{} is no index", described(key)), place(node));
    const std::string_view name = *text->get<std::string_view>();
    if (const auto* reference = from.pointer<value::Reference>())
      return context_.scope().part(*reference, name, place(step));
    if (from.unknown() != nullptr) {
      return part_of_unknown(
          from, is_number(key) ? base::format("[{}]", name) : base::format("[\"{}\"]", name));
    }
    const auto* map = from.pointer<value::Map>();
    if (map == nullptr)
      return refused(base::format("{} has no items", described(from)), place(step));
    const value::MapEntry* entry = map->find(name);
    return entry != nullptr ? Outcome(entry->value)
                            : missing(from, *map, name, step, key.sensitive());
  }

  // An item of what is not known, or an item that is not known: which of them does not matter when
  // all are equal.
  Outcome open_index(const Value& from, const Value& key) {
    std::vector<Value> items;
    const auto* list = from.pointer<value::List>();
    const auto* map = from.pointer<value::Map>();
    if (list != nullptr && value::is_closed(*list)) {
      for (const value::Member& member : list->members) items.push_back(member.value);
    } else if (map != nullptr && !map->open) {
      for (const value::MapEntry& entry : map->entries) items.push_back(entry.value);
    }
    const bool same = !items.empty() && std::ranges::all_of(items, [&](const Value& one) {
      return equal(context_, items.front(), one) == Truth::yes;
    });
    if (same) return items.front();
    const std::array<Value, 2> both{key, from.open() ? from : Value::null()};
    return context_.open_as(both);
  }

  Outcome item(const Value& from, const value::List& list, const Value& key, const Node& node) {
    if (list.sort == value::Sort::set)
      return refused("the items of a set have no index", place(node));
    const Outcome made = convert(context_, key, number_type);
    if (!made) {
      return refused(base::format("the index of {} is a number, and this is {}", described(from),
                                  described(key)),
                     place(node));
    }
    const auto* whole = made->get<std::int64_t>();
    if (whole == nullptr)
      return refused(base::format("{} is no index", number_text(*made)), place(node));
    if (*whole < 0) return refused(base::format("the index {} is negative", *whole), place(node));
    const auto at = static_cast<std::size_t>(*whole);
    const std::size_t before = std::min(at + 1, list.members.size());
    const bool sure = std::ranges::all_of(list.members.first(before), [](const auto& member) {
      return member.membership == value::Membership::definite;
    });
    if (sure && at < list.members.size()) return list.members[at].value;
    if (!sure || list.open) {
      const value::Undecided* waits = waits_within(context_.arena(), from);
      if (waits != nullptr) return value::undecided(context_.arena(), {waits->choices});
      return context_.unknown(list.open ? list.open_reason
                                        : "it is an item of a list that is not known whole");
    }
    return refused(
        base::format("there is no item {} in {} of {}", at, described(from), list.members.size()),
        place(node));
  }

  Outcome splat(const Value& given, const Node& step, Steps steps, const Around& around) {
    if (is_null(given)) return context_.list({}, value::Sort::tuple).with_origin(written_at(step));
    Value from = given;
    if (const auto* reference = from.pointer<value::Reference>();
        reference != nullptr && !reference->attribute.empty()) {
      from = context_.settled(from);
      if (from.pointer<value::Reference>() != nullptr) {
        // One thing or a list of them: either way it is what the reference names.
        return steps.empty() ? from : context_.open_as(from);
      }
    }
    if (from.open()) {
      return steps.empty() ? from : context_.open_as(from);
    }
    const auto* list = from.pointer<value::List>();
    if (list == nullptr) {
      Outcome made = walk(from, steps, around);
      if (!made) return made;
      return context_.list({{*made}}, value::Sort::tuple).with_origin(written_at(step));
    }
    std::vector<value::Member> members;
    for (const value::Member& member : list->members) {
      Outcome made = walk(member.value, steps, around);
      if (!made) return made;
      members.push_back({*made, member.membership, member.waits});
    }
    value::List result;
    result.members = context_.arena().copy(members);
    result.open = list->open;
    result.open_reason = list->open_reason;
    result.waits = list->waits;
    result.sort = list->sort == value::Sort::tuple ? value::Sort::tuple : value::Sort::list;
    return Value(Value::Payload(context_.arena().make<value::List>(result)))
        .with_origin(from.origin())
        .with_sensitive(from.sensitive());
  }

  // ---- operators ------------------------------------------------------------------------------

  Outcome unary(const Node& node, const Around& around) {
    const Node& operand = *node.entries.front().value;
    Outcome given = evaluate(operand, node.text == "!" ? around.deciding() : around.in_text());
    if (!given) return given;
    const Outcome made = operate(context_, node.text, *given, place(operand));
    return made ? Outcome(computed(*made, {&*given, 1}, node)) : made;
  }

  Outcome binary(const Node& node, const Around& around) {
    const Node& left_node = *node.entries[0].value;
    const Node& right_node = *node.entries[1].value;
    const bool logical = node.text == "&&" || node.text == "||";
    const bool decides = logical || node.text == "==" || node.text == "!=";
    const Around inner = decides ? around.deciding() : around.in_text();
    Outcome left = evaluate(left_node, inner);
    if (logical && left) {
      // What the left side decides needs no right one, but for its being a boolean.
      const bool* flag = left->get<bool>();
      if (flag != nullptr && *flag == (node.text == "||") && is_harmless(right_node))
        return computed(*left, {&*left, 1}, node);
    }
    if (!logical && !left) return left;
    Outcome right = evaluate(right_node, inner);
    if (!logical && !right) return right;
    Outcome made =
        logical ? combine(context_, node.text, left, right, place(left_node), place(right_node))
                : operate(context_, node.text, *left, *right, place(left_node), place(right_node));
    if (!made) return made;
    const std::array<Value, 2> sides{left ? *left : Value(), right ? *right : Value()};
    return computed(*made, sides, node);
  }

  // Gives a boolean or nothing.
  static bool is_harmless(const Node& node) {
    static constexpr std::array<std::string_view, 9> symbols{"==", "!=", "&&", "||", "<",
                                                             "<=", ">",  ">=", "!"};
    return (node.kind == NodeKind::binary || node.kind == NodeKind::unary) &&
           std::ranges::find(symbols, node.text) != symbols.end();
  }

  Outcome conditional(const Node& node, const Around& around) {
    const Node& asked = *node.entries[0].value;
    Outcome given = evaluate(asked, around.deciding());
    if (!given) return given;
    Outcome condition = truth_of(*given, asked, "a condition");
    if (!condition) return condition;
    const Outcome then = evaluate(*node.entries[1].value, around.below());
    const Outcome otherwise = evaluate(*node.entries[2].value, around.below());
    const bool sensitive = condition->sensitive() || (then && then->sensitive()) ||
                           (otherwise && otherwise->sensitive());
    const Outcome made = chosen(*condition, then, otherwise, node);
    return made ? Outcome(made->with_sensitive(sensitive || made->sensitive())) : made;
  }

  Outcome chosen(const Value& condition, const Outcome& then, const Outcome& otherwise,
                 const Node& node) {
    const bool* flag = condition.get<bool>();
    const Type* common = nullptr;
    if (then && otherwise) {
      const std::array<const Type*, 2> types{type_of(context_, *then),
                                             type_of(context_, *otherwise)};
      common = unified(context_, types);
      if (common == nullptr) {
        return refused(base::format("the results of a conditional are of one type, and these are "
                                    "{} and {}",
                                    described(*then), described(*otherwise)),
                       place(node));
      }
      // What is not known of one of them could decide the type of both.
      if (types[0]->kind == Type::Kind::any || types[1]->kind == Type::Kind::any) common = nullptr;
    }
    if (flag != nullptr) {
      const Outcome& result = *flag ? then : otherwise;
      return result && common != nullptr ? convert(context_, *result, *common) : result;
    }
    if (then && otherwise && equal(context_, *then, *otherwise) == Truth::yes) return then;
    const Value open = context_.open_as(condition);
    const auto may_be_null = [](const Outcome& branch) {
      return !branch || is_null(*branch) ||
             (branch->unknown() != nullptr && branch->unknown()->may_be_absent);
    };
    if (open.unknown() == nullptr || !(may_be_null(then) || may_be_null(otherwise))) return open;
    return value::maybe_absent(context_.arena(), open.unknown()->reason)
        .with_sensitive(open.sensitive());
  }

  // A boolean, or open.
  Outcome truth_of(const Value& given, const Node& node, std::string_view what) {
    const Value value = context_.settled(given);
    if (is_null(value)) return refused(base::format("{} is null", what), place(node));
    if (!is_known(value)) return context_.open_as(value);
    Outcome made = convert(context_, value, boolean_type);
    if (!made) {
      return refused(base::format("{} is true or false, and this is {}", what, described(value)),
                     place(node));
    }
    return made;
  }

  // ---- for ------------------------------------------------------------------------------------

  struct Collection {
    Value value;              // what is iterated
    std::vector<Item> items;  // empty when it is open as a whole
    bool whole = false;       // false when it is open as a whole
    bool open_end = false;    // others may come
    std::string_view open_reason;
    const value::Undecided* waits = nullptr;
  };

  base::Result<Collection, Refusal> collection(const Node& node, const Around& around) {
    const Outcome given = evaluate(node, around.below());
    if (!given) return tl::unexpected<Refusal>(given.error());
    Collection made;
    made.value = context_.settled(*given);
    const Value& value = made.value;
    if (is_null(value)) return refused("what `for` goes through is null", place(node));
    if (const auto* list = value.pointer<value::List>()) {
      std::int64_t at = 0;
      for (const value::Member& member : list->members) {
        const Value key = list->sort == value::Sort::set ? member.value : Value::integer(at++);
        made.items.push_back({key, member.value, member.membership, member.waits});
      }
      made.open_end = list->open;
      made.open_reason = list->open_reason;
      made.waits = list->waits;
      made.whole = true;
      return made;
    }
    if (const auto* map = value.pointer<value::Map>()) {
      for (const value::MapEntry& entry : sorted(*map)) {
        const value::Unknown* unknown = entry.value.unknown();
        const bool maybe = unknown != nullptr && unknown->may_be_absent && map->open;
        made.items.push_back({Value::string(entry.key).with_origin(value.origin()), entry.value,
                              maybe ? value::Membership::maybe : value::Membership::definite});
      }
      made.open_end = map->open;
      made.open_reason = map->open_reason;
      made.whole = true;
      return made;
    }
    if (is_known(value) || is_text(value)) {
      return refused(
          base::format("`for` goes through lists and maps, and this is {}", described(value)),
          place(node));
    }
    return made;
  }

  // Calls `turn` for each item that may be in, with the names bound; stops at a refusal.
  template <typename Turn>
  std::optional<Refusal> each(const Collection& collection, const Node& names,
                              std::string_view key_name, const Node* condition,
                              const Around& around, Turn turn) {
    for (Item item : collection.items) {
      const Bound key{key_name, item.key, around.bound};
      const Bound value{names.text, item.value, key_name.empty() ? around.bound : &key};
      const Around inner{around.use, &value, around.depth + 1};
      if (context_.spent()) return std::nullopt;
      if (condition != nullptr) {
        const Outcome given = evaluate(*condition, inner.deciding());
        if (!given) return given.error();
        const Outcome truth = truth_of(*given, *condition, "the condition of `for`");
        if (!truth) return truth.error();
        sensitive_ = sensitive_ || truth->sensitive();
        if (const bool* flag = truth->get<bool>()) {
          if (!*flag) continue;
        } else {
          item.membership = value::Membership::maybe;
          item.waits = value::united(context_.arena(), item.waits, truth->undecided());
          open_ = context_.open_as(*truth);
        }
      }
      if (std::optional<Refusal> refusal = turn(item, inner)) return refusal;
    }
    return std::nullopt;
  }

  static std::string_view key_name(const Entry& names) {
    return names.key == nullptr ? std::string_view{} : names.key->text;
  }

  Outcome tuple_for(const Node& node, const Around& around) {
    const auto from = collection(*node.entries[1].value, around);
    if (!from) return tl::unexpected<Refusal>(from.error());
    if (!from->whole) return context_.open_as(from->value);
    const bool outer = std::exchange(sensitive_, from->value.sensitive());
    std::vector<value::Member> members;
    const Node* condition = node.entries.size() == 4 ? node.entries[3].value : nullptr;
    const auto refusal =
        each(*from, *node.entries[0].value, key_name(node.entries[0]), condition, around,
             [&](const Item& item, const Around& inner) -> std::optional<Refusal> {
               const Outcome made = evaluate(*node.entries[2].value, inner);
               if (!made) return made.error();
               members.push_back({*made, item.membership, item.waits});
               return std::nullopt;
             });
    const bool sensitive = std::exchange(sensitive_, outer);
    if (refusal) return tl::unexpected<Refusal>(*refusal);
    value::List made;
    made.members = context_.arena().copy(members);
    made.open = from->open_end;
    made.open_reason = from->open_reason;
    made.waits = from->waits;
    return Value(Value::Payload(context_.arena().make<value::List>(made)))
        .with_origin(origin_from({&from->value, 1}, place(node), context_.arena()))
        .with_sensitive(sensitive);
  }

  struct Group {
    value::MapEntry entry;
    std::vector<value::Member> members;
  };

  Outcome object_for(const Node& node, const Around& around) {
    const auto from = collection(*node.entries[1].value, around);
    if (!from) return tl::unexpected<Refusal>(from.error());
    if (!from->whole) return context_.open_as(from->value);
    const bool outer = std::exchange(sensitive_, from->value.sensitive());
    std::vector<Group> groups;
    std::unordered_map<std::string_view, std::size_t> places;
    std::string_view open = from->open_end ? from->open_reason : std::string_view{};
    const value::Undecided* waits = from->waits;
    const Node* condition = node.entries.size() == 4 ? node.entries[3].value : nullptr;
    const auto refusal = each(
        *from, *node.entries[0].value, key_name(node.entries[0]), condition, around,
        [&](const Item& item, const Around& inner) -> std::optional<Refusal> {
          const Node& key_node = *node.entries[2].key;
          const Outcome key = key_text(key_node, inner);
          if (!key) return key.error();
          const Outcome made = evaluate(*node.entries[2].value, inner);
          if (!made) return made.error();
          sensitive_ = sensitive_ || key->sensitive();
          waits = value::united(context_.arena(), waits, item.waits);
          const auto* text = key->get<std::string_view>();
          if (text == nullptr) {
            waits = value::united(context_.arena(), waits, key->undecided());
            const Value reason = context_.open_as(*key);
            if (reason.unknown() != nullptr) open = reason.unknown()->reason;
            return std::nullopt;
          }
          const auto [place_of, fresh] = places.try_emplace(*text, groups.size());
          const bool definite = item.membership == value::Membership::definite;
          if (fresh) {
            groups.push_back({{*text, place(key_node), *made}, {}});
            if (!definite)
              groups.back().entry.value = value::maybe_absent(context_.arena(), why_open(open_));
          } else if (!node.ellipsis && definite) {
            return Refusal{base::format("two items have the key {}; `...` behind the value "
                                        "groups them",
                                        shown(*text, key->sensitive())),
                           place(key_node)};
          }
          groups[place_of->second].members.push_back({*made, item.membership, item.waits});
          return std::nullopt;
        });
    const bool sensitive = std::exchange(sensitive_, outer);
    if (refusal) return tl::unexpected<Refusal>(*refusal);
    if (waits != nullptr)
      return value::undecided(context_.arena(), {waits->choices}).with_sensitive(sensitive);
    std::vector<value::MapEntry> entries;
    for (Group& group : groups) {
      if (node.ellipsis) group.entry.value = context_.list(std::move(group.members), {});
      entries.push_back(group.entry);
    }
    const Value made = open.empty() ? context_.map(std::move(entries), false)
                                    : context_.open_map(std::move(entries), open);
    return made.with_origin(origin_from({&from->value, 1}, place(node), context_.arena()))
        .with_sensitive(sensitive);
  }

  // ---- texts ----------------------------------------------------------------------------------

  static bool is_directive(const Node& node) {
    return node.kind == NodeKind::if_directive || node.kind == NodeKind::for_directive;
  }

  Outcome text(const Node& node, const Around& around) {
    // A text that is nothing but a hole is what is in the hole.
    if (node.entries.size() == 1) {
      const Node& only = *node.entries.front().value;
      const bool literal = only.is_scalar() && !only.plain();
      if (!literal && !is_directive(only)) return evaluate(only, around.below());
    }
    return parts(node, around);
  }

  Outcome parts(const Node& node, const Around& around) {
    if (!context_.enter(around.depth)) return context_.too_large();
    std::vector<value::TextPart> made;
    std::vector<Value> values;
    const value::Undecided* waits = nullptr;
    for (const Entry& entry : node.entries) {
      Outcome part = text_part(*entry.value, around.in_text());
      if (!part) return part;
      waits = value::united(context_.arena(), waits, part->undecided());
      values.push_back(*part);
      made.push_back({{}, context_.arena().make<Value>(*part)});
    }
    return computed(context_.concatenated(made), values, node);
  }

  Outcome text_part(const Node& node, const Around& around) {
    if (node.is_scalar() && !node.plain()) return literal(node.text);
    if (node.kind == NodeKind::if_directive) return if_directive(node, around);
    if (node.kind == NodeKind::for_directive) return for_directive(node, around);
    Outcome made = evaluate(node, around);
    if (!made) return made;
    if (is_null(*made)) return refused("a part of the text is null", place(node));
    Outcome text = convert(context_, *made, string_type);
    if (!text) {
      return refused(base::format("a part of a text is no text: it is {}", described(*made)),
                     place(node));
    }
    return text;
  }

  Outcome if_directive(const Node& node, const Around& around) {
    const Node& asked = *node.entries[0].value;
    Outcome given = evaluate(asked, around.deciding());
    if (!given) return given;
    Outcome condition = truth_of(*given, asked, "a condition");
    if (!condition) return condition;
    const Outcome then = parts(*node.entries[1].value, around.below());
    const Outcome otherwise = parts(*node.entries[2].value, around.below());
    const Outcome made = chosen(*condition, then, otherwise, node);
    return made ? Outcome(made->with_sensitive(made->sensitive() || condition->sensitive())) : made;
  }

  Outcome for_directive(const Node& node, const Around& around) {
    const auto from = collection(*node.entries[1].value, around);
    if (!from) return tl::unexpected<Refusal>(from.error());
    if (!from->whole) return context_.open_as(from->value);
    std::vector<value::TextPart> made;
    std::vector<Value> values{from->value};
    const value::Undecided* waits = from->waits;
    bool whole = !from->open_end;
    const auto refusal =
        each(*from, *node.entries[0].value, key_name(node.entries[0]), nullptr, around,
             [&](const Item& item, const Around& inner) -> std::optional<Refusal> {
               const Outcome part = parts(*node.entries[2].value, inner);
               if (!part) return part.error();
               whole = whole && item.membership == value::Membership::definite;
               waits = value::united(context_.arena(), waits, item.waits);
               waits = value::united(context_.arena(), waits, part->undecided());
               values.push_back(*part);
               made.push_back({{}, context_.arena().make<Value>(*part)});
               return std::nullopt;
             });
    if (refusal) return tl::unexpected<Refusal>(*refusal);
    if (waits != nullptr) return value::undecided(context_.arena(), {waits->choices});
    if (!whole) return context_.open_as(from->value);
    return computed(context_.concatenated(made), values, node);
  }

  // ---- calls ----------------------------------------------------------------------------------

  Outcome call(const Node& node, const Around& around) {
    std::string_view name = node.text;
    if (name.starts_with("core::")) name.remove_prefix(std::string_view("core::").size());
    if (name == "try") return first_that_works(node, around);
    if (name == "can") return works(node, around);
    if (name.starts_with("provider::"))
      return context_.unknown(base::format("{}() is a function of a provider", name));
    const Function* function = function_named(name);
    if (function == nullptr) return no_such_function(node.text, place(node));
    Call made(context_, function->name, place(node), around.depth);
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
      const Node& argument = *node.entries[i].value;
      const bool expanded = node.ellipsis && i + 1 == node.entries.size();
      const Asks asks = function->count == 0 ? Asks::as_the_call : function->parameter(i).asks;
      const Around inner = asks == Asks::deciding ? around.deciding()
                           : asks == Asks::text   ? around.in_text()
                                                  : around.below();
      Outcome value = evaluate(argument, inner);
      if (!value) return value;
      if (!expanded) {
        made.arguments.push_back(*value);
        made.places.push_back(place(argument));
        continue;
      }
      const Value settled = context_.settled(*value);
      const auto* list = settled.pointer<value::List>();
      if (list == nullptr) {
        if (!is_null(settled) && !is_known(settled) && !is_text(settled))
          return context_.open_as(settled);
        return refused(
            base::format("`...` stands behind a list, and this is {}", described(settled)),
            place(argument));
      }
      if (!value::is_closed(*list)) return open_list(settled, *list);
      for (const value::Member& member : list->members) {
        made.arguments.push_back(
            member.value.with_sensitive(member.value.sensitive() || settled.sensitive()));
        made.places.push_back(place(argument));
      }
    }
    return apply(*function, made);
  }

  Outcome open_list(const Value& value, const value::List& list) {
    const value::Undecided* waits = waits_within(context_.arena(), value);
    if (waits != nullptr) return value::undecided(context_.arena(), {waits->choices});
    return context_.unknown(list.open ? list.open_reason : "a list is not known whole");
  }

  Outcome first_that_works(const Node& node, const Around& around) {
    if (node.entries.empty()) return refused("try: it has at least 1 argument", place(node));
    Outcome made = refused({});
    for (const Entry& entry : node.entries) {
      made = evaluate(*entry.value, around.below());
      if (made) return made;
    }
    return refused(base::format("try: none of it can be evaluated: {}", made.error().message),
                   place(node));
  }

  Outcome works(const Node& node, const Around& around) {
    if (node.entries.size() != 1) return refused("can: it has 1 argument", place(node));
    const Outcome made = evaluate(*node.entries.front().value, around.below());
    if (made && made->open()) return context_.open_as(*made);
    return Value::boolean(made.has_value()).with_origin(written_at(node));
  }

  Context& context_;
  std::optional<source::Span> fixed_;
  bool sensitive_ = false;  // what decides the items of the `for` under way
  Value open_;              // the condition of a `for` that was open last
};

bool is_name(std::string_view text) {
  if (!base::begins_identifier(text)) return false;
  while (!text.empty() && (text.front() == '-' || base::continues_identifier(text)))
    text.remove_prefix(std::max<std::size_t>(base::utf8_sequence(text), 1));
  return text.empty();
}

// The names of a template: nothing else is in sight.
class TemplateScope : public Scope {
 public:
  TemplateScope(Scope& outer, std::string_view function) : outer_(outer), function_(function) {
    budget = outer.budget;
  }
  ~TemplateScope() override { outer_.budget = budget; }
  TemplateScope(const TemplateScope&) = delete;
  TemplateScope& operator=(const TemplateScope&) = delete;

  base::Result<Named, Refusal> name(const Node& variable, Use /*use*/) override {
    return refused(
        base::format("{}: the template names {}, which it is not given", function_, variable.text),
        variable.span);
  }
  Outcome part(const value::Reference& reference, std::string_view step,
               source::Span span) override {
    return outer_.part(reference, step, span);
  }
  Value written(const Value& reference) override { return outer_.written(reference); }
  base::Result<std::string_view, std::string> file(std::string_view path) override {
    return outer_.file(path);
  }

 private:
  Scope& outer_;
  std::string_view function_;
};

}  // namespace

Outcome evaluate(const Node& expression, Scope& scope, base::Arena& arena, Use use) {
  return evaluate(expression, scope, arena, use, nullptr);
}

Outcome evaluate(const Node& expression, Scope& scope, base::Arena& arena, Use use,
                 const Bound* bound) {
  Context context(scope, arena);
  Outcome made = Evaluator(context).evaluate(expression, {use, bound, 0});
  if (context.spent()) return context.too_large().with_written(expression.span);
  return made;
}

Outcome render(Call& call, std::string_view text, const value::Map& variables) {
  Context& outer = call.context;
  if (!outer.enter(call.depth) || !outer.spend_text(text.size())) return outer.too_large();
  syntax::Tree tree;
  Node scalar;
  scalar.style = syntax::Style::double_quoted;
  scalar.text = text;
  std::vector<finding::Finding> errors;
  const Node* parsed = parse::parse_hcl_template(tree, scalar, errors);
  if (parsed == nullptr) {
    return call.refuse(
        0, base::format("it is no template: {}", errors.empty() ? "" : errors.front().message));
  }
  for (const value::MapEntry& entry : variables.entries) {
    if (!is_name(entry.key))
      return call.refuse(1, base::format("\"{}\" is no name that a template could use", entry.key));
  }
  std::vector<Bound> names(variables.entries.size());
  const Bound* bound = nullptr;
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = {variables.entries[i].key, variables.entries[i].value, bound};
    bound = &names[i];
  }
  TemplateScope scope(outer.scope(), call.name);
  Context inner(scope, outer.arena());
  return Evaluator(inner, call.span).evaluate(*parsed, {Use::text, bound, call.depth + 1});
}

}  // namespace resilint::dialect::terraform
