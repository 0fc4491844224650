// SPDX-License-Identifier: Apache-2.0
// GitLab's code quality report (docs.gitlab.com, "Code Quality", section "Code Quality report
// format"). Of equal fingerprints GitLab shows one, so each is given once.
#include <map>

#include "base/format.h"
#include "base/json_writer.h"
#include "report/place.h"
#include "report/report.h"

namespace resilint::report {
namespace {

std::string_view level(finding::Severity severity) {
  switch (severity) {
    case finding::Severity::high:
      return "critical";
    case finding::Severity::medium:
      return "major";
    case finding::Severity::low:
      return "minor";
    case finding::Severity::note:
      return "info";
  }
  return "info";
}

}  // namespace

std::string gitlab(const Context& context) {
  Places places(context.files);
  base::JsonWriter json(base::JsonWriter::Layout::indented);
  std::map<std::string, std::size_t> given;
  json.begin_array();
  for (const finding::Finding* found : shown_findings(context)) {
    const Region region = places.region(found->span);
    std::string fingerprint = finding::fingerprint(*found, places.path(found->span));
    if (const std::size_t again = given[fingerprint]++; again != 0)
      fingerprint += base::format("-{}", again);
    json.begin_object()
        .member("description", found->message)
        .member("check_name", found->rule)
        .member("fingerprint", fingerprint)
        .member("severity", level(found->severity));
    json.key("location").begin_object().member("path", places.path(found->span));
    json.key("lines").begin_object().member("begin", std::int64_t{region.line});
    json.member("end", std::int64_t{region.line}).end_object().end_object().end_object();
  }
  json.end_array();
  return json.take() + "\n";
}

}  // namespace resilint::report
