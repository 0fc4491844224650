// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/merge.h"

#include <map>
#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/terraform/module_files.h"
#include "dialect/terraform/read.h"
#include "source/line_index.h"
#include "support/hcl_text.h"

namespace resilint::test {
namespace {

// The merged module as text, then its errors: "a.tf:1:2: message (label at a.tf:1:2)".
std::string merged_text(const std::map<std::string, std::string>& texts) {
  source::FileSet files;
  std::map<std::string, parse::Parsed> parsed;
  std::vector<std::string> names;
  for (const auto& [name, text] : texts) {
    names.push_back(name);
    parsed[name] = dialect::terraform::read_configuration(files.add(name, text));
    REQUIRE(parsed[name].whole());
  }
  const dialect::terraform::ModuleFiles module_files = dialect::terraform::module_files(names);
  std::vector<const syntax::Node*> primary;
  for (const std::string& name : module_files.primary)
    primary.push_back(parsed[name].tree->documents.front());
  std::vector<const syntax::Node*> overrides;
  for (const std::string& name : module_files.overrides)
    overrides.push_back(parsed[name].tree->documents.front());
  const dialect::terraform::Module module = dialect::terraform::merge(primary, overrides);

  syntax::Node body;
  body.kind = syntax::NodeKind::body;
  base::Arena arena;
  body.entries = arena.array(module.entries);
  std::string made = hcl_text(body);
  const auto place = [&files](const source::Span& span) {
    const source::File& file = files.get(span.file);
    const source::Position at = source::LineIndex(file.bytes()).position(span.begin);
    return base::format("{}:{}:{}", file.path(), at.line, at.column);
  };
  for (const finding::Finding& error : module.errors) {
    made += base::format("{}: {}", place(error.span), error.message);
    for (const finding::Label& label : error.labels)
      made += base::format(" ({} at {})", label.text, place(label.span));
    made += '\n';
  }
  return made;
}

std::string overridden(const std::string& primary, const std::string& override_file) {
  return merged_text({{"a.tf", primary}, {"override.tf", override_file}});
}

// What `replaced` makes of `declared`, and nothing else.
void overrides(const std::string& declared, const std::string& replaced,
               const std::string& expected) {
  const auto body = [](const std::string& text) {
    const source::File file(source::FileId{}, "t.tf", text);
    const parse::Parsed parsed = dialect::terraform::read_configuration(file);
    REQUIRE(parsed.whole());
    return hcl_text(*parsed.tree->documents.front());
  };
  CHECK(overridden(declared, replaced) == body(expected));
}

}  // namespace

TEST_CASE("terraform merge: without overrides the blocks of all files stay as they are") {
  const source::File a(source::FileId{0}, "a.tf", "locals {\n  x = 1\n}\nmodule \"m\" {\n}\n");
  const source::File b(source::FileId{1}, "b.tf", "terraform {\n}\nmodule \"n\" {\n}\n");
  const parse::Parsed first = dialect::terraform::read_configuration(a);
  const parse::Parsed second = dialect::terraform::read_configuration(b);
  const syntax::Node* bodies[] = {first.tree->documents.front(), second.tree->documents.front()};
  const dialect::terraform::Module module = dialect::terraform::merge(bodies, {});
  REQUIRE(module.entries.size() == 4);
  CHECK(module.entries[0].value == bodies[0]->entries[0].value);
  CHECK(module.entries[3].value == bodies[1]->entries[1].value);
  CHECK(module.arena.footprint() == 0);
}

TEST_CASE("terraform merge: what is overridden is new, all beside it is shared") {
  const source::File a(source::FileId{0}, "a.tf",
                       "module \"m\" {\n  a = 1\n  b = 2\n}\nmodule \"n\" {\n}\n");
  const source::File b(source::FileId{1}, "override.tf", "module \"m\" {\n  b = 3\n}\n");
  const parse::Parsed first = dialect::terraform::read_configuration(a);
  const parse::Parsed second = dialect::terraform::read_configuration(b);
  const syntax::Node* primary = first.tree->documents.front();
  const syntax::Node* overriding = second.tree->documents.front();
  const auto module = dialect::terraform::merge({&primary, 1}, {&overriding, 1});
  REQUIRE(module.entries.size() == 2);
  CHECK(module.entries[1].value == primary->entries[1].value);
  CHECK(module.entries[0].span() == primary->entries[0].span());
  const syntax::Node& block = *module.entries[0].value;
  CHECK(block.labels().front().value == primary->entries[0].value->labels().front().value);
  CHECK(block.body().find("a") == primary->entries[0].value->body().find("a"));
  CHECK(block.body().find("b") == overriding->entries[0].value->body().find("b"));
  CHECK(block.body().find_entry("b")->span().file == source::FileId{1});
}

TEST_CASE("terraform merge: arguments replace each other, new ones are added") {
  overrides(
      "resource \"a\" \"b\" {\n  count = 1\n  x = 1\n  y = 2\n  provider = a\n}\n",
      "resource \"a\" \"b\" {\n  z = 3\n  provider = a.c\n  x = 9\n  count = 2\n}\n",
      "resource \"a\" \"b\" {\n  count = 2\n  x = 9\n  y = 2\n  provider = a.c\n  z = 3\n}\n");
  overrides("data \"a\" \"b\" {\n  x = 1\n}\nresource \"a\" \"b\" {\n  x = 1\n}\n",
            "data \"a\" \"b\" {\n  x = 2\n}\n",
            "data \"a\" \"b\" {\n  x = 2\n}\nresource \"a\" \"b\" {\n  x = 1\n}\n");
  overrides("resource \"a\" \"b\" {\n  count = 2\n}\n",
            "resource \"a\" \"b\" {\n  for_each = []\n}\n",
            "resource \"a\" \"b\" {\n  count = 2\n  for_each = []\n}\n");
}

TEST_CASE("terraform merge: nested blocks of a type are replaced as a whole, dynamic ones too") {
  overrides(R"hcl(
resource "a" "b" {
  rule {
    x = 1
  }
  other {
  }
  dynamic "rule" {
    for_each = []
    content {
    }
  }
  rule {
    x = 2
  }
}
)hcl",
            R"hcl(
resource "a" "b" {
  rule {
    y = 1
  }
  rule {
    y = 2
  }
}
)hcl",
            R"hcl(
resource "a" "b" {
  other {
  }
  rule {
    y = 1
  }
  rule {
    y = 2
  }
}
)hcl");
  overrides("resource \"a\" \"b\" {\n  rule {\n  }\n  dynamic \"other\" {\n  }\n}\n",
            "resource \"a\" \"b\" {\n  dynamic \"rule\" {\n  }\n}\n",
            "resource \"a\" \"b\" {\n  dynamic \"other\" {\n  }\n  dynamic \"rule\" {\n  }\n}\n");
}

