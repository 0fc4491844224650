// SPDX-License-Identifier: Apache-2.0
#include "report/explanation.h"

#include "base/format.h"
#include "base/json_writer.h"
#include "report/place.h"

namespace resilint::report {
namespace {

using finding::Step;

std::string_view word(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::name:
      return "name";
    case Step::Kind::when:
      return "when";
    case Step::Kind::require:
      return "require";
    case Step::Kind::condition:
      return "condition";
    case Step::Kind::member:
      return "member";
    case Step::Kind::attribute:
      return "attribute";
    case Step::Kind::origin:
      return "origin";
  }
  return {};
}

class Text {
 public:
  Text(const source::FileSet& files, bool colour) : places_(files), colour_(colour) {}

  std::string render(const finding::Explanation& explained) {
    text_ =
        base::format("{} {} {}{} ({})\n", explained.rule, painted("1", verdict(explained.verdict)),
                     visible(explained.address), in(explained.environment), place(explained.span));
    text_ += base::format("{}.\n", visible(explained.title));
    if (!explained.message.empty())
      text_ += base::format("{}{}.\n", introduction(explained.verdict), visible(explained.message));
    text_ += "\n";
    add(explained.steps, "");
    return std::move(text_);
  }

 private:
  static std::string in(const std::string& environment) {
    return environment.empty() ? "" : " in " + visible(environment);
  }
  static std::string_view verdict(finding::Verdict verdict) {
    switch (verdict) {
      case finding::Verdict::passes:
        return "passes for";
      case finding::Verdict::fails:
        return "fails for";
      case finding::Verdict::conditional:
        return "fails for some parameters on";
      case finding::Verdict::unknown:
        return "cannot be decided for";
      case finding::Verdict::inapplicable:
        return "does not apply to";
    }
    return {};
  }
  static std::string_view introduction(finding::Verdict verdict) {
    return verdict == finding::Verdict::unknown        ? "Not known: "
           : verdict == finding::Verdict::inapplicable ? "Because "
                                                       : "";
  }

  std::string painted(std::string_view code, std::string_view text) const {
    return colour_ ? base::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }

  std::string place(source::Span span) {
    const Region region = places_.region(span);
    return base::format("{}:{}:{}", visible(places_.path(span)), region.line, region.begin);
  }

  void add(const std::vector<Step>& steps, const std::string& indent) {
    for (const Step& step : steps) {
      const bool last = &step == &steps.back();
      text_ += base::format("{}{}{}\n", indent, last ? "└─ " : "├─ ", line(step));
      add(step.steps, indent + (last ? "   " : "│  "));
    }
  }

  std::string line(const Step& step) {
    const std::string text = visible(step.text);
    const std::string value =
        (step.value == "(not set)" ? "not set" : visible(step.value)) +
        (step.reason.empty() ? "" : base::format(": {}", visible(step.reason)));
    switch (step.kind) {
      case Step::Kind::name:
        return base::format("{} → {}", text, painted("1", value));
      case Step::Kind::when:
        return base::format("applies when {} → {}", text, painted("1", value));
      case Step::Kind::require:
        return base::format("must hold: {} → {}", text, painted("1", value));
      case Step::Kind::condition:
        return base::format("{} → {}", text, painted("1", value));
      case Step::Kind::member:
        return text + (value.empty() ? "" : base::format(" → {}", painted("1", value))) + at(step);
      case Step::Kind::attribute:
        return base::format("{} is {}{}{}{}", text, painted("1", value),
                            step.origin.empty() ? "" : base::format(", {}", origin(step)),
                            step.document.empty() ? "" : base::format(" ({})", step.document),
                            at(step));
      case Step::Kind::origin:
        return text + at(step);
    }
    return {};
  }

  // "written here" needs no "here" where the place follows.
  static std::string origin(const Step& step) {
    return step.span && step.origin == "written here" ? "written" : visible(step.origin);
  }

  std::string at(const Step& step) {
    return step.span ? base::format(" at {}", painted("34", place(*step.span))) : std::string{};
  }

  Places places_;
  bool colour_;
  std::string text_;
};

class Json {
 public:
  explicit Json(const source::FileSet& files) : places_(files) {}

  std::string render(const finding::Explanation& explained, std::string_view version) {
    json_.begin_object()
        .member("version", version)
        .member("rule", explained.rule)
        .member("title", explained.title)
        .member("address", explained.address);
    if (!explained.environment.empty()) json_.member("environment", explained.environment);
    json_.member("verdict", finding::name(explained.verdict)).member("message", explained.message);
    place(explained.span);
    json_.key("conditions").begin_object();
    for (const auto& [parameter, value] : explained.conditions) json_.member(parameter, value);
    json_.end_object();
    add(explained.steps);
    json_.end_object();
    return json_.take() + "\n";
  }

 private:
  void place(source::Span span) { write_place(span, places_, json_); }

  void add(const std::vector<Step>& steps) {
    json_.key("steps").begin_array();
    for (const Step& step : steps) {
      json_.begin_object().member("kind", word(step.kind)).member("text", step.text);
      if (!step.value.empty()) json_.member("value", step.value);
      if (!step.reason.empty()) json_.member("reason", step.reason);
      if (!step.origin.empty()) json_.member("origin", step.origin);
      if (!step.document.empty()) json_.member("source", step.document);
      if (step.span) place(*step.span);
      add(step.steps);
      json_.end_object();
    }
    json_.end_array();
  }

  Places places_;
  base::JsonWriter json_{base::JsonWriter::Layout::indented};
};

}  // namespace

std::string explanation_text(const finding::Explanation& explanation, const source::FileSet& files,
                             bool colour) {
  return Text(files, colour).render(explanation);
}

std::string explanation_json(const finding::Explanation& explanation, const source::FileSet& files,
                             std::string_view version) {
  return Json(files).render(explanation, version);
}

}  // namespace resilint::report
