// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace resilint::source {

// The bytes of a regular file, or why it cannot be read, in words for people. A file with more than
// `limit` bytes gives its first `limit + 1`, so that the caller sees that there are too many.
base::Result<std::string, std::string> read(const std::string& path, std::uint64_t limit);

// Everything that standard input holds, up to `limit + 1` bytes.
base::Result<std::string, std::string> read_standard_input(std::uint64_t limit);

// Writes the whole text to a temporary file beside `path` and renames it, so that the path never
// holds a part. Empty when it worked, else why it did not.
std::string write(const std::string& path, const std::string& text);

}  // namespace resilint::source
