// SPDX-License-Identifier: Apache-2.0
#include "project/check.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/date.h"
#include "base/format.h"
#include "base/text.h"
#include "engine/check.h"
#include "engine/suppress.h"
#include "finding/diagnostics.h"
#include "project/load.h"

namespace resilint::project {
namespace {

// What is judged of one deployment.
struct Result {
  std::vector<finding::Finding> findings;
  std::vector<finding::Unknown> unknowns;
  std::vector<source::Span> secrets;
  std::vector<finding::Timings::Time> times;  // by the index of the rule, if they are taken
};

class Judge {
 public:
  Judge(const Options& options, const rule::Library& library, source::FileSet& files,
        Configs& configs, Workspace& workspace, Progress& progress)
      : options_(options),
        library_(library),
        files_(files),
        configs_(configs),
        workspace_(workspace),
        progress_(progress) {}

  Checked run() {
    const std::vector<Deployment>& deployments = workspace_.deployments();
    std::vector<Task> tasks;
    for (const Deployment& deployment : deployments) {
      const Settings& settings = settings_of(workspace_.path_of(deployment));
      for (const Environment* environment : deployment.environments)
        tasks.push_back({&deployment, environment, &settings});
    }
    std::vector<Result> results(tasks.size());
    progress_.begin(Progress::Phase::judging, tasks.size());
    in_parallel(tasks.size(), options_.jobs, [&](std::size_t i) {
      results[i] = judge(tasks[i]);
      progress_.step();
    });
    progress_.begin(Progress::Phase::sorting);
    finding::Outcome& outcome = checked_.outcome;
    std::vector<finding::Finding> findings;
    for (std::size_t i = 0; i < tasks.size() && options_.timed; ++i) {
      for (std::size_t rule = 0; rule < results[i].times.size(); ++rule)
        outcome.timings.rules[tasks[i].settings->rules[rule]->name] += results[i].times[rule];
    }
    for (Result& result : results) {
      std::ranges::move(result.findings, std::back_inserter(findings));
      std::ranges::move(result.unknowns, std::back_inserter(outcome.unknowns));
      std::ranges::copy(result.secrets, std::back_inserter(outcome.secrets));
    }
    // A template that several stacks are made of, or that is deployed to several environments,
    // gives each problem once.
    engine::merge(findings);
    for (finding::Finding& found : findings) found.message += in(found.environments);
    merge(outcome.unknowns);
    std::ranges::move(workspace_.notes(), std::back_inserter(outcome.findings));
    split(std::move(findings), outcome);
    std::erase_if(outcome.unknowns, [this](const finding::Unknown& unknown) {
      const Settings& own = settings_of(files_.get(unknown.span.file).path());
      return std::ranges::find(own.rules, unknown.rule, &rule::Rule::name) == own.rules.end();
    });
    checked_.rules.assign(ran_.begin(), ran_.end());
    std::ranges::sort(checked_.rules, {}, &rule::Rule::name);
    return std::move(checked_);
  }

 private:
  const Settings& settings_of(std::string_view path) {
    const Settings& settings = configs_.settings(path);
    if (!met_.insert(&settings).second) return settings;
    for (const rule::Rule* rule : settings.rules) ran_.insert(library_.find(rule->name));
    return settings;
  }

  struct Task {
    const Deployment* deployment;
    const Environment* environment;
    const Settings* settings;
  };

  Result judge(const Task& task) {
    Result result;
    const auto graph = workspace_.evaluate(*task.deployment, task.environment);
    engine::Judged judged =
        engine::check(library_, task.settings->rules, {*graph, files_}, options_.timed);
    result.times = std::move(judged.times);
    result.findings = std::move(judged.findings);
    result.unknowns = std::move(judged.unknowns);
    result.secrets = graph->secrets;
    if (task.environment != nullptr) {
      const std::string& name = task.environment->name.text;
      for (finding::Finding& found : result.findings) found.environments.push_back(name);
      for (finding::Unknown& unknown : result.unknowns) unknown.environments.push_back(name);
    }
    for (finding::Finding& found : result.findings) {
      if (!found.construct.empty())
        found.made_at = workspace_.made_at(found.span.file, found.construct);
    }
    for (const graph::Graph::Note& note : graph->notes) {
      finding::Finding made;
      made.rule = "unread";
      made.severity = finding::Severity::note;
      made.message = std::string(note.message);
      made.span = note.span;
      result.findings.push_back(std::move(made));
    }
    return result;
  }

