// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace resilint::cli {

// The command line as data: shells complete words by it, and the manual prints it.

struct OptionDescription {
  std::vector<std::string> names;  // -q and --quiet; of an argument PATH
  std::string value;               // FORMAT[=FILE]; empty: it takes none
  std::string text;
  std::string group;                        // Output
  std::span<const std::string_view> words;  // all that it takes, when those are known
  bool takes_rules = false;
  bool is_repeated = false;  // of an argument: any number of them
};

struct CommandDescription {
  std::string name;
  std::string usage;  // resilint check [OPTIONS] [PATH...]
  std::string text;
  std::vector<OptionDescription> arguments;
  std::vector<OptionDescription> options;
  std::vector<CommandDescription> parts;  // the commands below it
};

// The whole program.
CommandDescription describe_command_line();

// What is to be said besides, in lines of 80 columns.
inline constexpr std::string_view examples =
    "  resilint check template.yaml --fail-on high\n"
    "  resilint check infra --output full --output sarif=resilint.sarif\n"
    "  resilint check app.yaml --parameters prod.json --var Size=small\n"
    "  resilint check --stdin-filename app.yaml - < app.yaml\n";
inline constexpr std::string_view ignoring =
    "A comment `# resilint: ignore RULE reason=\"…\" until=2027-03-31` on or before a\n"
    "line ignores a finding there; at the header of a block it holds for the block.\n";
inline constexpr std::string_view settings =
    ".resilint.yaml holds settings (`resilint config init` writes one); every option\n"
    "may stand in the environment, too, as RESILINT_FAIL_ON=high.\n";
inline constexpr std::string_view exit_codes =
    "0 nothing at or above --fail-on, 1 findings, 2 the job was not done\n";

}  // namespace resilint::cli
