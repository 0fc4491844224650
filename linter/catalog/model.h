// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/arena.h"
#include "cel/cel.h"
#include "graph/graph.h"

// The model of a cloud's resources, as data: plain tables of literal types, so that they can be
// generated as constexpr C++ and used without building anything. rule-format.md of the founding
// documents and rules/FORMAT.md say what the words mean.
namespace resilint::catalog {

enum class AttributeKind : std::uint8_t {
  boolean,
  integer,
  number,
  string,
  duration,
  enumeration,
  list,
  map,
  reference,
  policy,
};

struct AttributeType {
  AttributeKind kind = AttributeKind::string;
  std::string_view words;  // enumeration: "A|B"; reference: "aws.sqs.queue|aws.sns.topic"
  const AttributeType* element = nullptr;  // list
};

enum class StepKind : std::uint8_t { member, each, index };
struct Step {
  StepKind kind = StepKind::member;
  std::string_view name;    // member
  std::uint32_t index = 0;  // index
};

// "a.b[].c", "a[0]"; `outside` for a leading "/", which leaves the properties.
struct Path {
  std::string_view text;
  std::span<const Step> steps;
  bool outside = false;
};

enum class Decode : std::uint8_t { none, json, references };

using Constant = std::variant<std::monostate, bool, std::int64_t, double, std::string_view>;

// What a word means that is written; a boolean is written as its word.
struct Translation {
  std::string_view written;
  Constant means;
};

// One way in which a dialect writes an attribute.
struct Shape {
  graph::Dialect dialect{};
  std::string_view on;  // only for this native type; empty: for all of the kind
  std::string_view
      companion;  // native type of the other resource that holds it; empty: the resource itself
  std::span<const Path> by;   // the companion's paths that refer to this object
  std::span<const Path> key;  // a reference by several identities; then there is no path
  Path path;
  std::string_view pattern;  // text around the reference, "table/{}"; empty: none
  Decode decode = Decode::none;
  std::span<const Translation> values;  // of this place; empty: those of the attribute
};

// A provider's default, valid for the versions in [from, before); zero means no bound.
struct Default {
  graph::Dialect dialect{};
  std::string_view on;
  std::uint32_t from = 0;
  std::uint32_t before = 0;
  Constant value;
};

// The document behind a dialect's defaults.
struct Document {
  graph::Dialect dialect{};
  std::string_view url;
};

struct Attribute {
  std::string_view name;
  AttributeType type;
  bool required = false;
  std::span<const Shape> shapes;            // in the order of preference
  std::span<const graph::Dialect> nowhere;  // dialects that cannot express it
  std::span<const Default> defaults;
  std::span<const Document> sources;
  std::span<const Translation> values;
  std::string_view from;  // read inside this other attribute of the kind, by `path`
  Path path;
  cel::Program computed;  // over `self`

  [[nodiscard]] bool optional() const {  // readable only behind has()
    return !required && defaults.empty() && computed.empty();
  }
  [[nodiscard]] bool expressible(graph::Dialect dialect) const;
  [[nodiscard]] std::string_view source(graph::Dialect dialect) const;  // empty: none is named
};

// "Who names this object there": one kind.attribute each.
struct Source {
  std::string_view kind;
  std::string_view attribute;
};
struct Relation {
  std::string_view name;
  std::span<const Source> sources;
};

// A list inside a resource (or inside another kind) whose elements are objects of the kind.
struct Home {
  graph::Dialect dialect{};
  std::string_view type;  // native type, or empty
  std::string_view kind;  // kind, or empty
  Path at;                // ends in []
};

struct NativeType {
  graph::Dialect dialect{};
  std::string_view name;
};

struct Identity {
  std::span<const std::string_view> attributes;  // all must be equal
};

struct Kind {
  std::string_view name;
  std::string_view file;  // that declares it: "rules/aws/sqs/model.yaml"
  std::span<const NativeType> types;
  std::span<const Home> homes;
  std::string_view parent;  // the attribute that holds the owner; empty without homes
  std::span<const Identity> identities;
  std::span<const Attribute> attributes;
  std::span<const Relation> relations;

  [[nodiscard]] const Attribute* attribute(std::string_view name) const;
  [[nodiscard]] const Relation* relation(std::string_view name) const;
  // Whether the dialect has a type of the kind, or a home for it.
  [[nodiscard]] bool is_in(graph::Dialect dialect) const;
};

// Whether a name is that of a provider's own type, "Acme::Network::Vpc" or "acme_network", and not
// of a kind.
bool is_native(std::string_view name);

// All kinds, the program's own and the user's. Kinds are referred to, not copied.
class Model final : public cel::Kinds {
 public:
  void add(std::span<const Kind> kinds);

  [[nodiscard]] const Kind* find(std::string_view name) const;
  // The kinds that a resource of this native type is.
  [[nodiscard]] std::vector<const Kind*> of_type(graph::Dialect dialect,
                                                 std::string_view native_type) const;
  [[nodiscard]] std::span<const Kind* const> all() const { return kinds_; }

  // A declared type as the checker of CEL sees it.
  [[nodiscard]] cel::Type type(const AttributeType& type) const;

  // What the checker of CEL asks. A name with "::" or "_" and no dot is a native type: its
  // attributes are dynamic and optional.
  [[nodiscard]] bool known(std::string_view kind) const override;
  [[nodiscard]] std::optional<cel::Attribute> attribute(std::string_view kind,
                                                        std::string_view name) const override;
  [[nodiscard]] std::vector<std::string_view> attributes(std::string_view kind) const override;
  [[nodiscard]] std::vector<std::string_view> kinds() const override;

 private:
  std::vector<const Kind*> kinds_;  // sorted by name
  mutable base::Arena types_;       // of the checker's answers; it asks from one thread
};

// The functions that rules may call besides CEL's own.
std::span<const cel::Function> functions();

}  // namespace resilint::catalog
