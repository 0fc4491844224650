// SPDX-License-Identifier: Apache-2.0
// What CI servers and reviewers' tools read, whole, of one outcome that has everything in it.
#include <string>

#include <catch2/catch.hpp>

#include "report/report.h"

namespace resilint::test {
namespace {

// A path and a message with what the formats must escape; a label; a file that failed.
class Example {
 public:
  Example() {
    const source::File& file = files_.add("in|fra/a b,c.yaml", "Queue: é\nTopic: none\n");
    finding::Finding first;
    first.rule = "a-rule";
    first.severity = finding::Severity::high;
    first.message = "Queue has <100% & \"no\" |way|";
    first.span = {file.id(), 7, 9};
    first.address = "Queue";
    first.labels.push_back({{file.id(), 10, 15}, "near it"});
    finding::Finding second = first;
    second.labels.clear();
    second.severity = finding::Severity::low;
    second.message = "twice: the same, again";
    second.span = {file.id(), 10, 15};
    outcome_.findings = {first, second};
    outcome_.files = {{"broken.json", finding::FileStatus::failed, "", "expected `}`"},
                      {"fine.yaml", finding::FileStatus::checked, "cloudformation", ""},
                      {"in|fra/a b,c.yaml", finding::FileStatus::checked, "cloudformation", ""},
                      {"notes.txt", finding::FileStatus::skipped, "", "not a template"}};
    rule_.name = "a-rule";
    rule_.help_uri = "https://example.com/a-rule";
  }

  std::string render(report::Format format) {
    return report::render(format, {outcome_, files_, {&rule_, 1}, "1.2.3"});
  }
  // As many findings of a severity as wanted.
  void repeat(finding::Severity severity, std::size_t count) {
    outcome_.findings.front().severity = severity;
    outcome_.findings.assign(count, outcome_.findings.front());
  }

 private:
  source::FileSet files_;
  finding::Outcome outcome_;
  finding::RuleInfo rule_;
};

}  // namespace

TEST_CASE("formats: annotations of GitHub") {
  CHECK(Example().render(report::Format::github) ==
        "::error file=broken.json,title=resilint::expected `}`\n"
        "::error file=in|fra/a b%2Cc.yaml,line=1,endLine=1,col=8,endColumn=9,title=a-rule::Queue "
        "has <100%25 & \"no\" |way|\n"
        "::notice file=in|fra/a b%2Cc.yaml,line=2,endLine=2,col=1,endColumn=6,title=a-rule::twice: "
        "the same, again\n");
}

TEST_CASE("formats: GitHub takes ten annotations of a level; the rest is counted") {
  Example many;
  many.repeat(finding::Severity::medium, 13);
  const std::string text = many.render(report::Format::github);
  std::size_t warnings = 0;
  for (std::size_t at = text.find("::warning "); at != std::string::npos;
       at = text.find("::warning ", at + 1))
    ++warnings;
  CHECK(warnings == 10);
  CHECK(text.ends_with("3 more are not shown here: GitHub takes 10 of a level from one step\n"));
}

TEST_CASE("formats: GitLab's fingerprints are each given once") {
  CHECK(Example().render(report::Format::gitlab) == R"([
  {
    "description": "Queue has <100% & \"no\" |way|",
    "check_name": "a-rule",
    "fingerprint": "3f4e88b165a3a3ef",
    "severity": "critical",
    "location": {
      "path": "in|fra/a b,c.yaml",
      "lines": {
        "begin": 1,
        "end": 1
      }
    }
  },
  {
    "description": "twice: the same, again",
    "check_name": "a-rule",
    "fingerprint": "3f4e88b165a3a3ef-1",
    "severity": "minor",
    "location": {
      "path": "in|fra/a b,c.yaml",
      "lines": {
        "begin": 2,
        "end": 2
      }
    }
  }
]
)");
}

