// SPDX-License-Identifier: Apache-2.0
// The table of design section 4, "Choices", over templates with one bucket.
#include <string>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/dialect.h"
#include "engine/check.h"
#include "rule/builtin.h"
#include "support/evaluated.h"

namespace resilint::test {
namespace {

// What the rule on suspended versioning says, a line each: "high Bucket", "note Bucket when Stage
// is dev", "unknown Bucket: …".
std::string verdicts(const std::string& text, const dialect::Inputs& inputs = {}) {
  source::FileSet files;
  const source::File& file = files.add("t.yaml", text);
  const dialect::Detected detected = dialect::detect(file, std::nullopt);
  INFO(detected.reason);
  REQUIRE(detected.templates.size() == 1);
  const auto graph = evaluated(*detected.templates.front(), inputs);
  const rule::Rule* const rules[] = {rule::builtin().find("s3-versioning-not-suspended")};
  const engine::Judged judged = engine::check(rule::builtin(), rules, {*graph, files});
  std::string said;
  for (const finding::Finding& found : judged.findings) {
    said += base::format("{} {}", finding::name(found.severity), found.address);
    for (const auto& [name, value] : found.conditions)
      said += base::format(" when {} is {}", name, value);
    if (found.message.ends_with("(if created)")) said += " if created";
    said += "\n";
  }
  for (const finding::Unknown& unknown : judged.unknowns)
    said += base::format("unknown {}: {}\n", unknown.address, unknown.reason);
  return said;
}

// A bucket with that status in a template with these sections.
std::string bucket(std::string_view sections, std::string_view status) {
  return base::format(
      "{}Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Properties:\n"
      "      VersioningConfiguration: {{Status: {}}}\n",
      sections, status);
}

// A stage with a default, and one without.
std::string staged(std::string_view status) {
  return bucket(
      "Parameters:\n  Stage: {Type: String, Default: prod, AllowedValues: [prod, test, dev]}\n"
      "  Open: {Type: String}\n"
      "Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n  IsDev: !Equals [dev, !Ref Stage]\n"
      "  Other: !Not [!Or [{Condition: IsProd}, !Condition IsDev]]\n"
      "  OpenIsA: !Equals [!Ref Open, a]\n  OpenIsB: !Equals [!Ref Open, b]\n"
      "  Either: !Or [!Condition OpenIsA, !Condition OpenIsB]\n",
      status);
}

}  // namespace

TEST_CASE("explore: the run with given and default values comes first") {
  CHECK(verdicts(staged("!If [IsProd, Suspended, Enabled]")) == "high Bucket\n");
  CHECK(verdicts(staged("!If [IsProd, Enabled, Enabled]")).empty());
  CHECK(verdicts(staged("!If [IsProd, Enabled, Suspended]")) ==
        "note Bucket when Stage is test or dev\n");
  CHECK(verdicts(staged("!If [IsDev, Suspended, Enabled]")) == "note Bucket when Stage is dev\n");
  CHECK(verdicts(staged("!If [Other, Suspended, Enabled]")) == "note Bucket when Stage is test\n");
  // Unknown with the default, failing with another value.
  CHECK(verdicts(staged("!If [IsDev, Suspended, '{{resolve:ssm:/x}}']")) ==
        "note Bucket when Stage is dev\n");
  CHECK(verdicts(staged("!If [IsDev, Enabled, '{{resolve:ssm:/x}}']")) ==
        "unknown Bucket: {{resolve:ssm:/x}} is looked up when deployed\n");
}

TEST_CASE("explore: without a default all runs count") {
  CHECK(verdicts(staged("!If [OpenIsA, Suspended, Suspended]")) == "high Bucket\n");
  CHECK(verdicts(staged("!If [OpenIsA, Enabled, !If [OpenIsB, Enabled, Enabled]]")).empty());
  CHECK(verdicts(staged("!If [OpenIsA, Suspended, Enabled]")) == "note Bucket when Open is a\n");
  CHECK(verdicts(staged("!If [Either, Enabled, Suspended]")) ==
        "note Bucket when Open is something else\n");
  CHECK(verdicts(staged("!If [OpenIsA, !If [OpenIsB, Suspended, Enabled], Enabled]")).empty());
  CHECK(verdicts(staged("!If [OpenIsA, Enabled, '{{resolve:ssm:/x}}']")) ==
        "unknown Bucket: {{resolve:ssm:/x}} is looked up when deployed\n");
  // Two parameters decide together.
  CHECK(verdicts(staged("!If [OpenIsA, !If [IsProd, Enabled, Suspended], Enabled]")) ==
        "note Bucket when Open is a when Stage is test\n");
}

TEST_CASE("explore: what the user gives is never varied") {
  dialect::Inputs inputs;
  inputs.parameters["Stage"] = "dev";
  CHECK(verdicts(staged("!If [IsProd, Enabled, Suspended]"), inputs) == "high Bucket\n");
  CHECK(verdicts(staged("!If [IsProd, Suspended, Enabled]"), inputs).empty());
}

TEST_CASE("explore: a parameter by itself is tried with its allowed values, in a text it is not") {
  const auto with = [](std::string_view parameter, std::string_view status) {
    return verdicts(
        bucket(base::format("Parameters:\n  P: {{Type: String{}}}\n", parameter), status));
  };
  CHECK(with(", AllowedValues: [Enabled, Suspended]", "!Ref P") ==
        "note Bucket when P is Suspended\n");
  CHECK(with(", Default: Enabled, AllowedValues: [Enabled, Suspended]", "!Ref P") ==
        "note Bucket when P is Suspended\n");
  CHECK(with(", Default: Suspended, AllowedValues: [Enabled, Suspended]", "!Ref P") ==
        "high Bucket\n");
  CHECK(with(", AllowedValues: [Suspended]", "!Ref P") == "high Bucket\n");
  CHECK(with(", AllowedValues: [Enabled]", "!Ref P").empty());
  CHECK(with("", "!Ref P") == "unknown Bucket: parameter P has no default\n");
  CHECK(with(", Default: Enabled", "!Ref P").empty());
  CHECK(with(", Default: Suspended", "!Ref P") == "high Bucket\n");
  CHECK(with(", Default: abled, AllowedValues: [abled, other]", "!Sub 'En${P}'").empty());
  CHECK(with(", Default: Suspended, NoEcho: true, AllowedValues: [Enabled, Suspended]", "!Ref P") ==
        "high Bucket\n");
  CHECK(with(", NoEcho: true, AllowedValues: [Enabled, Suspended]", "!Ref P") ==
        "note Bucket when P is (sensitive)\n");
}

TEST_CASE("explore: keys of mappings") {
  const std::string mapping =
      "Mappings:\n  M: {a: {V: Enabled}, b: {V: Suspended}}\n  Same: {a: {V: Enabled}, b: {V: "
      "Enabled}}\n"
      "Parameters:\n  A: {Type: String, Default: a}\n  Open: {Type: String}\n";
  CHECK(verdicts(bucket(mapping, "!FindInMap [M, a, V]")).empty());
  CHECK(verdicts(bucket(mapping, "!FindInMap [M, !Ref A, V]")) == "note Bucket when A is b\n");
  CHECK(verdicts(bucket(mapping, "!FindInMap [M, !Ref Open, V]")) ==
        "note Bucket when Open is b\n");
  CHECK(verdicts(bucket(mapping, "!FindInMap [M, !Ref AWS::Region, V]")) ==
        "note Bucket when AWS::Region is b\n");
  CHECK(verdicts(bucket(mapping, "!FindInMap [Same, !Ref Open, V]")).empty());
  CHECK(verdicts(bucket(mapping, "!FindInMap [Same, !Ref Open, V, {DefaultValue: Suspended}]")) ==
        "note Bucket when Open is something else\n");
}

TEST_CASE("explore: a run in which the resource does not exist does not count") {
  const auto guarded = [](std::string_view condition, std::string_view status) {
    return base::format(
        "Parameters:\n  Stage: {{Type: String, Default: prod, AllowedValues: [prod, dev]}}\n"
        "Conditions:\n  IsDev: !Equals [!Ref Stage, dev]\n  IsProd: !Not [!Condition IsDev]\n"
        "  Never: !Equals [a, b]\n"
        "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Condition: {}\n    Properties:\n"
        "      VersioningConfiguration: {{Status: {}}}\n",
        condition, status);
  };
  CHECK(verdicts(guarded("Never", "Suspended")).empty());
  CHECK(verdicts(guarded("IsProd", "Suspended")) == "high Bucket if created\n");
  CHECK(verdicts(guarded("IsDev", "Suspended")) == "high Bucket if created\n");
  CHECK(verdicts(guarded("IsDev", "!If [IsDev, Enabled, Suspended]")).empty());
  CHECK(verdicts(guarded("IsProd", "!If [IsDev, Suspended, Enabled]")).empty());
  CHECK(verdicts(guarded("IsDev", "!If [IsDev, Suspended, Enabled]")) ==
        "high Bucket if created\n");
}

TEST_CASE("explore: values that the template's rules refuse do not count") {
  const std::string sections =
      "Parameters:\n  Stage: {Type: String, Default: prod, AllowedValues: [prod, test, dev]}\n"
      "  Open: {Type: String}\n"
      "Rules:\n  NotDev:\n    Assertions:\n      - Assert: !Not [!Equals [!Ref Stage, dev]]\n"
      "  Known:\n    RuleCondition: !Equals [!Ref Stage, prod]\n    Assertions:\n"
      "      - Assert: {'Fn::Contains': [[x, y], !Ref Open]}\n"
      "Conditions:\n  IsDev: !Equals [!Ref Stage, dev]\n  IsTest: !Equals [!Ref Stage, test]\n"
      "  IsX: !Equals [!Ref Open, x]\n  IsY: !Equals [!Ref Open, y]\n";
  CHECK(verdicts(bucket(sections, "!If [IsDev, Suspended, Enabled]")).empty());
  CHECK(verdicts(bucket(sections, "!If [IsTest, Suspended, Enabled]")) ==
        "note Bucket when Stage is test\n");
}

TEST_CASE("explore: beyond 64 combinations the verdict is unknown") {
  std::string sections = "Parameters:\n";
  for (int i = 0; i < 10; ++i) sections += base::format("  P{}: {{Type: String}}\n", i);
  sections += "Conditions:\n";
  std::string status = "Enabled";
  for (int i = 0; i < 10; ++i) {
    sections += base::format("  C{0}: !Equals [!Ref P{0}, 'yes']\n", i);
    // Different texts on both sides, so that every condition has to be decided.
    status = base::format("{{'Fn::If': [C{}, {}, 'Enabled{}']}}", i, status, i);
  }
  CHECK(verdicts(bucket(sections, status)).starts_with("unknown Bucket: "));
}

TEST_CASE("explore: companions behind the same condition count, behind another they do not") {
  const auto queue = [](std::string_view own, std::string_view other) {
    const std::string text = base::format(
        "Parameters:\n  Stage: {{Type: String, Default: prod, AllowedValues: [prod, dev]}}\n"
        "  Mail: {{Type: String, Default: 'yes', AllowedValues: ['yes', 'no']}}\n"
        "Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n  HasMail: !Equals [!Ref Mail, 'yes']\n"
        "Resources:\n"
        "  Alarm:\n    Type: AWS::CloudWatch::Alarm\n    Condition: {0}\n    Properties:\n"
        "      AlarmActions: [!Ref Topic]\n"
        "  Topic:\n    Type: AWS::SNS::Topic\n    Condition: {0}\n"
        "  Subscription:\n    Type: AWS::SNS::Subscription\n    Condition: {1}\n"
        "    Properties: {{TopicArn: !Ref Topic, Protocol: email, Endpoint: a@example.com}}\n",
        own, other);
    source::FileSet files;
    const source::File& file = files.add("t.yaml", text);
    const dialect::Detected detected = dialect::detect(file, std::nullopt);
    const auto graph = evaluated(*detected.templates.front());
    const rule::Rule* const rules[] = {rule::builtin().find("sns-alarm-topic-has-subscriber")};
    const engine::Judged judged = engine::check(rule::builtin(), rules, {*graph, files});
    std::string said;
    for (const finding::Finding& found : judged.findings) {
      said += finding::name(found.severity);
      for (const auto& [name, value] : found.conditions)
        said += base::format(" when {} is {}", name, value);
    }
    for (const finding::Unknown& unknown : judged.unknowns) said += "unknown: " + unknown.reason;
    return said;
  };
  CHECK(queue("IsProd", "IsProd").empty());
  CHECK(queue("IsProd", "HasMail") == "note when Mail is no");
}

}  // namespace resilint::test
