// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/format.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/version.h"
#include "finding/diagnostics.h"
#include "rule/documentation.h"

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

// What is to be documented: rules, and what the program itself has to say of a file.
struct Wanted {
  std::vector<const rule::Rule*> rules;
  std::vector<const finding::RuleInfo*> diagnostics;
};

Wanted everything(const rule::Library& library) {
  Wanted all{library.rules, {}};
  for (const finding::RuleInfo& one : finding::diagnostics()) all.diagnostics.push_back(&one);
  return all;
}

// By name, old name, or the id that another tool has for it, in capitals or not.
Wanted named(const rule::Library& library, std::string_view name) {
  Wanted found;
  if (const rule::Rule* rule = library.find(name)) {
    found.rules.push_back(rule);
    return found;
  }
  for (const finding::RuleInfo& one : finding::diagnostics()) {
    if (one.name == name) found.diagnostics.push_back(&one);
  }
  const std::string id = base::lower(name);
  for (const rule::Rule* rule : library.rules) {
    if (std::ranges::any_of(rule->peers,
                            [&](const rule::Peer& peer) { return base::lower(peer.id) == id; }))
      found.rules.push_back(rule);
  }
  return found;
}

std::vector<std::string_view> known_names(const rule::Library& library) {
  std::vector<std::string_view> names;
  for (const rule::Rule* rule : library.rules) {
    names.push_back(rule->name);
    names.insert(names.end(), rule->formerly.begin(), rule->formerly.end());
    for (const rule::Peer& peer : rule->peers) names.push_back(peer.id);
  }
  for (const finding::RuleInfo& one : finding::diagnostics()) names.push_back(one.name);
  return names;
}

std::string json(const Wanted& wanted) {
  base::JsonWriter json(base::JsonWriter::Layout::indented);
  json.begin_object().member("version", version).key("rules").begin_array();
  for (const rule::Rule* rule : wanted.rules) rule::write(*rule, json);
  json.end_array().key("diagnostics").begin_array();
  for (const finding::RuleInfo* one : wanted.diagnostics) {
    json.begin_object()
        .member("name", one->name)
        .member("title", one->title)
        .member("severity", finding::name(one->severity))
        .member("why", one->why)
        .end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

std::string pages(const Wanted& wanted, bool markdown) {
  std::string text;
  const auto add = [&text](const std::string& page) { text += (text.empty() ? "" : "\n") + page; };
  for (const rule::Rule* rule : wanted.rules)
    add(markdown ? rule::markdown(*rule) : rule::text(*rule));
  for (const finding::RuleInfo* one : wanted.diagnostics)
    add(markdown ? std::string(one->help)
                 : base::format("{}\n{}\n\n{}\n", one->name, one->title, one->why));
  return text;
}

}  // namespace

int rule(const Options& options) {
  source::FileSet files;
  const std::unique_ptr<Rules> rules = load_rules(options.rule_folders, files);
  if (!rules->sound) return 2;
  const bool is_list = options.rule_name.empty() && !options.all_rules;
  if (is_list && options.documentation == Documentation::text)
    return print(list(*rules->library)) ? 0 : 2;
  const Wanted wanted = options.rule_name.empty() ? everything(*rules->library)
                                                  : named(*rules->library, options.rule_name);
  if (wanted.rules.empty() && wanted.diagnostics.empty()) {
    const std::string meant = did_you_mean(options.rule_name, known_names(*rules->library));
    complain(base::format("no rule is called `{}`{}", options.rule_name,
                          meant.empty() ? "; `resilint rule` lists them" : meant));
    return 2;
  }
  const std::string text = options.documentation == Documentation::json
                               ? json(wanted)
                               : pages(wanted, options.documentation == Documentation::markdown);
  return print(text) ? 0 : 2;
}

}  // namespace resilint::cli
