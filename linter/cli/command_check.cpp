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
#include "project/discover.h"
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

bool is_repository(const finding::Outcome& outcome, std::string_view option) {
  std::error_code error;
  if (filesystem::exists(outcome.root + "/.git", error)) return true;
  complain(base::format("{}: {} is not a git repository", option, outcome.root));
  return false;
}

// Leaves what is not in the baseline; false, with a message, when it cannot be read.
bool apply_baseline(const Options& options, finding::Outcome& outcome,
                    const source::FileSet& files) {
  base::Result<project::Baseline, std::string> before = project::Baseline{};
  if (options.baseline_from.empty()) {
    before = project::Baseline::read(options.baseline);
  } else {
    if (!is_repository(outcome, "--baseline-from")) return false;
    const std::string path = filesystem::path(project::canonical_path(options.baseline))
                                 .lexically_relative(outcome.root)
                                 .generic_string();
    const auto commit = project::merge_base(outcome.root, options.baseline_from);
    const auto text = commit ? project::file_at(outcome.root, *commit, path) : commit;
    if (text)
      before = project::Baseline::read(options.baseline_from + ":" + path, *text);
    else
      before = base::failure(text.error());
  }
  if (!before) {
    complain(base::format("--baseline {}", before.error()));
    return false;
  }
  const project::Baseline gone = before->apply(outcome, files, "in the baseline");
  if (gone.findings() != 0 && !options.quiet) {
    complain(base::format("{} of {} not found any more; `resilint baseline prune` takes {} out",
                          base::count(gone.findings(), "finding", "findings"), options.baseline,
                          gone.findings() == 1 ? "it" : "them"));
  }
  return true;
}

// Leaves what was not there where HEAD left the revision; false, with a message, when that cannot
// be judged.
bool apply_past(const Options& options, project::Options past, const rule::Library& library,
                finding::Outcome& outcome, const source::FileSet& files) {
  if (!is_repository(outcome, "--diff-base")) return false;
  const auto commit = project::merge_base(outcome.root, options.diff_base);
  auto tree = commit ? project::PastTree::of(outcome.root, *commit)
                     : base::Result<std::unique_ptr<project::PastTree>, std::string>(
                           base::failure(commit.error()));
  if (!tree) {
    complain(base::format("--diff-base {}: {}", options.diff_base, tree.error()));
    return false;
  }
  std::vector<std::string> paths;
  for (const std::string& path : past.paths) {
    std::error_code error;
    const std::string within = filesystem::path(project::canonical_path(path))
                                   .lexically_relative(outcome.root)
                                   .generic_string();
    const std::string then = (*tree)->folder() + "/" + within;
    if (filesystem::exists(then, error)) paths.push_back(then);
  }
  project::Baseline before;
  if (!paths.empty()) {
    past.paths = std::move(paths);
    source::FileSet old_files;
    const auto checked = check_visibly(past, library, old_files, options.quiet);
    if (!checked) {
      complain(base::format("--diff-base {}: {}", options.diff_base, checked.error()));
      return false;
    }
    before = project::Baseline::of(checked->outcome, old_files);
  }
  const project::Baseline gone =
      before.apply(outcome, files, base::format("was there at {}", options.diff_base));
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
  source::FileSet files;
  const std::unique_ptr<Rules> rules = load_rules(options.rule_folders, files);
  if (!rules->sound) return 2;
  const std::vector<std::string> unknown =
      rule::select(*rules->library, options.project.selection).problems;
  for (const std::string& problem : unknown) complain(problem);
  if (!unknown.empty()) return 2;

  const std::optional<project::Options> project = with_inputs(options);
  if (!project) return 2;
  auto checked = check_visibly(*project, *rules->library, files, options.quiet);
  if (!checked) {
    std::string message = checked.error();
    // A command with a typo is taken for a path.
    const std::string& first = options.project.paths.front();
    if (message.starts_with(first + ":"))
      message += did_you_mean(first, {"baseline", "check", "config", "explain", "rule", "version"});
    complain(message);
    return 2;
  }
  finding::Outcome& outcome = checked->outcome;
  if (!options.baseline.empty() && !apply_baseline(options, outcome, files)) return 2;
  if (!options.diff_base.empty() && !apply_past(options, *project, *rules->library, outcome, files))
    return 2;

  std::vector<Output> outputs = options.outputs;
  if (outputs.empty()) outputs.push_back({report::Format::full, {}});
  const std::vector<finding::RuleInfo> infos = rule_infos(checked->rules, outputs);
  const report::Context context{outcome,
                                files,
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
  if (options.add_ignore) written = add_ignores(outcome, files, options) && written;
  const bool says_summary = std::ranges::any_of(outputs, [](const Output& output) {
    return output.format == report::Format::full && output.file.empty();
  });
  if (!says_summary && !options.quiet) complain(report::summary(context));
  if (options.project.timed) say(report::timings(outcome.timings));
  const bool any_checked = std::ranges::any_of(outcome.files, [](const finding::FileAccount& file) {
    return file.status != finding::FileStatus::skipped;
  });
  if (!any_checked && !options.quiet)
    complain("found no infrastructure as code here; --show-files says why each file was skipped");

  const bool failed = std::ranges::any_of(outcome.files, [](const finding::FileAccount& file) {
    return file.status == finding::FileStatus::failed;
  });
  if (failed || !written) return 2;
  return checked->fails() && !options.exit_zero ? 1 : 0;
}

}  // namespace resilint::cli
