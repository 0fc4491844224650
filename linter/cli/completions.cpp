// SPDX-License-Identifier: Apache-2.0
#include "cli/completions.h"

#include <algorithm>

#include "base/format.h"

namespace resilint::cli {
namespace {

constexpr std::string_view bash_script = R"shell(_resilint() {
  local words=() word i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    # bash breaks words at = and :, and replaces what stands behind them.
    if ((i > 1)) && [[ $word =~ ^[=:]+$ || ${COMP_WORDS[i - 1]} =~ ^[=:]+$ ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  [[ $word =~ ^[=:]+$ ]] && word=
  local kept=${words[-1]%"$word"}
  mapfile -t COMPREPLY < <("${1/#\~\//$HOME/}" completions bash -- "${words[@]}" 2>/dev/null)
  COMPREPLY=("${COMPREPLY[@]#"$kept"}")
}
complete -o bashdefault -o default -F _resilint resilint
)shell";

constexpr std::string_view zsh_script = R"shell(#compdef resilint
_resilint() {
  local -a found
  found=(${(f)"$(${~words[1]} completions zsh -- "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)"})
  if ((${#found})); then
    _describe resilint found
  else
    compset -P '*='
    _files
  fi
}
if [ "$funcstack[1]" = _resilint ]; then
  _resilint "$@"
else
  compdef _resilint resilint
fi
)shell";

constexpr std::string_view fish_script = R"shell(function __resilint_completes
    set -l words (commandline -opc)
    set -g __resilint_found ($words[1] completions fish -- $words[2..-1] (commandline -ct) 2>/dev/null)
    set -q __resilint_found[1]
end
complete -c resilint -n __resilint_completes -f -a '(printf "%s\n" $__resilint_found)'
)shell";

struct Candidate {
  std::string word;
  std::string_view text;
};

class Completion {
 public:
  Completion(const CommandDescription& program, std::span<const rule::Rule* const> rules,
             std::span<const std::string> words)
      : program_(program), rules_(rules), words_(words), last_(words.back()) {}

  std::vector<Candidate> candidates() {
    // `help` stands before a command.
    if (words_.size() > 1 && words_.front() == "help") words_ = words_.subspan(1);
    const CommandDescription* command = &program_;
    std::size_t at = 0;
    while (at + 1 < words_.size()) {
      const CommandDescription* part = part_named(*command, words_[at]);
      if (part == nullptr) break;
      command = part;
      ++at;
    }
    if (command->parts.empty()) {
      complete(*command, words_.subspan(at));
    } else if (at + 1 == words_.size()) {
      for (const CommandDescription& part : command->parts) add(part.name, part.text);
      add_options(*command);
      if (command == &program_) complete(default_command(), words_);
    } else if (command == &program_) {
      complete(default_command(), words_);
    }
    return std::move(found_);
  }

 private:
  static const CommandDescription* part_named(const CommandDescription& command,
                                              std::string_view name) {
    const auto at = std::ranges::find(command.parts, name, &CommandDescription::name);
    return at == command.parts.end() ? nullptr : &*at;
  }
  const CommandDescription& default_command() const { return *part_named(program_, "check"); }

  static const OptionDescription* option_named(const CommandDescription& command,
                                               std::string_view name) {
    for (const OptionDescription& option : command.options) {
      if (std::ranges::find(option.names, name) != option.names.end()) return &option;
    }
    return nullptr;
  }

  // `words` stand behind the name of the command.
  void complete(const CommandDescription& command, std::span<const std::string> words) {
    std::size_t arguments = 0;
    bool only_arguments = false;
    for (std::size_t at = 0; at + 1 < words.size(); ++at) {
      const std::string& word = words[at];
      const OptionDescription* option = only_arguments ? nullptr : option_named(command, word);
      if (!only_arguments && word == "--") {
        only_arguments = true;
      } else if (option != nullptr && !option->value.empty()) {
        if (at + 2 == words.size()) return add_values(*option, {});
        ++at;
      } else if (only_arguments || !word.starts_with('-') || word == "-") {
        ++arguments;
      }
    }
    if (!only_arguments && last_.starts_with('-')) {
      const std::size_t equals = last_.find('=');
      if (equals == std::string_view::npos) return add_options(command);
      const OptionDescription* option = option_named(command, last_.substr(0, equals));
      if (option != nullptr) add_values(*option, last_.substr(0, equals + 1));
    } else if (!command.arguments.empty()) {
      const std::size_t last = command.arguments.size() - 1;
      if (arguments <= last || command.arguments[last].is_repeated)
        add_values(command.arguments[std::min(arguments, last)], {});
    }
  }

  // The values of an option, behind `before` in the last word.
  void add_values(const OptionDescription& option, std::string_view before) {
    for (const std::string_view word : option.words) add(base::format("{}{}", before, word), {});
    if (!option.takes_rules) return;
    // Of a list, the part behind the last comma.
    const std::size_t comma =
        option.value.find(',') == std::string::npos ? std::string_view::npos : last_.rfind(',');
    if (comma != std::string_view::npos) before = last_.substr(0, comma + 1);
    for (const rule::Rule* rule : rules_)
      add(base::format("{}{}", before, rule->name), rule->title);
  }

  void add_options(const CommandDescription& command) {
    if (!last_.starts_with('-')) return;
    for (const OptionDescription& option : command.options) {
      for (const std::string& name : option.names) add(name, option.text);
    }
  }

  void add(std::string word, std::string_view text) {
    const bool fits = word.starts_with(last_) &&
                      std::ranges::find(found_, word, &Candidate::word) == found_.end();
    if (fits) found_.push_back({std::move(word), text});
  }

  const CommandDescription& program_;
  std::span<const rule::Rule* const> rules_;
  std::span<const std::string> words_;
  std::string_view last_;
  std::vector<Candidate> found_;
};

}  // namespace

std::string_view completion_script(Shell shell) {
  switch (shell) {
    case Shell::bash:
      return bash_script;
    case Shell::zsh:
      return zsh_script;
    case Shell::fish:
      return fish_script;
  }
  return {};
}

std::string completion_lines(Shell shell, const CommandDescription& program,
                             std::span<const rule::Rule* const> rules,
                             std::span<const std::string> words) {
  std::string lines;
  for (const Candidate& candidate : Completion(program, rules, words).candidates()) {
    lines += candidate.word;
    if (shell != Shell::bash && !candidate.text.empty())
      lines += base::format("{}{}", shell == Shell::zsh ? ':' : '\t', candidate.text);
    lines += '\n';
  }
  return lines;
}

}  // namespace resilint::cli
