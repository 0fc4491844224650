// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "finding/finding.h"

namespace resilint::project {

// How far a run is, and what its phases took. One thread begins phases, several may step, and
// another one may look at any time.
class Progress {
 public:
  enum class Phase : std::uint8_t { finding, reading, grouping, judging, sorting };

  // Ends the phase before it. `steps` is how often it will step; 0: nobody knows.
  void begin(Phase phase, std::size_t steps = 0);
  void step() { done_.fetch_add(1, std::memory_order_relaxed); }
  // Ends the last phase and gives what each took.
  std::vector<finding::Timings::Phase> end();

  // "reading files: 120 of 2,000"
  [[nodiscard]] std::string text() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::atomic<Phase> phase_{Phase::finding};
  std::atomic<std::size_t> steps_{0};
  std::atomic<std::size_t> done_{0};
  Clock::time_point begun_;
  std::vector<finding::Timings::Phase> ended_;
  bool running_ = false;
};

}  // namespace resilint::project
