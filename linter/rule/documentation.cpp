// SPDX-License-Identifier: Apache-2.0
#include "rule/documentation.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace resilint::rule {
namespace {

using base::JsonWriter;
using catalog::AttributeKind;

constexpr std::size_t width = 96;   // of text
constexpr std::size_t column = 18;  // at which values begin in text

std::vector<graph::Dialect> languages(const Rule& rule) {
  std::vector<graph::Dialect> found;
  for (const graph::Dialect dialect : {graph::Dialect::cloudformation, graph::Dialect::terraform}) {
    if (std::ranges::find(rule.not_in, dialect) == rule.not_in.end()) found.push_back(dialect);
  }
  return found;
}

std::string language_names(const Rule& rule) {
  std::vector<std::string_view> names;
  for (const graph::Dialect dialect : languages(rule)) names.push_back(graph::name(dialect));
  return base::join(names, ", ");
}

// As rule files write it.
std::string written(const catalog::AttributeType& type) {
  switch (type.kind) {
    case AttributeKind::boolean:
      return "bool";
    case AttributeKind::integer:
      return "int";
    case AttributeKind::number:
      return "number";
    case AttributeKind::string:
      return "string";
    case AttributeKind::duration:
      return "duration";
    case AttributeKind::enumeration:
      return base::format("enum({})", type.words);
    case AttributeKind::list:
      return base::format("list({})", type.element == nullptr ? "string" : written(*type.element));
    case AttributeKind::map:
      return "map";
    case AttributeKind::reference:
      return base::format("ref({})", type.words);
    case AttributeKind::policy:
      return "policy";
  }
  return {};
}

bool is_set(const catalog::Constant& value) {
  return !std::holds_alternative<std::monostate>(value);
}

std::string written(const catalog::Constant& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return base::format("{}", *number);
  if (const auto* real = std::get_if<double>(&value)) return base::shortest(*real);
  if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
  return {};
}

void write(const catalog::Constant& value, JsonWriter& json) {
  if (const auto* flag = std::get_if<bool>(&value))
    json.boolean(*flag);
  else if (const auto* number = std::get_if<std::int64_t>(&value))
    json.integer(*number);
  else if (const auto* real = std::get_if<double>(&value))
    json.real(*real);
  else if (const auto* text = std::get_if<std::string_view>(&value))
    json.string(*text);
  else
    json.null();
}

// "int, 6, at least 2": type, default and bounds.
std::string described(const Parameter& parameter) {
  std::string text = written(parameter.type) + ", ";
  text += parameter.type.kind == AttributeKind::list ? base::join(parameter.words, " ")
                                                     : written(parameter.value);
  if (is_set(parameter.minimum)) text += base::format(", at least {}", written(parameter.minimum));
  if (is_set(parameter.maximum)) text += base::format(", at most {}", written(parameter.maximum));
  return text;
}

std::string set_by(const Fix& fix) {
  return base::format("{}.{}", fix.set.name, fix.set.attribute);
}

// What the edit does; `quote` stands around names and expressions.
std::string described(const Fix& fix, std::string_view quote) {
  const auto quoted = [quote](std::string_view code) {
    return base::format("{}{}{}", quote, code, quote);
  };
  std::string text;
  if (fix.create.empty()) {
    text = base::format("sets {}", quoted(set_by(fix)));
    for (const FixAttribute& value : fix.values)
      text += base::format(" to {}", quoted(base::trim(value.value.program.text)));
  } else {
    text = base::format("adds {}", quoted(fix.create));
    std::string_view between = " with ";
    for (const FixAttribute& value : fix.values) {
      text += base::format("{}{} = {}", between, quoted(value.attribute),
                           quoted(base::trim(value.value.program.text)));
      between = ", ";
    }
  }
  return text + (fix.safe ? "; safe" : base::format("; unsafe: {}", fix.cost));
}

// ---- text

// Words in lines of at most `width`, each behind `indent` blanks but the first.
std::string wrapped(std::string_view words, std::size_t indent) {
  std::string text;
  std::size_t used = indent;
  for (const std::string_view word : base::split(words, ' ')) {
    if (word.empty()) continue;
    const bool first = text.empty();
    if (!first && used + 1 + word.size() > width) {
      text += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (!first) {
      text += ' ';
      ++used;
    }
    text += word;
    used += word.size();
  }
  return text + "\n";
}

void add_row(std::string& page, std::string_view name, std::string_view value) {
  if (!value.empty()) page += base::format("{:<{}}{}", name, column, wrapped(value, column));
}

std::string indented(std::string_view text) {
  std::string made;
  for (const std::string_view line : base::split(base::trim(text), '\n'))
    made += line.empty() ? "\n" : base::format("    {}\n", line);
  return made;
}

// ---- Markdown

std::string fence(graph::Dialect dialect, std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return base::format("```{}\n{}\n```\n",
                      dialect == graph::Dialect::cloudformation ? "yaml" : "hcl", text);
}

void write(std::string_view key, std::span<const std::string_view> words, JsonWriter& json) {
  json.key(key).begin_array();
  for (const std::string_view word : words) json.string(word);
  json.end_array();
}

}  // namespace

std::string text(const Rule& rule) {
  std::string page =
      base::format("{}\n{}\n{}\n", rule.name, wrapped(rule.title, 0), wrapped(rule.why, 0));
  add_row(page, "severity", finding::name(rule.severity));
  add_row(page, "profile", name(rule.profile));
  add_row(page, "well-architected", base::join(rule.well_architected, ", "));
  add_row(page, "tags", base::join(rule.tags, ", "));
  add_row(page, "judges", rule.kind);
  add_row(page, "languages", language_names(rule));
  add_row(page, "formerly", base::join(rule.formerly, ", "));
  for (const Parameter& parameter : rule.parameters) {
    add_row(page, "parameter",
            base::format("{} ({}): {}", parameter.name, described(parameter), parameter.why));
  }
  for (const Fix& fix : rule.fixes) add_row(page, "fix", described(fix, "`"));
  for (const Peer& peer : rule.peers)
    add_row(page, "elsewhere", base::format("{} ({})", peer.id, peer.tool));
  for (const std::string_view reference : rule.references) add_row(page, "document", reference);
  for (const Example& example : rule.examples) {
    const std::string_view language = graph::name(example.dialect);
    page += base::format("\nfails, in {}:\n\n{}", language, indented(example.fail));
    page += base::format("\npasses, in {}:\n\n{}", language, indented(example.pass));
  }
  return page;
}

std::string markdown(const Rule& rule) {
  std::string page = base::format("# {}\n\n{}\n\n{}\n\n", rule.name, rule.title, rule.why);
  page += base::format("- Severity: {}\n- Profile: {}\n", finding::name(rule.severity),
                       name(rule.profile));
  if (!rule.well_architected.empty())
    page += base::format("- Well-Architected: {}\n", base::join(rule.well_architected, ", "));
  if (!rule.tags.empty()) page += base::format("- Tags: {}\n", base::join(rule.tags, ", "));
  page += base::format("- Judges: `{}`\n- Languages: {}\n", rule.kind, language_names(rule));
  if (!rule.formerly.empty())
    page += base::format("- Formerly: {}\n", base::join(rule.formerly, ", "));
  if (!rule.parameters.empty()) page += "\n## Parameters\n\n";
  for (const Parameter& parameter : rule.parameters)
    page += base::format("- `{}` ({}): {}\n", parameter.name, described(parameter), parameter.why);
  if (!rule.fixes.empty()) page += "\n## Fix\n\n";
  for (const Fix& fix : rule.fixes) {
    std::string sentence = described(fix, "`");
    sentence.front() = sentence.front() == 's' ? 'S' : 'A';
    page += base::format("- {}\n", sentence);
  }
  for (const Example& example : rule.examples) {
    page += base::format("\n## Example ({})\n\nFails:\n\n", graph::name(example.dialect));
    page += fence(example.dialect, example.fail) + "\nPasses:\n\n" +
            fence(example.dialect, example.pass);
  }
  if (!rule.references.empty()) page += "\n## References\n\n";
  for (const std::string_view reference : rule.references)
    page += base::format("- <{}>\n", reference);
  if (!rule.peers.empty()) page += "\n## Known elsewhere as\n\n";
  for (const Peer& peer : rule.peers) page += base::format("- {}: {}\n", peer.tool, peer.id);
  return page;
}

void write(const Rule& rule, JsonWriter& json) {
  json.begin_object()
      .member("name", rule.name)
      .member("title", rule.title)
      .member("severity", finding::name(rule.severity))
      .member("profile", name(rule.profile))
      .member("why", rule.why)
      .member("file", rule.file)
      .member("judges", rule.kind)
      .key("languages")
      .begin_array();
  for (const graph::Dialect dialect : languages(rule)) json.string(graph::name(dialect));
  json.end_array();
  write("wellArchitected", rule.well_architected, json);
  write("tags", rule.tags, json);
  write("formerly", rule.formerly, json);
  json.key("parameters").begin_array();
  for (const Parameter& parameter : rule.parameters) {
    json.begin_object().member("name", parameter.name).member("type", written(parameter.type));
    if (parameter.type.kind == AttributeKind::list)
      write("default", parameter.words, json);
    else
      write(parameter.value, json.key("default"));
    if (is_set(parameter.minimum)) write(parameter.minimum, json.key("minimum"));
    if (is_set(parameter.maximum)) write(parameter.maximum, json.key("maximum"));
    json.member("why", parameter.why).end_object();
  }
  json.end_array().key("fixes").begin_array();
  for (const Fix& fix : rule.fixes) {
    json.begin_object();
    if (fix.create.empty())
      json.member("sets", set_by(fix));
    else
      json.member("creates", fix.create);
    json.key("values").begin_object();
    for (const FixAttribute& value : fix.values)
      json.member(value.attribute, base::trim(value.value.program.text));
    json.end_object().member("safety", fix.safe ? "safe" : "unsafe");
    if (!fix.cost.empty()) json.member("cost", fix.cost);
    json.end_object();
  }
  json.end_array().key("peers").begin_array();
  for (const Peer& peer : rule.peers)
    json.begin_object().member("tool", peer.tool).member("id", peer.id).end_object();
  json.end_array();
  write("references", rule.references, json);
  json.key("examples").begin_object();
  for (const Example& example : rule.examples) {
    json.key(graph::name(example.dialect))
        .begin_object()
        .member("fail", example.fail)
        .member("pass", example.pass)
        .end_object();
  }
  json.end_object().end_object();
}

}  // namespace resilint::rule
