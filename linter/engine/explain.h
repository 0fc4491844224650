// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/check.h"
#include "finding/explanation.h"

namespace resilint::engine {

// How a rule came to its verdict on the resource or element at `address`; more than one when
// several objects have it. For a rule that judges the whole project, `address` is "project" or
// that of a resource which the rule would point at. Empty when the rule judges nothing there.
std::vector<finding::Explanation> explain(const rule::Library& library, const rule::Rule& rule,
                                          std::string_view address, const Project& project);

// The addresses that a rule judges in a project, or would point at.
std::vector<std::string> judged_addresses(const rule::Library& library, const rule::Rule& rule,
                                          const Project& project);

}  // namespace resilint::engine
