// SPDX-License-Identifier: Apache-2.0
// The command line, on CLI11. It alone includes the library, which throws to leave a parse.
#include "cli/command_line.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>

#include "base/format.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cli/description.h"

namespace resilint::cli {
namespace {

constexpr std::string_view first_steps =
    "\n"
    "Examples:\n"
    "  resilint                            judge everything below this directory\n"
    "  resilint check --help               the options that are used most\n"
    "  resilint rule s3-bucket-versioning  why a rule exists and how to comply\n";

// What the short help of a command shows, when it does not show everything; in this order.
constexpr std::array<std::string_view, 13> most_used{
    "output", "fail-on",  "profile",      "select",           "ignore", "parameters", "var",
    "env",    "baseline", "show-unknown", "show-conditional", "help",   "help-all"};

std::string usage(const CLI::App& app, std::string made) {
  if (app.get_parent() == nullptr) return "resilint [COMMAND] [OPTIONS] [PATH...]";
  if (!app.get_subcommands({}).empty()) return made + " COMMAND [OPTIONS]";
  made += " [OPTIONS]";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = option->get_name(true) + (option->get_expected_max() > 1 ? "..." : "");
    made += option->get_required() ? " " + name : base::format(" [{}]", name);
  }
  return made;
}

// The help, in lines of 80 columns: in the mode `All` of every option, by groups.
class Formatter final : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    const bool all = mode == CLI::AppFormatMode::All;
    const bool has_more = app->get_help_all_ptr() != nullptr;
    std::string made =
        base::format("{}\nUsage: {}\n\n", app->get_description(), usage(*app, std::move(name)));
    for (const CLI::Option* option : app->get_options()) {
      if (option->get_positional()) add(option->get_name(true), *option, made);
    }
    if (has_more && !all) {
      for (const std::string_view used : most_used) {
        const CLI::Option* option = app->get_option_no_throw("--" + std::string(used));
        if (option != nullptr) add(name_of(*option), *option, made);
      }
    } else {
      for (const std::string& group : app->get_groups()) {
        const bool own = has_more && group != "Options";
        if (own) made += base::format("\n{}:\n", group);
        for (const CLI::Option* option : app->get_options()) {
          if (!option->get_positional() && option->get_group() == group)
            add(name_of(*option), *option, made);
        }
      }
    }
    const std::vector<const CLI::App*> parts = app->get_subcommands({});
    if (!parts.empty()) made += "\nCommands:\n";
    for (const CLI::App* part : parts) add(part->get_name(), part->get_description(), made);
    if (app->get_parent() == nullptr) made += first_steps;
    if (all && app->get_name() == "check")
      made += base::format("\nExamples:\n{}\n{}\n{}", examples, ignoring, settings);
    if (app->get_parent() == nullptr || app->get_name() == "check")
      made += base::format("\nExit codes: {}", exit_codes);
    return made;
  }

 private:
  static constexpr std::size_t name_columns = 25;  // of a line, the two blanks before it included
  static constexpr std::size_t text_columns = 80 - name_columns;

  static std::string name_of(const CLI::Option& option) {
    std::string made;
    for (const std::string& name : option.get_snames()) made += base::format("-{}, ", name);
    made += "--" + option.get_lnames().front();
    return option.get_type_size() == 0 ? made : base::format("{} {}", made, option.get_type_name());
  }

  static void add(const std::string& name, const CLI::Option& option, std::string& into) {
    add(name, option.get_description(), into);
  }
  static void add(const std::string& name, const std::string& description, std::string& into) {
    std::string line = "  " + name;
    std::size_t in_line = 0;
    for (const std::string_view word : base::split(description, ' ')) {
      if (in_line == 0 || in_line + 1 + word.size() > text_columns) {
        if (in_line != 0) {
          into += line + "\n";
          line.clear();
        }
        const std::size_t used = base::code_points(line);
        line.append(used < name_columns ? name_columns - used : 1, ' ');
        in_line = 0;
      } else {
        line += ' ';
        ++in_line;
      }
      line += word;
      in_line += word.size();
    }
    into += line + "\n";
  }
};

