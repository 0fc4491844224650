// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dialect/terraform/functions.h"

namespace resilint::dialect::terraform {

// YAML as yamlencode() writes it: texts between double quotes, several lines as literal blocks.
// Holes are as in json_text().
value::Value yaml_text(Context& context, const value::Value& value);

Outcome decode_json(Call& call);
Outcome decode_yaml(Call& call);

}  // namespace resilint::dialect::terraform
