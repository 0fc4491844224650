// SPDX-License-Identifier: Apache-2.0
#include "project/check.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <tuple>

#include "engine/check.h"
#include "project/discover.h"
#include "project/read.h"

namespace resilint::project {
namespace {

// What one file gives.
struct Result {
  finding::FileAccount account;
  std::vector<finding::Finding> findings;
  std::vector<finding::Finding> suppressed;
  std::vector<finding::Unknown> unknowns;
  std::vector<source::Span> secrets;
};

class Task {
 public:
  Task(const Options& options, const rule::Library& library,
       std::span<const rule::Rule* const> rules, source::FileSet& files)
      : options_(options), library_(library), rules_(rules), files_(files) {}

  Result run(const Candidate& candidate) const {
    return judge(read(candidate, options_.type, files_));
  }

  Result judge(Understood understood) const {
    Result result;
    result.account = std::move(understood.account);
    dialect::Detected& detected = understood.detected;
    if (detected.error) result.findings.push_back(std::move(*detected.error));
    if (detected.status != finding::FileStatus::checked) return result;
    std::vector<finding::Finding> found = std::move(detected.notes);
    for (const syntax::Node* root : detected.templates) {
      const auto graph = dialect::evaluate_cloudformation(*root);
      engine::Judged judged = engine::check(library_, rules_, {*graph, files_});
      std::ranges::move(judged.findings, std::back_inserter(found));
      std::ranges::move(judged.unknowns, std::back_inserter(result.unknowns));
      std::ranges::copy(graph->secrets, std::back_inserter(result.secrets));
    }
    engine::Suppressed suppressed =
        engine::suppress(std::move(found), *understood.file, *detected.tree, rules_, library_);
    result.findings = std::move(suppressed.findings);
    result.suppressed = std::move(suppressed.suppressed);
    return result;
  }

 private:
  const Options& options_;
  const rule::Library& library_;
  std::span<const rule::Rule* const> rules_;
  source::FileSet& files_;
};

std::vector<Result> run_all(const Task& task, const std::vector<Candidate>& candidates,
                            unsigned jobs) {
  std::vector<Result> results(candidates.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < candidates.size(); i = next++)
      results[i] = task.run(candidates[i]);
  };
  const unsigned wanted = jobs != 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
  const std::size_t threads = std::min<std::size_t>(wanted, candidates.size());
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  return results;
}

finding::Outcome sorted(std::vector<Result> results, std::vector<finding::FileAccount> skipped,
                        const source::FileSet& files) {
  finding::Outcome outcome;
  outcome.files = std::move(skipped);
  for (Result& result : results) {
    outcome.files.push_back(std::move(result.account));
    std::ranges::move(result.findings, std::back_inserter(outcome.findings));
    std::ranges::move(result.suppressed, std::back_inserter(outcome.suppressed));
    std::ranges::move(result.unknowns, std::back_inserter(outcome.unknowns));
    std::ranges::copy(result.secrets, std::back_inserter(outcome.secrets));
  }
  // File ids depend on which thread was quicker; paths do not.
  const auto place = [&files](const auto& found) {
    return std::tuple(std::string_view(files.get(found.span.file).path()), found.span.begin,
                      std::string_view(found.rule), std::string_view(found.address));
  };
  const auto before = [&place](const auto& a, const auto& b) { return place(a) < place(b); };
  std::ranges::stable_sort(outcome.findings, before);
  std::ranges::stable_sort(outcome.suppressed, before);
  std::ranges::stable_sort(outcome.unknowns, before);
  std::ranges::stable_sort(outcome.files, {}, &finding::FileAccount::path);
  return outcome;
}

}  // namespace

base::Result<finding::Outcome, std::string> check(const Options& options,
                                                  const rule::Library& library,
                                                  std::span<const rule::Rule* const> rules,
                                                  source::FileSet& files) {
  const Task task(options, library, rules, files);
  if (options.buffer) {
    std::vector<Result> results;
    results.push_back(task.judge(
        understand(shown_path(options.buffer->name), options.buffer->text, options.type, files)));
    return sorted(std::move(results), {}, files);
  }
  auto discovered = discover(options.paths);
  if (!discovered) return base::failure(discovered.error());
  return sorted(run_all(task, discovered->files, options.jobs), std::move(discovered->skipped),
                files);
}

}  // namespace resilint::project
