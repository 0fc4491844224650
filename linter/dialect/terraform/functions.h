// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/terraform/context.h"

// Terraform's functions: a table for each family, in functions/.
namespace resilint::dialect::terraform {

// What a parameter needs before its function is called. What is not known as it needs it makes the
// outcome open, without the function being asked.
enum class Takes : std::uint8_t {
  anything,  // as it is given: open, too
  value,     // the same; what the configuration writes for a reference, if it writes anything
  text,      // a text, which may have holes or be open as a whole
  string,    // known
  number,    // known
  whole,     // known, a number without a fraction
  boolean,   // known
  list,      // a tuple, list or set; its members may be open
  strings,   // the same, its members converted to texts
  set,       // the same, converted to a set
  map,       // a map or an object; its values may be open
};

// What an argument is evaluated for.
enum class Asks : std::uint8_t { as_the_call, text, deciding };

struct Parameter {
  Takes takes = Takes::anything;
  Asks asks = Asks::as_the_call;
  bool nullable = false;
  bool repeated = false;  // the last one: any number of arguments
  bool optional = false;
};

class Call {
 public:
  Call(Context& in, std::string_view called, source::Span place, int around)
      : context(in), name(called), span(place), depth(around) {}

  Context& context;
  std::string_view name;
  source::Span span;
  int depth;  // of the expressions around it
  std::vector<value::Value> arguments;
  std::vector<source::Span> places;  // of the arguments

  [[nodiscard]] std::size_t size() const { return arguments.size(); }
  // As the parameters say that they are.
  [[nodiscard]] std::string_view string(std::size_t i) const {
    return *arguments[i].get<std::string_view>();
  }
  [[nodiscard]] std::int64_t whole(std::size_t i) const {
    return *arguments[i].get<std::int64_t>();
  }
  [[nodiscard]] bool boolean(std::size_t i) const { return *arguments[i].get<bool>(); }
  [[nodiscard]] const value::List& list(std::size_t i) const {
    return *arguments[i].pointer<value::List>();
  }
  [[nodiscard]] const value::Map& map(std::size_t i) const {
    return *arguments[i].pointer<value::Map>();
  }

  [[nodiscard]] tl::unexpected<Refusal> refuse(const std::string& message) const {
    return refused(name.empty() ? message : std::string(name) + ": " + message, span);
  }
  [[nodiscard]] tl::unexpected<Refusal> refuse(std::size_t argument,
                                               const std::string& message) const {
    return refused(std::string(name) + ": " + message, places[argument]);
  }
};

// What becomes of the marks of its arguments.
enum class Marks : std::uint8_t {
  spread,   // what it makes of something that is sensitive in some part is sensitive
  hand_on,  // it hands on parts of its arguments, with the marks that each has
  own,      // it gives marks itself
};

struct Function {
  std::string_view name;
  std::array<Parameter, 4> parameters{};
  std::size_t count = 0;
  Outcome (*apply)(Call& call) = nullptr;
  Marks marks = Marks::spread;

  constexpr Function(std::string_view called, std::initializer_list<Parameter> given,
                     Outcome (*function)(Call& call), Marks keeps = Marks::spread)
      : name(called), count(given.size()), apply(function), marks(keeps) {
    std::size_t i = 0;
    for (const Parameter& parameter : given) parameters[i++] = parameter;
  }
  [[nodiscard]] const Parameter& parameter(std::size_t i) const {
    return parameters[i < count ? i : count - 1];
  }
};

// What the tables are written with.
namespace takes {
inline constexpr Parameter anything{.takes = Takes::anything, .nullable = true};
inline constexpr Parameter value{.takes = Takes::value};
inline constexpr Parameter nullable{.takes = Takes::value, .nullable = true};
inline constexpr Parameter text{.takes = Takes::text, .asks = Asks::text};
inline constexpr Parameter string{.takes = Takes::string};
inline constexpr Parameter number{.takes = Takes::number};
inline constexpr Parameter whole{.takes = Takes::whole};
inline constexpr Parameter boolean{.takes = Takes::boolean};
inline constexpr Parameter list{.takes = Takes::list};
inline constexpr Parameter strings{.takes = Takes::strings};
inline constexpr Parameter set{.takes = Takes::set};
inline constexpr Parameter map{.takes = Takes::map};

constexpr Parameter repeated(Parameter parameter) {
  parameter.repeated = true;
  return parameter;
}
constexpr Parameter optional(Parameter parameter) {
  parameter.optional = true;
  return parameter;
}
constexpr Parameter deciding(Parameter parameter) {
  parameter.asks = Asks::deciding;
  return parameter;
}
constexpr Parameter as_text(Parameter parameter) {
  parameter.asks = Asks::text;
  return parameter;
}
}  // namespace takes

std::span<const Function> collection_functions();
std::span<const Function> date_functions();
std::span<const Function> encoding_functions();
std::span<const Function> file_functions();
std::span<const Function> hashing_functions();
std::span<const Function> network_functions();
std::span<const Function> number_functions();
std::span<const Function> string_functions();
std::span<const Function> type_functions();
// What surely is a function, and gives what cannot be known here.
std::span<const Function> opaque_functions();

// The function of that name, "core::" before it or not; null when there is none.
const Function* function_named(std::string_view name);
tl::unexpected<Refusal> no_such_function(std::string_view name, source::Span place);

// Calls it with arguments that are evaluated.
Outcome apply(const Function& function, Call& call);

// A template's text with the names that `variables` has, as templatefile() and templatestring().
Outcome render(Call& call, std::string_view text, const value::Map& variables);

}  // namespace resilint::dialect::terraform
