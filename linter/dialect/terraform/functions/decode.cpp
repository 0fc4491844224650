// SPDX-License-Identifier: Apache-2.0
// JSON and YAML → values.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/format.h"
#include "dialect/terraform/functions/yaml.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/types.h"
#include "parse/parse.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Node;
using syntax::NodeKind;
using value::Value;

constexpr int deepest = 300;

constexpr std::array<std::string_view, 9> yes{"y",    "Y",    "yes",  "Yes", "YES",
                                              "true", "True", "TRUE", "on"};
constexpr std::array<std::string_view, 2> also_yes{"On", "ON"};
constexpr std::array<std::string_view, 11> no{"n",     "N",     "no",  "No",  "NO", "false",
                                              "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> nothing{"", "~", "null", "Null", "NULL"};

constexpr std::array<std::string_view, 12> no_number{".inf",  ".Inf",  ".INF",  "+.inf",
                                                     "+.Inf", "+.INF", "-.inf", "-.Inf",
                                                     "-.INF", ".nan",  ".NaN",  ".NAN"};

template <std::size_t Size>
bool among(std::string_view text, const std::array<std::string_view, Size>& words) {
  return std::ranges::find(words, text) != words.end();
}

bool all_digits(std::string_view text, std::string_view digits) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

// YAML's integers and fractions: 12, -3, 0o17, 0xff, 1.5e3, .5
std::optional<Value> yaml_number(std::string_view text) {
  const auto based = [text](int base) -> std::optional<Value> {
    std::int64_t made = 0;
    const auto read = std::from_chars(text.data() + 2, text.data() + text.size(), made, base);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return Value::integer(made);
  };
  if (text.starts_with("0x") && all_digits(text.substr(2), "0123456789abcdefABCDEF"))
    return based(16);
  if (text.starts_with("0o") && all_digits(text.substr(2), "01234567")) return based(8);
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  const bool begins = !rest.empty() && ((rest.front() >= '0' && rest.front() <= '9') ||
                                        (rest.front() == '.' && rest.size() > 1));
  if (!begins) return std::nullopt;
  return parse_number(text);
}

// A date is a time at midnight; a time without a zone is UTC.
std::optional<std::string> yaml_time(std::string_view text) {
  const bool blank = text.size() == 19 && text[10] == ' ' && text[13] == ':' && text[16] == ':';
  const bool date = (text.size() == 10 || blank) && text[4] == '-' && text[7] == '-' &&
                    all_digits(text.substr(0, 4), "0123456789") &&
                    all_digits(text.substr(5, 2), "0123456789") &&
                    all_digits(text.substr(8, 2), "0123456789");
  if (!date) return std::nullopt;
  const std::string_view month = text.substr(5, 2);
  const std::string_view day = text.substr(8, 2);
  if (month < "01" || month > "12" || day < "01" || day > "31") return std::nullopt;
  if (blank) return base::format("{}T{}Z", text.substr(0, 10), text.substr(11));
  return base::format("{}T00:00:00Z", text);
}

class Decoder {
 public:
  Decoder(Call& call, bool yaml) : call_(call), yaml_(yaml) {}

  Outcome decode(const Node& node, int depth) {
    if (depth > deepest || !call_.context.spend(1)) return call_.context.too_large();
    switch (node.kind) {
      case NodeKind::alias:
        if (node.target() == nullptr) return call_.refuse("an alias has no anchor");
        return decode(*node.target(), depth + 1);
      case NodeKind::mapping:
        return mapping(node, depth);
      case NodeKind::sequence: {
        std::vector<Value> items;
        for (const syntax::Entry& entry : node.entries) {
          Outcome item = decode(*entry.value, depth + 1);
          if (!item) return item;
          items.push_back(*item);
        }
        return call_.context.list_of(items, value::Sort::tuple);
      }
      default:
        return scalar(node);
    }
  }

 private:
  Outcome mapping(const Node& node, int depth) {
    if (!node.tag().empty() && node.tag() != "!!map" && node.tag() != "tag:yaml.org,2002:map")
      return call_.refuse(base::format("the tag {} means nothing here", node.tag()));
    std::vector<value::MapEntry> entries;
    for (const syntax::Entry& entry : node.entries) {
      const Node& key_node = *entry.key;
      if (yaml_ && key_node.is_scalar() && key_node.plain() && key_node.text == "<<") {
        if (Outcome merged = merge(*entry.value, entries, depth); !merged) return merged;
        continue;
      }
      if (!key_node.is_scalar()) return call_.refuse("a key is a collection");
      Outcome given = yaml_ ? scalar(key_node) : Outcome(call_.context.text(key_node.text));
      if (!given) return given;
      const Outcome key = convert(call_.context, *given, string_type);
      const auto* text = key ? key->get<std::string_view>() : nullptr;
      if (text == nullptr) return call_.refuse("a key is null");
      Outcome item = decode(*entry.value, depth + 1);
      if (!item) return item;
      entries.push_back({*text, {}, *item});
    }
    return call_.context.map(std::move(entries), false);
  }

  Outcome merge(const Node& node, std::vector<value::MapEntry>& entries, int depth) {
    Outcome given = decode(node, depth + 1);
    if (!given) return given;
    const auto add = [&entries](const Value& value) {
      const auto* map = value.pointer<value::Map>();
      if (map != nullptr) entries.insert(entries.end(), map->entries.begin(), map->entries.end());
      return map != nullptr;
    };
    if (const auto* list = given->pointer<value::List>()) {
      for (const value::Member& member : list->members) {
        if (!add(member.value)) return call_.refuse("`<<` merges mappings");
      }
      return given;
    }
    return add(*given) ? given : call_.refuse("`<<` merges mappings");
  }

  Outcome scalar(const Node& node) {
    if (!yaml_) return json_scalar(node);
    const std::string_view tag = node.tag();
    if (tag == "!!str" || tag == "!!binary") return call_.context.text(node.text);
    const bool known = tag.empty() || tag == "!!int" || tag == "!!float" || tag == "!!bool" ||
                       tag == "!!null" || tag == "!!timestamp" || tag == "!";
    if (!known) return call_.refuse(base::format("the tag {} means nothing here", tag));
    const bool quoted =
        node.style == syntax::Style::single_quoted || node.style == syntax::Style::double_quoted;
    if (quoted) return call_.context.text(node.text);
    if (tag == "!!null" || among(node.text, nothing)) return Value::null();
    if (among(node.text, no_number))
      return call_.refuse(base::format("{} is no number that can be used", node.text));
    if (among(node.text, yes) || among(node.text, also_yes)) return Value::boolean(true);
    if (among(node.text, no)) return Value::boolean(false);
    if (const auto time = yaml_time(node.text)) return call_.context.text(*time);
    if (const auto number = yaml_number(node.text)) return *number;
    if (!tag.empty() && tag != "!")
      return call_.refuse(base::format("\"{}\" is no {}", node.text, tag.substr(2)));
    return call_.context.text(node.text);
  }

  Outcome json_scalar(const Node& node) {
    if (!node.plain()) return call_.context.text(node.text);
    if (node.text == "null") return Value::null();
    if (node.text == "true" || node.text == "false") return Value::boolean(node.text == "true");
    if (const auto number = parse_number(node.text)) return *number;
    return call_.context.unknown(base::format("{} does not fit into a number", node.text));
  }

  Call& call_;
  bool yaml_;
};

Outcome decode(Call& call, bool yaml) {
  const std::string_view text = call.string(0);
  if (!call.context.spend(text.size() / 16 + 1)) return call.context.too_large();
  const source::File file(source::FileId{}, {}, std::string(text));
  const parse::Parsed parsed = yaml ? parse::parse_yaml(file) : parse::parse_json(file);
  const std::string_view language = yaml ? "YAML" : "JSON";
  if (parsed.tree == nullptr || !parsed.whole()) {
    return call.refuse(
        0, base::format("it is no {}: {}", language,
                        parsed.errors.empty() ? "it is empty" : parsed.errors.front().message));
  }
  if (parsed.tree->documents.empty()) {
    return call.refuse(0, base::format("it is no {}: it is empty", language));
  }
  if (parsed.tree->documents.size() > 1) return call.refuse(0, "it has more than one document");
  return Decoder(call, yaml).decode(*parsed.tree->documents.front(), 0);
}

}  // namespace

Outcome decode_json(Call& call) { return decode(call, false); }
Outcome decode_yaml(Call& call) { return decode(call, true); }

}  // namespace resilint::dialect::terraform