class Grammar {
 public:
  Grammar(CommandLine& into, std::string_view version)
      : into_(into),
        app_("Says where infrastructure as code would not survive a failure.", "resilint") {
    app_.formatter(std::make_shared<Formatter>());
    app_.set_help_flag("-h,--help", "Print this help");
    app_.set_version_flag("--version", base::format("resilint {}", version), "Print the version");
    app_.require_subcommand(1);
    add_check();
    add_explain();
    add_rule();
    add_config();
    add_baseline();
    add_completions();
    command(&app_, "man", "Print the manual page", Command::man);
    command(&app_, "version", "Print the version", Command::version);
  }

  CommandDescription describe() const { return describe(app_, {}); }

  // Takes the line apart.
  void parse(std::vector<std::string> arguments) {
    static constexpr std::array<std::string_view, 4> own{"help", "--help", "-h", "--version"};
    if (arguments.empty() || (std::ranges::find(own, arguments.front()) == own.end() &&
                              part_named(app_, arguments.front()) == nullptr))
      arguments.insert(arguments.begin(), "check");
    if (!arguments.empty() && arguments.front() == "help") {
      arguments.erase(arguments.begin());
      arguments.emplace_back("--help");
    }
    const CLI::App* chosen = &app_;
    std::size_t depth = 0;
    while (depth < arguments.size()) {
      const CLI::App* part = part_named(*chosen, arguments[depth]);
      if (part == nullptr) break;
      chosen = part;
      ++depth;
    }
    add_environment(*chosen, depth, arguments);
    try {
      std::ranges::reverse(arguments);  // as CLI11 wants them
      app_.parse(arguments);
    } catch (const CLI::CallForHelp&) {
      end(0, help(CLI::AppFormatMode::Normal));
    } catch (const CLI::CallForAllHelp&) {
      end(0, help(CLI::AppFormatMode::All));
    } catch (const CLI::CallForVersion& wanted) {
      end(0, std::string(wanted.what()) + "\n");
    } catch (const CLI::ExtrasError&) {
      end(2, unexpected());
    } catch (const CLI::ParseError& error) {
      end(2, base::format("resilint: {}; {}\n", error.what(), who_knows()));
    }
    if (into_.ended) return;
    if (!chosen->get_subcommands({}).empty())
      return end(2, base::format("resilint: {} takes {}\n", chosen->get_name(), parts(*chosen)));
    into_.options.command = commands_.at(asked());
    add_variables();
  }

 private:
  CLI::App* command(CLI::App* parent, std::string name, std::string description, Command means) {
    CLI::App* made = parent->add_subcommand(std::move(name), std::move(description));
    commands_.emplace(made, means);
    return made;
  }

  void add_help_all(CLI::App* command) {
    command->set_help_all_flag("--help-all", "Print every option");
  }

  // What several commands take.

  void add_paths(CLI::App* command) {
    command->add_option("PATH", into_.options.project.paths, "Files and directories (default: .)");
  }
  CLI::Option* add_list(CLI::App* command, const std::string& name, std::vector<std::string>& into,
                        const std::string& type, const std::string& description,
                        const std::string& group) {
    return command->add_option(name, into, description)
        ->type_name(type)
        ->allow_extra_args(false)
        ->group(group);
  }
  CLI::Option* add_text(CLI::App* command, const std::string& name, std::string& into,
                        const std::string& type, const std::string& description,
                        const std::string& group) {
    return command->add_option(name, into, description)->type_name(type)->group(group);
  }
  void add_flag(CLI::App* command, const std::string& name, bool& into,
                const std::string& description, const std::string& group) {
    command->add_flag(name, into, description)->group(group);
  }

  void takes(const CLI::Option* option, std::span<const std::string_view> words) {
    words_.emplace(option, words);
  }

