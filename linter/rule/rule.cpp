// SPDX-License-Identifier: Apache-2.0
#include "rule/rule.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace resilint::rule {
namespace {

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

std::string fence(std::string_view language, std::string_view text) {
  return base::format("```{}\n{}\n```\n", language, text);
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
  for (const Rule* rule : rules) {
    if (rule->name == wanted || has_word(rule->formerly, wanted)) return rule;
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

finding::RuleInfo info(const Rule& rule) {
  finding::RuleInfo info;
  info.name = rule.name;
  info.title = rule.title;
  info.severity = rule.severity;
  info.profile = name(rule.profile);
  info.why = rule.why;
  info.help = documentation(rule);
  if (!rule.references.empty()) info.help_uri = rule.references.front();
  info.tags.assign(rule.tags.begin(), rule.tags.end());
  return info;
}

std::string documentation(const Rule& rule) {
  std::string page = base::format("# {}\n\n{}\n\n{}\n\n", rule.name, rule.title, rule.why);
  page += base::format("- Severity: {}\n- Profile: {}\n", finding::name(rule.severity),
                       name(rule.profile));
  if (!rule.well_architected.empty())
    page += base::format("- Well-Architected: {}\n", base::join(rule.well_architected, ", "));
  if (!rule.tags.empty()) page += base::format("- Tags: {}\n", base::join(rule.tags, ", "));
  if (!rule.formerly.empty())
    page += base::format("- Formerly: {}\n", base::join(rule.formerly, ", "));
  for (const Parameter& parameter : rule.parameters) {
    std::string value;
    if (!parameter.words.empty()) value = base::join(parameter.words, ", ");
    if (const auto* number = std::get_if<std::int64_t>(&parameter.value))
      value = base::format("{}", *number);
    if (const auto* real = std::get_if<double>(&parameter.value)) value = base::shortest(*real);
    if (const auto* flag = std::get_if<bool>(&parameter.value)) value = *flag ? "true" : "false";
    if (const auto* text = std::get_if<std::string_view>(&parameter.value)) value = *text;
    page += base::format("- Parameter `{}` ({}): {}\n", parameter.name, value, parameter.why);
  }
  if (!rule.fixes.empty()) {
    page += "\n## Fix\n\n";
    for (const Fix& fix : rule.fixes) {
      const std::string what = fix.create.empty()
                                   ? base::format("Sets `{}.{}`", fix.set.name, fix.set.attribute)
                                   : base::format("Adds `{}`", fix.create);
      page += fix.safe ? base::format("{}; safe.\n", what)
                       : base::format("{}; unsafe: {}\n", what, fix.cost);
    }
  }
  for (const Example& example : rule.examples) {
    page += base::format("\n## Example ({})\n\nFails:\n\n", graph::name(example.dialect));
    const std::string_view language =
        example.dialect == graph::Dialect::cloudformation ? "yaml" : "hcl";
    page += fence(language, example.fail) + "\nPasses:\n\n" + fence(language, example.pass);
  }
  if (!rule.references.empty()) {
    page += "\n## References\n\n";
    for (const std::string_view reference : rule.references)
      page += base::format("- <{}>\n", reference);
  }
  if (!rule.peers.empty()) {
    page += "\n## Known elsewhere as\n\n";
    for (const Peer& peer : rule.peers) page += base::format("- {}: {}\n", peer.tool, peer.id);
  }
  return page;
}

}  // namespace resilint::rule
