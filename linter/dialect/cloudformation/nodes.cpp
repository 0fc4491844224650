// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/nodes.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"

namespace resilint::dialect::cloudformation {
namespace {

constexpr std::size_t most_members = 100'000;
constexpr int deepest_merge = 32;
constexpr int deepest_text = 64;

using syntax::Entry;
using syntax::Node;

bool has_short_tag(const Node& node) {
  return node.tag().size() > 1 && node.tag()[0] == '!' && node.tag()[1] != '!' &&
         node.tag()[1] != '<';
}

void collect(const Node& written, std::vector<const Entry*>& into,
             std::set<std::string_view>& taken, int depth) {
  const Node& node = written.resolved();
  if (depth > deepest_merge || into.size() > most_members) return;
  if (node.is_sequence()) {  // `<<: [*a, *b]`: the first wins
    for (const Entry& entry : node.entries) collect(*entry.value, into, taken, depth + 1);
    return;
  }
  std::vector<const Node*> merged;
  // Backwards, because of duplicate keys the last one counts.
  const std::size_t first = into.size();
  for (auto entry = node.entries.rbegin(); entry != node.entries.rend(); ++entry) {
    if (entry->key == nullptr || !entry->key->is_scalar()) continue;
    if (entry->key->text == "<<" && entry->key->plain())
      merged.push_back(entry->value);
    else if (taken.insert(entry->key->text).second)
      into.push_back(&*entry);
  }
  std::reverse(into.begin() + static_cast<std::ptrdiff_t>(first), into.end());
  for (auto value = merged.rbegin(); value != merged.rend(); ++value)
    collect(**value, into, taken, depth + 1);
}

void write(const Node& written, std::string& into, int depth) {
  const Node& node = written.resolved();
  if (depth > deepest_text) return;
  const std::optional<Call> call = call_of(node);
  if (call) {
    into += call->name + "(";
    if (call->name == "Fn::GetAtt" && call->argument->is_scalar()) {
      const std::size_t dot = call->argument->text.find('.');
      into += base::format("\"{}\",", call->argument->text.substr(0, dot));
      if (dot != std::string_view::npos)
        into += base::format("\"{}\",", call->argument->text.substr(dot + 1));
      into += ")";
      return;
    }
  }
  const Node& body = call ? *call->argument : node;
  if (call && !call->tagged) {
    write(body, into, depth + 1);
  } else if (body.is_scalar()) {
    into += base::format("\"{}\"", body.text);
  } else {
    for (const Entry& entry : body.entries) {
      if (entry.key != nullptr) into += base::format("\"{}\":", entry.key->text);
      write(*entry.value, into, depth + 1);
      into += ",";
    }
  }
  if (call) into += ")";
}

}  // namespace

std::optional<Call> call_of(const Node& written) {
  const Node& node = written.resolved();
  if (has_short_tag(node)) {
    const std::string_view name = node.tag().substr(1);
    const bool bare = name == "Ref" || name == "Condition";
    return Call{bare ? std::string(name) : base::format("Fn::{}", name), &node, true};
  }
  if (!node.is_mapping() || node.entries.size() != 1 || !node.entries.front().key->is_scalar())
    return std::nullopt;
  const std::string_view key = node.entries.front().key->text;
  if (key != "Ref" && !key.starts_with("Fn::")) return std::nullopt;
  if (key.starts_with("Fn::ForEach::")) return std::nullopt;  // makes members of its mapping
  return Call{std::string(key), &node.entries.front().value->resolved(), false};
}

std::vector<const Entry*> members(const Node& written) {
  const Node& node = written.resolved();
  std::vector<const Entry*> found;
  std::set<std::string_view> taken;
  if (node.is_mapping()) collect(node, found, taken, 0);
  return found;
}

const Entry* member(const Node& written, std::string_view key) {
  const Node& node = written.resolved();
  if (!node.is_mapping()) return nullptr;
  if (const Entry* entry = node.find_entry(key)) return entry;
  if (node.find("<<") == nullptr) return nullptr;
  for (const Entry* entry : members(node)) {
    if (entry->key->text == key) return entry;
  }
  return nullptr;
}

const Node* value_of(const Node& node, std::string_view key) {
  const Entry* entry = member(node, key);
  return entry == nullptr ? nullptr : &entry->value->resolved();
}

std::vector<const Node*> items(const Node& written) {
  const Node& node = written.resolved();
  if (!node.is_sequence()) return {&node};
  std::vector<const Node*> found;
  for (const Entry& entry : node.entries) found.push_back(&entry.value->resolved());
  return found;
}

source::Span whole(const Node& node) {
  const std::uint32_t begin =
      node.tag().empty() ? node.span.begin : std::min(node.tag_span().begin, node.span.begin);
  return {node.span.file, begin,
          std::max(node.span.end, node.tag().empty() ? begin : node.tag_span().end)};
}

bool is_secret(const Node& parameter) {
  const Node* no_echo = value_of(parameter, "NoEcho");
  return no_echo != nullptr && base::lower(no_echo->text) != "false";
}

std::string canonical(const Node& node) {
  std::string text;
  write(node, text, 0);
  return text;
}

std::vector<SubstitutionPart> substitution(std::string_view text) {
  std::vector<SubstitutionPart> parts;
  std::size_t at = 0;
  const auto literal = [&](std::size_t begin, std::size_t end) {
    if (begin != end)
      parts.push_back({text.substr(begin, end - begin), {}, static_cast<std::uint32_t>(begin)});
  };
  while (at < text.size()) {
    const std::size_t open = text.find("${", at);
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    literal(at, open);
    if (text[open + 2] == '!') {  // ${!Name} stands for the text ${Name}
      literal(open, open + 2);
      literal(open + 3, close + 1);
    } else {
      const std::string_view name = base::trim(text.substr(open + 2, close - open - 2));
      const auto begin = static_cast<std::uint32_t>(
          name.empty() ? open + 2 : static_cast<std::size_t>(name.data() - text.data()));
      parts.push_back({{}, name, begin});
    }
    at = close + 1;
  }
  literal(at, text.size());
  return parts;
}

}  // namespace resilint::dialect::cloudformation
