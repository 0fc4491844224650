// SPDX-License-Identifier: Apache-2.0
#include "catalog/document.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace resilint::catalog {

void Problems::add(source::Span span, std::string message) {
  finding::Finding problem;
  problem.rule = "rule-error";
  problem.severity = finding::Severity::high;
  problem.message = std::move(message);
  problem.span = span;
  found_.push_back(std::move(problem));
}

void Problems::unknown_word(source::Span span, std::string_view what, std::string_view word,
                            std::span<const std::string_view> known) {
  std::string message = base::format("unknown {} `{}`", what, word);
  if (const std::string_view near = base::nearest(word, known); !near.empty()) {
    message += base::format("; did you mean `{}`?", near);
  } else if (!known.empty() && known.size() <= 12) {
    message += base::format("; expected one of {}", base::join(known, ", "));
  }
  add(span, std::move(message));
}

Fields::Fields(const syntax::Node& written, std::string_view what, std::span<const Key> keys,
               Problems& problems)
    : node_(&written.resolved()) {
  if (!node_->is_mapping()) {
    problems.add(node_->span, base::format("expected the keys of {}, found something else", what));
    return;
  }
  std::vector<std::string_view> names;
  for (const Key& key : keys) names.push_back(key.name);
  for (const syntax::Entry& entry : node_->entries) {
    if (std::ranges::find(names, entry.key->text) == names.end()) {
      problems.unknown_word(entry.key->span, base::format("key of {}", what), entry.key->text,
                            names);
    } else if (node_->find_entry(entry.key->text) != &entry) {
      problems.add(entry.key->span,
                   base::format("`{}` stands here and again below; keep one", entry.key->text));
    }
  }
  for (const Key& key : keys) {
    if (key.required && node_->find(key.name) == nullptr) {
      const source::Span begin{node_->span.file, node_->span.begin, node_->span.begin};
      problems.add(begin, base::format("`{}` is missing; {} needs it", key.name, what));
    }
  }
}

const syntax::Node* Fields::get(std::string_view key) const {
  if (!node_->is_mapping()) return nullptr;
  const syntax::Node* value = node_->find(key);
  return value == nullptr ? nullptr : &value->resolved();
}

std::string_view text(const syntax::Node& node, std::string_view what, Problems& problems) {
  if (!node.is_scalar() || node.text.empty()) {
    problems.add(node.span, base::format("expected {}, found {}", what,
                                         node.is_scalar() ? "nothing" : "a collection"));
    return {};
  }
  std::string_view found = node.text;
  while (found.ends_with('\n')) found.remove_suffix(1);
  return found;
}

std::vector<std::string_view> texts(const syntax::Node& node, std::string_view what,
                                    Problems& problems) {
  std::vector<std::string_view> found;
  if (!node.is_sequence()) {
    found.push_back(text(node, what, problems));
    return found;
  }
  for (const syntax::Entry& entry : node.entries)
    found.push_back(text(entry.value->resolved(), what, problems));
  return found;
}

std::optional<bool> boolean(const syntax::Node& node, std::string_view what, Problems& problems) {
  if (node.is_scalar() && node.plain() && node.text == "true") return true;
  if (node.is_scalar() && node.plain() && node.text == "false") return false;
  problems.add(node.span, base::format("expected true or false for {}", what));
  return std::nullopt;
}

namespace {

std::optional<AttributeType> type_of(std::string_view written, const syntax::Node& node,
                                     base::Arena& arena, Problems& problems, int depth) {
  static constexpr std::pair<std::string_view, AttributeKind> simple[] = {
      {"bool", AttributeKind::boolean},      {"int", AttributeKind::integer},
      {"number", AttributeKind::number},     {"string", AttributeKind::string},
      {"duration", AttributeKind::duration}, {"map", AttributeKind::map},
      {"policy", AttributeKind::policy},
  };
  const std::string_view word = base::trim(written);
  for (const auto& [name, kind] : simple) {
    if (word == name) return AttributeType{kind, {}, nullptr};
  }
  const std::size_t open = word.find('(');
  if (open != std::string_view::npos && word.ends_with(')') && depth < 4) {
    const std::string_view outer = word.substr(0, open);
    const std::string_view inner = word.substr(open + 1, word.size() - open - 2);
    if (outer == "enum" && !inner.empty())
      return AttributeType{AttributeKind::enumeration, inner, nullptr};
    if (outer == "ref" && !inner.empty())
      return AttributeType{AttributeKind::reference, inner, nullptr};
    if (outer == "list") {
      const auto element = type_of(inner, node, arena, problems, depth + 1);
      if (!element) return std::nullopt;
      return AttributeType{AttributeKind::list, {}, arena.make<AttributeType>(*element)};
    }
  }
  static constexpr std::string_view names[] = {"bool",     "int",      "number", "string",
                                               "duration", "map",      "policy", "enum(A|B)",
                                               "list(T)",  "ref(kind)"};
  problems.unknown_word(node.span, "type", word, names);
  return std::nullopt;
}

}  // namespace

std::optional<AttributeType> attribute_type(const syntax::Node& node, base::Arena& arena,
                                            Problems& problems) {
  const std::string_view written = text(node, "a type", problems);
  if (written.empty()) return std::nullopt;
  return type_of(written, node, arena, problems, 0);
}

std::optional<Constant> constant(const syntax::Node& node, const AttributeType& type,
                                 Problems& problems) {
  const auto wrong = [&](std::string_view expected) -> std::optional<Constant> {
    problems.add(node.span, base::format("expected {}, found `{}`", expected, node.text));
    return std::nullopt;
  };
  if (!node.is_scalar()) return wrong("a single value");
  switch (type.kind) {
    case AttributeKind::boolean:
      if (const auto flag = boolean(node, "a bool", problems)) return Constant(*flag);
      return std::nullopt;
    case AttributeKind::integer:
    case AttributeKind::duration:
      if (const auto number = base::parse_int(node.text)) return Constant(*number);
      return wrong("an integer");
    case AttributeKind::number:
      if (const auto number = base::parse_double(node.text)) return Constant(*number);
      return wrong("a number");
    case AttributeKind::enumeration: {
      const std::vector<std::string_view> words = base::split(type.words, '|');
      if (std::ranges::find(words, node.text) != words.end()) return Constant(node.text);
      return wrong(base::format("one of {}", base::join(words, ", ")));
    }
    case AttributeKind::string:
      return Constant(node.text);
    default:
      return wrong("no default: a list, map or reference has none");
  }
}

cel::Program program(const syntax::Node& node, base::Arena& arena, Problems& problems) {
  if (!node.tag().empty()) {
    problems.add(node.tag_span(), "YAML reads this as a tag; put the expression in quotes");
    return {};
  }
  const std::string_view written = text(node, "an expression", problems);
  if (written.empty()) return {};
  cel::Parsed parsed = cel::parse(written, arena);
  if (parsed.problem) {
    add({*parsed.problem}, node, problems);
    return {};
  }
  return *parsed.program;
}

void add(const std::vector<cel::Problem>& found, const syntax::Node& node, Problems& problems) {
  for (const cel::Problem& problem : found) {
    std::string message = problem.message;
    if (!problem.suggestion.empty()) message += "; " + problem.suggestion;
    const auto size = static_cast<std::uint32_t>(node.text.size());
    problems.add(node.source(std::min(problem.begin, size), std::min(problem.end, size)),
                 std::move(message));
  }
}

}  // namespace resilint::catalog
