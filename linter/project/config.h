// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "finding/finding.h"
#include "project/discover.h"
#include "project/ignore.h"
#include "rule/rule.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::project {

inline constexpr std::string_view config_name = ".resilint.yaml";

// A value of a configuration, and where it stands.
struct Said {
  std::string text;
  source::Span span;
};

// Some of the files below a folder, by patterns as in .gitignore.
class Paths {
 public:
  Paths() = default;  // all of them
  Paths(std::string_view folder, const std::vector<Said>& patterns);
  [[nodiscard]] bool hold(std::string_view path) const;  // relative to the root

 private:
  bool all_ = true;
  IgnoreRules patterns_;
};

// One of the places that the same templates are deployed to, with the values that are given there.
struct Environment {
  Said name;
  std::vector<Said> parameters;  // files, relative to the root; later ones win
  std::vector<Said> var_files;
  std::vector<std::pair<std::string, Said>> vars;  // names and values; win over the files
  std::optional<Said> region;
  std::optional<Said> account;
  std::optional<Said> workspace;
};

// What is to be judged otherwise, in all files or in some.
struct Changes {
  Paths paths;
  std::vector<Environment> environments;
  std::optional<Said> profile;
  std::optional<std::vector<Said>> select;
  std::vector<Said> ignore;
  struct OfRule {
    const rule::Rule* rule = nullptr;
    source::Span span;
    std::optional<finding::Severity> severity;
    struct Parameter {
      std::size_t index = 0;  // among the rule's
      rule::Parameter value;
      source::Span span;
    };
    std::vector<Parameter> parameters;
  };
  std::vector<OfRule> rules;
};

// Findings that are not to be reported.
struct Accepted {
  Said rule;  // as written: a name, an old name, the beginning of names, or a tag
  std::vector<const rule::Rule*> rules;  // that it means, by name
  std::string address;                   // "*" stands for any letters; empty: any
  Paths paths;
  std::string reason;
  std::string until;  // YYYY-MM-DD; empty: for ever
  source::Span span;
};

// One configuration file with what it extends.
struct Config {
  std::string path;              // as shown; empty for the built-in one
  std::vector<Changes> changes;  // later ones win
  std::vector<std::pair<Said, Paths>> exclude;
  std::vector<Accepted> accepted;
  std::optional<Said> fail_on;
  bool needs_reason = false;     // of everything that is ignored
  std::optional<int> most_days;  // until its last day
  source::Span terms;            // where that is said
};

// How one path is judged.
struct Settings {
  std::vector<const rule::Rule*> rules;  // sorted by name, with severities and parameters set
  const Config* config = nullptr;
  // By their first mention; of those of one name the last. Empty: it is judged once, with what
  // stands in the files.
  std::vector<const Environment*> environments;
};

// The configurations of a run: of several, the nearest to a file counts, up to the root.
class Configs {
 public:
  // `said` is what the command line says, which wins over every file. What is given must outlive
  // it.
  Configs(const rule::Library& library, const rule::Selection& said, std::string_view version,
          source::FileSet& files)
      : library_(library), said_(said), version_(version), files_(files) {}
  Configs(const Configs&) = delete;
  Configs& operator=(const Configs&) = delete;

  // Absolute; before anything is asked.
  void set_root(std::string root) { root_ = std::move(root); }
  // Of the folders that were walked; it must outlive this.
  void set_listings(const Listings& listings) { listings_ = &listings; }

  // `path` is relative to the root. Not for several threads.
  const Settings& settings(std::string_view path);
  const Config& config(std::string_view path);
  // The pattern that excludes it, or null.
  const Said* excluded(std::string_view path);
  // Whether one of the accepted findings of the path's configuration is this one.
  const Accepted* accepted(const finding::Finding& found, std::string_view path);

  // What is wrong with the files that were read, each at its place; then nothing is to be judged.
  [[nodiscard]] const std::vector<finding::Finding>& problems() const { return problems_; }

 private:
  const Config* nearest(const std::string& folder);
  void read(const std::string& path, Config& into, std::vector<std::string>& open);

  const rule::Library& library_;
  rule::Selection said_;
  std::string version_;
  source::FileSet& files_;
  std::string root_;
  const Listings* listings_ = nullptr;
  Config none_;
  std::map<std::string, const Config*> by_folder_;
  std::deque<Config> configs_;
  std::deque<std::unique_ptr<syntax::Tree>> trees_;
  std::map<std::pair<const Config*, std::vector<bool>>, Settings> settings_;  // by what fits
  std::deque<rule::Rule> changed_;
  std::deque<std::vector<rule::Parameter>> parameters_;
  base::Arena arena_;
  std::vector<finding::Finding> problems_;
};

// Where the findings of the run are more than a file says: "app.yaml:3:5: message", a line each.
std::string describe(const std::vector<finding::Finding>& problems, const source::FileSet& files);

// The text that `config init` writes.
std::string_view config_start();

}  // namespace resilint::project
