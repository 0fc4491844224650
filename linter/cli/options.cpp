// SPDX-License-Identifier: Apache-2.0
#include "cli/options.h"

#include <algorithm>

#include "base/date.h"
#include "base/format.h"
#include "base/text.h"
#include "cli/command_line.h"

namespace resilint::cli {
namespace {

std::string one_of(std::string_view what, std::string_view word,
                   std::span<const std::string_view> words) {
  std::string message =
      base::format("{} `{}` is not known; expected one of {}", what, word, base::join(words, ", "));
  if (const std::string_view near = base::nearest(word, words); !near.empty())
    message += base::format("; did you mean `{}`?", near);
  return message;
}

std::vector<std::string> separated(const std::vector<std::string>& lists) {
  std::vector<std::string> words;
  for (const std::string& list : lists) {
    for (const std::string_view word : base::split(list, ',')) {
      if (!base::trim(word).empty()) words.emplace_back(base::trim(word));
    }
  }
  return words;
}

// Fills the options from the texts; what is wrong, or nothing.
std::string understand(CommandLine& line) {
  Options& options = line.options;
  options.project.selection.select = separated(line.select);
  options.project.selection.ignore = separated(line.ignore);
  options.project.environments = separated(line.environments);
  if (!line.profile.empty() &&
      std::ranges::find(profile_words, line.profile) == profile_words.end())
    return one_of("profile", line.profile, profile_words);
  options.project.selection.profile = line.profile;
  if (!line.fail_on.empty()) {
    options.project.fail_on = finding::severity_named(line.fail_on);
    if (!options.project.fail_on) return one_of("severity", line.fail_on, severity_words);
  }
  const auto* colour = std::ranges::find(colour_words, line.colour);
  if (colour == colour_words.end()) return one_of("colour", line.colour, colour_words);
  options.colour = static_cast<Colour>(colour - colour_words.begin());
  if (!line.type.empty()) {
    options.project.type = dialect::type_named(line.type);
    if (!options.project.type) return one_of("type", line.type, type_words);
    if (options.project.type == dialect::Type::plan)
      return "type `plan` is not read yet; this version reads cloudformation, terraform and tfvars";
  }
  std::size_t to_standard_output = 0;
  for (const std::string& word : line.outputs) {
    const std::size_t equals = word.find('=');
    const auto format = report::format_named(std::string_view(word).substr(0, equals));
    if (!format) return one_of("format", word.substr(0, equals), report::format_names());
    Output output{*format, equals == std::string::npos ? std::string{} : word.substr(equals + 1)};
    if (equals != std::string::npos && output.file.empty())
      return base::format("`{}` names no file after the `=`", word);
    if (output.file.empty() && ++to_standard_output > 1)
      return "two formats for standard output; give all but one a file, `sarif=FILE`";
    options.outputs.push_back(std::move(output));
  }
  const bool reads_input =
      std::ranges::find(options.project.paths, "-") != options.project.paths.end();
  if (reads_input && options.stdin_filename.empty())
    return "`-` needs --stdin-filename, the name that the text has";
  if (!options.stdin_filename.empty() && (!reads_input || options.project.paths.size() > 1))
    return "--stdin-filename goes with `-` as the only path";
  if (!options.baseline_from.empty() && options.baseline.empty())
    return "--baseline-from goes with --baseline";
  if (!options.diff_base.empty() && reads_input)
    return "--diff-base judges files; it does not go with `-`";
  if (!options.add_ignore && !(options.ignore_reason.empty() && options.ignore_until.empty()))
    return "--reason and --until go with --add-ignore";
  if (options.ignore_reason.find_first_of("\"\r\n") != std::string::npos)
    return "--reason takes one line without quotation marks";
  if (!options.ignore_until.empty() && !base::is_date(options.ignore_until))
    return base::format("--until `{}` is no date; expected YYYY-MM-DD", options.ignore_until);
  if (options.add_ignore && reads_input)
    return "--add-ignore writes files; it does not go with `-`";
  if (options.project.paths.empty()) options.project.paths.emplace_back(".");
  return {};
}

// An explanation is one text for one reader.
std::string not_for_explain(const Options& options) {
  for (const Output& output : options.outputs) {
    if (output.format != report::Format::full && output.format != report::Format::json)
      return "explain prints full or json";
    if (!output.file.empty()) return "explain prints on standard output";
  }
  return {};
}

// The format of `rule`, which has its own; what is wrong, or nothing.
std::string understand_documentation(CommandLine& line) {
  Options& options = line.options;
  if (options.all_rules && !options.rule_name.empty()) return "--all goes without a NAME";
  if (line.outputs.size() > 1) return "rule prints one format";
  if (line.outputs.empty()) return {};
  const auto* format = std::ranges::find(documentation_words, line.outputs.front());
  if (format == documentation_words.end())
    return one_of("format", line.outputs.front(), documentation_words);
  options.documentation = static_cast<Documentation>(format - documentation_words.begin());
  return {};
}

std::string understand_shell(CommandLine& line) {
  const auto* shell = std::ranges::find(shell_words, line.shell);
  if (shell == shell_words.end()) return one_of("shell", line.shell, shell_words);
  line.options.shell = static_cast<Shell>(shell - shell_words.begin());
  return {};
}

}  // namespace

Parsed parse_options(int argc, const char* const* argv, std::string_view version) {
  CommandLine line = read_command_line(argc, argv, version);
  if (line.ended) return std::move(*line.ended);
  Options& options = line.options;
  std::string wrong;
  switch (options.command) {
    case Command::config_init:
    case Command::config_show:
    case Command::man:
    case Command::version:
      break;
    case Command::rule:
      wrong = understand_documentation(line);
      break;
    case Command::completions:
      wrong = understand_shell(line);
      break;
    case Command::explain:
      wrong = understand(line);
      if (wrong.empty()) wrong = not_for_explain(options);
      break;
    case Command::baseline_create:
    case Command::baseline_update:
    case Command::baseline_prune:
      if (options.baseline.empty()) options.baseline = ".resilint-baseline.json";
      wrong = understand(line);
      break;
    case Command::check:
      wrong = understand(line);
      break;
  }
  if (!wrong.empty()) return {std::nullopt, base::format("resilint: {}\n", wrong), 2};
  return {std::move(options), {}, 0};
}

}  // namespace resilint::cli
