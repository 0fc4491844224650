// SPDX-License-Identifier: Apache-2.0
#include "support/tree_text.h"

#include <algorithm>

#include "base/format.h"
#include "parse/parse.h"
#include "source/line_index.h"

namespace resilint::test {
namespace {

using syntax::Node;

std::string scalar(const Node& node) {
  std::string text(node.text);
  std::ranges::replace(text, '\n', '~');
  switch (node.style) {
    case syntax::Style::plain:
      return text;
    case syntax::Style::single_quoted:
      return "'" + text + "'";
    case syntax::Style::double_quoted:
      return "\"" + text + "\"";
    case syntax::Style::literal:
      return "|" + text;
    case syntax::Style::folded:
      return ">" + text;
    default:
      return {};  // HCL's
  }
}

std::string node_text(const Node& node) {
  std::string text;
  if (!node.tag().empty()) text += base::format("{} ", node.tag());
  if (!node.anchor().empty()) text += base::format("&{} ", node.anchor());
  if (node.kind == syntax::NodeKind::alias) return text + base::format("*{}", node.text);
  if (node.is_scalar()) return text + scalar(node);
  text += node.is_mapping() ? (node.flow ? "{" : "(") : (node.flow ? "[" : "(- ");
  bool first = true;
  for (const syntax::Entry& entry : node.entries) {
    if (!first) text += node.is_mapping() || node.flow ? ", " : " - ";
    first = false;
    if (entry.key != nullptr) text += node_text(*entry.key) + ": ";
    text += node_text(*entry.value);
  }
  return text + (node.is_mapping() ? (node.flow ? "}" : ")") : (node.flow ? "]" : ")"));
}

template <typename Parser>
std::string said(std::string_view name, std::string_view text, Parser parser) {
  const source::File file(source::FileId{}, std::string(name), std::string(text));
  const parse::Parsed parsed = parser(file);
  const source::LineIndex lines(file.bytes());
  const auto place = [&](const finding::Finding& found) {
    const source::Position position = lines.position(found.span.begin);
    return base::format("{}:{}", position.line, position.column);
  };
  if (!parsed.whole()) {
    const finding::Finding& error = parsed.errors.front();
    return base::format("{}: {}: {}", place(error), error.rule, error.message);
  }
  std::string made;
  for (const Node* document : parsed.tree->documents) made += node_text(*document) + ";";
  for (const syntax::Comment& comment : parsed.tree->comments)
    made += base::format(" # {}", comment.text);
  for (const finding::Finding& note : parsed.notes)
    made += base::format(" @{} {}", place(note), note.message);
  return made;
}

}  // namespace

std::string tree_text(std::string_view name, std::string_view text) {
  return said(name, text, parse::parse_document);
}
std::string yaml_text(std::string_view text) { return said("t.yaml", text, parse::parse_yaml); }
std::string json_text(std::string_view text) { return said("t.json", text, parse::parse_json); }

}  // namespace resilint::test