  // " (in staging, prod)"
  static std::string in(const std::vector<std::string>& environments) {
    constexpr std::size_t most = 8;
    const std::size_t named = std::min(environments.size(), most);
    if (named == 0) return {};
    const std::string names = base::join(std::span(environments).first(named), ", ");
    return environments.size() == named
               ? base::format(" (in {})", names)
               : base::format(" (in {} and {} more)", names, environments.size() - named);
  }

  // What cannot be decided for the same reason in several environments, or in several stacks that
  // are made of one template, is said once.
  static void merge(std::vector<finding::Unknown>& unknowns) {
    std::map<std::tuple<source::FileId, std::uint32_t, std::string, std::string, std::string>,
             finding::Unknown>
        merged;
    for (finding::Unknown& unknown : unknowns) {
      const auto [entry, fresh] = merged.try_emplace(
          {unknown.span.file, unknown.span.begin, unknown.rule, unknown.address, unknown.reason},
          std::move(unknown));
      // What is not taken is not moved from.
      if (!fresh)
        std::ranges::move(unknown.environments, std::back_inserter(entry->second.environments));
    }
    unknowns.clear();
    for (auto& [key, unknown] : merged) {
      unknown.reason += in(unknown.environments);
      unknowns.push_back(std::move(unknown));
    }
  }

  // By files, since a comment stands in one of them.
  void split(std::vector<finding::Finding> findings, finding::Outcome& outcome) {
    std::map<source::FileId, std::vector<finding::Finding>> by_file;
    for (finding::Finding& found : findings) by_file[found.span.file].push_back(std::move(found));
    for (const Understood& one : workspace_.understood()) {
      if (!one.asked) continue;
      outcome.files.push_back(one.account);
      std::ranges::copy(one.detected.errors, std::back_inserter(outcome.findings));
      const Settings& settings = settings_of(one.account.path);
      if (one.file != nullptr) checked_.thresholds[one.file->id()] = threshold_of(settings);
      if (one.account.status != finding::FileStatus::checked) continue;
      std::vector<finding::Finding> own = as_set(std::move(by_file[one.file->id()]), settings);
      own.insert(own.end(), one.detected.notes.begin(), one.detected.notes.end());
      engine::Suppressed suppressed;
      if (options_.heeds_ignores) {
        suppressed = engine::suppress(std::move(own), *one.file, *one.detected.tree, settings.rules,
                                      library_, terms_of(settings));
      } else {
        suppressed.findings = std::move(own);
      }
      for (finding::Finding& found : suppressed.findings) {
        if (options_.heeds_ignores && accept(found, one.account.path, outcome)) {
          outcome.suppressed.push_back(std::move(found));
        } else if (!found.conditions.empty()) {
          outcome.conditionals.push_back(std::move(found));
        } else {
          outcome.findings.push_back(std::move(found));
        }
      }
      std::ranges::move(suppressed.suppressed, std::back_inserter(outcome.suppressed));
    }
  }

  // A deployment is judged by the rules of one of its files; another one may have settings of its
  // own.
  static std::vector<finding::Finding> as_set(std::vector<finding::Finding> findings,
                                              const Settings& settings) {
    std::erase_if(findings, [&](finding::Finding& found) {
      if (finding::is_diagnostic(found.rule)) return false;
      const auto rule = std::ranges::find(settings.rules, found.rule, &rule::Rule::name);
      if (rule == settings.rules.end()) return true;
      if (found.conditions.empty()) found.severity = (*rule)->severity;
      return false;
    });
    return findings;
  }

