// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include "base/format.h"
#include "cli/commands.h"
#include "cli/version.h"
#include "project/config.h"
#include "project/discover.h"
#include "source/disk.h"
#include "source/line_index.h"

namespace resilint::cli {
namespace {

// What holds for one file, a line each, with the place that says so.
class Shown {
 public:
  Shown(const project::Settings& settings, std::string_view path, const source::FileSet& files)
      : settings_(settings), config_(*settings.config), path_(path), files_(files) {}

  std::string text() {
    const project::Said* profile = nullptr;
    const std::vector<project::Said>* select = nullptr;
    for (const project::Changes* changes : fitting()) {
      if (changes->profile) profile = &*changes->profile;
      if (changes->select) select = &*changes->select;
    }
    if (select != nullptr) {
      for (const project::Said& one : *select) add("select", one.text, one.span);
    } else if (profile != nullptr) {
      add("profile", profile->text, profile->span);
    } else {
      add("profile", "recommended");
    }
    for (const project::Changes* changes : fitting()) {
      for (const project::Said& one : changes->ignore) add("ignore", one.text, one.span);
    }
    for (const project::Changes* changes : fitting()) {
      for (const project::Changes::OfRule& one : changes->rules) add(one);
    }
    if (config_.fail_on)
      add("fail_on", config_.fail_on->text, config_.fail_on->span);
    else
      add("fail_on", "medium");
    if (config_.needs_reason) add("suppressions", "require_reason", config_.terms);
    if (config_.most_days)
      add("suppressions", base::format("max_days = {}", *config_.most_days), config_.terms);
    for (const project::Environment* one : settings_.environments) add(*one);
    for (const auto& [pattern, paths] : config_.exclude) {
      if (paths.hold(path_)) add("exclude", pattern.text, pattern.span);
    }
    for (const project::Accepted& one : config_.accepted) {
      if (one.paths.hold(path_)) add("accepted", one.rule.text, one.span);
    }
    return std::move(text_);
  }

 private:
  std::vector<const project::Changes*> fitting() const {
    std::vector<const project::Changes*> found;
    for (const project::Changes& changes : config_.changes) {
      if (changes.paths.hold(path_)) found.push_back(&changes);
    }
    return found;
  }

  void add(const project::Changes::OfRule& one) {
    if (one.severity)
      add("severity", base::format("{}: {}", one.rule->name, finding::name(*one.severity)),
          one.span);
    for (const auto& parameter : one.parameters) {
      add("parameter",
          base::format("{}: {} = {}", one.rule->name, parameter.value.name,
                       files_.text(parameter.span)),
          parameter.span);
    }
  }

  void add(const project::Environment& one) {
    const auto add_value = [&](std::string_view what, std::string_view value, source::Span span) {
      add("environment", base::format("{}: {} = {}", one.name.text, what, value), span);
    };
    add("environment", one.name.text, one.name.span);
    for (const project::Said& file : one.parameters) add_value("parameters", file.text, file.span);
    for (const project::Said& file : one.var_files) add_value("var_files", file.text, file.span);
    for (const auto& [name, value] : one.vars) add_value(name, value.text, value.span);
    for (const auto& [what, said] :
         {std::pair("region", &one.region), std::pair("account", &one.account),
          std::pair("workspace", &one.workspace)}) {
      if (*said) add_value(what, (*said)->text, (*said)->span);
    }
  }

  void add(std::string_view key, std::string_view value, source::Span span) {
    const source::File& file = files_.get(span.file);
    line(key, value, source::place(file, span.begin));
  }
  void add(std::string_view key, std::string_view value) { line(key, value, "default"); }

  void line(std::string_view key, std::string_view value, std::string_view place) {
    text_ += base::format("{:<12} {:<50} {}\n", key, value, place);
  }

  const project::Settings& settings_;
  const project::Config& config_;
  std::string_view path_;
  const source::FileSet& files_;
  std::string text_;
};

int show(const Options& options) {
  source::FileSet files;
  const std::unique_ptr<Rules> rules = load_rules(options.rule_folders, files);
  if (!rules->sound) return 2;
  // As `check` sees it: from the root of the repository, else from this directory.
  std::error_code error;
  namespace filesystem = std::filesystem;
  const filesystem::path file = project::canonical_path(options.config_file);
  filesystem::path root = project::root_folder(options.config_file);
  const filesystem::path here = filesystem::current_path(error);
  const bool within = std::ranges::mismatch(here, file).in1 == here.end();
  if (!filesystem::exists(root / ".git", error) && within) root = here;
  const std::string path = file.lexically_relative(root).generic_string();
  project::Configs configs(*rules->library, {}, version, files);
  configs.set_root(root.string());
  const project::Settings& settings = configs.settings(path);
  if (!configs.problems().empty()) {
    complain(project::describe(configs.problems(), files));
    return 2;
  }
  return print(Shown(settings, path, files).text()) ? 0 : 2;
}

int init() {
  const std::string path(project::config_name);
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    complain(base::format("{} is there already; it stays as it is", path));
    return 2;
  }
  const std::string problem = source::write(path, std::string(project::config_start()));
  if (!problem.empty()) {
    complain(base::format("{}: {}", path, problem));
    return 2;
  }
  return print(base::format("wrote {}\n", path)) ? 0 : 2;
}

}  // namespace

int config(const Options& options) {
  return options.command == Command::config_init ? init() : show(options);
}

}  // namespace resilint::cli
