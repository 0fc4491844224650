// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/arena.h"
#include "source/file.h"

namespace resilint::value {

// Kleene's three values.
enum class Truth : std::uint8_t { no, yes, unknown };

constexpr Truth truth(bool flag) { return flag ? Truth::yes : Truth::no; }
constexpr Truth operator!(Truth t) { return t == Truth::unknown ? t : truth(t == Truth::no); }
constexpr Truth operator&&(Truth a, Truth b) {
  if (a == Truth::no || b == Truth::no) return Truth::no;
  return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}
constexpr Truth operator||(Truth a, Truth b) { return !(!a && !b); }

// Index of a resource in its project's graph. Ids, not pointers, cross folders.
enum class ResourceId : std::uint32_t {};

class Value;
class Object;
class Extension;
struct List;
struct Map;
struct Text;
struct Reference;
struct Unknown;
struct Undecided;
struct Choice;

struct Absent {
  friend bool operator==(Absent, Absent) { return true; }
};
struct Null {
  friend bool operator==(Null, Null) { return true; }
};

// How the deciding text came to stand where it stands.
enum class How : std::uint8_t {
  written,            // in the resource itself
  mapping,            // a CloudFormation mapping
  parameter_default,  // a parameter's or variable's default
  parameter_value,    // given by the user for this run
  parameter_choice,   // one of the values that the parameter may have
  provider_default,   // nothing is written: the model's default, with its document
  computed,           // by an expression or a rule
};

// Which place decided a value. Lives in the arena of the project.
struct Origin {
  How how = How::written;
  bool made_from = false;     // the value was computed from what stands there
  source::Span span;          // meaningless for provider_default
  std::string_view name;      // "parameter Timeout", "mapping Sizes", "variable size"; else empty
  std::string_view document;  // URL behind a provider default; else empty
};

// A small immutable handle; copy it freely. Payloads live in the arena of the project (or of the
// rule), so a Value must not outlive it. A default-made Value is absent.
class Value {
 public:
  using Payload =
      std::variant<Absent, Null, bool, std::int64_t, double, std::string_view, const List*,
                   const Map*, const Object*, const Text*, const Reference*, const Unknown*,
                   const Undecided*, const Extension*>;

  constexpr Value() = default;
  constexpr explicit Value(Payload payload, const Origin* origin = nullptr,
                           source::Span written = {})
      : payload_(payload), origin_(origin), written_(written) {}

  static Value boolean(bool flag) { return Value(Payload(flag)); }
  static Value integer(std::int64_t number) { return Value(Payload(number)); }
  static Value real(double number) { return Value(Payload(number)); }
  static Value string(std::string_view text) { return Value(Payload(text)); }  // not copied
  static Value null() { return Value(Payload(Null{})); }

  template <typename T>
  [[nodiscard]] const T* get() const {  // null when the payload is another one
    return std::get_if<T>(&payload_);
  }
  template <typename T>
  [[nodiscard]] const T* pointer() const {  // for the payloads held by pointer
    const auto* held = std::get_if<const T*>(&payload_);
    return held == nullptr ? nullptr : *held;
  }
  [[nodiscard]] const Payload& payload() const { return payload_; }

  [[nodiscard]] bool absent() const { return get<Absent>() != nullptr; }
  [[nodiscard]] const Unknown* unknown() const { return pointer<Unknown>(); }
  [[nodiscard]] const Undecided* undecided() const { return pointer<Undecided>(); }
  // Nothing can be concluded from it, now (unknown) or before a choice is made (undecided).
  [[nodiscard]] bool open() const { return unknown() != nullptr || undecided() != nullptr; }

  // The place that decided the value; null when nothing did (a computed constant).
  [[nodiscard]] const Origin* origin() const { return origin_; }
  // Where the resource writes it: the expression's whole span, `!Ref Timeout` for a parameter's
  // default. An empty span at offset 0 when it is written nowhere.
  [[nodiscard]] source::Span written() const { return written_; }
  [[nodiscard]] bool is_written() const { return written_.end != 0; }
  // A string that was written without quotes, so that it may stand for a number or a boolean.
  [[nodiscard]] bool plain() const { return plain_; }
  // Never printed (a NoEcho parameter, a sensitive variable), nor is what was made from it.
  [[nodiscard]] bool sensitive() const { return sensitive_; }

  [[nodiscard]] Value with_payload(Payload payload) const {
    Value v = *this;
    v.payload_ = payload;
    return v;
  }
  [[nodiscard]] Value with_origin(const Origin* origin) const {
    Value v = *this;
    v.origin_ = origin;
    return v;
  }
  [[nodiscard]] Value with_written(source::Span span) const {
    Value v = *this;
    v.written_ = span;
    return v;
  }
  [[nodiscard]] Value with_plain(bool plain) const {
    Value v = *this;
    v.plain_ = plain;
    return v;
  }
  [[nodiscard]] Value with_sensitive(bool sensitive) const {
    Value v = *this;
    v.sensitive_ = sensitive;
    return v;
  }

