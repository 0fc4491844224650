// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/cel/session.h"

namespace resilint::test {
namespace {

using cel::Type;
using cel::TypeKind;

constexpr Type integer{TypeKind::integer};
constexpr Type text{TypeKind::string};
constexpr Type any{};
constexpr Type queue{TypeKind::object, nullptr, nullptr, "shop.queue"};
constexpr Type topic{TypeKind::object, nullptr, nullptr, "shop.topic"};
constexpr Type either{TypeKind::object, nullptr, nullptr, "shop.queue|shop.topic"};
constexpr Type queues{TypeKind::list, &queue};
constexpr Type counts{TypeKind::map, &integer, &text};

class Shop final : public cel::Kinds {
 public:
  [[nodiscard]] bool known(std::string_view kind) const override { return table().contains(kind); }
  [[nodiscard]] std::optional<cel::Attribute> attribute(std::string_view kind,
                                                        std::string_view name) const override {
    const auto& attributes = table().at(kind);
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::vector<std::string_view> attributes(std::string_view kind) const override {
    std::vector<std::string_view> names;
    for (const auto& [name, attribute] : table().at(kind)) names.push_back(name);
    return names;
  }
  [[nodiscard]] std::vector<std::string_view> kinds() const override {
    return {"shop.queue", "shop.topic"};
  }

 private:
  using Attributes = std::map<std::string_view, cel::Attribute>;
  static const std::map<std::string_view, Attributes>& table() {
    static const std::map<std::string_view, Attributes> made{
        {"shop.queue",
         {{"name", {text, false}},
          {"visibility_timeout", {integer, false}},
          {"redrive_policy", {any, true}},
          {"dead_letter_queue", {queue, true}},
          {"receives", {integer, true}},
          {"sources", {queues, false}}}},
        {"shop.topic", {{"name", {text, true}}, {"sources", {queues, false}}}}};
    return made;
  }
};

const Shop shop;
constexpr Type of_parameters[] = {queues, text};
constexpr cel::Function functions[] = {
    {"of", true, of_parameters, queues, true, false,
     [](base::Arena&, std::span<const value::Value> arguments) { return arguments[0]; }}};
constexpr cel::Variable variables[] = {{"queue", queue},   {"topic", topic},  {"target", either},
                                       {"queues", queues}, {"n", integer},    {"s", text},
                                       {"d", any},         {"counts", counts}};

cel::Environment environment() { return {variables, functions, &shop, {}}; }

std::string check(std::string_view expression) {
  return CelSession().check(expression, environment());
}

std::vector<std::string> guards(std::string_view expression) {
  CelSession session;
  session.check(expression, environment());
  return session.checked.guards;
}

std::vector<std::string> needs(std::string_view expression) {
  CelSession session;
  session.check(expression, environment());
  return session.checked.needs;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("cel: types of sound expressions") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"1 + 2", "int"},
      {"1 < 2.5 || n == 2u", "bool"},
      {"n > 0 ? 'a' : 'b'", "string"},
      {"n > 0 ? 1 : 'b'", "dyn"},
      {"queues.map(q, q.name)", "list(string)"},
      {"queues.filter(q, q.name == s)", "list(shop.queue)"},
      {"queues.of('shop.topic')", "list(shop.topic)"},
      {"queues.of('shop.queue|shop.topic').all(x, size(x.sources) > 0)", "bool"},
      {"n > 0 ? queue : topic", "shop.queue|shop.topic"},
      {"target.sources", "list(shop.queue)"},
      {"{'a': 1}", "map(string, int)"},
      {"counts.a + counts['b']", "int"},
      {"counts.exists(k, v, k == 'a' && v > 1)", "bool"},
      {"counts.transformMap(k, v, string(v))", "map(string, string)"},
      {"queues.transformList(i, q, i)", "list(int)"},
      {"[1, 'a']", "list(dyn)"},
      {"[[], [1]]", "list(list(int))"},
      {"d.anything[0] + 1", "int"},
      {"queue == null || null != 'a'", "bool"},
      {"timestamp('') - timestamp('') < duration('')", "bool"},
      {"timestamp('') + duration('')", "timestamp"},
      {"size(s) + s.size()", "int"},
      {"type(1) == int", "bool"},
      {"-n", "int"},
      {"b'a' + bytes(s)", "bytes"},
      {"n in [1, 2.0] && 'a' in counts", "bool"},
  };
  for (const auto& [expression, type] : cases) {
    INFO(expression);
    CHECK(check(expression) == type);
  }
}

TEST_CASE("cel: unknown names, attributes, functions and kinds come with what was meant") {
  CHECK(check("queu.name") == "[[queu]].name: unknown name `queu`; did you mean `queue`?");
  CHECK(check("queue.visibility_timout > 1") ==
        "queue.[[visibility_timout]] > 1: shop.queue has no attribute `visibility_timout`; did "
        "you mean `visibility_timeout`?");
  CHECK(check("has(queue.nmae)") ==
        "[[has(queue.nmae)]]: shop.queue has no attribute `nmae`; did you mean `name`?");
  CHECK(check("s.startswith('a')") ==
        "[[s.startswith('a')]]: there is no function startswith(); did you mean `startsWith()`?");
  CHECK(check("queues.of('shop.quue')") ==
        "queues.of([['shop.quue']]): there is no kind `shop.quue`; did you mean `shop.queue`?");
  CHECK(check("target.visibility_timeout") ==
        "target.[[visibility_timeout]]: shop.topic has no attribute `visibility_timeout`");
  CHECK(check("queues.exists(q, x)") == "queues.exists(q, [[x]]): unknown name `x`");
}

TEST_CASE("cel: operands of the wrong type") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"n == s", "[[n == s]]: int and string are never equal"},
      {"queue == topic", "[[queue == topic]]: shop.queue and shop.topic are never equal"},
      {"[1] == ['a']", "[[[1] == ['a']]]: list(int) and list(string) are never equal"},
      {"s < n", "[[s < n]]: string and int have no order"},
      {"queue < queue", "[[queue < queue]]: shop.queue and shop.queue have no order"},
      {"n + s", "[[n + s]]: `+` does not work on int and string"},
      {"n + 1.5",
       "[[n + 1.5]]: `+` does not work on int and double; convert one side, `double(x)` or "
       "`int(x)`"},
      {"d + true", "[[d + true]]: `+` does not work on dyn and bool"},
      {"1.0 % 2.0", "[[1.0 % 2.0]]: `%` does not work on double and double"},
      {"-s", "[[-s]]: `-` does not work on string"},
      {"n && true", "[[n]] && true: expected bool, this is int"},
      {"!s", "![[s]]: expected bool, this is string"},
      {"n ? 1 : 2", "[[n]] ? 1 : 2: expected bool, this is int"},
      {"s in [1]", "[[s in [1]]]: string is never in list(int)"},
      {"1 in n", "1 in [[n]]: `in` needs a list or a map, this is int"},
      {"[1]['a']", "[1][[['a']]]: a list is indexed by an int, this is string"},
      {"counts[1]", "counts[[[1]]]: the keys of map(string, int) are string, this is int"},
      {"n[0]", "[[n[0]]]: int has no elements"},
      {"n.name", "n.[[name]]: int has no members"},
      {"has(n.a)", "[[has(n.a)]]: has() asks objects and maps, this is int"},
      {"n.all(x, true)", "[[n]].all(x, true): expected a list or a map, this is int"},
      {"queues.all(q, q.name)", "queues.all(q, [[q.name]]): expected bool, this is string"},
      {"{1.5: 1}", "{[[1.5]]: 1}: double cannot be a key"},
      {"size(n)", "size([[n]]): size() needs string, bytes, list or map here, this is int"},
      {"s.contains(1)", "s.contains([[1]]): contains() needs string here, this is int"},
      {"s.contains()", "[[s.contains()]]: contains() takes 1 argument, found 0"},
      {"int(1, 2)", "[[int(1, 2)]]: int() takes 1 argument, found 2"},
      {"contains(s, s)",
       "[[contains(s, s)]]: contains() is called on a value; write `x.contains(…)`"},
      {"n.int()", "[[n.int()]]: int() is not called on a value; write `int(…)`"},
      {"queues.of()", "[[queues.of()]]: of() takes 1 argument, found 0"},
      {"s.of('shop.queue')",
       "[[s]].of('shop.queue'): of() needs list(shop.queue) here, this is string"},
      {"queues.of(s)",
       "queues.of([[s]]): expected the name of a kind in quotes, \"aws.sqs.queue\""},
      {"timestamp('') + timestamp('')",
       "[[timestamp('') + timestamp('')]]: `+` does not work on timestamp and timestamp"},
  };
  for (const auto& [expression, problem] : cases) CHECK(check(expression) == problem);
}

