// SPDX-License-Identifier: Apache-2.0
#include "support/hcl_text.h"

#include <algorithm>
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
  for (const char c : text) {
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
  return node.plain() &&
         (node.text == "true" || node.text == "false" || node.text == "null" ||
          node.text.front() == '-' || (node.text.front() >= '0' && node.text.front() <= '9'));
}

std::string names(const Entry& entry) {
  return entry.key == nullptr ? base::format("({})", entry.value->text)
                              : base::format("({} {})", entry.key->text, entry.value->text);
}

class Writer {
 public:
  explicit Writer(const Entry* left_out) : left_out_(left_out) {}

  std::string expression(const Node& node) const {
    switch (node.kind) {
      case NodeKind::scalar:
        // The reference composes texts, not names, when it reads them.
        if (node.plain()) return is_word(node) ? std::string(node.text) : quoted(node.text);
        return quoted(base::composed(node.text));
      case NodeKind::sequence:
        return listed("[", node.entries) + "]";
      case NodeKind::mapping:
        return object(node);
      case NodeKind::variable:
        if (node.entries.empty()) return std::string(node.text);
        return steps(base::format("(get {}", node.text), node.entries);
      case NodeKind::traversal:
        return steps("(get " + expression(*node.entries.front().value),
                     std::span(node.entries).subspan(1));
      case NodeKind::call:
        return listed(base::format("(call {}", node.text), node.entries) +
               (node.ellipsis && !without_last(node) ? " ...)" : ")");
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
                      std::span(node.entries).subspan(1)) +
               ")";
      default:
        base::require(false);
    }
    return {};
  }

  void body(const Node& body_node, const std::string& indent, std::string& into) const {
    std::string inner;
    for (const Entry& entry : body_node.entries) {
      if (&entry == left_out_) continue;
      inner += base::format("{}{}", indent, entry.key->text);
      if (!entry.value->is_block()) {
        inner += base::format(" = {}\n", expression(*entry.value));
        continue;
      }
      for (const Entry& label : entry.value->labels()) inner += ' ' + quoted(label.value->text);
      std::string content;
      body(entry.value->body(), indent + "  ", content);
      inner += content.empty() ? " {}\n" : base::format(" {{\n{}{}}}\n", content, indent);
    }
    into += inner;
  }

 private:
  bool without_last(const Node& node) const {
    return left_out_ != nullptr && &node.entries.back() == left_out_;
  }

  std::string listed(std::string made, std::span<const Entry> entries) const {
    for (const Entry& entry : entries) {
      if (&entry == left_out_) continue;
      if (made != "[") made += ' ';
      made += expression(*entry.value);
    }
    return made;
  }

  std::string steps(std::string made, std::span<const Entry> entries) const {
    for (const Entry& entry : entries) {
      const Node& node = *entry.value;
      made += ' ';
      if (node.kind == NodeKind::attribute)
        made += base::format(".{}", node.text);
      else if (node.kind == NodeKind::index)
        made += base::format("[{}]", expression(*node.entries.front().value));
      else
        made += node.text;
    }
    return made + ")";
  }

  std::string loop(const Node& node) const {
    const bool object = node.entries[2].key != nullptr;
    std::string made = base::format("({} {} {}", object ? "for-object" : "for-list",
                                    names(node.entries[0]), expression(*node.entries[1].value));
    if (object) made += ' ' + expression(*node.entries[2].key);
    made += ' ' + expression(*node.entries[2].value);
    if (node.ellipsis) made += " ...";
    if (node.entries.size() == 4) made += " if " + expression(*node.entries[3].value);
    return made + ")";
  }

  std::string object(const Node& node) const {
    std::string made = "{";
    for (const Entry& entry : node.entries) {
      if (&entry == left_out_) continue;
      if (made != "{") made += ' ';
      made += base::format("({} {})", expression(*entry.key), expression(*entry.value));
    }
    return made + "}";
  }

  const Entry* left_out_;
};

}  // namespace

std::string hcl_expression_text(const Node& node, const Entry* left_out) {
  return Writer(left_out).expression(node);
}

std::string hcl_text(const Node& body, const Entry* left_out) {
  std::string made;
  Writer(left_out).body(body, "", made);
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
    writer.string(base::composed(text));
    return writer.take();
  }
  // HCL's numbers that JSON does not have: 007, 1.e5.
  static std::string json_word(std::string_view word) {
    if (word.front() < '0' || word.front() > '9') return std::string(word);
    while (word.size() > 1 && word[0] == '0' && word[1] >= '0' && word[1] <= '9')
      word.remove_prefix(1);
    std::string made(word);
    const std::size_t point = made.find('.');
    if (point != std::string::npos && (made[point + 1] == 'e' || made[point + 1] == 'E'))
      made.insert(point + 1, "0");
    return made;
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
        return written(is_word(node) ? json_word(node.text) : json_text(escaped(node.text)));
      case NodeKind::unary: {
        const Node& operand = *node.entries.front().value;
        if (!operand.is_scalar() || !is_word(operand)) return written(json_text(wrapped(node)));
        if (node.text == "!") return written(operand.text == "true" ? "false" : "true");
        return written("-" + json_word(operand.text));
      }
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
          const std::string name =
              is_plain_reference(key) ? std::string(source_of(key)) : part(key);
          made->members[name] = expression(*entry.value);
        }
        return made;
      }
      case NodeKind::text_template:
        if (node.entries.size() == 1 &&
            node.entries.front().value->kind != NodeKind::if_directive &&
            node.entries.front().value->kind != NodeKind::for_directive)
          return expression(*node.entries.front().value);
        return written(json_text(part(node)));
      default:
        return written(json_text(wrapped(node)));
    }
  }

  static bool is_plain_reference(const Node& key) {
    return key.kind == NodeKind::variable &&
           std::ranges::none_of(key.entries, [](const Entry& step) {
             return step.value->kind == NodeKind::splat ||
                    (step.value->kind == NodeKind::index &&
                     !step.value->entries.front().value->is_scalar());
           });
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
