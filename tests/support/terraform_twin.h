// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace resilint::test {

// The Terraform JSON that means the same as a Terraform file: blocks below their labels, literals
// as JSON, other expressions as "${" their source "}". Types, and the names of resources in places
// where Terraform evaluates nothing, are texts of their source.
std::string terraform_twin(std::string_view hcl);

}  // namespace resilint::test
