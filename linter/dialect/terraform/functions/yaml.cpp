// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/functions/yaml.h"

#include "base/format.h"
#include "base/utf8.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/types.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

constexpr int deepest = 300;
constexpr std::size_t best_width = 80;    // a text is folded behind this column
constexpr std::size_t longest_key = 128;  // bytes of a key that stands before its colon

std::uint32_t code_of(std::string_view character) {
  const auto byte = [character](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(character[i]));
  };
  switch (character.size()) {
    case 2:
      return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    case 3:
      return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    case 4:
      return (byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U |
             (byte(3) & 0x3FU);
    default:
      return byte(0);
  }
}

// What may stand in a text without an escape.
bool is_printable(std::uint32_t code) {
  return code == 0x0A || (code >= 0x20 && code <= 0x7E) || (code >= 0xA0 && code <= 0xD7FF) ||
         (code >= 0xE000 && code <= 0xFFFD && code != 0xFEFF);
}

bool is_break(std::uint32_t code) {
  return code == '\n' || code == '\r' || code == 0x85 || code == 0x2028 || code == 0x2029;
}

std::string escaped(std::uint32_t code) {
  switch (code) {
    case 0x00:
      return "\\0";
    case 0x07:
      return "\\a";
    case 0x08:
      return "\\b";
    case 0x09:
      return "\\t";
    case 0x0A:
      return "\\n";
    case 0x0B:
      return "\\v";
    case 0x0C:
      return "\\f";
    case 0x0D:
      return "\\r";
    case 0x1B:
      return "\\e";
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case 0x85:
      return "\\N";
    case 0xA0:
      return "\\_";
    case 0x2028:
      return "\\L";
    case 0x2029:
      return "\\P";
    default:
      break;
  }
  if (code <= 0xFF) return base::format("\\x{:02X}", code);
  return code <= 0xFFFF ? base::format("\\u{:04X}", code) : base::format("\\U{:08X}", code);
}

template <typename Visit>
void each_character(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(base::utf8_sequence(text), 1);
    visit(text.substr(0, size), code_of(text.substr(0, size)));
    text.remove_prefix(size);
  }
}

// Whether several lines can stand as a block.
bool fits_block(std::string_view text) {
  bool special = false;
  bool space = false;
  bool space_before_break = false;
  each_character(text, [&](std::string_view, std::uint32_t code) {
    special = special || !(is_printable(code));
    space_before_break = space_before_break || (is_break(code) && space);
    space = code == ' ';
  });
  return !special && !space && !space_before_break;
}

class Writer {
 public:
  explicit Writer(Context& context) : context_(context) {}

  Value document(const Value& value) {
    node(value, 0, true, 0);
    if (!open_.absent()) return open_;
    if (!fresh_) line();
    if (plain_ && value.pointer<value::List>() == nullptr && value.pointer<value::Map>() == nullptr)
      put("...\n");
    flush();
    return context_.concatenated(parts_);
  }

 private:
  void put(std::string_view text) {
    for (const char c : text) {
      if (c == '\n')
        column_ = 0;
      else if (!base::continues_utf8(c))
        ++column_;
    }
    pending_ += text;
    if (!text.empty()) fresh_ = text.back() == '\n';
  }
  void line() { put("\n"); }
  void indent(std::size_t width) {
    if (!fresh_ && !start_) line();
    put(std::string(width, ' '));
    start_ = false;
  }

  // `here`: the first line goes on where something stands already.
  void node(const Value& value, std::size_t width, bool here, int depth) {
    if (depth > deepest || !context_.spend(1 + pending_.size() / 65536)) {
      open_ = context_.too_large();
      return;
    }
    if (!open_.absent()) return;
    plain_ = false;
    if (value.undecided() != nullptr) {
      open_ = context_.open_as(value);
    } else if (const auto* list = value.pointer<value::List>()) {
      sequence(value, *list, width, here, depth);
    } else if (const auto* map = value.pointer<value::Map>()) {
      mapping(*map, width, here, depth);
    } else {
      scalar(value, width + 2, true);
    }
  }

  void sequence(const Value& value, const value::List& list, std::size_t width, bool here,
                int depth) {
    if (!value::is_closed(list)) {
      const value::Undecided* waits = waits_within(context_.arena(), value);
      open_ = waits != nullptr
                  ? value::undecided(context_.arena(), {waits->choices})
                  : context_.unknown(list.open ? list.open_reason : "a list is not known whole");
      return;
    }
    if (list.members.empty()) put("[]");
    for (const value::Member& member : list.members) {
      if (!here) indent(width);
      here = false;
      put("- ");
      start_ = false;
      node(member.value, below(member.value, width), true, depth + 1);
    }
  }

