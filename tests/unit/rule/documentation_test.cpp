// SPDX-License-Identifier: Apache-2.0
#include "rule/documentation.h"

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "rule/load.h"
#include "source/file.h"

namespace resilint::test {
namespace {

constexpr std::string_view model = R"(shop.queue:
  cloudformation: AWS::SQS::Queue
  attributes:
    days: {type: int, cloudformation: MessageRetentionPeriod}
    mode: {type: string, cloudformation: Mode}
)";

// One of everything that a rule may say.
constexpr std::string_view everything = R"(title: A queue keeps its messages
severity: low
profile: opt-in
well_architected: [REL05-BP05]
tags: [sqs, buffer]
formerly: [queue-days]
why: Words that are long enough to stand in more than one line of a terminal, because a reader of a terminal does not want lines without end.
parameters:
  days: {type: int, default: 4, minimum: 1, maximum: 14, why: A weekend passes}
  share: {type: number, default: 0.5, why: Half is enough}
  strict: {type: bool, default: false, why: Not here}
  mode: {type: enum(slow|fast), default: slow, why: It is cheaper}
  names: {type: list(string), default: [a, b], why: Those two}
match: {queue: shop.queue}
require: has(queue.days) && queue.days >= parameters.days
message: x
fix:
  - {set: queue.days, to: parameters.days, safety: safe}
  - {create: shop.queue, with: {days: "14", mode: '"fast"'}, safety: unsafe, cost: money}
peers: {checkov: [CKV_1, CKV_2], trivy: [AVD-1]}
references: ["https://docs.aws.amazon.com/a", "https://docs.aws.amazon.com/b"]
examples:
  cloudformation:
    fail: |
      Resources:

        Queue: {Type: AWS::SQS::Queue}
    pass: |
      Resources: {}
)";

struct Read {
  explicit Read(std::string_view text) {
    const std::vector<const source::File*> added{&files.add("model.yaml", std::string(model)),
                                                 &files.add("queue-keeps.yaml", std::string(text))};
    loaded = rule::load(added, rule::Library{});
    for (const finding::Finding& problem : loaded->problems) UNSCOPED_INFO(problem.message);
    REQUIRE(loaded->problems.empty());
  }
  [[nodiscard]] const rule::Rule& rule() const { return loaded->rules.front(); }

  source::FileSet files;
  std::unique_ptr<rule::Loaded> loaded;
};

}  // namespace

TEST_CASE("documentation: a terminal reads everything without markup, in lines that end") {
  const Read read(everything);
  CHECK(rule::text(read.rule()) == R"(queue-keeps
A queue keeps its messages

Words that are long enough to stand in more than one line of a terminal, because a reader of a
terminal does not want lines without end.

severity          low
profile           opt-in
well-architected  REL05-BP05
tags              sqs, buffer
judges            shop.queue
languages         cloudformation
formerly          queue-days
parameter         days (int, 4, at least 1, at most 14): A weekend passes
parameter         share (number, 0.5): Half is enough
parameter         strict (bool, false): Not here
parameter         mode (enum(slow|fast), slow): It is cheaper
parameter         names (list(string), a b): Those two
fix               sets `queue.days` to `parameters.days`; safe
fix               adds `shop.queue` with `days` = `14`, `mode` = `"fast"`; unsafe: money
elsewhere         CKV_1 (checkov)
elsewhere         CKV_2 (checkov)
elsewhere         AVD-1 (trivy)
document          https://docs.aws.amazon.com/a
document          https://docs.aws.amazon.com/b

fails, in cloudformation:

    Resources:

      Queue: {Type: AWS::SQS::Queue}

passes, in cloudformation:

    Resources: {}
)");
}

