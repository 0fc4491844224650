// SPDX-License-Identifier: Apache-2.0
// Walks fixtures/rules/<service>/<rule>/ and the examples of all rules. In a fixture,
// `# expect: rule` stands on the line of a finding, `# expect-conditional: rule` on that of one for
// some values of parameters, and `# expect-unknown: rule` on the line of the resource that the rule
// cannot decide; everything else must be silent. Each fixture is judged again as the JSON that it
// means, and those of one name in several languages must come to the same.
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/dialect.h"
#include "engine/check.h"
#include "engine/suppress.h"
#include "rule/builtin.h"
#include "source/disk.h"
#include "source/file.h"
#include "source/line_index.h"
#include "support/evaluated.h"
#include "support/json_twin.h"
#include "support/repository.h"
#include "support/terraform_twin.h"

namespace resilint::test {
namespace {

namespace filesystem = std::filesystem;

// "rule at line", or "rule at address"
using Verdicts = std::set<std::string>;
std::string verdict(std::string_view rule, std::string_view place) {
  return base::format("{} at {}", rule, place);
}

struct Judged {
  Verdicts findings;      // by line
  Verdicts addresses;     // by address
  Verdicts conditionals;  // by line: for some values of parameters
  Verdicts conditional_addresses;
  Verdicts unknowns;  // by line
  Verdicts unknown_addresses;
  std::vector<std::string> rule_errors;
};

Judged judge(std::string name, std::string text, std::span<const rule::Rule* const> rules) {
  Judged result;
  source::FileSet files;
  const source::File& file = files.add(std::move(name), std::move(text));
  const dialect::Detected detected = dialect::detect(file, std::nullopt);
  INFO(file.path() << ": " << detected.reason);
  REQUIRE(detected.status == finding::FileStatus::checked);
  const source::LineIndex lines(file.bytes());
  const auto line = [&](source::Span span) {
    return std::to_string(lines.position(span.begin).line);
  };
  for (const Deployed& deployment : deployed(detected, file.id())) {
    engine::Judged judged = engine::check(rule::builtin(), rules, {*deployment.graph, files});
    const engine::Suppressed suppressed =
        engine::suppress(std::move(judged.findings), file, *detected.tree, rules, rule::builtin(),
                         {"2026-01-01", false, {}});
    for (const finding::Finding& found : suppressed.findings) {
      const bool always = found.conditions.empty();
      (always ? result.findings : result.conditionals)
          .insert(verdict(found.rule, line(found.span)));
      Verdicts& addresses = always ? result.addresses : result.conditional_addresses;
      addresses.insert(verdict(found.rule, found.address));
      for (const std::string& instance : found.instances)
        addresses.insert(verdict(found.rule, instance));
    }
    for (const finding::Unknown& unknown : judged.unknowns) {
      result.unknowns.insert(verdict(unknown.rule, line(unknown.span)));
      result.unknown_addresses.insert(verdict(unknown.rule, unknown.address));
      if (unknown.reason.starts_with("rule error")) result.rule_errors.push_back(unknown.reason);
    }
  }
  return result;
}

// The same text in its language's JSON.
Judged judge_twin(const std::string& stem, std::string_view text, graph::Dialect dialect,
                  std::span<const rule::Rule* const> rules) {
  if (dialect == graph::Dialect::cloudformation)
    return judge(stem + ".json", json_twin(text), rules);
  return judge(stem + ".tf.json", terraform_twin(text), rules);
}

void check_same(const Judged& one, const Judged& other) {
  CHECK(one.addresses == other.addresses);
  CHECK(one.conditional_addresses == other.conditional_addresses);
  CHECK(one.unknown_addresses == other.unknown_addresses);
  CHECK(one.rule_errors.empty());
  CHECK(other.rule_errors.empty());
}

constexpr std::string_view extension(graph::Dialect dialect) {
  return dialect == graph::Dialect::cloudformation ? ".yaml" : ".tf";
}
constexpr graph::Dialect dialects[] = {graph::Dialect::cloudformation, graph::Dialect::terraform};

Verdicts expected(std::string_view text, std::string_view mark) {
  Verdicts found;
  const source::LineIndex lines(text);
  for (std::uint32_t number = 1; number <= lines.lines(); ++number) {
    const std::string_view line = lines.line(number);
    for (std::size_t at = line.find(mark); at != std::string_view::npos;
         at = line.find(mark, at + 1)) {
      std::string_view rest = line.substr(at + mark.size());
      rest = rest.substr(0, rest.find_first_of(" ,#"));
      found.insert(verdict(rest, std::to_string(number)));
    }
  }
  return found;
}

std::vector<filesystem::path> files_below(const filesystem::path& folder) {
  std::vector<filesystem::path> found;
  for (const auto& entry : filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::string read(const filesystem::path& path) {
  auto bytes = source::read(path.string(), 8U << 20U);
  REQUIRE(bytes);
  return std::move(*bytes);
}

}  // namespace

TEST_CASE("fixtures: every rule finds what its fixtures expect, and nothing else, in JSON too") {
  for (const filesystem::path& path : files_below(repository() / "fixtures" / "rules")) {
    const auto* dialect = std::ranges::find_if(
        dialects, [&](graph::Dialect one) { return path.extension() == extension(one); });
    if (dialect == std::end(dialects)) continue;
    const std::string folder = path.parent_path().filename().string();
    const rule::Rule* rule = rule::builtin().find(folder);
    INFO(path.string());
    REQUIRE(rule != nullptr);
    const std::string text = read(path);
    const std::vector<const rule::Rule*> own{rule};
    const Judged native = judge(path.filename().string(), text, own);
    CHECK(native.findings == expected(text, "# expect: "));
    CHECK(native.conditionals == expected(text, "# expect-conditional: "));
    CHECK(native.unknowns == expected(text, "# expect-unknown: "));

    const std::string stem = path.stem().string();
    CHECK((stem.starts_with("pass-") || stem.starts_with("fail-") || stem.starts_with("unknown-")));
    CHECK(stem.starts_with("fail-") == !native.findings.empty());
    CHECK((!stem.starts_with("unknown-") || !native.unknowns.empty() ||
           !native.conditionals.empty()));
    check_same(native, judge_twin(stem, text, *dialect, own));
  }
}

TEST_CASE("fixtures: the examples in the rules do what they say") {
  for (const rule::Rule* rule : rule::builtin().rules) {
    const std::vector<const rule::Rule*> own{rule};
    for (const rule::Example& example : rule->examples) {
      INFO(rule->name << " in " << graph::name(example.dialect));
      const auto judged = [&](std::string stem, std::string_view text) {
        const Judged native =
            judge(base::format("{}{}", stem, extension(example.dialect)), std::string(text), own);
        check_same(native, judge_twin(stem, text, example.dialect, own));
        CHECK(native.unknowns.empty());
        CHECK(native.conditionals.empty());
        return native;
      };
      CHECK(judged("fail", example.fail).findings.size() == 1);
      CHECK(judged("pass", example.pass).findings.empty());
    }
  }
}

TEST_CASE("fixtures: one case in two languages comes to the same") {
  // What the languages do not share: the rule's folder and the stem of the file, and why.
  const std::map<std::string, std::string> different{
      {"s3-bucket-versioning/unknown-status-or-use", "Terraform has no macros"},
      {"sns-alarm-topic-has-subscriber/unknown-serverless-functions-and-stacks",
       "Terraform has no transform of serverless functions"},
      {"sns-alarm-topic-has-subscriber/unknown-somebody-outside-may-subscribe",
       "Terraform has no exports and custom resources, and no subscriptions inside a topic"},
      {"sqs-dead-letter-queue/unknown-named-by-what-is-not-read",
       "Terraform has no serverless functions and custom resources"},
      {"sqs-dead-letter-queue/unknown-who-else-may-use-the-queue", "Terraform has no exports"},
  };
  std::size_t pairs = 0;
  std::set<std::string> met;
  for (const filesystem::path& path : files_below(repository() / "fixtures" / "rules")) {
    if (path.extension() != ".yaml") continue;
    filesystem::path other = path;
    other.replace_extension(".tf");
    if (!filesystem::exists(other)) continue;
    ++pairs;
    const std::string rule_name = path.parent_path().filename().string();
    const std::string name = base::format("{}/{}", rule_name, path.stem().string());
    const std::vector<const rule::Rule*> own{rule::builtin().find(rule_name)};
    REQUIRE(own.front() != nullptr);
    const Judged yaml = judge(path.filename().string(), read(path), own);
    const Judged hcl = judge(other.filename().string(), read(other), own);
    const auto counts = [](const Judged& judged) {
      return std::array{judged.findings.size(), judged.conditionals.size(), judged.unknowns.size()};
    };
    const bool same = counts(yaml) == counts(hcl);
    if (different.contains(name)) {
      INFO(name << " is named as different, and is the same");
      CHECK_FALSE(same);
      met.insert(name);
      continue;
    }
    INFO(name << ": findings, conditionals, unknowns");
    CHECK(counts(yaml) == counts(hcl));
  }
  CHECK(met.size() == different.size());
  CHECK(pairs > 0);
}

TEST_CASE("fixtures: every rule has fixtures and an example in each language, and a page") {
  // What a rule cannot have, as "rule in language: kind of fixture", and why. A language that
  // cannot express what a rule reads needs no entry.
  const std::map<std::string, std::string> exempt{};
  std::set<std::string> met;
  std::map<std::string, std::set<std::string>> kinds;  // by rule and language
  for (const filesystem::path& path : files_below(repository() / "fixtures" / "rules")) {
    const std::string folder = path.parent_path().filename().string();
    INFO(path.string());
    const rule::Rule* rule = rule::builtin().find(folder);
    REQUIRE(rule != nullptr);
    CHECK(rule->name == folder);
    CHECK(path.parent_path().parent_path().filename() ==
          filesystem::path(rule->file).parent_path().filename());
    const std::string stem = path.stem().string();
    kinds[folder + path.extension().string()].insert(stem.substr(0, stem.find('-')));
  }
  for (const rule::Rule* rule : rule::builtin().rules) {
    INFO(rule->name << ": ./dev bless writes its page");
    CHECK(filesystem::exists(repository() / "docs" / "rules" / base::format("{}.md", rule->name)));
    for (const graph::Dialect dialect : dialects) {
      if (std::ranges::find(rule->not_in, dialect) != rule->not_in.end()) continue;
      const std::set<std::string>& found =
          kinds[base::format("{}{}", rule->name, extension(dialect))];
      for (const std::string kind : {"pass", "fail", "unknown"}) {
        const std::string what =
            base::format("{} in {}: {}", rule->name, graph::name(dialect), kind);
        INFO(what << (exempt.contains(what) ? " is exempt, and is there" : " is missing"));
        CHECK(found.contains(kind) != exempt.contains(what));
        if (exempt.contains(what)) met.insert(what);
      }
      INFO(rule->name << " in " << graph::name(dialect));
      CHECK(std::ranges::count(rule->examples, dialect, &rule::Example::dialect) == 1);
    }
  }
  CHECK(met.size() == exempt.size());
}

}  // namespace resilint::test