  // Whether the configuration says that the finding is not to be reported; tells when that is over.
  bool accept(finding::Finding& found, std::string_view path, finding::Outcome& outcome) {
    const Accepted* accepted = configs_.accepted(found, path);
    if (accepted == nullptr) return false;
    std::string problem =
        engine::unmet(terms_of(configs_.settings(path)), accepted->reason, accepted->until);
    if (!problem.empty()) {
      if (ended_.insert(accepted).second)
        outcome.findings.push_back(
            engine::unused(accepted->span, accepted->rule.text, std::move(problem)));
      return false;
    }
    if (accepted->until.empty() || options_.today <= accepted->until) {
      found.ignored = finding::Ignored{accepted->reason, accepted->until, accepted->span};
      return true;
    }
    if (!ended_.insert(accepted).second) return false;
    outcome.findings.push_back(
        engine::expired(accepted->span, accepted->rule.text, accepted->until));
    return false;
  }

  [[nodiscard]] engine::IgnoreTerms terms_of(const Settings& settings) const {
    engine::IgnoreTerms terms{options_.today, settings.config->needs_reason, {}};
    if (settings.config->most_days)
      terms.latest = base::days_after(options_.today, *settings.config->most_days);
    return terms;
  }

  [[nodiscard]] finding::Severity threshold_of(const Settings& settings) const {
    if (options_.fail_on) return *options_.fail_on;
    const std::optional<Said>& said = settings.config->fail_on;
    return said ? finding::severity_named(said->text).value_or(finding::Severity::medium)
                : finding::Severity::medium;
  }

  const Options& options_;
  const rule::Library& library_;
  source::FileSet& files_;
  Configs& configs_;
  Workspace& workspace_;
  Progress& progress_;
  std::set<const Settings*> met_;
  std::set<const rule::Rule*> ran_;
  std::set<const Accepted*> ended_;  // that a note was made of
  Checked checked_;
};

void sort(finding::Outcome& outcome, const source::FileSet& files) {
  // File ids depend on which thread was quicker; paths do not.
  const auto place = [&files](const auto& found) {
    return std::tuple(std::string_view(files.get(found.span.file).path()), found.span.begin,
                      std::string_view(found.rule), std::string_view(found.address));
  };
  const auto before = [&place](const auto& a, const auto& b) { return place(a) < place(b); };
  std::ranges::stable_sort(outcome.findings, before);
  std::ranges::stable_sort(outcome.conditionals, before);
  std::ranges::stable_sort(outcome.suppressed, before);
  std::ranges::stable_sort(outcome.unknowns, before);
  std::ranges::stable_sort(outcome.files, {}, &finding::FileAccount::path);
}

}  // namespace

bool Checked::fails() const {
  return std::ranges::any_of(outcome.findings, [this](const finding::Finding& found) {
    const auto threshold = thresholds.find(found.span.file);
    return found.severity >=
           (threshold == thresholds.end() ? finding::Severity::medium : threshold->second);
  });
}

base::Result<Checked, std::string> check(const Options& options, const rule::Library& library,
                                         source::FileSet& files) {
  Configs configs(library, options.selection, options.version, files);
  Workspace workspace(files, configs);
  Progress own;
  Progress& progress = options.progress == nullptr ? own : *options.progress;
  if (auto loaded = workspace.load(options, progress); !loaded)
    return base::failure(loaded.error());
  Checked checked = Judge(options, library, files, configs, workspace, progress).run();
  if (!configs.problems().empty()) return base::failure(describe(configs.problems(), files));
  finding::Outcome& outcome = checked.outcome;
  outcome.root = workspace.root();
  outcome.files.insert(outcome.files.end(), workspace.skipped().begin(), workspace.skipped().end());
  sort(outcome, files);
  outcome.timings.phases = progress.end();
  return checked;
}

}  // namespace resilint::project
