// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "finding/finding.h"
#include "project/check.h"
#include "report/report.h"
#include "rule/rule.h"

namespace resilint::cli {

struct Output {
  report::Format format = report::Format::full;
  std::string file;  // empty: standard output
};

enum class Command : std::uint8_t {
  check,
  explain,
  rule,
  config_init,
  config_show,
  baseline_create,
  baseline_update,
  baseline_prune,
  completions,
  man,
  version
};
enum class Colour : std::uint8_t { automatic, always, never };
enum class Documentation : std::uint8_t { text, json, markdown };  // of rules
enum class Shell : std::uint8_t { bash, zsh, fish };

// The command line, understood and checked.
struct Options {
  Command command = Command::check;
  project::Options project;
  std::string stdin_filename;
  bool exit_zero = false;
  bool show_unknown = false;
  bool show_conditional = false;
  bool show_files = false;
  bool show_suppressed = false;
  bool statistics = false;
  bool ignore_suppressions = false;
  bool add_ignore = false;
  std::string ignore_reason;
  std::string ignore_until;
  std::string baseline;       // a file; empty: none
  std::string baseline_from;  // a revision of git; empty: from disk
  std::string diff_base;      // a revision of git; empty: all findings count
  bool quiet = false;
  std::vector<Output> outputs;
  Colour colour = Colour::automatic;
  std::vector<std::string> rule_folders;
  std::string rule_name;  // of `rule` and `explain`; empty: the list
  bool all_rules = false;
  Documentation documentation = Documentation::text;
  std::string explain_address;
  Shell shell = Shell::bash;
  std::vector<std::string> completed_words;  // empty: the shell's script
  std::string config_file;                   // of `config show`
  // NAME=VALUE of --var, and files of --var-file, in the order given.
  struct Variable {
    bool is_file = false;
    std::string text;
  };
  std::vector<Variable> variables;
};

// Either the options, or what to print and the exit code to end with: help, or what is wrong.
struct Parsed {
  std::optional<Options> options;
  std::string text;
  int exit_code = 0;
};
Parsed parse_options(int argc, const char* const* argv, std::string_view version);

}  // namespace resilint::cli
