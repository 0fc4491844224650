// SPDX-License-Identifier: Apache-2.0
// What becomes of values that are not known: unknown, undecided, references, marks, origins.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/terraform/type.h"
#include "support/expressions.h"
#include "support/repository.h"
#include "value/choices.h"

namespace {

using namespace resilint;
using dialect::terraform::Use;
using test::FakeScope;
using value::Value;

// The names that the expressions here use.
class Scope : public FakeScope {
 public:
  Scope() {
    names["var.u"] = value::unknown(arena, "u has no default", "var.u");
    value::Unknown zones{.reason = "the zones are looked up", .symbol = "zones"};
    zones.members_differ = true;
    names["var.zones"] = Value(Value::Payload(arena.make<value::Unknown>(zones)));
    names["var.choice"] = waiting("size");
    names["var.other"] = waiting("env");
    names["var.secret"] = Value::string("s").with_sensitive(true);
    names["var.secrets"] = list({Value::string("s").with_sensitive(true), Value::string("t")});
    names["var.preset"] = Value::string("eu").with_origin(origin(value::How::parameter_default));
    names["queue"] = reference(0, "");
    names["topic"] = reference(1, "");
    names["var.open"] = open_list();
    names["var.maps"] = open_map();
    names["var.some"] = any_number_of(reference(0, ""));
  }

  Value waiting(std::string_view name) {
    const value::Choice& choice = choices.add(name, {}, false);
    const value::Choice* const one[] = {&choice};
    return value::undecided(arena, {arena.copy(std::span<const value::Choice* const>(one))});
  }
  Value reference(unsigned target, std::string_view attribute) {
    return Value(Value::Payload(
        arena.make<value::Reference>(value::Reference{value::ResourceId(target), attribute, {}})));
  }
  Value list(const std::vector<Value>& items) {
    std::vector<value::Member> members;
    for (const Value& item : items) members.push_back({item});
    value::List made;
    made.members = arena.copy(members);
    return Value(Value::Payload(arena.make<value::List>(made)));
  }
  Value open_list() {
    value::List made = *list({Value::string("a")}).pointer<value::List>();
    made.open = true;
    made.open_reason = "others add to it";
    return Value(Value::Payload(arena.make<value::List>(made)));
  }
  Value any_number_of(const Value& item) {
    const value::Member members[] = {{item, value::Membership::any_number}};
    value::List made;
    made.members = arena.copy(std::span<const value::Member>(members));
    return Value(Value::Payload(arena.make<value::List>(made)));
  }
  Value open_map() {
    const value::MapEntry entries[] = {{"a", {}, Value::integer(1)}};
    value::Map made;
    made.entries = arena.copy(std::span<const value::MapEntry>(entries));
    made.open = true;
    made.open_reason = "others add keys";
    return Value(Value::Payload(arena.make<value::Map>(made)));
  }
  const value::Origin* origin(value::How how) {
    value::Origin made;
    made.how = how;
    made.name = "preset";
    return arena.make<value::Origin>(made);
  }

  value::Choices choices{arena};
};

std::string evaluated(std::string_view text, Use use = Use::data) {
  Scope scope;
  return test::terraform_text(test::evaluated_expression(text, scope, use)->outcome);
}

using Cases = std::vector<std::pair<std::string_view, std::string_view>>;

void check(const Cases& cases) {
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK(evaluated(text) == expected);
  }
}

}  // namespace