TEST_CASE("documentation: a page holds everything in Markdown") {
  const Read read(everything);
  CHECK(rule::markdown(read.rule()) == R"(# queue-keeps

A queue keeps its messages

Words that are long enough to stand in more than one line of a terminal, because a reader of a terminal does not want lines without end.

- Severity: low
- Profile: opt-in
- Well-Architected: REL05-BP05
- Tags: sqs, buffer
- Judges: `shop.queue`
- Languages: cloudformation
- Formerly: queue-days

## Parameters

- `days` (int, 4, at least 1, at most 14): A weekend passes
- `share` (number, 0.5): Half is enough
- `strict` (bool, false): Not here
- `mode` (enum(slow|fast), slow): It is cheaper
- `names` (list(string), a b): Those two

## Fix

- Sets `queue.days` to `parameters.days`; safe
- Adds `shop.queue` with `days` = `14`, `mode` = `"fast"`; unsafe: money

## Example (cloudformation)

Fails:

```yaml
Resources:

  Queue: {Type: AWS::SQS::Queue}
```

Passes:

```yaml
Resources: {}
```

## References

- <https://docs.aws.amazon.com/a>
- <https://docs.aws.amazon.com/b>

## Known elsewhere as

- checkov: CKV_1
- checkov: CKV_2
- trivy: AVD-1
)");
}

TEST_CASE("documentation: programs read every field") {
  const Read read(everything);
  base::JsonWriter json(base::JsonWriter::Layout::indented);
  rule::write(read.rule(), json);
  CHECK(json.take() == R"json({
  "name": "queue-keeps",
  "title": "A queue keeps its messages",
  "severity": "low",
  "profile": "opt-in",
  "why": "Words that are long enough to stand in more than one line of a terminal, because a reader of a terminal does not want lines without end.",
  "file": "queue-keeps.yaml",
  "judges": "shop.queue",
  "languages": [
    "cloudformation"
  ],
  "wellArchitected": [
    "REL05-BP05"
  ],
  "tags": [
    "sqs",
    "buffer"
  ],
  "formerly": [
    "queue-days"
  ],
  "parameters": [
    {
      "name": "days",
      "type": "int",
      "default": 4,
      "minimum": 1,
      "maximum": 14,
      "why": "A weekend passes"
    },
    {
      "name": "share",
      "type": "number",
      "default": 0.5,
      "why": "Half is enough"
    },
    {
      "name": "strict",
      "type": "bool",
      "default": false,
      "why": "Not here"
    },
    {
      "name": "mode",
      "type": "enum(slow|fast)",
      "default": "slow",
      "why": "It is cheaper"
    },
    {
      "name": "names",
      "type": "list(string)",
      "default": [
        "a",
        "b"
      ],
      "why": "Those two"
    }
  ],
  "fixes": [
    {
      "sets": "queue.days",
      "values": {
        "days": "parameters.days"
      },
      "safety": "safe"
    },
    {
      "creates": "shop.queue",
      "values": {
        "days": "14",
        "mode": "\"fast\""
      },
      "safety": "unsafe",
      "cost": "money"
    }
  ],
  "peers": [
    {
      "tool": "checkov",
      "id": "CKV_1"
    },
    {
      "tool": "checkov",
      "id": "CKV_2"
    },
    {
      "tool": "trivy",
      "id": "AVD-1"
    }
  ],
  "references": [
    "https://docs.aws.amazon.com/a",
    "https://docs.aws.amazon.com/b"
  ],
  "examples": {
    "cloudformation": {
      "fail": "Resources:\n\n  Queue: {Type: AWS::SQS::Queue}",
      "pass": "Resources: {}"
    }
  }
})json");
}

TEST_CASE("documentation: help leads to the page of a built-in rule, else to the first document") {
  const Read read(everything);
  CHECK(rule::info(read.rule()).help_uri == "https://docs.aws.amazon.com/a");
  rule::Rule built_in = read.rule();
  built_in.is_built_in = true;
  CHECK(rule::info(built_in).help_uri ==
        "https://github.com/resilint/resilint/blob/main/docs/rules/queue-keeps.md");
  CHECK(rule::info(built_in).help == rule::markdown(built_in));
}

}  // namespace resilint::test
