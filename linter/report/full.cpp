// SPDX-License-Identifier: Apache-2.0
// For people at a terminal: the sentence, the line with carets, the values and where they came
// from, the fix, the rule's name.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "base/utf8.h"
#include "report/place.h"
#include "report/report.h"

namespace resilint::report {
namespace {

constexpr std::size_t widest_line = 140;  // columns of a code frame
constexpr std::size_t instances_shown = 5;

class Full {
 public:
  explicit Full(const Context& context)
      : context_(context), places_(context.files), secrets_(context.outcome.secrets) {
    std::ranges::sort(secrets_, {},
                      [](source::Span span) { return std::pair(span.file, span.end); });
  }

  std::string render() {
    for (const finding::Finding* found : shown_findings(context_)) add(*found);
    if (context_.show_unknown && !context_.outcome.unknowns.empty()) add_unknowns();
    if (context_.show_suppressed && !context_.outcome.suppressed.empty()) add_suppressed();
    if (context_.show_files) add_files();
    if (context_.statistics) text_ += "By rule:\n" + statistics(context_) + "\n";
    text_ += summary(context_) + "\n";
    return std::move(text_);
  }

 private:
  std::string painted(std::string_view code, std::string_view text) const {
    return context_.colour ? base::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  static std::string_view colour_of(finding::Severity severity) {
    switch (severity) {
      case finding::Severity::high:
        return "1;31";
      case finding::Severity::medium:
        return "1;33";
      case finding::Severity::low:
        return "1;36";
      case finding::Severity::note:
        return "1;34";
    }
    return "0";
  }

  void add(const finding::Finding& found) {
    text_ +=
        base::format("{}: {}\n", painted(colour_of(found.severity), finding::name(found.severity)),
                     painted("1", visible(found.message)));
    width_ = base::format("{}", places_.region(found.span).line).size();
    for (const finding::Label& label : found.labels)
      width_ = std::max(width_, base::format("{}", places_.region(label.span).line).size());
    frame(found.span, {}, painted(colour_of(found.severity), "^"));
    for (const finding::Label& label : found.labels)
      frame(label.span, label.text, painted("1;34", "-"));
    const std::string indent(width_ + 1, ' ');
    for (const finding::DecidingValue& value : found.values) {
      text_ += base::format("{}{} {} is {} ({}{})\n", indent, painted("34", "="), value.name,
                            visible(value.value), value.origin,
                            value.source.empty() ? "" : ", " + value.source);
    }
    if (!found.construct.empty()) {
      text_ +=
          base::format("{}{} made by {}{}\n", indent, painted("34", "="), visible(found.construct),
                       found.made_at.empty() ? "" : " at " + visible(found.made_at));
    }
    if (!found.instances.empty()) {
      std::vector<std::string> shown(
          found.instances.begin(),
          found.instances.begin() +
              static_cast<std::ptrdiff_t>(std::min(instances_shown, found.instances.size())));
      if (found.instances.size() > instances_shown)
        shown.push_back(base::format("{} more", found.instances.size() - instances_shown));
      text_ +=
          base::format("{}{} found for {}\n", indent, painted("34", "="), base::join(shown, ", "));
    }
    for (const finding::FixIntent& fix : found.fixes) {
      text_ += base::format("{}{} {}{}\n", indent, painted("32", "fix:"), visible(fix.sentence),
                            fix.safe ? "" : base::format(" ({})", fix.cost));
    }
    text_ += base::format("{}{} {}\n\n", indent, painted("34", "rule:"), found.rule);
  }

  // One line of the file with marks under the span.
  void frame(source::Span span, std::string_view label, const std::string& mark) {
    const Region region = places_.region(span);
    const source::LineIndex& lines = places_.lines(span.file);
    const std::string_view line = lines.line(region.line);
    const std::uint32_t line_begin = lines.begin_of(region.line);
    std::size_t begin = std::min<std::size_t>(span.begin - line_begin, line.size());
    std::size_t end =
        std::min<std::size_t>(std::max(span.end, span.begin) - line_begin, line.size());
    if (begin == 0 && line.starts_with("\xEF\xBB\xBF"))
      begin = std::min<std::size_t>(3, line.size());
    // Of a long line only what is around the span.
    std::size_t first = 0;
    std::size_t last = line.size();
    if (line.size() > widest_line) {
      first = begin > widest_line / 3 ? boundary(line, begin - widest_line / 3) : 0;
      last = boundary(line, std::min(line.size(), first + widest_line));
      end = std::min(std::max(end, begin), last);
    }
    const auto text = [&](std::size_t from, std::size_t to) {
      const auto at = [line_begin](std::size_t column) {
        return line_begin + static_cast<std::uint32_t>(column);
      };
      return quoted({span.file, at(from), at(to)});
    };
    const std::string before = (first > 0 ? "…" : "") + text(first, begin);
    const std::string marked = text(begin, end);
    const std::string after = text(end, last) + (last < line.size() ? "…" : "");
    const std::string indent(width_, ' ');
    text_ += base::format("{}{} {}:{}:{}\n", indent, painted("1;34", "-->"),
                          visible(places_.path(span)), region.line, region.begin);
    const std::string number = base::format("{}", region.line);
    text_ += base::format("{}{} {} {}{}{}\n", std::string(width_ - number.size(), ' '),
                          painted("1;34", number), painted("1;34", "|"), before, marked, after);
    std::string marks;
    for (std::size_t i = 0; i < std::max<std::size_t>(base::code_points(marked), 1); ++i)
      marks += mark;
    text_ += base::format("{} {} {}{}{}\n", indent, painted("1;34", "|"),
                          std::string(base::code_points(before), ' '), marks,
                          label.empty() ? "" : " " + visible(label));
  }

  // The bytes of the file, with what is secret covered up.
  std::string quoted(source::Span span) const {
    const std::string_view bytes = context_.files.get(span.file).bytes();
    std::string made;
    std::uint32_t at = span.begin;
    const auto end_of = [](source::Span secret) { return std::pair(secret.file, secret.end); };
    for (auto secret = std::ranges::upper_bound(secrets_, std::pair(span.file, at), {}, end_of);
         secret != secrets_.end() && secret->file == span.file && secret->begin < span.end;
         ++secret) {
      if (secret->end <= at) continue;
      if (secret->begin > at) made += visible(bytes.substr(at, secret->begin - at));
      made += "(sensitive)";
      at = std::min(secret->end, span.end);
    }
    return made + visible(bytes.substr(at, span.end - at));
  }

  static std::size_t boundary(std::string_view line, std::size_t at) {
    while (at < line.size() && base::continues_utf8(line[at])) ++at;
    return at;
  }

  void add_unknowns() {
    text_ += "Undecided:\n";
    for (const finding::Unknown& unknown : context_.outcome.unknowns) {
      const Region region = places_.region(unknown.span);
      text_ += base::format("  {}:{}:{}: {} for {}: {}\n", visible(places_.path(unknown.span)),
                            region.line, region.begin, unknown.rule,
                            unknown.address.empty() ? "the project" : visible(unknown.address),
                            visible(unknown.reason));
    }
    text_ += "\n";
  }

  void add_suppressed() {
    text_ += "Ignored:\n";
    for (const finding::Finding& found : context_.outcome.suppressed) {
      const Region region = places_.region(found.span);
      text_ +=
          base::format("  {}:{}:{}: {}: {}{}\n", visible(places_.path(found.span)), region.line,
                       region.begin, found.rule, visible(found.message), ignored_because(found));
    }
    text_ += "\n";
  }

  void add_files() {
    text_ += "Files:\n";
    for (const finding::FileAccount& file : context_.outcome.files) {
      const std::string detail = file.reason.empty() ? file.dialect : file.reason;
      text_ += base::format("  {} {}: {}\n", finding::name(file.status), visible(file.path),
                            visible(detail));
    }
    text_ += "\n";
  }

  const Context& context_;
  Places places_;
  std::vector<source::Span> secrets_;
  std::string text_;
  std::size_t width_ = 1;
};

}  // namespace

std::string full(const Context& context) { return Full(context).render(); }

}  // namespace resilint::report