  void add_type(CLI::App* command) {
    takes(
        add_text(command, "--type", into_.type, "TYPE",
                 "What the files are, whatever they say: " + base::join(type_words, ", "), "Input"),
        type_words);
  }
  void add_stdin(CLI::App* command) {
    add_text(command, "--stdin-filename", into_.options.stdin_filename, "NAME",
             "The name of the text on standard input, with - as the path", "Input");
  }
  void add_rules(CLI::App* command) {
    add_list(command, "--rules", into_.options.rule_folders, "DIR",
             "A directory with rules and kinds of your own; repeatable", "Rules");
  }
  void add_deployment(CLI::App* command) {
    const std::string group = "As it would be deployed";
    add_list(command, "--parameters", into_.options.project.parameter_files, "FILE",
             "Values of parameters, in JSON or YAML; repeatable, later ones win", group);
    add_list(command, "--var", variables_, "NAME=VALUE",
             "One parameter or variable; wins over --parameters", group);
    add_list(command, "--var-file", variable_files_, "FILE",
             "Values of Terraform's variables; of these and --var, later ones win", group);
    add_list(command, "--env", into_.environments, "NAME,…",
             "Only these environments of .resilint.yaml", group);
    dialect::Inputs& inputs = into_.options.project.inputs;
    add_text(command, "--workspace", inputs.workspace, "NAME",
             "Terraform's workspace (default: $TF_WORKSPACE, or default)", group);
    add_text(command, "--region", inputs.region, "NAME", "The region to deploy to", group);
    add_text(command, "--account", inputs.account, "ID", "The account to deploy to", group);
  }
  void add_selection(CLI::App* command) {
    takes(add_text(command, "--profile", into_.profile, "NAME",
                   "recommended, strict or all (default: recommended)", "Rules"),
          profile_words);
    take_rules_.insert(add_list(command, "--select", into_.select, "RULE,…",
                                "Only these: names, prefixes s3-*, tags", "Rules"));
    take_rules_.insert(add_list(command, "--ignore", into_.ignore, "RULE,…", "Not these", "Rules"));
  }
  void add_colour(CLI::App* command) {
    takes(add_text(command, "--color", into_.colour, "WHEN",
                   "auto, always or never; NO_COLOR and FORCE_COLOR are heeded", "Output"),
          colour_words);
  }

  void add_check() {
    Options& options = into_.options;
    CLI::App* check =
        command(&app_, "check", "Judge templates; the default command", Command::check);
    add_help_all(check);
    add_paths(check);
    add_stdin(check);
    add_type(check);
    check->add_option("--jobs", options.project.jobs, "Threads (default: as the machine has)")
        ->type_name("N")
        ->group("Input");
    add_deployment(check);
    add_selection(check);
    add_rules(check);

    const std::string output = "Output";
    takes(add_list(check, "--output", into_.outputs, "FORMAT[=FILE]",
                   base::join(report::format_names(), ", ") +
                       "; to a file with =FILE; repeatable (default: full)",
                   output),
          report::format_names());
    takes(add_text(check, "--fail-on", into_.fail_on, "SEVERITY",
                   "high, medium, low or note: from here on exit with 1 (default: medium)", output),
          severity_words);
    add_flag(check, "--exit-zero", options.exit_zero,
             "Findings do not fail; a job that was not done still does", output);
    add_flag(check, "--show-unknown", options.show_unknown,
             "List what could not be decided, and why", output);
    add_flag(check, "--show-conditional", options.show_conditional,
             "List what fails for some values of parameters", output);
    add_flag(check, "--show-files", options.show_files,
             "List every file: checked, skipped or failed", output);
    add_flag(check, "--show-suppressed", options.show_suppressed,
             "List what is ignored, and why; SARIF and JSON have it then, too", output);
    add_flag(check, "--statistics", options.statistics,
             "Say how often each rule found something; in full and concise", output);
    add_flag(check, "--timings", options.project.timed,
             "Say on standard error what took how long, by phase and by rule", output);
    add_colour(check);
    add_flag(check, "-q,--quiet", options.quiet, "Nothing on standard error but errors", output);

    const std::string accepted = "What is accepted";
    add_text(check, "--baseline", options.baseline, "FILE",
             "Report only what is not in it (`resilint baseline`)", accepted);
    add_text(check, "--baseline-from", options.baseline_from, "REF",
             "Take the file of --baseline from where git's HEAD left this revision", accepted);
    add_text(check, "--diff-base", options.diff_base, "REF",
             "Report only what was not there where git's HEAD left this revision", accepted);
    add_flag(check, "--ignore-suppressions", options.ignore_suppressions,
             "Report what the files say is to be ignored", accepted);
    add_flag(check, "--add-ignore", options.add_ignore,
             "Write into the files that each finding is ignored", accepted);
    add_text(check, "--reason", options.ignore_reason, "TEXT", "The reason that --add-ignore gives",
             accepted);
    add_text(check, "--until", options.ignore_until, "YYYY-MM-DD",
             "The last day that --add-ignore gives", accepted);
  }