 private:
  Payload payload_ = Absent{};
  const Origin* origin_ = nullptr;
  source::Span written_;
  bool plain_ = false;
  bool sensitive_ = false;
};

enum class Membership : std::uint8_t {
  definite,
  maybe,       // at most once: its existence, or that it belongs here, is unknown
  any_number,  // stands for any number of members, none included
};

struct Member {
  Value value;
  Membership membership = Membership::definite;
  const Undecided* waits = nullptr;  // what a membership other than definite waits for, if it does
};

// Terraform's three sorts of lists are different types; elsewhere there is one.
enum class Sort : std::uint8_t { tuple, list, set };

struct List {
  std::span<const Member> members;
  bool open = false;                 // something outside what is read may add members
  std::string_view open_reason;      // "topic Alarms is exported as ops-alarms"; set when open
  const Undecided* waits = nullptr;  // what the open end waits for, if it does
  Sort sort = Sort::tuple;           // the members of a set are in order and differ
};

// A list whose members surely belong, all of them, and nothing else.
bool is_closed(const List& list);

struct MapEntry {
  std::string_view key;
  source::Span key_span;
  Value value;  // an unknown with `may_be_absent` for a member that may be NoValue
};

struct Map {
  std::span<const MapEntry> entries;  // keys are unique; in the order written
  bool open = false;                  // a macro or an unread include may add members
  std::string_view open_reason;
  bool uniform = false;  // Terraform: a map, whose values are of one type; else an object

  [[nodiscard]] const MapEntry* find(std::string_view key) const;
};

// Literals and holes in order: "table/${Orders}".
struct TextPart {
  std::string_view literal;  // used when `hole` is null
  const Value* hole = nullptr;
};
struct Text {
  std::span<const TextPart> parts;
};

// A resource, or an attribute of it that only exists once it is deployed.
struct Reference {
  ResourceId target{};
  std::string_view attribute;  // native path: "Arn"; empty for the resource itself (Ref)
  source::Span span;           // where the reference is written
};

struct Unknown {
  std::string_view reason{};    // for people: "parameter Timeout has no default"
  std::string_view symbol{};    // equal symbols are equal values; empty: equal to nothing
  bool may_be_absent = false;   // it may be NoValue or null
  bool elsewhere = false;       // names something that surely is not among what is read
  bool members_differ = false;  // stands for a list whose members all differ: zones
  // The symbol of such a list that this is a member of: two of its members with different symbols
  // are different.
  std::string_view among{};
  std::optional<std::int64_t> minimum{};  // inclusive bounds of an unknown integer
  std::optional<std::int64_t> maximum{};
  std::span<const std::string_view> none_of{};  // an unknown text that is none of these
};

// Waits for parameters that the engine may choose, in the order in which they came up.
struct Undecided {
  std::span<const Choice* const> choices;
  std::optional<std::int64_t> minimum{};  // inclusive bounds of an undecided integer
  std::optional<std::int64_t> maximum{};
};
std::string parameters_of(const Undecided& undecided);  // "Environment, Size"

// What the attributes of a kind are read through. Implemented by the catalog.
class Object {
 public:
  virtual ~Object() = default;
  [[nodiscard]] virtual std::string_view kind() const = 0;  // "aws.sqs.queue"
  [[nodiscard]] virtual Value attribute(std::string_view name) const = 0;
  // `has(object.name)`, as rule-format.md defines presence.
  [[nodiscard]] virtual Truth has(std::string_view name) const = 0;
  [[nodiscard]] virtual std::string_view address() const = 0;
  // Why nobody knows whether it exists; empty when that is known.
  [[nodiscard]] virtual std::string_view doubt() const { return {}; }
  // Two handles to one thing are the same object.
  [[nodiscard]] virtual bool same(const Object& other) const { return this == &other; }
};

// Values that only one folder knows: CEL's uint, bytes, timestamp, duration and type.
class Extension {
 public:
  [[nodiscard]] virtual std::string_view type_name() const = 0;

 protected:
  ~Extension() = default;  // lives in an arena, which destroys nothing
};

Value unknown(base::Arena& arena, std::string_view reason, std::string_view symbol = {});
Value undecided(base::Arena& arena, const Undecided& waits);
// Waits for all that `a` and `b` wait for; either may be null.
const Undecided* united(base::Arena& arena, const Undecided* a, const Undecided* b);
Value maybe_absent(base::Arena& arena, std::string_view reason);

// Structural equality with three values: numbers compare by value across integer and double,
// unknowns by symbol, references by target and attribute, texts by equal parts (else unknown),
// lists only when closed and without maybe-members. Different types are unequal.
Truth equal(const Value& a, const Value& b);

// For people: 30, "text", [1, 2], (not set), (sensitive), (unknown: reason). At most `limit` bytes.
std::string display(const Value& value, std::size_t limit = 80);

}  // namespace resilint::value
