// SPDX-License-Identifier: Apache-2.0
// SARIF 2.1.0 as GitHub code scanning takes it: one run, one line per region, limits enforced here.
#include <algorithm>
#include <map>
#include <vector>

#include "base/format.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "report/line_hash.h"
#include "report/place.h"
#include "report/report.h"

namespace resilint::report {
namespace {

constexpr std::size_t most_results = 5000;
constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_text = 1024;
constexpr std::size_t most_tags = 8;
constexpr std::size_t most_related = 50;
constexpr std::string_view home = "https://github.com/resilint/resilint";

std::string_view level(finding::Severity severity) {
  if (severity == finding::Severity::high) return "error";
  return severity == finding::Severity::medium ? "warning" : "note";
}
std::string_view problem_severity(finding::Severity severity) {
  if (severity == finding::Severity::high) return "error";
  return severity == finding::Severity::medium ? "warning" : "recommendation";
}

// "sqs-dead-letter-queue" → "SqsDeadLetterQueue"
std::string pascal_case(std::string_view name) {
  std::string made;
  bool upper = true;
  for (const char c : name) {
    if (c == '-') {
      upper = true;
      continue;
    }
    made += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return made;
}

// RFC 3986: everything but the unreserved characters and `/` is escaped.
std::string uri(std::string_view path) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string made;
  for (const char c : path) {
    made += plain.find(c) != std::string_view::npos
                ? std::string(1, c)
                : base::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return made;
}

class Sarif {
 public:
  explicit Sarif(const Context& context) : context_(context), places_(context.files) {
    for (std::size_t i = 0; i < context.rules.size(); ++i)
      rule_index_.emplace(context.rules[i].name, i);
  }

  std::string render() {
    json_.begin_object()
        .member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        .member("version", "2.1.0");
    json_.key("runs").begin_array().begin_object();
    add_tool();
    json_.key("columnKind").string("utf16CodeUnits");
    json_.key("originalUriBaseIds").begin_object().key("%SRCROOT%").begin_object();
    json_.key("description")
        .begin_object()
        .member("text", "The root of the repository.")
        .end_object()
        .end_object()
        .end_object();
    json_.key("automationDetails").begin_object().member("id", "resilint/").end_object();
    const std::vector<const finding::Finding*> shown = results();
    add_invocation(shown.size());
    json_.key("results").begin_array();
    for (const finding::Finding* found : shown) add(*found);
    json_.end_array().end_object().end_array().end_object();
    return json_.take() + "\n";
  }

 private:
  // The worst first, so that a consumer that cuts the list keeps them.
  std::vector<const finding::Finding*> results() {
    std::vector<const finding::Finding*> shown = shown_findings(context_);
    if (context_.show_suppressed) {
      for (const finding::Finding& found : context_.outcome.suppressed) shown.push_back(&found);
    }
    all_ = shown.size();
    std::ranges::stable_sort(shown, std::ranges::greater{}, &finding::Finding::severity);
    if (shown.size() > most_results) shown.resize(most_results);
    return shown;
  }

  void text(std::string_view key, std::string_view text) {
    json_.key(key).begin_object().member("text", text).end_object();
  }

  void add_tool() {
    json_.key("tool").begin_object().key("driver").begin_object();
    json_.member("name", "resilint")
        .member("semanticVersion", context_.version)
        .member("version", context_.version)
        .member("informationUri", home);
    json_.key("rules").begin_array();
    for (const finding::RuleInfo& rule : context_.rules) {
      // A name must say more than the id: `limit` becomes LimitDiagnostic.
      const std::string_view kind = rule.profile == "diagnostic" ? "Diagnostic" : "";
      json_.begin_object()
          .member("id", base::utf8_prefix(rule.name, longest_name))
          .member("name",
                  base::utf8_prefix(pascal_case(rule.name) + std::string(kind), longest_name));
      text("shortDescription", base::utf8_prefix(base::format("{}.", rule.title), longest_text));
      text("fullDescription", base::utf8_prefix(rule.why, longest_text));
      json_.key("help")
          .begin_object()
          .member("text", rule.help)
          .member("markdown", rule.help)
          .end_object();
      json_.member("helpUri", rule.help_uri.empty() ? home : std::string_view(rule.help_uri));
      json_.key("defaultConfiguration")
          .begin_object()
          .member("level", level(rule.severity))
          .end_object();
      json_.key("properties").begin_object().key("tags").begin_array().string("reliability");
      std::size_t tags = 1;
      for (const std::string_view tag : rule.tags) {
        if (tags++ < most_tags) json_.string(tag);
      }
      json_.end_array().member(
          "precision",
          rule.profile == "recommended" || rule.profile == "diagnostic" ? "high" : "medium");
      json_.member("problem.severity", problem_severity(rule.severity)).end_object().end_object();
    }
    json_.end_array().end_object().end_object();
  }

  void add_invocation(std::size_t shown) {
    json_.key("invocations")
        .begin_array()
        .begin_object()
        .member("executionSuccessful", true)
        .key("toolExecutionNotifications")
        .begin_array();
    for (const finding::FileAccount& file : context_.outcome.files) {
      if (file.status != finding::FileStatus::failed) continue;
      json_.begin_object().member("level", "error");
      text("message", base::format("{} could not be read: {}", file.path, file.reason));
      json_.key("locations").begin_array().begin_object().key("physicalLocation").begin_object();
      artifact(file.path);
      json_.end_object().end_object().end_array().end_object();
    }
    if (const std::size_t left = all_ - shown; left != 0) {
      json_.begin_object().member("level", "warning");
      text("message", base::format("{} more results are left out; at most {} are written", left,
                                   most_results));
      json_.end_object();
    }
    json_.end_array().end_object().end_array();
  }

  void artifact(std::string_view path) {
    json_.key("artifactLocation")
        .begin_object()
        .member("uri", uri(path))
        .member("uriBaseId", "%SRCROOT%")
        .end_object();
  }

  void location(source::Span span) {
    const Region region = places_.region(span);
    json_.key("physicalLocation").begin_object();
    artifact(places_.path(span));
    json_.key("region")
        .begin_object()
        .member("startLine", std::int64_t{region.line})
        .member("startColumn", std::int64_t{region.begin});
    json_.member("endLine", std::int64_t{region.line})
        .member("endColumn", std::int64_t{region.end})
        .end_object()
        .end_object();
  }

  void add(const finding::Finding& found) {
    json_.begin_object().member("ruleId", found.rule);
    if (const auto index = rule_index_.find(found.rule); index != rule_index_.end())
      json_.member("ruleIndex", static_cast<std::int64_t>(index->second));
    json_.member("level", level(found.severity));
    text("message", base::format("{}.", found.message));
    json_.key("locations").begin_array().begin_object();
    location(found.span);
    if (!found.construct.empty()) {
      json_.key("logicalLocations")
          .begin_array()
          .begin_object()
          .member("fullyQualifiedName", found.construct)
          .end_object()
          .end_array();
    }
    json_.end_object().end_array();
    if (!found.labels.empty()) {
      json_.key("relatedLocations").begin_array();
      for (std::size_t i = 0; i < std::min(found.labels.size(), most_related); ++i) {
        json_.begin_object().member("id", static_cast<std::int64_t>(i + 1));
        location(found.labels[i].span);
        text("message", base::format("{}.", found.labels[i].text));
        json_.end_object();
      }
      json_.end_array();
    }
    json_.key("partialFingerprints").begin_object();
    json_.member("primaryLocationLineHash", line_hash(found.span));
    json_.member("resilint/v1", finding::fingerprint(found, places_.path(found.span))).end_object();
    if (found.ignored) {
      json_.key("suppressions").begin_array().begin_object();
      json_.member("kind", found.ignored->span ? "inSource" : "external");
      if (!found.ignored->reason.empty()) json_.member("justification", found.ignored->reason);
      json_.end_object().end_array();
    }
    if (!found.conditions.empty() || !found.environments.empty()) {
      json_.key("properties").begin_object();
      if (!found.conditions.empty()) {
        json_.key("conditions").begin_object();
        for (const auto& [parameter, value] : found.conditions) json_.member(parameter, value);
        json_.end_object();
      }
      if (!found.environments.empty()) {
        json_.key("environments").begin_array();
        for (const std::string& environment : found.environments) json_.string(environment);
        json_.end_array();
      }
      json_.end_object();
    }
    json_.end_object();
  }

  std::string_view line_hash(source::Span span) {
    const auto [entry, fresh] = hashes_.try_emplace(span.file);
    if (fresh) entry->second = line_hashes(context_.files.get(span.file).bytes());
    const std::uint32_t line = places_.region(span).line;
    return line <= entry->second.size() ? std::string_view(entry->second[line - 1])
                                        : std::string_view{};
  }

  const Context& context_;
  Places places_;
  base::JsonWriter json_;
  std::size_t all_ = 0;  // that are to be shown, before any limit
  std::map<std::string_view, std::size_t> rule_index_;
  std::map<source::FileId, std::vector<std::string>> hashes_;
};

}  // namespace

std::string sarif(const Context& context) { return Sarif(context).render(); }

}  // namespace resilint::report
