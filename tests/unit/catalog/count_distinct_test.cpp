// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "catalog/functions/functions.h"

namespace resilint::test {
namespace {

using value::Membership;
using value::Value;

class Lists {
 public:
  Value zone(std::string_view symbol, std::string_view among = "zones of AWS::Region") {
    const value::Unknown made{.reason = "zones", .symbol = symbol, .among = among};
    return Value(
        Value::Payload(static_cast<const value::Unknown*>(arena.make<value::Unknown>(made))));
  }

  // "2", or "1 to 3", or "at least 1".
  std::string count(std::vector<value::Member> members, std::string_view open_reason = {}) {
    const value::List made{arena.copy(members), !open_reason.empty(), open_reason};
    const Value list(
        Value::Payload(static_cast<const value::List*>(arena.make<value::List>(made))));
    const Value result = catalog::count_distinct.call(arena, std::span(&list, 1));
    if (const auto* number = result.get<std::int64_t>()) return std::to_string(*number);
    const value::Unknown& unknown = *result.unknown();
    if (!unknown.maximum) return "at least " + std::to_string(*unknown.minimum);
    return std::to_string(*unknown.minimum) + " to " + std::to_string(*unknown.maximum);
  }

  base::Arena arena;
};

value::Member sure(const Value& value) { return {value, Membership::definite}; }
value::Member perhaps(const Value& value) { return {value, Membership::maybe}; }

const Value a = Value::string("eu-west-1a");
const Value b = Value::string("eu-west-1b");

}  // namespace

TEST_CASE("count_distinct: literals, and items of one list of zones") {
  Lists lists;
  CHECK(lists.count({}) == "0");
  CHECK(lists.count({sure(a), sure(b), sure(a)}) == "2");
  CHECK(lists.count({sure(lists.zone("0")), sure(lists.zone("1")), sure(lists.zone("0"))}) == "2");
}

TEST_CASE("count_distinct: what may be equal counts from one to all") {
  Lists lists;
  CHECK(lists.count({sure(lists.zone("0")), sure(a)}) == "1 to 2");
  CHECK(lists.count({sure(lists.zone("P", "")), sure(lists.zone("Q", ""))}) == "1 to 2");
  CHECK(lists.count({sure(lists.zone("P", "")), sure(lists.zone("P", ""))}) == "1");
  CHECK(lists.count({sure(lists.zone("0")), sure(lists.zone("0", "zones of eu-west-1"))}) == "1");
}

TEST_CASE("count_distinct: members that may not belong, and open lists") {
  Lists lists;
  CHECK(lists.count({sure(a), perhaps(b)}) == "1 to 2");
  CHECK(lists.count({sure(a), perhaps(a)}) == "1");
  CHECK(lists.count({sure(a), sure(b)}, "exported") == "at least 2");
  CHECK(lists.count({{b, Membership::any_number}}) == "at least 0");
}

}  // namespace resilint::test
