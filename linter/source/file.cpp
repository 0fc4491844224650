// SPDX-License-Identifier: Apache-2.0
#include "source/file.h"

#include <limits>

#include "base/require.h"

namespace resilint::source {

const File& FileSet::add(std::string path, std::string bytes) {
  base::require(bytes.size() < std::numeric_limits<std::uint32_t>::max());
  const std::scoped_lock lock(mutex_);
  return files_.emplace_back(static_cast<FileId>(files_.size()), std::move(path), std::move(bytes));
}

const File& FileSet::get(FileId id) const {
  const std::scoped_lock lock(mutex_);
  base::require(static_cast<std::size_t>(id) < files_.size());
  return files_[static_cast<std::size_t>(id)];
}

void FileSet::forget(FileId id) {
  const std::scoped_lock lock(mutex_);
  base::require(static_cast<std::size_t>(id) < files_.size());
  std::string().swap(files_[static_cast<std::size_t>(id)].bytes_);
}

std::string_view FileSet::text(Span span) const {
  return get(span.file).bytes().substr(span.begin, span.size());
}

}  // namespace resilint::source
