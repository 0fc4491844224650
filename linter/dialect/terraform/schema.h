// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace resilint::dialect::terraform {

// What the texts in a JSON value mean where it stands for an argument.
enum class Reading : std::uint8_t {
  templates,          // each is a template
  literal,            // each is itself: Terraform evaluates the argument without anything in scope
  expressions,        // each is an expression: "aws.east", ["aws_s3_bucket.logs"]
  provider_map,       // an object, both keys and values of which are expressions
  required_provider,  // literal, but for `configuration_aliases`, the items of which are
                      // expressions
};

struct BodyShape;

struct BlockShape {
  std::string_view type;
  std::span<const std::string_view> labels;  // what each of them says: "type", "name"
  const BodyShape* body;
};

struct ArgumentShape {
  std::string_view name;
  Reading reading;
};

// What may stand in a body, as far as the language itself knows it. What has no shape is an
// argument.
struct BodyShape {
  std::span<const ArgumentShape> arguments;  // those that are not read as `others`
  std::span<const BlockShape> blocks;
  Reading others = Reading::templates;
  // A provider or a module knows what else may stand here. An argument with an object or a list may
  // be a nested block, then, which may come more than once.
  bool open = false;

  [[nodiscard]] const BlockShape* block(std::string_view type) const;
  [[nodiscard]] Reading reading(std::string_view name) const;
};

extern const BodyShape configuration;  // of a file of a module
extern const BodyShape variables;      // of a file of values of variables

}  // namespace resilint::dialect::terraform
