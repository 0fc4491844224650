// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/module_files.h"

#include <catch2/catch.hpp>

#include "base/format.h"
#include "base/text.h"

namespace resilint::test {
namespace {

std::string files_text(const std::vector<std::string>& names) {
  const dialect::terraform::ModuleFiles files = dialect::terraform::module_files(names);
  std::string made =
      base::format("{} | {} | {} |", base::join(files.primary, " "),
                   base::join(files.overrides, " "), base::join(files.variables, " "));
  for (const auto& one : files.shadowed) made += base::format(" {} by {}", one.name, one.by);
  return made;
}

std::string named_text(std::string_view path) {
  const auto named = dialect::terraform::named(path);
  if (!named) return "no";
  if (named->role == dialect::terraform::Role::configuration) return "configuration";
  if (named->role == dialect::terraform::Role::variables) return "variables";
  return std::string(named->reason);
}

}  // namespace

TEST_CASE("terraform files: a module is its files in the order of their names") {
  CHECK(files_text({"b.tf", "a.tofu", "a.tf.json", "c.tofu.json", "README.md", "x.hcl",
                    "a.tftest.hcl", "a.yaml", "B.TF"}) ==
        "a.tf.json a.tofu b.tf c.tofu.json |  |  |");
  CHECK(files_text({}) == " |  |  |");
}

TEST_CASE("terraform files: a .tofu file shadows the .tf file of its name, per syntax") {
  CHECK(files_text({"a.tf", "a.tofu", "b.tf.json", "b.tofu.json", "c.tf", "c.tofu.json", "d.tofu",
                    "d.tf.json"}) ==
        "a.tofu b.tofu.json c.tf c.tofu.json d.tf.json d.tofu |  |  | a.tf by a.tofu b.tf.json by "
        "b.tofu.json");
  CHECK(files_text({"override.tf", "override.tofu", ".a.tofu", "a.tf"}) ==
        "a.tf | override.tofu |  | override.tf by override.tofu");
}

TEST_CASE("terraform files: overrides come by name, in all endings") {
  CHECK(files_text({"override.tf", "a_override.tf", "b_override.tf.json", "c_override.tofu",
                    "d_override.tofu.json", "_override.tf", "overrides.tf", "myoverride.tf"}) ==
        "myoverride.tf overrides.tf | _override.tf a_override.tf b_override.tf.json "
        "c_override.tofu d_override.tofu.json override.tf |  |");
}

TEST_CASE("terraform files: hidden files and copies of editors are passed over") {
  CHECK(files_text({".tf", ".a.tf", ".#a.tf", "a.tf~", "#a.tf#", "#a.tf", "a.tf.bak"}) ==
        "#a.tf |  |  |");
}

TEST_CASE("terraform files: variable files that need not be named, the strongest last") {
  CHECK(files_text({"z.auto.tfvars.json", "a.auto.tfvars", "terraform.tfvars.json",
                    "terraform.tfvars", "prod.tfvars", ".auto.tfvars"}) ==
        " |  | terraform.tfvars terraform.tfvars.json .auto.tfvars a.auto.tfvars "
        "z.auto.tfvars.json |");
}

TEST_CASE("terraform files: what a name says") {
  CHECK(named_text("a/main.tf") == "configuration");
  CHECK(named_text("main.tofu.json") == "configuration");
  CHECK(named_text("a/prod.tfvars") == "variables");
  CHECK(named_text("prod.tfvars.json") == "variables");
  CHECK(named_text("main.TF") == "no");
  CHECK(named_text("template.json") == "no");
  CHECK(named_text("a.tf/notes.txt") == "no");
  CHECK(named_text("a/.main.tf") == "a hidden file; Terraform does not read it");
  CHECK(named_text("a.tftest.hcl") == "a test of a module; it is not deployed");
  CHECK(named_text("a.tofutest.json") == "a test of a module; it is not deployed");
  CHECK(named_text("a.tfmock.hcl") == "mock data of tests; it is not deployed");
  CHECK(named_text("a.tfquery.hcl") == "a query for resources that exist; it is not deployed");
  CHECK(named_text("a.tfstack.hcl") == "part of a Terraform stack; stacks are not read");
  CHECK(named_text("a.tfcomponent.json") == "part of a Terraform stack; stacks are not read");
  CHECK(named_text("a.tfdeploy.hcl") == "part of a Terraform stack; stacks are not read");
  CHECK(named_text("a.pkr.json") == "for Packer; images of machines are not judged");
  CHECK(named_text("a.pkrvars.hcl") == "for Packer; images of machines are not judged");
  CHECK(named_text("live/terragrunt.hcl") == "for Terragrunt; what it generates is not read");
  CHECK(named_text("root.hcl") == "for Terragrunt; what it generates is not read");
  CHECK(named_text(".terraform.lock.hcl") ==
        "a list of the providers that were chosen; it is not deployed");
  CHECK(named_text(".tflint.hcl") == "HCL of another tool");
}

}  // namespace resilint::test
