// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "base/text.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

__extension__ using Wide = __int128;

constexpr Wide widest = static_cast<Wide>(std::numeric_limits<std::int64_t>::max()) *
                        std::numeric_limits<std::int64_t>::max();
constexpr double exact_digits = 1e22;  // powers of ten are doubles up to here

// digits × 10^exponent
struct Decimal {
  Wide digits = 0;
  int exponent = 0;
};

Wide magnitude(Wide number) { return number < 0 ? -number : number; }

// The digits and the exponent of a text as base::shortest() writes it.
Decimal read(std::string_view text) {
  Decimal made;
  bool fraction = false;
  bool negative = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '-') {
      negative = true;
    } else if (c == '.') {
      fraction = true;
    } else if (c == 'e') {
      std::string_view rest = text.substr(i + 1);
      if (rest.starts_with('+')) rest.remove_prefix(1);
      int exponent = 0;
      std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
      made.exponent += exponent;
      break;
    } else {
      made.digits = made.digits * 10 + (c - '0');
      if (fraction) --made.exponent;
    }
  }
  if (negative) made.digits = -made.digits;
  return made;
}

Decimal decimal(const Value& number) {
  if (const auto* whole = number.get<std::int64_t>()) return {*whole, 0};
  return read(base::shortest(*number.get<double>()));
}

// Gives both the same exponent; false when their digits do not fit.
bool align(Decimal& a, Decimal& b) {
  Decimal& larger = a.exponent > b.exponent ? a : b;
  const int exponent = std::min(a.exponent, b.exponent);
  while (larger.exponent > exponent) {
    if (magnitude(larger.digits) > widest / 10) return larger.digits == 0;
    larger.digits *= 10;
    --larger.exponent;
  }
  return true;
}

std::string digits_of(Wide number) {
  std::string made;
  do {
    made += static_cast<char>('0' + static_cast<int>(number % 10));
    number /= 10;
  } while (number != 0);
  std::ranges::reverse(made);
  return made;
}

std::optional<Value> value_of(Decimal made) {
  while (made.digits != 0 && made.digits % 10 == 0) {
    made.digits /= 10;
    ++made.exponent;
  }
  if (made.digits == 0) return Value::integer(0);
  const bool negative = made.digits < 0;
  const std::optional<double> read_back = base::parse_double(base::format(
      "{}{}e{}", negative ? "-" : "", digits_of(magnitude(made.digits)), made.exponent));
  if (!read_back) return std::nullopt;
  Wide whole = made.digits;
  for (int i = 0; i < made.exponent && magnitude(whole) < widest / 10; ++i) whole *= 10;
  if (made.exponent >= 0 && made.exponent < 20 &&
      whole >= std::numeric_limits<std::int64_t>::min() &&
      whole <= std::numeric_limits<std::int64_t>::max())
    return Value::integer(static_cast<std::int64_t>(whole));
  return number(*read_back);
}

std::optional<Value> divide(Decimal a, Decimal b) {
  if (b.digits == 0) return std::nullopt;
  while (a.digits != 0 && magnitude(a.digits) < widest / 10) {
    a.digits *= 10;
    --a.exponent;
  }
  return value_of({a.digits / b.digits, a.exponent - b.exponent});
}

std::optional<Value> by_digits(char symbol, Decimal a, Decimal b) {
  switch (symbol) {
    case '*':
      return value_of({a.digits * b.digits, a.exponent + b.exponent});
    case '/':
      return divide(a, b);
    default:
      break;
  }
  if (!align(a, b)) return std::nullopt;
  if (symbol == '%') return value_of({a.digits % b.digits, a.exponent});
  return value_of({symbol == '+' ? a.digits + b.digits : a.digits - b.digits, a.exponent});
}

double by_doubles(char symbol, double a, double b) {
  switch (symbol) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return std::fmod(a, b);
  }
}

}  // namespace

bool is_number(const Value& value) {
  return value.get<std::int64_t>() != nullptr || value.get<double>() != nullptr;
}

Value number(double number) {
  constexpr double limit = 9223372036854775808.0;  // 2^63
  if (number >= -limit && number < limit && std::trunc(number) == number)
    return Value::integer(static_cast<std::int64_t>(number));
  return Value::real(number);
}

std::optional<Value> parse_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  const bool plausible = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '-' || c == '+';
  });
  if (!plausible) return std::nullopt;
  if (const auto whole = base::parse_int(text)) return Value::integer(*whole);
  const std::optional<double> real = base::parse_double(text);
  if (!real) return std::nullopt;
  return number(*real);
}

std::string number_text(const Value& number) {
  if (const auto* whole = number.get<std::int64_t>()) return base::format("{}", *whole);
  const double real = *number.get<double>();
  if (std::trunc(real) == real && std::abs(real) < exact_digits)
    return base::format("{:.0f}", real);
  const Decimal made = read(base::shortest(real));
  std::string digits = digits_of(magnitude(made.digits));
  if (made.exponent >= 0) {
    digits.append(static_cast<std::size_t>(made.exponent), '0');
  } else {
    const auto places = static_cast<std::size_t>(-made.exponent);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, ".");
  }
  return real < 0 ? "-" + digits : digits;
}

double to_double(const Value& number) {
  if (const auto* whole = number.get<std::int64_t>()) return static_cast<double>(*whole);
  return *number.get<double>();
}

bool is_whole(const Value& number) {
  const auto* real = number.get<double>();
  return real == nullptr || std::trunc(*real) == *real;
}

std::optional<std::int64_t> to_integer(const Value& number) {
  if (const auto* whole = number.get<std::int64_t>()) return *whole;
  return std::nullopt;
}

int compare_numbers(const Value& a, const Value& b) {
  const auto* whole_a = a.get<std::int64_t>();
  const auto* whole_b = b.get<std::int64_t>();
  if (whole_a != nullptr && whole_b != nullptr)
    return *whole_a < *whole_b ? -1 : static_cast<int>(*whole_a > *whole_b);
  const auto wide = [](const Value& value) {
    const auto* whole = value.get<std::int64_t>();
    return whole != nullptr ? static_cast<long double>(*whole)
                            : static_cast<long double>(*value.get<double>());
  };
  return wide(a) < wide(b) ? -1 : static_cast<int>(wide(a) > wide(b));
}

std::optional<Value> calculate(char symbol, const Value& a, const Value& b) {
  if (symbol == '%' && to_double(b) == 0) return a;
  const std::optional<Value> exact = by_digits(symbol, decimal(a), decimal(b));
  const bool whole = a.get<std::int64_t>() != nullptr && b.get<std::int64_t>() != nullptr;
  if (whole && exact) return exact;
  const double rough = by_doubles(symbol, to_double(a), to_double(b));
  if (!std::isfinite(rough)) return exact;
  // Whichever has fewer digits is nearer to what more bits would give: 1.1 * 100, but 1 / 3 * 3.
  if (exact && number_text(*exact).size() <= number_text(number(rough)).size()) return exact;
  return number(rough);
}

}  // namespace resilint::dialect::terraform
