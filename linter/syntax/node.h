// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "source/file.h"

namespace resilint::syntax {

// What `entries` and `text` hold for the kinds that only HCL has is said beside each; where nothing
// is said, the entries have no keys.
enum class NodeKind : std::uint8_t {
  scalar,
  sequence,  // HCL's tuples, too
  mapping,   // HCL's objects, too: a key is a scalar, or the expression that computes it
  alias,     // YAML

  block,  // the labels, scalars, then the body
  body,   // of a block or a file: arguments and blocks, the key of which is their type

  variable,     // text: a name, "var" or "aws_s3_bucket"; the steps behind it, one after the other
  traversal,    // what it starts from when that is no name, then its steps
  attribute,    // a step ".name", text: the name
  index,        // a step "[key]", or ".0" with the text "."; the key
  splat,        // a step, text: "[*]" or ".*"
  call,         // text: the name, "provider::aws::arn_parse" too; the arguments
  unary,        // text: "-" or "!"; the operand
  binary,       // text: the operator; both operands
  conditional,  // condition, value when true, value when false
  parentheses,  // what stands in them
  for_each,     // "for" in brackets or braces: {key name or null, name}, {null, collection},
                // {key expression, null in brackets; value}, {null, condition} if there is one
  text_template,  // a text with holes: scalars, expressions, and the directives; the entry of an
                  // expression spans its "${" and "}", too
  if_directive,   // condition, text_template when true, text_template when false
  for_directive,  // {key name or null, name}, {null, collection}, {null, text_template}
};

// How a scalar or text_template was written. `plain` is the only one whose text may stand for a
// number, a boolean or null; JSON's and HCL's numbers, true, false and null are plain too.
enum class Style : std::uint8_t {
  plain,
  single_quoted,
  double_quoted,
  literal,
  folded,
  heredoc,           // HCL: "<<EOT"
  indented_heredoc,  // HCL: "<<-EOT"
};

// From byte `text` of the decoded text on, up to the next segment, the text stands in the file from
// byte `file` on. A segment whose file distance differs from its text distance is one escape or
// fold.
struct Segment {
  std::uint32_t text = 0;
  std::uint32_t file = 0;
};

struct Node;

// A member of a mapping or body, an item of a sequence, an operand of an expression.
struct Entry {
  Entry() = default;
  Entry(const Node* key_node, const Node* value_node, source::Span whole)
      : key(key_node), value(value_node), begin(whole.begin), end(whole.end) {}

  const Node* key = nullptr;    // null where there is no key
  const Node* value = nullptr;  // never null: an omitted value is an empty plain scalar
  // The whole entry, in the file of its value: what to delete so that it is gone, its comma
  // included.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] inline source::Span span() const;
};

// What few nodes have, apart from them so that the others stay small.
struct NodeDetails {
  std::string_view tag;          // as written: "!Ref", "!!str", "!<…>"; empty when none
  std::string_view anchor;       // without "&"
  const Node* target = nullptr;  // alias: the anchored node, which may contain the alias itself
  base::Array<Segment> segments;
  std::uint32_t tag_begin = 0;
};
inline constexpr NodeDetails no_details{};

// One neutral tree for YAML, JSON and HCL. Scalars are never typed here. All memory is the Tree's.
struct Node {
  NodeKind kind = NodeKind::scalar;
  Style style = Style::plain;
  bool flow : 1 = false;      // a collection in brackets; always true in JSON
  bool ellipsis : 1 = false;  // "..." behind the last argument of a call, or behind a for's value
  // Scalar without segments: bytes of the file before those of its text, an opening quote.
  std::uint8_t lead = 0;
  source::Span
      span;  // quotes and brackets included; tag and anchor not; empty for an omitted value
  std::string_view text;                     // scalar: decoded; alias: the anchor's name
  base::Array<Entry> entries;                // in the order written, duplicates kept
  const NodeDetails* details = &no_details;  // never null

  [[nodiscard]] std::string_view tag() const { return details->tag; }
  [[nodiscard]] source::Span tag_span() const {
    const std::uint32_t begin = details->tag_begin;
    return {span.file, begin, begin + static_cast<std::uint32_t>(details->tag.size())};
  }
  [[nodiscard]] std::string_view anchor() const { return details->anchor; }
  [[nodiscard]] const Node* target() const { return details->target; }
  // Empty: the text stands in the file letter by letter, behind the lead.
  [[nodiscard]] std::span<const Segment> segments() const { return details->segments; }

  [[nodiscard]] bool is_scalar() const { return kind == NodeKind::scalar; }
  [[nodiscard]] bool is_mapping() const { return kind == NodeKind::mapping; }
  [[nodiscard]] bool is_sequence() const { return kind == NodeKind::sequence; }
  [[nodiscard]] bool is_block() const { return kind == NodeKind::block; }
  [[nodiscard]] bool plain() const { return style == Style::plain; }

  // The bytes of the file that bytes [begin, end) of the decoded `text` came from: an escape counts
  // whole. Only for scalars, begin <= end <= text.size().
  [[nodiscard]] source::Span source(std::uint32_t begin, std::uint32_t end) const;

  // The value of the last entry with this key (the one that counts), or null. Only scalar keys.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] const Entry* find_entry(std::string_view key) const;

  // Of a block.
  [[nodiscard]] std::span<const Entry> labels() const {
    return std::span(entries).first(entries.size() - 1);
  }
  [[nodiscard]] const Node& body() const { return *entries.back().value; }

  // The node itself, or what its chain of aliases names.
  [[nodiscard]] const Node& resolved() const;
};

// Says that the text of a scalar stands in the file letter by letter from byte `content` on.
void place_text(Node& node, std::uint32_t content, base::Arena& arena);

// Gives a node the span of what stands around it, quotes; its text stays where it is.
void surround(Node& node, source::Span whole, base::Arena& arena);

// A file of 5 MB has some 350,000 of them, and a tree lives as long as what is judged of it.
static_assert(sizeof(Node) == 48 && sizeof(Entry) == 24);

source::Span Entry::span() const { return {value->span.file, begin, end}; }

struct Comment {
  // From "#" or "//" to the end of the line, the line end not included; from "/*" to "*/".
  source::Span span;
  std::string_view text;  // without the marks and the blanks around
  bool own_line = false;  // nothing but blanks before it
};

// What a file says in place of a comment, where its syntax has none: the value of "//" in
// Terraform's JSON.
struct Remark {
  const Node* value = nullptr;
  source::Span covers;  // the object that it stands in, with the key before that
};

// The outcome of parsing one file: its documents, comments, and the memory of both. Immutable.
class Tree {
 public:
  Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  source::FileId file{};
  base::Arena arena;
  std::vector<const Node*> documents;  // empty for an empty file
  std::vector<Comment> comments;       // in the order of the file; none in JSON
  std::vector<Remark> remarks;         // in the order of the file
};

}  // namespace resilint::syntax