TEST_CASE("terraform merge: JSON overrides native files, its nested blocks replace theirs") {
  CHECK(merged_text({{"a.tf",
                      "resource \"a\" \"b\" {\n  rule {\n    x = 1\n  }\n  y = 1\n"
                      "  lifecycle {\n    prevent_destroy = true\n  }\n}\n"},
                     {"override.tf.json",
                      R"json({"resource": {"a": {"b": {"rule": [{"x": 2}], "y": "${c}",
                         "lifecycle": {"ignore_changes": ["z"]}}}}})json"}}) ==
        "resource \"a\" \"b\" {\n  y = (template c)\n  lifecycle {\n    prevent_destroy = true\n"
        "    ignore_changes = [z]\n  }\n  rule = [{(\"x\" 2)}]\n}\n");
}

TEST_CASE("terraform merge: a lifecycle is merged by argument, as far as it can be overridden") {
  overrides(R"hcl(
resource "a" "b" {
  lifecycle {
    prevent_destroy      = true
    ignore_changes       = [x]
    replace_triggered_by = [a.c]
    precondition {
      condition     = a.c.d
      error_message = "m"
    }
  }
}
)hcl",
            R"hcl(
resource "a" "b" {
  lifecycle {
    create_before_destroy = true
    prevent_destroy       = false
    ignore_changes        = []
    replace_triggered_by  = [a.d]
    enabled               = false
  }
}
)hcl",
            R"hcl(
resource "a" "b" {
  lifecycle {
    prevent_destroy      = false
    ignore_changes       = [x]
    replace_triggered_by = [a.c]
    precondition {
      condition     = a.c.d
      error_message = "m"
    }
    create_before_destroy = true
  }
}
)hcl");
  const std::string all =
      "resource \"a\" \"b\" {\n  lifecycle {\n    ignore_changes = all\n  }\n}\n";
  const std::string some =
      "resource \"a\" \"b\" {\n  lifecycle {\n    ignore_changes = [x]\n  }\n}\n";
  const std::string none = "resource \"a\" \"b\" {\n}\n";
  const std::string on = "resource \"a\" \"b\" {\n  lifecycle {\n    enabled = true\n  }\n}\n";
  overrides(all, some, all);
  overrides(some, all, all);
  overrides(none, some, some);
  overrides(none, on, none);
  overrides("data \"a\" \"b\" {\n}\n", "data \"a\" \"b\" {\n  lifecycle {\n  }\n}\n",
            "data \"a\" \"b\" {\n}\n");
}

