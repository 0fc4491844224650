// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace resilint::base {

// RE2 behind one wrapper. Linear in the text's length; no look-around, no back references.
class Regex {
 public:
  explicit Regex(std::string_view pattern);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  [[nodiscard]] bool valid() const;
  [[nodiscard]] const std::string& error() const;  // why the pattern is not valid, else empty

  // True when the pattern occurs anywhere in `text`. False when the pattern is not valid.
  [[nodiscard]] bool found_in(std::string_view text) const;

  // The names of the groups, in their order; empty for one without a name.
  [[nodiscard]] std::vector<std::string> groups() const;

  // The first match that begins at byte `from` or behind it: the whole, then each group, which has
  // no data where it took no part. Empty when there is none.
  [[nodiscard]] std::vector<std::string_view> match(std::string_view text, std::size_t from) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace resilint::base
