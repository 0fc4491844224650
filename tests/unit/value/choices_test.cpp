// SPDX-License-Identifier: Apache-2.0
#include "value/choices.h"

#include <catch2/catch.hpp>

namespace resilint::value {
namespace {

// Two choices of two candidates each.
struct Session {
  Session() {
    const Candidate both[] = {{Value::string("a"), "a"}, {Value::string("b"), "b"}};
    first = &choices.add("First", both, true);
    second = &choices.add("Second", both, false);
  }

  // What a computation that asks for the first choice, and for the second if the first is "b",
  // makes of them; computed anew only when it has to be.
  std::string computed() {
    if (const std::string* kept = memo.find(choices)) return *kept;
    ++computations;
    const Choices::Frame frame(choices);
    const Value* one = choices.chosen(*first);
    std::string made = shown(one);
    if (made == "b") made += shown(choices.chosen(*second));
    return memo.keep(frame, made);
  }
  static std::string shown(const Value* chosen) {
    return chosen == nullptr ? "?" : std::string(*chosen->get<std::string_view>());
  }

  base::Arena arena;
  Choices choices{arena};
  const Choice* first;
  const Choice* second;
  Memo<std::string> memo;
  int computations = 0;
};

TEST_CASE("choices: what was kept holds as long as the same is chosen of what it asked for") {
  Session session;
  CHECK(session.computed() == "?");
  session.choices.choose(*session.second, 1);
  CHECK(session.computed() == "?");
  CHECK(session.computations == 1);  // the second was not asked for
  session.choices.choose(*session.first, 0);
  CHECK(session.computed() == "a");
  session.choices.withdraw(*session.first);
  session.choices.choose(*session.first, 1);
  CHECK(session.computed() == "bb");
  CHECK(session.computations == 3);
  session.choices.withdraw(*session.second);
  CHECK(session.computed() == "b?");
  session.choices.withdraw(*session.first);
  CHECK(session.computed() == "?");
  CHECK(session.computations == 4);
}

TEST_CASE("choices: who uses what was kept rests on the same choices") {
  Session session;
  CHECK(session.computed() == "?");
  const Choices::Frame outer(session.choices);
  CHECK(session.computed() == "?");
  const Choices::Basis* basis = outer.basis();
  REQUIRE(basis != nullptr);
  session.choices.choose(*session.second, 0);
  CHECK(session.choices.holds(basis));
  session.choices.choose(*session.first, 0);
  CHECK_FALSE(session.choices.holds(basis));
}

TEST_CASE("choices: what asked for nothing always holds") {
  Session session;
  const Choices::Frame frame(session.choices);
  CHECK(frame.basis() == nullptr);
  session.choices.choose(*session.first, 1);
  CHECK(session.choices.holds(frame.basis()));
}

TEST_CASE("choices: something else equals none of the values that it excludes, and itself") {
  base::Arena arena;
  const std::vector<std::string_view> texts{"dev", "prod"};
  const auto other = [&](std::string_view symbol) {
    return Value(Value::Payload(static_cast<const Unknown*>(arena.make<Unknown>(
        Unknown{.reason = "anything else", .symbol = symbol, .none_of = arena.copy(texts)}))));
  };
  CHECK(equal(other("stage"), Value::string("dev")) == Truth::no);
  CHECK(equal(Value::string("prod"), other("stage")) == Truth::no);
  CHECK(equal(other("stage"), Value::string("test")) == Truth::unknown);
  CHECK(equal(other("stage"), other("stage")) == Truth::yes);
  CHECK(equal(other("stage"), other("size")) == Truth::unknown);
}

TEST_CASE("choices: what waits is united in the order in which it came up, each once") {
  Session session;
  const Choice* both[] = {session.second, session.first};
  const Choice* one[] = {session.first};
  const Undecided later{both};
  const Undecided sooner{one};
  CHECK(parameters_of(*united(session.arena, &sooner, &later)) == "First, Second");
  CHECK(parameters_of(*united(session.arena, &later, &sooner)) == "Second, First");
  CHECK(united(session.arena, nullptr, &later) == &later);
  CHECK(united(session.arena, nullptr, nullptr) == nullptr);
}

}  // namespace
}  // namespace resilint::value
