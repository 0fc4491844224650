// SPDX-License-Identifier: Apache-2.0
#include "parse/builder.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/format.h"
#include "base/hash.h"
#include "parse/parse.h"

namespace resilint::parse {
namespace {

using syntax::Entry;

finding::Finding failure(std::string_view rule, source::Span span, std::string message) {
  finding::Finding problem;
  problem.rule = rule;
  problem.severity = finding::Severity::high;
  problem.message = std::move(message);
  problem.span = span;
  return problem;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_break(char c) { return c == '\n' || c == '\r'; }

// A `<<` is merged with the others of its mapping, not replaced by the last.
bool may_repeat(const syntax::Node& key) { return key.plain() && key.text == "<<"; }

bool counts(const Entry& entry) {
  return entry.key != nullptr && entry.key->is_scalar() && !may_repeat(*entry.key);
}

// In one pass over a table of hashes: nearly every mapping has none, and a large one is not sorted
// to learn that.
bool has_equal_keys_among_many(std::span<const Entry> entries) {
  constexpr std::uint32_t free = 0;
  std::vector<std::uint32_t> slots(std::bit_ceil(entries.size() * 2), free);
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    if (!counts(entries[i])) continue;
    const std::string_view text = entries[i].key->text;
    std::size_t at = base::hash(text) & (slots.size() - 1);
    for (; slots[at] != free; at = (at + 1) & (slots.size() - 1)) {
      if (entries[slots[at] - 1].key->text == text) return true;
    }
    slots[at] = i + 1;
  }
  return false;
}

bool has_equal_keys(std::span<const Entry> entries) {
  constexpr std::size_t few = 16;
  if (entries.size() > few) return has_equal_keys_among_many(entries);
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (!counts(entries[i])) continue;
    for (std::size_t k = 0; k < i; ++k) {
      if (counts(entries[k]) && entries[k].key->text == entries[i].key->text) return true;
    }
  }
  return false;
}

std::vector<const syntax::Node*> keys_by_text(std::span<const Entry> entries) {
  std::vector<const syntax::Node*> keys;
  keys.reserve(entries.size());
  for (const Entry& entry : entries) {
    if (counts(entry)) keys.push_back(entry.key);
  }
  std::stable_sort(keys.begin(), keys.end(),
                   [](const syntax::Node* a, const syntax::Node* b) { return a->text < b->text; });
  return keys;
}

}  // namespace

finding::Finding syntax_error(source::Span span, std::string message) {
  return failure("syntax-error", span, std::move(message));
}

finding::Finding limit_error(source::Span span, std::string message) {
  return failure("limit", span, std::move(message));
}

finding::Finding depth_error(source::Span span) {
  return limit_error(
      span, base::format("more than {} mappings and lists inside each other; nothing deeper is "
                         "read",
                         depth_limit));
}

std::optional<finding::Finding> unreadable(const source::File& file, std::uint32_t limit,
                                           std::string_view syntax) {
  if (file.bytes().size() <= limit) return encoding_error(file);
  constexpr std::uint32_t megabyte = 1U << 20U;
  return limit_error({file.id(), 0, 0},
                     base::format("{} file of {} bytes; at most {} MB are read", syntax,
                                  file.bytes().size(), limit / megabyte));
}

void DuplicateKeys::check(const syntax::Node& mapping) {
  if (!has_equal_keys(mapping.entries)) return;
  const auto keys = keys_by_text(mapping.entries);
  for (auto first = keys.begin(); first != keys.end();) {
    const auto next = std::find_if(
        first, keys.end(), [&](const syntax::Node* key) { return key->text != (*first)->text; });
    if (next - first > 1) add(**first, **(next - 1), static_cast<std::size_t>(next - first));
    first = next;
  }
}

void DuplicateKeys::add(const syntax::Node& first, const syntax::Node& last, std::size_t times) {
  constexpr std::size_t enough = 1000;
  if (found_.size() == enough) return;
  if (!lines_) lines_.emplace(file_.bytes());
  finding::Finding& note = found_.emplace_back();
  note.rule = "duplicate-key";
  note.severity = finding::Severity::note;
  note.message = base::format(
      "the key \"{}\" is written {} in this mapping; only the last one, on line {}, counts",
      last.text, times == 2 ? "twice" : base::format("{} times", times),
      lines_->line_of(last.span.begin));
  note.span = last.span;
  note.labels.push_back({first.span, "written here first, without effect"});
}

std::vector<finding::Finding> DuplicateKeys::take() {
  std::sort(found_.begin(), found_.end(),
            [](const auto& a, const auto& b) { return a.span.begin < b.span.begin; });
  return std::move(found_);
}

source::Span flow_entry_span(const source::File& file, const FlowEntry& entry) {
  const std::string_view bytes = file.bytes();
  if (!entry.comma_after) {
    return {file.id(), entry.comma_before.value_or(entry.begin), entry.end};
  }
  std::uint32_t begin = entry.begin;
  std::uint32_t end = *entry.comma_after + 1;
  while (end < bytes.size() && is_blank(bytes[end])) ++end;
  // A comment needs the blank before its mark.
  if (end < bytes.size() && bytes[end] == '#') return {file.id(), begin, *entry.comma_after + 1};
  if (end == bytes.size() || !is_break(bytes[end])) return {file.id(), begin, end};

  while (begin > 0 && is_blank(bytes[begin - 1])) --begin;
  if (begin > 0 && !is_break(bytes[begin - 1])) return {file.id(), entry.begin, end};
  const bool pair = bytes.substr(end, 2) == "\r\n";
  return {file.id(), begin, end + (pair ? 2U : 1U)};
}

}  // namespace resilint::parse
