// SPDX-License-Identifier: Apache-2.0
#include "project/read.h"

#include <utility>

#include "parse/parse.h"
#include "source/disk.h"

namespace resilint::project {
namespace {

constexpr std::uint64_t head_size = 8192;

// A NUL that UTF-16 does not explain.
bool is_binary(std::string_view head) {
  if (head.find('\0') == std::string_view::npos) return false;
  const bool marked = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
  const bool wide =
      head.size() > 3 && ((head[1] == 0 && head[3] == 0) || (head[0] == 0 && head[2] == 0));
  return !marked && !wide;
}

Understood unread(std::string shown, finding::FileStatus status, std::string reason) {
  Understood made;
  made.account = {std::move(shown), status, {}, std::move(reason)};
  made.detected.status = status;
  return made;
}

}  // namespace

Understood read(const Candidate& candidate, std::optional<dialect::Type> type,
                source::FileSet& files) {
  auto bytes = source::read(candidate.path, head_size);
  if (bytes && bytes->size() > head_size) {
    // Of something that is no text, and need not be one, there is no need to read the rest.
    if (is_binary(*bytes) && !type && !dialect::type_by_name(candidate.shown))
      return unread(candidate.shown, finding::FileStatus::skipped, "binary");
    bytes = source::read(candidate.path, parse::json_limit);
  }
  if (!bytes) {
    return unread(candidate.shown, finding::FileStatus::failed, "cannot be read: " + bytes.error());
  }
  return understand(candidate.shown, std::move(*bytes), type, files);
}

Understood understand(std::string shown, std::string bytes, std::optional<dialect::Type> type,
                      source::FileSet& files) {
  const source::File& file = files.add(std::move(shown), std::move(bytes));
  Understood made;
  made.detected = dialect::detect(file, type);
  made.account = {file.path(), made.detected.status, made.detected.dialect, made.detected.reason};
  made.file = &file;
  if (made.detected.status == finding::FileStatus::skipped) files.forget(file.id());
  return made;
}

}  // namespace resilint::project
