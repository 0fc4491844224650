// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "finding/finding.h"
#include "source/file.h"

namespace resilint::report {

enum class Format : std::uint8_t {
  full,
  concise,
  json,
  jsonl,
  sarif,
  github,
  gitlab,
  junit,
  checkstyle,
  rdjson,
  markdown,
};
std::optional<Format> format_named(std::string_view name);
std::span<const std::string_view> format_names();

struct Context {
  const finding::Outcome& outcome;
  const source::FileSet& files;
  std::span<const finding::RuleInfo> rules;  // all that ran, and the program's diagnostics
  std::string_view version;
  bool colour = false;
  bool show_unknown = false;
  bool show_conditional = false;
  bool show_files = false;
  bool show_suppressed = false;
  bool statistics = false;
};

// The findings to show, in order: those that always hold, and the conditional ones if asked for.
std::vector<const finding::Finding*> shown_findings(const Context& context);

// " (accepted by the owner, until 2027-03-31)": why a finding is ignored.
std::string ignored_because(const finding::Finding& found);

// How often each rule found something, the most frequent first: a line each.
std::string statistics(const Context& context);

// What took how long, the rules by their time: a line each.
std::string timings(const finding::Timings& timings);

// The whole report. The same input gives the same bytes.
std::string render(Format format, const Context& context);

// "2 findings (1 high, 1 medium), 1 undecided; 3 files checked, 4 skipped": one line.
std::string summary(const Context& context);

}  // namespace resilint::report
