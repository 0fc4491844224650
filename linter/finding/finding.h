// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/file.h"

namespace resilint::finding {

enum class Severity : std::uint8_t { note, low, medium, high };  // in ascending order

std::string_view name(Severity severity);  // "note", "low", "medium", "high"
std::optional<Severity> severity_named(std::string_view name);

// A second place that explains the first.
struct Label {
  source::Span span;
  std::string text;
};

// A value that the verdict rests on and where it came from.
struct DecidingValue {
  std::string name;   // "OrdersQueue.visibility_timeout_seconds"
  std::string value;  // "30"; "(sensitive)", "(not set)"
  std::string
      origin;  // "written here", "default of AWS::SQS::Queue", "default of parameter Timeout"
  std::string source;                // the document behind a provider default, else empty
  std::optional<source::Span> span;  // none for a provider default
};

// What would mend the finding, before anybody turns it into edits of a file.
struct FixIntent {
  std::string sentence;   // "Set VisibilityTimeout of OrdersQueue to 180."
  std::string attribute;  // model attribute, "visibility_timeout_seconds"; empty for `create`
  std::string creates;    // kind of the resource to add, else empty
  std::string address;    // the resource to change
  std::string value;      // as text; empty when unknown
  bool safe = false;      // in place, reversible, no replacement, no new cost
  std::string cost;       // what an unsafe fix costs, else empty
};

// What a file or the configuration says of a finding that is not to be reported.
struct Ignored {
  std::string reason;                // empty when none is given
  std::string until;                 // YYYY-MM-DD; empty: for ever
  std::optional<source::Span> span;  // of what says so, when it stands in a file that was judged
};

// One problem at one place. Owns its text.
struct Finding {
  std::string rule;
  Severity severity = Severity::medium;
  std::string message;   // one sentence that stands alone, without a full stop
  source::Span span;     // printed as its first line only
  std::string address;   // of the judged resource; empty for diagnostics
  std::string property;  // the attribute's path as the resource writes it; part of the fingerprint
  std::vector<std::string> instances;  // addresses merged into this finding, when more than one
  std::vector<std::pair<std::string, std::string>> conditions;  // parameter, value: "fails when"
  std::vector<std::string> environments;  // in which it was found; empty when there are none
  std::string construct;  // what made the resource, where it was generated: "Shop/Orders/Resource"
  std::string made_at;    // where that stands: "lib/shop.ts:12:5"; empty when it is not known
  std::vector<DecidingValue> values;
  std::vector<Label> labels;
  std::vector<FixIntent> fixes;
  std::optional<Ignored> ignored;
};

// A rule could not be decided for a resource. Never a finding.
struct Unknown {
  std::string rule;
  std::string address;
  std::string reason;  // "parameter Timeout has no default"
  source::Span span;
  std::vector<std::string> environments;  // as in a finding
};

// What a report says of a rule, whether it found something or not. Texts live as long as the rules.
struct RuleInfo {
  std::string_view name;
  std::string_view title;
  Severity severity = Severity::medium;
  std::string_view
      profile;  // "recommended", "strict", "opt-in"; "diagnostic" for the program's own
  std::string_view why;
  std::string help;  // Markdown: why, how it fails, the fix, references
  std::string help_uri;
  std::vector<std::string_view> tags;
};

enum class FileStatus : std::uint8_t { checked, skipped, failed };
std::string_view name(FileStatus status);

struct FileAccount {
  std::string path;
  FileStatus status = FileStatus::skipped;
  std::string dialect;  // "cloudformation", else empty
  std::string reason;   // for skipped and failed, else empty
};

// What took how long.
struct Timings {
  using Time = std::chrono::nanoseconds;
  struct Phase {
    std::string_view name;
    Time time;
  };
  std::vector<Phase> phases;  // in their order, by the clock on the wall
  // Of all threads together, by name. A value is computed when a rule first asks for it, and kept,
  // so that this rule is charged for it.
  std::map<std::string_view, Time> rules;
};

// All that a run has to say, sorted: findings by path, position, rule; the rest by path.
struct Outcome {
  std::string root;                   // absolute: what the paths of the files are relative to
  std::vector<source::Span> secrets;  // texts of the files that no report may quote, unsorted
  std::vector<Finding> findings;
  std::vector<Finding> conditionals;  // for some values of parameters only; never fail a gate
  std::vector<Finding> suppressed;
  std::vector<Unknown> unknowns;
  std::vector<FileAccount> files;
  Timings timings;  // empty when nobody asks for them
};

// rule + path + address + property, without lines: survives edits elsewhere in the file.
std::string fingerprint(const Finding& finding, std::string_view path);

}  // namespace resilint::finding
