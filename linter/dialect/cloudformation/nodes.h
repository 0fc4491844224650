// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/file.h"
#include "syntax/node.h"

// How CloudFormation's own notation stands in the neutral tree.
namespace resilint::dialect::cloudformation {

// An intrinsic in its long or short form: `{"Fn::Sub": x}` or `!Sub x`.
struct Call {
  std::string name;                        // "Ref", "Condition", "Fn::Sub", "Fn::Transform"
  const syntax::Node* argument = nullptr;  // aliases followed
  bool tagged = false;                     // short form: `argument` carries the tag itself
};

// The intrinsic that a node is, if it is one.
std::optional<Call> call_of(const syntax::Node& node);

// The members of a mapping with merge keys applied: what is written wins over what is merged, the
// last of duplicate keys counts. Merging stops at a bound, so that no template can make it explode.
std::vector<const syntax::Entry*> members(const syntax::Node& node);
const syntax::Entry* member(const syntax::Node& node, std::string_view key);
const syntax::Node* value_of(const syntax::Node& node, std::string_view key);  // aliases followed

// The items of a sequence, aliases followed; the node itself when it is not one.
std::vector<const syntax::Node*> items(const syntax::Node& node);

// The whole expression: its tag, if it has one, and its text.
source::Span whole(const syntax::Node& node);

// The same text for the same expression in any spelling, for equality of what is not evaluated.
std::string canonical(const syntax::Node& node);

// Whether a parameter's value is not to be echoed. Anything but false counts: hiding is harmless.
bool is_secret(const syntax::Node& parameter);

// One `${…}` of a Fn::Sub, or the literal text before it.
struct SubstitutionPart {
  std::string_view literal;
  std::string_view name;    // of the variable; empty for a literal
  std::uint32_t begin = 0;  // of the name in the text
};
std::vector<SubstitutionPart> substitution(std::string_view text);

}  // namespace resilint::dialect::cloudformation