TEST_CASE("terraform evaluation: what needs an unknown value is unknown for the same reason") {
  check({
      {"var.u", "unknown(u has no default as var.u)"},
      {"var.u + 1", "unknown(u has no default)"},
      {"-var.u", "unknown(u has no default)"},
      {"var.u == 1", "unknown(u has no default)"},
      {"var.u == var.u", "true"},
      {"var.u != var.u", "false"},
      {"!var.u", "unknown(u has no default)"},
      {"var.u < 3", "unknown(u has no default)"},
      {"upper(var.u)", "unknown(u has no default)"},
      {"\"${var.u}\"", "unknown(u has no default as var.u)"},
      {"\"a-${var.u}-b\"", "\"a-${unknown(u has no default as var.u)}-b\""},
      {"\"a-${var.u}\" == \"b-${var.u}\"", "false"},
      {"var.u.name", "unknown(u has no default as var.u.name)"},
      {"var.u[0].name", "unknown(u has no default as var.u[0].name)"},
      {"var.u[\"k\"]", "unknown(u has no default as var.u[\"k\"])"},
      {"var.u[*].id", "unknown(u has no default)"},
      {"[for x in var.u : x]", "unknown(u has no default)"},
      {"tostring(var.u)", "unknown(u has no default as var.u)"},
      {"tolist(var.u)", "unknown(u has no default as var.u)"},
      {"try(var.u, 1)", "unknown(u has no default as var.u)"},
      {"can(var.u)", "unknown(u has no default)"},
      {"can(var.u.a)", "unknown(u has no default)"},
      {"max(1, var.u)", "unknown(u has no default)"},
      {"max(1, \"x\", var.u)",
       "refused(max: argument 2 is a string, and a number is needed: \"x\" "
       "is not a number)"},
      {"max(var.u...)", "unknown(u has no default)"},
      {"timestamp()", "unknown(timestamp() gives another value each time)"},
      {"uuid()", "unknown(uuid() gives another value each time)"},
      {"abspath(\"a\")", "unknown(abspath() depends on the machine)"},
      {"fileset(\"a\", \"*\")", "unknown(which files fileset() finds is not evaluated)"},
      {"provider::aws::arn_parse(\"x\")",
       "unknown(provider::aws::arn_parse() is a function of a provider)"},
      {"uper(\"x\")", "refused(there is no function uper; did you mean upper?)"},
      {"frobnicate(\"x\")", "refused(there is no function frobnicate)"},
  });
}

TEST_CASE("terraform evaluation: what decides alone decides without the unknown") {
  check({
      {"false && var.u", "false"},
      {"var.u && false", "false"},
      {"true && var.u", "unknown(u has no default)"},
      {"true || var.u", "true"},
      {"var.u || true", "true"},
      {"var.u || false", "unknown(u has no default)"},
      {"var.u ? 1 : 1", "1"},
      {"var.u ? 1 : 2", "unknown(u has no default)"},
      {"var.u ? null : 2", "unknown(u has no default, may be absent)"},
      {"var.u ? nothing : 2", "unknown(u has no default, may be absent)"},
      {"true ? var.u : 2", "unknown(u has no default as var.u)"},
      {"false ? var.u : 2", "2"},
      {"[1, 1][var.u]", "1"},
      {"[1, 2][var.u]", "unknown(u has no default)"},
      {"{a = 1, b = 1}[var.u]", "1"},
      {"lookup({a = 1}, var.u, 1)", "1"},
      {"lookup({a = 1}, var.u, 2)", "unknown(u has no default)"},
      {"contains([1, var.u], 1)", "true"},
      {"contains([1, var.u], 2)", "unknown(u has no default)"},
      {"alltrue([false, var.u])", "false"},
      {"alltrue([true, var.u])", "unknown(u has no default)"},
      {"anytrue([true, var.u])", "true"},
      {"anytrue([false, var.u])", "unknown(u has no default)"},
      {"coalesce(\"a\", var.u)", "\"a\""},
      {"coalesce(null, var.u, \"a\")", "unknown(u has no default)"},
      {"index([1, var.u], 1)", "0"},
      {"null == var.u", "unknown(u has no default)"},
      {"null == queue.arn", "false"},
      {"queue.arn == queue.arn", "true"},
      {"queue.arn == topic.arn", "unknown(it is known only when deployed)"},
      {"queue.arn == \"x\"", "unknown(it is known only when deployed)"},
      {"[1, var.u] == [2, var.u]", "false"},
      {"[1, var.u] == [1, 2]", "unknown(u has no default)"},
  });
}

