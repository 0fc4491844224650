// SPDX-License-Identifier: Apache-2.0
#include "project/explain.h"

#include <algorithm>

#include "base/format.h"
#include "engine/explain.h"
#include "project/load.h"

namespace resilint::project {
namespace {

void add(graph::Graph& graph, const rule::Library& library, const rule::Rule& rule,
         std::string_view address, const Environment* environment, source::FileSet& files,
         Explained& into) {
  std::ranges::copy(graph.secrets, std::back_inserter(into.secrets));
  const engine::Project project{graph, files};
  std::vector<finding::Explanation> found = engine::explain(library, rule, address, project);
  for (finding::Explanation& one : found) {
    if (environment != nullptr) one.environment = environment->name.text;
    into.found.push_back(std::move(one));
  }
  if (!found.empty()) return;
  std::ranges::move(engine::judged_addresses(library, rule, project),
                    std::back_inserter(into.judged));
  if (const graph::Resource* resource = graph.find(address))
    into.of_another_type.push_back(
        base::format("{} is an {}", resource->address, resource->native_type));
}

}  // namespace

base::Result<Explained, std::string> explain(const Options& options, const rule::Library& library,
                                             const rule::Rule& rule, std::string_view address,
                                             source::FileSet& files) {
  Configs configs(library, options.selection, options.version, files);
  Workspace workspace(files, configs);
  Progress progress;
  if (auto loaded = workspace.load(options, progress); !loaded)
    return base::failure(loaded.error());
  Explained made;
  for (const Deployment& deployment : workspace.deployments()) {
    // With the parameters that are set there, though it may not be selected.
    const rule::Rule* own = &rule;
    for (const rule::Rule* one : configs.settings(workspace.path_of(deployment)).rules) {
      if (one->name == rule.name) own = one;
    }
    for (const Environment* environment : deployment.environments) {
      const auto graph = workspace.evaluate(deployment, environment);
      add(*graph, library, *own, address, environment, files, made);
    }
  }
  for (const Understood& one : workspace.understood()) {
    if (one.account.status == finding::FileStatus::failed) made.failed.push_back(one.account);
  }
  const auto path = [&files](const finding::Explanation& one) {
    return std::string_view(files.get(one.span.file).path());
  };
  std::ranges::stable_sort(made.found, {}, path);
  return made;
}

}  // namespace resilint::project
