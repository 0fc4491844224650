// SPDX-License-Identifier: Apache-2.0
#include "value/choices.h"

#include <algorithm>

#include "base/require.h"

namespace resilint::value {
namespace {

constexpr std::uint32_t word_bits = 64;

bool has(std::span<const std::uint64_t> set, std::uint32_t index) {
  const std::uint32_t word = index / word_bits;
  return word < set.size() && ((set[word] >> (index % word_bits)) & 1U) != 0;
}

}  // namespace

const Choice& Choices::add(std::string_view name, std::span<const Candidate> candidates,
                           bool has_preset) {
  chosen_.push_back(0);
  return *arena_.make<Choice>(
      Choice{count_++, arena_.copy(name), arena_.copy(candidates), has_preset});
}

const Value* Choices::chosen(const Choice& choice) {
  note(choice.index);
  const std::uint32_t at = chosen_[choice.index];
  return at == 0 ? nullptr : &choice.candidates[at - 1].value;
}

void Choices::choose(const Choice& choice, std::uint32_t candidate) {
  base::require(candidate < choice.candidates.size() && chosen_[choice.index] == 0);
  chosen_[choice.index] = candidate + 1;
  made_.push_back({choice.index, candidate});
}

void Choices::withdraw(const Choice& choice) {
  chosen_[choice.index] = 0;
  std::erase_if(made_, [&choice](const Made& made) { return made.choice == choice.index; });
}

bool Choices::holds(const Basis* basis) {
  if (basis == nullptr) return true;
  std::size_t same = 0;
  for (const Made& made : made_) {
    if (!has(basis->asked, made.choice)) continue;
    if (std::ranges::find(basis->chosen, made) == basis->chosen.end()) return false;
    ++same;
  }
  if (same != basis->chosen.size()) return false;
  note(basis->asked);
  return true;
}

void Choices::note(std::uint32_t index) {
  if (frame_ == nullptr) return;
  const std::uint32_t word = index / word_bits;
  if (frame_->asked_.size() <= word) frame_->asked_.resize(word + 1);
  frame_->asked_[word] |= std::uint64_t{1} << (index % word_bits);
}

void Choices::note(std::span<const std::uint64_t> asked) {
  if (frame_ == nullptr) return;
  std::vector<std::uint64_t>& into = frame_->asked_;
  if (into.size() < asked.size()) into.resize(asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) into[i] |= asked[i];
}

Choices::Frame::~Frame() {
  choices_.frame_ = outer_;
  choices_.note(asked_);
}

const Choices::Basis* Choices::Frame::basis() const {
  if (asked_.empty()) return nullptr;
  std::vector<Made> chosen;
  for (const Made& made : choices_.made_) {
    if (has(asked_, made.choice)) chosen.push_back(made);
  }
  return choices_.arena_.make<Basis>(Basis{
      choices_.arena_.copy(std::span<const std::uint64_t>(asked_)), choices_.arena_.copy(chosen)});
}

}  // namespace resilint::value
