// SPDX-License-Identifier: Apache-2.0
// Every folder of the corpus that holds files of Terraform is a module; all of them become one.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/terraform/merge.h"
#include "dialect/terraform/module_files.h"
#include "dialect/terraform/read.h"
#include "source/disk.h"
#include "source/line_index.h"
#include "support/shared.h"

namespace resilint::test {
namespace {

namespace filesystem = std::filesystem;

// Each file in the folders below it is a module of its own.
constexpr std::string_view single_files = "fugue__regula/rego/tests/";

}  // namespace

TEST_CASE("terraform modules: those of the corpus become one without errors") {
  const auto corpus = shared("corpus");
  if (!corpus) return;
  std::map<filesystem::path, std::vector<std::string>> folders;
  for (const auto& entry : filesystem::recursive_directory_iterator(*corpus)) {
    if (entry.is_regular_file())
      folders[entry.path().parent_path()].push_back(entry.path().filename().string());
  }
  std::size_t modules = 0;
  std::size_t overridden = 0;
  for (const auto& [folder, names] : folders) {
    const dialect::terraform::ModuleFiles files = dialect::terraform::module_files(names);
    if (files.primary.empty()) continue;
    const std::string shown = folder.lexically_relative(*corpus).generic_string();
    source::FileSet texts;
    std::vector<parse::Parsed> parsed;
    bool whole = true;
    const auto bodies = [&](const std::vector<std::string>& wanted) {
      std::vector<const syntax::Node*> made;
      for (const std::string& name : wanted) {
        auto bytes = source::read((folder / name).string(), parse::hcl_limit);
        REQUIRE(bytes);
        parsed.push_back(dialect::terraform::read_configuration(texts.add(name, *bytes)));
        whole = whole && parsed.back().whole();
        if (parsed.back().tree != nullptr) made.push_back(parsed.back().tree->documents.front());
      }
      return made;
    };
    const auto primary = bodies(files.primary);
    const auto overrides = bodies(files.overrides);
    const dialect::terraform::Module module = dialect::terraform::merge(primary, overrides);
    if (!whole || shown.starts_with(single_files)) continue;
    ++modules;
    overridden += files.overrides.size();
    for (const finding::Finding& error : module.errors) {
      const source::File& file = texts.get(error.span.file);
      FAIL_CHECK(base::format("{}/{}:{}: {}", shown, file.path(),
                              source::LineIndex(file.bytes()).line_of(error.span.begin),
                              error.message));
    }
  }
  CHECK(modules > 70);
  WARN("terraform modules: " << modules << " modules, " << overridden << " override files");
}

}  // namespace resilint::test
