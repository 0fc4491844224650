// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse/parse.h"
#include "source/file.h"

namespace resilint::fuzz {

// Ends the program when a parser breaks its promises: a tree or an error, spans inside the file,
// segments in order.
void check(const source::File& file, const parse::Parsed& parsed);

}  // namespace resilint::fuzz
