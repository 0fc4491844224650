// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace resilint::dialect::terraform {

// What a file is by its name, as Terraform and OpenTofu go by it: letter by letter, lower case.
enum class Role : std::uint8_t {
  configuration,  // of a module
  variables,      // values of variables
  other,          // written in HCL or its JSON, for something else
};
struct Named {
  Role role;
  std::string_view reason;  // other: why it is not read, for people
};
std::optional<Named> named(std::string_view path);

// A file that OpenTofu passes over because another one stands beside it. Terraform, which does not
// know the other one's name, would read it.
struct Shadowed {
  std::string name;
  std::string by;
};

struct ModuleFiles {
  std::vector<std::string> primary;    // in the order in which they are read
  std::vector<std::string> overrides;  // in the order in which they are applied
  std::vector<Shadowed> shadowed;
  std::vector<std::string> variables;  // those that need not be named; a later one wins
};

// `names` are those of the files of one directory, in any order.
ModuleFiles module_files(std::span<const std::string> names);

}  // namespace resilint::dialect::terraform
