// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace resilint::source {

enum class FileId : std::uint32_t {};

// Bytes [begin, end) of one file, 0-based. Lines and columns exist only where something is printed.
struct Span {
  FileId file{};
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] std::uint32_t size() const { return end - begin; }
  friend bool operator==(const Span&, const Span&) = default;
};

// A path as it is shown to the user (`/` separators, relative to the root that the project folder
// chose) and the bytes as they are on disk, a byte order mark included.
class File {
 public:
  File(FileId id, std::string path, std::string bytes)
      : id_(id), path_(std::move(path)), bytes_(std::move(bytes)) {}

  [[nodiscard]] FileId id() const { return id_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] Span whole() const { return {id_, 0, static_cast<std::uint32_t>(bytes_.size())}; }

 private:
  friend class FileSet;
  FileId id_;
  std::string path_;
  std::string bytes_;
};

// Owns the files of a run. Files never move; all of it may be called by any thread.
class FileSet {
 public:
  // `bytes` must be shorter than 4 GiB (the size limits are far below).
  const File& add(std::string path, std::string bytes);
  [[nodiscard]] const File& get(FileId id) const;
  [[nodiscard]] std::string_view text(Span span) const;
  // Gives back the bytes of a file that nothing refers to.
  void forget(FileId id);

 private:
  mutable std::mutex mutex_;
  std::deque<File> files_;
};

}  // namespace resilint::source
