// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "catalog/model.h"
#include "rule/rule.h"

namespace resilint::rulec {

// A C++ source file that defines, in resilint::rule::generated, `<service>_kinds` and
// `<service>_rules` as constant-initialised tables. The same input gives the same bytes.
std::string table(std::string_view service, std::span<const catalog::Kind> kinds,
                  std::span<const rule::Rule> rules);

// The source file that defines rule::builtin() over the tables of all services.
std::string library(std::span<const std::string> services);

}  // namespace resilint::rulec
