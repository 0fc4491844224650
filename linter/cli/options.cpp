// SPDX-License-Identifier: Apache-2.0
// The command line, on CLI11. It alone includes the library, which throws to leave a parse.
#include "cli/options.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include <CLI/CLI.hpp>

#include "base/date.h"
#include "base/format.h"
#include "base/text.h"

namespace resilint::cli {
namespace {

constexpr std::array<std::string_view, 6> commands{"baseline", "check", "config",
                                                   "explain",  "rule",  "version"};

constexpr std::string_view footer =
    "Examples:\n"
    "  resilint                                    judge everything below this directory\n"
    "  resilint check template.yaml --fail-on high\n"
    "  resilint check infra --output full --output sarif=resilint.sarif\n"
    "  resilint check --stdin-filename app.yaml - < app.yaml\n"
    "  resilint check app.yaml --parameters prod.json --var Size=small --region eu-west-1\n"
    "                                              judge it as it would be deployed with these\n"
    "  resilint rule sqs-dead-letter-queue         why a rule exists and how to comply\n"
    "  resilint explain sqs-dead-letter-queue Orders template.yaml\n"
    "                                              why it came to its verdict on a resource\n"
    "\n"
    "A comment `# resilint: ignore RULE reason=\"…\" until=2027-03-31` on or before a line ignores "
    "a\n"
    "finding there; at the header of a block it holds for the whole block.\n"
    "\n"
    ".resilint.yaml holds settings (`resilint config init` writes one); every option may stand in\n"
    "the environment, too, as RESILINT_FAIL_ON=high.\n"
    "\n"
    "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 the job was not done (bad usage, "
    "a\n"
    "file that cannot be read). Findings are printed in any case.";

// The words of one command line after the program's name, with `check` put where no command is.
std::vector<std::string> with_command(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + 1, argv + std::max(argc, 1));
  const auto is_own = [](const std::string& word) {
    return word == "--help" || word == "-h" || word == "--version" ||
           std::ranges::find(commands, word) != commands.end();
  };
  if (words.empty() || !is_own(words.front())) words.insert(words.begin(), "check");
  return words;
}

std::string suggestion(const CLI::App& app, std::string_view unexpected) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = base::nearest(unexpected.substr(0, unexpected.find('=')), views);
  return near.empty() ? std::string{} : base::format("; did you mean {}?", near);
}

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

// The texts as CLI11 delivers them, before they are understood.
struct Words {
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  std::vector<std::string> outputs;
  std::vector<std::string> variables;
  std::vector<std::string> variable_files;
  std::string type;
  std::string profile;
  std::string fail_on;
  std::string colour = "auto";
};

// Fills the options from the words; what is wrong, or nothing.
std::string understand(const Words& words, Options& options) {
  options.project.selection.select = separated(words.select);
  options.project.selection.ignore = separated(words.ignore);
  static constexpr std::array<std::string_view, 3> profiles{"recommended", "strict", "all"};
  if (!words.profile.empty() && std::ranges::find(profiles, words.profile) == profiles.end())
    return one_of("profile", words.profile, profiles);
  options.project.selection.profile = words.profile;
  static constexpr std::array<std::string_view, 4> severities{"high", "medium", "low", "note"};
  if (!words.fail_on.empty()) {
    options.project.fail_on = finding::severity_named(words.fail_on);
    if (!options.project.fail_on) return one_of("severity", words.fail_on, severities);
  }
  static constexpr std::array<std::string_view, 3> colours{"auto", "always", "never"};
  const auto* colour = std::ranges::find(colours, words.colour);
  if (colour == colours.end()) return one_of("colour", words.colour, colours);
  options.colour = static_cast<Colour>(colour - colours.begin());
  if (!words.type.empty()) {
    static constexpr std::array<std::string_view, 3> types{"cloudformation", "terraform", "tfvars"};
    options.project.type = dialect::type_named(words.type);
    if (!options.project.type) return one_of("type", words.type, types);
    if (options.project.type == dialect::Type::plan)
      return "type `plan` is not read yet; this version reads cloudformation, terraform and tfvars";
  }
  std::size_t to_standard_output = 0;
  for (const std::string& word : words.outputs) {
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

// --var and --var-file in the order in which they were given.
void add_variables(const CLI::App& command, const Words& words, Options& options) {
  std::size_t variable = 0;
  std::size_t file = 0;
  for (const CLI::Option* option : command.parse_order()) {
    if (option->check_lname("var") && variable < words.variables.size())
      options.variables.push_back({false, words.variables[variable++]});
    else if (option->check_lname("var-file") && file < words.variable_files.size())
      options.variables.push_back({true, words.variable_files[file++]});
  }
}

// Every option may stand in the environment, too, RESILINT_FAIL_ON for --fail-on; the command line
// wins. CLI11 could do it, and would name each of them in the help.
void add_environment(const CLI::App& command, std::vector<std::string>& arguments) {
  std::vector<std::string> more;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || option->check_lname("help")) continue;
    const std::string& name = option->get_lnames().front();
    const auto names_it = [&](const std::string& argument) {
      const std::string_view word = std::string_view(argument).substr(0, argument.find('='));
      return word == "--" + name ||
             (!option->get_snames().empty() && word == "-" + option->get_snames().front());
    };
    std::string variable = "RESILINT_" + name;
    for (char& c : variable)
      c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const char* value = std::getenv(variable.c_str());
    if (value != nullptr && *value != '\0' && std::ranges::none_of(arguments, names_it))
      more.push_back(base::format("--{}={}", name, value));
  }
  arguments.insert(arguments.begin() + 1, more.begin(), more.end());
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
std::string understand_documentation(const Words& words, Options& options) {
  static constexpr std::array<std::string_view, 3> formats{"text", "json", "markdown"};
  if (options.all_rules && !options.rule_name.empty()) return "--all goes without a NAME";
  if (words.outputs.size() > 1) return "rule prints one format";
  if (words.outputs.empty()) return {};
  const auto* format = std::ranges::find(formats, words.outputs.front());
  if (format == formats.end()) return one_of("format", words.outputs.front(), formats);
  options.documentation = static_cast<Documentation>(format - formats.begin());
  return {};
}

}  // namespace

