// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "value/value.h"

// The Common Expression Language. Its definition (cel-spec, langdef.md) is the authority; where it
// has errors and partial evaluation has unknowns, this has both. Knows no resources: kinds,
// attributes and functions are handed in.
namespace resilint::cel {

enum class TypeKind : std::uint8_t {
  dynamic,
  null,
  boolean,
  integer,
  unsigned_integer,
  real,
  string,
  bytes,
  list,
  map,
  object,
  timestamp,
  duration,
  type,
};

struct Type {
  TypeKind kind = TypeKind::dynamic;
  const Type* element = nullptr;  // list item, map value; null is dynamic
  const Type* key = nullptr;      // map key; null is dynamic
  std::string_view kinds{};       // object: "aws.sqs.queue", or alternatives "a|b"
};
std::string display(const Type& type);  // "list(aws.sqs.queue)"

// ---- programs ------------------------------------------------------------------------------

enum class Op : std::uint8_t {
  null_literal,
  bool_literal,
  int_literal,
  uint_literal,
  double_literal,
  string_literal,
  bytes_literal,
  identifier,   // text
  select,       // operand . text
  has,          // has(operand . text)
  index,        // operand [ index ]
  call,         // text(arguments)
  member_call,  // receiver . text(arguments)
  list,         // elements
  map,          // key, value, key, value, …
  message,      // text{…}: parsed, and refused by the checker
  conditional,  // condition, then, else
  logical_and,
  logical_or,
  logical_not,
  negate,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  all,
  exists,
  exists_one,
  filter,         // range, predicate
  transform,      // map and transformList: range, transform or range, predicate, transform
  transform_map,  // the same, giving a map
  // The text of a comprehension names its variable, "x", or both of them, "i,x": the index or key
  // and the value.
};

struct Expr {
  Op op = Op::null_literal;
  std::uint32_t begin = 0;  // bytes [begin, end) of the program's text
  std::uint32_t end = 0;
  std::string_view text;     // a name, or the decoded string or bytes
  std::int64_t integer = 0;  // of a bool, int or uint (its bits)
  double real = 0;
  std::uint32_t first = 0;  // children [first, first + count) in the program's table
  std::uint32_t count = 0;
};

// One parsed expression: plain tables of literal types, so that it can be generated as constexpr
// data and evaluated without parsing. `text` is the expression as written in the rule.
struct Program {
  std::string_view text;
  std::span<const Expr> expressions;        // children before parents; the root is the last
  std::span<const std::uint32_t> children;  // indices into `expressions`
  [[nodiscard]] bool empty() const { return expressions.empty(); }
};

// A place inside the text of an expression: bytes [begin, end).
struct Problem {
  std::string message;     // what was found and what was expected
  std::string suggestion;  // "did you mean visibility_timeout_seconds?", else empty
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Parsed {
  std::optional<Program> program;  // in the arena; the text is copied into it
  std::optional<Problem> problem;  // exactly one of the two
};
Parsed parse(std::string_view text, base::Arena& arena);

// C++ source that defines `inline constexpr cel::Program <symbol>`, for namespace resilint.
std::string generate(const Program& program, std::string_view symbol);

// ---- checking ------------------------------------------------------------------------------

struct Attribute {
  Type type;
  bool optional = false;  // may be absent: readable only behind has()
};

// What the checker may ask about kinds.
class Kinds {
 public:
  virtual ~Kinds() = default;
  [[nodiscard]] virtual bool known(std::string_view kind) const = 0;
  [[nodiscard]] virtual std::optional<Attribute> attribute(std::string_view kind,
                                                           std::string_view name) const = 0;
  [[nodiscard]] virtual std::vector<std::string_view> attributes(std::string_view kind) const = 0;
  [[nodiscard]] virtual std::vector<std::string_view> kinds() const = 0;
};

// A function that the embedder adds. Called with arguments that are all known, unless `lazy`.
struct Function {
  std::string_view name;
  bool member = false;  // called as receiver.name(…); the receiver is the first argument
  std::span<const Type> parameters;
  Type result;
  // The result is a list of objects of the kind that the last argument, a string literal, names.
  bool result_is_named_kind = false;
  bool lazy = false;
  value::Value (*call)(base::Arena& arena, std::span<const value::Value> arguments) = nullptr;
};

struct Variable {
  std::string_view name;
  Type type;
};

struct Environment {
  std::span<const Variable> variables;
  std::span<const Function> functions;
  const Kinds* kinds = nullptr;  // null: no objects
  std::span<const std::string>
      guarded;  // "queue.redrive_policy": proven present before this expression
  // Where names are looked up first: in "a.b" the name `x` is a.b.x, else a.x, else x.
  std::string_view container{};
};

struct Checked {
  Type type;                        // in the arena; of the whole expression
  std::vector<Problem> problems;    // empty: it is sound
  std::vector<std::string> guards;  // what has() proves present when the expression is true
  // Every attribute that is read outside a has() guard, as "kind.attribute", each once.
  std::vector<std::string> needs;
};
Checked check(const Program& program, const Environment& environment, base::Arena& arena);

// ---- evaluation ----------------------------------------------------------------------------

struct Binding {
  std::string_view name;
  value::Value value;
};

// Hears of every attribute that an evaluation reads, in order. Costs nothing when there is none.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void read(const value::Object& object, std::string_view attribute,
                    const value::Value& value) = 0;
};

struct Context {
  std::span<const Binding> bindings;  // later ones win
  std::span<const Function> functions;
  Observer* observer = nullptr;
  std::string_view container{};  // as in Environment
};

// An error of the expression itself (overflow, missing key), with its place in the text.
struct Error {
  std::string message;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Evaluated {
  value::Value value;  // unknown or undecided when it cannot be known; absent when `error`
  std::optional<Error> error;
};
// Operators carry unknown as CEL's partial evaluation does: `false && unknown` is false. Lists with
// maybe-members and open ends follow the table of design section 4. An expression that needs more
// than a million steps is an error.
Evaluated evaluate(const Program& program, const Context& context, base::Arena& arena);

// The value as CEL writes it, its own types included: 2u, b"\x00", duration("90s"), {1: "a"}. What
// CEL has no words for is shown as value::display does.
std::string display(const value::Value& value);

}  // namespace resilint::cel
