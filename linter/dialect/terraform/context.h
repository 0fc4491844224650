// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/terraform/expression.h"

namespace resilint::dialect::terraform {

// What an evaluation, its operators and its functions share: the scope, the arena, the budget, and
// how values are made.
class Context {
 public:
  Context(Scope& scope, base::Arena& arena) : scope_(scope), arena_(arena) {}

  [[nodiscard]] Scope& scope() const { return scope_; }
  [[nodiscard]] base::Arena& arena() const { return arena_; }

  // False when the budget does not suffice; then nothing is evaluated any more.
  bool spend(std::size_t cost);
  // What is too deep is too large as a whole.
  bool enter(int depth) { return spend(depth > deepest ? SIZE_MAX : 1); }
  bool spend_text(std::size_t bytes) { return spend(bytes / 64 + 1); }
  [[nodiscard]] bool spent() const { return scope_.budget == 0; }
  value::Value too_large() const;

  value::Value unknown(std::string_view reason) const;
  // Composed as Terraform's texts are, and paid for.
  value::Value text(std::string_view bytes);
  value::Value list_of(std::span<const value::Value> items, value::Sort sort);
  value::Value list(std::vector<value::Member> members, value::Sort sort);
  // The same members in a set's order, each once.
  value::Value set(std::vector<value::Member> members);
  // Sorted by key; of two entries with one key the later one.
  value::Value map(std::vector<value::MapEntry> entries, bool uniform);
  value::Value open_map(std::vector<value::MapEntry> entries, std::string_view reason);
  value::Value like(const value::Value& list, std::vector<value::Member> members);

  // What the configuration writes for what only exists once deployed, in texts too; the value
  // itself when it writes nothing.
  value::Value settled(const value::Value& value);

  // One text of literals and holes; a string when there are no holes, the hole itself when there
  // is nothing else. Parts that are no text are converted; null and collections must not occur.
  value::Value concatenated(std::span<const value::TextPart> parts);

  // An unknown, or an undecided value, that stands for what cannot be computed from `values`.
  value::Value open_as(std::span<const value::Value> values);
  value::Value open_as(const value::Value& value) { return open_as({&value, 1}); }

 private:
  static constexpr int deepest = 300;  // expressions inside each other

  Scope& scope_;
  base::Arena& arena_;
};

tl::unexpected<Refusal> refused(std::string message, source::Span place = {});

// Why a value is not known, for people; empty when it is.
std::string_view why_open(const value::Value& value);
// Neither it nor a part of its text is open or a reference. Members are not looked at.
bool is_known(const value::Value& value);
// Whether all of it is known, members too.
bool is_known_whole(const value::Value& value);
bool is_null(const value::Value& value);
// Whether it or a member of it is sensitive.
bool sensitive_within(const value::Value& value);
// Texts, with holes or without.
bool is_text(const value::Value& value);

// The origin of what is made from `inputs`: that of the one which was not written as it is.
const value::Origin* origin_from(std::span<const value::Value> inputs, source::Span span,
                                 base::Arena& arena);

// Entries in the order in which Terraform iterates.
std::vector<value::MapEntry> sorted(const value::Map& map);

}  // namespace resilint::dialect::terraform
