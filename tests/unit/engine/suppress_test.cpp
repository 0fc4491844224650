// SPDX-License-Identifier: Apache-2.0
#include "engine/suppress.h"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/terraform/json_body.h"
#include "parse/parse.h"
#include "source/line_index.h"
#include "support/marked_text.h"

namespace resilint::test {
namespace {

// Puts a finding of `a-rule` at each [[mark]] and says what is left and what was suppressed, by
// line: "3: a-rule | suppressed 5".
std::string suppressed(std::string_view text, std::string_view name = "t.yaml",
                       std::string_view property = {},
                       const engine::IgnoreTerms& terms = {"2026-06-15", false, {}}) {
  rule::Rule rule;
  rule.name = "a-rule";
  rule.formerly = {};
  rule::Library library;
  library.rules = {&rule};
  const MarkedText marked_text = marked(text);
  source::FileSet files;
  const source::File& file = files.add(std::string(name), marked_text.text);
  const parse::Parsed parsed = name.ends_with(".tf")     ? parse::parse_hcl(file)
                               : name.ends_with(".yaml") ? parse::parse_yaml(file)
                               : name.ends_with(".tf.json")
                                   ? dialect::terraform::json_configuration(file)
                                   : parse::parse_json(file);
  REQUIRE(parsed.tree != nullptr);
  std::vector<finding::Finding> findings;
  for (const auto& [begin, end] : marked_text.spans) {
    finding::Finding found;
    found.rule = "a-rule";
    found.property = std::string(property);
    found.span = {file.id(), begin, end};
    findings.push_back(found);
  }
  engine::Suppressed result =
      engine::suppress(findings, file, *parsed.tree, library.rules, library, terms);
  const source::LineIndex lines(file.bytes());
  std::string said;
  for (const finding::Finding& found : result.findings) {
    said += base::format("{}: {}{}\n", lines.position(found.span.begin).line, found.rule,
                         found.message.empty() ? "" : ": " + found.message);
  }
  for (const finding::Finding& found : result.suppressed) {
    REQUIRE(found.ignored.has_value());
    said += base::format("suppressed {}{}{}\n", lines.position(found.span.begin).line,
                         found.ignored->reason.empty() ? "" : ": " + found.ignored->reason,
                         found.ignored->until.empty() ? "" : " until " + found.ignored->until);
  }
  return said;
}

}  // namespace

TEST_CASE("suppress: a comment on a line covers the line") {
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rule reason=\"known\"\nb: [[2]]\n") ==
        "2: a-rule\nsuppressed 1: known\n");
}

TEST_CASE("suppress: a comment before a line covers the next that holds something") {
  CHECK(suppressed("# resilint: ignore a-rule\n\n# another\na: [[1]]\nb: [[2]]\n") ==
        "5: a-rule\nsuppressed 4\n");
}

TEST_CASE("suppress: a comment at a block's header covers the block") {
  CHECK(suppressed("x:\n  # resilint: ignore a-rule\n  a:\n    b: [[1]]\n    c:\n      - [[2]]\n  "
                   "d: [[3]]\n") == "7: a-rule\nsuppressed 4\nsuppressed 6\n");
  CHECK(suppressed("x:\n  a:  # resilint: ignore a-rule\n    b: [[1]]\n") == "suppressed 3\n");
}

TEST_CASE("suppress: a comment that covers nothing is reported") {
  CHECK(suppressed("# resilint: ignore a-rule\na: 1\n") ==
        "1: unused-ignore: nothing here is found by a-rule; this is not needed\n");
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rul\n") ==
        "1: a-rule\n1: unused-ignore: no rule is called `a-rul`; did you mean `a-rule`?\n");
  CHECK(suppressed("a: [[1]]  # resilint: ignore\n") ==
        "1: a-rule\n1: unused-ignore: cannot read this comment; expected `# resilint: ignore RULE "
        "reason=\"why\" until=YYYY-MM-DD`\n");
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rule because\n") ==
        "1: a-rule\n1: unused-ignore: cannot read this comment; expected `# resilint: ignore RULE "
        "reason=\"why\" until=YYYY-MM-DD`\n");
}

TEST_CASE("suppress: text in a string is no comment") {
  CHECK(suppressed("a: \"# resilint: ignore a-rule\"\nb: [[1]]\n") == "2: a-rule\n");
}

TEST_CASE("suppress: a date ends it, the day itself included") {
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rule until=2026-06-15 reason=\"soon\"\n") ==
        "suppressed 1: soon until 2026-06-15\n");
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rule reason=\"soon\" until=2026-06-14\n") ==
        "1: a-rule\n1: expired-ignore: this held until 2026-06-14; what it ignored is reported "
        "again\n");
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rule until=2026-02-30\n") ==
        "1: a-rule\n1: unused-ignore: `2026-02-30` is no date; expected until=YYYY-MM-DD\n");
  CHECK(suppressed("a: 1  # resilint: ignore a-rule until=2026-06-14\n") ==
        "1: unused-ignore: nothing here is found by a-rule; this is not needed\n");
}

