// SPDX-License-Identifier: Apache-2.0
// Annotations of GitHub Actions: ::error file=…,line=…::message. A step may make ten of each level
// (docs.github.com, "Workflow commands for GitHub Actions"; the limits are those of its runner);
// so the most severe come first, and what is over is counted.
#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "report/place.h"
#include "report/report.h"

namespace resilint::report {
namespace {

constexpr std::size_t most_of_a_level = 10;

std::string_view level(finding::Severity severity) {
  if (severity == finding::Severity::high) return "error";
  return severity == finding::Severity::medium ? "warning" : "notice";
}

// `in_property` for the values before the "::", where commas and colons separate.
std::string escaped(std::string_view text, bool in_property) {
  std::string made;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || (in_property && (c == ':' || c == ',')))
      made += base::format("%{:02X}", static_cast<unsigned>(c));
    else
      made += c;
  }
  return made;
}

}  // namespace

std::string github(const Context& context) {
  Places places(context.files);
  std::vector<const finding::Finding*> shown = shown_findings(context);
  std::ranges::stable_sort(shown, std::ranges::greater{}, &finding::Finding::severity);
  std::string text;
  std::array<std::size_t, 3> made{};
  std::size_t left = 0;
  constexpr std::array<std::string_view, 3> levels{"error", "warning", "notice"};
  for (const finding::FileAccount& file : context.outcome.files) {
    if (file.status != finding::FileStatus::failed) continue;
    if (made[0]++ >= most_of_a_level) {
      ++left;
      continue;
    }
    text += base::format("::error file={},title=resilint::{}\n", escaped(file.path, true),
                         escaped(visible(file.reason), false));
  }
  for (const finding::Finding* found : shown) {
    const std::string_view its = level(found->severity);
    if (made[static_cast<std::size_t>(std::ranges::find(levels, its) - levels.begin())]++ >=
        most_of_a_level) {
      ++left;
      continue;
    }
    const Region region = places.region(found->span);
    text += base::format("::{} file={},line={},endLine={},col={},endColumn={},title={}::{}\n", its,
                         escaped(places.path(found->span), true), region.line, region.line,
                         region.begin, region.end, escaped(found->rule, true),
                         escaped(visible(found->message), false));
  }
  if (left != 0)
    text += base::format("{} not shown here: GitHub takes {} of a level from one step\n",
                         base::count(left, "more is", "more are"), most_of_a_level);
  return text;
}

}  // namespace resilint::report
