// SPDX-License-Identifier: Apache-2.0
#include "report/place.h"

#include <algorithm>

#include "base/format.h"

namespace resilint::report {

const source::LineIndex& Places::lines(source::FileId file) {
  return indexes_.try_emplace(file, files_.get(file).bytes()).first->second;
}

Region Places::region(source::Span span) {
  const source::LineIndex& index = lines(span.file);
  const source::Position begin = index.position(span.begin);
  const std::uint32_t line_end =
      index.begin_of(begin.line) + static_cast<std::uint32_t>(index.line(begin.line).size());
  const source::Position end = index.position(std::max(span.begin, std::min(span.end, line_end)));
  return {begin.line, begin.column, std::max(end.column, begin.column + 1)};
}

std::string_view Places::line(source::Span span) {
  const source::LineIndex& index = lines(span.file);
  return index.line(index.position(span.begin).line);
}

void write_place(source::Span span, Places& places, base::JsonWriter& json) {
  const Region region = places.region(span);
  json.member("path", places.path(span)).key("region").begin_object();
  json.member("startLine", std::int64_t{region.line})
      .member("startColumn", std::int64_t{region.begin});
  json.member("endLine", std::int64_t{region.line})
      .member("endColumn", std::int64_t{region.end})
      .end_object();
}

std::string visible(std::string_view text) {
  std::string made;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F)
      made += c == '\t' ? std::string(1, ' ') : base::format("\\x{:02x}", byte);
    else
      made += c;
  }
  return made;
}

}  // namespace resilint::report
