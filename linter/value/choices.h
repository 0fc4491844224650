// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "value/value.h"

namespace resilint::value {

// One value that a parameter may be deployed with.
struct Candidate {
  Value value;
  std::string_view shown;  // "dev", "something else"
};

// A parameter that decides what is deployed, and that the user has given no value. Lives in the
// arena of its project.
struct Choice {
  std::uint32_t index = 0;  // among the choices of its project
  std::string_view name;    // "Environment"
  std::span<const Candidate> candidates{};
  bool has_preset = false;  // the first candidate is taken when nobody chooses: the default
};

// The choices of a project, what is chosen of them at the moment, and which of them a computation
// asked for: so its outcome can be kept for as long as the same is chosen of those. Belongs to one
// task.
class Choices {
 public:
  // A choice and its candidate, by index.
  struct Made {
    std::uint32_t choice = 0;
    std::uint32_t candidate = 0;
    friend bool operator==(const Made&, const Made&) = default;
  };
  // What was asked for, and what of that was chosen. Null stands for nothing. In the arena.
  struct Basis {
    std::span<const std::uint64_t> asked;  // a bit for each choice
    std::span<const Made> chosen;
  };

  explicit Choices(base::Arena& arena) : arena_(arena) {}

  const Choice& add(std::string_view name, std::span<const Candidate> candidates, bool has_preset);

  // The value that is chosen; null while there is none.
  const Value* chosen(const Choice& choice);

  void choose(const Choice& choice, std::uint32_t candidate);
  void withdraw(const Choice& choice);

  // Whether something with that basis would come out the same now. Then whoever computes now rests
  // on it, too.
  bool holds(const Basis* basis);

  // While it lives, what is asked for is noted; then it is noted in the frame around it, too.
  class Frame {
   public:
    explicit Frame(Choices& choices) : choices_(choices), outer_(choices.frame_) {
      choices.frame_ = this;
    }
    ~Frame();
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

    [[nodiscard]] const Basis* basis() const;

   private:
    friend class Choices;
    Choices& choices_;
    Frame* outer_;
    std::vector<std::uint64_t> asked_;
  };

 private:
  void note(std::uint32_t index);
  void note(std::span<const std::uint64_t> asked);

  base::Arena& arena_;
  std::uint32_t count_ = 0;
  std::vector<std::uint32_t> chosen_;  // by choice, one more than the candidate; 0: none
  std::vector<Made> made_;
  Frame* frame_ = nullptr;
};

// What a computation gave, once for each way in which its choices were made.
template <typename T>
class Memo {
 public:
  // Null when it was not computed for what is chosen now.
  [[nodiscard]] const T* find(Choices& choices) const {
    for (const auto& [basis, made] : kept_) {
      if (choices.holds(basis)) return &made;
    }
    return nullptr;
  }
  const T& keep(const Choices::Frame& frame, T made) {
    return kept_.emplace_back(frame.basis(), std::move(made)).second;
  }

 private:
  std::vector<std::pair<const Choices::Basis*, T>> kept_;
};

}  // namespace resilint::value
