// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/completions.h"
#include "rule/builtin.h"

namespace resilint::cli {

int completions(const Options& options) {
  if (options.completed_words.empty()) return print(completion_script(options.shell)) ? 0 : 2;
  return print(completion_lines(options.shell, describe_command_line(), rule::builtin().rules,
                                options.completed_words))
             ? 0
             : 2;
}

}  // namespace resilint::cli