TEST_CASE("suppress: several rules, and rules by the beginning of their names") {
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-*\n") == "suppressed 1\n");
  CHECK(suppressed("a: [[1]]  # resilint:ignore other,a-rule\n") ==
        "1: unused-ignore: no rule is called `other`; this ignores nothing\nsuppressed 1\n");
  CHECK(suppressed("a: [[1]]  # resilint: ignore b-*\n") ==
        "1: a-rule\n1: unused-ignore: no rule's name begins like `b-*`; this ignores nothing\n");
  CHECK(suppressed("a: 1  # resilint: ignore duplicate-key\n") == "");
}

TEST_CASE("suppress: a whole file") {
  CHECK(suppressed(
            "# resilint: ignore-file a-rule reason=\"a demonstration\"\na: [[1]]\nb: [[2]]\n") ==
        "suppressed 2: a demonstration\nsuppressed 3: a demonstration\n");
}

TEST_CASE("suppress: comments of HCL, before and behind, around an argument and a block") {
  CHECK(suppressed(
            "// resilint: ignore a-rule\n/* why\n   not */\n# more\nresource \"q\" [[\"x\"]] {\n"
            "  a = [[1]]\n}\nresource \"q\" [[\"y\"]] {\n  a = [[1]] # resilint: ignore a-rule\n"
            "  b = [[2]]\n}\n",
            "t.tf") == "8: a-rule\n10: a-rule\nsuppressed 5\nsuppressed 6\nsuppressed 9\n");
}

TEST_CASE("suppress: metadata of a resource and of a template") {
  CHECK(suppressed(
            "Resources:\n  [[A]]:\n    Metadata: {resilint: {ignore: [a-rule]}}\n    B: [[1]]\n"
            "  [[C]]: {}\n") == "5: a-rule\nsuppressed 2\nsuppressed 4\n");
  CHECK(
      suppressed("Metadata:\n  resilint:\n    ignore:\n      - {rule: a-rule, reason: old, until: "
                 "2026-12-31}\nResources: {A: [[1]]}\n") == "suppressed 5: old until 2026-12-31\n");
  CHECK(suppressed(R"({"Metadata": {"resilint": {"ignore": "a-*"}}, "A": [[1]]})", "t.json") ==
        "suppressed 1\n");
  CHECK(
      suppressed("Metadata: {resilint: {ignore: [{reason: why}]}}\nA: [[1]]\n") ==
      "2: a-rule\n1: unused-ignore: cannot read this; expected the name of a rule, or {rule: RULE, "
      "reason: why, until: YYYY-MM-DD}\n");
}

TEST_CASE("suppress: one property of a resource") {
  constexpr std::string_view text =
      "A:\n  Metadata: {resilint: {ignore: [{rule: a-rule, property: Redrive}]}}\n  B: [[1]]\n";
  CHECK(suppressed(text, "t.yaml", "Redrive") == "suppressed 3\n");
  CHECK(suppressed(text, "t.yaml", "Redrive.count") == "suppressed 3\n");
  CHECK(suppressed(text, "t.yaml", "RedriveAllow") ==
        "3: a-rule\n2: unused-ignore: nothing here is found by a-rule; this is not needed\n");
}

TEST_CASE("suppress: what does not meet the terms ignores nothing") {
  const engine::IgnoreTerms reason{"2026-06-15", true, {}};
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rule reason=\"known\"\n"
                   "b: [[2]]  # resilint: ignore a-rule until=2026-07-01\n",
                   "t.yaml", {}, reason) ==
        "2: a-rule\n2: unused-ignore: the configuration asks for a reason; this ignores nothing\n"
        "suppressed 1: known\n");
  const engine::IgnoreTerms day{"2026-06-15", false, "2026-09-13"};
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rule reason=\"known\"\n"
                   "b: [[2]]  # resilint: ignore a-rule until=2026-09-14\n"
                   "c: [[3]]  # resilint: ignore a-rule until=2026-09-13\n"
                   "d: [[4]]  # resilint: ignore a-rule until=2026-06-14\n",
                   "t.yaml", {}, day) ==
        "1: a-rule\n2: a-rule\n4: a-rule\n"
        "1: unused-ignore: the configuration asks for a last day, at the latest 2026-09-13; this "
        "ignores nothing\n"
        "2: unused-ignore: the configuration asks for a last day, at the latest 2026-09-13; this "
        "ignores nothing\n"
        "4: expired-ignore: this held until 2026-06-14; what it ignored is reported again\n"
        "suppressed 3 until 2026-09-13\n");
}

TEST_CASE("suppress: comments of Terraform's JSON") {
  CHECK(suppressed(R"({"resource": {"q": {
  [["x"]]: {"//": {"resilint": {"ignore": [{"rule": "a-rule", "reason": "small"}]}}, "a": [[1]]},
  [["y"]]: {"//": "resilint: ignore a-rule", "b": [[1]]},
  [["z"]]: {"//": ["for people", "resilint: ignore b-rule"], "b": [[1]]}}}})",
                   "t.tf.json") ==
        "4: a-rule\n4: a-rule\n4: unused-ignore: no rule is called `b-rule`; did you mean "
        "`a-rule`?\nsuppressed 2: small\nsuppressed 2: small\nsuppressed 3\nsuppressed 3\n");
  CHECK(suppressed(R"({"//": "resilint: ignore a-rule", "resource": {"q": {"x": {"a": [[1]]}}}})",
                   "t.tf.json") == "suppressed 1\n");
}

}  // namespace resilint::test
