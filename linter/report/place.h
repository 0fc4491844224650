// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "finding/finding.h"
#include "source/file.h"
#include "source/line_index.h"

// What the formats share: places in lines and columns.
namespace resilint::report {

// The first line of a span; at least one column wide. Lines and columns as in source::Position.
struct Region {
  std::uint32_t line = 1;
  std::uint32_t begin = 1;
  std::uint32_t end = 2;  // exclusive
};

// The line indexes of the files of one report, made when first asked for.
class Places {
 public:
  explicit Places(const source::FileSet& files) : files_(files) {}

  [[nodiscard]] Region region(source::Span span);
  [[nodiscard]] std::string_view path(source::Span span) const {
    return files_.get(span.file).path();
  }
  [[nodiscard]] std::string_view line(source::Span span);
  [[nodiscard]] const source::LineIndex& lines(source::FileId file);
  [[nodiscard]] const source::FileSet& files() const { return files_; }

 private:
  const source::FileSet& files_;
  std::map<source::FileId, source::LineIndex> indexes_;
};

// The members `path` and `region` of an object that is open.
void write_place(source::Span span, Places& places, base::JsonWriter& json);

// Control characters as visible escapes, so that no file can steer the reader's terminal.
std::string visible(std::string_view text);

std::string json(const struct Context& context);
std::string sarif(const struct Context& context);
std::string full(const struct Context& context);
std::string concise(const struct Context& context);
std::string jsonl(const struct Context& context);
std::string github(const struct Context& context);
std::string gitlab(const struct Context& context);
std::string junit(const struct Context& context);
std::string checkstyle(const struct Context& context);
std::string rdjson(const struct Context& context);
std::string markdown(const struct Context& context);

}  // namespace resilint::report