TEST_CASE("terraform evaluation: structure is kept as far as it is known") {
  check({
      {"[1, var.u]", "[1, unknown(u has no default as var.u)]"},
      {"length([1, var.u])", "2"},
      {"length(toset([\"a\", var.u]))", "unknown(how long a list is, is not known)"},
      {"{a = var.u}.a", "unknown(u has no default as var.u)"},
      {"{(var.u) = 1, b = 2}", "{\"b\": 2, …u has no default}"},
      {"{(var.u) = 1, b = 2}.b", "2"},
      {"{(var.u) = 1, b = 2}.c", "unknown(u has no default)"},
      {"concat([1], var.u, [2])", "[1, 2, …u has no default]"},
      {"concat([1], [var.u])", "[1, unknown(u has no default as var.u)]"},
      {"flatten([[1], var.u, [[2]]])", "[1, 2, …u has no default]"},
      {"flatten([[1], [queue.arn]])", "[1, reference(0.arn)]"},
      {"merge({a = 1}, var.u)", "{\"a\": unknown(u has no default), …u has no default}"},
      {"merge(var.u, {a = 1})", "{\"a\": 1, …u has no default}"},
      {"merge({a = 1}, {a = var.u})", "{\"a\": unknown(u has no default as var.u)}"},
      {"keys({a = var.u})", "[\"a\"]"},
      {"keys(var.maps)", "[\"a\", …others add keys]"},
      {"values({a = queue.arn})", "[reference(0.arn)]"},
      {"lookup({a = queue.arn}, \"a\", 1)", "reference(0.arn)"},
      {"lookup(var.maps, \"b\", 1)", "unknown(others add keys)"},
      {"element([queue.arn, topic.arn], 1)", "reference(1.arn)"},
      {"zipmap([\"a\"], [queue.arn])", "{\"a\": reference(0.arn)}"},
      {"compact([queue.arn, \"\", null])", "list[reference(0.arn)]"},
      {"compact([var.u, \"a\"])", "list[maybe unknown(u has no default as var.u), \"a\"]"},
      {"distinct([queue.arn, queue.arn])", "list[reference(0.arn)]"},
      {"toset([queue.arn, \"a\"])", "set[\"a\", reference(0.arn)]"},
      {"one([queue.arn])", "reference(0.arn)"},
      {"reverse([queue.arn, 1])", "[1, reference(0.arn)]"},
      {"slice([queue.arn, 1], 0, 1)", "[reference(0.arn)]"},
      {"[for x in [queue, topic] : x.arn]", "[reference(0.arn), reference(1.arn)]"},
      {"[queue, topic][*].arn", "[reference(0.arn), reference(1.arn)]"},
      {"queue[*].arn", "[reference(0.arn)]"},
      {"[for x in var.open : upper(x)]", "[\"A\", …others add to it]"},
      {"var.open[0]", "\"a\""},
      {"var.open[1]", "unknown(others add to it)"},
      {"length(var.open)", "unknown(others add to it)"},
      {"concat(var.open, [\"b\"])", "[\"a\", \"b\", …others add to it]"},
      {"join(\",\", var.open)", "unknown(others add to it)"},
      {"[for x in [1, 2] : x if var.u]", "[maybe 1, maybe 2]"},
      {"{for x in [\"a\"] : x => 1 if var.u}", "{\"a\": unknown(u has no default, may be absent)}"},
      {"{for x in [var.u, \"b\"] : x => 1}", "{\"b\": 1, …u has no default}"},
      {"slice(var.zones, 0, 2)",
       "list[unknown(the zones are looked up as zones[0]), unknown(the zones are looked up as "
       "zones[1])]"},
      {"slice(var.zones, 0, 2)[0] == var.zones[0]", "true"},
      {"var.zones[0] == var.zones[1]", "false"},
      {"element(var.zones, 1) == var.zones[1]", "true"},
      {"element(var.zones, 0) == element(var.zones, 1)", "false"},
      {"element(var.zones, 0) == var.zones[2]", "false"},
      {"values(var.some)", "unknown(how many instances there are is not known)"},
      // Counted round, the third of two is the first again.
      {"element(var.zones, 2) == element(var.zones, 2)", "true"},
      {"element(var.zones, 2) == element(var.zones, 0)", "unknown(the zones are looked up)"},
      {"element(var.zones, 2) == var.zones[1]", "unknown(the zones are looked up)"},
  });
}

