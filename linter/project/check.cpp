// SPDX-License-Identifier: Apache-2.0
#include "project/check.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <tuple>

#include "base/format.h"
#include "engine/check.h"
#include "parse/parse.h"
#include "project/discover.h"
#include "source/disk.h"

namespace resilint::project {
namespace {

constexpr std::uint64_t head_size = 8192;

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
    auto bytes = source::read(candidate.path, head_size);
    if (bytes && bytes->size() > head_size) {
      // Of something that is no text there is no need to read the rest.
      if (is_binary(*bytes) && !options_.type) return skipped(candidate.shown, "binary");
      bytes = source::read(candidate.path, parse::json_limit);
    }
    if (!bytes) {
      Result result = skipped(candidate.shown, "cannot be read: " + bytes.error());
      result.account.status = finding::FileStatus::failed;
      return result;
    }
    return judge(candidate.shown, std::move(*bytes));
  }

  Result judge(std::string shown, std::string bytes) const {
    const source::File& file = files_.add(std::move(shown), std::move(bytes));
    dialect::Detected detected = dialect::detect(file, options_.type);
    Result result;
    result.account = {file.path(), detected.status, detected.dialect, detected.reason};
    if (detected.error) result.findings.push_back(std::move(*detected.error));
    if (detected.status != finding::FileStatus::checked) {
      if (detected.status == finding::FileStatus::skipped) files_.forget(file.id());
      return result;
    }
    std::vector<finding::Finding> found = std::move(detected.notes);
    for (const syntax::Node* root : detected.templates) {
      const auto graph = dialect::evaluate_cloudformation(*root);
      engine::Judged judged = engine::check(library_, rules_, {*graph, files_});
      std::ranges::move(judged.findings, std::back_inserter(found));
      std::ranges::move(judged.unknowns, std::back_inserter(result.unknowns));
      std::ranges::copy(graph->secrets, std::back_inserter(result.secrets));
    }
    engine::Suppressed suppressed =
        engine::suppress(std::move(found), file, *detected.tree, rules_, library_);
    result.findings = std::move(suppressed.findings);
    result.suppressed = std::move(suppressed.suppressed);
    return result;
  }

 private:
  static Result skipped(std::string shown, std::string reason) {
    Result result;
    result.account = {std::move(shown), finding::FileStatus::skipped, {}, std::move(reason)};
    return result;
  }

  // A NUL that UTF-16 does not explain.
  static bool is_binary(std::string_view head) {
    if (head.find('\0') == std::string_view::npos) return false;
    const bool marked = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
    const bool wide =
        head.size() > 3 && ((head[1] == 0 && head[3] == 0) || (head[0] == 0 && head[2] == 0));
    return !marked && !wide;
  }

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
    results.push_back(task.judge(shown_path(options.buffer->name), options.buffer->text));
    return sorted(std::move(results), {}, files);
  }
  auto discovered = discover(options.paths);
  if (!discovered) return base::failure(discovered.error());
  return sorted(run_all(task, discovered->files, options.jobs), std::move(discovered->skipped),
                files);
}

}  // namespace resilint::project
