// SPDX-License-Identifier: Apache-2.0
#include "value/value.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace resilint::test {
namespace {

using value::Membership;
using value::Truth;
using value::Value;

class Values {
 public:
  Value list(std::vector<value::Member> members, std::string_view open_reason = {}) {
    return held(value::List{arena.copy(members), !open_reason.empty(), open_reason});
  }
  Value map(std::vector<value::MapEntry> entries) {
    return held(value::Map{arena.copy(entries), false, {}});
  }
  Value text(std::string_view before, const Value& hole, std::string_view after) {
    std::vector<value::TextPart> parts{
        {before, nullptr}, {{}, arena.make<Value>(hole)}, {after, nullptr}};
    return held(value::Text{arena.copy(parts)});
  }
  Value reference(std::uint32_t target, std::string_view attribute) {
    return held(value::Reference{value::ResourceId{target}, attribute, {}});
  }
  Value unknown(std::string_view symbol) { return value::unknown(arena, "reason", symbol); }

  base::Arena arena;

 private:
  template <typename T>
  Value held(const T& payload) {
    const T* kept = arena.make<T>(payload);
    return Value(Value::Payload(kept));
  }
};

Value integer(std::int64_t number) { return Value::integer(number); }

}  // namespace

TEST_CASE("truth: Kleene's tables") {
  const Truth all[] = {Truth::no, Truth::yes, Truth::unknown};
  const Truth conjunction[3][3] = {{Truth::no, Truth::no, Truth::no},
                                   {Truth::no, Truth::yes, Truth::unknown},
                                   {Truth::no, Truth::unknown, Truth::unknown}};
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      CHECK((all[a] && all[b]) == conjunction[a][b]);
      CHECK((all[a] || all[b]) == !(!all[a] && !all[b]));
    }
  }
}

TEST_CASE("value: numbers are equal by value, and no digit is lost") {
  CHECK(value::equal(integer(1), Value::real(1)) == Truth::yes);
  CHECK(value::equal(integer(1), Value::real(1.5)) == Truth::no);
  CHECK(value::equal(integer(9007199254740993), Value::real(9007199254740992.0)) == Truth::no);
  CHECK(value::equal(integer(INT64_MAX), Value::real(9223372036854775808.0)) == Truth::no);
  CHECK(value::equal(integer(1), Value::string("1")) == Truth::no);
  CHECK(value::equal({}, Value::null()) == Truth::no);
}

TEST_CASE("value: unknowns are equal by their symbols only") {
  Values values;
  CHECK(value::equal(values.unknown("P"), values.unknown("P")) == Truth::yes);
  CHECK(value::equal(values.unknown("P"), values.unknown("Q")) == Truth::unknown);
  CHECK(value::equal(values.unknown(""), values.unknown("")) == Truth::unknown);
  CHECK(value::equal(values.unknown("P"), integer(1)) == Truth::unknown);
}

TEST_CASE("value: references are equal by target and attribute, and never nothing") {
  Values values;
  CHECK(value::equal(values.reference(1, "Arn"), values.reference(1, "Arn")) == Truth::yes);
  CHECK(value::equal(values.reference(1, "Arn"), values.reference(1, "")) == Truth::unknown);
  CHECK(value::equal(values.reference(1, "Arn"), values.reference(2, "Arn")) == Truth::unknown);
  CHECK(value::equal(values.reference(1, "Arn"), Value::string("x")) == Truth::unknown);
  CHECK(value::equal(values.reference(1, "Arn"), {}) == Truth::no);
}

TEST_CASE("value: texts with holes differ when what is written differs") {
  Values values;
  const Value table = values.text("table/", values.reference(1, ""), "");
  CHECK(value::equal(table, values.text("table/", values.reference(1, ""), "")) == Truth::yes);
  CHECK(value::equal(table, values.text("table/", values.reference(2, ""), "")) == Truth::unknown);
  CHECK(value::equal(table, Value::string("service/x")) == Truth::no);
  CHECK(value::equal(table, Value::string("table/orders")) == Truth::unknown);
  CHECK(value::equal(values.text("a", values.unknown("P"), "-x"), Value::string("a-y")) ==
        Truth::no);
  CHECK(value::equal(table, integer(1)) == Truth::unknown);
}

TEST_CASE("value: lists are equal when closed and sure") {
  Values values;
  const value::Member one{integer(1), Membership::definite};
  const value::Member perhaps{integer(2), Membership::maybe};
  CHECK(value::equal(values.list({one}), values.list({one})) == Truth::yes);
  CHECK(value::equal(values.list({one}), values.list({one, one})) == Truth::no);
  CHECK(value::equal(values.list({one}), values.list({one, perhaps})) == Truth::unknown);
  CHECK(value::equal(values.list({one}), values.list({one}, "open")) == Truth::unknown);
  CHECK(value::equal(values.map({{"a", {}, integer(1)}, {"b", {}, integer(2)}}),
                     values.map({{"b", {}, integer(2)}, {"a", {}, integer(1)}})) == Truth::yes);
  CHECK(value::equal(values.map({{"a", {}, integer(1)}}), values.map({{"a", {}, integer(2)}})) ==
        Truth::no);
}

TEST_CASE("value: shown for people, secrets covered, cut between characters") {
  Values values;
  CHECK(value::display({}) == "(not set)");
  CHECK(value::display(Value::string("x")) == "\"x\"");
  CHECK(value::display(Value::string("x").with_sensitive(true)) == "(sensitive)");
  CHECK(value::display(values.list({{Value::real(1.5), Membership::definite}}, "open")) ==
        "[1.5, \u2026]");
  CHECK(value::display(values.map({{"a", {}, Value::null()}})) == "{a: null}");
  CHECK(value::display(values.text("table/", values.reference(1, ""), "!")) ==
        "\"table/${\u2026}!\"");
  CHECK(value::display(values.unknown("P")) == "(unknown: reason)");
  CHECK(value::display(Value::string("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"), 8) ==
        "\"\u00e9\u00e9\u2026");
}

}  // namespace resilint::test
