// SPDX-License-Identifier: Apache-2.0
#include "support/verdicts.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/dialect.h"
#include "engine/check.h"
#include "rule/load.h"
#include "source/file.h"
#include "source/line_index.h"
#include "support/evaluated.h"

namespace resilint::test {

std::string whole_rule(std::string_view logic) {
  return base::format(
      "title: A title\nseverity: high\nprofile: recommended\nwhy: A reason.\n"
      "references: [https://docs.aws.amazon.com/]\n"
      "examples: {{cloudformation: {{fail: x, pass: x}}}}\n{}",
      logic);
}

std::string verdicts(std::string_view model, std::string_view rule, std::string_view yaml) {
  source::FileSet files;
  std::vector<const source::File*> rule_files;
  rule_files.push_back(&files.add("model.yaml", std::string(model)));
  rule_files.push_back(&files.add("the-rule.yaml", whole_rule(rule)));
  const std::unique_ptr<rule::Loaded> loaded = rule::load(rule_files, rule::Library{});
  std::string text;
  for (const finding::Finding& problem : loaded->problems) {
    const source::File& file = files.get(problem.span.file);
    const source::Position place = source::LineIndex(file.bytes()).position(problem.span.begin);
    text += base::format("{}:{}:{}: {}\n", file.path(), place.line, place.column, problem.message);
  }
  if (!text.empty()) return text;

  const rule::Library library = rule::joined(rule::Library{}, *loaded);
  const source::File& file = files.add("template.yaml", std::string(yaml));
  const dialect::Detected detected = dialect::detect(file, dialect::Type::cloudformation);
  INFO(detected.reason);
  REQUIRE(detected.templates.size() == 1);
  const auto graph = evaluated(*detected.templates.front());
  const engine::Judged judged = engine::check(library, library.rules, {*graph, files});

  std::vector<std::pair<std::uint32_t, std::string>> lines;
  for (const finding::Finding& found : judged.findings) {
    lines.emplace_back(found.span.begin, base::format("fail {} \"{}\": {}\n", found.address,
                                                      files.text(found.span), found.message));
  }
  for (const finding::Unknown& unknown : judged.unknowns) {
    lines.emplace_back(unknown.span.begin,
                       base::format("unknown {}: {}\n", unknown.address, unknown.reason));
  }
  std::ranges::stable_sort(lines, {}, &std::pair<std::uint32_t, std::string>::first);
  for (const auto& [begin, line] : lines) text += line;
  return text;
}

}  // namespace resilint::test
