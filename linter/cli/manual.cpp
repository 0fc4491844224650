// SPDX-License-Identifier: Apache-2.0
#include "cli/manual.h"

#include "base/format.h"
#include "base/text.h"

namespace resilint::cli {
namespace {

constexpr std::string_view description =
    "resilint reads infrastructure as code the way it would be deployed, builds a graph of its\n"
    "resources, and says where the system would not survive a failure: which resource, what is\n"
    "lost, and what mends it. Without a command, it judges as `resilint check` does.\n";

// Text as troff takes it: nothing in it is a request or an escape, and a hyphen is a minus sign,
// which can be searched for and copied.
std::string plain(std::string_view text) {
  std::string made;
  bool begins_line = true;
  for (const char c : text) {
    if (begins_line && (c == '.' || c == '\'')) made += "\\&";
    if (c == '\\')
      made += "\\e";
    else if (c == '-')
      made += "\\-";
    else
      made += c;
    begins_line = c == '\n';
  }
  return made;
}

class Manual {
 public:
  explicit Manual(const CommandDescription& program) : program_(program) {}

  std::string text(std::string_view version) {
    made_ = base::format(".TH RESILINT 1 \"\" \"resilint {}\" \"User Commands\"\n", version);
    std::string sentence = program_.text;
    sentence.front() = base::lower(sentence.substr(0, 1)).front();
    sentence.pop_back();
    section("NAME", base::format("{} \\- {}\n", program_.name, plain(sentence)));
    section("SYNOPSIS", plain(program_.usage) + "\n");
    section("DESCRIPTION", plain(description));
    section("OPTIONS", {});
    for (const OptionDescription& option : program_.options) add(option);
    section("COMMANDS", {});
    for (const CommandDescription& part : program_.parts) add(part);
    section("EXAMPLES", base::format(".EX\n{}.EE\n", plain(examples)));
    section("IGNORED FINDINGS", plain(ignoring));
    section("SETTINGS", plain(settings));
    section("EXIT STATUS", plain(exit_codes));
    section("SEE ALSO", plain("https://github.com/resilint/resilint\n"));
    return std::move(made_);
  }

 private:
  void section(std::string_view title, std::string_view text) {
    made_ += base::format(".SH {}\n{}", title, text);
  }

  void add(const CommandDescription& command) {
    if (!command.parts.empty()) {
      for (const CommandDescription& part : command.parts) add(part);
      return;
    }
    made_ += base::format(".SS {}\n{}.\n", plain(command.usage), plain(command.text));
    for (const OptionDescription& argument : command.arguments) add(argument);
    std::string_view group = command.options.front().group;
    for (const OptionDescription& option : command.options) {
      if (option.group != group) made_ += base::format(".PP\n{}:\n", plain(option.group));
      group = option.group;
      add(option);
    }
  }

  void add(const OptionDescription& option) {
    made_ += ".TP\n";
    std::string_view separator;
    for (const std::string& name : option.names) {
      made_ += base::format("{}\\fB{}\\fR", separator, plain(name));
      separator = ", ";
    }
    const bool is_argument = !option.names.front().starts_with('-');
    if (!option.value.empty() && !is_argument)
      made_ += base::format(" \\fI{}\\fR", plain(option.value));
    made_ += base::format("\n{}\n", plain(option.text));
  }

  const CommandDescription& program_;
  std::string made_;
};

}  // namespace

std::string manual(const CommandDescription& program, std::string_view version) {
  return Manual(program).text(version);
}

}  // namespace resilint::cli