TEST_CASE("terraform merge: provisioners and connections replace each other") {
  overrides(R"hcl(
resource "a" "b" {
  connection {
    host = 1
  }
  provisioner "x" {
  }
  provisioner "y" {
  }
  z = 1
}
)hcl",
            R"hcl(
resource "a" "b" {
  provisioner "w" {
  }
  connection {
    user = 1
  }
}
)hcl",
            R"hcl(
resource "a" "b" {
  z = 1
  provisioner "w" {
  }
  connection {
    user = 1
  }
}
)hcl");
}

TEST_CASE("terraform merge: arguments behind an underscore are merged with each other") {
  overrides("resource \"a\" \"b\" {\n  count = 1\n  _ {\n    count = 2\n    x = 1\n  }\n}\n",
            "resource \"a\" \"b\" {\n  _ {\n    count = 3\n  }\n}\n",
            "resource \"a\" \"b\" {\n  count = 1\n  _ {\n    count = 3\n    x = 1\n  }\n}\n");
}

TEST_CASE("terraform merge: variables, outputs and module calls by argument") {
  overrides(
      "variable \"v\" {\n  type = string\n  default = 1\n  validation {\n    condition = var.v\n"
      "  }\n}\n",
      "variable \"v\" {\n  default = 2\n  nullable = false\n}\n",
      "variable \"v\" {\n  type = string\n  default = 2\n  validation {\n    condition = var.v\n"
      "  }\n  nullable = false\n}\n");
  overrides("output \"o\" {\n  value = 1\n  description = \"d\"\n}\n",
            "output \"o\" {\n  value = 2\n  description = \"\"\n  depends_on = []\n}\n",
            "output \"o\" {\n  value = 2\n  description = \"d\"\n}\n");
  overrides(
      "module \"m\" {\n  source = \"./a\"\n  x = 1\n  providers = { a = a.b }\n}\n",
      "module \"m\" {\n  source = \"./b\"\n  count = 2\n  providers = {}\n  lifecycle {\n"
      "    enabled = false\n  }\n}\n",
      "module \"m\" {\n  source = \"./b\"\n  x = 1\n  providers = { a = a.b }\n  count = 2\n}\n");
  overrides("module \"m\" {\n  providers = { a = a.b }\n}\n",
            "module \"m\" {\n  providers = { c = c.d }\n}\n",
            "module \"m\" {\n  providers = { c = c.d }\n}\n");
}

TEST_CASE("terraform merge: locals by name, wherever they stand") {
  overrides("locals {\n  a = 1\n  b = 2\n}\nlocals {\n  c = 3\n}\n",
            "locals {\n  c = 4\n  a = 5\n}\n",
            "locals {\n  a = 5\n  b = 2\n}\nlocals {\n  c = 4\n}\n");
}

TEST_CASE("terraform merge: providers by alias; the default one need not be declared") {
  overrides("provider \"a\" {\n  x = 1\n}\nprovider \"a\" {\n  alias = \"b\"\n  x = 2\n}\n",
            "provider \"a\" {\n  alias = \"b\"\n  x = 3\n  for_each = {}\n}\n"
            "provider \"a\" {\n  y = 4\n}\nprovider \"c\" {\n  z = 1\n}\n"
            "provider \"c\" {\n  z = 2\n}\n",
            "provider \"a\" {\n  x = 1\n  y = 4\n}\nprovider \"a\" {\n  alias = \"b\"\n  x = 3\n}\n"
            "provider \"c\" {\n  z = 2\n}\n");
}

TEST_CASE("terraform merge: settings by argument and provider; one place of the state") {
  overrides(R"hcl(
terraform {
  required_version = ">= 1"
  required_providers {
    a = "1"
    b = "2"
  }
  backend "s3" {
    bucket = "x"
  }
}
locals {
}
terraform {
  provider_meta "a" {
  }
}
)hcl",
            R"hcl(
terraform {
  required_version = ">= 2"
  required_providers {
    b = { version = "3" }
    c = "4"
  }
  provider_meta "b" {
  }
  cloud {
  }
}
)hcl",
            R"hcl(