TEST_CASE("cel: an optional attribute is read only behind has()") {
  CHECK(check("queue.receives > 3") ==
        "queue.[[receives]] > 3: receives may be absent; guard it: `has(queue.receives) && …`");
  CHECK(check("has(queue.receives) || queue.receives > 3") ==
        "has(queue.receives) || queue.[[receives]] > 3: receives may be absent; guard it: "
        "`has(queue.receives) && …`");
  CHECK(check("queue.receives > 3 && has(queue.receives)").find("may be absent") !=
        std::string::npos);
  CHECK(check("queues[0].receives > 3") ==
        "queues[0].[[receives]] > 3: receives may be absent, and has() can only guard names; go "
        "over a list, `.filter(x, has(x.name))`, or name the object first");
  // Another variable of the same name.
  CHECK(
      check("has(queue.receives) && queues.all(queue, queue.receives > 3)").find("may be absent") !=
      std::string::npos);
  // The guard is gone where the filter's list is.
  CHECK(check("queues.filter(q, has(q.receives)).size() > 0 && queues.all(q, q.receives > 3)")
            .find("may be absent") != std::string::npos);
  // A kind of the alternatives does not always have it.
  CHECK(check("target.name == s").find("name may be absent") != std::string::npos);
}

TEST_CASE("cel: guards that prove an attribute present") {
  const std::vector<std::string> sound{
      "has(queue.receives) && queue.receives > 3",
      "has(queue.receives) ? queue.receives > 3 : true",
      "!has(queue.receives) ? true : queue.receives > 3",
      "!has(queue.receives) || queue.receives > 3",
      "!(n > 1 && has(queue.receives)) || queue.receives > 3",
      "n > 1 && (has(queue.receives) && n > 2) && queue.receives > 3",
      "has(queue.dead_letter_queue) && has(queue.dead_letter_queue.receives) && "
      "queue.dead_letter_queue.receives > 1",
      "has(queue.receives) && queues.all(q, queue.receives > 3)",
      "queues.all(q, has(q.receives) && q.receives > 3)",
      "queues.filter(q, has(q.receives)).all(x, x.receives > 3)",
      "queues.filter(q, has(q.receives)).filter(x, x.receives > 1).exists(y, y.receives == 2)",
      "queues.map(q, has(q.receives), q.receives).exists(x, x > 3)",
      "(has(queue.receives) ? n > 1 : false) && queue.receives > 3",
      "((has(queue.receives) && n > 1) || (has(queue.receives) && n < 0)) && queue.receives > 3",
  };
  for (const std::string& expression : sound) {
    INFO(expression);
    CHECK(check(expression) == "bool");
  }
}

