// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "base/date.h"
#include "base/format.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/description.h"
#include "cli/manual.h"
#include "cli/progress_line.h"
#include "cli/version.h"
#include "parse/parse.h"
#include "rule/builtin.h"
#include "source/disk.h"
#include "source/line_index.h"

namespace resilint::cli {
namespace {

namespace filesystem = std::filesystem;
constexpr std::uint64_t rule_file_limit = std::uint64_t{1} << 20U;

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

// What Terraform takes from the environment.
void add_environment(dialect::Inputs& inputs) {
  constexpr std::string_view prefix = "TF_VAR_";
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const std::size_t equals = entry.find('=');
    if (entry.starts_with(prefix) && equals != std::string_view::npos)
      inputs.environment.emplace(entry.substr(prefix.size(), equals - prefix.size()),
                                 entry.substr(equals + 1));
  }
  const char* workspace = std::getenv("TF_WORKSPACE");
  if (inputs.workspace.empty() && workspace != nullptr) inputs.workspace = workspace;
}

bool colours(Colour wanted) {
  if (wanted != Colour::automatic) return wanted == Colour::always;
  if (is_set("NO_COLOR")) return false;
  return is_set("FORCE_COLOR") || ::isatty(STDOUT_FILENO) == 1;
}

std::optional<project::Options> with_inputs(const Options& options) {
  project::Options project = options.project;
  project.today = base::today();
  project.version = version;
  project.heeds_ignores = !options.ignore_suppressions;
  for (const Options::Variable& variable : options.variables) {
    const std::string& text = variable.text;
    if (variable.is_file) {
      project.inputs.variables.push_back({text, {}, {}, nullptr});
      continue;
    }
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      complain(base::format("--var {}: expected NAME=VALUE", text));
      return std::nullopt;
    }
    const std::string name = text.substr(0, equals);
    project.inputs.parameters[name] = text.substr(equals + 1);
    project.inputs.variables.push_back({"--var", name, text.substr(equals + 1), nullptr});
  }
  add_environment(project.inputs);
  if (options.stdin_filename.empty()) return project;
  auto text = source::read_standard_input(parse::json_limit);
  if (!text) {
    complain(base::format("cannot read standard input: {}", text.error()));
    return std::nullopt;
  }
  project.buffer = project::Buffer{options.stdin_filename, std::move(*text)};
  return project;
}

std::unique_ptr<Run> run_check(const Options& options) {
  auto run = std::make_unique<Run>();
  run->rules = load_rules(options.rule_folders, run->files);
  if (!run->rules->sound) return nullptr;
  const rule::Library& library = *run->rules->library;
  const std::vector<std::string> unknown =
      rule::select(library, options.project.selection).problems;
  for (const std::string& problem : unknown) complain(problem);
  if (!unknown.empty()) return nullptr;
  std::optional<project::Options> given = with_inputs(options);
  if (!given) return nullptr;
  run->options = std::move(*given);
  project::Progress progress;
  run->options.progress = &progress;
  auto checked = [&] {
    const ProgressLine line(progress, options.quiet);
    return project::check(run->options, library, run->files);
  }();
  run->options.progress = nullptr;
  if (!checked) {
    std::string message = checked.error();
    // A command with a typo is taken for a path.
    const std::string& first = options.project.paths.front();
    const CommandDescription program = describe_command_line();
    std::vector<std::string_view> commands;
    commands.reserve(program.parts.size());
    for (const CommandDescription& part : program.parts) commands.push_back(part.name);
    std::error_code error;
    if (message.starts_with(first + ":") && !filesystem::exists(first, error)) {
      const std::string meant = did_you_mean(first, commands);
      message += meant.empty() ? "; expected a file or a directory" : meant;
    }
    complain(message);
    return nullptr;
  }
  run->checked = std::move(*checked);
  return run;
}

bool print(std::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) complain("cannot write to standard output");
  return written;
}

void complain(std::string_view text) {
  std::fprintf(stderr, "resilint: %.*s\n", static_cast<int>(text.size()), text.data());
}

void say(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view near = base::nearest(word, known);
  // A part of a name is meant for the whole.
  for (const std::string_view name : known) {
    if (near.empty() && word.size() > 2 && name.find(word) != std::string_view::npos) near = name;
  }
  return near.empty() ? std::string{} : base::format("; did you mean `{}`?", near);
}

std::unique_ptr<Rules> load_rules(const std::vector<std::string>& folders, source::FileSet& files) {
  auto rules = std::make_unique<Rules>();
  rules->library = &rule::builtin();
  for (const std::string& folder : folders) {
    std::error_code error;
    std::vector<std::string> paths;
    for (filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
      const std::string extension = at->path().extension().string();
      if (at->is_regular_file(error) && (extension == ".yaml" || extension == ".yml"))
        paths.push_back(at->path().generic_string());
    }
    if (error) {
      complain(base::format("--rules {}: {}", folder, error.message()));
      rules->sound = false;
      continue;
    }
    std::ranges::sort(paths);
    std::vector<const source::File*> rule_files;
    for (const std::string& path : paths) {
      auto bytes = source::read(path, rule_file_limit);
      if (bytes) {
        rule_files.push_back(&files.add(path, std::move(*bytes)));
      } else {
        complain(base::format("{}: {}", path, bytes.error()));
        rules->sound = false;
      }
    }
    if (paths.empty()) {
      complain(base::format("--rules {}: there is no .yaml file in it", folder));
      rules->sound = false;
    }
    rules->loaded.push_back(rule::load(rule_files, *rules->library));
    const rule::Loaded& loaded = *rules->loaded.back();
    for (const finding::Finding& problem : loaded.problems) {
      const source::File& file = files.get(problem.span.file);
      say(base::format("{}: {}\n", source::place(file, problem.span.begin), problem.message));
    }
    rules->sound = rules->sound && loaded.problems.empty();
    if (rules->sound)
      rules->library = &rules->joined.emplace_back(rule::joined(*rules->library, loaded));
  }
  return rules;
}

int run(int argc, char** argv) {
  const Parsed parsed = parse_options(argc, argv, version);
  if (!parsed.options) {
    if (parsed.exit_code == 0) return print(parsed.text) ? 0 : 2;
    std::fputs(parsed.text.c_str(), stderr);
    return parsed.exit_code;
  }
  switch (parsed.options->command) {
    case Command::check:
      return check(*parsed.options);
    case Command::explain:
      return explain(*parsed.options);
    case Command::rule:
      return rule(*parsed.options);
    case Command::config_init:
    case Command::config_show:
      return config(*parsed.options);
    case Command::baseline_create:
    case Command::baseline_update:
    case Command::baseline_prune:
      return baseline(*parsed.options);
    case Command::completions:
      return completions(*parsed.options);
    case Command::man:
      return print(manual(describe_command_line(), version)) ? 0 : 2;
    case Command::version:
      return print(base::format("resilint {}\n", version)) ? 0 : 2;
  }
  return 2;
}

}  // namespace resilint::cli
