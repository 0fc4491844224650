// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

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

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace resilint::base
