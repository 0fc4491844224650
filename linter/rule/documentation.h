// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/json_writer.h"
#include "rule/rule.h"

// Everything that a rule says of itself, as `resilint rule NAME` prints it.
namespace resilint::rule {

std::string text(const Rule& rule);  // for a terminal, without markup

// One page. That of a built-in rule stands in docs/rules/, and SARIF carries it as the rule's help.
std::string markdown(const Rule& rule);

// One object, of the shape `rule` in schemas/documentation.schema.json.
void write(const Rule& rule, base::JsonWriter& json);

}  // namespace resilint::rule