terraform {
  required_version = ">= 2"
  required_providers {
    a = "1"
    b = { version = "3" }
    c = "4"
  }
  provider_meta "a" {
  }
  cloud {
  }
}
locals {
}
)hcl");
  overrides("locals {\n}\n", "terraform {\n  backend \"local\" {\n  }\n}\n",
            "locals {\n}\nterraform {\n  backend \"local\" {\n  }\n}\n");
  overrides("terraform {\n  cloud {\n  }\n}\n", "terraform {\n  backend \"local\" {\n  }\n}\n",
            "terraform {\n  backend \"local\" {\n  }\n}\n");
  overrides("terraform {\n  backend \"s3\" {\n    bucket = 1\n    key = 1\n  }\n}\n",
            "terraform {\n  backend \"s3\" {\n    key = 2\n  }\n}\n",
            "terraform {\n  backend \"s3\" {\n    key = 2\n  }\n}\n");
}

TEST_CASE("terraform merge: encryption by the names in it") {
  overrides(R"hcl(
terraform {
  encryption {
    method "a" "b" {
      keys = 1
      more = 1
    }
    state {
      enforced = true
      method   = method.a.b
      fallback {
        method = method.c.d
      }
    }
    remote_state_data_sources {
      remote_state_data_source "x" {
        method = method.a.b
      }
    }
  }
}
)hcl",
            R"hcl(
terraform {
  encryption {
    method "a" "b" {
      keys = 2
    }
    method "e" "f" {
    }
    state {
      enforced = false
      fallback {
      }
    }
    remote_state_data_sources {
      remote_state_data_source "x" {
        method = method.e.f
      }
      remote_state_data_source "y" {
      }
    }
  }
}
)hcl",
            R"hcl(
terraform {
  encryption {
    method "a" "b" {
      keys = 2
      more = 1
    }
    state {
      enforced = true
      method   = method.a.b
      fallback {
      }
    }
    remote_state_data_sources {
      remote_state_data_source "x" {
        method = method.e.f
      }
      remote_state_data_source "y" {
      }
    }
    method "e" "f" {
    }
  }
}
)hcl");
}

TEST_CASE("terraform merge: override files are applied one after the other") {
  CHECK(merged_text({{"a.tf", "locals {\n  x = 1\n  y = 1\n}\n"},
                     {"a_override.tf", "locals {\n  x = 2\n  y = 2\n}\n"},
                     {"b_override.tf.json", R"json({"locals": {"x": 3}})json"},
                     {"c_override.tofu", "locals {\n  y = 4\n}\n"}}) ==
        "locals {\n  x = 3\n  y = 4\n}\n");
}

TEST_CASE("terraform merge: a data source in a check is overridden there") {
  overrides("check \"c\" {\n  data \"a\" \"b\" {\n    x = 1\n  }\n  assert {\n  }\n}\n",
            "data \"a\" \"b\" {\n  x = 2\n}\n",
            "check \"c\" {\n  data \"a\" \"b\" {\n    x = 2\n  }\n  assert {\n  }\n}\n");
}

TEST_CASE("terraform merge: what is declared twice is an error that shows the first one") {
  CHECK(merged_text({{"a.tf",
                      "resource \"a\" \"b\" {\n  x = 1\n}\nvariable \"v\" {\n}\n"
                      "provider \"p\" {\n  alias = \"q\"\n}\nprovider \"p\" {\n}\n"
                      "check \"c\" {\n  data \"d\" \"e\" {\n  }\n}\n"},
                     {"b.tf",
                      "resource \"a\" \"b\" {\n  x = 2\n}\nvariable \"v\" {\n}\n"
                      "provider \"p\" {\n  alias = \"q\"\n}\ndata \"d\" \"e\" {\n}\n"
                      "data \"a\" \"b\" {\n}\n"}}) ==
        "resource \"a\" \"b\" {\n  x = 1\n}\nvariable \"v\" {}\nprovider \"p\" {\n"
        "  alias = \"q\"\n}\nprovider \"p\" {}\ncheck \"c\" {\n  data \"d\" \"e\" {}\n}\n"
        "data \"a\" \"b\" {}\n"
        "b.tf:1:14: the resource `a.b` is declared twice in this module (declared here first at "
        "a.tf:1:14)\n"
        "b.tf:4:10: the variable `v` is declared twice in this module (declared here first at "
        "a.tf:4:10)\n"
        "b.tf:6:10: the provider `p.q` is declared twice in this module (declared here first at "
        "a.tf:6:10)\n"
        "b.tf:9:10: the data source `d.e` is declared twice in this module (declared here first at "
        "a.tf:12:12)\n");
  CHECK(merged_text({{"a.tf", "locals {\n  x = 1\n}\nlocals {\n  x = 2\n}\n"}}) ==
        "locals {\n  x = 1\n}\nlocals {\n  x = 2\n}\n"
        "a.tf:5:3: the local value `x` is declared twice in this module (declared here first at "
        "a.tf:2:3)\n");
  CHECK(merged_text({{"a.tf",
                      "terraform {\n  required_providers {\n  }\n  backend \"a\" {\n  }\n}\n"
                      "terraform {\n  required_providers {\n  }\n  cloud {\n  }\n}\n"}})
            .ends_with("a.tf:8:3: the block `required_providers` is declared twice in this module "
                       "(declared here first at a.tf:2:3)\n"
                       "a.tf:10:3: the place of the state, a `backend` or `cloud` block, is "
                       "declared twice in this module (declared here first at a.tf:4:3)\n"));
}

