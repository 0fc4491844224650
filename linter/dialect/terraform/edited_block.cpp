// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/edited_block.h"

#include <unordered_set>

namespace resilint::dialect::terraform {
namespace {

using syntax::Entry;
using syntax::Node;

std::string_view name_of(const Entry& entry) {
  if (entry.key->text == "dynamic" && entry.value->is_block() && !entry.value->labels().empty())
    return entry.value->labels().front().value->text;
  return entry.key->text;
}

}  // namespace

std::string header_of(const Entry& block) {
  std::string made(block.key->text);
  for (const Entry& label : block.value->labels()) made.append(1, '\0').append(label.value->text);
  return made;
}

EditedBlock::EditedBlock(const Entry& written, With with) : written_(written) {
  if (with == With::nothing) return;
  for (const Entry& entry : written.value->body().entries) add(entry);
}

void EditedBlock::add(const Entry& entry) {
  by_name_[name_of(entry)].push_back(items_.size());
  items_.push_back({entry, false, nullptr});
}

void EditedBlock::remove(std::string_view name) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return;
  for (const std::size_t at : found->second) items_[at].gone = true;
  by_name_.erase(found);
}

void EditedBlock::replace(const Entry& entry) {
  const auto found = by_name_.find(name_of(entry));
  if (found == by_name_.end()) return add(entry);
  const std::size_t first = found->second.front();
  remove(name_of(entry));
  if (entry.value->is_block() || items_[first].entry.value->is_block()) return add(entry);
  items_[first] = {entry, false, nullptr};
  by_name_[name_of(entry)].push_back(first);
}

void EditedBlock::overlay(std::span<const Entry> entries) {
  std::unordered_set<std::string_view> seen;
  for (const Entry& entry : entries)
    seen.insert(name_of(entry)).second ? replace(entry) : add(entry);
}

const Node* EditedBlock::argument(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  const Node* value = items_[found->second.front()].entry.value;
  return value->is_block() ? nullptr : value;
}

EditedBlock& EditedBlock::nested(const Entry& like) {
  const auto found = by_name_.find(like.key->text);
  if (found != by_name_.end() && items_[found->second.front()].entry.value->is_block())
    return edit(found->second.front());
  add(like);
  items_.back().edited = std::make_unique<EditedBlock>(like, With::nothing);
  return *items_.back().edited;
}

std::unordered_map<std::string, std::size_t> EditedBlock::blocks() const {
  std::unordered_map<std::string, std::size_t> made;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (!items_[i].gone && items_[i].entry.value->is_block())
      made.emplace(header_of(items_[i].entry), i);
  }
  return made;
}

EditedBlock& EditedBlock::edit(std::size_t block) {
  Item& item = items_[block];
  if (item.edited == nullptr)
    item.edited = std::make_unique<EditedBlock>(item.entry, With::its_body);
  return *item.edited;
}

Entry EditedBlock::finish(base::Arena& arena) const {
  std::vector<Entry> entries;
  for (const Item& item : items_) {
    if (item.gone) continue;
    entries.push_back(item.edited == nullptr ? item.entry : item.edited->finish(arena));
  }
  Node* body = arena.make<Node>(written_.value->body());
  body->entries = arena.array(entries);
  const std::span<const Entry> labels = written_.value->labels();
  std::vector<Entry> parts(labels.begin(), labels.end());
  parts.push_back({nullptr, body, body->span});
  Node* block = arena.make<Node>(*written_.value);
  block->entries = arena.array(parts);
  return {written_.key, block, written_.span()};
}

}  // namespace resilint::dialect::terraform
