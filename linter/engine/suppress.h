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

// Takes out of `findings` what the file says is to be ignored:
//   # resilint: ignore RULE[,RULE…] [reason="…"] [until=YYYY-MM-DD]
// on a line, or before one: what is found there, or in the block that begins there. With
// `ignore-file` it holds for the whole file. The same stands in a list
//   resilint: {ignore: [RULE, {rule: RULE, reason: …, until: …, property: …}]}
// below `Metadata` in CloudFormation, below "//" in Terraform's JSON: for what it stands in. RULE
// is a name, an old name, or the beginning of names: `s3-*`.
//
// Adds a note for each that is not understood, that covers nothing (`unused-ignore`), or that has
// ended (`expired-ignore`). Call once per file, with all findings of that file. `rules` are the
// rules that ran; `all` knows the names of the others. `today` is YYYY-MM-DD.
struct Suppressed {
  std::vector<finding::Finding> findings;
  std::vector<finding::Finding> suppressed;
};
Suppressed suppress(std::vector<finding::Finding> findings, const source::File& file,
                    const syntax::Tree& tree, std::span<const rule::Rule* const> rules,
                    const rule::Library& all, std::string_view today);

// The note about what is ignored no more since the last day that was given for it.
finding::Finding expired(source::Span span, std::string rules, std::string_view until);

}  // namespace resilint::engine
