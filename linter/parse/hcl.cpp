// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "parse/hcl_parser.h"
#include "parse/parse.h"

namespace resilint::parse {
namespace {

using syntax::Node;

// Turns places in the text of a scalar into places in the file, in all that was made of the text.
class Translation {
 public:
  explicit Translation(const Node& scalar) : scalar_(scalar) {}

  [[nodiscard]] source::Span span(source::Span within) const {
    return scalar_.source(within.begin, within.end);
  }

  // Depth is bounded by the parser.
  void translate(const Node& made, base::Arena& arena) const {
    Node& node = const_cast<Node&>(made);  // just made by the parser, seen by nobody else
    const std::uint32_t content = node.span.begin + node.lead;
    node.span = span(node.span);
    if (!node.segments().empty()) {
      std::vector<syntax::Segment> segments(node.segments().begin(), node.segments().end());
      for (syntax::Segment& segment : segments)
        segment.file = scalar_.source(segment.file, segment.file).begin;
      syntax::NodeDetails details = *node.details;
      details.segments = arena.array(segments);
      node.details = arena.make<syntax::NodeDetails>(details);
    } else if (node.is_scalar()) {
      syntax::place_text(node, scalar_.source(content, content).begin, arena);
      if (!scalar_.segments().empty()) translate_text(node, arena);
    }
    for (const syntax::Entry& entry : node.entries) {
      const_cast<syntax::Entry&>(entry) = {entry.key, entry.value, span(entry.span())};
      if (entry.key != nullptr) translate(*entry.key, arena);
      translate(*entry.value, arena);
    }
  }

 private:
  // A text that stands letter by letter in the scalar's text does not stand so in the file.
  void translate_text(Node& node, base::Arena& arena) const {
    const auto begin = static_cast<std::uint32_t>(node.text.data() - scalar_.text.data());
    const auto end = begin + static_cast<std::uint32_t>(node.text.size());
    if (node.text.empty() || node.text.data() < scalar_.text.data() || end > scalar_.text.size())
      return;
    std::vector<syntax::Segment> segments;
    // From the segment on in which it begins: a text may have very many.
    const std::span<const syntax::Segment> all = scalar_.segments();
    auto from = std::ranges::upper_bound(all, begin, {}, &syntax::Segment::text);
    if (from != all.begin()) --from;
    for (const syntax::Segment& segment : std::span(from, all.end())) {
      if (segment.text >= end) break;
      if (segment.text <= begin)
        segments.assign(1, {0, scalar_.source(begin, begin).begin});
      else
        segments.push_back({segment.text - begin, segment.file});
    }
    segments.push_back({end - begin, scalar_.source(end - 1, end).end});
    syntax::NodeDetails details;
    details.segments = arena.array(segments);
    node.details = arena.make<syntax::NodeDetails>(details);
  }

  const Node& scalar_;
};

const Node* parse_part(syntax::Tree& tree, const Node& scalar, hcl::Lexer::Start start,
                       std::vector<finding::Finding>& errors) {
  const std::size_t comments = tree.comments.size();
  hcl::Parser parser(scalar.text, tree.file, tree, start, nullptr);
  const Node* made = start == hcl::Lexer::Start::text ? parser.parse_one_template()
                                                      : parser.parse_one_expression();
  tree.comments.resize(comments);  // none of the file
  const Translation translation(scalar);
  if (made == nullptr) {
    finding::Finding error = std::move(parser.errors.front());
    error.span = translation.span(error.span);
    errors.push_back(std::move(error));
    return nullptr;
  }
  translation.translate(*made, tree.arena);
  return made;
}

}  // namespace

Parsed parse_hcl(const source::File& file) {
  Parsed parsed;
  if (auto error = unreadable(file, hcl_limit, "HCL")) {
    parsed.errors.push_back(std::move(*error));
    return parsed;
  }
  auto tree = std::make_unique<syntax::Tree>();
  tree->file = file.id();
  constexpr std::size_t large = std::size_t{2} << 20U;
  if (file.bytes().size() > large) tree->arena.expect_much();
  DuplicateKeys duplicates(file);
  hcl::Parser parser(file.bytes(), file.id(), *tree, hcl::Lexer::Start::code, &duplicates);
  tree->documents.push_back(parser.parse_file());
  parsed.tree = std::move(tree);
  parsed.errors = std::move(parser.errors);
  parsed.notes = duplicates.take();
  return parsed;
}

const Node* parse_hcl_template(syntax::Tree& tree, const Node& scalar,
                               std::vector<finding::Finding>& errors) {
  return parse_part(tree, scalar, hcl::Lexer::Start::text, errors);
}

const Node* parse_hcl_expression(syntax::Tree& tree, const Node& scalar,
                                 std::vector<finding::Finding>& errors) {
  return parse_part(tree, scalar, hcl::Lexer::Start::code, errors);
}

}  // namespace resilint::parse
