// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "dialect/terraform/context.h"

namespace resilint::dialect::terraform {

// Terraform's ==: of values of one type. A list is no tuple, a map no object, 1 is not "1"; null is
// null whatever its type.
value::Truth equal(Context& context, const value::Value& a, const value::Value& b);

// What == and != and the functions that compare give for it.
value::Value truth_value(Context& context, value::Truth truth, const value::Value& a,
                         const value::Value& b);

// The order of a set's members: that of texts, numbers and booleans; of anything else that of a
// text that it is written as.
class SetOrder {
 public:
  explicit SetOrder(Context& context) : context_(context) {}
  [[nodiscard]] bool less(const value::Value& a, const value::Value& b) const;

 private:
  Context& context_;
};

// "+", "-", "<", "==" …, but for && and ||.
Outcome operate(Context& context, std::string_view symbol, const value::Value& left,
                const value::Value& right, source::Span left_span, source::Span right_span);
Outcome operate(Context& context, std::string_view symbol, const value::Value& operand,
                source::Span span);

// && and ||, decided as soon as one side decides. A side may be refused when the other decides.
Outcome combine(Context& context, std::string_view symbol, const Outcome& left,
                const Outcome& right, source::Span left_span, source::Span right_span);

}  // namespace resilint::dialect::terraform