TEST_CASE("terraform evaluation: references are kept as holes of texts") {
  check({
      {"queue.arn", "reference(0.arn)"},
      {"\"${queue.arn}\"", "reference(0.arn)"},
      {"\"${queue.arn}/*\"", "\"${reference(0.arn)}/*\""},
      {"\"a${\"b${queue.arn}c\"}d\"", "\"ab${reference(0.arn)}cd\""},
      {"format(\"%s-x\", queue.name)", "\"${reference(0.name)}-x\""},
      {"format(\"%v/%d\", queue.name, queue.port)",
       "\"${reference(0.name)}/${reference(0.port)}\""},
      {"format(\"%10s\", queue.name)", "unknown(it is known only when deployed)"},
      {"format(\"%q\", queue.name)", "unknown(it is known only when deployed)"},
      {"formatlist(\"%s/*\", [queue.arn, \"b\"])", "list[\"${reference(0.arn)}/*\", \"b/*\"]"},
      {"join(\"/\", [queue.name, \"a\", topic.name])",
       "\"${reference(0.name)}/a/${reference(1.name)}\""},
      {"join(queue.name, [\"a\", \"b\"])", "unknown(it is known only when deployed)"},
      {"jsonencode({a = queue.arn, b = [1, var.u]})",
       "\"{\\\"a\\\":\\\"${reference(0.arn)}\\\",\\\"b\\\":[1,\\\"${unknown(u has no default as "
       "var.u)}\\\"]}\""},
      {"jsonencode({a = \"${queue.arn}/\\\"*\"})",
       "\"{\\\"a\\\":\\\"${reference(0.arn)}/\\\\\\\"*\\\"}\""},
      {"yamlencode({a = queue.arn})", "\"\\\"a\\\": \\\"${reference(0.arn)}\\\"\\n\""},
      {"\"%{ for q in [queue, topic] }${q.arn},%{ endfor }\"",
       "\"${reference(0.arn)},${reference(1.arn)},\""},
      {"templatestring(\"x $${a}\", {a = queue.arn})", "\"x ${reference(0.arn)}\""},
      {"upper(queue.name)", "unknown(it is known only when deployed)"},
      {"queue.port + 1", "unknown(it is known only when deployed)"},
      {"tostring(queue.name)", "reference(0.name)"},
      {"length(queue.name)", "unknown(it is known only when deployed)"},
      {"can(queue.name)", "true"},
      {"coalesce(queue.name, \"x\")", "reference(0.name)"},
  });
}

TEST_CASE("terraform evaluation: who needs a reference's value takes what is written for it") {
  Scope scope;
  scope.attributes["name"] = Value::string("orders");
  scope.attributes["port"] = Value::integer(80);
  const auto of = [&scope](std::string_view text) {
    return test::terraform_text(test::evaluated_expression(text, scope)->outcome);
  };
  CHECK(of("queue.name") == "reference(0.name)");
  CHECK(of("\"${queue.name}-x\"") == "\"${reference(0.name)}-x\"");
  CHECK(of("upper(queue.name)") == "\"ORDERS\"");
  CHECK(of("upper(\"a-${queue.name}\")") == "\"A-ORDERS\"");
  CHECK(of("queue.port + 1") == "81");
  CHECK(of("queue.name == \"orders\"") == "true");
  CHECK(of("\"${queue.name}-x\" == \"orders-x\"") == "true");
  CHECK(of("queue.port > 79 ? \"a\" : \"b\"") == "\"a\"");
  CHECK(of("{orders = 1}[queue.name]") == "1");
  CHECK(of("[for x in [1] : x if queue.port == 80]") == "[1]");
  CHECK(of("{(queue.name) = 1}") == "{\"orders\": 1}");
}

