// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/version.h"
#include "project/explain.h"
#include "report/explanation.h"
#include "report/place.h"

namespace resilint::cli {
namespace {

std::string place(const finding::Explanation& explained, const source::FileSet& files) {
  report::Places places(files);
  const report::Region region = places.region(explained.span);
  return base::format("{}:{}:{}", places.path(explained.span), region.line, region.begin);
}

// Why there is nothing to explain at the address.
std::string nothing_at(const Options& options, const rule::Rule& rule,
                       const project::Explained& explained) {
  std::string message =
      base::format("{} judges nothing called `{}` here", rule.name, options.explain_address);
  if (!explained.of_another_type.empty())
    return message + base::format("; {}, and the rule judges {}", explained.of_another_type.front(),
                                  rule.kind);
  const std::vector<std::string_view> known(explained.judged.begin(), explained.judged.end());
  const std::string meant = did_you_mean(options.explain_address, known);
  constexpr std::size_t most = 5;
  if (known.empty()) {
    message += base::format("; there is no {} in it", rule.kind);
  } else if (meant.empty()) {
    message += base::format("; it judges {}{}",
                            base::join(std::span(known).first(std::min(most, known.size())), ", "),
                            known.size() > most ? ", …" : "");
  }
  message += meant;
  for (const finding::FileAccount& file : explained.failed)
    message += base::format("\nresilint: {} was not read: {}", file.path, file.reason);
  return message;
}

}  // namespace

int explain(const Options& options) {
  source::FileSet files;
  const std::unique_ptr<Rules> rules = load_rules(options.rule_folders, files);
  if (!rules->sound) return 2;
  const rule::Rule* rule = rules->library->find(options.rule_name);
  if (rule == nullptr) {
    std::vector<std::string_view> names;
    for (const rule::Rule* known : rules->library->rules) names.push_back(known->name);
    complain(base::format("no rule is called `{}`{}", options.rule_name,
                          did_you_mean(options.rule_name, names)));
    return 2;
  }
  const std::optional<project::Options> project = with_inputs(options);
  if (!project) return 2;
  const auto explained =
      project::explain(*project, *rules->library, *rule, options.explain_address, files);
  if (!explained) {
    complain(explained.error());
    return 2;
  }
  if (explained->found.empty()) {
    complain(nothing_at(options, *rule, *explained));
    return 2;
  }
  const bool json = std::ranges::any_of(
      options.outputs, [](const Output& output) { return output.format == report::Format::json; });
  // A text has room for every environment of one resource, JSON for one explanation.
  const finding::Explanation& first = explained->found.front();
  const bool several = std::ranges::any_of(explained->found, [&](const auto& one) {
    return &one != &first && (one.span.file != first.span.file || one.address != first.address ||
                              one.environment == first.environment || json);
  });
  if (several) {
    complain(base::format("`{}` is the address of several; name the file{}",
                          options.explain_address,
                          first.environment.empty() ? "" : ", or the environment with --env"));
    for (const finding::Explanation& one : explained->found) {
      complain(base::format("  {}{}", place(one, files),
                            one.environment.empty() ? "" : " in " + one.environment));
    }
    return 2;
  }
  if (json) return print(report::explanation_json(first, files, version)) ? 0 : 2;
  std::string text;
  for (const finding::Explanation& one : explained->found) {
    if (!text.empty()) text += "\n";
    text += report::explanation_text(one, files, colours(options.colour));
  }
  return print(text) ? 0 : 2;
}

}  // namespace resilint::cli
