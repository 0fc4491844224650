// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "catalog/world.h"
#include "engine/run.h"
#include "rule/rule.h"

// One rule on one object, over all values that parameters may have: design section 4, "Choices".
// Nobody outside of this folder includes it.
namespace resilint::engine {

// What is chosen, in the order in which it came up.
using Path = std::vector<std::pair<const value::Choice*, std::uint32_t>>;

struct Explored {
  // Of the run with given and default values, when it decides; else of the run that does.
  Outcome outcome;
  bool conditional = false;  // it fails, but not with given and default values
  std::vector<std::pair<std::string, std::string>> conditions;  // parameter, values: of such a fail
  Path path;  // of the run that `outcome` came from
};

// What expressions make on the way lives in `scratch`; of the outcome, only what it waits for.
Explored explore(const rule::Rule& rule, const catalog::World& world, const value::Object& matched,
                 const value::Value& parameters, base::Arena& scratch);

// "Environment is dev and Size is small"
std::string spoken(const std::vector<std::pair<std::string, std::string>>& conditions);

// The objects of a kind, those included that exist for some values of parameters only.
std::vector<const catalog::Object*> all_objects(const catalog::World& world, std::string_view kind);

// Makes choices for as long as it lives.
class Chosen {
 public:
  Chosen(value::Choices& choices, const Path& path);
  ~Chosen();
  Chosen(const Chosen&) = delete;
  Chosen& operator=(const Chosen&) = delete;

 private:
  value::Choices& choices_;
  const Path& path_;
};

}  // namespace resilint::engine
