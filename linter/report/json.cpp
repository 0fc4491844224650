// SPDX-License-Identifier: Apache-2.0
// The shape that schemas/output.schema.json describes; as lines, one object for each of its parts.
#include <algorithm>

#include "base/json_writer.h"
#include "report/place.h"
#include "report/report.h"

namespace resilint::report {
namespace {

using base::JsonWriter;

class Json {
 public:
  Json(const Context& context, JsonWriter& json, Places& places)
      : context_(context), json_(json), places_(places) {}

  void add_all() {
    json_.begin_object().member("version", context_.version).key("summary");
    add_summary();
    json_.key("files").begin_array();
    for (const finding::FileAccount& file : context_.outcome.files) add(file);
    json_.end_array().key("findings").begin_array();
    for (const finding::Finding* found : shown_findings(context_)) add(*found);
    json_.end_array().key("ignored").begin_array();
    if (context_.show_suppressed) {
      for (const finding::Finding& found : context_.outcome.suppressed) add(found);
    }
    json_.end_array().key("unknowns").begin_array();
    for (const finding::Unknown& unknown : context_.outcome.unknowns) add(unknown);
    json_.end_array().end_object();
  }

  void add(const finding::FileAccount& file) {
    json_.begin_object()
        .member("path", file.path)
        .member("status", finding::name(file.status))
        .member("dialect", file.dialect)
        .member("reason", file.reason)
        .end_object();
  }

  void add(const finding::Unknown& unknown) {
    json_.begin_object()
        .member("rule", unknown.rule)
        .member("address", unknown.address)
        .member("reason", unknown.reason);
    add_environments(unknown.environments);
    place(unknown.span);
    json_.end_object();
  }

  void add_summary() {
    const finding::Outcome& outcome = context_.outcome;
    json_.begin_object().key("findings").begin_object();
    for (const finding::Severity severity : {finding::Severity::high, finding::Severity::medium,
                                             finding::Severity::low, finding::Severity::note}) {
      json_.member(finding::name(severity),
                   number(static_cast<std::size_t>(std::ranges::count(
                       outcome.findings, severity, &finding::Finding::severity))));
    }
    json_.end_object()
        .member("conditional", number(outcome.conditionals.size()))
        .member("ignored", number(outcome.suppressed.size()))
        .member("unknowns", number(outcome.unknowns.size()))
        .key("files")
        .begin_object();
    for (const finding::FileStatus status :
         {finding::FileStatus::checked, finding::FileStatus::skipped,
          finding::FileStatus::failed}) {
      json_.member(finding::name(status),
                   number(static_cast<std::size_t>(
                       std::ranges::count(outcome.files, status, &finding::FileAccount::status))));
    }
    json_.end_object().end_object();
  }

  void add(const finding::Finding& found) {
    json_.begin_object()
        .member("rule", found.rule)
        .member("severity", finding::name(found.severity))
        .member("message", found.message);
    place(found.span);
    json_.member("address", found.address).member("property", found.property);
    if (!found.construct.empty()) json_.member("construct", found.construct);
    if (!found.made_at.empty()) json_.member("madeAt", found.made_at);
    json_.key("instances").begin_array();
    for (const std::string& instance : found.instances) json_.string(instance);
    json_.end_array().key("conditions").begin_object();
    for (const auto& [parameter, value] : found.conditions) json_.member(parameter, value);
    json_.end_object();
    add_environments(found.environments);
    json_.key("values").begin_array();
    for (const finding::DecidingValue& value : found.values) {
      json_.begin_object()
          .member("name", value.name)
          .member("value", value.value)
          .member("origin", value.origin)
          .member("source", value.source);
      if (value.span) place(*value.span);
      json_.end_object();
    }
    json_.end_array().key("labels").begin_array();
    for (const finding::Label& label : found.labels) {
      json_.begin_object().member("text", label.text);
      place(label.span);
      json_.end_object();
    }
    json_.end_array().key("fixes").begin_array();
    for (const finding::FixIntent& fix : found.fixes) {
      json_.begin_object().member("sentence", fix.sentence).member("address", fix.address);
      if (!fix.attribute.empty()) json_.member("attribute", fix.attribute);
      if (!fix.creates.empty()) json_.member("creates", fix.creates);
      json_.member("value", fix.value).member("safety", fix.safe ? "safe" : "unsafe");
      if (!fix.cost.empty()) json_.member("cost", fix.cost);
      json_.end_object();
    }
    json_.end_array();
    if (found.ignored) {
      json_.key("ignored").begin_object().member("reason", found.ignored->reason);
      json_.member("until", found.ignored->until);
      if (found.ignored->span) place(*found.ignored->span);
      json_.end_object();
    }
    json_.member("fingerprint", finding::fingerprint(found, places_.path(found.span))).end_object();
  }

 private:
  void add_environments(const std::vector<std::string>& environments) {
    if (environments.empty()) return;
    json_.key("environments").begin_array();
    for (const std::string& environment : environments) json_.string(environment);
    json_.end_array();
  }

  static std::int64_t number(std::size_t count) { return static_cast<std::int64_t>(count); }
  void place(source::Span span) { write_place(span, places_, json_); }

  const Context& context_;
  JsonWriter& json_;
  Places& places_;
};

}  // namespace

std::string json(const Context& context) {
  Places places(context.files);
  JsonWriter json(JsonWriter::Layout::indented);
  Json(context, json, places).add_all();
  return json.take() + "\n";
}

std::string jsonl(const Context& context) {
  Places places(context.files);
  std::string text;
  // One object with one member, which says what it is.
  const auto line = [&](std::string_view kind, auto add) {
    JsonWriter json;
    json.begin_object().key(kind);
    add(Json(context, json, places));
    json.end_object();
    text += json.take() + "\n";
  };
  for (const finding::FileAccount& file : context.outcome.files)
    line("file", [&](Json&& json) { json.add(file); });
  for (const finding::Finding* found : shown_findings(context))
    line("finding", [&](Json&& json) { json.add(*found); });
  if (context.show_suppressed) {
    for (const finding::Finding& found : context.outcome.suppressed)
      line("ignored", [&](Json&& json) { json.add(found); });
  }
  for (const finding::Unknown& unknown : context.outcome.unknowns)
    line("unknown", [&](Json&& json) { json.add(unknown); });
  line("summary", [&](Json&& json) { json.add_summary(); });
  return text;
}

}  // namespace resilint::report
