// SPDX-License-Identifier: Apache-2.0
#include "rule/rule.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "rule/documentation.h"

namespace resilint::rule {
namespace {

constexpr std::string_view pages = "https://github.com/resilint/resilint/blob/main/docs/rules/";

bool has_word(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool matches(const Rule& rule, std::string_view selector) {
  if (selector.ends_with('*'))
    return rule.name.starts_with(selector.substr(0, selector.size() - 1));
  if (selector == rule.name || has_word(rule.formerly, selector)) return true;
  const std::string tag = base::lower(selector);
  if (has_word(rule.tags, tag)) return true;
  // rel05 stands for all its best practices, rel05-bp05 for one.
  return std::ranges::any_of(rule.well_architected, [&](std::string_view practice) {
    const std::string id = base::lower(practice);
    return id == tag || id.starts_with(tag + "-");
  });
}

bool in_profile(const Rule& rule, std::string_view profile) {
  if (profile == "all") return true;
  return rule.profile == Profile::recommended ||
         (profile == "strict" && rule.profile == Profile::strict);
}

void add_problem(const Library& library, std::string_view selector,
                 std::vector<std::string>& problems) {
  std::vector<std::string_view> known;
  for (const Rule* rule : library.rules) {
    known.push_back(rule->name);
    known.insert(known.end(), rule->tags.begin(), rule->tags.end());
  }
  std::string problem = base::format("no rule has the name, prefix or tag `{}`", selector);
  if (const std::string_view near = base::nearest(selector, known); !near.empty()) {
    problem += base::format("; did you mean `{}`?", near);
  }
  problems.push_back(std::move(problem));
}

}  // namespace

std::string_view name(Profile profile) {
  switch (profile) {
    case Profile::recommended:
      return "recommended";
    case Profile::strict:
      return "strict";
    case Profile::opt_in:
      return "opt-in";
  }
  return {};
}

const Rule* Library::find(std::string_view wanted) const {
  const auto found = std::ranges::lower_bound(rules, wanted, {}, &Rule::name);
  if (found != rules.end() && (*found)->name == wanted) return *found;
  for (const Rule* rule : rules) {
    if (has_word(rule->formerly, wanted)) return rule;
  }
  return nullptr;
}

Selected select(const Library& library, const Selection& selection) {
  Selected selected;
  const auto any = [](std::span<const std::string> selectors, const Rule& rule) {
    return std::ranges::any_of(
        selectors, [&](const std::string& selector) { return matches(rule, selector); });
  };
  for (const auto* selectors : {&selection.select, &selection.ignore}) {
    for (const std::string& selector : *selectors) {
      const bool known = std::ranges::any_of(
          library.rules, [&](const Rule* rule) { return matches(*rule, selector); });
      if (!known) add_problem(library, selector, selected.problems);
    }
  }
  for (const Rule* rule : library.rules) {
    const bool chosen = selection.select.empty() ? in_profile(*rule, selection.profile)
                                                 : any(selection.select, *rule);
    if (chosen && !any(selection.ignore, *rule)) selected.rules.push_back(rule);
  }
  return selected;
}

std::string place(const Rule& rule, const Expression& expression, std::uint32_t offset) {
  const std::string_view before = expression.program.text.substr(0, offset);
  const auto line = static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
  const std::size_t last_break = before.rfind('\n');
  const std::size_t in_line =
      last_break == std::string_view::npos ? before.size() : before.size() - last_break - 1;
  return base::format("{}:{}:{}", rule.file, expression.line + line, expression.column + in_line);
}

finding::RuleInfo info(const Rule& rule, bool with_help) {
  finding::RuleInfo info;
  info.name = rule.name;
  info.title = rule.title;
  info.severity = rule.severity;
  info.profile = name(rule.profile);
  info.why = rule.why;
  if (with_help) info.help = markdown(rule);
  if (rule.is_built_in)
    info.help_uri = base::format("{}{}.md", pages, rule.name);
  else if (!rule.references.empty())
    info.help_uri = rule.references.front();
  info.tags.assign(rule.tags.begin(), rule.tags.end());
  return info;
}

}  // namespace resilint::rule
