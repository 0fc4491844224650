// SPDX-License-Identifier: Apache-2.0
// Mappings whose members are made when deployed: Fn::ForEach and AWS::Include.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "dialect/cloudformation/template.h"

namespace resilint::dialect::cloudformation {
namespace {

using syntax::Node;
using value::Value;

constexpr std::string_view for_each = "Fn::ForEach::";
constexpr std::string_view transform = "Fn::Transform";
constexpr std::size_t most_instances = 10'000;
constexpr int deepest = 32;

bool is_made_when_deployed(const Node& mapping) {
  return std::ranges::any_of(mapping.entries, [](const syntax::Entry& entry) {
    return entry.key != nullptr &&
           (entry.key->text == transform || entry.key->text.starts_with(for_each));
  });
}

std::string letters_and_digits(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) kept += c;
  }
  return kept;
}

}  // namespace

// `${Name}` and `&{Name}` of the loops around, where their value is known. The second form drops
// all but letters and digits, for logical ids.
std::string_view Template::in_loop(std::string_view text, const Loop* loop) {
  if (loop == nullptr || text.find('{') == std::string_view::npos) return text;
  std::string made;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find('{', at + 1);
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    const char sign = text[open - 1];
    const Value* value =
        sign == '$' || sign == '&' ? bound(text.substr(open + 1, close - open - 1), loop) : nullptr;
    const auto* known = value == nullptr ? nullptr : value->get<std::string_view>();
    if (known == nullptr) {
      made += text.substr(at, open + 1 - at);
      at = open + 1;
      continue;
    }
    made += text.substr(at, open - 1 - at);
    made += sign == '&' ? letters_and_digits(*known) : std::string(*known);
    at = close + 1;
  }
  if (made.empty()) return text;
  made += text.substr(at);
  return lasting(made);
}

const Value* Template::bound(std::string_view name, const Loop* loop) const {
  for (; loop != nullptr; loop = loop->outer) {
    if (loop->name == name) return &loop->value;
  }
  return nullptr;
}

std::optional<Item> Template::item(const Node& mapping, std::string_view key, const Loop* loop) {
  const syntax::Entry* entry = member(mapping, key);
  const bool dynamic = mapping.is_mapping() && is_made_when_deployed(mapping);
  if (entry != nullptr) return Item{entry->key->text, entry, loop, false};
  if (!dynamic) return std::nullopt;
  const Items all = expanded(mapping, loop);
  const auto found = std::ranges::find(all.items, key, &Item::key);
  return found == all.items.end() ? std::nullopt : std::optional(*found);
}

std::string_view Template::opened(const Node& mapping, const Loop* loop) {
  if (!mapping.is_mapping() || !is_made_when_deployed(mapping)) return {};
  return expanded(mapping, loop).open;
}

Items Template::expanded(const Node& mapping, const Loop* loop) {
  const bool dynamic = is_made_when_deployed(mapping);
  if (dynamic) {
    const auto kept = expanded_.find({&mapping, loop});
    if (kept != expanded_.end()) return kept->second;
  }
  Expansion made{{}, loop, most_instances};
  expand(mapping, loop, false, 0, made);
  if (dynamic) expanded_.emplace(std::pair(&mapping, loop), made.found);
  return std::move(made.found);
}

// False when there are more instances than there is room for.
bool Template::expand(const Node& mapping, const Loop* loop, bool any_number, int depth,
                      Expansion& into) {
  if (depth > deepest) {
    into.found.open = "loops and includes stand too deep inside each other";
    return true;
  }
  for (const syntax::Entry* entry : members(mapping)) {
    const std::string_view key = entry->key->text;
    if (key.starts_with(for_each)) {
      if (!expand_loop(*entry, loop, any_number, depth, into)) return false;
    } else if (key == transform) {
      for (const Node* one : items(*entry->value))
        expand_include(*one, loop, any_number, depth, into);
    } else {
      if (loop != into.around) {
        if (into.room == 0 || deployment_.room == 0) return false;
        --into.room;
        --deployment_.room;
      }
      into.found.items.push_back({in_loop(key, loop), entry, loop, any_number});
    }
  }
  return true;
}