TEST_CASE("terraform merge: what overrides nothing, or must not be overridden, is an error") {
  CHECK(overridden("resource \"a\" \"b\" {\n}\nlocals {\n  x = 1\n}\nprovider \"p\" {\n}\n",
                   "resource \"a\" \"c\" {\n}\ndata \"a\" \"b\" {\n}\nlocals {\n  y = 1\n}\n"
                   "provider \"p\" {\n  alias = \"q\"\n}\n") ==
        "resource \"a\" \"b\" {}\nlocals {\n  x = 1\n}\nprovider \"p\" {}\n"
        "override.tf:1:14: the resource `a.c` overrides nothing; it is not declared in the other "
        "files of this module\n"
        "override.tf:3:10: the data source `a.b` overrides nothing; it is not declared in the "
        "other files "
        "of this module\n"
        "override.tf:6:3: the local value `y` overrides nothing; it is not declared in the other "
        "files of this module\n"
        "override.tf:8:10: the provider `p.q` overrides nothing; it is not declared in the other "
        "files of this module\n");
  CHECK(overridden(
            "resource \"a\" \"b\" {\n}\nvariable \"v\" {\n}\n",
            "moved {\n}\nimport {\n}\nremoved {\n}\ncheck \"c\" {\n}\nlanguage {\n}\n"
            "resource \"a\" \"b\" {\n  depends_on = [a.c]\n  lifecycle {\n"
            "    postcondition {\n    }\n  }\n}\nvariable \"v\" {\n  validation {\n  }\n}\n") ==
        "resource \"a\" \"b\" {}\nvariable \"v\" {}\n"
        "override.tf:1:1: `moved` cannot be overridden; write it in a file that is no override "
        "file\n"
        "override.tf:3:1: `import` cannot be overridden; write it in a file that is no override "
        "file\n"
        "override.tf:5:1: `removed` cannot be overridden; write it in a file that is no override "
        "file\n"
        "override.tf:7:1: `check` cannot be overridden; write it in a file that is no override "
        "file\n"
        "override.tf:9:1: `language` cannot be overridden; write it in a file that is no override "
        "file\n"
        "override.tf:12:3: `depends_on` cannot be overridden; write it in a file that is no "
        "override file\n"
        "override.tf:14:5: `postcondition` cannot be overridden; write it in a file that is no "
        "override file\n"
        "override.tf:19:3: `validation` cannot be overridden; write it in a file that is no "
        "override file\n");
  CHECK(overridden("", "terraform {\n  cloud {\n  }\n}\nterraform {\n  cloud {\n  }\n}\n") ==
        "terraform {}\n"
        "override.tf:6:3: an override file has only one `cloud` block (the first one stands here "
        "at override.tf:2:3)\n");
}

TEST_CASE("terraform merge: no more errors than are worth reading") {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "variable \"v\" {\n}\n";
  const source::File file(source::FileId{}, "a.tf", many);
  const parse::Parsed parsed = dialect::terraform::read_configuration(file);
  const syntax::Node* body = parsed.tree->documents.front();
  CHECK(dialect::terraform::merge({&body, 1}, {}).errors.size() == parse::most_errors);
}

TEST_CASE("terraform merge: very many overrides of one block are merged in linear time") {
  std::string declared = "resource \"a\" \"b\" {\n";
  for (int i = 0; i < 20'000; ++i) declared += base::format("  x{} = 1\n", i);
  std::string replaced;
  for (int i = 0; i < 20'000; ++i)
    replaced += base::format("resource \"a\" \"b\" {{\n  x{} = 2\n}}\n", i);
  const std::string merged = overridden(declared + "}\n", replaced);
  CHECK(merged.find(" = 1\n") == std::string::npos);
  CHECK(merged.ends_with("  x19999 = 2\n}\n"));
}

}  // namespace resilint::test