  // A scalar's lines stand two columns in from what holds it; those of a collection, too.
  static std::size_t below(const Value& value, std::size_t width) {
    const bool collection =
        value.pointer<value::List>() != nullptr || value.pointer<value::Map>() != nullptr;
    return collection ? width + 2 : width;
  }

  void mapping(const value::Map& map, std::size_t width, bool here, int depth) {
    if (map.open) {
      open_ = context_.unknown(map.open_reason);
      return;
    }
    if (map.entries.empty()) put("{}");
    for (const value::MapEntry& entry : sorted(map)) {
      if (!here) indent(width);
      here = false;
      start_ = false;
      const bool simple =
          entry.key.size() <= longest_key && entry.key.find('\n') == std::string_view::npos;
      const Value key = Value::string(entry.key);
      if (!simple) put("? ");
      scalar(key, width + 2, !simple);
      if (!simple) indent(width);
      put(":");
      member(entry.value, width, simple, depth);
    }
  }

  void member(const Value& value, std::size_t width, bool simple, int depth) {
    const auto* list = value.pointer<value::List>();
    const auto* map = value.pointer<value::Map>();
    const bool filled =
        (list != nullptr && !list->members.empty()) || (map != nullptr && !map->entries.empty());
    if (!filled || !simple) {
      put(" ");
      node(value, filled ? width + 2 : width, true, depth + 1);
    } else {
      node(value, list != nullptr ? width : width + 2, false, depth + 1);
    }
  }

  void scalar(const Value& value, std::size_t width, bool breaks) {
    if (value.unknown() != nullptr || value.pointer<value::Reference>() != nullptr) {
      put("\"");
      hole(value);
      put("\"");
    } else if (const auto* holes = value.pointer<value::Text>()) {
      put("\"");
      for (const value::TextPart& part : holes->parts) {
        if (part.hole == nullptr)
          quoted(part.literal, width, false);
        else
          hole(*part.hole);
      }
      put("\"");
    } else if (const auto* text = value.get<std::string_view>()) {
      if (breaks && text->find('\n') != std::string_view::npos && fits_block(*text)) {
        block(*text, width);
      } else {
        put("\"");
        quoted(*text, width, breaks);
        put("\"");
      }
    } else {
      plain_ = true;
      if (const bool* flag = value.get<bool>())
        put(*flag ? "true" : "false");
      else
        put(is_number(value) ? number_text(value) : "null");
    }
  }

  void quoted(std::string_view text, std::size_t width, bool breaks) {
    bool space = false;
    std::size_t at = 0;
    each_character(text, [&](std::string_view character, std::uint32_t code) {
      const std::size_t here = at;
      at += character.size();
      if (!is_printable(code) || is_break(code) || code == '"' || code == '\\' || code == 0x7F) {
        put(escaped(code));
        space = false;
      } else if (code == ' ' && breaks && !space && column_ > best_width && here > 0 &&
                 at < text.size()) {
        line();
        put(std::string(width, ' '));
        if (text[at] == ' ') put("\\");
        space = true;
      } else {
        put(character);
        space = code == ' ';
      }
    });
  }

  void block(std::string_view text, std::size_t width) {
    std::string_view chomping = "-";
    if (text.ends_with('\n')) chomping = text.size() == 1 || text.ends_with("\n\n") ? "+" : "";
    put(base::format("|{}{}\n", text.front() == ' ' || text.front() == '\n' ? "2" : "", chomping));
    bool begins = true;
    for (const char c : text) {
      if (begins && c != '\n') put(std::string(width, ' '));
      put(std::string_view(&c, 1));
      begins = c == '\n';
    }
  }

  void hole(const Value& value) {
    flush();
    parts_.push_back({{}, context_.arena().make<Value>(value)});
    fresh_ = false;
  }
  void flush() {
    if (!pending_.empty()) parts_.push_back({context_.arena().copy(pending_), nullptr});
    pending_.clear();
  }

  Context& context_;
  std::vector<value::TextPart> parts_;
  std::string pending_;
  std::size_t column_ = 0;
  bool fresh_ = false;  // at the begin of a line
  bool start_ = true;   // nothing is written yet
  bool plain_ = false;  // the last scalar had no quotes
  Value open_;
};

}  // namespace

Value yaml_text(Context& context, const Value& value) { return Writer(context).document(value); }

}  // namespace resilint::dialect::terraform
