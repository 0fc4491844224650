// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace resilint::base {

std::string_view trim(std::string_view text);  // ASCII white space at both ends
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string join(std::span<const std::string_view> parts, std::string_view separator);
std::string lower(std::string_view text);  // ASCII only

// The whole text as a decimal number; nothing when it is not one or does not fit.
std::optional<std::int64_t> parse_int(std::string_view text);
std::optional<double> parse_double(std::string_view text);  // finite only

// The shortest decimal text that reads back as the same number.
std::string shortest(double number);

// The candidate that a reader most likely meant by `word` ("did you mean"), or an empty view when
// none is near: at most a third of the letters differ (Damerau-Levenshtein, ignoring case).
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// "1 finding", "2 findings".
std::string count(std::size_t number, std::string_view singular, std::string_view plural);

}  // namespace resilint::base
