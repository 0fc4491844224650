// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "catalog/functions/functions.h"
#include "unit/cel/session.h"

namespace resilint::test {
namespace {

using value::Membership;
using value::Value;

// Asks whether letters.example.com may post:Send to "arn:post:box".
class Policies : public CelSession {
 public:
  Policies() { functions = {&catalog::policy_allows, 1}; }

  std::string asked(std::string_view policy, std::string_view context = "{}",
                    std::string_view principal = "letters.example.com") {
    return run(base::format("{}.allows(\"{}\", \"post:Send\", \"arn:post:box\", {})", policy,
                            principal, context));
  }
  // Of a policy with one statement, which lets the service send; `changed` comes on top of it.
  std::string one(std::string_view members, std::string_view context = "{}") {
    return asked(base::format("{{\"Statement\": [{{{}}}]}}", members), context);
  }
  std::string conditional(std::string_view condition, std::string_view context) {
    return one(
        base::format(R"("Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",)"
                     R"( "Condition": {})",
                     condition),
        context);
  }
  std::string action(std::string_view written) {
    return one(base::format(R"("Effect": "Allow", "Principal": "*", "Action": {}, "Resource": "*")",
                            written));
  }
  std::string principal(std::string_view written, std::string_view asking = "letters.example.com") {
    return asked(base::format(R"({{"Statement": {{"Effect": "Allow", "Principal": {}, )"
                              R"("Action": "*", "Resource": "*"}}}})",
                              written),
                 "{}", asking);
  }
  std::string resource(std::string_view written) {
    return one(base::format(R"("Effect": "Allow", "Principal": "*", "Action": "*", "Resource": {})",
                            written));
  }
};

constexpr std::string_view all =
    R"({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})";

std::string statements(std::string_view written) {
  return base::format("{{\"Statement\": {}}}", written);
}

}  // namespace

TEST_CASE("policy_allows: an Allow admits, a Deny wins, and nothing is admitted by itself") {
  Policies policies;
  const std::string_view deny =
      R"({"Effect": "Deny", "Principal": "*", "Action": "post:*", "Resource": "*"})";
  CHECK(policies.asked(statements(all)) == "true");
  CHECK(policies.asked(statements(base::format("[{}]", all))) == "true");
  CHECK(policies.asked(statements("[]")) == "false");
  CHECK(policies.asked(statements(deny)) == "false");
  CHECK(policies.asked(statements(base::format("[{}, {}]", all, deny))) == "false");
}

TEST_CASE("policy_allows: actions have wildcards, and letters of either case") {
  Policies policies;
  CHECK(policies.action(R"("post:Send")") == "true");
  CHECK(policies.action(R"(["post:Read", "POST:send"])") == "true");
  CHECK(policies.action(R"("post:S?nd")") == "true");
  CHECK(policies.action(R"("post:Se*")") == "true");
  CHECK(policies.action(R"("po*:*d")") == "true");
  CHECK(policies.action(R"("post:Sen?d")") == "false");
  CHECK(policies.action(R"("post:SendAll")") == "false");
  CHECK(policies.action("[]") == "false");
  CHECK(policies.one(
            R"("Effect": "Allow", "Principal": "*", "NotAction": "post:Read", "Resource": "*")") ==
        "true");
  CHECK(policies.one(
            R"("Effect": "Allow", "Principal": "*", "NotAction": "post:*", "Resource": "*")") ==
        "false");
}

TEST_CASE("policy_allows: a service is named, or everybody is") {
  Policies policies;
  CHECK(policies.principal(R"("*")") == "true");
  CHECK(policies.principal(R"({"AWS": "*"})") == "true");
  CHECK(policies.principal(R"({"*": "*"})") == "true");
  CHECK(policies.principal(R"({"Service": "letters.example.com"})") == "true");
  CHECK(policies.principal(R"({"Service": ["parcels.example.com", "letters.example.com"]})") ==
        "true");
  CHECK(policies.principal(R"({"Service": "parcels.example.com"})") == "false");
  CHECK(policies.principal(R"({"Service": "letters.parcels.example.com"})") == "false");
  CHECK(policies.principal(R"({"AWS": "arn:x:iam::111122223333:root"})") == "false");
  CHECK(policies.principal(R"({"AWS": 111122223333})") == "false");
  CHECK(policies.principal(R"({"Federated": "*"})") == "false");
  CHECK(policies.principal(R"({"Service": "letters.x-1.example.com"})")
            .starts_with(
                "(unknown: whether letters.x-1.example.com means letters.example.com is no"));
  CHECK(policies.principal(R"({"Service": "letters.example.com.cn"})") ==
        "(unknown: whether letters.example.com.cn means letters.example.com is not known)");
  CHECK(
      policies.one(
          R"("Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*")") ==
      "true");
  CHECK(policies.one(
            R"("Effect": "Allow", "NotPrincipal": {"AWS": "*"}, "Action": "*", "Resource": "*")") ==
        "false");
}

TEST_CASE("policy_allows: whether an account is the one of the resource is not known") {
  Policies policies;
  CHECK(policies.principal(R"({"AWS": "*"})", "account") == "true");
  CHECK(policies.principal(R"({"Service": "letters.example.com"})", "account") == "false");
  CHECK(policies.principal(R"({"AWS": "arn:x:iam::111122223333:role/clerk"})", "account") ==
        "false");
  CHECK(policies.principal(R"({"AWS": "arn:x:iam::1:root"})", "account")
            .starts_with("(unknown: whether \"arn:x:iam::1:root\" is the account of the resource"));
  CHECK(policies.principal(R"({"AWS": ["111122223333"]})", "account") ==
        "(unknown: whether \"111122223333\" is the account of the resource is not known)");
}

TEST_CASE("policy_allows: resources have wildcards and variables") {
  Policies policies;
  CHECK(policies.resource(R"("arn:post:box")") == "true");
  CHECK(policies.resource(R"(["arn:post:bag", "arn:*:b?x"])") == "true");
  CHECK(policies.resource(R"("arn:post:Box")") == "false");
  CHECK(policies.resource(R"("arn:post:box/*")") == "false");
  CHECK(policies.resource(R"("arn:post:${user}")").starts_with("(unknown"));
  CHECK(policies.resource(R"("arn:pots:${user}")") == "false");
  CHECK(
      policies.one(
          R"("Effect": "Allow", "Principal": "*", "Action": "*", "NotResource": "arn:post:bag*")") ==
      "true");
  CHECK(policies.one(
            R"("Effect": "Allow", "Principal": "*", "Action": "*", "NotResource": "arn:post:*")") ==
        "false");
  // The policy of a role has none.
  CHECK(policies.one(R"("Effect": "Allow", "Principal": "*", "Action": "*")") == "true");
}

TEST_CASE("policy_allows: texts with holes may be equal or surely differ") {
  Policies policies;
  policies.bind("box",
                policies.text("arn:post:", policies.unknown("parameter Box has no default")));
  policies.bind("bag", policies.text("arn:bag:", policies.unknown("parameter Bag has no default")));
  policies.bind("service", policies.text("letters.", policies.unknown("the domain is not known")));
  policies.bind("name", policies.unknown("parameter Name has no default"));
  policies.bind("role", policies.reference("Arn"));
  policies.bind("member", policies.reference("id"));
  CHECK(policies.resource("box") == "(unknown: parameter Box has no default)");
  CHECK(policies.resource("bag") == "false");
  CHECK(policies.resource("[bag, \"*\"]") == "true");
  CHECK(policies.action("name") == "(unknown: parameter Name has no default)");
  CHECK(policies.action("box") == "false");
  CHECK(policies.principal(R"({"Service": service})") == "(unknown: the domain is not known)");
  CHECK(policies.principal(R"({"Service": box})") == "false");
  CHECK(policies.principal(R"({"AWS": name})") == "(unknown: parameter Name has no default)");
  CHECK(policies.principal(R"({"AWS": role})") == "false");
  CHECK(policies.principal(R"({"AWS": role})", "account") == "false");
  CHECK(policies.principal(R"({"AWS": member})", "account").starts_with("(unknown"));
}

TEST_CASE("policy_allows: a condition is decided by what is known of the request") {
  Policies policies;
  const std::string_view owner = R"({"StringEquals": {"aws:SourceOwner": "111122223333"}})";
  CHECK(policies.conditional("{}", "{}") == "true");
  CHECK(policies.conditional(owner, "{}") ==
        "(unknown: whether the condition on aws:SourceOwner holds is not known)");
  CHECK(policies.conditional(owner, R"({"AWS:SourceOwner": null})") == "false");
  CHECK(policies.conditional(owner, R"({"aws:SourceOwner": "111122223333"})") == "true");
  CHECK(policies.conditional(owner, R"({"aws:SourceOwner": "444455556666"})") == "false");
  CHECK(policies.conditional(R"({"StringNotEquals": {"k": "a"}})", R"({"k": null})") == "true");
  CHECK(policies.conditional(R"({"StringNotEquals": {"k": ["a", "b"]}})", R"({"k": "b"})") ==
        "false");
  CHECK(policies.conditional(R"({"StringEqualsIfExists": {"k": "a"}})", R"({"k": null})") ==
        "true");
  CHECK(policies.conditional(R"({"StringLike": {"k": "a*"}})", R"({"k": "abc"})") == "true");
  CHECK(policies.conditional(R"({"StringEquals": {"k": "a*"}})", R"({"k": "abc"})") == "false");
  CHECK(policies.conditional(R"({"StringEqualsIgnoreCase": {"k": "ABC"}})", R"({"k": "abc"})") ==
        "true");
  CHECK(policies.conditional(R"({"ArnNotLike": {"k": "arn:*"}})", R"({"k": "arn:a:b"})") ==
        "false");
  CHECK(policies.conditional(R"({"Bool": {"k": false}})", R"({"k": "true"})") == "false");
  CHECK(policies.conditional(R"({"Bool": {"k": "True"}})", R"({"k": "true"})") == "true");
  CHECK(policies.conditional(R"({"Null": {"k": "true"}})", R"({"k": null})") == "true");
  CHECK(policies.conditional(R"({"Null": {"k": "true"}})", R"({"k": "a"})") == "false");
  CHECK(policies.conditional(R"({"ForAllValues:StringEquals": {"k": "a"}})", R"({"k": null})") ==
        "true");
  CHECK(policies.conditional(R"({"ForAnyValue:StringNotEquals": {"k": "a"}})", R"({"k": null})") ==
        "false");
  CHECK(policies.conditional(R"({"IpAddress": {"k": "10.0.0.0/8"}})", R"({"k": "10.1.2.3"})") ==
        "(unknown: what IpAddress compares is not known)");
}

TEST_CASE("policy_allows: all conditions must hold, and one of their values") {
  Policies policies;
  CHECK(policies.conditional(R"({"StringEquals": {"k": ["a", "b"], "l": "c"}})",
                             R"({"k": "b", "l": "c"})") == "true");
  CHECK(policies.conditional(R"({"StringEquals": {"k": "a", "unknown": "c"}})", R"({"k": "b"})") ==
        "false");
  CHECK(policies.conditional(R"({"StringEquals": {"k": "a"}, "Bool": {"l": "true"}})",
                             R"({"k": "a", "l": "false"})") == "false");
}

TEST_CASE("policy_allows: a Deny that may apply leaves an Allow in doubt, not a refusal") {
  Policies policies;
  const std::string_view deny =
      R"({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",)"
      R"( "Condition": {"Bool": {"aws:SecureTransport": "false"}}})";
  const std::string both = statements(base::format("[{}, {}]", all, deny));
  CHECK(policies.asked(both) ==
        "(unknown: whether the condition on aws:SecureTransport holds is not known)");
  CHECK(policies.asked(both, R"({"aws:SecureTransport": "true"})") == "true");
  CHECK(policies.asked(statements(base::format("[{}]", deny))) == "false");
}

TEST_CASE("policy_allows: parts that may not be there, and lists with an open end") {
  Policies policies;
  const auto statement = [&](std::string_view effect) {
    const auto member = [](std::string_view key, std::string_view text) {
      return value::MapEntry{key, {}, Value::string(text)};
    };
    return policies.map({member("Effect", effect), member("Principal", "*"), member("Action", "*"),
                         member("Resource", "*")});
  };
  policies.bind("perhaps", policies.list({{statement("Allow"), Membership::maybe}}));
  policies.bind("denied", policies.list({{statement("Allow"), Membership::definite},
                                         {statement("Deny"), Membership::any_number}}));
  policies.bind("open", policies.list({}, "a module may add statements"));
  policies.bind("admitted",
                policies.list({{statement("Allow"), Membership::definite}}, "a module"));
  policies.bind("refused", policies.list({{statement("Deny"), Membership::definite}}, "a module"));
  policies.bind("chosen", policies.undecided({"Environment"}));
  CHECK(policies.asked(statements("perhaps")).starts_with("(unknown"));
  CHECK(policies.asked(statements("denied")).starts_with("(unknown"));
  CHECK(policies.asked(statements("open")) == "(unknown: a module may add statements)");
  CHECK(policies.asked(statements("admitted")) == "(unknown: a module)");
  CHECK(policies.asked(statements("refused")) == "false");
  CHECK(policies.asked(statements("chosen")) == "(depends on Environment)");
  CHECK(policies.principal(R"({"Service": chosen})") == "(depends on Environment)");
  CHECK(policies.principal(R"({"Service": [chosen, "letters.example.com"]})") == "true");
}

TEST_CASE("policy_allows: what is not a policy leaves all open") {
  Policies policies;
  CHECK(policies.asked("{\"Version\": \"2012-10-17\"}") ==
        "(unknown: the policy has no Statement)");
  CHECK(policies.asked(statements("[\"all\"]")) ==
        "(unknown: a statement of the policy is not a map)");
  CHECK(policies.one(R"("Effect": "allow", "Principal": "*", "Action": "*", "Resource": "*")") ==
        "(unknown: \"allow\" is no Effect of a policy)");
  CHECK(policies.one(R"("Effect": "Allow", "Action": "*", "Resource": "*")") ==
        "(unknown: a statement of the policy has neither Principal nor NotPrincipal)");
  CHECK(policies.one(R"("Effect": "Allow", "Principal": "everybody", "Action": "*")") ==
        "(unknown: \"everybody\" is not a principal)");
  CHECK(policies.action("{}") == "(unknown: {} is not an action)");
}

}  // namespace resilint::test
