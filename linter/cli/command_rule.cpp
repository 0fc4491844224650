// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "cli/commands.h"
#include "finding/diagnostics.h"

namespace resilint::cli {
namespace {

std::string list(const rule::Library& library) {
  std::size_t widest = 0;
  for (const rule::Rule* rule : library.rules) widest = std::max(widest, rule->name.size());
  std::string text;
  for (const rule::Rule* rule : library.rules) {
    text += base::format("{:<{}}  {:<6}  {:<11}  {}\n", rule->name, widest,
                         finding::name(rule->severity), rule::name(rule->profile), rule->title);
  }
  return text;
}

// By name, old name, or the id that another tool has for it.
std::vector<const rule::Rule*> named(const rule::Library& library, std::string_view name) {
  if (const rule::Rule* rule = library.find(name)) return {rule};
  std::vector<const rule::Rule*> found;
  for (const rule::Rule* rule : library.rules) {
    if (std::ranges::find(rule->peers, name, &rule::Peer::id) != rule->peers.end())
      found.push_back(rule);
  }
  return found;
}

}  // namespace

int rule(const Options& options) {
  source::FileSet files;
  const std::unique_ptr<Rules> rules = load_rules(options.rule_folders, files);
  if (!rules->sound) return 2;
  if (options.rule_name.empty()) return print(list(*rules->library)) ? 0 : 2;
  for (const finding::RuleInfo& diagnostic : finding::diagnostics()) {
    if (diagnostic.name == options.rule_name) return print(diagnostic.help) ? 0 : 2;
  }
  const std::vector<const rule::Rule*> found = named(*rules->library, options.rule_name);
  if (found.empty()) {
    std::vector<std::string_view> names;
    for (const rule::Rule* rule : rules->library->rules) names.push_back(rule->name);
    complain(base::format("no rule is called `{}`{}", options.rule_name,
                          did_you_mean(options.rule_name, names)));
    return 2;
  }
  std::string text;
  for (const rule::Rule* rule : found)
    text += (text.empty() ? "" : "\n") + rule::documentation(*rule);
  return print(text) ? 0 : 2;
}

}  // namespace resilint::cli
