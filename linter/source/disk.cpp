// SPDX-License-Identifier: Apache-2.0
#include "source/disk.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace resilint::source {
namespace {

constexpr std::size_t chunk = std::size_t{1} << 16U;

std::string last_error() { return std::generic_category().message(errno); }

base::Result<std::string, std::string> read_all(int descriptor, std::uint64_t limit,
                                                std::size_t expected) {
  std::string bytes;
  std::size_t filled = 0;
  while (filled <= limit) {
    // One byte more than expected, so that the end shows without more room for it.
    const std::size_t room = filled == 0 && expected > 0 ? expected + 1 : chunk;
    if (filled == bytes.size())
      bytes.resize(filled + std::min<std::size_t>(room, limit + 1 - filled));
    const ssize_t got = ::read(descriptor, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::failure(last_error());
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

base::Result<std::string, std::string> read(const std::string& path, std::uint64_t limit) {
  // Without O_NONBLOCK a FIFO would wait for a writer before it could be refused.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return base::failure(last_error());
  struct stat status {};
  base::Result<std::string, std::string> result =
      base::failure(std::string("is not a regular file"));
  if (::fstat(descriptor, &status) != 0)
    result = base::failure(last_error());
  else if (S_ISREG(status.st_mode))
    result = read_all(descriptor, limit, static_cast<std::size_t>(status.st_size));
  ::close(descriptor);
  return result;
}

base::Result<std::string, std::string> read_standard_input(std::uint64_t limit) {
  return read_all(STDIN_FILENO, limit, 0);
}

std::string write(const std::string& path, const std::string& text) {
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0) return last_error();
  std::string problem;
  for (std::size_t done = 0; done < text.size() && problem.empty();) {
    const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno != EINTR) problem = last_error();
    if (written > 0) done += static_cast<std::size_t>(written);
  }
  ::fchmod(descriptor, 0644);
  if (::close(descriptor) != 0 && problem.empty()) problem = last_error();
  if (problem.empty() && std::rename(temporary.c_str(), path.c_str()) != 0) problem = last_error();
  if (!problem.empty()) ::unlink(temporary.c_str());
  return problem;
}

}  // namespace resilint::source
