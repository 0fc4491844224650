// SPDX-License-Identifier: Apache-2.0
// For the summary page of a CI job, or a comment that a bot finds again by its first line.
#include <algorithm>
#include <string>

#include "base/format.h"
#include "base/text.h"
#include "report/place.h"
#include "report/report.h"

namespace resilint::report {
namespace {

constexpr std::size_t most_rows = 200;  // GitHub takes 1 MiB from a step

// Text in a cell of a table: nothing in it is markup.
std::string cell(std::string_view text) {
  std::string made;
  for (const char c : visible(text)) {
    constexpr std::string_view markup = "\\`*_{}[]<>()#|~!&@";
    if (markup.find(c) != std::string_view::npos) made += '\\';
    made += c;
  }
  return made;
}

// Markup has no escapes inside of backticks.
std::string code(std::string_view text) {
  std::string shown = visible(text);
  std::ranges::replace(shown, '`', '\'');
  std::string made;
  for (const char c : shown) made += c == '|' ? "\\|" : std::string(1, c);
  return "`" + made + "`";
}

}  // namespace

std::string markdown(const Context& context) {
  Places places(context.files);
  std::vector<const finding::Finding*> shown = shown_findings(context);
  std::ranges::stable_sort(shown, std::ranges::greater{}, &finding::Finding::severity);
  std::string text = "<!-- resilint -->\n## resilint\n\n" + cell(summary(context)) + "\n";
  if (!shown.empty()) text += "\n| severity | where | what | rule |\n| --- | --- | --- | --- |\n";
  for (std::size_t i = 0; i < std::min(shown.size(), most_rows); ++i) {
    const finding::Finding& found = *shown[i];
    text += base::format(
        "| {} | {} | {} | {} |\n", finding::name(found.severity),
        code(base::format("{}:{}", places.path(found.span), places.region(found.span).line)),
        cell(found.message), code(found.rule));
  }
  if (shown.size() > most_rows)
    text += base::format("\n{} not listed here.\n",
                         base::count(shown.size() - most_rows, "more is", "more are"));
  const auto failed = [](const finding::FileAccount& file) {
    return file.status == finding::FileStatus::failed;
  };
  if (std::ranges::any_of(context.outcome.files, failed)) {
    text += "\n| file | why it could not be read |\n| --- | --- |\n";
    for (const finding::FileAccount& file : context.outcome.files) {
      if (failed(file)) text += base::format("| {} | {} |\n", code(file.path), cell(file.reason));
    }
  }
  return text;
}

}  // namespace resilint::report
