// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"

namespace resilint::cli {

// The words that an option takes.
inline constexpr std::array<std::string_view, 3> profile_words{"recommended", "strict", "all"};
inline constexpr std::array<std::string_view, 4> severity_words{"high", "medium", "low", "note"};
inline constexpr std::array<std::string_view, 3> colour_words{"auto", "always", "never"};
inline constexpr std::array<std::string_view, 3> type_words{"cloudformation", "terraform",
                                                            "tfvars"};
inline constexpr std::array<std::string_view, 3> documentation_words{"text", "json", "markdown"};
inline constexpr std::array<std::string_view, 2> explanation_words{"full", "json"};
inline constexpr std::array<std::string_view, 3> shell_words{"bash", "zsh", "fish"};

// A command line taken apart: every text is where it belongs, and none is understood yet.
struct CommandLine {
  Options options;  // what needs no understanding
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  std::vector<std::string> environments;
  std::vector<std::string> outputs;
  std::string type;
  std::string profile;
  std::string fail_on;
  std::string colour = "auto";
  std::string shell;
  std::optional<Parsed> ended;  // what is to be printed instead: help, or what is wrong
};

// `check` is put where no command is, and options that stand in the environment are added.
CommandLine read_command_line(int argc, const char* const* argv, std::string_view version);

}  // namespace resilint::cli
