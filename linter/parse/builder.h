// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "finding/finding.h"
#include "source/file.h"
#include "source/line_index.h"
#include "syntax/node.h"

// What the parsers of this folder share. Nobody else includes it.
namespace resilint::parse {

// A finding of severity high at a place: the file cannot be read.
finding::Finding syntax_error(source::Span span, std::string message);
finding::Finding limit_error(source::Span span, std::string message);

// A collection opens at `span` inside `depth_limit` others.
finding::Finding depth_error(source::Span span);

// A finding when the file has more bytes than its syntax may have, or another encoding than UTF-8.
std::optional<finding::Finding> unreadable(const source::File& file, std::uint32_t limit,
                                           std::string_view syntax);

// Collects one `duplicate-key` finding for every scalar key that a mapping has more than once, near
// linear in the number of entries. Of a file with very many, the first ones.
class DuplicateKeys {
 public:
  explicit DuplicateKeys(const source::File& file) : file_(file) {}

  void check(const syntax::Node& mapping);

  // All that was found, in the order of the file.
  std::vector<finding::Finding> take();

 private:
  void add(const syntax::Node& first, const syntax::Node& last, std::size_t times);

  const source::File& file_;
  std::optional<source::LineIndex> lines_;  // built for the first finding
  std::vector<finding::Finding> found_;
};

// The entries of all collections that are open, so that those of one stand together in the arena
// when it closes.
class EntryStack {
 public:
  using Mark = std::size_t;

  [[nodiscard]] Mark open() const { return entries_.size(); }
  void add(const syntax::Entry& entry) { entries_.push_back(entry); }
  [[nodiscard]] std::span<syntax::Entry> since(Mark mark) {
    return std::span(entries_).subspan(mark);
  }

  void drop(Mark mark) { entries_.resize(mark); }

  // Moves the entries since `mark` into the arena.
  base::Array<syntax::Entry> close(Mark mark, base::Arena& arena) {
    const auto closed = arena.array(std::span<const syntax::Entry>(since(mark)));
    entries_.resize(mark);
    return closed;
  }

 private:
  std::vector<syntax::Entry> entries_;
};

// An entry of a collection in brackets: the bytes of its key and value, and the commas beside it.
struct FlowEntry {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::optional<std::uint32_t> comma_before;
  std::optional<std::uint32_t> comma_after;
};

// What to delete so that the entry is gone: with its comma and the blanks behind, as whole lines
// when it has its lines for itself; the last one with the comma before it.
source::Span flow_entry_span(const source::File& file, const FlowEntry& entry);

}  // namespace resilint::parse
