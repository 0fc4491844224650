// SPDX-License-Identifier: Apache-2.0
// What .gitignore files pass over is what git itself says.
#include "project/ignore.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "project/discover.h"

namespace resilint::test {
namespace {

namespace filesystem = std::filesystem;

// A directory that is gone when the test is.
class Scratch {
 public:
  Scratch() {
    std::string name = (filesystem::temp_directory_path() / "resilint-XXXXXX").string();
    root = ::mkdtemp(name.data());
  }
  ~Scratch() { filesystem::remove_all(root); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  void write(const std::string& path, std::string_view text = "x: 1\n") const {
    filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }

  filesystem::path root;
};

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe))
    text.append(part.data(), size);
  ::pclose(pipe);
  return text;
}

// Every file below the root that git does not ignore, a line each, sorted.
std::set<std::string> by_git(const filesystem::path& root) {
  const std::string listed =
      output_of("cd '" + root.string() +
                "' && git init -q . 2>/dev/null && git -c "
                "core.excludesFile= ls-files -z --others --exclude-standard");
  std::set<std::string> found;
  for (std::size_t at = 0; at < listed.size();) {
    const std::size_t end = listed.find('\0', at);
    found.insert(listed.substr(at, end - at));
    at = end + 1;
  }
  return found;
}

std::set<std::string> by_us(const filesystem::path& root) {
  const auto discovered = project::discover({root.string()});
  REQUIRE(discovered.has_value());
  std::set<std::string> found;
  for (const project::Candidate& candidate : discovered->files) found.insert(candidate.shown);
  return found;
}

}  // namespace

TEST_CASE("ignore: the same files as git, for every kind of pattern") {
  constexpr const char* names[] = {"a.yaml",
                                   "b.yaml",
                                   "build/a.yaml",
                                   "build/deep/a.yaml",
                                   "src/build/a.yaml",
                                   "src/a.yaml",
                                   "src/b.json",
                                   "src/deep/er/c.yaml",
                                   "src/deep/d.yaml",
                                   "keep/build",
                                   "with space/a b.yaml",
                                   "logs/x.log.yaml",
                                   "x[1].yaml",
                                   "#hash.yaml",
                                   "!bang.yaml",
                                   "foo/bar/baz.yaml",
                                   "foo/baz.yaml",
                                   "q1.yaml",
                                   "q2.yaml",
                                   "qa.yaml",
                                   "tail .yaml",
                                   "\u00e9t\u00e9.yaml"};
  constexpr const char* patterns[] = {"*.yaml",
                                      "build",
                                      "build/",
                                      "/build",
                                      "build/*\n!build/a.yaml",
                                      "src/*.yaml",
                                      "src/**",
                                      "**/deep",
                                      "src/**/c.yaml",
                                      "**",
                                      "a.yaml\n!a.yaml",
                                      "!a.yaml",
                                      "\\#hash.yaml",
                                      "\\!bang.yaml",
                                      "# comment\n\n  \n",
                                      "q[0-9].yaml",
                                      "q[!0-9].yaml",
                                      "q?.yaml",
                                      "x\\[1\\].yaml",
                                      "foo/**/baz.yaml",
                                      "/*\n!/src",
                                      "with space/",
                                      "*.log.*",
                                      "tail\\ .yaml",
                                      "a.yaml   ",
                                      "src/deep\n!src/deep/d.yaml",
                                      "keep/build/",
                                      "foo/*/baz.yaml",
                                      "b*d",
                                      "q[a-z].yaml\n/q1.yaml",
                                      "*\n!*/\n!*.json",
                                      "\u00e9*",
                                      "[^a-p]*.yaml",
                                      "deep/d.yaml",
                                      "/deep/d.yaml"};
  for (const char* pattern : patterns) {
    const Scratch scratch;
    for (const char* name : names) scratch.write(name);
    scratch.write(".gitignore", pattern);
    INFO(pattern);
    const std::set<std::string> git = by_git(scratch.root);
    CHECK(by_us(scratch.root) == git);
  }
}

TEST_CASE("ignore: files of inner directories win over outer ones") {
  const Scratch scratch;
  scratch.write("a/x.yaml");
  scratch.write("a/b/x.yaml");
  scratch.write("a/b/y.yaml");
  scratch.write(".gitignore", "x.yaml\n/a/b/y.yaml\n");
  scratch.write("a/.gitignore", "!x.yaml\n");
  scratch.write("a/b/.gitignore", "/x.yaml\n!y.yaml\n");
  const std::set<std::string> git = by_git(scratch.root);
  CHECK(by_us(scratch.root) == git);
  CHECK(git.contains("a/x.yaml"));
}

TEST_CASE("discover: files of a directory once, links not followed, junk passed over") {
  const Scratch scratch;
  scratch.write("a.yaml");
  scratch.write("deep/b.yaml");
  filesystem::create_directory_symlink(scratch.root, scratch.root / "deep/loop");
  filesystem::create_symlink("/etc/passwd", scratch.root / "outside.yaml");
  REQUIRE(::system(("mkfifo '" + (scratch.root / "pipe.yaml").string() + "'").c_str()) == 0);
  const auto found = project::discover(
      {scratch.root.string(), (scratch.root / "deep/../a.yaml").string(), scratch.root.string()});
  REQUIRE(found.has_value());
  std::vector<std::string> shown;
  for (const project::Candidate& candidate : found->files) shown.push_back(candidate.shown);
  CHECK(shown == std::vector<std::string>{"a.yaml", "deep/b.yaml"});
  CHECK(project::discover({(scratch.root / "b.yaml").string()})
            .error()
            .ends_with("b.yaml: No such file or directory"));
}

}  // namespace resilint::test
