// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse/parse.h"
#include "source/file.h"

namespace resilint::dialect::terraform {

// A file of a module, or of values of variables, in either syntax: the one that its name says; with
// another name than Terraform's it is JSON when the first byte that is not blank is `{`.
parse::Parsed read_configuration(const source::File& file);
parse::Parsed read_variables(const source::File& file);

}  // namespace resilint::dialect::terraform
