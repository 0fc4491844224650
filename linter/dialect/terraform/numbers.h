// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "value/value.h"

// Terraform computes with 512 bits. Here a number is an integer of 64 bits or a double, and
// fractions are added and multiplied by their decimal digits, so that 100 * 1.1 is 110.
namespace resilint::dialect::terraform {

bool is_number(const value::Value& value);

// An integer when it is whole and fits. `number` is finite.
value::Value number(double number);

// What a text that stands for a number means: "15", "1.5e3", "-0.5".
std::optional<value::Value> parse_number(std::string_view text);

// All digits, without an exponent, as Terraform turns numbers into texts.
std::string number_text(const value::Value& number);

double to_double(const value::Value& number);
bool is_whole(const value::Value& number);
std::optional<std::int64_t> to_integer(const value::Value& number);  // when it is one

// -1, 0, 1.
int compare_numbers(const value::Value& a, const value::Value& b);

// One of + - * / %. Nothing when the result is not finite.
std::optional<value::Value> calculate(char symbol, const value::Value& a, const value::Value& b);

}  // namespace resilint::dialect::terraform
