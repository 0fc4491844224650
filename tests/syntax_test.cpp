// SPDX-License-Identifier: Apache-2.0
// The cases of fixtures/syntax/hcl: each construct of the language, legal and illegal. What the
// reference parser makes of them stands in the .cases files (tests/tools/hcl_reference writes it);
// what resilint says of the illegal ones stands in messages.txt, and RESILINT_BLESS=1 rewrites it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "base/text.h"
#include "parse/parse.h"
#include "source/disk.h"
#include "source/line_index.h"
#include "support/hcl_text.h"
#include "support/repository.h"

namespace resilint::test {
namespace {

namespace filesystem = std::filesystem;

struct Case {
  std::string name;     // "numbers: a point needs digits"
  std::string text;     // the input
  std::string verdict;  // "ok" or "error 3"
  std::string tree;
};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::vector<Case> read_cases(const filesystem::path& path) {
  const auto bytes = source::read(path.string(), parse::yaml_limit);
  REQUIRE(bytes);
  std::vector<Case> cases;
  for (const std::string_view line : base::split(*bytes, '\n')) {
    if (line.starts_with("--- ")) {
      cases.push_back({path.stem().string() + ": " + std::string(line.substr(4)), {}, {}, {}});
    } else if (!cases.empty() && cases.back().verdict.empty() && line.starts_with("=== ")) {
      cases.back().verdict = line.substr(4);
    } else if (!cases.empty() && !line.empty() && !cases.back().verdict.empty()) {
      cases.back().tree += std::string(line) + "\n";
    } else if (!cases.empty() && cases.back().verdict.empty()) {
      cases.back().text += std::string(line) + "\n";
    }
  }
  for (Case& one : cases) {
    replace_all(one.text, "¬\n", "");
    replace_all(one.text, "⟨CR⟩", "\r");
    replace_all(one.text, "⟨TAB⟩", "\t");
    replace_all(one.text, "⟨BOM⟩", "\uFEFF");
  }
  return cases;
}

// Cases that are decided otherwise here: in exceptions.txt, below the reason for it.
std::set<std::string> read_exceptions(const filesystem::path& path) {
  const auto bytes = source::read(path.string(), parse::yaml_limit);
  REQUIRE(bytes);
  std::set<std::string> names;
  for (const std::string_view line : base::split(*bytes, '\n')) {
    if (!line.empty() && !line.starts_with('#')) names.insert(std::string(line));
  }
  return names;
}

}  // namespace

TEST_CASE("syntax: every case of HCL is read as the reference reads it") {
  const filesystem::path folder = repository() / "fixtures/syntax/hcl";
  std::set<filesystem::path> paths;
  for (const auto& entry : filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".cases") paths.insert(entry.path());
  }
  std::size_t legal = 0;
  std::size_t illegal = 0;
  std::string messages;
  const std::set<std::string> exceptions = read_exceptions(folder / "exceptions.txt");
  std::set<std::string> used;
  for (const filesystem::path& path : paths) {
    for (const Case& one : read_cases(path)) {
      INFO(one.name << "\n" << one.text);
      const source::File file(source::FileId{}, "t.tf", one.text);
      const parse::Parsed parsed = parse::parse_hcl(file);
      const source::LineIndex lines(file.bytes());
      if (!parsed.whole()) {
        messages += base::format("{}\n", one.name);
        for (const finding::Finding& error : parsed.errors) {
          const source::Position place = lines.position(error.span.begin);
          messages += base::format("  {}:{}: {}\n", place.line, place.column, error.message);
        }
      }
      const std::string verdict =
          parsed.whole()
              ? "ok"
              : base::format("error {}", lines.line_of(parsed.errors.front().span.begin));
      ++(parsed.whole() ? legal : illegal);
      const bool same = verdict == one.verdict &&
                        (!parsed.whole() || hcl_text(*parsed.tree->documents.front()) == one.tree);
      if (exceptions.contains(one.name)) {
        used.insert(one.name);
        CHECK(!same);  // else it is no exception any more
        continue;
      }
      CHECK(verdict == one.verdict);
      if (parsed.whole() && one.verdict == "ok")
        CHECK(hcl_text(*parsed.tree->documents.front()) == one.tree);
    }
  }
  WARN("syntax: " << legal << " legal cases of HCL, " << illegal << " illegal ones");
  CHECK(used == exceptions);
  const filesystem::path golden = folder / "messages.txt";
  if (std::getenv("RESILINT_BLESS") != nullptr) std::ofstream(golden) << messages;
  const auto before = source::read(golden.string(), parse::yaml_limit);
  CHECK(before.value_or("") == messages);
}

}  // namespace resilint::test
