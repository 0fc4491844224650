// SPDX-License-Identifier: Apache-2.0
// One line per finding, as compilers print it: path:line:column: severity rule: message
#include "base/format.h"
#include "report/place.h"
#include "report/report.h"

namespace resilint::report {

std::string concise(const Context& context) {
  Places places(context.files);
  std::string text;
  for (const finding::Finding* found : shown_findings(context)) {
    const Region region = places.region(found->span);
    text += base::format("{}:{}:{}: {} {}: {}\n", visible(places.path(found->span)), region.line,
                         region.begin, finding::name(found->severity), found->rule,
                         visible(found->message));
  }
  if (context.show_unknown) {
    for (const finding::Unknown& unknown : context.outcome.unknowns) {
      const Region region = places.region(unknown.span);
      text += base::format("{}:{}:{}: unknown {}: {}: {}\n", visible(places.path(unknown.span)),
                           region.line, region.begin, unknown.rule, visible(unknown.address),
                           visible(unknown.reason));
    }
  }
  if (context.show_suppressed) {
    for (const finding::Finding& found : context.outcome.suppressed) {
      const Region region = places.region(found.span);
      text += base::format("{}:{}:{}: ignored {}: {}{}\n", visible(places.path(found.span)),
                           region.line, region.begin, found.rule, visible(found.message),
                           ignored_because(found));
    }
  }
  if (context.show_files) {
    for (const finding::FileAccount& file : context.outcome.files) {
      const std::string detail = file.reason.empty() ? file.dialect : file.reason;
      text += base::format("{}: {}: {}\n", visible(file.path), finding::name(file.status),
                           visible(detail));
    }
  }
  if (context.statistics) text += statistics(context);
  return text;
}

}  // namespace resilint::report
