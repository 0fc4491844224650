// SPDX-License-Identifier: Apache-2.0
#include "project/progress.h"

#include <string_view>

#include "base/format.h"

namespace resilint::project {
namespace {

std::string_view name(Progress::Phase phase) {
  switch (phase) {
    case Progress::Phase::finding:
      return "finding files";
    case Progress::Phase::reading:
      return "reading files";
    case Progress::Phase::grouping:
      return "putting files together";
    case Progress::Phase::judging:
      return "judging templates and modules";
    case Progress::Phase::sorting:
      return "sorting findings";
  }
  return {};
}

}  // namespace

void Progress::begin(Phase phase, std::size_t steps) {
  const Clock::time_point now = Clock::now();
  if (running_) ended_.push_back({name(phase_), now - begun_});
  begun_ = now;
  running_ = true;
  // Who looks between two of these sees no more steps done than there are.
  steps_ = 0;
  done_ = 0;
  phase_ = phase;
  steps_ = steps;
}

std::vector<finding::Timings::Phase> Progress::end() {
  ended_.push_back({name(phase_), Clock::now() - begun_});
  running_ = false;
  return std::move(ended_);
}

std::string Progress::text() const {
  const std::size_t steps = steps_;
  std::string text(name(phase_));
  return steps == 0 ? text : base::format("{}: {} of {}", text, done_.load(), steps);
}

}  // namespace resilint::project
