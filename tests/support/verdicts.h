// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace resilint::test {

// Loads a model and one rule (called `the-rule`), judges a CloudFormation template by it and says
// what came out, a line each, in the order of the template:
//   fail Address "the text of the place": message
//   unknown Address: reason
// The problems of the model and the rule instead, when there are any: `rule:3:5: message`.
std::string verdicts(std::string_view model, std::string_view rule, std::string_view yaml);

// The same rule with the texts that every rule must have, so that a test writes only its logic.
std::string whole_rule(std::string_view logic);

}  // namespace resilint::test
