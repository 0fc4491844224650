// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/require.h"
#include "cel/cel.h"
#include "value/choices.h"

namespace {

using namespace resilint;
using value::Value;

// A value of each sort that an evaluation treats in a way of its own.
std::vector<cel::Binding> small_world(base::Arena& arena) {
  const std::vector<value::Member> members{
      {Value::integer(1), value::Membership::definite},
      {value::unknown(arena, "not known", "P"), value::Membership::maybe},
      {Value::string("a"), value::Membership::any_number}};
  const value::List* list =
      arena.make<value::List>(value::List{arena.copy(members), true, "somebody may add"});
  const std::vector<value::MapEntry> entries{{"a", {}, Value::integer(1).with_sensitive(true)},
                                             {"b", {}, value::maybe_absent(arena, "a condition")}};
  const value::Map* map = arena.make<value::Map>(value::Map{arena.copy(entries), false, {}});
  value::Choice stage;
  stage.name = "Stage";
  const std::vector<const value::Choice*> choices{arena.make<value::Choice>(stage)};
  const value::Undecided* undecided =
      arena.make<value::Undecided>(value::Undecided{arena.copy(choices)});
  const value::Reference* reference = arena.make<value::Reference>(value::Reference{{}, "Arn", {}});
  return {{"x", value::unknown(arena, "not known", "P")},
          {"l", Value(Value::Payload(list))},
          {"m", Value(Value::Payload(map))},
          {"d", Value(Value::Payload(undecided))},
          {"r", Value(Value::Payload(reference))},
          {"n", Value::integer(3)},
          {"s", Value::string("text")}};
}

void require_inside(std::uint32_t begin, std::uint32_t end, std::size_t size) {
  base::require(begin <= end && end <= size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  base::Arena arena;
  const cel::Parsed parsed = cel::parse(text, arena);
  base::require(parsed.program.has_value() != parsed.problem.has_value());
  if (parsed.problem) {
    require_inside(parsed.problem->begin, parsed.problem->end, size);
    return 0;
  }
  const cel::Variable variables[] = {{"x", {}},
                                     {"l", {cel::TypeKind::list}},
                                     {"m", {cel::TypeKind::map}},
                                     {"d", {}},
                                     {"r", {cel::TypeKind::string}},
                                     {"n", {cel::TypeKind::integer}},
                                     {"s", {cel::TypeKind::string}}};
  const cel::Checked checked = cel::check(*parsed.program, {variables, {}, nullptr, {}}, arena);
  for (const cel::Problem& problem : checked.problems)
    require_inside(problem.begin, problem.end, size);
  const std::vector<cel::Binding> bindings = small_world(arena);
  const cel::Evaluated result = cel::evaluate(*parsed.program, {bindings, {}, nullptr}, arena);
  if (result.error) {
    require_inside(result.error->begin, result.error->end, size);
    base::require(!result.error->message.empty());
  }
  base::require(!cel::generate(*parsed.program, "program").empty());
  return 0;
}
