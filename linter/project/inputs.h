// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "dialect/dialect.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::project {

// A file of values, and how it is called in messages.
struct InputFile {
  std::string path;  // on disk
  std::string shown;
};

// Reads files that hold values for a deployment. The values refer to it. What is wrong with a file
// is an error for people: "prod.json:2:3: …".
class InputReader {
 public:
  explicit InputReader(source::FileSet& files) : files_(files) {}

  // Values of parameters: CloudFormation's list of ParameterKey and ParameterValue, CodePipeline's
  // {"Parameters": {…}}, or a plain map, in JSON or YAML. They replace those that are there.
  base::Result<void, std::string> add_parameters(const InputFile& file, dialect::Inputs& into);

  // The body of a file of Terraform's variables.
  base::Result<const syntax::Node*, std::string> read_variables(const InputFile& file);

 private:
  source::FileSet& files_;
  std::vector<std::unique_ptr<syntax::Tree>> trees_;
};

}  // namespace resilint::project
