// SPDX-License-Identifier: Apache-2.0
// Walks fixtures/rules/<service>/<rule>/ and the examples of all rules. In a fixture,
// `# expect: rule` stands on the line of a finding and `# expect-unknown: rule` on the line of the
// resource that the rule cannot decide; everything else must be silent. Each fixture is judged
// again as the JSON that it means.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "dialect/dialect.h"
#include "engine/check.h"
#include "rule/builtin.h"
#include "source/disk.h"
#include "source/file.h"
#include "source/line_index.h"
#include "support/evaluated.h"
#include "support/json_twin.h"
#include "support/repository.h"

namespace resilint::test {
namespace {

namespace filesystem = std::filesystem;

// rule and line, or rule and address
using Verdicts = std::set<std::pair<std::string, std::string>>;

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
  for (const syntax::Node* root : detected.templates) {
    const auto graph = evaluated(*root);
    engine::Judged judged = engine::check(rule::builtin(), rules, {*graph, files});
    const engine::Suppressed suppressed =
        engine::suppress(std::move(judged.findings), file, *detected.tree, rules, rule::builtin());
    for (const finding::Finding& found : suppressed.findings) {
      const bool always = found.conditions.empty();
      (always ? result.findings : result.conditionals).emplace(found.rule, line(found.span));
      (always ? result.addresses : result.conditional_addresses).emplace(found.rule, found.address);
    }
    for (const finding::Unknown& unknown : judged.unknowns) {
      result.unknowns.emplace(unknown.rule, line(unknown.span));
      result.unknown_addresses.emplace(unknown.rule, unknown.address);
      if (unknown.reason.starts_with("rule error")) result.rule_errors.push_back(unknown.reason);
    }
  }
  return result;
}

Verdicts expected(std::string_view text, std::string_view mark) {
  Verdicts found;
  const source::LineIndex lines(text);
  for (std::uint32_t number = 1; number <= lines.lines(); ++number) {
    const std::string_view line = lines.line(number);
    for (std::size_t at = line.find(mark); at != std::string_view::npos;
         at = line.find(mark, at + 1)) {
      std::string_view rest = line.substr(at + mark.size());
      rest = rest.substr(0, rest.find_first_of(" ,#"));
      found.emplace(std::string(rest), std::to_string(number));
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

TEST_CASE(
    "fixtures: every rule finds what its fixtures expect, and nothing else, in YAML and in JSON") {
  for (const filesystem::path& path : files_below(repository() / "fixtures" / "rules")) {
    if (path.extension() != ".yaml") continue;
    const std::string folder = path.parent_path().filename().string();
    const rule::Rule* rule = rule::builtin().find(folder);
    INFO(path.string());
    REQUIRE(rule != nullptr);
    const std::string text = read(path);
    const std::vector<const rule::Rule*> own{rule};
    const Judged yaml = judge(path.filename().string(), text, own);
    CHECK(yaml.findings == expected(text, "# expect: "));
    CHECK(yaml.conditionals == expected(text, "# expect-conditional: "));
    CHECK(yaml.unknowns == expected(text, "# expect-unknown: "));
    CHECK(yaml.rule_errors.empty());

    const std::string stem = path.stem().string();
    CHECK((stem.starts_with("pass-") || stem.starts_with("fail-") || stem.starts_with("unknown-")));
    CHECK(stem.starts_with("fail-") == !yaml.findings.empty());
    CHECK((!stem.starts_with("unknown-") || !yaml.unknowns.empty() || !yaml.conditionals.empty()));

    const Judged json = judge(stem + ".json", json_twin(text), own);
    CHECK(json.addresses == yaml.addresses);
    CHECK(json.conditional_addresses == yaml.conditional_addresses);
    CHECK(json.unknown_addresses == yaml.unknown_addresses);
  }
}

TEST_CASE("fixtures: the examples in the rules do what they say") {
  for (const rule::Rule* rule : rule::builtin().rules) {
    const std::vector<const rule::Rule*> own{rule};
    for (const rule::Example& example : rule->examples) {
      INFO(rule->name);
      const Judged failing = judge("fail.yaml", std::string(example.fail), own);
      CHECK(failing.findings.size() == 1);
      CHECK(failing.unknowns.empty());
      const Judged passing = judge("pass.yaml", std::string(example.pass), own);
      CHECK(passing.findings.empty());
      CHECK(passing.unknowns.empty());
      CHECK((failing.rule_errors.empty() && passing.rule_errors.empty()));
    }
  }
}

TEST_CASE("fixtures: every rule has a passing, a failing and an unknown fixture and an example") {
  // A rule that reads nothing which can be unknown needs no unknown fixture: name it here and say
  // why.
  const std::map<std::string, std::string> without_unknown{};
  for (const rule::Rule* rule : rule::builtin().rules) {
    std::set<std::string> kinds;
    for (const auto& path : files_below(repository() / "fixtures" / "rules")) {
      if (path.parent_path().filename() != rule->name) continue;
      const std::string stem = path.stem().string();
      kinds.insert(stem.substr(0, stem.find('-')));
    }
    INFO(rule->name);
    CHECK(kinds.count("pass") == 1);
    CHECK(kinds.count("fail") == 1);
    CHECK(kinds.count("unknown") + without_unknown.count(std::string(rule->name)) == 1);
    CHECK_FALSE(rule->examples.empty());
  }
}

}  // namespace resilint::test
