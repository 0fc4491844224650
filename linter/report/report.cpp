// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "base/format.h"
#include "base/text.h"
#include "report/place.h"

namespace resilint::report {
namespace {

using Render = std::string (*)(const Context&);
struct Named {
  std::string_view name;
  Render render;
};
// In the order of Format.
constexpr std::array<Named, 11> formats{{
    {"full", full},
    {"concise", concise},
    {"json", json},
    {"jsonl", jsonl},
    {"sarif", sarif},
    {"github", github},
    {"gitlab", gitlab},
    {"junit", junit},
    {"checkstyle", checkstyle},
    {"rdjson", rdjson},
    {"markdown", markdown},
}};

}  // namespace

std::optional<Format> format_named(std::string_view name) {
  const auto* found = std::ranges::find(formats, name, &Named::name);
  if (found == formats.end()) return std::nullopt;
  return static_cast<Format>(found - formats.begin());
}

std::span<const std::string_view> format_names() {
  static const auto names = [] {
    std::array<std::string_view, formats.size()> made;
    std::ranges::transform(formats, made.begin(), &Named::name);
    return made;
  }();
  return names;
}

std::string render(Format format, const Context& context) {
  return formats[static_cast<std::size_t>(format)].render(context);
}

std::vector<const finding::Finding*> shown_findings(const Context& context) {
  std::vector<const finding::Finding*> shown;
  shown.reserve(context.outcome.findings.size() + context.outcome.conditionals.size());
  for (const finding::Finding& found : context.outcome.findings) shown.push_back(&found);
  if (!context.show_conditional) return shown;
  const auto middle = static_cast<std::ptrdiff_t>(shown.size());
  for (const finding::Finding& found : context.outcome.conditionals) shown.push_back(&found);
  const auto before = [&context](const finding::Finding* a, const finding::Finding* b) {
    const auto place = [&context](const finding::Finding* found) {
      return std::tuple(std::string_view(context.files.get(found->span.file).path()),
                        found->span.begin, std::string_view(found->rule),
                        std::string_view(found->address));
    };
    return place(a) < place(b);
  };
  std::ranges::inplace_merge(shown, shown.begin() + middle, before);
  return shown;
}

std::string ignored_because(const finding::Finding& found) {
  if (!found.ignored) return {};
  const finding::Ignored& ignored = *found.ignored;
  std::string text = ignored.reason.empty() ? "no reason given" : visible(ignored.reason);
  if (!ignored.until.empty()) text += base::format(", until {}", ignored.until);
  return base::format(" ({})", text);
}

std::string timings(const finding::Timings& timings) {
  std::string text = "Phases:\n";
  const auto add = [&text](std::string_view name, finding::Timings::Time time) {
    text += base::format("{:>10.2f} ms  {}\n",
                         std::chrono::duration<double, std::milli>(time).count(), name);
  };
  for (const finding::Timings::Phase& phase : timings.phases) add(phase.name, phase.time);
  std::vector<std::pair<std::string_view, finding::Timings::Time>> rules(timings.rules.begin(),
                                                                         timings.rules.end());
  std::ranges::stable_sort(rules, std::ranges::greater(),
                           &std::pair<std::string_view, finding::Timings::Time>::second);
  text += "Rules, in all threads, with the values that each is the first to ask for:\n";
  for (const auto& [name, time] : rules) add(name, time);
  return text;
}

std::string statistics(const Context& context) {
  std::map<std::pair<std::string_view, finding::Severity>, std::size_t> counts;
  for (const finding::Finding* found : shown_findings(context))
    ++counts[{found->rule, found->severity}];
  std::vector<std::pair<std::size_t, std::pair<std::string_view, finding::Severity>>> sorted;
  sorted.reserve(counts.size());
  for (const auto& [key, count] : counts) sorted.emplace_back(count, key);
  std::ranges::stable_sort(sorted, std::ranges::greater{},
                           [](const auto& entry) { return entry.first; });
  std::string text;
  for (const auto& [count, key] : sorted)
    text += base::format("{:>6}  {:<6}  {}\n", count, finding::name(key.second), key.first);
  return text;
}

std::string summary(const Context& context) {
  const finding::Outcome& outcome = context.outcome;
  std::array<std::size_t, 4> by_severity{};
  for (const finding::Finding& found : outcome.findings)
    ++by_severity[static_cast<std::size_t>(found.severity)];
  std::vector<std::string> severities;
  for (std::size_t i = by_severity.size(); i-- > 0;) {
    if (by_severity[i] != 0)
      severities.push_back(
          base::format("{} {}", by_severity[i], finding::name(static_cast<finding::Severity>(i))));
  }
  std::string line = base::count(outcome.findings.size(), "finding", "findings");
  if (!severities.empty()) line += base::format(" ({})", base::join(severities, ", "));
  if (!outcome.conditionals.empty()) {
    line += base::format(", {} conditional{}", outcome.conditionals.size(),
                         context.show_conditional ? "" : " (--show-conditional lists them)");
  }
  if (!outcome.suppressed.empty()) {
    line += base::format(", {} ignored{}", outcome.suppressed.size(),
                         context.show_suppressed ? "" : " (--show-suppressed lists them)");
  }
  if (!outcome.unknowns.empty()) {
    line += base::format(", {} undecided{}", outcome.unknowns.size(),
                         context.show_unknown ? "" : " (--show-unknown lists them)");
  }
  const auto files = [&](finding::FileStatus status) {
    return static_cast<std::size_t>(
        std::ranges::count(outcome.files, status, &finding::FileAccount::status));
  };
  line += base::format("; {} checked",
                       base::count(files(finding::FileStatus::checked), "file", "files"));
  if (const std::size_t skipped = files(finding::FileStatus::skipped); skipped != 0)
    line += base::format(", {} skipped", skipped);
  if (const std::size_t failed = files(finding::FileStatus::failed); failed != 0)
    line += base::format(", {} failed", failed);
  if (!context.show_files && files(finding::FileStatus::skipped) != 0)
    line += " (--show-files lists them)";
  return line;
}

}  // namespace resilint::report
