// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/functions.h"

namespace resilint::dialect::terraform {

std::span<const Function> network_functions() { return {}; }

}  // namespace resilint::dialect::terraform
