// SPDX-License-Identifier: Apache-2.0
#include "graph/graph.h"

#include <algorithm>

#include "base/require.h"

namespace resilint::graph {

std::string_view name(Dialect dialect) {
  return dialect == Dialect::cloudformation ? "cloudformation" : "terraform";
}

Resource& Graph::add(Resource resource) {
  resource.id = static_cast<ResourceId>(resources_.size());
  return resources_.emplace_back(resource);
}

void Graph::open(ResourceId id, std::string_view why) {
  opened_.try_emplace(static_cast<std::uint32_t>(id), why);
}

const Resource& Graph::get(ResourceId id) const {
  base::require(static_cast<std::size_t>(id) < resources_.size());
  return resources_[static_cast<std::size_t>(id)];
}

const Resource* Graph::find(std::string_view address) const {
  const auto found = std::ranges::find(resources_, address, &Resource::address);
  return found == resources_.end() ? nullptr : &*found;
}

std::string_view Graph::opened(ResourceId id) const {
  const auto found = opened_.find(static_cast<std::uint32_t>(id));
  return found == opened_.end() ? std::string_view{} : found->second;
}

}  // namespace resilint::graph
