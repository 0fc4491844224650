// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/cel.h"
#include "value/choices.h"
#include "value/value.h"

namespace resilint::test {

// The text with marks around the bytes [begin, end), then what is said about them.
inline std::string marked_message(std::string_view text, std::uint32_t begin, std::uint32_t end,
                                  std::string_view message) {
  std::string shown(text);
  shown.insert(end, "]]").insert(begin, "[[");
  return shown.append(": ").append(message);
}

// Parses, checks and evaluates expressions over values that a test has named.
class CelSession {
 public:
  using Value = value::Value;

  void bind(std::string_view name, const Value& value) { bindings.push_back({name, value}); }

  Value unknown(std::string_view reason, std::string_view symbol = {}) {
    return value::unknown(arena, reason, symbol);
  }
  Value bounded(std::optional<std::int64_t> minimum, std::optional<std::int64_t> maximum) {
    return held(value::Unknown{.reason = "bounded", .minimum = minimum, .maximum = maximum});
  }
  Value undecided(const std::vector<std::string_view>& parameters) {
    std::vector<const value::Choice*> waits;
    for (const std::string_view name : parameters) {
      const value::Choice*& choice = choices[name];
      if (choice == nullptr) choice = arena.make<value::Choice>(value::Choice{.name = name});
      waits.push_back(choice);
    }
    return value::undecided(arena, {arena.copy(waits)});
  }
  Value reference(std::string_view attribute) { return held(value::Reference{{}, attribute, {}}); }
  Value text(std::string_view literal, const Value& hole) {
    const std::vector<value::TextPart> parts{{literal, nullptr}, {{}, arena.make<Value>(hole)}};
    return held(value::Text{arena.copy(parts)});
  }
  Value list(std::vector<value::Member> members, std::string_view open_reason = {}) {
    return held(value::List{arena.copy(members), !open_reason.empty(), open_reason});
  }
  Value map(std::vector<value::MapEntry> entries, std::string_view open_reason = {}) {
    return held(value::Map{arena.copy(entries), !open_reason.empty(), open_reason});
  }

  // The value as CEL writes it, or the problem or error at its place.
  std::string run(std::string_view text) {
    const cel::Parsed parsed = cel::parse(text, arena);
    if (parsed.problem) return problem(text, *parsed.problem);
    const cel::Context context{bindings, functions, observer, {}};
    const cel::Evaluated result = cel::evaluate(*parsed.program, context, arena);
    if (!result.error) return cel::display(result.value);
    return marked_message(text, result.error->begin, result.error->end, result.error->message);
  }

  // The type, or every problem at its place, a line each.
  std::string check(std::string_view text, const cel::Environment& environment = {}) {
    const cel::Parsed parsed = cel::parse(text, arena);
    if (parsed.problem) return problem(text, *parsed.problem);
    checked = cel::check(*parsed.program, environment, arena);
    if (checked.problems.empty()) return cel::display(checked.type);
    std::string lines;
    for (const cel::Problem& found : checked.problems)
      lines += (lines.empty() ? "" : "\n") + problem(text, found);
    return lines;
  }

  base::Arena arena;
  std::vector<cel::Binding> bindings;
  std::span<const cel::Function> functions;
  cel::Observer* observer = nullptr;
  cel::Checked checked;  // of the last check
  std::map<std::string_view, const value::Choice*> choices;

 private:
  template <typename T>
  Value held(const T& payload) {
    return Value(Value::Payload(static_cast<const T*>(arena.make<T>(payload))));
  }
  static std::string problem(std::string_view text, const cel::Problem& found) {
    std::string message = found.message;
    if (!found.suggestion.empty()) message += "; " + found.suggestion;
    return marked_message(text, found.begin, found.end, message);
  }
};

inline value::Member definite(const value::Value& value) {
  return {value, value::Membership::definite};
}
inline value::Member perhaps(const value::Value& value) {
  return {value, value::Membership::maybe};
}
inline value::Member any_number(const value::Value& value) {
  return {value, value::Membership::any_number};
}

}  // namespace resilint::test
