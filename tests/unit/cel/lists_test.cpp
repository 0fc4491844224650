// SPDX-License-Identifier: Apache-2.0
// Lists whose members may or may not belong, and lists that may have more: the table of design
// section 4, every macro and operator over every kind of list.
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/cel/session.h"

namespace resilint::test {
namespace {

using value::Value;

// "T", "F" or "?": what is known of the expression when `l` is the list.
std::string truth(CelSession& session, std::string_view expression) {
  const std::string shown = session.run(expression);
  if (shown == "true") return "T";
  if (shown == "false") return "F";
  return shown.starts_with("(unknown: ") ? "?" : shown;
}

// 1 hits `x == 1`, 0 misses it, u may do either.
struct Shape {
  std::string_view name;
  std::vector<value::Member> members;
  bool open = false;
};

std::vector<Shape> shapes(CelSession& session) {
  const Value hit = Value::integer(1);
  const Value miss = Value::integer(0);
  const Value any = session.unknown("not known");
  return {
      {"closed: empty", {}},
      {"closed: hit", {definite(hit), definite(miss)}},
      {"closed: two hits", {definite(hit), definite(hit)}},
      {"closed: miss", {definite(miss), definite(miss)}},
      {"closed: unknown", {definite(any)}},
      {"closed: hit, unknown", {definite(hit), definite(any)}},
      {"closed: miss, unknown", {definite(miss), definite(any)}},
      {"maybe: hit", {perhaps(hit)}},
      {"maybe: miss", {perhaps(miss)}},
      {"maybe: unknown", {perhaps(any)}},
      {"maybe: hit beside a hit", {definite(hit), perhaps(hit)}},
      {"maybe: miss beside a hit", {definite(hit), perhaps(miss)}},
      {"maybe: hit beside a miss", {definite(miss), perhaps(hit)}},
      {"any number: hit", {any_number(hit)}},
      {"any number: miss", {any_number(miss)}},
      {"open: empty", {}, true},
      {"open: hit", {definite(hit)}, true},
      {"open: two hits", {definite(hit), definite(hit)}, true},
      {"open: miss", {definite(miss)}, true},
      {"open: unknown", {definite(any)}, true},
      {"open: maybe hit", {perhaps(hit)}, true},
  };
}

std::string row(CelSession& session, const Shape& shape) {
  session.bindings.clear();
  session.bind("l", session.list(shape.members, shape.open ? "somebody may add" : ""));
  std::string made(shape.name);
  for (const std::string_view expression :
       {"l.exists(x, x == 1)", "1 in l", "l.all(x, x == 1)", "l.exists_one(x, x == 1)",
        "size(l) >= 1", "size(l) >= 2", "size(l) == 0", "l.filter(x, x == 1).size() > 0",
        "l.map(x, x).size() > 0", "l == l", "l == [1, 0]"})
    made.append(" ").append(truth(session, expression));
  return made;
}

}  // namespace

TEST_CASE("cel: every macro and operator over every kind of list") {
  CelSession session;
  std::string table;
  for (const Shape& shape : shapes(session)) table += row(session, shape) + "\n";
  // exists, in, all, exists_one, size >= 1, size >= 2, size == 0, filter > 0, map > 0, == itself,
  // == [1, 0]
  CHECK(table ==
        "closed: empty F F T F F F T F F T F\n"
        "closed: hit T T F T T T F T T T T\n"
        "closed: two hits T T T F T T F T T T F\n"
        "closed: miss F F F F T T F F T T F\n"
        "closed: unknown ? ? ? ? T F F ? T ? F\n"
        "closed: hit, unknown T T ? ? T T F T T ? ?\n"
        "closed: miss, unknown ? ? F ? T T F ? T ? F\n"
        "maybe: hit ? ? T ? ? F ? ? ? ? ?\n"
        "maybe: miss F F ? F ? F ? F ? ? ?\n"
        "maybe: unknown ? ? ? ? ? F ? ? ? ? ?\n"
        "maybe: hit beside a hit T T T ? T ? F T T ? ?\n"
        "maybe: miss beside a hit T T ? T T ? F T T ? ?\n"
        "maybe: hit beside a miss ? ? F ? T ? F ? T ? ?\n"
        "any number: hit ? ? T ? ? ? ? ? ? ? ?\n"
        "any number: miss F F ? F ? ? ? F ? ? ?\n"
        "open: empty ? ? ? ? ? ? ? ? ? ? ?\n"
        "open: hit T T ? ? T ? F T T ? ?\n"
        "open: two hits T T ? F T T F T T ? ?\n"
        "open: miss ? ? F ? T ? F ? T ? ?\n"
        "open: unknown ? ? ? ? T ? F ? T ? ?\n"
        "open: maybe hit ? ? ? ? ? ? ? ? ? ? ?\n");
}

TEST_CASE("cel: the reason is that of the member or of the open end") {
  CelSession session;
  session.bind("open", session.list({}, "topic Alarms is exported"));
  session.bind("maybe", session.list({perhaps(Value::integer(1))}));
  CHECK(session.run("open.exists(x, true)") == "(unknown: topic Alarms is exported)");
  CHECK(session.run("open[0]") == "(unknown: topic Alarms is exported)");
  CHECK(session.run("size(open)") == "(unknown: topic Alarms is exported)");
  CHECK(session.run("maybe.exists(x, x == 1)") ==
        "(unknown: a member may or may not belong to the list)");
  CHECK(session.run("maybe[0]") == "(unknown: a member may or may not belong to the list)");
}

TEST_CASE("cel: filter keeps what it cannot judge as a member that may not belong") {
  CelSession session;
  session.bind("l",
               session.list({definite(Value::integer(1)), definite(session.unknown("no default")),
                             perhaps(Value::integer(2))},
                            "exported"));
  CHECK(session.run("l.filter(x, x < 2)") == "[1, perhaps (unknown: no default), perhaps more]");
  CHECK(session.run("l.map(x, x + 1)") == "[2, (unknown: no default), perhaps 3, perhaps more]");
  CHECK(session.run("l + [4]") == "[1, (unknown: no default), perhaps 2, 4, perhaps more]");
  CHECK(session.run("l.map(x, x == 1, [x])") ==
        "[[1], perhaps [(unknown: no default)], perhaps more]");
}

TEST_CASE("cel: an error over a member that may not belong is a doubt, not an error") {
  CelSession session;
  session.bind("l", session.list({definite(Value::integer(1)), perhaps(Value::integer(0))}));
  CHECK(session.run("l.exists(x, 1 / x == 1)") == "true");
  CHECK(session.run("l.all(x, 1 / x == 1)") ==
        "(unknown: a member may or may not belong to the list)");
  CHECK(session.run("l.map(x, 1 / x)") == "[1, perhaps (unknown: division by zero)]");
}

TEST_CASE("cel: the index of a member is known in a closed list only") {
  CelSession session;
  session.bind("l", session.list({definite(Value::integer(5))}, "exported"));
  CHECK(session.run("l.exists(i, v, v == 5)") == "true");
  CHECK(session.run("l.exists(i, v, i == 0)") ==
        "(unknown: a member may or may not belong to the list)");
}

}  // namespace resilint::test
