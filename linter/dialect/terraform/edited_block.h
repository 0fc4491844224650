// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "syntax/node.h"

namespace resilint::dialect::terraform {

// What tells a block from others in its body: its type and its labels.
std::string header_of(const syntax::Entry& block);

// A block under change. Each change costs as much as what it brings, however much stands there.
// Names are those of arguments, and the types of blocks; a `dynamic` block has that of the blocks
// it makes.
class EditedBlock {
 public:
  enum class With : std::uint8_t { nothing, its_body };
  EditedBlock(const syntax::Entry& written, With with);

  void add(const syntax::Entry& entry);
  void remove(std::string_view name);
  // Instead of all that has its name: an argument in the place of an argument, else at the end.
  void replace(const syntax::Entry& entry);
  // replace() for all that entries bring of one name.
  void overlay(std::span<const syntax::Entry> entries);

  // The value of an argument, or null.
  [[nodiscard]] const syntax::Node* argument(std::string_view name) const;
  // The first block of the type of `like`; when there is none it is added, with an empty body.
  EditedBlock& nested(const syntax::Entry& like);
  // The blocks in it by their headers; for edit().
  [[nodiscard]] std::unordered_map<std::string, std::size_t> blocks() const;
  EditedBlock& edit(std::size_t block);

  // Made of nodes in `arena`, and of those that did not change.
  [[nodiscard]] syntax::Entry finish(base::Arena& arena) const;

 private:
  struct Item {
    syntax::Entry entry;
    bool gone = false;
    std::unique_ptr<EditedBlock> edited;
  };

  syntax::Entry written_;
  std::vector<Item> items_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_name_;  // those not gone
};

}  // namespace resilint::dialect::terraform
