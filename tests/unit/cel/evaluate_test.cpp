// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/cel/session.h"

namespace resilint::test {
namespace {

using value::Truth;
using value::Value;

std::string run(std::string_view text) { return CelSession().run(text); }

// A queue with two attributes written and one that may be.
class Queue final : public value::Object {
 public:
  explicit Queue(Value visibility) : visibility_(visibility) {}
  [[nodiscard]] std::string_view kind() const override { return "shop.queue"; }
  [[nodiscard]] Value attribute(std::string_view name) const override {
    return name == "visibility" ? visibility_ : Value{};
  }
  [[nodiscard]] Truth has(std::string_view name) const override {
    return name == "visibility" ? Truth::yes : name == "policy" ? Truth::unknown : Truth::no;
  }
  [[nodiscard]] std::string_view address() const override { return "Orders"; }

 private:
  Value visibility_;
};

Value object(const value::Object& held) { return Value(Value::Payload(&held)); }

}  // namespace

TEST_CASE("cel: errors have a place and say what is wrong") {
  CHECK(run("1 + 1 / 0") == "1 + [[1 / 0]]: division by zero");
  CHECK(run("9223372036854775807 + 1") ==
        "[[9223372036854775807 + 1]]: the result does not fit into an int");
  CHECK(run("-(-9223372036854775808)") ==
        "[[-(-9223372036854775808)]]: the result does not fit into an int");
  CHECK(run("1 + 1u") == "[[1 + 1u]]: `+` does not work on int and uint");
  CHECK(run("[1][3]") == "[[[1][3]]]: there is no element 3, the list has 1");
  CHECK(run("{'a': 1}.b") == "[[{'a': 1}.b]]: the map has no key \"b\"");
  CHECK(run("{1: 1, 1u: 2}") == "{1: 1, [[1u]]: 2}: the key 1u comes twice");
  CHECK(run("int('x')") == "[[int('x')]]: \"x\" is not an int");
  CHECK(run("1 && true") == "[[1 && true]]: a side of `&&` is int, not bool");
  CHECK(run("nothing") == "[[nothing]]: unknown name `nothing`");
  CHECK(run("'a'.matches('(')").starts_with("[['a'.matches('(')]]: the pattern is not valid: "));
}

TEST_CASE("cel: a side that decides hides the error of the other") {
  CHECK(run("false && 1 / 0 > 0") == "false");
  CHECK(run("1 / 0 > 0 && false") == "false");
  CHECK(run("1 / 0 > 0 || true") == "true");
  CHECK(run("true && 1 / 0 > 0") == "true && [[1 / 0]] > 0: division by zero");
  CHECK(run("[0, 1].exists(x, 1 / x == 1)") == "true");
  CHECK(run("[0, 1].all(x, 1 / x > 1)") == "false");
  CHECK(run("[0, 2].exists(x, 1 / x == 1)") ==
        "[0, 2].exists(x, [[1 / x]] == 1): division by zero");
}

TEST_CASE("cel: an unknown goes through what cannot be decided without it") {
  CelSession session;
  session.bind("u", session.unknown("parameter P has no default", "P"));
  session.bind("v", session.unknown("parameter Q has no default", "Q"));
  const std::string because_p = "(unknown: parameter P has no default)";
  CHECK(session.run("u + 1") == because_p);
  CHECK(session.run("1 / 0 + u") == because_p);
  CHECK(session.run("u.a[0]") == because_p);
  CHECK(session.run("u ? 1 : 2") == because_p);
  CHECK(session.run("!u") == because_p);
  CHECK(session.run("size(u)") == because_p);
  CHECK(session.run("u && true") == because_p);
  CHECK(session.run("u && 1 / 0 > 1") == because_p);
  CHECK(session.run("u && v") == because_p);
  CHECK(session.run("v + u") == "(unknown: parameter Q has no default)");
  CHECK(session.run("false && u") == "false");
  CHECK(session.run("u && false") == "false");
  CHECK(session.run("u || true") == "true");
  CHECK(session.run("true ? 1 : u") == "1");
}

TEST_CASE("cel: unknowns are equal by their symbol only") {
  CelSession session;
  session.bind("u", session.unknown("no default", "P"));
  session.bind("same", session.unknown("no default", "P"));
  session.bind("other", session.unknown("no default", "Q"));
  session.bind("nameless", session.unknown("no default"));
  CHECK(session.run("u == same") == "true");
  CHECK(session.run("u != same") == "false");
  CHECK(session.run("u in [1, same]") == "true");
  CHECK(session.run("u == other") == "(unknown: no default)");
  CHECK(session.run("u == 1") == "(unknown: no default)");
  CHECK(session.run("nameless == nameless") == "(unknown: no default)");
  CHECK(session.run("[1, u] == [2, u]") == "false");
  CHECK(session.run("[1, u] == [1, 5]") == "(unknown: no default)");
  // What is made from a symbol is another value.
  CHECK(session.run("u + 1 == same + 1") == "(unknown: no default)");
}

TEST_CASE("cel: bounds decide comparisons of unknown integers") {
  CelSession session;
  session.bind("n", session.bounded(2, 4));
  session.bind("least", session.bounded(2, {}));
  CHECK(session.run("[n >= 2, n > 1, n < 5, n <= 4, n != 5, 1 < n, 4 >= n, !(n == 1)]") ==
        "[true, true, true, true, true, true, true, true]");
  CHECK(session.run("[n > 4, n < 2, n == 5, n in [0, 1], least < 2]") ==
        "[false, false, false, false, false]");
  CHECK(session.run("n > 3") == "(unknown: bounded)");
  CHECK(session.run("least > 2") == "(unknown: bounded)");
  CHECK(session.run("n == 3") == "(unknown: bounded)");
}

TEST_CASE("cel: undecided parameters are united, and a choice may decide a logical operator") {
  CelSession session;
  session.bind("a", session.undecided({"Stage", "Size"}));
  session.bind("b", session.undecided({"Stage", "Region"}));
  session.bind("u", session.unknown("no default"));
  CHECK(session.run("a + b") == "(depends on Stage, Size, Region)");
  CHECK(session.run("a == 1") == "(depends on Stage, Size)");
  CHECK(session.run("a + u") == "(unknown: no default)");
  CHECK(session.run("u && a") == "(depends on Stage, Size)");
  CHECK(session.run("[u, a, b].exists(x, x)") == "(depends on Stage, Size, Region)");
  CHECK(session.run("a && false") == "false");
}

TEST_CASE("cel: texts and references are known only when deployed, but can be equal") {
  CelSession session;
  session.bind("arn", session.reference("Arn"));
  session.bind("name", session.text("table/", session.reference("")));
  session.bind("parameter", session.text("table/", session.unknown("parameter P has no default")));
  CHECK(session.run("arn == arn && name == name") == "true");
  CHECK(session.run("arn == 5") == "(unknown: Arn of a resource is known only when deployed)");
  CHECK(session.run("name == 1u") == "false");
  CHECK(session.run("name.startsWith('table')") ==
        "(unknown: \"table/${…}\" is known only when deployed)");
  CHECK(session.run("arn + 'x'") == "(unknown: Arn of a resource is known only when deployed)");
  CHECK(session.run("parameter + 'x'") == "(unknown: parameter P has no default)");
}

TEST_CASE("cel: objects are read through their attributes, and the reads are observed") {
  struct Reads final : cel::Observer {
    void read(const value::Object& of, std::string_view attribute, const Value& value) override {
      seen.push_back(std::string(of.address()) + "." + std::string(attribute) + " = " +
                     value::display(value));
    }
    std::vector<std::string> seen;
  } reads;
  const Queue queue(Value::integer(30));
  const Queue twin(Value::integer(30));
  CelSession session;
  session.observer = &reads;
  session.bind("queue", object(queue));
  session.bind("twin", object(twin));
  CHECK(session.run("queue.visibility >= 30 && twin.visibility < 30") == "false");
  CHECK(reads.seen == std::vector<std::string>{"Orders.visibility = 30", "Orders.visibility = 30"});
  CHECK(session.run("has(queue.visibility) && !has(queue.name)") == "true");
  CHECK(session.run("has(queue.policy)") == "(unknown: policy of Orders may or may not be set)");
  CHECK(session.run("queue.name + 'x'") == "[[queue.name]] + 'x': name of Orders is not set");
  // A `let` that is nothing but an absent attribute is absent.
  CHECK(session.run("queue.name") == "(not set)");
  CHECK(session.run("[queue == queue, queue == twin, queue != null]") == "[true, false, true]");
  CHECK(session.run("type(queue)") == "shop.queue");
}

TEST_CASE("cel: maps with members that may be absent, and open ones") {
  CelSession session;
  session.bind("m", session.map({{"a", {}, Value::integer(1)},
                                 {"b", {}, value::maybe_absent(session.arena, "condition C")}}));
  session.bind("open", session.map({{"a", {}, Value::integer(1)}}, "a macro may add members"));
  CHECK(session.run("[has(m.a), has(m.c), 'a' in m]") == "[true, false, true]");
  CHECK(session.run("has(m.b)") == "(unknown: condition C)");
  CHECK(session.run("'b' in m") == "(unknown: condition C)");
  CHECK(session.run("m.b") == "(unknown: condition C)");
  CHECK(session.run("[size(m) >= 1, size(m) <= 2, size(m) > 2]") == "[true, true, false]");
  CHECK(session.run("m.all(k, k == 'a')") ==
        "(unknown: a member may or may not belong to the list)");
  CHECK(session.run("[open.a, has(open.a)]") == "[1, true]");
  CHECK(session.run("open.b") == "(unknown: a macro may add members)");
  CHECK(session.run("has(open.b)") == "(unknown: a macro may add members)");
  CHECK(session.run("'b' in open") == "(unknown: a macro may add members)");
  CHECK(session.run("open == {'a': 1}") == "(unknown: a part of it is not known)");
}

TEST_CASE("cel: numbers of all types share one line") {
  CHECK(run("[1 == 1u, 1 == 1.0, 1u == 1.0, 2 > 1.5, 1 in [1u], {1: 'a'}[1u] == {1u: 'a'}[1.0]]") ==
        "[true, true, true, true, true, true]");
  CHECK(run("{1: 'a'} == {1u: 'a'}") == "true");
  CHECK(run("[0.0 / 0.0 == 0.0 / 0.0, 0.0 / 0.0 < 1, 1 == '1', null == 0]") ==
        "[false, false, false, false]");
}

TEST_CASE("cel: strings are ordered by code points, bytes by bytes") {
  CHECK(run("['Z' < 'a', 'a' < 'ab', 'é' > 'z', b'\\x01' < b'\\xff', false < true]") ==
        "[true, true, true, true, true]");
  CHECK(run("'a' < 1") == "[['a' < 1]]: string and int have no order");
}

TEST_CASE("cel: macros over lists and maps") {
  CHECK(run("[1, 2, 3].filter(x, x > 1).map(x, x * x)") == "[4, 9]");
  CHECK(run("[1, 2, 3].map(x, x != 2, [x])") == "[[1], [3]]");
  CHECK(run("{'a': 1, 2: 3}.map(k, k)") == "[\"a\", 2]");
  CHECK(run("[[1, 2].exists_one(x, x == 1), [1, 1].exists_one(x, x == 1)]") == "[true, false]");
  CHECK(run("[3, 1].exists(i, v, i == 1 && v == 1)") == "true");
  CHECK(run("{'a': 1}.transformMap(k, v, k + string(v))") == "{\"a\": \"a1\"}");
  CHECK(run("[5].transformMap(i, v, v)") == "{0: 5}");
  CHECK(run("['a'].transformList(i, v, i)") == "[0]");
  CHECK(run("[1].map(x, [2].map(x, x) + [x])") == "[[2, 1]]");
  CHECK(run("'a'.all(x, true)") ==
        "[['a'.all(x, true)]]: expected a list or a map, this is string");
}

TEST_CASE("cel: standard functions") {
  CHECK(run("[size('añ😀'), size(b'añ'), 'a'.size(), size({1: 2})]") == "[3, 3, 1, 1]");
  CHECK(
      run("['abc'.contains('bc'), ''.contains(''), 'abc'.startsWith('b'), 'abc'.endsWith('c')]") ==
      "[true, true, false, true]");
  CHECK(run("['2024'.matches('^[0-9]+$'), matches('ab', 'b')]") == "[true, true]");
  CHECK(run("bool('T')") == "[[bool('T')]]: \"T\" is not a bool");
  CHECK(run("[int('-5'), int(2.9), uint(3), double('1.5'), string(2u), string(b'a'), bool('t')]") ==
        "[-5, 2, 3u, 1.5, \"2\", \"a\", true]");
  CHECK(run("[type(1), type(type(1)), type(null), int]") == "[int, type, null_type, int]");
  CHECK(run("string(b'\\xed\\xa0\\x80')") ==
        "[[string(b'\\xed\\xa0\\x80')]]: the bytes are not UTF-8");
  CHECK(run("size(1)") == "[[size(1)]]: size() does not work on int");
}

TEST_CASE("cel: points and spans of time") {
  CHECK(run("timestamp('2024-02-29T12:30:00.5+01:00')") == "timestamp(\"2024-02-29T11:30:00.5Z\")");
  CHECK(run("[duration('1h30m'), duration('-1.5s'), duration('0'), duration('1ms')]") ==
        R"([duration("5400s"), duration("-1.5s"), duration("0s"), duration("0.001s")])");
  CHECK(run("timestamp('2024-01-01T00:00:00Z') - timestamp('2023-01-01T00:00:00Z')") ==
        "duration(\"31536000s\")");
  CHECK(run("[timestamp(0).getFullYear(), timestamp(0).getDayOfWeek(), "
            "timestamp(0).getHours('+02:00')]") == "[1970, 4, 2]");
  CHECK(run("timestamp(0).getHours('Europe/Paris')") ==
        "[[timestamp(0).getHours('Europe/Paris')]]: \"Europe/Paris\" is no offset; zones are "
        "\"UTC\" or \"+02:00\" here");
  CHECK(run("timestamp('2023-02-29T00:00:00Z')").find("is not a timestamp") != std::string::npos);
  CHECK(run("duration('1d')").find("is not a duration") != std::string::npos);
}

TEST_CASE("cel: what is made from a sensitive value is sensitive") {
  CelSession session;
  session.bind("secret", Value::string("hush").with_sensitive(true));
  session.bind("map", session.map({{"a", {}, Value::integer(1)}}).with_sensitive(true));
  for (const std::string_view made :
       {"secret + 'x'", "secret == 'x'", "size(secret)", "secret in ['x']", "map.a", "map['a']",
        "[secret][0]", "{'a': secret}.a", "[secret].exists(x, x == 'y')", "secret < 'x'",
        "!(secret == 'x')", "secret == 'x' || false", "string(secret)"}) {
    INFO(made);
    CHECK(session.run(made) == "(sensitive)");
  }
  CHECK(session.run("[secret, 1]") == "[(sensitive), 1]");
  CHECK(session.run("secret == 'hush' && false") == "false");
}

TEST_CASE("cel: an expression that would run for ages is an error soon") {
  const std::string ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
  std::string many = "true";
  for (int i = 0; i < 9; ++i) many = ten + ".all(x" + std::to_string(i) + ", " + many + ")";
  CHECK(run(many).ends_with("the expression takes too many steps"));
  CHECK(run(many + " || true").ends_with("the expression takes too many steps"));
  std::string doubled = "['0123456789']";
  for (int i = 0; i < 60; ++i) doubled += ".map(x, x + x)";
  CHECK(run(doubled).ends_with("the expression takes too many steps"));
  std::string lists = "[[0]]";
  for (int i = 0; i < 60; ++i) lists += ".map(x, [x, x])";
  CHECK(run(lists + " == " + lists).ends_with("the expression takes too many steps"));
}

TEST_CASE("cel: functions of the embedder get known values, lazy ones any") {
  static constexpr cel::Type any{};
  static constexpr cel::Type parameters[] = {any};
  static constexpr cel::Function table[] = {
      {"double_it", true, parameters, any, false, false,
       [](base::Arena&, std::span<const Value> arguments) {
         return Value::integer(*arguments[0].get<std::int64_t>() * 2);
       }},
      {"is_known", false, parameters, any, false, true,
       [](base::Arena&, std::span<const Value> arguments) {
         return Value::boolean(!arguments[0].open());
       }}};
  CelSession session;
  session.functions = table;
  session.bind("u", session.unknown("no default"));
  CHECK(session.run("4.double_it()") == "8");
  CHECK(session.run("u.double_it()") == "(unknown: no default)");
  CHECK(session.run("[is_known(1), is_known(u)]") == "[true, false]");
  CHECK(session.run("double_it(4)") ==
        "[[double_it(4)]]: there is no function double_it() with 1 argument");
}

}  // namespace resilint::test
