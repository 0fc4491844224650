// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "finding/explanation.h"
#include "source/file.h"

namespace resilint::report {

// A verdict's explanation as a tree for people, or as JSON of the shape that
// schemas/explanation.schema.json describes.
std::string explanation_text(const finding::Explanation& explanation, const source::FileSet& files,
                             bool colour);
std::string explanation_json(const finding::Explanation& explanation, const source::FileSet& files,
                             std::string_view version);

}  // namespace resilint::report
