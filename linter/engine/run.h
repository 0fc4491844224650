// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/world.h"
#include "cel/cel.h"
#include "engine/check.h"
#include "rule/rule.h"

// What judging and explaining share. Nobody outside of this folder includes it.
namespace resilint::engine {

// "30", "Enabled": for people, words without quotes.
std::string plain_text(const value::Value& value);

// "written here", "default of parameter Timeout": how a value came to be.
std::string origin_text(const value::Value& value);

// Why a value cannot be known, in words a template's author understands.
std::string reason_of(const value::Value& value);

// The map `parameters` of a rule.
value::Value parameter_values(const rule::Rule& rule, base::Arena& arena);

// Notes the scalar attributes that a verdict reads.
class Reads final : public cel::Observer {
 public:
  void read(const value::Object& object, std::string_view attribute,
            const value::Value& value) override;

  std::vector<finding::DecidingValue> found;
};

// What comes of one run.
struct Outcome {
  enum class Kind : std::uint8_t {
    passes,
    fails,
    unknown,
    undecided,     // it waits for parameters
    inapplicable,  // the rule is not for it
    absent,        // it does not exist with the choices that are made
  };
  Kind kind = Kind::absent;
  std::optional<finding::Finding> finding;  // when it fails
  std::optional<finding::Unknown> unknown;  // when it is unknown and stands somewhere
  std::string reason;                       // when it is unknown or undecided
  const value::Undecided* waits = nullptr;  // when it is undecided
};

// One rule on one object (or on the project): the names that it binds and what comes of it.
class Run {
 public:
  // What its expressions make on the way lives in `scratch`, their values too.
  Run(const rule::Rule& rule, const catalog::World& world, const value::Object& matched,
      const value::Value& parameters, base::Arena& scratch);

  Outcome judge();

  // Binds the next name of the rule. A name that asks for a kind fits, does not (then the rule does
  // not apply) or may fit (then it cannot be decided); nothing is bound unless it fits.
  struct Bound {
    value::Truth fits = value::Truth::yes;
    value::Value value;
  };
  Bound bind(const rule::Let& let);

  // An error of the expression is an unknown that names its place in the rule.
  value::Value evaluate(const rule::Expression& expression);

  [[nodiscard]] std::span<const cel::Binding> bindings() const { return bindings_; }

  // What the rule says when it fails, with all names bound.
  [[nodiscard]] finding::Finding finding() const;

 private:
  using Object = catalog::Object;

  [[nodiscard]] Outcome open(const value::Value& value) const;
  [[nodiscard]] std::optional<finding::Unknown> unknown(const std::string& reason) const;
  [[nodiscard]] const value::Value* bound(std::string_view name) const;
  // The objects that a name stands for: itself, or the members of a list that are known.
  [[nodiscard]] std::vector<const Object*> objects(std::string_view name) const;
  // The first place of `at` that is written, else the name of the resource.
  void point(finding::Finding& made) const;
  // A label at an object or attribute; over a list of objects, at the first few members.
  void add_labels(const rule::Label& label, finding::Finding& made) const;
  [[nodiscard]] std::string render(std::span<const rule::MessagePart> parts) const;
  [[nodiscard]] std::string render(const rule::Target& target) const;
  [[nodiscard]] std::optional<finding::FixIntent> fix_intent(const rule::Fix& fix) const;
  [[nodiscard]] bool expressible(std::string_view kind_name, std::string_view attribute) const;
  // The attribute's name in that dialect, where it has one.
  [[nodiscard]] std::string_view property(std::string_view kind_name,
                                          std::string_view attribute) const;
  // What to add for a kind, in the words of the matched resource's dialect: "AWS::SQS::Queue for",
  // or "an entry to MethodSettings of" for an element of a list in the resource itself.
  [[nodiscard]] std::string addition(std::string_view kind_name) const;

  const rule::Rule& rule_;
  const catalog::World& world_;
  base::Arena& scratch_;
  const Object* matched_;  // null for the project
  std::vector<cel::Binding> bindings_;
  Reads reads_;
};

}  // namespace resilint::engine
