// SPDX-License-Identifier: Apache-2.0
// Verdicts of AWS's Guard rules registry on its own templates, for the rules that we have, too.
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "dialect/dialect.h"
#include "engine/check.h"
#include "rule/builtin.h"
#include "source/disk.h"
#include "support/evaluated.h"
#include "support/json_lines.h"
#include "support/shared.h"

namespace resilint::test {
namespace {

// A registry's rule and those of ours that ask for the same together.
const std::map<std::string, std::vector<std::string_view>> same{
    {"S3_BUCKET_VERSIONING_ENABLED", {"s3-bucket-versioning", "s3-versioning-not-suspended"}},
    {"DYNAMODB_PITR_ENABLED", {"dynamodb-point-in-time-recovery"}},
    {"MULTI_REGION_CLOUD_TRAIL_ENABLED", {"cloudtrail-multi-region"}},
    {"CLOUD_TRAIL_ENABLED", {"cloudtrail-logging-on"}},
    {"CLOUDWATCH_ALARM_ACTION_CHECK", {"cloudwatch-alarm-has-alarm-action"}},
};

// Where ours is another verdict, and why it is right.
const std::map<std::string, std::string> different{
    {"CLOUDWATCH_ALARM_ACTION_CHECK 04: fail, not pass",
     "an action for OK alone tells nobody that the alarm went off"},
    {"CLOUDWATCH_ALARM_ACTION_CHECK 05: fail, not pass",
     "an action for missing data alone tells nobody that the alarm went off"},
    {"CLOUD_TRAIL_ENABLED 05: unknown, not fail",
     "CloudFormation requires IsLogging; without it there is no trail to judge"},
};

std::string verdict(const std::string& path, const std::string& peer) {
  auto bytes = source::read(path, 1U << 20U);
  REQUIRE(bytes);
  source::FileSet files;
  const dialect::Detected detected =
      dialect::detect(files.add(path, std::move(*bytes)), dialect::Type::cloudformation);
  std::vector<const rule::Rule*> rules;
  for (const std::string_view name : same.at(peer)) rules.push_back(rule::builtin().find(name));
  std::string worst = "pass";
  for (const syntax::Node* root : detected.templates) {
    const auto graph = evaluated(*root);
    const engine::Judged judged = engine::check(rule::builtin(), rules, {*graph, files});
    if (!judged.findings.empty()) return "fail";
    if (!judged.unknowns.empty()) worst = "unknown";
  }
  return worst;
}

}  // namespace

TEST_CASE("guard: the same verdicts as the registry's, but for those with a reason") {
  const auto folder = shared("oracles/guard");
  if (!folder) return;
  std::size_t agreed = 0;
  std::map<std::string, std::string> found;
  for (const JsonLine& line : json_lines(*folder / "cases.jsonl")) {
    const std::string peer = line.text("peer_rule");
    const std::string expected = line.text("expected");
    // What is skipped has no resource, or a suppression of that tool.
    if (!same.contains(peer) || expected == "skip") continue;
    const std::string file = line.text("file");
    const std::string ours = verdict((*folder / file).string(), peer);
    const std::string name = file.substr(file.find('/') + 1, 2);
    if (ours == expected)
      ++agreed;
    else
      found.emplace(peer + " " + name + ": " + ours + ", not " + expected, file);
  }
  for (const auto& [difference, file] : found) {
    INFO(difference << " (" << file << ")");
    CHECK(different.contains(difference));
  }
  CHECK(found.size() == different.size());
  WARN("guard: " << agreed << " verdicts agree, " << found.size() << " differ with a reason");
}

}  // namespace resilint::test
