// SPDX-License-Identifier: Apache-2.0
#include "support/terraform_twin.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "base/json_writer.h"
#include "parse/parse.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::test {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;

// Members stay in the order in which they came up.
struct Json {
  enum class Kind : std::uint8_t { object, list, scalar };
  Kind kind = Kind::object;
  std::vector<std::pair<std::string, std::unique_ptr<Json>>> members;
  std::vector<std::unique_ptr<Json>> items;
  std::string scalar;  // as JSON writes it

  Json& member(std::string_view name) {
    for (auto& [known, value] : members) {
      if (known == name) return *value;
    }
    return *members.emplace_back(name, std::make_unique<Json>()).second;
  }
};

std::string quoted(std::string_view text) {
  base::JsonWriter writer;
  writer.string(text);
  return writer.take();
}

// What would begin a hole stands for itself.
std::string escaped(std::string_view text) {
  std::string made;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((text[at] == '$' || text[at] == '%') && text.substr(at + 1, 1) == "{") made += text[at];
    made += text[at];
  }
  return made;
}

// Places of names: they are read as they stand, never evaluated.
bool is_static(std::string_view block, std::string_view argument) {
  constexpr std::string_view everywhere[] = {"depends_on", "provider", "providers"};
  constexpr std::string_view in_lifecycle[] = {"ignore_changes", "replace_triggered_by"};
  if (std::ranges::find(everywhere, argument) != std::end(everywhere)) return true;
  if (block == "variable") return argument == "type";
  if (block == "moved" || block == "removed" || block == "import")
    return argument == "from" || argument == "to";
  return block == "lifecycle" &&
         std::ranges::find(in_lifecycle, argument) != std::end(in_lifecycle);
}

class Twin {
 public:
  explicit Twin(std::string_view source) : source_(source) {}

  void body(const Node& node, std::string_view type, Json& into) {
    for (const Entry& entry : node.entries) {
      const std::string_view name = entry.key->text;
      if (!entry.value->is_block()) {
        into.member(name) = is_static(type, name) ? names(*entry.value) : expression(*entry.value);
        continue;
      }
      Json* at = &into.member(name);
      for (const Entry& label : entry.value->labels()) at = &at->member(label.value->text);
      at->kind = Json::Kind::list;
      body(entry.value->body(), name, *at->items.emplace_back(std::make_unique<Json>()));
    }
  }

 private:
  static Json scalar(std::string text) {
    Json made;
    made.kind = Json::Kind::scalar;
    made.scalar = std::move(text);
    return made;
  }

  Json expression(const Node& node) { return value(node, false); }
  Json names(const Node& node) { return value(node, true); }

  Json value(const Node& node, bool is_name) {
    Json made;
    switch (node.kind) {
      case NodeKind::scalar:
        return scalar(node.plain() ? std::string(node.text) : quoted(escaped(node.text)));
      case NodeKind::sequence:
        made.kind = Json::Kind::list;
        for (const Entry& entry : node.entries)
          made.items.push_back(std::make_unique<Json>(value(*entry.value, is_name)));
        return made;
      case NodeKind::mapping:
        for (const Entry& entry : node.entries)
          made.member(key(*entry.key)) = value(*entry.value, is_name);
        return made;
      case NodeKind::text_template:
        return scalar(quoted(part(node)));
      default:
        return scalar(quoted(is_name ? std::string(source_of(node)) : part(node)));
    }
  }

  // A word as a key is a text; any other expression is one.
  std::string key(const Node& node) {
    if (node.kind == NodeKind::variable && node.entries.empty()) return std::string(node.text);
    return part(node);
  }

  std::string part(const Node& node) {
    switch (node.kind) {
      case NodeKind::scalar:
        return escaped(node.text);
      case NodeKind::text_template: {
        std::string made;
        for (const Entry& entry : node.entries) made += part(*entry.value);
        return made;
      }
      case NodeKind::if_directive: {
        const std::string no = part(*node.entries[2].value);
        return base::format("%{{if {}}}{}{}{}%{{endif}}", source_of(*node.entries[0].value),
                            part(*node.entries[1].value), no.empty() ? "" : "%{else}", no);
      }
      case NodeKind::for_directive: {
        const Entry& named = node.entries[0];
        return base::format("%{{for {}{} in {}}}{}%{{endfor}}",
                            named.key == nullptr ? "" : base::format("{}, ", named.key->text),
                            named.value->text, source_of(*node.entries[1].value),
                            part(*node.entries[2].value));
      }
      default:
        return base::format("${{{}}}", source_of(node));
    }
  }

  std::string_view source_of(const Node& node) const {
    return source_.substr(node.span.begin, node.span.size());
  }

  std::string_view source_;
};

void write(const Json& json, std::string& into) {
  if (json.kind == Json::Kind::scalar) {
    into += json.scalar;
    return;
  }
  const bool list = json.kind == Json::Kind::list;
  into += list ? '[' : '{';
  bool first = true;
  const auto separate = [&] {
    if (!first) into += ",\n";
    first = false;
  };
  for (const auto& item : json.items) {
    separate();
    write(*item, into);
  }
  for (const auto& [name, member] : json.members) {
    separate();
    into += quoted(name) + ": ";
    write(*member, into);
  }
  into += list ? ']' : '}';
}

}  // namespace

std::string terraform_twin(std::string_view hcl) {
  const source::File file(source::FileId{}, "main.tf", std::string(hcl));
  const parse::Parsed parsed = parse::parse_hcl(file);
  REQUIRE(parsed.whole());
  Json made;
  Twin(file.bytes()).body(*parsed.tree->documents.front(), {}, made);
  std::string text;
  write(made, text);
  return text + "\n";
}

}  // namespace resilint::test
