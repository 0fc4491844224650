// SPDX-License-Identifier: Apache-2.0
#include "support/hcl_text.h"

#include <map>
#include <memory>
#include <vector>

#include "base/format.h"
#include "base/json_writer.h"
#include "base/require.h"
#include "base/unicode.h"

namespace resilint::test {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;

std::string quoted(std::string_view text) {
  std::string made = "\"";
  // The reference composes texts when it reads them.
  for (const char c : base::composed(text)) {
    if (c == '"' || c == '\\')
      made += std::string{'\\', c};
    else if (c == '\n')
      made += "\\n";
    else if (c == '\r')
      made += "\\r";
    else if (c == '\t')
      made += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20)
      made += base::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      made += c;
  }
  return made + "\"";
}

// A number of JSON has its minus sign in it.
bool is_word(const Node& node) {
  return node.plain() && (node.text == "true" || node.text == "false" || node.text == "null" ||
                          node.text.front() == '-' ||
                          (node.text.front() >= '0' && node.text.front() <= '9'));
}

std::string names(const Entry& entry) {
  return entry.key == nullptr ? base::format("({})", entry.value->text)
                              : base::format("({} {})", entry.key->text, entry.value->text);
}

std::string listed(std::string made, std::span<const Entry> entries) {
  for (const Entry& entry : entries) {
    if (made != "[" && made != "(" && made != "{") made += ' ';
    made += hcl_expression_text(*entry.value);
  }
  return made;
}

std::string step(const Node& node) {
  if (node.kind == NodeKind::attribute) return base::format(".{}", node.text);
  if (node.kind == NodeKind::index)
    return base::format("[{}]", hcl_expression_text(*node.entries.front().value));
  return std::string(node.text);
}

std::string loop(const Node& node) {
  const bool object = node.entries[2].key != nullptr;
  std::string made = base::format("({} {} {}", object ? "for-object" : "for-list",
                                  names(node.entries[0]),
                                  hcl_expression_text(*node.entries[1].value));
  if (object) made += ' ' + hcl_expression_text(*node.entries[2].key);
  made += ' ' + hcl_expression_text(*node.entries[2].value);
  if (node.ellipsis) made += " ...";
  if (node.entries.size() == 4) made += " if " + hcl_expression_text(*node.entries[3].value);
  return made + ")";
}

std::string object(const Node& node) {
  std::string made = "{";
  for (const Entry& entry : node.entries) {
    if (made != "{") made += ' ';
    made += base::format("({} {})", hcl_expression_text(*entry.key),
                         hcl_expression_text(*entry.value));
  }
  return made + "}";
}

void add_body(const Node& body, const std::string& indent, std::string& into) {
  for (const Entry& entry : body.entries) {
    into += base::format("{}{}", indent, entry.key->text);
    if (!entry.value->is_block()) {
      into += base::format(" = {}\n", hcl_expression_text(*entry.value));
      continue;
    }
    for (const Entry& label : entry.value->labels()) into += ' ' + quoted(label.value->text);
    if (entry.value->body().entries.empty()) {
      into += " {}\n";
      continue;
    }
    into += " {\n";
    add_body(entry.value->body(), indent + "  ", into);
    into += indent + "}\n";
  }
}

}  // namespace

std::string hcl_expression_text(const Node& node) {
  switch (node.kind) {
    case NodeKind::scalar:
      return is_word(node) ? std::string(node.text) : quoted(node.text);
    case NodeKind::sequence:
      return listed("[", node.entries) + "]";
    case NodeKind::mapping:
      return object(node);
    case NodeKind::variable:
      return std::string(node.text);
    case NodeKind::traversal: {
      std::string made = "(get " + hcl_expression_text(*node.entries.front().value);
      for (const Entry& entry : node.entries.subspan(1)) made += ' ' + step(*entry.value);
      return made + ")";
    }
    case NodeKind::call:
      return listed(base::format("(call {}", node.text), node.entries) +
             (node.ellipsis ? " ...)" : ")");
    case NodeKind::unary:
    case NodeKind::binary:
    case NodeKind::conditional:
      return listed(base::format("({}", node.text), node.entries) + ")";
    case NodeKind::parentheses:
      return listed("(paren", node.entries) + ")";
    case NodeKind::for_each:
      return loop(node);
    case NodeKind::text_template:
      return listed("(template", node.entries) + ")";
    case NodeKind::if_directive:
      return listed("(if", node.entries) + ")";
    case NodeKind::for_directive:
      return listed(base::format("(for {}", names(node.entries.front())),
                    node.entries.subspan(1)) +
             ")";
    default:
      base::require(false);
  }
  return {};
}

std::string hcl_text(const Node& body) {
  std::string made;
  add_body(body, "", made);
  return made;
}

// ---- as hcl2json writes it ---------------------------------------------------------------------

