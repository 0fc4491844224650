// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/model.h"
#include "cel/cel.h"
#include "finding/finding.h"

namespace resilint::rule {

enum class Profile : std::uint8_t { recommended, strict, opt_in };
std::string_view name(Profile profile);  // as rules write it: "opt-in"

struct Parameter {
  std::string_view name;
  catalog::AttributeType type;
  catalog::Constant value;                  // the default
  std::span<const std::string_view> words;  // the default of a list
  std::string_view why;
  catalog::Constant minimum;  // or nothing
  catalog::Constant maximum;
};

// An expression and where its first byte stands in the rule's file, 1-based.
struct Expression {
  cel::Program program;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Let {
  std::string_view name;
  Expression value;
  std::string_view kind;  // narrows: another kind or nothing makes the rule inapplicable
};

// A name bound by match or let, or an attribute of the object that it names.
struct Target {
  std::string_view name;
  std::string_view attribute;  // empty: the object itself
};

struct MessagePart {
  std::string_view literal;  // used when `target.name` is empty
  Target target;
};

struct Label {
  Target target;
  std::span<const MessagePart> text;
};

struct FixAttribute {
  std::string_view attribute;
  Expression value;
};

struct Fix {
  Target set;                            // or
  std::string_view create;               // a kind
  std::span<const FixAttribute> values;  // one for `set`; the `with` of `create`
  bool safe = false;
  std::string_view cost;  // of an unsafe fix
};

struct Example {
  graph::Dialect dialect{};
  std::string_view fail;
  std::string_view pass;
};

struct Peer {
  std::string_view tool;
  std::string_view id;
};

// One rule, checked and compiled; immutable, shared by threads. All text lives as long as the
// library that it came from.
struct Rule {
  std::string_view name;
  std::string_view file;  // for places inside the rule: "rules/aws/sqs/sqs-dead-letter-queue.yaml"
  std::string_view title;
  finding::Severity severity = finding::Severity::medium;
  Profile profile = Profile::recommended;
  std::string_view why;
  std::span<const std::string_view> well_architected;
  std::span<const std::string_view> tags;
  std::span<const std::string_view> formerly;
  std::span<const std::string_view> references;
  std::span<const Peer> peers;
  std::span<const Example> examples;
  std::span<const Parameter> parameters;
  std::string_view match;  // the name that `match` binds; "project" for the pseudo-kind
  std::string_view kind;   // a kind or a native type; "project"
  std::span<const Let> lets;
  Expression when;  // may be empty
  Expression require;
  std::span<const MessagePart> message;
  std::span<const Target> at;
  std::span<const Label> labels;
  std::span<const Fix> fixes;
  std::span<const graph::Dialect> not_in;  // dialects that cannot express what the rule needs
  bool is_built_in = false;                // has a page below docs/rules/
};

// Kinds and rules that fit together. What it refers to must outlive it.
struct Library {
  catalog::Model model;
  std::vector<const Rule*> rules;  // sorted by name

  [[nodiscard]] const Rule* find(std::string_view name) const;  // old names too
};

// What is judged in a run: --profile, --select, --ignore.
struct Selection {
  std::string profile = "recommended";  // recommended | strict | all
  std::vector<std::string> select;      // replaces the profile: a name, a prefix "s3-*", a tag
  std::vector<std::string> ignore;
};
struct Selected {
  std::vector<const Rule*> rules;     // sorted by name
  std::vector<std::string> problems;  // "no rule is called s3-versionin; did you mean …": bad usage
};
Selected select(const Library& library, const Selection& selection);

// "rules/aws/sqs/sqs-dead-letter-queue.yaml:12:20": byte `offset` of the expression's text. In a
// folded scalar, whose line ends are gone, the place of its first byte.
std::string place(const Rule& rule, const Expression& expression, std::uint32_t offset);

// What a report says of the rule; `help` is the page of documentation.h, which few formats print.
finding::RuleInfo info(const Rule& rule, bool with_help = true);

}  // namespace resilint::rule
