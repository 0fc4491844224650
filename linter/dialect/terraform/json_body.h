// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse/parse.h"
#include "source/file.h"

namespace resilint::dialect::terraform {

// Terraform's JSON syntax, as the tree that the native syntax gives: one document, a body of blocks
// and arguments; texts that are templates or expressions are read as such. As with parse_hcl, what
// has an error inside is left out of the tree. `notes` are of objects in values only: a block's
// type or label may come up more than once.
//
// What providers define is not known here: in a resource, a nested block of the provider stays a
// mapping, or a sequence of mappings, as the value of an argument.
parse::Parsed json_configuration(const source::File& file);

// The same of a file with values of variables: only arguments, whose texts are taken as they stand.
parse::Parsed json_variables(const source::File& file);

}  // namespace resilint::dialect::terraform
