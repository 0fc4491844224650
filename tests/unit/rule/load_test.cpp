// SPDX-License-Identifier: Apache-2.0
#include "rule/load.h"

#include <string>

#include <catch2/catch.hpp>

#include "support/verdicts.h"

namespace resilint::test {
namespace {

constexpr std::string_view model = R"(shop.queue:
  cloudformation: AWS::SQS::Queue
  attributes:
    visibility_timeout_seconds: {type: int, cloudformation: VisibilityTimeout, default: 30, source: "https://docs.aws.amazon.com/"}
    redrive_policy: {type: map, cloudformation: RedrivePolicy}
    max_receive_count: {type: int, from: redrive_policy, path: maxReceiveCount}
)";

constexpr std::string_view empty_template = "Resources: {}\n";

// The problems of a rule with this logic. Its first line is line 8 of the whole file.
std::string problems(std::string_view logic) { return verdicts(model, logic, empty_template); }

std::string model_problems(std::string_view text) {
  return verdicts(text, "match: {queue: \"AWS::SQS::Queue\"}\nrequire: 'true'\nmessage: x\n",
                  empty_template);
}

}  // namespace

TEST_CASE("load: a sound rule has no problems") {
  CHECK(problems("match: {queue: shop.queue}\nrequire: queue.visibility_timeout_seconds > "
                 "3\nmessage: \"{queue}\"\n") == "");
}

TEST_CASE("load: a typo in an attribute is refused at its place, with a suggestion") {
  CHECK(problems("match: {queue: shop.queue}\nrequire: queue.visibility_timeout > 3\nmessage: x\n")
            .starts_with("the-rule.yaml:8:"));
  const std::string found = problems(
      "match: {queue: shop.queue}\nrequire: queue.visibility_timeout_second > 3\nmessage: x\n");
  CHECK(found.find("visibility_timeout_second") != std::string::npos);
  CHECK(found.find("did you mean") != std::string::npos);
  CHECK(found.find("visibility_timeout_seconds") != std::string::npos);
}

TEST_CASE("load: a wrong type is refused") {
  CHECK(problems("match: {queue: shop.queue}\nrequire: queue.visibility_timeout_seconds == "
                 "\"30\"\nmessage: x\n")
            .starts_with("the-rule.yaml:8:"));
  CHECK(
      problems(
          "match: {queue: shop.queue}\nrequire: queue.visibility_timeout_seconds\nmessage: x\n") ==
      "the-rule.yaml:8:10: expected bool, this is int\n");
}

TEST_CASE("load: an optional attribute needs has() before it") {
  CHECK(problems("match: {queue: shop.queue}\nrequire: queue.max_receive_count > 3\nmessage: x\n")
            .starts_with("the-rule.yaml:8:"));
  CHECK(problems("match: {queue: shop.queue}\nrequire: has(queue.max_receive_count) && "
                 "queue.max_receive_count > 3\nmessage: x\n") == "");
  CHECK(problems("match: {queue: shop.queue}\nwhen: has(queue.max_receive_count)\nrequire: "
                 "queue.max_receive_count > 3\nmessage: x\n") == "");
}

TEST_CASE("load: a syntax error is refused inside the expression") {
  CHECK(problems(
            "match: {queue: shop.queue}\nrequire: queue.visibility_timeout_seconds >\nmessage: x\n")
            .starts_with("the-rule.yaml:8:"));
}

TEST_CASE("load: what every rule must have is asked for") {
  source::FileSet files;
  const source::File* file =
      &files.add("rules/the-rule.yaml", "title: A\nmatch: project\nrequire: 'true'\nmessage: x\n");
  const auto loaded = rule::load({&file, 1}, rule::Library{});
  std::string messages;
  for (const finding::Finding& problem : loaded->problems) messages += problem.message + "\n";
  CHECK(messages ==
        "`severity` is missing; a rule needs it\n"
        "`profile` is missing; a rule needs it\n"
        "`why` is missing; a rule needs it\n"
        "`references` is missing; a rule needs it\n"
        "`examples` is missing; a rule needs it\n");
}

