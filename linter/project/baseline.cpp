// SPDX-License-Identifier: Apache-2.0
#include "project/baseline.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

#include "base/format.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "finding/diagnostics.h"
#include "parse/parse.h"
#include "source/disk.h"
#include "source/line_index.h"
#include "syntax/node.h"

namespace resilint::project {
namespace {

using finding::Finding;
using syntax::Node;

constexpr std::uint64_t baseline_limit = std::uint64_t{64} << 20U;
constexpr std::int64_t version = 1;

using Key = std::tuple<std::string, std::string, std::string, std::string>;

Key key_of(std::string_view path, const Finding& found) {
  return {std::string(path), found.rule, found.address, found.property};
}

// A member that is a text; null when it is not.
const std::string_view* text_of(const Node& entry, std::string_view name) {
  const Node* found = entry.find(name);
  return found == nullptr || !found->is_scalar() ? nullptr : &found->text;
}

}  // namespace

Baseline Baseline::of(const finding::Outcome& outcome, const source::FileSet& files) {
  std::map<Key, std::size_t> counts;
  for (const Finding& found : outcome.findings) {
    if (!finding::is_diagnostic(found.rule))
      ++counts[key_of(files.get(found.span.file).path(), found)];
  }
  Baseline made;
  for (const auto& [key, count] : counts)
    made.entries_.push_back(
        {std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key), count});
  return made;
}

base::Result<Baseline, std::string> Baseline::read(const std::string& path) {
  auto bytes = source::read(path, baseline_limit);
  if (!bytes)
    return base::failure(
        base::format("{}: {}; `resilint baseline create` writes one", path, bytes.error()));
  return read(path, std::move(*bytes));
}

base::Result<Baseline, std::string> Baseline::read(const std::string& path, std::string bytes) {
  const source::File file(source::FileId{}, path, std::move(bytes));
  const parse::Parsed parsed = parse::parse_json(file);
  const auto wrong = [&](source::Span span, std::string_view what) {
    return base::failure(base::format("{}: {}; `resilint baseline create` writes one",
                                      source::place(file, span.begin), what));
  };
  if (!parsed.whole()) return wrong(parsed.errors.front().span, parsed.errors.front().message);
  const Node& root = *parsed.tree->documents.front();
  const Node* number = root.is_mapping() ? root.find("version") : nullptr;
  const Node* list = root.is_mapping() ? root.find("findings") : nullptr;
  if (number == nullptr || list == nullptr || !list->is_sequence())
    return wrong(root.span, "expected a baseline");
  if (number->text != std::to_string(version))
    return wrong(number->span, "the baseline is of another version of resilint");
  Baseline made;
  for (const syntax::Entry& item : list->entries) {
    const Node& entry = *item.value;
    if (!entry.is_mapping()) return wrong(entry.span, "expected a finding");
    const std::string_view* rule = text_of(entry, "rule");
    const std::string_view* place = text_of(entry, "path");
    const std::string_view* address = text_of(entry, "address");
    const std::string_view* property = text_of(entry, "property");
    if (rule == nullptr || place == nullptr || address == nullptr || property == nullptr)
      return wrong(entry.span, "expected rule, path, address and property");
    const std::string_view* written = text_of(entry, "count");
    const auto count = written == nullptr ? 1 : base::parse_int(*written).value_or(1);
    made.entries_.push_back({std::string(*place), std::string(*rule), std::string(*address),
                             std::string(*property),
                             static_cast<std::size_t>(std::max<std::int64_t>(count, 1))});
  }
  std::ranges::sort(made.entries_);
  return made;
}

std::string Baseline::text() const {
  base::JsonWriter json(base::JsonWriter::Layout::indented);
  json.begin_object().member("version", version).key("findings").begin_array();
  for (const Entry& entry : entries_) {
    json.begin_object()
        .member("path", entry.path)
        .member("rule", entry.rule)
        .member("address", entry.address)
        .member("property", entry.property);
    if (entry.count != 1) json.member("count", static_cast<std::int64_t>(entry.count));
    json.end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

Baseline Baseline::apply(finding::Outcome& outcome, const source::FileSet& files,
                         const std::string& reason) const {
  std::map<Key, std::size_t> left;
  for (const Entry& entry : entries_)
    left[{entry.path, entry.rule, entry.address, entry.property}] += entry.count;
  std::vector<Finding> fresh;
  const auto take = [&](Finding& found, std::size_t& count) {
    --count;
    found.ignored = finding::Ignored{reason, {}, std::nullopt};
    outcome.suppressed.push_back(std::move(found));
  };
  for (Finding& found : outcome.findings) {
    const auto entry = left.find(key_of(files.get(found.span.file).path(), found));
    if (entry != left.end() && entry->second != 0)
      take(found, entry->second);
    else
      fresh.push_back(std::move(found));
  }
  // What was renamed: its file is gone.
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::size_t*>> moved;
  const std::filesystem::path root(outcome.root);
  for (auto& [key, count] : left) {
    std::error_code error;
    if (count != 0 && !std::filesystem::exists(root / std::get<0>(key), error))
      moved[{std::get<1>(key), std::get<2>(key), std::get<3>(key)}].push_back(&count);
  }
  outcome.findings.clear();
  for (Finding& found : fresh) {
    const auto entry = moved.find({found.rule, found.address, found.property});
    std::size_t* count = nullptr;
    if (entry != moved.end()) {
      const auto open =
          std::ranges::find_if(entry->second, [](const std::size_t* one) { return *one != 0; });
      if (open != entry->second.end()) count = *open;
    }
    if (count != nullptr)
      take(found, *count);
    else
      outcome.findings.push_back(std::move(found));
  }
  Baseline gone;
  for (const auto& [key, count] : left) {
    const bool looked_at = std::ranges::find(outcome.files, std::get<0>(key),
                                             &finding::FileAccount::path) != outcome.files.end();
    std::error_code error;
    if (count != 0 && (looked_at || !std::filesystem::exists(root / std::get<0>(key), error)))
      gone.entries_.push_back(
          {std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key), count});
  }
  return gone;
}

Baseline Baseline::without(const Baseline& gone) const {
  std::map<Key, std::size_t> less;
  for (const Entry& entry : gone.entries_)
    less[{entry.path, entry.rule, entry.address, entry.property}] = entry.count;
  Baseline made;
  for (Entry entry : entries_) {
    const auto found = less.find({entry.path, entry.rule, entry.address, entry.property});
    if (found != less.end()) entry.count -= std::min(entry.count, found->second);
    if (entry.count != 0) made.entries_.push_back(std::move(entry));
  }
  return made;
}

Baseline Baseline::with_unseen_of(const Baseline& before, const finding::Outcome& outcome) const {
  Baseline made = *this;
  for (const Entry& entry : before.entries_) {
    const bool looked_at = std::ranges::find(outcome.files, entry.path,
                                             &finding::FileAccount::path) != outcome.files.end();
    std::error_code error;
    if (!looked_at &&
        std::filesystem::exists(std::filesystem::path(outcome.root) / entry.path, error))
      made.entries_.push_back(entry);
  }
  std::ranges::sort(made.entries_);
  return made;
}

std::size_t Baseline::findings() const {
  std::size_t count = 0;
  for (const Entry& entry : entries_) count += entry.count;
  return count;
}

}  // namespace resilint::project
