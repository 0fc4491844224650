// SPDX-License-Identifier: Apache-2.0
#include "engine/check.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "catalog/world.h"
#include "engine/run.h"

namespace resilint::engine {
namespace {

using catalog::Object;
using value::Value;

// One problem is one finding: the same rule at the same place, with the instances listed.
void merge(std::vector<finding::Finding>& findings) {
  std::map<std::tuple<std::string, source::FileId, std::uint32_t, std::uint32_t>, std::size_t> seen;
  std::vector<finding::Finding> merged;
  for (finding::Finding& finding : findings) {
    const auto [at, fresh] = seen.try_emplace(
        {finding.rule, finding.span.file, finding.span.begin, finding.span.end}, merged.size());
    if (fresh) {
      merged.push_back(std::move(finding));
      continue;
    }
    finding::Finding& first = merged[at->second];
    if (first.instances.empty()) first.instances.push_back(first.address);
    if (std::ranges::find(first.instances, finding.address) == first.instances.end())
      first.instances.push_back(finding.address);
  }
  for (finding::Finding& finding : merged) {
    if (finding.instances.size() == 1) finding.instances.clear();
  }
  findings = std::move(merged);
}

}  // namespace

Judged check(const rule::Library& library, std::span<const rule::Rule* const> rules,
             const Project& project) {
  Judged judged;
  const catalog::World world(library.model, project.graph, project.files);
  for (const rule::Rule* rule : rules) {
    const bool whole_project = rule->kind == "project";
    const std::span<const Object* const> objects =
        whole_project ? std::span<const Object* const>{} : world.objects(rule->kind);
    if (objects.empty() && !whole_project) continue;
    const Value parameters = parameter_values(*rule, world.arena());
    if (whole_project) Run(*rule, world, world.project(), parameters).judge(judged);
    for (const Object* object : objects) {
      if (std::ranges::find(rule->not_in, object->resource().dialect) != rule->not_in.end())
        continue;
      Run(*rule, world, *object, parameters).judge(judged);
    }
  }
  merge(judged.findings);
  return judged;
}

}  // namespace resilint::engine