TEST_CASE("load: names in message, at and labels are checked") {
  CHECK(problems("match: {queue: shop.queue}\nrequire: 'true'\nmessage: \"{quue} x\"\n") ==
        "the-rule.yaml:9:12: unknown name `quue`; did you mean `queue`?\n");
  CHECK(
      problems("match: {queue: shop.queue}\nrequire: 'true'\nmessage: x\nat: [queue.redrive]\n") ==
      "the-rule.yaml:10:6: unknown attribute of shop.queue `redrive`; expected one of "
      "visibility_timeout_seconds, "
      "redrive_policy, max_receive_count\n");
  CHECK(problems("match: {queue: shop.queue}\nrequire: 'true'\nmessage: \"a { b\"\n") ==
        "the-rule.yaml:9:13: a brace alone; write {name}, {name.attribute}, or double it\n");
  CHECK(problems("match: {queue: shop.queu}\nrequire: 'true'\nmessage: x\n") ==
        "the-rule.yaml:7:16: unknown kind `shop.queu`; did you mean `shop.queue`?\n");
}

TEST_CASE("load: an unknown key is refused with a suggestion") {
  CHECK(problems("match: {queue: shop.queue}\nrequires: 'true'\nrequire: 'true'\nmessage: x\n") ==
        "the-rule.yaml:8:1: unknown key of a rule `requires`; did you mean `require`?\n");
}

TEST_CASE("load: an unsafe fix says what it costs") {
  CHECK(problems("match: {queue: shop.queue}\nrequire: 'true'\nmessage: x\n"
                 "fix: {set: queue.visibility_timeout_seconds, to: 30, safety: unsafe}\n") ==
        "the-rule.yaml:10:6: an unsafe fix says what it costs: `cost`\n");
}

TEST_CASE("load: a model is checked too") {
  CHECK(model_problems("shop.queue:\n  cloudformation: AWS::SQS::Queue\n  attributes:\n    a: "
                       "{type: nit, cloudformation: A}\n") ==
        "model.yaml:4:15: unknown type `nit`; did you mean `int`?\n");
  CHECK(model_problems("shop.queue:\n  cloudformation: AWS::SQS::Queue\n  attributes:\n    a: "
                       "{type: int, cloudformation: A, default: x, source: y}\n") ==
        "model.yaml:4:48: expected an integer, found `x`\n");
  CHECK(model_problems("shop.queue:\n  cloudformation: AWS::SQS::Queue\n  attributes:\n    a: "
                       "{type: int, cloudformation: A, default: 1}\n") ==
        "model.yaml:4:48: a default needs `source`, the document that says so\n");
  CHECK(model_problems("shop.queue:\n  cloudformation: AWS::SQS::Queue\n  attributes:\n    a: "
                       "{type: ref(shop.topic), cloudformation: A}\n")
            .starts_with("model.yaml:4:15: unknown kind `shop.topic`"));
  CHECK(model_problems("shop.queue:\n  cloudformation: AWS::SQS::Queue\n  attributes:\n    a: "
                       "{type: bool, computed: self.a}\n")
            .find("`a` is computed from itself") != std::string::npos);
}

TEST_CASE("load: what a language that has the kind cannot write is said, not forgotten") {
  const auto written = [](std::string_view attribute) {
    return "shop.queue:\n  cloudformation: AWS::SQS::Queue\n  terraform: aws_sqs_queue\n"
           "  attributes:\n    a: " +
           std::string(attribute) + "\n";
  };
  CHECK(model_problems(written("{type: int, cloudformation: A}")) ==
        "model.yaml:5:8: `a` has no place in terraform: name it, or say `none`\n");
  CHECK(model_problems(written("{type: int, cloudformation: none}")) ==
        "model.yaml:5:8: `a` has no place in terraform: name it, or say `none`\n");
  CHECK(model_problems(written("{type: int, cloudformation: A, terraform: none}")).empty());
  CHECK(model_problems(written("{type: int, cloudformation: A, terraform: a, default: 1, source: "
                               "{cloudformation: x, terraform: y}}"))
            .empty());
  CHECK(model_problems(written("{type: int, cloudformation: A, terraform: a, default: 1, source: "
                               "{cloudformation: x}}")) ==
        "model.yaml:5:62: the default of terraform needs its own `source`\n");
}

}  // namespace resilint::test
