// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

#include "base/format.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/version.h"
#include "finding/diagnostics.h"
#include "project/add_ignores.h"
#include "project/baseline.h"
#include "project/check.h"
#include "project/config.h"
#include "project/history.h"
#include "report/report.h"
#include "source/disk.h"

namespace resilint::cli {
namespace {

namespace filesystem = std::filesystem;

std::vector<finding::RuleInfo> rule_infos(std::span<const rule::Rule* const> rules,
                                          const std::vector<Output>& outputs) {
  const bool with_help =
      std::ranges::find(outputs, report::Format::sarif, &Output::format) != outputs.end();
  std::vector<finding::RuleInfo> infos;
  for (const rule::Rule* rule : rules) infos.push_back(rule::info(*rule, with_help));
  infos.insert(infos.end(), finding::diagnostics().begin(), finding::diagnostics().end());
  return infos;
}

// Why nothing could be written, or nothing.
std::string folder_problem(const std::vector<Output>& outputs) {
  for (const Output& output : outputs) {
    std::error_code error;
    const filesystem::path folder = filesystem::path(output.file).parent_path();
    if (!output.file.empty() && !folder.empty() && !filesystem::is_directory(folder, error)) {
      return base::format("--output {}: the directory {} does not exist", output.file,
                          folder.string());
    }
  }
  return {};
}

bool write_all(const std::vector<Output>& outputs, report::Context context) {
  bool written = true;
  for (const Output& output : outputs) {
    context.colour = context.colour && output.file.empty();
    const std::string text = report::render(output.format, context);
    if (output.file.empty()) {
      written = print(text) && written;
    } else if (const std::string problem = source::write(output.file, text); !problem.empty()) {
      complain(base::format("--output {}: {}", output.file, problem));
      written = false;
    }
  }
  return written;
}

// Writes what --add-ignore asks for. What there is to say of it, a line each; false when a
// finding could not be given one.
bool add_ignores(const finding::Outcome& outcome, const source::FileSet& files,
                 const Options& options) {
  std::map<std::string_view, std::vector<const finding::Finding*>> by_path;
  for (const finding::Finding& found : outcome.findings) {
    if (!finding::is_diagnostic(found.rule))
      by_path[files.get(found.span.file).path()].push_back(&found);
  }
  bool whole = true;
  for (const auto& [path, findings] : by_path) {
    const source::File& file = files.get(findings.front()->span.file);
    const project::Annotated made =
        project::with_ignores(file, findings, options.ignore_reason, options.ignore_until);
    for (const finding::Finding* found : made.left) {
      complain(
          base::format("{}: there is no place to say that {} is ignored for {}; accept it in {}",
                       path, found->rule, found->address, project::config_name));
      whole = false;
    }
    if (made.covered.empty()) continue;
    const std::string disk = outcome.root + "/" + std::string(path);
    if (const std::string problem = source::write(disk, made.text); !problem.empty()) {
      complain(base::format("{}: {}", path, problem));
      whole = false;
    } else if (!options.quiet) {
      complain(base::format("{}: {} ignored from now on", path,
                            base::count(made.covered.size(), "finding is", "findings are")));
    }
  }
  return whole;
}

// Leaves what is not in the baseline; false, with a message, when it cannot be read.
bool apply_baseline(const Options& options, Run& run) {
  finding::Outcome& outcome = run.checked.outcome;
  const auto before =
      options.baseline_from.empty()
          ? project::Baseline::read(options.baseline)
          : project::baseline_at(outcome.root, options.baseline_from, options.baseline);
  if (!before) {
    complain(base::format("{} {}", options.baseline_from.empty() ? "--baseline" : "--baseline-from",
                          before.error()));
    return false;
  }
  const project::Baseline gone = before->apply(outcome, run.files, "in the baseline");
  if (gone.findings() != 0 && !options.quiet) {
    complain(base::format("{} of {} not found any more; `resilint baseline prune` takes {} out",
                          base::count(gone.findings(), "finding", "findings"), options.baseline,
                          gone.findings() == 1 ? "it" : "them"));
  }
  return true;
}

// Leaves what was not there where HEAD left the revision; false, with a message, when that cannot
// be judged.
bool apply_past(const Options& options, Run& run) {
  finding::Outcome& outcome = run.checked.outcome;
  const auto before =
      project::findings_at(outcome.root, options.diff_base, run.options, *run.rules->library);
  if (!before) {
    complain(base::format("--diff-base {}: {}", options.diff_base, before.error()));
    return false;
  }
  const project::Baseline gone =
      before->apply(outcome, run.files, base::format("was there at {}", options.diff_base));
  if (!options.quiet)
    complain(base::format("since {}: {} fixed", options.diff_base,
                          base::count(gone.findings(), "finding", "findings")));
  return true;
}

}  // namespace

int check(const Options& options) {
  if (const std::string problem = folder_problem(options.outputs); !problem.empty()) {
    complain(problem);
    return 2;
  }
  const std::unique_ptr<Run> run = run_check(options);
  if (run == nullptr) return 2;
  finding::Outcome& outcome = run->checked.outcome;
  if (!options.baseline.empty() && !apply_baseline(options, *run)) return 2;
  if (!options.diff_base.empty() && !apply_past(options, *run)) return 2;

  std::vector<Output> outputs = options.outputs;
  if (outputs.empty()) outputs.push_back({report::Format::full, {}});
  const std::vector<finding::RuleInfo> infos = rule_infos(run->checked.rules, outputs);
  const report::Context context{outcome,
                                run->files,
                                infos,
                                version,
                                colours(options.colour),
                                options.show_unknown,
                                options.show_conditional,
                                options.show_files,
                                options.show_suppressed,
                                options.statistics};
  const auto begin = std::chrono::steady_clock::now();
  bool written = write_all(outputs, context);
  outcome.timings.phases.push_back({"writing reports", std::chrono::steady_clock::now() - begin});
  if (options.add_ignore) written = add_ignores(outcome, run->files, options) && written;
  const bool says_summary = std::ranges::any_of(outputs, [](const Output& output) {
    return output.format == report::Format::full && output.file.empty();
  });
  if (!says_summary && !options.quiet) complain(report::summary(context));
  if (options.project.timed) say(report::timings(outcome.timings));
  const bool any_checked = std::ranges::any_of(outcome.files, [](const finding::FileAccount& file) {
    return file.status != finding::FileStatus::skipped;
  });
  if (!any_checked && !options.quiet) {
    complain(outcome.files.empty()
                 ? "there are no files here; give the files and directories that are to be judged"
                 : "found no infrastructure as code here; --show-files says why each file was "
                   "skipped");
  }

  const bool failed = std::ranges::any_of(outcome.files, [](const finding::FileAccount& file) {
    return file.status == finding::FileStatus::failed;
  });
  if (failed || !written) return 2;
  return run->checked.fails() && !options.exit_zero ? 1 : 0;
}

}  // namespace resilint::cli
