// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_line.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace resilint::cli {
namespace {

constexpr std::chrono::milliseconds first{1000};
constexpr std::chrono::milliseconds step{100};

bool can_rewrite_lines() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

}  // namespace

ProgressLine::ProgressLine(const project::Progress& progress, bool quiet) {
  if (!quiet && can_rewrite_lines()) thread_ = std::thread([this, &progress] { show(progress); });
}

ProgressLine::~ProgressLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void ProgressLine::show(const project::Progress& progress) {
  std::unique_lock lock(mutex_);
  const auto has_ended = [this] { return ended_; };
  if (wake_.wait_for(lock, first, has_ended)) return;
  do std::fprintf(stderr, "\r\x1b[Kresilint: %s", progress.text().c_str());
  while (!wake_.wait_for(lock, step, has_ended));
  std::fputs("\r\x1b[K", stderr);
}

}  // namespace resilint::cli