TEST_CASE("terraform evaluation: what waits for a choice waits for the same") {
  check({
      {"var.choice", "undecided(size)"},
      {"var.choice == 1", "undecided(size)"},
      {"[var.choice] == [1]", "undecided(size)"},
      {"var.choice == var.other", "undecided(size, env)"},
      {"var.choice + var.u", "undecided(size)"},
      {"\"a-${var.choice}\"", "undecided(size)"},
      {"upper(var.choice)", "undecided(size)"},
      {"format(\"%s\", var.choice)", "undecided(size)"},
      {"jsonencode({a = var.choice})", "undecided(size)"},
      {"[1, var.choice]", "[1, undecided(size)]"},
      {"length([1, var.choice])", "2"},
      {"false && var.choice", "false"},
      {"var.choice && var.other", "undecided(size, env)"},
      {"var.choice ? 1 : 1", "1"},
      {"var.choice ? 1 : 2", "undecided(size)"},
      {"var.choice ? null : 2", "undecided(size)"},
      {"lookup({a = 1}, var.choice, 2)", "undecided(size)"},
      {"{a = 1, b = 2}[var.choice]", "undecided(size)"},
      {"{(var.choice) = 1}", "undecided(size)"},
      {"merge({a = 1}, var.choice)", "undecided(size)"},
      {"concat([1], var.choice)", "undecided(size)"},
      {"contains([\"a\"], var.choice)", "undecided(size)"},
      {"[for x in [1] : x if var.choice]", "[maybe 1 waits(size)]"},
      {"{for x in [\"a\"] : x => 1 if var.choice}", "undecided(size)"},
      {"compact([var.choice])", "list[maybe undecided(size) waits(size)]"},
      {"try(var.choice, 1)", "undecided(size)"},
      {"can(var.choice)", "undecided(size)"},
  });
}

TEST_CASE("terraform evaluation: names are asked for with what their value is used for") {
  const auto asked = [](std::string_view text) {
    Scope scope;
    test::evaluated_expression(text, scope);
    std::string made;
    for (const std::string& one : scope.asked) made += (made.empty() ? "" : ", ") + one;
    return made;
  };
  CHECK(asked("var.a") == "var.a for data");
  CHECK(asked("[{a = (var.u)}]") == "var.u for data");
  CHECK(asked("var.u == 1") == "var.u for deciding");
  CHECK(asked("!var.u") == "var.u for deciding");
  CHECK(asked("var.u && true") == "var.u for deciding");
  CHECK(asked("var.u < 1") == "var.u for text");
  CHECK(asked("var.u + 1") == "var.u for text");
  CHECK(asked("\"a${var.u}\"") == "var.u for text");
  CHECK(asked("\"${var.u}\"") == "var.u for data");
  CHECK(asked("\"a${var.u}\" == \"b\"") == "var.u for text");
  CHECK(asked("var.u ? var.secret : 1") == "var.secret for data, var.u for deciding");
  CHECK(asked("var.secrets[var.u]") == "var.secrets for data, var.u for deciding");
  CHECK(asked("lookup(var.maps, var.u, 1)") == "var.maps for data, var.u for deciding");
  CHECK(asked("contains(var.open, var.u)") == "var.open for data, var.u for deciding");
  CHECK(asked("[for x in var.open : x if var.u]") == "var.open for data, var.u for deciding");
  CHECK(asked("upper(var.preset) == \"EU\"") == "var.preset for deciding");
  CHECK(asked("format(\"%s\", var.u)") == "var.u for text");
  CHECK(asked("length(var.open)") == "var.open for text");
  CHECK(asked("{(var.u) = 1}") == "var.u for deciding");
}