  void add_explain() {
    Options& options = into_.options;
    CLI::App* explain = command(
        &app_, "explain", "Say why a rule came to its verdict on a resource", Command::explain);
    add_help_all(explain);
    take_rules_.insert(
        explain->add_option("RULE", options.rule_name, "A rule's name, or an old name")
            ->required());
    explain
        ->add_option("ADDRESS", options.explain_address,
                     "The resource: a logical id, Topic.Subscription[0] for an element, or project")
        ->required();
    add_paths(explain);
    add_stdin(explain);
    add_type(explain);
    add_deployment(explain);
    add_rules(explain);
    takes(add_list(explain, "--output", into_.outputs, "FORMAT", "full or json", "Output"),
          explanation_words);
    add_colour(explain);
  }

  void add_rule() {
    Options& options = into_.options;
    CLI::App* rule =
        command(&app_, "rule", "List the rules, or say everything about one", Command::rule);
    take_rules_.insert(rule->add_option("NAME", options.rule_name,
                                        "A rule's name, an old name, or another tool's id"));
    rule->add_flag("--all", options.all_rules, "Say everything about every rule");
    takes(add_list(rule, "--output", into_.outputs, "FORMAT",
                   "text, json or markdown (default: text, which is a list without NAME or --all)",
                   "Options"),
          documentation_words);
    add_rules(rule);
  }

  void add_config() {
    CLI::App* config =
        app_.add_subcommand("config", "Write a configuration, or say what holds for a file");
    config->require_subcommand(0, 1);
    command(config, "init", "Write a commented .resilint.yaml into this directory",
            Command::config_init);
    CLI::App* show = command(config, "show", "Say what holds for a file, and which line says so",
                             Command::config_show);
    show->add_option("FILE", into_.options.config_file, "The file; it need not exist")->required();
    add_rules(show);
  }

  void add_baseline() {
    CLI::App* baseline =
        app_.add_subcommand("baseline", "Remember what is found now: only new findings count");
    baseline->require_subcommand(0, 1);
    for (CLI::App* part :
         {command(baseline, "create", "Write what is found now", Command::baseline_create),
          command(baseline, "update", "Write anew what is found now", Command::baseline_update),
          command(baseline, "prune", "Take out what is not found any more",
                  Command::baseline_prune)}) {
      add_help_all(part);
      add_paths(part);
      add_text(part, "--baseline", into_.options.baseline, "FILE",
               "The file (default: .resilint-baseline.json)", "Output");
      add_type(part);
      add_deployment(part);
      add_selection(part);
      add_rules(part);
    }
  }

  void add_completions() {
    CLI::App* completions =
        command(&app_, "completions", "Print what lets a shell complete command lines",
                Command::completions);
    takes(completions->add_option("SHELL", into_.shell, base::join(shell_words, ", "))->required(),
          shell_words);
    completions->add_option("WORD", into_.options.completed_words,
                            "Print what may stand for the last of these, not the script; after --");
  }

  CommandDescription describe(const CLI::App& command, const std::string& before) const {
    CommandDescription made;
    made.name = command.get_name();
    made.usage = usage(command, before + made.name);
    made.text = command.get_description();
    for (const CLI::Option* option : command.get_options())
      (option->get_positional() ? made.arguments : made.options).push_back(describe(*option));
    for (const CLI::App* part : command.get_subcommands({}))
      made.parts.push_back(describe(*part, before + made.name + " "));
    return made;
  }

