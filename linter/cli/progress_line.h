// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "project/progress.h"

namespace resilint::cli {

// For as long as it lives, a line on standard error that says how far a run is: from its second
// second on, on a terminal, unless it is to be quiet. Nothing is left of it afterwards.
class ProgressLine {
 public:
  ProgressLine(const project::Progress& progress, bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void show(const project::Progress& progress);

  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace resilint::cli
