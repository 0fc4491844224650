// SPDX-License-Identifier: Apache-2.0
// JSON inside a text: a policy or redrive policy written as a string, with interpolations in it.
#include "base/format.h"
#include "catalog/world.h"
#include "parse/parse.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::catalog {
namespace {

using value::Value;

// Marks a hole of the text while it goes through the JSON parser: two characters of a private use
// area that no template contains.
constexpr std::string_view hole_begin = "\xEE\x80\x80";  // U+E000
constexpr std::string_view hole_end = "\xEE\x80\x81";    // U+E001

// The text with a marker for each hole, quoted where the hole stands outside a JSON string.
std::string with_markers(const value::Text& text) {
  std::string json;
  bool quoted = false;
  std::size_t number = 0;
  for (const value::TextPart& part : text.parts) {
    if (part.hole != nullptr) {
      const std::string marker = base::format("{}{}{}", hole_begin, number, hole_end);
      json += quoted ? marker : "\"" + marker + "\"";
    } else {
      for (std::size_t i = 0; i < part.literal.size(); ++i) {
        if (quoted && part.literal[i] == '\\') {
          json += part.literal[i++];
          if (i == part.literal.size()) break;
        } else if (part.literal[i] == '"') {
          quoted = !quoted;
        }
        json += part.literal[i];
      }
    }
    ++number;
  }
  return json;
}

class Decoder {
 public:
  Decoder(base::Arena& arena, const value::Text* text, const Value& written)
      : arena_(arena), text_(text), written_(written) {}

  // The parser's depth limit bounds the recursion.
  Value decode(const syntax::Node& node) {
    switch (node.kind) {
      case syntax::NodeKind::mapping: {
        std::vector<value::MapEntry> entries;
        for (const syntax::Entry& entry : node.entries) {
          if (node.find_entry(entry.key->text) != &entry) continue;  // a later duplicate counts
          entries.push_back(
              {arena_.copy(entry.key->text), written_.written(), decode(*entry.value)});
        }
        const value::Map map{arena_.copy(entries), false, {}};
        return written_.with_payload(arena_.make<value::Map>(map));
      }
      case syntax::NodeKind::sequence: {
        std::vector<value::Member> members;
        for (const syntax::Entry& entry : node.entries)
          members.push_back({decode(*entry.value), value::Membership::definite});
        const value::List list{arena_.copy(members), false, {}};
        return written_.with_payload(arena_.make<value::List>(list));
      }
      default:
        return scalar(node);
    }
  }

 private:
  Value scalar(const syntax::Node& node) {
    if (text_ == nullptr || node.text.find(hole_begin) == std::string_view::npos) {
      return written_.with_payload(arena_.copy(node.text)).with_plain(node.plain());
    }
    std::vector<value::TextPart> parts;
    std::string_view rest = node.text;
    while (!rest.empty()) {
      const std::size_t begin = rest.find(hole_begin);
      if (begin != 0) parts.push_back({arena_.copy(rest.substr(0, begin)), nullptr});
      if (begin == std::string_view::npos) break;
      std::size_t index = 0;
      std::size_t at = begin + hole_begin.size();
      for (; at < rest.size() && rest[at] >= '0' && rest[at] <= '9'; ++at) {
        index = index * 10 + static_cast<std::size_t>(rest[at] - '0');
      }
      if (index < text_->parts.size() && text_->parts[index].hole != nullptr) {
        parts.push_back({{}, text_->parts[index].hole});
      }
      rest.remove_prefix(std::min(at + hole_end.size(), rest.size()));
    }
    if (parts.size() == 1 && parts.front().hole != nullptr) {
      return parts.front().hole->with_written(written_.written());
    }
    const value::Text text{arena_.copy(parts)};
    return written_.with_payload(arena_.make<value::Text>(text));
  }

  base::Arena& arena_;
  const value::Text* text_;
  const Value& written_;
};

}  // namespace

Value World::decode_json(const Value& written) const {
  const auto* text = written.pointer<value::Text>();
  const auto* literal = written.get<std::string_view>();
  if (text == nullptr && literal == nullptr) return written;
  const source::File file(source::FileId{}, {},
                          text != nullptr ? with_markers(*text) : std::string(*literal));
  const parse::Parsed parsed = parse::parse_json(file);
  if (parsed.tree == nullptr || parsed.tree->documents.empty()) return misfit(written, "JSON");
  return Decoder(arena_, text, written).decode(*parsed.tree->documents.front());
}

}  // namespace resilint::catalog
