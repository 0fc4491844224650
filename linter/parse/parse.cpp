// SPDX-License-Identifier: Apache-2.0
#include "parse/parse.h"

#include "base/text.h"

namespace resilint::parse {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

Parsed parse_document(const source::File& file) {
  std::string_view bytes = file.bytes();
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  const bool bracket =
      first != std::string_view::npos && (bytes[first] == '{' || bytes[first] == '[');
  if (!bracket) return parse_yaml(file);

  Parsed json = parse_json(file);
  if (json.whole() || json.errors.front().rule != "syntax-error") return json;
  Parsed yaml = parse_yaml(file);
  if (yaml.whole()) return yaml;
  // Neither: a file that begins like JSON is meant as JSON unless its name says otherwise.
  const std::string name = base::lower(file.path());
  const bool named_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
  return named_yaml ? std::move(yaml) : std::move(json);
}

}  // namespace resilint::parse
