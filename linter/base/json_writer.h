// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace resilint::base {

// Writes one JSON text, front to back. RapidJSON's Writer behind one wrapper; the caller keeps
// objects and arrays balanced. Bytes that are not UTF-8 become U+FFFD, so the result always is.
class JsonWriter {
 public:
  enum class Layout : std::uint8_t { compact, indented };
  explicit JsonWriter(Layout layout = Layout::compact);
  ~JsonWriter();
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& integer(std::int64_t number);
  JsonWriter& real(double number);  // finite
  JsonWriter& boolean(bool flag);
  JsonWriter& null();

  // key and value in one step, for the common members
  JsonWriter& member(std::string_view name, std::string_view text) {
    return key(name).string(text);
  }
  JsonWriter& member(std::string_view name, const char* text) { return key(name).string(text); }
  JsonWriter& member(std::string_view name, std::int64_t number) {
    return key(name).integer(number);
  }
  JsonWriter& member(std::string_view name, bool flag) { return key(name).boolean(flag); }

  [[nodiscard]] std::string take();  // the finished text; the writer is spent

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace resilint::base