TEST_CASE("formats: JUnit has a case for each finding, each file that failed, each that is clean") {
  CHECK(Example().render(report::Format::junit) == R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="resilint" tests="4" failures="2" errors="1">
  <testsuite name="broken.json" tests="1" failures="0" errors="1">
    <testcase classname="broken.json" name="can be read" file="broken.json">
      <error type="unread" message="expected `}`"/>
    </testcase>
  </testsuite>
  <testsuite name="fine.yaml" tests="1" failures="0" errors="0">
    <testcase classname="fine.yaml" name="no findings" file="fine.yaml"/>
  </testsuite>
  <testsuite name="in|fra/a b,c.yaml" tests="2" failures="2" errors="0">
    <testcase classname="in|fra/a b,c.yaml" name="a-rule Queue" file="in|fra/a b,c.yaml" line="1">
      <failure type="high" message="Queue has &lt;100% &amp; &quot;no&quot; |way|">in|fra/a b,c.yaml:1:8: Queue has &lt;100% &amp; &quot;no&quot; |way|</failure>
    </testcase>
    <testcase classname="in|fra/a b,c.yaml" name="a-rule Queue" file="in|fra/a b,c.yaml" line="2">
      <failure type="low" message="twice: the same, again">in|fra/a b,c.yaml:2:1: twice: the same, again</failure>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST_CASE("formats: Checkstyle") {
  CHECK(Example().render(report::Format::checkstyle) == R"(<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
  <file name="broken.json">
  </file>
  <file name="fine.yaml">
  </file>
  <file name="in|fra/a b,c.yaml">
    <error line="1" column="8" severity="error" message="Queue has &lt;100% &amp; &quot;no&quot; |way|" source="resilint.a-rule"/>
    <error line="2" column="1" severity="info" message="twice: the same, again" source="resilint.a-rule"/>
  </file>
</checkstyle>
)");
}

TEST_CASE("formats: reviewdog counts columns in bytes") {
  CHECK(
      Example().render(report::Format::rdjson) ==
      R"({"source":{"name":"resilint"},"diagnostics":[{"message":"Queue has <100% & \"no\" |way|",)"
      R"("severity":"ERROR","location":{"path":"in|fra/a b,c.yaml","range":{"start":{"line":1,"column":8},)"
      R"("end":{"line":1,"column":10}}},"code":{"value":"a-rule","url":"https://example.com/a-rule"},)"
      R"("relatedLocations":[{"message":"near it","location":{"path":"in|fra/a b,c.yaml","range":)"
      R"({"start":{"line":2,"column":1},"end":{"line":2,"column":6}}}}]},)"
      R"({"message":"twice: the same, again","severity":"INFO","location":{"path":"in|fra/a b,c.yaml",)"
      R"("range":{"start":{"line":2,"column":1},"end":{"line":2,"column":6}}},)"
      R"("code":{"value":"a-rule","url":"https://example.com/a-rule"}}]})"
      "\n");
}

TEST_CASE("formats: Markdown, in which no text is markup") {
  CHECK(Example().render(report::Format::markdown) ==
        R"(<!-- resilint -->
## resilint

2 findings \(1 high, 1 low\); 2 files checked, 1 skipped, 1 failed \(--show-files lists them\)

| severity | where | what | rule |
| --- | --- | --- | --- |
| high | `in\|fra/a b,c.yaml:1` | Queue has \<100% \& "no" \|way\| | `a-rule` |
| low | `in\|fra/a b,c.yaml:2` | twice: the same, again | `a-rule` |

| file | why it could not be read |
| --- | --- |
| `broken.json` | expected \`\}\` |
)");
}

TEST_CASE("formats: one JSON object a line") {
  const std::string text = Example().render(report::Format::jsonl);
  CHECK(text.starts_with(
      R"({"file":{"path":"broken.json","status":"failed","dialect":"","reason":"expected `}`"}})"
      "\n"));
  CHECK(text.ends_with(
      R"({"summary":{"findings":{"high":1,"medium":0,"low":1,"note":0},"conditional":0,"ignored":0,)"
      R"("unknowns":0,"files":{"checked":2,"skipped":1,"failed":1}}})"
      "\n"));
}

}  // namespace resilint::test
