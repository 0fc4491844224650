// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace resilint::test {

// A message in protobuf's text format. Reads what the conformance suites write: nested messages
// with braces, lists in brackets, adjacent strings, comments. The program ends when the text is
// anything else.
struct TextProto {
  struct Field;

  std::vector<Field> fields;
  std::string_view source;  // from its opening to its closing brace

  // The first field of that name; null when there is none.
  [[nodiscard]] const Field* find(std::string_view name) const;
  // The text of a scalar field, empty when there is none.
  [[nodiscard]] std::string_view text(std::string_view name) const;
  // The message in a field, an empty one when there is none.
  [[nodiscard]] const TextProto& message(std::string_view name) const;
};

struct TextProto::Field {
  std::string name;
  std::string scalar;  // decoded when it was a string, as written otherwise
  TextProto message;
};

// `text` must outlive the message.
TextProto read_textproto(std::string_view text);

}  // namespace resilint::test