Parsed parse_options(int argc, const char* const* argv, std::string_view version) {
  Options options;
  Words words;
  CLI::App app("Says where infrastructure as code would not survive a failure.", "resilint");
  app.footer(std::string(footer));
  app.set_version_flag("--version", base::format("resilint {}", version));
  app.require_subcommand(1);

  // What several commands take.
  const auto add_type = [&words](CLI::App* command) {
    command
        ->add_option("--type", words.type,
                     "What the files are, whatever they say: cloudformation, terraform or tfvars")
        ->type_name("TYPE");
  };
  const auto add_colour = [&words](CLI::App* command) {
    command
        ->add_option("--color", words.colour,
                     "auto, always or never; NO_COLOR and FORCE_COLOR are heeded")
        ->type_name("WHEN");
  };
  const auto add_rules = [&options](CLI::App* command) {
    command
        ->add_option("--rules", options.rule_folders,
                     "A directory with rules and kinds of your own; repeatable")
        ->type_name("DIR")
        ->allow_extra_args(false);
  };

  const auto add_inputs = [&options, &words](CLI::App* command) {
    command
        ->add_option(
            "--parameters", options.parameter_files,
            "A file with values of parameters, in JSON or YAML; repeatable, later ones win")
        ->type_name("FILE")
        ->allow_extra_args(false);
    command
        ->add_option("--var", words.variables,
                     "The value of one parameter or variable; wins over --parameters")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    command
        ->add_option("--var-file", words.variable_files,
                     "Values of Terraform's variables; of these and --var, later ones win")
        ->type_name("FILE")
        ->allow_extra_args(false);
    command
        ->add_option("--workspace", options.project.inputs.workspace,
                     "Terraform's workspace (default: $TF_WORKSPACE, or default)")
        ->type_name("NAME");
    command->add_option("--region", options.project.inputs.region, "The region to deploy to")
        ->type_name("NAME");
    command->add_option("--account", options.project.inputs.account, "The account to deploy to")
        ->type_name("ID");
  };

  const auto add_selection = [&words](CLI::App* command) {
    command
        ->add_option("--select", words.select,
                     "Only these rules: names, prefixes s3-*, tags; replaces the profile")
        ->type_name("RULE,…")
        ->allow_extra_args(false);
    command->add_option("--ignore", words.ignore, "Not these rules")
        ->type_name("RULE,…")
        ->allow_extra_args(false);
    command
        ->add_option("--profile", words.profile,
                     "recommended, strict or all (default: recommended)")
        ->type_name("NAME");
  };

  CLI::App* check = app.add_subcommand("check", "Judge templates; the default command");
  check->footer(std::string(footer));
  check->add_option("PATH", options.project.paths,
                    "Files and directories; - is standard input (default: .)");
  check
      ->add_option("--stdin-filename", options.stdin_filename,
                   "The name of the text on standard input")
      ->type_name("NAME");
  add_type(check);
  add_inputs(check);
  add_selection(check);
  check
      ->add_option(
          "--fail-on", words.fail_on,
          "The least severity that gives exit code 1: high, medium, low or note (default: medium)")
      ->type_name("SEVERITY");
  check->add_flag("--exit-zero", options.exit_zero,
                  "Findings do not fail; a job that was not done still does");
  check->add_flag("--show-unknown", options.show_unknown,
                  "List what could not be decided, and why");
  check->add_flag("--show-conditional", options.show_conditional,
                  "List what fails for some values of parameters only");
  check->add_flag("--show-files", options.show_files,
                  "List every file: checked, skipped or failed");
  check->add_flag("--show-suppressed", options.show_suppressed,
                  "List what is ignored, and why; SARIF and JSON have it then, too");
  check->add_flag("--statistics", options.statistics,
                  "Say how often each rule found something; in full and concise");
  check->add_flag("--ignore-suppressions", options.ignore_suppressions,
                  "Report what the files say is to be ignored");
  check
      ->add_option("--baseline", options.baseline,
                   "Report only what is not in this file; `resilint baseline create` writes it")
      ->type_name("FILE");
  check
      ->add_option("--baseline-from", options.baseline_from,
                   "Take the file of --baseline from where git's HEAD left this revision")
      ->type_name("REF");
  check
      ->add_option("--diff-base", options.diff_base,
                   "Report only what was not there where git's HEAD left this revision")
      ->type_name("REF");
  check->add_flag("--add-ignore", options.add_ignore,
                  "Add a comment that ignores it before each finding");
  check->add_option("--reason", options.ignore_reason, "The reason that --add-ignore gives")
      ->type_name("TEXT");
  check->add_option("--until", options.ignore_until, "The last day that --add-ignore gives")
      ->type_name("YYYY-MM-DD");
  check
      ->add_option("--output", words.outputs,
                   "full, concise, json, jsonl, sarif, github, gitlab, junit, checkstyle, "
                   "rdjson or markdown, to a file with =FILE; repeatable")
      ->type_name("FORMAT[=FILE]")
      ->allow_extra_args(false);
  add_colour(check);
  add_rules(check);
  check->add_option("--jobs", options.project.jobs, "Threads (default: as many as the machine has)")
      ->type_name("N");
  check->add_flag("-q,--quiet", options.quiet, "Nothing on standard error but errors");

  CLI::App* explain =
      app.add_subcommand("explain", "Say why a rule came to its verdict on a resource");
  explain->add_option("RULE", options.rule_name, "A rule's name, or an old name")->required();
  explain
      ->add_option("ADDRESS", options.explain_address,
                   "The resource: a logical id, Topic.Subscription[0] for an element, or project")
      ->required();
  explain->add_option("PATH", options.project.paths, "Files and directories (default: .)");
  explain
      ->add_option("--stdin-filename", options.stdin_filename,
                   "The name of the text on standard input")
      ->type_name("NAME");
  add_type(explain);
  add_inputs(explain);
  explain->add_option("--output", words.outputs, "full or json")
      ->type_name("FORMAT")
      ->allow_extra_args(false);
  add_colour(explain);
  add_rules(explain);

  CLI::App* rule = app.add_subcommand("rule", "List the rules, or say everything about one");
  rule->add_option("NAME", options.rule_name, "A rule's name, an old name, or another tool's id");
  rule->add_flag("--all", options.all_rules, "Say everything about every rule");
  rule->add_option("--output", words.outputs,
                   "text, json or markdown (default: text, which is a list without NAME or --all)")
      ->type_name("FORMAT")
      ->allow_extra_args(false);
  add_rules(rule);
  CLI::App* config = app.add_subcommand("config", "Write a configuration, or say what holds");
  config->require_subcommand(0, 1);
  CLI::App* config_init =
      config->add_subcommand("init", "Write a commented .resilint.yaml into this directory");
  CLI::App* config_show =
      config->add_subcommand("show", "Say what holds for a file, and which line says so");
  config_show->add_option("FILE", options.config_file, "The file; it need not exist")->required();
  add_rules(config_show);
  CLI::App* baseline =
      app.add_subcommand("baseline", "Remember what is found now, so that only new findings count");
  baseline->require_subcommand(0, 1);
  CLI::App* baseline_create = baseline->add_subcommand("create", "Write what is found now");
  CLI::App* baseline_update = baseline->add_subcommand("update", "Write anew what is found now");
  CLI::App* baseline_prune =
      baseline->add_subcommand("prune", "Take out what is not found any more");
  for (CLI::App* command : {baseline_create, baseline_update, baseline_prune}) {
    command->add_option("PATH", options.project.paths, "Files and directories (default: .)");
    command
        ->add_option("--baseline", options.baseline, "The file (default: .resilint-baseline.json)")
        ->type_name("FILE");
    add_type(command);
    add_inputs(command);
    add_selection(command);
    add_rules(command);
  }
  CLI::App* version_command = app.add_subcommand("version", "Print the version");

  std::vector<std::string> arguments = with_command(argc, argv);
  const CLI::App& chosen = arguments.front() == "rule"       ? *rule
                           : arguments.front() == "explain"  ? *explain
                           : arguments.front() == "config"   ? *config
                           : arguments.front() == "baseline" ? *baseline
                                                             : *check;
  if (&chosen != config && &chosen != baseline) add_environment(chosen, arguments);
  try {
    std::ranges::reverse(arguments);  // as CLI11 wants them
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* asked = check->parsed()             ? check
                            : explain->parsed()         ? explain
                            : rule->parsed()            ? rule
                            : config_init->parsed()     ? config_init
                            : config_show->parsed()     ? config_show
                            : config->parsed()          ? config
                            : baseline_create->parsed() ? baseline_create
                            : baseline_update->parsed() ? baseline_update
                            : baseline_prune->parsed()  ? baseline_prune
                            : baseline->parsed()        ? baseline
                            : version_command->parsed() ? version_command
                                                        : &app;
    const CLI::App* parent = asked->get_parent();
    const std::string before = parent == nullptr || parent == &app
                                   ? std::string(asked == &app ? "" : "resilint")
                                   : "resilint " + parent->get_name();
    return {std::nullopt, asked->help(before), 0};
  } catch (const CLI::CallForVersion& wanted) {
    return {std::nullopt, std::string(wanted.what()) + "\n", 0};
  } catch (const CLI::ExtrasError&) {
    const std::vector<std::string> extra = app.remaining(true);
    const std::string word = extra.empty() ? std::string{} : extra.front();
    if (&chosen == baseline && !baseline_create->parsed() && !baseline_update->parsed() &&
        !baseline_prune->parsed())
      return {std::nullopt,
              base::format("resilint: baseline takes create, update or prune, not {}\n", word), 2};
    if (&chosen == config && !config_show->parsed())
      return {std::nullopt, base::format("resilint: config takes init or show, not {}\n", word), 2};
    return {std::nullopt,
            base::format("resilint: unexpected argument {}{}\n", word, suggestion(chosen, word)),
            2};
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, base::format("resilint: {}\n", error.what()), 2};
  }
  add_variables(chosen, words, options);
  if (explain->parsed()) options.command = Command::explain;
  if (rule->parsed()) options.command = Command::rule;
  if (config->parsed()) options.command = Command::config;
  if (config->parsed() && !config_init->parsed() && !config_show->parsed())
    return {std::nullopt, "resilint: config takes init, or show and a file\n", 2};
  if (baseline->parsed()) {
    if (baseline_create->parsed())
      options.command = Command::baseline_create;
    else if (baseline_update->parsed())
      options.command = Command::baseline_update;
    else if (baseline_prune->parsed())
      options.command = Command::baseline_prune;
    else
      return {std::nullopt, "resilint: baseline takes create, update or prune\n", 2};
    if (options.baseline.empty()) options.baseline = ".resilint-baseline.json";
  }
  if (version_command->parsed()) options.command = Command::version;
  if (options.command != Command::rule && options.command != Command::config &&
      options.command != Command::version) {
    std::string wrong = understand(words, options);
    if (wrong.empty() && options.command == Command::explain) wrong = not_for_explain(options);
    if (!wrong.empty()) return {std::nullopt, base::format("resilint: {}\n", wrong), 2};
  }
  if (options.command == Command::rule) {
    const std::string wrong = understand_documentation(words, options);
    if (!wrong.empty()) return {std::nullopt, base::format("resilint: {}\n", wrong), 2};
  }
  return {std::move(options), {}, 0};
}

}  // namespace resilint::cli
