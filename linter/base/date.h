// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Days of the calendar as YYYY-MM-DD, which compare as texts do.
namespace resilint::base {

bool is_date(std::string_view text);

std::string today();  // in UTC

// `date` is one. Days before it are negative.
std::string days_after(std::string_view date, int days);

}  // namespace resilint::base
