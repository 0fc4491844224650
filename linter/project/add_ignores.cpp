// SPDX-License-Identifier: Apache-2.0
#include "project/add_ignores.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "base/format.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "dialect/dialect.h"
#include "parse/parse.h"
#include "source/line_index.h"

namespace resilint::project {
namespace {

// By line, the findings that a comment before it is to cover.
using Wanted = std::map<std::uint32_t, std::vector<const finding::Finding*>>;

std::string comment(std::span<const finding::Finding* const> findings, const std::string& reason,
                    const std::string& until) {
  std::set<std::string_view> rules;
  for (const finding::Finding* found : findings) rules.insert(found->rule);
  const std::vector<std::string_view> names(rules.begin(), rules.end());
  std::string text = base::format("# resilint: ignore {}", base::join(names, ","));
  if (!reason.empty()) text += base::format(" reason=\"{}\"", reason);
  if (!until.empty()) text += base::format(" until={}", until);
  return text;
}

struct Edited {
  std::string text;
  std::vector<std::uint32_t> at;  // where the comments begin
};

Edited edited(std::string_view bytes, const source::LineIndex& lines, const Wanted& wanted,
              const std::string& reason, const std::string& until) {
  const std::size_t line_end = bytes.find_first_of("\r\n");
  const std::string_view ending = line_end == std::string_view::npos ? "\n"
                                  : bytes.substr(line_end).starts_with("\r\n")
                                      ? "\r\n"
                                      : bytes.substr(line_end, 1);
  Edited made;
  std::size_t copied = 0;
  for (const auto& [line, findings] : wanted) {
    const std::size_t begin = lines.begin_of(line);
    const std::string_view text = lines.line(line);
    made.text += bytes.substr(copied, begin - copied);
    made.text += text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
    made.at.push_back(static_cast<std::uint32_t>(made.text.size()));
    made.text += comment(findings, reason, until);
    made.text += ending;
    copied = begin;
  }
  made.text += bytes.substr(copied);
  return made;
}

// Whether what was added is comments: not the content of a text, and nothing in JSON.
bool are_comments(const source::File& file, const Edited& made) {
  const source::File after(source::FileId{}, std::string(file.path()), made.text);
  const dialect::Detected detected = dialect::detect(after, std::nullopt);
  if (detected.status != finding::FileStatus::checked || detected.tree == nullptr) return false;
  return std::ranges::all_of(made.at, [&](std::uint32_t at) {
    return std::ranges::any_of(detected.tree->comments, [at](const syntax::Comment& comment) {
      return comment.span.begin == at && comment.own_line;
    });
  });
}

// The member of a mapping, or item of a list, that a place is in; null when it is in none.
const syntax::Entry* around(const syntax::Node& node, std::uint32_t at) {
  for (const syntax::Entry& entry : node.entries) {
    const std::uint32_t begin =
        entry.key != nullptr ? entry.key->span.begin : entry.value->span.begin;
    if (begin <= at && at < std::max(entry.value->span.end, begin + 1)) return &entry;
  }
  return nullptr;
}

// The mapping of the resource that a place is in: CloudFormation's below Resources, Terraform's
// below "resource" and its type, where a list may stand between any two. Null when it is in none.
const syntax::Node* resource_around(const syntax::Node& root, bool terraform, std::uint32_t at) {
  int keys = terraform ? 3 : 2;
  const syntax::Node* node = &root;
  bool first = true;
  while (keys > 0) {
    const syntax::Entry* entry = around(*node, at);
    if (entry == nullptr) return nullptr;
    if (entry->key != nullptr) {
      if (first && entry->key->text != (terraform ? "resource" : "Resources")) return nullptr;
      first = false;
      --keys;
    }
    node = entry->value;
  }
  // A resource may be a list of one, and is named before it.
  while (node->is_sequence() && node->entries.size() == 1) node = node->entries.front().value;
  return node->is_mapping() ? node : nullptr;
}

std::string ignores_in_json(const std::set<std::string_view>& rules, const std::string& reason,
                            const std::string& until) {
  std::string text;
  for (const std::string_view rule : rules) {
    base::JsonWriter json;
    json.begin_object().member("rule", rule);
    if (!reason.empty()) json.member("reason", reason);
    if (!until.empty()) json.member("until", until);
    json.end_object();
    text += (text.empty() ? "" : ", ") + json.take();
  }
  return text;
}

struct Insertion {
  std::uint32_t at = 0;
  std::string text;
};

// Puts `text` first into a collection of JSON, on a line of its own where its members have that.
Insertion put_first(std::string_view bytes, const syntax::Node& into, std::string text) {
  const std::uint32_t at = into.span.begin + 1;
  if (into.entries.empty()) return {at, std::move(text)};
  const syntax::Entry& next = into.entries.front();
  const std::uint32_t begin = next.key != nullptr ? next.key->span.begin : next.value->span.begin;
  const std::string_view blanks = bytes.substr(at, begin - at);
  const bool own_line = blanks.find('\n') != std::string_view::npos;
  return {at, base::format("{}{},{}", own_line ? blanks : "", text, own_line ? "" : " ")};
}

// Where it says for a resource what is ignored in it; nothing when something else stands there.
std::optional<Insertion> insertion(std::string_view bytes, const syntax::Node& resource,
                                   std::string_view holder, const std::string& ignores) {
  const syntax::Node* node = &resource;
  std::string text = base::format("[{}]", ignores);
  const std::string_view path[] = {holder, "resilint", "ignore"};
  std::size_t depth = 0;
  for (; depth < std::size(path); ++depth) {
    const syntax::Node* next = node->find(path[depth]);
    if (next == nullptr) break;
    node = next;
    const bool last = depth + 1 == std::size(path);
    if (last ? !node->is_sequence() : !node->is_mapping()) return std::nullopt;
  }
  if (depth == std::size(path)) return put_first(bytes, *node, ignores);
  for (std::size_t i = std::size(path) - 1; i > depth; --i)
    text = base::format("{{\"{}\": {}}}", path[i], text);
  return put_first(bytes, *node, base::format("\"{}\": {}", path[depth], text));
}

Annotated with_ignores_in_json(const source::File& file, const syntax::Node& root,
                               std::span<const finding::Finding* const> findings,
                               const std::string& reason, const std::string& until) {
  const bool terraform = dialect::type_by_name(file.path()) == dialect::Type::terraform;
  std::map<std::uint32_t, std::pair<const syntax::Node*, std::vector<const finding::Finding*>>>
      by_resource;
  Annotated result;
  for (const finding::Finding* found : findings) {
    const syntax::Node* resource = resource_around(root, terraform, found->span.begin);
    if (resource == nullptr) {
      result.left.push_back(found);
      continue;
    }
    auto& [node, all] = by_resource[resource->span.begin];
    node = resource;
    all.push_back(found);
  }
  std::uint32_t copied = 0;
  for (const auto& [begin, wanted] : by_resource) {
    const auto& [resource, all] = wanted;
    std::set<std::string_view> rules;
    for (const finding::Finding* found : all) rules.insert(found->rule);
    const auto made = insertion(file.bytes(), *resource, terraform ? "//" : "Metadata",
                                ignores_in_json(rules, reason, until));
    auto& into = made ? result.covered : result.left;
    into.insert(into.end(), all.begin(), all.end());
    if (!made) continue;
    result.text += file.bytes().substr(copied, made->at - copied);
    result.text += made->text;
    copied = made->at;
  }
  result.text += file.bytes().substr(copied);
  return result;
}

}  // namespace

Annotated with_ignores(const source::File& file, std::span<const finding::Finding* const> findings,
                       const std::string& reason, const std::string& until) {
  // YAML would take the comments, and JSON is not to become that.
  if (const parse::Parsed json = parse::parse_json(file); json.whole())
    return with_ignores_in_json(file, *json.tree->documents.front(), findings, reason, until);
  Annotated result;
  const source::LineIndex lines(file.bytes());
  Wanted wanted;
  for (const finding::Finding* found : findings)
    wanted[lines.line_of(found->span.begin)].push_back(found);
  Edited made = edited(file.bytes(), lines, wanted, reason, until);
  if (!are_comments(file, made)) {
    std::erase_if(wanted, [&](const auto& entry) {
      const Wanted alone{entry};
      if (are_comments(file, edited(file.bytes(), lines, alone, reason, until))) return false;
      result.left.insert(result.left.end(), entry.second.begin(), entry.second.end());
      return true;
    });
    made = edited(file.bytes(), lines, wanted, reason, until);
  }
  for (const auto& [line, covered] : wanted)
    result.covered.insert(result.covered.end(), covered.begin(), covered.end());
  result.text = std::move(made.text);
  return result;
}

}  // namespace resilint::project
