// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include "base/format.h"
#include "base/text.h"
#include "cli/commands.h"
#include "project/baseline.h"
#include "project/check.h"
#include "source/disk.h"

namespace resilint::cli {
namespace {

using project::Baseline;

int write(const Options& options, const Baseline& made, std::string_view what) {
  const std::string problem = source::write(options.baseline, made.text());
  if (!problem.empty()) {
    complain(base::format("{}: {}", options.baseline, problem));
    return 2;
  }
  return print(base::format("{} {} with {}\n", what, options.baseline,
                            base::count(made.findings(), "finding", "findings")))
             ? 0
             : 2;
}

}  // namespace

int baseline(const Options& options) {
  const bool create = options.command == Command::baseline_create;
  std::error_code error;
  if (create && std::filesystem::exists(options.baseline, error)) {
    complain(base::format("{} is there already; `resilint baseline update` takes what is found now",
                          options.baseline));
    return 2;
  }
  base::Result<Baseline, std::string> before = Baseline{};
  if (!create) before = Baseline::read(options.baseline);
  if (!before) {
    complain(before.error());
    return 2;
  }
  const std::unique_ptr<Run> run = run_check(options);
  if (run == nullptr) return 2;
  finding::Outcome& outcome = run->checked.outcome;
  const auto failed =
      std::ranges::find(outcome.files, finding::FileStatus::failed, &finding::FileAccount::status);
  if (failed != outcome.files.end()) {
    complain(base::format("{} cannot be read: {}; no baseline is written", failed->path,
                          failed->reason));
    return 2;
  }
  if (options.command == Command::baseline_prune)
    return write(options, before->without(before->apply(outcome, run->files, "in the baseline")),
                 "pruned");
  return write(options, Baseline::of(outcome, run->files).with_unseen_of(*before, outcome),
               create ? "wrote" : "updated");
}

}  // namespace resilint::cli
