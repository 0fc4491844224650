// SPDX-License-Identifier: Apache-2.0
#include "syntax/node.h"

#include <algorithm>
#include <array>
#include <limits>

namespace resilint::syntax {

source::Span Node::source(std::uint32_t begin, std::uint32_t end) const {
  const std::span<const Segment> segments = this->segments();
  if (segments.empty()) {
    const std::uint32_t content = span.begin + lead;
    return {span.file, content + begin, content + end};
  }
  // The last segment that begins at or before a byte of the text.
  const auto holding = [segments](std::uint32_t at) {
    const auto after = std::ranges::upper_bound(segments, at, {}, &Segment::text);
    return after == segments.begin() ? after : after - 1;
  };
  // An escape or a fold has another length in the file than in the text: it counts whole.
  const auto whole = [segments](auto segment) {
    const auto next = segment + 1;
    return next != segments.end() && next->file - segment->file != next->text - segment->text;
  };
  const auto first = holding(begin);
  const std::uint32_t from = whole(first) ? first->file : first->file + (begin - first->text);
  if (end <= begin) return {span.file, from, from};
  const auto last = holding(end - 1);
  const std::uint32_t to = whole(last) ? (last + 1)->file : last->file + (end - last->text);
  return {span.file, from, std::max(from, to)};
}

void place_text(Node& node, std::uint32_t content, base::Arena& arena) {
  const std::uint32_t lead = content - node.span.begin;
  if (lead <= std::numeric_limits<decltype(node.lead)>::max()) {
    node.lead = static_cast<std::uint8_t>(lead);
    return;
  }
  // A heredoc with a long name.
  const auto size = static_cast<std::uint32_t>(node.text.size());
  const std::array<Segment, 2> whole{{{0, content}, {size, content + size}}};
  NodeDetails details = *node.details;
  details.segments = arena.array(std::span<const Segment>(whole));
  node.details = arena.make<NodeDetails>(details);
}

void surround(Node& node, source::Span whole, base::Arena& arena) {
  const std::uint32_t content = node.span.begin + node.lead;
  node.span = whole;
  if (node.is_scalar() && node.segments().empty()) place_text(node, content, arena);
}

const Entry* Node::find_entry(std::string_view key) const {
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->key != nullptr && entry->key->is_scalar() && entry->key->text == key) return &*entry;
  }
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const Entry* entry = find_entry(key);
  return entry == nullptr ? nullptr : entry->value;
}

const Node& Node::resolved() const {
  // An alias names a node that was finished or at least begun before it, never another alias.
  return kind == NodeKind::alias && target() != nullptr ? *target() : *this;
}

}  // namespace resilint::syntax
