// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "source/file.h"

namespace resilint::finding {

enum class Verdict : std::uint8_t { passes, fails, conditional, unknown, inapplicable };
// "passes", "fails", "fails for some parameters", "unknown", "not applicable"
std::string_view name(Verdict verdict);

// A step on the way to a verdict: a condition, a name, an attribute that was read, the member of a
// list, the place that set a value. What it rests on stands in `steps`.
struct Step {
  enum class Kind : std::uint8_t {
    name,       // `let`: text is "needed = 6 * consumer.timeout_seconds"
    when,       // the rule applies when this is true
    require,    // the rule is kept when this is true
    condition,  // a part of one of them
    member,     // text is the member of a list that the conditions below speak of
    attribute,  // text is "OrdersQueue.visibility_timeout_seconds"
    origin,     // text is "default of parameter Timeout"; has no value
  };
  Kind kind = Kind::condition;
  std::string text;
  std::string value;     // "30", "false", "unknown", "(not set)"; empty when it has none
  std::string reason;    // why it is unknown, else empty
  std::string origin;    // of an attribute: "written here", "default of AWS::SQS::Queue"
  std::string document;  // behind a provider's default, else empty
  std::optional<source::Span> span;
  std::vector<Step> steps;
};

// Why one rule came to its verdict on one resource.
struct Explanation {
  std::string rule;
  std::string title;  // of the rule
  std::string address;
  source::Span span;        // of the resource's name, or of the finding
  std::string environment;  // that it is judged in; empty when there is none
  Verdict verdict = Verdict::inapplicable;
  std::string message;  // the finding's, or why it is unknown or does not apply; empty for a pass
  // Parameters and values that the steps are shown for, where they differ from those that are
  // given.
  std::vector<std::pair<std::string, std::string>> conditions;
  std::vector<Step> steps;
};

}  // namespace resilint::finding
