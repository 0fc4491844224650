// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/functions.h"

namespace resilint::dialect::terraform {

std::span<const Function> hashing_functions() { return {}; }

}  // namespace resilint::dialect::terraform
