// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/functions/json.h"

#include "base/format.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/types.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

constexpr int deepest = 300;

void escape(std::string_view text, std::string& into) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (c) {
      case '"':
        into += "\\\"";
        continue;
      case '\\':
        into += "\\\\";
        continue;
      case '\n':
        into += "\\n";
        continue;
      case '\r':
        into += "\\r";
        continue;
      case '\t':
        into += "\\t";
        continue;
      case '\b':
        into += "\\b";
        continue;
      case '\f':
        into += "\\f";
        continue;
      default:
        break;
    }
    const std::string_view rest = text.substr(i);
    const bool separates = rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9");
    if (separates) {
      into += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&' ||
               c == '\x7F') {
      into += c == '\x7F' ? std::string(1, c) : base::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      into += c;
    }
  }
}

class Writer {
 public:
  explicit Writer(Context& context) : context_(context) {}

  void write(const Value& value, int depth) {
    if (depth > deepest || !context_.spend(1)) {
      open_ = context_.too_large();
      return;
    }
    if (value.undecided() != nullptr) {
      open_ = context_.open_as(value);
    } else if (value.unknown() != nullptr || value.pointer<value::Reference>() != nullptr) {
      pending_ += '"';
      hole(value);
      pending_ += '"';
    } else if (is_null(value) || value.absent()) {
      pending_ += "null";
    } else if (const bool* flag = value.get<bool>()) {
      pending_ += *flag ? "true" : "false";
    } else if (is_number(value)) {
      pending_ += number_text(value);
    } else if (const auto* text = value.get<std::string_view>()) {
      pending_ += json_string(*text);
    } else if (const auto* holes = value.pointer<value::Text>()) {
      pending_ += '"';
      for (const value::TextPart& part : holes->parts) {
        if (part.hole == nullptr)
          escape(part.literal, pending_);
        else
          hole(*part.hole);
      }
      pending_ += '"';
    } else if (const auto* list = value.pointer<value::List>()) {
      write_list(value, *list, depth);
    } else if (const auto* map = value.pointer<value::Map>()) {
      write_map(*map, depth);
    }
    if (!context_.spend(pending_.size() > 4096 ? 64 : 0)) open_ = context_.too_large();
  }

  Value take() {
    if (!open_.absent()) return open_;
    flush();
    return context_.concatenated(parts_);
  }

 private:
  void write_list(const Value& value, const value::List& list, int depth) {
    if (!value::is_closed(list)) {
      const value::Undecided* waits = waits_within(context_.arena(), value);
      open_ = waits != nullptr
                  ? value::undecided(context_.arena(), {waits->choices})
                  : context_.unknown(list.open ? list.open_reason : "a list is not known whole");
      return;
    }
    pending_ += '[';
    for (std::size_t i = 0; i < list.members.size() && open_.absent(); ++i) {
      if (i != 0) pending_ += ',';
      write(list.members[i].value, depth + 1);
    }
    pending_ += ']';
  }

  void write_map(const value::Map& map, int depth) {
    if (map.open) {
      open_ = context_.unknown(map.open_reason);
      return;
    }
    pending_ += '{';
    bool first = true;
    for (const value::MapEntry& entry : sorted(map)) {
      if (!open_.absent()) return;
      if (!first) pending_ += ',';
      first = false;
      pending_ += json_string(entry.key) + ':';
      write(entry.value, depth + 1);
    }
    pending_ += '}';
  }

  void hole(const Value& value) {
    flush();
    parts_.push_back({{}, context_.arena().make<Value>(value)});
  }

  void flush() {
    if (!pending_.empty()) parts_.push_back({context_.arena().copy(pending_), nullptr});
    pending_.clear();
  }

  Context& context_;
  std::vector<value::TextPart> parts_;
  std::string pending_;
  Value open_;
};

}  // namespace

Value json_text(Context& context, const Value& value) {
  Writer writer(context);
  writer.write(value, 0);
  return writer.take();
}

std::string json_string(std::string_view text) {
  std::string made = "\"";
  escape(text, made);
  return made + '"';
}

}  // namespace resilint::dialect::terraform
