// SPDX-License-Identifier: Apache-2.0
#include "finding/diagnostics.h"

#include <algorithm>
#include <string>
#include <vector>

namespace resilint::finding {
namespace {

RuleInfo info(std::string_view name, Severity severity, std::string_view title,
              std::string_view why) {
  RuleInfo made;
  made.name = name;
  made.title = title;
  made.severity = severity;
  made.profile = "diagnostic";
  made.why = why;
  made.help =
      "# " + std::string(name) + "\n\n" + std::string(title) + ".\n\n" + std::string(why) + "\n";
  return made;
}

}  // namespace

std::span<const RuleInfo> diagnostics() {
  static const std::vector<RuleInfo> all{
      info("duplicate-key", Severity::note, "No key stands twice in one mapping",
           "Only the last of equal keys counts; what the others say is lost without a word."),
      info("encoding", Severity::high, "Files are text in UTF-8",
           "A file in another encoding cannot be read, so nothing in it is judged. Save it as "
           "UTF-8."),
      info("expired-ignore", Severity::note, "No ignore is past its date",
           "What it covered is reported again. Mend it, or decide anew and give a later date."),
      info("limit", Severity::high, "Files stay within the limits of size, depth and number",
           "Beyond a limit (YAML 8 MB, JSON 512 MB, 256 collections inside each other, 100,000 "
           "resources in one template) a file is not read, so nothing in it is judged."),
      info("merge-key", Severity::note, "Merge keys are resolved before a template is deployed",
           "A `<<` key is applied as YAML 1.1 says. CloudFormation itself does not know it; `aws "
           "cloudformation package` writes it out."),
      info("syntax-error", Severity::high, "Files are well-formed",
           "A file that does not parse cannot be read, so nothing in it is judged."),
      info("unread", Severity::note, "Everything that shapes a template can be read",
           "What a macro, a remote include or a nested stack that is not there does is known only "
           "when the template is deployed, so what they may touch is left undecided."),
      info("unused-ignore", Severity::note, "Every ignore covers a finding",
           "One that ignores nothing misleads its readers, and hides the next finding at its "
           "place."),
      info("unused-value", Severity::note, "Every value of an environment is taken by something",
           "A value whose name is nearly that of a parameter or variable is most likely misspelt; "
           "then the default counts."),
  };
  return all;
}

bool is_diagnostic(std::string_view name) {
  return std::ranges::find(diagnostics(), name, &RuleInfo::name) != diagnostics().end();
}

}  // namespace resilint::finding