TEST_CASE("terraform evaluation: what is made from something sensitive is sensitive") {
  check({
      {"var.secret", "sensitive(\"s\")"},
      {"\"a${var.secret}\"", "sensitive(\"as\")"},
      {"upper(var.secret)", "sensitive(\"S\")"},
      {"[var.secret, 1]", "[sensitive(\"s\"), 1]"},
      {"var.secret == \"s\"", "sensitive(true)"},
      {"var.secret == \"s\" ? 1 : 2", "sensitive(1)"},
      {"var.secrets[1]", "\"t\""},
      {"join(\",\", var.secrets)", "sensitive(\"s,t\")"},
      {"jsonencode(var.secrets)", "sensitive(\"[\\\"s\\\",\\\"t\\\"]\")"},
      {"\"${queue.arn}${var.secret}\"", "sensitive(\"${reference(0.arn)}s\")"},
      {"nonsensitive(var.secret)", "\"s\""},
      {"var.u == var.secret", "sensitive(unknown(u has no default))"},
      {"var.choice == var.secret", "sensitive(undecided(size))"},
      {"[for x in sensitive([1]) : x]", "sensitive([1])"},
      {"cidrhost(var.secret, 1)",
       "refused(cidrhost: it cannot use what it is given, which is sensitive)"},
      {"tonumber(var.secret)",
       "refused(tonumber: it cannot use what it is given, which is sensitive)"},
      {"{a = 1}[var.secret]", "refused(an object has no attribute (sensitive))"},
      {"var.secret + 1", "refused(`+` needs a number, and this is a string)"},
      {"{for x in [1, 2] : var.secret => x}",
       "refused(two items have the key (sensitive); `...` behind the value groups them)"},
  });
}

TEST_CASE("terraform evaluation: a value keeps the origin that a variable gave it") {
  Scope scope;
  const auto how = [&scope](std::string_view text) {
    const auto made = test::evaluated_expression(text, scope);
    REQUIRE(made->outcome.has_value());
    CHECK(made->outcome->is_written());
    CHECK(made->outcome->written().begin == 0);
    CHECK(made->outcome->written().end == text.size());
    return made->outcome->origin() == nullptr ? std::string("none")
                                              : std::string(made->outcome->origin()->name);
  };
  CHECK(how("var.preset") == "preset");
  CHECK(how("\"${var.preset}-1\"") == "preset");
  CHECK(how("upper(var.preset)") == "preset");
  CHECK(how("[var.preset][0]") == "preset");
  CHECK(how("format(\"%s-%s\", var.preset, \"x\")") == "preset");
  CHECK(how("var.preset == \"eu\" ? var.preset : \"x\"") == "preset");
  CHECK(how("\"x\"").empty());
  CHECK(how("upper(\"x\")").empty());
}

