// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace resilint::test {

// The JSON that a CloudFormation template in YAML means: short forms of intrinsics become long
// ones, plain scalars become what YAML's core schema says, aliases and merge keys are written out.
std::string json_twin(std::string_view yaml);

}  // namespace resilint::test
