// SPDX-License-Identifier: Apache-2.0
#include "base/json_writer.h"

#include <cmath>
#include <variant>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/require.h"
#include "base/text.h"

namespace resilint::base {

namespace {

using Compact = rapidjson::Writer<rapidjson::StringBuffer>;
using Indented = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

struct Sequence {
  std::size_t size = 1;  // bytes
  bool valid = false;
};

// The UTF-8 sequence that `text`, which is not empty, begins with; when it is not valid, the bytes
// that one replacement character stands for (Unicode 15, table 3-7: the maximal subpart).
Sequence first_sequence(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < size; ++i) {
    if (i == text.size() || byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {size, true};
}

std::size_t valid_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Sequence sequence = first_sequence(text.substr(at));
    if (!sequence.valid) break;
    at += sequence.size;
  }
  return at;
}

std::string replace_invalid(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const Sequence sequence = first_sequence(text);
    valid += sequence.valid ? text.substr(0, sequence.size) : replacement;
    text.remove_prefix(sequence.size);
  }
  return valid;
}

}  // namespace

struct JsonWriter::Implementation {
  rapidjson::StringBuffer buffer;
  std::variant<Compact, Indented> writer;

  explicit Implementation(Layout layout) {
    if (layout == Layout::compact) {
      writer.emplace<Compact>(buffer);
      return;
    }
    writer.emplace<Indented>(buffer).SetIndent(' ', 2);
  }

  template <typename Call>
  void write(Call call) {
    std::visit([&call](auto& target) { call(target); }, writer);
  }

  // Calls `use` with a pointer and a length that are valid UTF-8; the pointer is never null.
  template <typename Use>
  void with_valid(std::string_view text, Use use) {
    if (text.empty()) {
      use("", 0U);
    } else if (valid_prefix(text) == text.size()) {
      use(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    } else {
      const std::string valid = replace_invalid(text);
      use(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
    }
  }
};

JsonWriter::JsonWriter(Layout layout) : implementation_(std::make_unique<Implementation>(layout)) {}
JsonWriter::~JsonWriter() = default;

JsonWriter& JsonWriter::begin_object() {
  implementation_->write([](auto& writer) { writer.StartObject(); });
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  implementation_->write([](auto& writer) { writer.EndObject(); });
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  implementation_->write([](auto& writer) { writer.StartArray(); });
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  implementation_->write([](auto& writer) { writer.EndArray(); });
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  implementation_->with_valid(name, [this](const char* text, rapidjson::SizeType size) {
    implementation_->write([text, size](auto& writer) { writer.Key(text, size); });
  });
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  implementation_->with_valid(text, [this](const char* valid, rapidjson::SizeType size) {
    implementation_->write([valid, size](auto& writer) { writer.String(valid, size); });
  });
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
  implementation_->write([number](auto& writer) { writer.Int64(number); });
  return *this;
}

JsonWriter& JsonWriter::real(double number) {
  require(std::isfinite(number));
  const std::string text = shortest(number);
  implementation_->write(
      [&text](auto& writer) { writer.RawValue(text.data(), text.size(), rapidjson::kNumberType); });
  return *this;
}

JsonWriter& JsonWriter::boolean(bool flag) {
  implementation_->write([flag](auto& writer) { writer.Bool(flag); });
  return *this;
}

JsonWriter& JsonWriter::null() {
  implementation_->write([](auto& writer) { writer.Null(); });
  return *this;
}

std::string JsonWriter::take() {
  return {implementation_->buffer.GetString(), implementation_->buffer.GetSize()};
}

}  // namespace resilint::base