namespace {

// Objects whose members come up in any order.
struct Json {
  std::map<std::string, std::unique_ptr<Json>> members;
  std::vector<std::unique_ptr<Json>> items;
  std::string scalar;  // written already
  enum { object, list, text } kind = object;
};

class Hcl2Json {
 public:
  explicit Hcl2Json(std::string_view source) : source_(source) {}

  std::unique_ptr<Json> body(const Node& node) {
    auto made = std::make_unique<Json>();
    for (const Entry& entry : node.entries) {
      if (entry.value->is_block()) block(entry, *made);
    }
    for (const Entry& entry : node.entries) {
      if (!entry.value->is_block())
        made->members[std::string(entry.key->text)] = expression(*entry.value);
    }
    return made;
  }

 private:
  void block(const Entry& entry, Json& into) {
    Json* at = &into;
    std::string key(entry.key->text);
    for (const Entry& label : entry.value->labels()) {
      auto& inner = at->members[key];
      if (inner == nullptr) inner = std::make_unique<Json>();
      at = inner.get();
      key = std::string(label.value->text);
    }
    auto& blocks = at->members[key];
    if (blocks == nullptr) blocks = std::make_unique<Json>();
    blocks->kind = Json::list;
    blocks->items.push_back(body(entry.value->body()));
  }

  static std::unique_ptr<Json> written(std::string text) {
    auto made = std::make_unique<Json>();
    made->kind = Json::text;
    made->scalar = std::move(text);
    return made;
  }
  static std::string json_text(std::string_view text) {
    base::JsonWriter writer;
    writer.string(text);
    return writer.take();
  }
  static std::string escaped(std::string_view text) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if ((text[i] == '$' || text[i] == '%') && text.substr(i + 1, 1) == "{") made += text[i];
      made += text[i];
    }
    return made;
  }

  std::unique_ptr<Json> expression(const Node& node) {
    switch (node.kind) {
      case NodeKind::scalar:
        return written(is_word(node) ? std::string(node.text) : json_text(escaped(node.text)));
      case NodeKind::unary:
        if (node.entries.front().value->is_scalar() && is_word(*node.entries.front().value))
          return written(base::format("{}{}", node.text, node.entries.front().value->text));
        return written(json_text(wrapped(node)));
      case NodeKind::sequence: {
        auto made = std::make_unique<Json>();
        made->kind = Json::list;
        for (const Entry& entry : node.entries) made->items.push_back(expression(*entry.value));
        return made;
      }
      case NodeKind::mapping: {
        auto made = std::make_unique<Json>();
        for (const Entry& entry : node.entries) {
          const Node& key = *entry.key;
          const std::string name = key.kind == NodeKind::traversal ? std::string(source_of(key))
                                                                   : part(key);
          made->members[name] = expression(*entry.value);
        }
        return made;
      }
      case NodeKind::text_template:
        if (node.entries.size() == 1 && node.entries.front().value->kind != NodeKind::if_directive &&
            node.entries.front().value->kind != NodeKind::for_directive)
          return expression(*node.entries.front().value);
        return written(json_text(part(node)));
      default:
        return written(json_text(wrapped(node)));
    }
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
        std::string made = base::format("%{{if {}}}{}", source_of(*node.entries[0].value),
                                        part(*node.entries[1].value));
        const std::string no = part(*node.entries[2].value);
        return made + (no.empty() ? "" : "%{else}" + no) + "%{endif}";
      }
      case NodeKind::conditional: {  // hcl2json takes it for a directive
        return base::format("%{{if {}}}{}%{{else}}{}%{{endif}}", source_of(*node.entries[0].value),
                            part(*node.entries[1].value), part(*node.entries[2].value));
      }
      case NodeKind::for_directive: {
        const Entry& named = node.entries[0];
        return base::format("%{{for {}{} in {}}}{}%{{endfor}}",
                            named.key == nullptr ? "" : base::format("{}, ", named.key->text),
                            named.value->text, source_of(*node.entries[1].value),
                            part(*node.entries[2].value));
      }
      default:
        return wrapped(node);
    }
  }

  std::string_view source_of(const Node& node) {
    return source_.substr(node.span.begin, node.span.size());
  }
  std::string wrapped(const Node& node) { return base::format("${{{}}}", source_of(node)); }

  std::string_view source_;
};

void write(const Json& json, std::string& into) {
  if (json.kind == Json::text) {
    into += json.scalar;
    return;
  }
  into += json.kind == Json::list ? '[' : '{';
  bool first = true;
  for (const auto& item : json.items) {
    if (!first) into += ',';
    first = false;
    write(*item, into);
  }
  for (const auto& [key, member] : json.members) {
    if (json.kind == Json::list) break;
    if (!first) into += ',';
    first = false;
    base::JsonWriter writer;
    writer.string(key);
    into += writer.take() + ':';
    write(*member, into);
  }
  into += json.kind == Json::list ? ']' : '}';
}

}  // namespace

std::string hcl_json(const Node& body, std::string_view source) {
  std::string made;
  write(*Hcl2Json(source).body(body), made);
  return made;
}

}  // namespace resilint::test