  OptionDescription describe(const CLI::Option& option) const {
    OptionDescription made;
    if (option.get_positional()) made.names.push_back(option.get_name(true));
    for (const std::string& name : option.get_snames()) made.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) made.names.push_back("--" + name);
    if (option.get_type_size() != 0) made.value = option.get_type_name();
    made.text = option.get_description();
    made.group = option.get_group();
    const auto words = words_.find(&option);
    if (words != words_.end()) made.words = words->second;
    made.takes_rules = take_rules_.contains(&option);
    made.is_repeated = option.get_expected_max() > 1;
    return made;
  }

  static const CLI::App* part_named(const CLI::App& command, std::string_view name) {
    for (const CLI::App* part : command.get_subcommands({})) {
      if (part->get_name() == name) return part;
    }
    return nullptr;
  }

  // The command that was reached.
  CLI::App* asked() {
    CLI::App* at = &app_;
    for (std::vector<CLI::App*> below = at->get_subcommands(); !below.empty();
         below = at->get_subcommands())
      at = below.front();
    return at;
  }

  // "resilint baseline create"
  static std::string path_of(const CLI::App& command) {
    const CLI::App* parent = command.get_parent();
    return parent == nullptr ? command.get_name() : path_of(*parent) + " " + command.get_name();
  }

  std::string help(CLI::AppFormatMode mode) {
    const CLI::App* at = asked();
    const CLI::App* parent = at->get_parent();
    return at->help(parent == nullptr ? std::string() : path_of(*parent), mode);
  }

  static std::string parts(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::App* part : command.get_subcommands({})) names.push_back(part->get_name());
    const std::string last = names.back();
    names.pop_back();
    return base::join(names, ", ") + " or " + last;
  }

  std::string who_knows() {
    const CLI::App* at = asked();
    return base::format("`{} {}` lists what it takes", path_of(*at),
                        at->get_help_all_ptr() != nullptr ? "--help-all" : "--help");
  }

  std::string unexpected() {
    const std::vector<std::string> extra = app_.remaining(true);
    const std::string word = extra.empty() ? std::string{} : extra.front();
    if (!asked()->get_subcommands({}).empty())
      return base::format("resilint: {} takes {}, not {}\n", asked()->get_name(), parts(*asked()),
                          word);
    std::vector<std::string> names;
    for (const CLI::Option* option : asked()->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view near =
        base::nearest(std::string_view(word).substr(0, word.find('=')), views);
    if (!near.empty())
      return base::format("resilint: unexpected argument {}; did you mean {}?\n", word, near);
    return base::format("resilint: unexpected argument {}; {}\n", word, who_knows());
  }

  // Every option may stand in the environment, too, RESILINT_FAIL_ON for --fail-on; the command
  // line wins. CLI11 could do it, and would name each of them in the help.
  static void add_environment(const CLI::App& command, std::size_t at,
                              std::vector<std::string>& arguments) {
    std::vector<std::string> added;
    for (const CLI::Option* option : command.get_options()) {
      if (option->get_lnames().empty() || option == command.get_help_ptr() ||
          option == command.get_help_all_ptr())
        continue;
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
        added.push_back(base::format("--{}={}", name, value));
    }
    arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(at), added.begin(),
                     added.end());
  }

  // --var and --var-file in the order in which they were given.
  void add_variables() {
    std::size_t variable = 0;
    std::size_t file = 0;
    for (const CLI::Option* option : asked()->parse_order()) {
      if (option->check_lname("var") && variable < variables_.size())
        into_.options.variables.push_back({false, variables_[variable++]});
      else if (option->check_lname("var-file") && file < variable_files_.size())
        into_.options.variables.push_back({true, variable_files_[file++]});
    }
  }

  void end(int exit_code, std::string text) {
    into_.ended = Parsed{std::nullopt, std::move(text), exit_code};
  }

  CommandLine& into_;
  CLI::App app_;
  std::map<const CLI::App*, Command> commands_;
  std::map<const CLI::Option*, std::span<const std::string_view>> words_;  // all that they take
  std::set<const CLI::Option*> take_rules_;
  std::vector<std::string> variables_;
  std::vector<std::string> variable_files_;
};

}  // namespace

CommandLine read_command_line(int argc, const char* const* argv, std::string_view version) {
  CommandLine made;
  Grammar(made, version).parse({argv + 1, argv + std::max(argc, 1)});
  return made;
}

CommandDescription describe_command_line() {
  CommandLine made;
  return Grammar(made, {}).describe();
}

}  // namespace resilint::cli
