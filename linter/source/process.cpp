// SPDX-License-Identifier: Apache-2.0
#include "source/process.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/format.h"
#include "base/text.h"

namespace resilint::source {
namespace {

std::string all_of(int from) {
  std::string text;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count > 0)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    else if (count == 0 || errno != EINTR)
      return text;
  }
}

}  // namespace

base::Result<std::string, std::string> run(const std::vector<std::string>& command) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  // Its complaints go to a file in memory, so that it never waits for us to read them.
  const int complaints = ::memfd_create("complaints", MFD_CLOEXEC);
  if (complaints < 0) return base::failure(std::string(std::strerror(errno)));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    ::close(complaints);
    return base::failure(std::string(std::strerror(errno)));
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(complaints, STDERR_FILENO);
    ::execvp(words.front(), words.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string text = child > 0 ? all_of(ends[0]) : std::string{};
  ::close(ends[0]);
  int status = -1;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::lseek(complaints, 0, SEEK_SET);
  const std::string said = all_of(complaints);
  ::close(complaints);
  if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return text;
  if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127)
    return base::failure(
        base::format("{} cannot be started; it must be installed, and in PATH", command.front()));
  const std::string_view reason = base::trim(said);
  return base::failure(base::format("{}: {}", command.front(),
                                    reason.empty() ? "it failed without a word" : reason));
}

}  // namespace resilint::source
