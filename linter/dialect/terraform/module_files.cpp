// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/module_files.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

namespace resilint::dialect::terraform {
namespace {

struct Ending {
  std::string_view text;
  std::string_view reason;
};

constexpr std::string_view test = "a test of a module; it is not deployed";
constexpr std::string_view mock = "mock data of tests; it is not deployed";
constexpr std::string_view query = "a query for resources that exist; it is not deployed";
constexpr std::string_view stack = "part of a Terraform stack; stacks are not read";
constexpr std::string_view packer = "for Packer; images of machines are not judged";
constexpr std::string_view terragrunt = "for Terragrunt; what it generates is not read";

constexpr std::array other_endings{
    Ending{".tftest.hcl", test},
    Ending{".tftest.json", test},
    Ending{".tofutest.hcl", test},
    Ending{".tofutest.json", test},
    Ending{".tfmock.hcl", mock},
    Ending{".tfmock.json", mock},
    Ending{".tofumock.hcl", mock},
    Ending{".tofumock.json", mock},
    Ending{".tfquery.hcl", query},
    Ending{".tfquery.json", query},
    Ending{".tfstack.hcl", stack},
    Ending{".tfstack.json", stack},
    Ending{".tfcomponent.hcl", stack},
    Ending{".tfcomponent.json", stack},
    Ending{".tfdeploy.hcl", stack},
    Ending{".tfdeploy.json", stack},
    Ending{".pkr.hcl", packer},
    Ending{".pkr.json", packer},
    Ending{".pkrvars.hcl", packer},
    Ending{".pkrvars.json", packer},
    Ending{".terraform.lock.hcl", "a list of the providers that were chosen; it is not deployed"}};

constexpr std::array<std::string_view, 6> terragrunt_names{
    "terragrunt.hcl", "terragrunt.hcl.json",       "terragrunt.stack.hcl", "terragrunt.values.hcl",
    "root.hcl",       "terragrunt.autoinclude.hcl"};

std::string_view name_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// ".tf", ".tofu.json"; empty for what is no configuration.
std::string_view configuration_ending(std::string_view name) {
  static constexpr std::array<std::string_view, 4> endings{".tf", ".tf.json", ".tofu",
                                                           ".tofu.json"};
  const auto found = std::ranges::find_if(
      endings, [name](std::string_view ending) { return name.ends_with(ending); });
  return found == endings.end() ? std::string_view{} : *found;
}

bool is_passed_over(std::string_view name) {
  return name.starts_with('.') || name.ends_with('~') ||
         (name.starts_with('#') && name.ends_with('#'));
}

bool is_override(std::string_view name) {
  const std::string_view base = name.substr(0, name.size() - configuration_ending(name).size());
  return base == "override" || base.ends_with("_override");
}

// "a.tofu" for "a.tf", "a.tofu.json" for "a.tf.json", else nothing.
std::string shadow_of(std::string_view name) {
  const std::string_view ending = configuration_ending(name);
  if (!ending.starts_with(".tf")) return {};
  std::string made(name.substr(0, name.size() - ending.size()));
  return made.append(".tofu").append(ending.substr(std::string_view(".tf").size()));
}

std::vector<std::string> automatic_variables(std::span<const std::string> sorted) {
  std::vector<std::string> made;
  for (const std::string_view name : {"terraform.tfvars", "terraform.tfvars.json"}) {
    if (std::ranges::find(sorted, name) != sorted.end()) made.emplace_back(name);
  }
  for (const std::string& name : sorted) {
    if (name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")) made.push_back(name);
  }
  return made;
}

}  // namespace

std::optional<Named> named(std::string_view path) {
  const std::string_view name = name_of(path);
  if (name.ends_with(".tfvars") || name.ends_with(".tfvars.json"))
    return Named{Role::variables, {}};
  if (!configuration_ending(name).empty()) {
    if (is_passed_over(name))
      return Named{Role::other, "a hidden file; Terraform does not read it"};
    return Named{Role::configuration, {}};
  }
  for (const Ending& ending : other_endings) {
    if (name.ends_with(ending.text)) return Named{Role::other, ending.reason};
  }
  if (std::ranges::find(terragrunt_names, name) != terragrunt_names.end())
    return Named{Role::other, terragrunt};
  if (name.ends_with(".hcl")) return Named{Role::other, "HCL of another tool"};
  return std::nullopt;
}

ModuleFiles module_files(std::span<const std::string> names) {
  std::vector<std::string> sorted(names.begin(), names.end());
  std::ranges::sort(sorted);
  ModuleFiles files;
  files.variables = automatic_variables(sorted);
  std::erase_if(sorted, [](const std::string& name) {
    return configuration_ending(name).empty() || is_passed_over(name);
  });
  const std::unordered_set<std::string_view> present(sorted.begin(), sorted.end());
  for (const std::string& name : sorted) {
    std::string shadow = shadow_of(name);
    if (present.contains(shadow))
      files.shadowed.push_back({name, std::move(shadow)});
    else
      (is_override(name) ? files.overrides : files.primary).push_back(name);
  }
  return files;
}

}  // namespace resilint::dialect::terraform