TEST_CASE("terraform evaluation: too much is unknown, and soon") {
  const std::string doubling = [] {
    std::string made = "\"0123456789abcdef\"";
    for (int i = 0; i < 40; ++i) made = "[for x in [" + made + "] : \"${x}${x}\"][0]";
    return made;
  }();
  const std::string nested = std::string(200, '[') + "1" + std::string(200, ']');
  const std::vector<std::string> texts{
      doubling,
      "setproduct(range(1000), range(1000), range(1000))",
      "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]",
      "join(\"\", [for x in range(1000) : join(\"\", [for y in range(1000) : \"xxxxxxxxxx\"])])",
      "{for a in setproduct(range(300), range(300)) : \"${a[0]}-${a[1]}\" => a}",
      "replace(join(\"\", [for x in range(1000) : \"aaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]), \"\", "
      "join(\"\", [for x in range(1000) : \"aaaaaaaaaaaaaaaa\"]))",
      "indent(999999, join(\"\\n\", range(1000)))",
      "regexall(\"(a*)*b|.\", join(\"\", [for x in range(1000) : \"aaaaaaaaaaaaaaaaaaaaaaaaa\"]))",
      "jsonencode([for x in range(1000) : [for y in range(1000) : x]])",
      "distinct([for x in range(1000) : [x, [x]]])",
      "templatestring(\"%%{for a in l}%%{for b in l}%%{for c in "
      "l}x%%{endfor}%%{endfor}%%{endfor}\", {l = "
      "range(1000)})",
  };
  std::string sum = "1";
  for (int i = 0; i < 20'000; ++i) sum += " + 1";
  for (const std::string& text : texts) {
    INFO(text.substr(0, 80));
    const auto begin = std::chrono::steady_clock::now();
    CHECK(evaluated(text) == "unknown(the expression is too large to evaluate)");
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
  }
  FakeScope files(test::repository() / "fixtures/terraform/expressions/files");
  CHECK(test::terraform_text(
            test::evaluated_expression("templatefile(\"itself.tftpl\", {})", files)->outcome) ==
        "unknown(the expression is too large to evaluate)");
  CHECK(evaluated("range(1000000000)") == "refused(range: it would give more than 1024 numbers)");
  CHECK(evaluated(sum).starts_with("refused("));  // the parser's limit
  CHECK(evaluated("length(" + nested + ")") == "1");
}

TEST_CASE("terraform types: are read, named and converted to") {
  Scope scope;
  const auto named = [&scope](std::string_view text) -> std::string {
    const auto made = test::evaluated_expression(text, scope);
    REQUIRE(made->node != nullptr);
    const auto type = dialect::terraform::read_type(*made->node, scope.arena);
    return type ? dialect::terraform::name(**type)
                : base::format("refused({})", type.error().message);
  };
  CHECK(named("string") == "string");
  CHECK(named("list(map(number))") == "list of map of number");
  CHECK(named("set(object({a = string, b = optional(bool, true)}))") == "set of object");
  CHECK(named("tuple([string, any])") == "tuple");
  CHECK(named("list") == "list of any type");
  CHECK(named("\"map\"") == "map of any type");
  CHECK(named("set") == "refused(set needs the type of what is in it)");
  CHECK(named("text") == "refused(text is no type)");
  CHECK(named("list(string, string)") == "refused(list(…) has one argument)");
  CHECK(named("optional(string)") ==
        "refused(optional(…) stands for an attribute of an object only)");
  CHECK(named("object({a = optional(number, \"x\")})") == "refused(\"x\" is not a number)");
  CHECK(named("object({a = optional(number, var.x)})") ==
        "refused(a default in a type is a constant)");
  CHECK(named("5").starts_with("refused(a type is a word"));

  const auto converted = [&scope](std::string_view value, std::string_view type_text) {
    const auto made = test::evaluated_expression(value, scope);
    const auto written = test::evaluated_expression(type_text, scope);
    const auto type = dialect::terraform::read_type(*written->node, scope.arena);
    REQUIRE(type.has_value());
    return test::terraform_text(
        dialect::terraform::convert(*made->outcome, **type, scope, scope.arena));
  };
  CHECK(converted("5", "string") == "\"5\"");
  CHECK(converted("\"x\"", "number") == "refused(\"x\" is not a number)");
  CHECK(converted("[1, \"2\"]", "list(number)") == "list[1, 2]");
  CHECK(converted("[\"b\", \"a\"]", "set(string)") == "set[\"a\", \"b\"]");
  CHECK(converted("[var.u, queue.arn]", "list(string)") ==
        "list[unknown(u has no default as var.u), reference(0.arn)]");
  CHECK(converted("{a = 1}", "map(string)") == "map{\"a\": \"1\"}");
  CHECK(converted("{a = 1, x = 2}", "object({a = string, b = optional(number, 3)})") ==
        "{\"a\": \"1\", \"b\": 3}");
  CHECK(converted("{}", "object({a = optional(string)})") == "{\"a\": null}");
  CHECK(converted("{a = null}", "object({a = optional(string, \"d\")})") == "{\"a\": \"d\"}");
  CHECK(converted("{}", "object({a = string})") == "refused(the object has no attribute a)");
  CHECK(converted("[{}, {a = 2}]", "list(object({a = optional(number, 1)}))") ==
        "list[{\"a\": 1}, {\"a\": 2}]");
  CHECK(converted("var.maps", "object({a = number, b = optional(number, 1)})") ==
        "{\"a\": 1, \"b\": unknown(others add keys, may be absent)}");
  CHECK(converted("[1]", "tuple([string, string])") ==
        "refused(a tuple of 2 is needed, and this one has 1)");
  CHECK(converted("null", "list(string)") == "null");
  CHECK(converted("var.choice", "number") == "undecided(size)");
  CHECK(converted("{a = {b = \"1\"}}", "map(object({b = number}))") == "map{\"a\": {\"b\": 1}}");
}
