// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "base/require.h"
#include "cel/cel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace resilint;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  base::Arena arena;
  const cel::Parsed parsed = cel::parse(text, arena);
  base::require(parsed.program.has_value() != parsed.problem.has_value());
  if (parsed.problem) {
    base::require(parsed.problem->begin <= parsed.problem->end && parsed.problem->end <= size);
    return 0;
  }
  const cel::Variable variables[] = {{"x", {}}};
  const cel::Checked checked = cel::check(*parsed.program, {variables, {}, nullptr, {}}, arena);
  for (const cel::Problem& problem : checked.problems) {
    base::require(problem.begin <= problem.end && problem.end <= size);
  }
  const cel::Binding bindings[] = {{"x", value::unknown(arena, "unknown")}};
  cel::evaluate(*parsed.program, {bindings, {}, nullptr}, arena);
  return 0;
}
