// SPDX-License-Identifier: Apache-2.0
#include "engine/check.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <tuple>

#include "base/format.h"
#include "catalog/world.h"
#include "engine/explore.h"

namespace resilint::engine {
namespace {

using catalog::Object;
using value::Value;

void add(Explored explored, Judged& into) {
  Outcome& outcome = explored.outcome;
  if (outcome.kind == Outcome::Kind::unknown) {
    if (!outcome.unknown) return;
    outcome.unknown->reason = std::move(outcome.reason);
    into.unknowns.push_back(std::move(*outcome.unknown));
    return;
  }
  if (outcome.kind != Outcome::Kind::fails) return;
  finding::Finding found = std::move(*outcome.finding);
  if (explored.conditional) {
    found.severity = finding::Severity::note;
    found.conditions = std::move(explored.conditions);
    found.message += base::format(", when {}", spoken(found.conditions));
  }
  into.findings.push_back(std::move(found));
}

// All that the rules read is gone when it returns.
Judged judge(const rule::Library& library, std::span<const rule::Rule* const> rules,
             const Project& project, bool timed) {
  using Clock = std::chrono::steady_clock;
  Judged judged;
  const catalog::World world(library.model, project.graph, project.files);
  base::Arena scratch;
  const auto judge_one = [&](const rule::Rule& rule, const value::Object& object,
                             const Value& parameters) {
    add(explore(rule, world, object, parameters, scratch), judged);
    scratch.clear();
  };
  const auto judge_all = [&](const rule::Rule& rule) {
    if (world.lacks(rule.kind)) return;
    const Value parameters = parameter_values(rule, world.arena());
    if (rule.kind == "project") return judge_one(rule, world.project(), parameters);
    for (const Object* object : all_objects(world, rule.kind)) {
      if (std::ranges::find(rule.not_in, object->resource().dialect) != rule.not_in.end()) continue;
      judge_one(rule, *object, parameters);
    }
  };
  for (const rule::Rule* rule : rules) {
    const Clock::time_point begin = timed ? Clock::now() : Clock::time_point{};
    judge_all(*rule);
    if (timed) judged.times.push_back(Clock::now() - begin);
  }
  return judged;
}

}  // namespace

void merge(std::vector<finding::Finding>& findings) {
  std::map<std::tuple<std::string, source::FileId, std::uint32_t, std::uint32_t, bool>, std::size_t>
      seen;
  std::vector<finding::Finding> merged;
  for (finding::Finding& finding : findings) {
    const auto [at, fresh] = seen.try_emplace({finding.rule, finding.span.file, finding.span.begin,
                                               finding.span.end, finding.conditions.empty()},
                                              merged.size());
    if (fresh) {
      merged.push_back(std::move(finding));
      continue;
    }
    finding::Finding& first = merged[at->second];
    if (first.instances.empty()) first.instances.push_back(first.address);
    if (std::ranges::find(first.instances, finding.address) == first.instances.end())
      first.instances.push_back(finding.address);
    for (std::string& environment : finding.environments) {
      if (std::ranges::find(first.environments, environment) == first.environments.end())
        first.environments.push_back(std::move(environment));
    }
  }
  for (finding::Finding& finding : merged) {
    if (finding.instances.size() == 1) finding.instances.clear();
  }
  findings = std::move(merged);
}

Judged check(const rule::Library& library, std::span<const rule::Rule* const> rules,
             const Project& project, bool timed) {
  Judged judged = judge(library, rules, project, timed);
  merge(judged.findings);
  return judged;
}

}  // namespace resilint::engine
