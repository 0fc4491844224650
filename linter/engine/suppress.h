// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "finding/finding.h"
#include "rule/rule.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::engine {

// What is asked of everything that is ignored.
struct IgnoreTerms {
  std::string today;  // YYYY-MM-DD
  bool needs_reason = false;
  std::string latest;  // no last day may be later, and there must be one; empty: any
};

// What is missing of the terms, for people; empty when they are met.
std::string unmet(const IgnoreTerms& terms, std::string_view reason, std::string_view until);

// Takes out of `findings` what the file says is to be ignored:
//   # resilint: ignore RULE[,RULE…] [reason="…"] [until=YYYY-MM-DD]
// on a line, or before one: what is found there, or in the block that begins there. With
// `ignore-file` it holds for the whole file. The same stands in a list
//   resilint: {ignore: [RULE, {rule: RULE, reason: …, until: …, property: …}]}
// below `Metadata` in CloudFormation, below "//" in Terraform's JSON: for what it stands in. RULE
// is a name, an old name, or the beginning of names: `s3-*`.
//
// Adds a note for each that is not understood, does not meet the terms or covers nothing
// (`unused-ignore`), or that has ended (`expired-ignore`). Call once per file, with all findings of
// that file. `rules` are the rules that ran; `all` knows the names of the others.
struct Suppressed {
  std::vector<finding::Finding> findings;
  std::vector<finding::Finding> suppressed;
};
Suppressed suppress(std::vector<finding::Finding> findings, const source::File& file,
                    const syntax::Tree& tree, std::span<const rule::Rule* const> rules,
                    const rule::Library& all, const IgnoreTerms& terms);

// The notes about what ignores nothing, and about what does so no more since the last day that was
// given for it.
finding::Finding unused(source::Span span, std::string rules, std::string message);
finding::Finding expired(source::Span span, std::string rules, std::string_view until);

}  // namespace resilint::engine
