// SPDX-License-Identifier: Apache-2.0
// JUnit's XML as CI servers read it: a suite for each file, in it a failed case for each finding,
// an error when the file failed, and a case that passes when nothing was found.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/format.h"
#include "report/place.h"
#include "report/report.h"
#include "report/xml.h"

namespace resilint::report {
namespace {

std::string failure(const finding::Finding& found, std::string_view path, const Region& region) {
  const std::string about = found.address.empty() ? found.rule : found.rule + " " + found.address;
  return base::format(
      "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\">\n"
      "      <failure type=\"{}\" message=\"{}\">{}:{}:{}: {}</failure>\n    </testcase>\n",
      xml(path), xml(about), xml(path), region.line, finding::name(found.severity),
      xml(found.message), xml(path), region.line, region.begin, xml(found.message));
}

}  // namespace

std::string junit(const Context& context) {
  Places places(context.files);
  std::map<std::string_view, std::vector<const finding::Finding*>> by_path;
  for (const finding::Finding* found : shown_findings(context))
    by_path[places.path(found->span)].push_back(found);
  std::string suites;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  for (const finding::FileAccount& file : context.outcome.files) {
    if (file.status == finding::FileStatus::skipped) continue;
    const auto found = by_path.find(file.path);
    std::string cases;
    std::size_t own = 0;
    const bool failed = file.status == finding::FileStatus::failed;
    if (found != by_path.end()) {
      own = found->second.size();
      for (const finding::Finding* one : found->second)
        cases += failure(*one, file.path, places.region(one->span));
    }
    if (failed) {
      cases += base::format(
          "    <testcase classname=\"{}\" name=\"can be read\" file=\"{}\">\n"
          "      <error type=\"unread\" message=\"{}\"/>\n    </testcase>\n",
          xml(file.path), xml(file.path), xml(file.reason));
    } else if (own == 0) {
      cases += base::format("    <testcase classname=\"{}\" name=\"no findings\" file=\"{}\"/>\n",
                            xml(file.path), xml(file.path));
    }
    const std::size_t count = std::max<std::size_t>(own + (failed ? 1 : 0), 1);
    suites += base::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}  </testsuite>\n",
        xml(file.path), count, own, failed ? 1 : 0, cases);
    tests += count;
    failures += own;
    errors += failed ? 1 : 0;
  }
  return base::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"resilint\" tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\">\n{}</testsuites>\n",
      tests, failures, errors, suites);
}

}  // namespace resilint::report
