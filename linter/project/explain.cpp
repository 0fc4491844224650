// SPDX-License-Identifier: Apache-2.0
#include "project/explain.h"

#include <algorithm>

#include "base/format.h"
#include "engine/explain.h"
#include "project/discover.h"
#include "project/read.h"

namespace resilint::project {
namespace {

void add(const Understood& understood, const rule::Library& library, const rule::Rule& rule,
         std::string_view address, source::FileSet& files, Explained& into) {
  if (understood.account.status == finding::FileStatus::failed)
    into.failed.push_back(understood.account);
  for (const syntax::Node* root : understood.detected.templates) {
    const auto graph = dialect::evaluate_cloudformation(*root);
    std::ranges::copy(graph->secrets, std::back_inserter(into.secrets));
    const engine::Project project{*graph, files};
    std::vector<finding::Explanation> found = engine::explain(library, rule, address, project);
    std::ranges::move(found, std::back_inserter(into.found));
    if (!found.empty()) continue;
    std::ranges::move(engine::judged_addresses(library, rule, project),
                      std::back_inserter(into.judged));
    if (const graph::Resource* resource = graph->find(address))
      into.of_another_type.push_back(
          base::format("{} is an {}", resource->address, resource->native_type));
  }
}

}  // namespace

base::Result<Explained, std::string> explain(const Options& options, const rule::Library& library,
                                             const rule::Rule& rule, std::string_view address,
                                             source::FileSet& files) {
  Explained made;
  if (options.buffer) {
    add(understand(shown_path(options.buffer->name), options.buffer->text, options.type, files),
        library, rule, address, files, made);
    return made;
  }
  const auto discovered = discover(options.paths);
  if (!discovered) return base::failure(discovered.error());
  for (const Candidate& candidate : discovered->files)
    add(read(candidate, options.type, files), library, rule, address, files, made);
  return made;
}

}  // namespace resilint::project