TEST_CASE("cel: what is guarded before the expression needs no guard in it") {
  const std::vector<std::string> guarded{"queue.receives"};
  cel::Environment after = environment();
  after.guarded = guarded;
  CHECK(CelSession().check("queue.receives > 3", after) == "bool");
}

TEST_CASE("cel: what an expression proves when it is true") {
  CHECK(guards("has(queue.receives) && has(queue.dead_letter_queue.receives)") ==
        Paths{"queue.dead_letter_queue.receives", "queue.receives"});
  CHECK(guards("!(!has(queue.receives) || n > 1)") == Paths{"queue.receives"});
  CHECK(guards("has(queue.receives) || has(queue.redrive_policy)") == Paths{});
  CHECK(guards("queues.all(q, has(q.receives))") == Paths{});
  CHECK(guards("n > 1 ? has(queue.receives) : false") == Paths{"queue.receives"});
}

TEST_CASE("cel: what an expression needs is all that it reads without a guard, each once") {
  CHECK(needs("queue.name == 'a' || queue.name == 'b' || size(queue.sources) > 0") ==
        Paths{"shop.queue.name", "shop.queue.sources"});
  CHECK(needs("has(queue.receives) && queue.receives > 1") == Paths{});
  CHECK(needs("has(queue.dead_letter_queue.receives)") == Paths{"shop.queue.dead_letter_queue"});
  CHECK(needs("size(target.sources) > 0") == Paths{"shop.queue.sources", "shop.topic.sources"});
  CHECK(needs("queues.exists(q, q.visibility_timeout > 1)") ==
        Paths{"shop.queue.visibility_timeout"});
}

TEST_CASE("cel: a constant pattern is read when the rule is checked") {
  CHECK(check("s.matches('[a-z]+')") == "bool");
  CHECK(check("s.matches('(')").starts_with("s.matches([['(']]): the pattern is not valid: "));
}

TEST_CASE("cel: names are looked up in the container first") {
  CelSession session;
  const cel::Variable names[] = {{"a.b.x", integer}, {"x", text}};
  const cel::Environment inside{names, {}, nullptr, {}, "a.b"};
  CHECK(session.check("x", inside) == "int");
  CHECK(session.check(".x", inside) == "string");
  CHECK(session.check("a.b.x + 1", inside) == "int");
  CHECK(session.check("[true].all(x, x)", inside) == "bool");
}

TEST_CASE("cel: a type is shown as a rule's author would say it") {
  CHECK(cel::display(queues) == "list(shop.queue)");
  CHECK(cel::display(counts) == "map(string, int)");
  CHECK(cel::display(Type{TypeKind::list}) == "list");
  CHECK(cel::display(Type{TypeKind::object}) == "object");
}

}  // namespace resilint::test
