// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "engine/check.h"
#include "parse/parse.h"
#include "source/line_index.h"
#include "support/marked_text.h"

namespace resilint::test {
namespace {

// Puts a finding of `a-rule` at each [[mark]] and says what is left and what was suppressed, by
// line: "3: a-rule | suppressed 5".
std::string suppressed(std::string_view text) {
  rule::Rule rule;
  rule.name = "a-rule";
  rule.formerly = {};
  rule::Library library;
  library.rules = {&rule};
  const MarkedText marked_text = marked(text);
  source::FileSet files;
  const source::File& file = files.add("t.yaml", marked_text.text);
  const parse::Parsed parsed = parse::parse_yaml(file);
  REQUIRE(parsed.tree != nullptr);
  std::vector<finding::Finding> findings;
  for (const auto& [begin, end] : marked_text.spans) {
    finding::Finding found;
    found.rule = "a-rule";
    found.span = {file.id(), begin, end};
    findings.push_back(found);
  }
  engine::Suppressed result =
      engine::suppress(findings, file, *parsed.tree, library.rules, library);
  const source::LineIndex lines(file.bytes());
  std::string said;
  for (const finding::Finding& found : result.findings) {
    said += base::format("{}: {}{}\n", lines.position(found.span.begin).line, found.rule,
                         found.message.empty() ? "" : ": " + found.message);
  }
  for (const finding::Finding& found : result.suppressed)
    said += base::format("suppressed {}\n", lines.position(found.span.begin).line);
  return said;
}

}  // namespace

TEST_CASE("suppress: a comment on a line covers the line") {
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rule reason=\"known\"\nb: [[2]]\n") ==
        "2: a-rule\nsuppressed 1\n");
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
        "1: unused-ignore: nothing here is found by a-rule; this comment is not needed\n");
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rul\n") ==
        "1: a-rule\n1: unused-ignore: no rule is called `a-rul`; did you mean `a-rule`?\n");
  CHECK(suppressed("a: [[1]]  # resilint: ignore\n") ==
        "1: a-rule\n1: unused-ignore: cannot read this comment; expected `# resilint: ignore RULE "
        "reason=\"why\"`\n");
  CHECK(suppressed("a: [[1]]  # resilint: ignore a-rule because\n") ==
        "1: a-rule\n1: unused-ignore: cannot read this comment; expected `# resilint: ignore RULE "
        "reason=\"why\"`\n");
}

TEST_CASE("suppress: text in a string is no comment") {
  CHECK(suppressed("a: \"# resilint: ignore a-rule\"\nb: [[1]]\n") == "2: a-rule\n");
}

}  // namespace resilint::test
