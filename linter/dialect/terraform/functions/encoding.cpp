// SPDX-License-Identifier: Apache-2.0
// Texts that stand for bytes, for addresses, for tables.
#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/utf8.h"
#include "dialect/terraform/functions.h"
#include "dialect/terraform/functions/bytes.h"
#include "dialect/terraform/functions/json.h"
#include "dialect/terraform/functions/yaml.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

// ---- bytes ------------------------------------------------------------------------------------

Outcome encode_base64(Call& call) { return call.context.text(base64(call.string(0))); }

Outcome decode_base64(Call& call) {
  const auto made = from_base64(call.string(0));
  if (!made) return call.refuse(0, "it is not base64");
  if (!base::is_utf8(*made)) return call.refuse(0, "what it stands for is no text of UTF-8");
  return call.context.text(*made);
}

// ---- addresses --------------------------------------------------------------------------------

Outcome encode_url(Call& call) {
  std::string made;
  for (const char c : call.string(0)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      made += c;
    else if (c == ' ')
      made += '+';
    else
      made += base::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return call.context.text(made);
}

int hexadecimal_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Outcome decode_url(Call& call) {
  const std::string_view text = call.string(0);
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      made += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hexadecimal_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hexadecimal_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return call.refuse(0, base::format("`{}` stands for no byte", text.substr(i, 3)));
    made += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!base::is_utf8(made)) return call.refuse(0, "what it stands for is no text of UTF-8");
  return call.context.text(made);
}

// ---- tables -----------------------------------------------------------------------------------

// Rows of fields, as RFC 4180 separates and quotes them.
class Rows {
 public:
  explicit Rows(std::string_view text) : rest_(text) {}

  // The next row; empty at the end, or when it is faulty.
  std::vector<std::string> next() {
    while (rest_.starts_with('\n') || rest_.starts_with("\r\n"))
      rest_.remove_prefix(rest_.front() == '\n' ? 1 : 2);
    std::vector<std::string> fields;
    if (rest_.empty()) return fields;
    for (;;) {
      fields.push_back(rest_.starts_with('"') ? quoted() : bare());
      if (!fault_.empty()) return {};
      if (rest_.starts_with(',')) {
        rest_.remove_prefix(1);
        continue;
      }
      if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
      if (!rest_.empty()) rest_.remove_prefix(1);
      return fields;
    }
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  std::string bare() {
    const std::size_t end = std::min(rest_.find_first_of(",\n"), rest_.size());
    std::string_view field = rest_.substr(0, end);
    if (field.find('"') != std::string_view::npos)
      fault_ = "a quote stands within a field that has none around it";
    const bool ends_line = end == rest_.size() || rest_[end] == '\n';
    if (ends_line && field.ends_with('\r')) field.remove_suffix(1);
    rest_.remove_prefix(end);
    return std::string(field);
  }

  std::string quoted() {
    std::string made;
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const std::size_t quote = rest_.find('"');
      if (quote == std::string_view::npos) break;
      made += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('"')) {
        const bool ends = rest_.empty() || rest_.starts_with(',') || rest_.starts_with('\n') ||
                          rest_.starts_with("\r\n");
        if (!ends) fault_ = "something stands behind a field's closing quote";
        return without_returns(made);
      }
      made += '"';
      rest_.remove_prefix(1);
    }
    fault_ = "a field's closing quote is missing";
    return made;
  }

  static std::string without_returns(const std::string& text) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') made += text[i];
    }
    return made;
  }

  std::string_view rest_;
  std::string fault_;
};

Outcome decode_csv(Call& call) {
  Rows rows(call.string(0));
  const std::vector<std::string> names = rows.next();
  if (!rows.fault().empty()) return call.refuse(0, rows.fault());
  if (names.empty()) return call.refuse(0, "its first line names the columns, and there is none");
  if (std::set<std::string>(names.begin(), names.end()).size() != names.size())
    return call.refuse(0, "two columns have one name");
  std::vector<std::string_view> keys;
  keys.reserve(names.size());
  for (const std::string& name : names) keys.push_back(call.context.arena().copy(name));
  std::vector<Value> made;
  for (;;) {
    const std::vector<std::string> fields = rows.next();
    if (!rows.fault().empty()) return call.refuse(0, rows.fault());
    if (fields.empty()) break;
    if (fields.size() != names.size()) {
      return call.refuse(0, base::format("row {} has {} fields, and there are {} columns",
                                         made.size() + 1, fields.size(), names.size()));
    }
    std::vector<value::MapEntry> entries;
    for (std::size_t i = 0; i < fields.size(); ++i)
      entries.push_back({keys[i], {}, call.context.text(fields[i])});
    made.push_back(call.context.map(std::move(entries), false));
    if (call.context.spent()) return call.context.too_large();
  }
  return call.context.list_of(made, value::Sort::list);
}

Outcome encode_json(Call& call) { return json_text(call.context, call.arguments[0]); }
Outcome encode_yaml(Call& call) { return yaml_text(call.context, call.arguments[0]); }

constexpr Function table[] = {
    {"base64decode", {takes::string}, decode_base64},
    {"base64encode", {takes::string}, encode_base64},
    {"csvdecode", {takes::string}, decode_csv},
    {"jsondecode", {takes::string}, decode_json},
    {"jsonencode", {takes::anything}, encode_json},
    {"urldecode", {takes::string}, decode_url},
    {"urlencode", {takes::string}, encode_url},
    {"yamldecode", {takes::string}, decode_yaml},
    {"yamlencode", {takes::anything}, encode_yaml},
};

}  // namespace

std::span<const Function> encoding_functions() { return table; }

}  // namespace resilint::dialect::terraform
