// SPDX-License-Identifier: Apache-2.0
// Reviewdog Diagnostic Format (github.com/reviewdog/reviewdog, proto/rdf/reviewdog.proto). Its
// columns count bytes of UTF-8.
#include <algorithm>
#include <map>

#include "base/json_writer.h"
#include "report/place.h"
#include "report/report.h"

namespace resilint::report {
namespace {

std::string_view level(finding::Severity severity) {
  if (severity == finding::Severity::high) return "ERROR";
  return severity == finding::Severity::medium ? "WARNING" : "INFO";
}

class Rdjson {
 public:
  explicit Rdjson(const Context& context) : context_(context), places_(context.files) {
    for (const finding::RuleInfo& rule : context.rules) rules_.emplace(rule.name, &rule);
  }

  std::string render() {
    json_.begin_object().key("source").begin_object().member("name", "resilint").end_object();
    json_.key("diagnostics").begin_array();
    for (const finding::Finding* found : shown_findings(context_)) add(*found);
    json_.end_array().end_object();
    return json_.take() + "\n";
  }

 private:
  void add(const finding::Finding& found) {
    json_.begin_object().member("message", found.message).member("severity", level(found.severity));
    location("location", found.span);
    json_.key("code").begin_object().member("value", found.rule);
    const auto rule = rules_.find(found.rule);
    if (rule != rules_.end() && !rule->second->help_uri.empty())
      json_.member("url", rule->second->help_uri);
    json_.end_object();
    if (!found.labels.empty()) {
      json_.key("relatedLocations").begin_array();
      for (const finding::Label& label : found.labels) {
        json_.begin_object().member("message", label.text);
        location("location", label.span);
        json_.end_object();
      }
      json_.end_array();
    }
    json_.end_object();
  }

  void location(std::string_view name, source::Span span) {
    const source::LineIndex& lines = places_.lines(span.file);
    const source::Position begin = lines.position(span.begin);
    const auto width = static_cast<std::uint32_t>(lines.line(begin.line).size());
    const std::uint32_t last = lines.begin_of(begin.line) + width;
    const source::Position end = lines.position(std::max(span.begin, std::min(span.end, last)));
    json_.key(name).begin_object().member("path", places_.path(span));
    json_.key("range").begin_object();
    position("start", begin.line, begin.column_utf8);
    position("end", begin.line, std::max(end.column_utf8, begin.column_utf8 + 1));
    json_.end_object().end_object();
  }

  void position(std::string_view name, std::uint32_t line, std::uint32_t column) {
    json_.key(name)
        .begin_object()
        .member("line", std::int64_t{line})
        .member("column", std::int64_t{column})
        .end_object();
  }

  const Context& context_;
  Places places_;
  base::JsonWriter json_;
  std::map<std::string_view, const finding::RuleInfo*> rules_;
};

}  // namespace

std::string rdjson(const Context& context) { return Rdjson(context).render(); }

}  // namespace resilint::report
