// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "source/file.h"
#include "syntax/node.h"
#include "value/value.h"

// Terraform's expressions → values, as `terraform console` would give them. Numbers are integers of
// 64 bits where they are whole and fit, else doubles.
namespace resilint::dialect::terraform {

// Why Terraform refuses an expression, for people; try() and can() see it.
struct Refusal {
  std::string message;
  source::Span place;  // of the part that is refused; empty when it is not known
};
using Outcome = base::Result<value::Value, Refusal>;

// What a value is evaluated for. It matters for variables that can be chosen.
enum class Use : std::uint8_t {
  data,      // an argument, or a part of one
  text,      // a part of a longer text, or what has to be known before anything is chosen
  deciding,  // compared by == or !=, a condition, a key of a map
};

// What an expression can name, and what is around it. Belongs to one task.
class Scope {
 public:
  Scope() = default;
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  virtual ~Scope() = default;

  // The value of a name that no `for` binds, with as many of the steps behind it as belong to the
  // name: one of `var.size`, two of `data.aws_vpc.main`, with the index of an instance.
  struct Named {
    value::Value value;
    std::size_t steps = 0;
  };
  virtual base::Result<Named, Refusal> name(const syntax::Node& variable, Use use) = 0;

  // An attribute of what a reference stands for: of a resource when the reference has no attribute,
  // else a part of that attribute. `step` is an attribute or an index with a known key.
  virtual Outcome part(const value::Reference& reference, std::string_view step,
                       source::Span span) = 0;

  // What the configuration itself writes for the attribute that a reference names; the reference
  // when nothing is written there. An operator or a function that needs the value itself asks this.
  virtual value::Value written(const value::Value& reference) = 0;

  // The bytes of a file that an expression names relative to the working directory, or why there
  // are none. Whether it exists is what fileexists() asks.
  virtual base::Result<std::string_view, std::string> file(std::string_view path) = 0;

  // Nodes and bytes that the expression under way may still cost; an evaluation that would take
  // more is unknown.
  std::uint32_t budget = 0;
};

// The value of an expression, evaluated whole: what cannot be known is unknown, what Terraform
// refuses is a Refusal. Values and texts live in `arena`.
Outcome evaluate(const syntax::Node& expression, Scope& scope, base::Arena& arena,
                 Use use = Use::data);

// The same with names that are bound around it, as `for` binds them: "each" or the iterator of a
// dynamic block.
struct Bound {
  std::string_view name;
  value::Value value;
  const Bound* outer = nullptr;
};
Outcome evaluate(const syntax::Node& expression, Scope& scope, base::Arena& arena, Use use,
                 const Bound* bound);

}  // namespace resilint::dialect::terraform
