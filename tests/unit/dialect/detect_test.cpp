// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/dialect.h"
#include "source/line_index.h"

namespace resilint::test {
namespace {

// "checked cloudformation", "skipped: reason", "failed 3:1: rule: message".
std::string detected(std::string_view name, const std::string& text,
                     std::optional<dialect::Type> forced = {}) {
  const source::File file(source::FileId{}, std::string(name), text);
  const dialect::Detected found = dialect::detect(file, forced);
  if (found.status == finding::FileStatus::skipped) return "skipped: " + found.reason;
  if (found.status == finding::FileStatus::checked) {
    std::string said = "checked " + found.dialect;
    for (const finding::Finding& note : found.notes) said += ", " + note.rule;
    return said;
  }
  const source::Position at = source::LineIndex(text).position(found.errors.front().span.begin);
  return base::format("failed {}:{}: {}: {}", at.line, at.column, found.errors.front().rule,
                      found.errors.front().message);
}

constexpr dialect::Type cloudformation = dialect::Type::cloudformation;

}  // namespace

TEST_CASE("detect: templates by content, under any name") {
  const std::string typed = "Resources: {Q: {Type: AWS::SQS::Queue}}\n";
  CHECK(detected("a.yaml", typed) == "checked cloudformation");
  CHECK(detected("notes.txt", typed) == "checked cloudformation");
  CHECK(detected("a.yaml", "# text\n---\nkind: Deployment\n---\n" + typed) ==
        "checked cloudformation");
  CHECK(detected("a.yaml", "AWSTemplateFormatVersion: 2010-09-09\n") == "checked cloudformation");
  CHECK(detected("a.json", R"({"Resources": {"X": {"Type": "Custom::Setup"}}})") ==
        "checked cloudformation");
  CHECK(detected("a.yaml", "Description: none yet\nResources: {}\n") == "checked cloudformation");
  CHECK(detected("a.yaml", "Transform: AWS::Serverless-2016-10-31\n" + typed) == "checked sam");
  CHECK(detected("a.yaml", "Resources: {M: {Type: AWS::CDK::Metadata}}\n") == "checked cdk");
}

TEST_CASE("detect: notes of what is lost or merged") {
  CHECK(detected("a.yaml",
                 "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  Q: {Type: AWS::S3::Bucket}\n") ==
        "checked cloudformation, duplicate-key");
  CHECK(detected("a.yaml",
                 "x: &x {Type: AWS::SQS::Queue}\nResources:\n  Q: {<<: *x}\n  R: {<<: *x}\n") ==
        "checked cloudformation, merge-key");
}

TEST_CASE("detect: what is no infrastructure as code is skipped with a reason") {
  CHECK(detected("a.yaml", "") == "skipped: empty");
  CHECK(detected("a.yaml", " \n\t\n") == "skipped: empty");
  CHECK(detected("a.yaml", "kind: Deployment\n") == "skipped: not infrastructure as code");
  CHECK(detected("a.json", R"({"Resources": {"cpu": {"Type": "m5"}}})") ==
        "skipped: not infrastructure as code");
  CHECK(detected("a.yaml", "Resources: some prose\n") == "skipped: not infrastructure as code");
  CHECK(detected("logo.png", std::string("\x89PNG\0\0", 6)) == "skipped: binary");
  CHECK(detected("a.txt", "caf\xE9") == "skipped: is not UTF-8, does not look like a template");
  CHECK(detected("tsconfig.json", "{ // Resources\n \"a\": }") ==
        "skipped: does not parse, does not look like a template");
  CHECK(detected("chart.yaml", "Resources: {{ .Values.x }}\n  - {{ end }}\n") ==
        "skipped: does not parse, does not look like a template");
  CHECK(detected("plan.json", R"({"format_version": "1.2", "planned_values": {}})") ==
        "skipped: Terraform plans are not read yet");
}

TEST_CASE("detect: what shows a sign of a template and cannot be read fails at its place") {
  CHECK(detected("a.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: [\n") ==
        "failed 5:1: syntax-error: expected `,` or `]` in the list that was opened before");
  CHECK(detected("a.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: \"\n") ==
        "failed 2:12: syntax-error: a text without its closing quote");
  CHECK(detected("a.yaml", "Type: AWS::SQS::Queue\ncaf\xE9: 1\n") ==
        "failed 2:4: encoding: byte 0xE9 is not UTF-8 here; save the file as UTF-8");
  CHECK(detected("a.yaml", std::string("\xFF\xFE", 2) +
                               std::string("T\0y\0p\0e\0:\0 \0A\0W\0S\0:\0:\0", 22)) ==
        "failed 1:1: encoding: the file is UTF-16; save it as UTF-8");
  CHECK(detected("a.yaml", "# Type: AWS::SQS::Queue\na: [Resources\n") ==
        "skipped: does not parse, does not look like a template");
  CHECK(
      detected("a.yaml", "AWSTemplateFormatVersion: x\na: " + std::string(300, '[')) ==
      "failed 2:132: limit: more than 256 mappings and lists inside each other; nothing deeper is "
      "read");
  CHECK(detected("a.yaml", "Resources: " + std::string(300, '[')) ==
        "skipped: more than 256 mappings and lists inside each other; nothing deeper is read");
}

TEST_CASE("detect: a type that is named overrides the content") {
  CHECK(detected("a.yaml", "x: 1\n", cloudformation) == "checked cloudformation");
  CHECK(detected("a.yaml", "x: [\n", cloudformation) ==
        "failed 2:1: syntax-error: expected `,` or `]` in the list that was opened before");
  CHECK(detected("a.yaml", "- x\n", cloudformation) ==
        "failed 1:1: syntax-error: expected a CloudFormation template, a mapping with the key "
        "Resources");
}

TEST_CASE("detect: files of Terraform by name, whatever is in them") {
  const std::string queue = "resource \"aws_sqs_queue\" \"q\" {}\n";
  const std::string queue_json = R"json({"resource": {"aws_sqs_queue": {"q": {}}}})json";
  CHECK(detected("main.tf", queue) == "checked terraform");
  CHECK(detected("a/main.tofu", queue) == "checked terraform");
  CHECK(detected("main.tf.json", queue_json) == "checked terraform");
  CHECK(detected("main.tofu.json", queue_json) == "checked terraform");
  CHECK(detected("prod.tfvars", "a = 1\n") == "checked tfvars");
  CHECK(detected("prod.tfvars.json", "{\"a\": 1}") == "checked tfvars");
  CHECK(detected("main.tf", "") == "checked terraform");
  CHECK(detected("main.tf", "# Resources: none\n") == "checked terraform");
  CHECK(detected("main.tf", queue_json) ==
        "failed 1:1: syntax-error: expected an argument or a block, found `{`");
  CHECK(detected("main.tf.json", queue) ==
        "failed 1:1: syntax-error: expected a value, found `resource`");
  CHECK(detected("main.tf.json", "") ==
        "failed 1:1: syntax-error: the file is empty; expected a value");
  CHECK(detected("prod.tfvars", queue) ==
        "failed 1:1: syntax-error: a file of variables has only `name = value`; the block "
        "`resource` belongs to a .tf file");
  CHECK(detected("main.tf", "a = \nb = 1\n") ==
        "failed 1:5: syntax-error: expected a value, found the end of the line");
  CHECK(detected("main.tf", std::string("a = 1\n\0", 7)) ==
        "failed 2:1: encoding: the file has a NUL byte; text never has one, remove it");
  CHECK(detected("main.tf", "a = " + std::string(300, '[')).starts_with("failed 1:"));
}

TEST_CASE("detect: all errors of a Terraform file are said") {
  const source::File file(source::FileId{}, "main.tf", "a = \nb = 1\nc = )\n");
  const dialect::Detected found = dialect::detect(file, {});
  CHECK(found.status == finding::FileStatus::failed);
  CHECK(found.errors.size() == 2);
  CHECK(found.tree == nullptr);
}

TEST_CASE("detect: other HCL is skipped by name, broken or not") {
  CHECK(detected("a.tftest.hcl", "run {") == "skipped: a test of a module; it is not deployed");
  CHECK(detected("image.pkr.hcl", "x = ") ==
        "skipped: for Packer; images of machines are not judged");
  CHECK(detected(".main.tf", "x = ") == "skipped: a hidden file; Terraform does not read it");
  CHECK(detected("job.hcl", "x = ") == "skipped: HCL of another tool");
}

TEST_CASE("detect: with a type that is named, the first byte says which syntax of Terraform") {
  constexpr dialect::Type terraform = dialect::Type::terraform;
  constexpr dialect::Type tfvars = dialect::Type::tfvars;
  CHECK(detected("a.txt", "locals {\n}\n", terraform) == "checked terraform");
  CHECK(detected("a.txt", " \n{\"locals\": {}}", terraform) == "checked terraform");
  CHECK(detected("a.yaml", "Resources: {Q: {Type: AWS::SQS::Queue}}\n", terraform) ==
        "failed 1:10: syntax-error: expected `=` and a value, or a block in braces, after "
        "`Resources`, found `:`");
  CHECK(detected("main.tf", "locals {\n}\n", tfvars) ==
        "failed 1:1: syntax-error: a file of variables has only `name = value`; the block `locals` "
        "belongs to a .tf file");
  CHECK(detected("a.tftest.hcl", "a = 1\n", tfvars) == "checked tfvars");
  CHECK(detected("main.tf", "Resources: {Q: {Type: AWS::SQS::Queue}}\n", cloudformation) ==
        "checked cloudformation");
}

TEST_CASE("detect: no template has very many resources") {
  std::string text = "Resources:\n";
  for (int i = 0; i <= 100'000; ++i) text += base::format("  Q{}: {{Type: AWS::SQS::Queue}}\n", i);
  CHECK(detected("a.yaml", text) ==
        "failed 1:1: limit: the template has 100001 resources; at most 100000 are read");
}

}  // namespace resilint::test
