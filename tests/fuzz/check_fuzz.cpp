// SPDX-License-Identifier: Apache-2.0
// Everything that a file goes through: detection, evaluation, all rules, all reports.
#include <cstddef>
#include <cstdint>
#include <string>

#include "dialect/dialect.h"
#include "engine/check.h"
#include "engine/suppress.h"
#include "report/report.h"
#include "rule/builtin.h"
#include "support/evaluated.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace resilint;
  source::FileSet files;
  const source::File& file =
      files.add("input.yaml", std::string(reinterpret_cast<const char*>(data), size));
  const dialect::Detected detected = dialect::detect(file, dialect::Type::cloudformation);
  if (detected.tree == nullptr) return 0;
  finding::Outcome outcome;
  const rule::Library& library = rule::builtin();
  for (const syntax::Node* root : detected.templates) {
    const auto graph = test::evaluated(*root);
    engine::Judged judged = engine::check(library, library.rules, {*graph, files});
    engine::Suppressed suppressed =
        engine::suppress(std::move(judged.findings), file, *detected.tree, library.rules, library,
                         {"2026-06-15", true, "2026-12-31"});
    for (finding::Finding& found : suppressed.findings)
      (found.conditions.empty() ? outcome.findings : outcome.conditionals).push_back(found);
    for (finding::Unknown& unknown : judged.unknowns) outcome.unknowns.push_back(unknown);
  }
  const report::Context context{outcome, files, {}, "0", true, true, true, true};
  for (const auto format : {report::Format::full, report::Format::concise, report::Format::json,
                            report::Format::sarif}) {
    report::render(format, context);
  }
  return 0;
}