// Fn::ForEach::Name: [Identifier, Collection, {Key: Value}]
bool Template::expand_loop(const syntax::Entry& entry, const Loop* loop, bool any_number, int depth,
                           Expansion& into) {
  const std::vector<const Node*> parts = items(*entry.value);
  if (parts.size() != 3 || !parts[0]->is_scalar() || !parts[2]->is_mapping()) {
    into.found.open =
        lasting(base::format("{} needs a name, a collection and a mapping", entry.key->text));
    return true;
  }
  const std::string_view name = parts[0]->text;
  const std::uint32_t kept = deployment_.budget;
  const Value collection = evaluate(*parts[1], {Use::text, loop});
  deployment_.budget = kept;
  const auto* list = collection.pointer<value::List>();
  std::string_view reason;
  if (list == nullptr)
    reason = collection.open() ? why_unknown(collection) : "its collection is no list";
  else if (!value::is_closed(*list))
    reason = list->open ? list->open_reason : "its collection is not known whole";
  const bool outermost = loop == into.around;
  if (reason.empty()) {
    const std::size_t before = into.found.items.size();
    if (outermost) into.room = most_instances;
    bool fits = list->members.size() <= most_instances;
    for (std::size_t i = 0; fits && i < list->members.size(); ++i) {
      const Loop* inner = graph_.arena.make<Loop>(Loop{name, list->members[i].value, loop});
      fits = expand(*parts[2], inner, any_number, depth + 1, into);
    }
    if (fits) return true;
    if (!outermost) return false;  // the outermost stands for all
    into.found.items.resize(before);
    reason = deployment_.room == 0 ? "the loops make more than 1,000,000 instances together"
                                   : "it makes more than 10,000 instances";
  }
  // One instance that stands for all. Loops inside of it begin anew.
  const Value any = unknown(base::format("{} is not unrolled: {}", entry.key->text, reason),
                            base::format("each of {}", canonical(*parts[1])));
  const Loop* inner = graph_.arena.make<Loop>(Loop{name, any, loop});
  Expansion one{{}, inner, most_instances};
  expand(*parts[2], inner, true, depth + 1, one);
  if (!one.found.open.empty()) into.found.open = one.found.open;
  into.found.items.insert(into.found.items.end(), one.found.items.begin(), one.found.items.end());
  return true;
}

// What AWS::Include brings from a local file. Null, with a reason, when it cannot be read.
const Node* Template::included(const Node& written, std::string& reason) {
  const Node* name = value_of(written, "Name");
  const Node* parameters = value_of(written, "Parameters");
  if (name == nullptr || name->text != "AWS::Include") {
    reason = base::format("macro {} may add anything here, and is not read",
                          name == nullptr ? std::string_view("without a name") : name->text);
    return nullptr;
  }
  const Node* location = parameters == nullptr ? nullptr : value_of(*parameters, "Location");
  const Value path = location == nullptr ? Value{} : evaluate(*location, {Use::text});
  const auto* text = path.get<std::string_view>();
  if (text == nullptr) {
    reason = "AWS::Include names its file by what is known only when deployed";
    return nullptr;
  }
  if (!is_local(*text)) {
    reason = base::format("AWS::Include of {} is not read", *text);
    return nullptr;
  }
  const Files::Opened opened = deployment_.files.open(written.span.file, *text);
  if (opened.root == nullptr) reason = base::format("AWS::Include is not read: {}", opened.reason);
  return opened.root == nullptr ? nullptr : &opened.root->resolved();
}

void Template::expand_include(const Node& written, const Loop* loop, bool any_number, int depth,
                              Expansion& into) {
  std::string reason;
  const Node* content = included(written, reason);
  if (content != nullptr && content->is_mapping()) {
    if (!expand(*content, loop, any_number, depth + 1, into))
      into.found.open = "an include makes too many instances";
    return;
  }
  if (reason.empty()) reason = "AWS::Include brings no mapping";
  into.found.open = lasting(reason);
  note_unread(written.span, reason);
}

}  // namespace resilint::dialect::cloudformation
