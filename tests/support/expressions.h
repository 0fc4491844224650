// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/terraform/expression.h"
#include "finding/finding.h"
#include "syntax/node.h"

namespace resilint::test {

// A scope of names that a test gives, and the files of one folder.
class FakeScope : public dialect::terraform::Scope {
 public:
  explicit FakeScope(std::filesystem::path folder = {}) : folder_(std::move(folder)) {
    budget = 100'000;
  }
  base::Result<Named, dialect::terraform::Refusal> name(const syntax::Node& variable,
                                                        dialect::terraform::Use use) override;
  dialect::terraform::Outcome part(const value::Reference& reference, std::string_view step,
                                   source::Span span) override;
  value::Value written(const value::Value& reference) override;
  base::Result<std::string_view, std::string> file(std::string_view path) override;

  // "var.size" or "data": one step of a name when it has a dot.
  std::map<std::string, value::Value, std::less<>> names;
  // What is written for attributes of references.
  std::map<std::string, value::Value, std::less<>> attributes;
  // "var.size for deciding": which names were asked for, and why.
  std::set<std::string> asked;
  base::Arena arena;

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::string, std::less<>> files_;
};

// An expression's text and its outcome. `arena` and `tree` hold what it is made of.
struct Evaluated {
  syntax::Tree tree;
  std::string source;
  const syntax::Node* node = nullptr;  // null when it is not HCL
  base::Arena arena;
  dialect::terraform::Outcome outcome;
};
std::unique_ptr<Evaluated> evaluated_expression(
    std::string_view text, dialect::terraform::Scope& scope,
    dialect::terraform::Use use = dialect::terraform::Use::data);

// As Terraform would write it, with what it cannot know: `list["a", unknown(why)]`,
// `"arn/${reference(0.arn)}"`, `sensitive(1)`, `refused(why)`.
std::string terraform_text(const dialect::terraform::Outcome& outcome);
std::string terraform_text(const value::Value& value);

}  // namespace resilint::test
