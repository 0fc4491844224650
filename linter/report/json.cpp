// SPDX-License-Identifier: Apache-2.0
// The shape that schemas/output.schema.json describes.
#include <algorithm>

#include "base/json_writer.h"
#include "report/place.h"
#include "report/report.h"

namespace resilint::report {
namespace {

using base::JsonWriter;

class Json {
 public:
  explicit Json(const Context& context) : context_(context), places_(context.files) {}

  std::string render() {
    json_.begin_object().member("version", context_.version);
    add_summary();
    json_.key("files").begin_array();
    for (const finding::FileAccount& file : context_.outcome.files) {
      json_.begin_object()
          .member("path", file.path)
          .member("status", finding::name(file.status))
          .member("dialect", file.dialect)
          .member("reason", file.reason)
          .end_object();
    }
    json_.end_array().key("findings").begin_array();
    for (const finding::Finding* found : shown_findings(context_)) add(*found);
    json_.end_array().key("unknowns").begin_array();
    for (const finding::Unknown& unknown : context_.outcome.unknowns) {
      json_.begin_object()
          .member("rule", unknown.rule)
          .member("address", unknown.address)
          .member("reason", unknown.reason);
      place(unknown.span);
      json_.end_object();
    }
    json_.end_array().end_object();
    return json_.take() + "\n";
  }

 private:
  static std::int64_t number(std::size_t count) { return static_cast<std::int64_t>(count); }

  void add_summary() {
    const finding::Outcome& outcome = context_.outcome;
    json_.key("summary").begin_object().key("findings").begin_object();
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

  void place(source::Span span) { write_place(span, places_, json_); }

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
    json_.end_object().key("values").begin_array();
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
    json_.end_array()
        .member("fingerprint", finding::fingerprint(found, places_.path(found.span)))
        .end_object();
  }

  const Context& context_;
  Places places_;
  JsonWriter json_{JsonWriter::Layout::indented};
};

}  // namespace

std::string json(const Context& context) { return Json(context).render(); }

}  // namespace resilint::report
