// SPDX-License-Identifier: Apache-2.0
// Checkstyle's XML, which reviewdog, Jenkins and many editors read.
#include <map>
#include <string>

#include "base/format.h"
#include "report/place.h"
#include "report/report.h"
#include "report/xml.h"

namespace resilint::report {
namespace {

std::string_view level(finding::Severity severity) {
  if (severity == finding::Severity::high) return "error";
  return severity == finding::Severity::medium ? "warning" : "info";
}

}  // namespace

std::string checkstyle(const Context& context) {
  Places places(context.files);
  std::map<std::string_view, std::string> by_path;
  for (const finding::FileAccount& file : context.outcome.files) {
    if (file.status != finding::FileStatus::skipped) by_path[file.path];
  }
  for (const finding::Finding* found : shown_findings(context)) {
    const Region region = places.region(found->span);
    by_path[places.path(found->span)] += base::format(
        "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" "
        "source=\"resilint.{}\"/>\n",
        region.line, region.begin, level(found->severity), xml(found->message), xml(found->rule));
  }
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  for (const auto& [path, errors] : by_path)
    text += base::format("  <file name=\"{}\">\n{}  </file>\n", xml(path), errors);
  return text + "</checkstyle>\n";
}

}  // namespace resilint::report
