// SPDX-License-Identifier: Apache-2.0
#include "project/check.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "engine/check.h"
#include "engine/suppress.h"
#include "project/load.h"

namespace resilint::project {
namespace {

// What is judged of one deployment.
struct Result {
  std::vector<finding::Finding> findings;
  std::vector<finding::Unknown> unknowns;
  std::vector<source::Span> secrets;
};

class Judge {
 public:
  Judge(const Options& options, const rule::Library& library,
        std::span<const rule::Rule* const> rules, source::FileSet& files, Workspace& workspace)
      : options_(options), library_(library), rules_(rules), files_(files), workspace_(workspace) {}

  finding::Outcome run() {
    const std::vector<Deployment>& deployments = workspace_.deployments();
    std::vector<Result> results(deployments.size());
    in_parallel(deployments.size(), options_.jobs,
                [&](std::size_t i) { results[i] = judge(deployments[i]); });
    finding::Outcome outcome;
    std::vector<finding::Finding> findings;
    for (Result& result : results) {
      std::ranges::move(result.findings, std::back_inserter(findings));
      std::ranges::move(result.unknowns, std::back_inserter(outcome.unknowns));
      std::ranges::copy(result.secrets, std::back_inserter(outcome.secrets));
    }
    // A template that several stacks are made of gives each problem once.
    engine::merge(findings);
    split(std::move(findings), outcome);
    return outcome;
  }

 private:
  Result judge(const Deployment& deployment) {
    Result result;
    const auto graph = workspace_.evaluate(deployment);
    engine::Judged judged = engine::check(library_, rules_, {*graph, files_});
    result.findings = std::move(judged.findings);
    result.unknowns = std::move(judged.unknowns);
    result.secrets = graph->secrets;
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

  // By files, since a comment stands in one of them.
  void split(std::vector<finding::Finding> findings, finding::Outcome& outcome) {
    std::map<source::FileId, std::vector<finding::Finding>> by_file;
    for (finding::Finding& found : findings) by_file[found.span.file].push_back(std::move(found));
    for (const Understood& one : workspace_.understood()) {
      if (!one.asked) continue;
      outcome.files.push_back(one.account);
      std::ranges::copy(one.detected.errors, std::back_inserter(outcome.findings));
      if (one.account.status != finding::FileStatus::checked) continue;
      std::vector<finding::Finding>& own = by_file[one.file->id()];
      own.insert(own.end(), one.detected.notes.begin(), one.detected.notes.end());
      engine::Suppressed suppressed;
      if (options_.heeds_ignores)
        suppressed = engine::suppress(std::move(own), *one.file, *one.detected.tree, rules_,
                                      library_, options_.today);
      else
        suppressed.findings = std::move(own);
      for (finding::Finding& found : suppressed.findings) {
        (found.conditions.empty() ? outcome.findings : outcome.conditionals)
            .push_back(std::move(found));
      }
      std::ranges::move(suppressed.suppressed, std::back_inserter(outcome.suppressed));
    }
  }

  const Options& options_;
  const rule::Library& library_;
  std::span<const rule::Rule* const> rules_;
  source::FileSet& files_;
  Workspace& workspace_;
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
  const auto again = std::ranges::unique(outcome.unknowns, [](const auto& a, const auto& b) {
    return a.span == b.span && a.rule == b.rule && a.address == b.address && a.reason == b.reason;
  });
  outcome.unknowns.erase(again.begin(), again.end());
  std::ranges::stable_sort(outcome.files, {}, &finding::FileAccount::path);
}

}  // namespace

base::Result<finding::Outcome, std::string> check(const Options& options,
                                                  const rule::Library& library,
                                                  std::span<const rule::Rule* const> rules,
                                                  source::FileSet& files) {
  Workspace workspace(files);
  if (auto loaded = workspace.load(options); !loaded) return base::failure(loaded.error());
  finding::Outcome outcome = Judge(options, library, rules, files, workspace).run();
  outcome.root = workspace.root();
  outcome.files.insert(outcome.files.end(), workspace.skipped().begin(), workspace.skipped().end());
  sort(outcome, files);
  return outcome;
}

}  // namespace resilint::project
