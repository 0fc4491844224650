// SPDX-License-Identifier: Apache-2.0
#include "base/regex.h"

#include <re2/re2.h>

namespace resilint::base {

struct Regex::Compiled {
  re2::RE2 program;
  Compiled(std::string_view pattern, const re2::RE2::Options& options)
      : program(re2::StringPiece(pattern.data(), pattern.size()), options) {}
};

Regex::Regex(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  compiled_ = std::make_unique<Compiled>(pattern, options);
}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

bool Regex::valid() const { return compiled_->program.ok(); }
const std::string& Regex::error() const { return compiled_->program.error(); }

bool Regex::found_in(std::string_view text) const {
  return valid() &&
         re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->program);
}

std::vector<std::string> Regex::groups() const {
  if (!valid()) return {};
  std::vector<std::string> names(
      static_cast<std::size_t>(compiled_->program.NumberOfCapturingGroups()));
  for (const auto& [number, name] : compiled_->program.CapturingGroupNames())
    names[static_cast<std::size_t>(number) - 1] = name;
  return names;
}

std::vector<std::string_view> Regex::match(std::string_view text, std::size_t from) const {
  if (!valid()) return {};
  std::vector<re2::StringPiece> found(groups().size() + 1);
  const bool matches =
      compiled_->program.Match(re2::StringPiece(text.data(), text.size()), from, text.size(),
                               re2::RE2::UNANCHORED, found.data(), static_cast<int>(found.size()));
  if (!matches) return {};
  std::vector<std::string_view> made;
  made.reserve(found.size());
  for (const re2::StringPiece& piece : found) made.emplace_back(piece.data(), piece.size());
  return made;
}

}  // namespace resilint::base
