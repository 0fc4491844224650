// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>

#include "base/format.h"
#include "base/text.h"
#include "engine/check.h"
#include "source/line_index.h"

namespace resilint::engine {
namespace {

// One `# resilint: ignore RULE reason="…"`.
struct Directive {
  source::Span span;  // of the comment
  std::string_view rule;
  std::string problem;     // what is wrong with its text, else empty
  std::uint32_t line = 0;  // that it speaks of: its own, or the next one that holds something
  source::Span covers{};   // the widest entry that begins on that line
  bool used = false;
};

std::string_view word(std::string_view& rest) {
  rest = base::trim(rest);
  const std::string_view found = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(found.size());
  return found;
}

// What follows the rule: nothing, or reason="…".
bool reads_as_reason(std::string_view rest) {
  rest = base::trim(rest);
  if (rest.empty()) return true;
  constexpr std::string_view key = "reason=\"";
  return rest.starts_with(key) && rest.size() > key.size() && rest.ends_with('"') &&
         rest.find('"', key.size()) == rest.size() - 1;
}

std::vector<Directive> directives(const syntax::Tree& tree, const source::LineIndex& lines) {
  std::vector<Directive> found;
  for (const syntax::Comment& comment : tree.comments) {
    std::string_view rest = base::trim(comment.text);
    if (!rest.starts_with("resilint:")) continue;
    rest.remove_prefix(std::string_view("resilint:").size());
    Directive directive;
    directive.span = comment.span;
    const std::string_view verb = word(rest);
    directive.rule = word(rest);
    if (verb != "ignore" || directive.rule.empty() || !reads_as_reason(rest)) {
      directive.problem =
          "cannot read this comment; expected `# resilint: ignore RULE reason=\"why\"`";
    }
    directive.line = lines.position(comment.span.begin).line;
    if (comment.own_line) {
      // Other comments and empty lines may stand between it and what it speaks of.
      std::uint32_t line = directive.line + 1;
      while (line <= lines.lines()) {
        const std::string_view text = base::trim(lines.line(line));
        if (!text.empty() && text.front() != '#') break;
        ++line;
      }
      directive.line = line;
    }
    found.push_back(std::move(directive));
  }
  return found;
}

// Finds for each directive the widest entry that begins on its line, so that a comment on a block's
// header covers what is in the block.
void find_covered(const syntax::Tree& tree, const source::LineIndex& lines,
                  std::vector<Directive>& found) {
  std::multimap<std::uint32_t, Directive*> by_line;
  for (Directive& directive : found) by_line.emplace(directive.line, &directive);
  std::vector<const syntax::Node*> open(tree.documents.begin(), tree.documents.end());
  while (!open.empty()) {
    const syntax::Node* node = open.back();
    open.pop_back();
    for (const syntax::Entry& entry : node->entries) {
      const std::uint32_t begin =
          entry.key != nullptr ? entry.key->span.begin : entry.value->span.begin;
      const std::uint32_t end =
          std::max(entry.value->span.end, entry.key != nullptr ? entry.key->span.end : begin);
      const auto [first, last] = by_line.equal_range(lines.position(begin).line);
      for (auto at = first; at != last; ++at) {
        if (end - begin > at->second->covers.size()) at->second->covers = {tree.file, begin, end};
      }
      open.push_back(entry.value);
    }
  }
}

finding::Finding note(const Directive& directive, std::string message) {
  finding::Finding made;
  made.rule = "unused-ignore";
  made.severity = finding::Severity::note;
  made.message = std::move(message);
  made.span = directive.span;
  made.property = std::string(directive.rule);
  return made;
}

}  // namespace

Suppressed suppress(std::vector<finding::Finding> findings, const source::File& file,
                    const syntax::Tree& tree, std::span<const rule::Rule* const> rules,
                    const rule::Library& all) {
  Suppressed result;
  const bool any = std::ranges::any_of(tree.comments, [](const syntax::Comment& comment) {
    return base::trim(comment.text).starts_with("resilint:");
  });
  if (!any) {
    result.findings = std::move(findings);
    return result;
  }
  const source::LineIndex lines(file.bytes());
  std::vector<Directive> found = directives(tree, lines);
  find_covered(tree, lines, found);

  for (finding::Finding& finding : findings) {
    const std::uint32_t line = lines.position(finding.span.begin).line;
    bool suppressed = false;
    for (Directive& directive : found) {
      if (!directive.problem.empty()) continue;
      const rule::Rule* named = all.find(directive.rule);  // by an old name, too
      if ((named == nullptr ? directive.rule : named->name) != finding.rule) continue;
      const bool inside =
          directive.covers.begin <= finding.span.begin && finding.span.begin < directive.covers.end;
      if (directive.line != line && !inside) continue;
      directive.used = suppressed = true;
    }
    (suppressed ? result.suppressed : result.findings).push_back(std::move(finding));
  }

  for (const Directive& directive : found) {
    if (directive.used) continue;
    if (!directive.problem.empty()) {
      result.findings.push_back(note(directive, directive.problem));
      continue;
    }
    const rule::Rule* named = all.find(directive.rule);
    if (named == nullptr) {
      std::vector<std::string_view> names;
      names.reserve(all.rules.size());
      for (const rule::Rule* rule : all.rules) names.push_back(rule->name);
      const std::string_view near = base::nearest(directive.rule, names);
      result.findings.push_back(note(
          directive,
          near.empty()
              ? base::format("no rule is called `{}`; this comment ignores nothing", directive.rule)
              : base::format("no rule is called `{}`; did you mean `{}`?", directive.rule, near)));
    } else if (std::ranges::find(rules, named) != rules.end()) {
      result.findings.push_back(note(
          directive,
          base::format("nothing here is found by {}; this comment is not needed", named->name)));
    }
  }
  return result;
}

}  // namespace resilint::engine
