// SPDX-License-Identifier: Apache-2.0
// rulec RULES OUTPUT: checks every kind and rule below RULES/<cloud>/<service>/ and writes
// OUTPUT/<service>.cpp and OUTPUT/library.cpp. Any mistake: its place on stderr, exit 1, no files.
// Unlike a user's rule, each of these needs an example in every language that can express it.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/format.h"
#include "rule/load.h"
#include "rulec/generate.h"
#include "source/disk.h"
#include "source/file.h"
#include "source/line_index.h"

namespace {

using namespace resilint;
namespace filesystem = std::filesystem;

constexpr std::uint64_t file_limit = 1U << 20U;

// "rules/aws/sqs/model.yaml" → "sqs"; hyphens are no part of C++ names.
std::string service_of(std::string_view path) {
  std::string service = filesystem::path(path).parent_path().filename().string();
  std::ranges::replace(service, '-', '_');
  return service;
}

bool write_when_changed(const filesystem::path& path, const std::string& text) {
  const auto old = source::read(path.string(), 64U << 20U);
  if (old && *old == text) return true;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

bool has_all_examples(std::span<const rule::Rule> rules) {
  bool all = true;
  for (const rule::Rule& rule : rules) {
    for (const graph::Dialect dialect :
         {graph::Dialect::cloudformation, graph::Dialect::terraform}) {
      const bool applies = std::ranges::find(rule.not_in, dialect) == rule.not_in.end();
      const bool there =
          std::ranges::find(rule.examples, dialect, &rule::Example::dialect) != rule.examples.end();
      if (!applies || there) continue;
      std::fprintf(stderr, "%s: an example in %s is missing\n", std::string(rule.file).c_str(),
                   std::string(graph::name(dialect)).c_str());
      all = false;
    }
  }
  return all;
}

int fail(const std::string& message) {
  std::fprintf(stderr, "rulec: %s\n", message.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fail("usage: rulec RULES OUTPUT");
  std::error_code error;
  std::vector<std::string> paths;
  for (filesystem::recursive_directory_iterator at(argv[1], error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".yaml") paths.push_back(at->path().generic_string());
  }
  if (error) return fail(base::format("cannot read {}: {}", argv[1], error.message()));
  std::ranges::sort(paths);

  source::FileSet files;
  std::vector<const source::File*> rule_files;
  for (const std::string& path : paths) {
    auto bytes = source::read(path, file_limit);
    if (!bytes) return fail(base::format("cannot read {}: {}", path, bytes.error()));
    rule_files.push_back(&files.add(path, std::move(*bytes)));
  }
  const std::unique_ptr<rule::Loaded> loaded = rule::load(rule_files, rule::Library{});
  for (const finding::Finding& problem : loaded->problems) {
    const source::File& file = files.get(problem.span.file);
    std::fprintf(stderr, "%s: %s\n", source::place(file, problem.span.begin).c_str(),
                 problem.message.c_str());
  }
  if (!loaded->problems.empty() || !has_all_examples(loaded->rules)) return 1;

  std::map<std::string, std::vector<catalog::Kind>> kinds;
  std::map<std::string, std::vector<rule::Rule>> rules;
  std::vector<std::string> services;
  for (const std::string& path : paths) {
    const std::string service = service_of(path);
    if (std::ranges::find(services, service) == services.end()) services.push_back(service);
  }
  for (const rule::Rule& rule : loaded->rules) rules[service_of(rule.file)].push_back(rule);
  for (const catalog::Kind& kind : loaded->kinds) kinds[service_of(kind.file)].push_back(kind);
  const filesystem::path output = argv[2];
  filesystem::create_directories(output, error);
  for (const std::string& service : services) {
    if (!write_when_changed(output / (service + ".cpp"),
                            rulec::table(service, kinds[service], rules[service]))) {
      return fail(base::format("cannot write into {}", output.string()));
    }
  }
  if (!write_when_changed(output / "library.cpp", rulec::library(services))) {
    return fail(base::format("cannot write into {}", output.string()));
  }
  return 0;
}
