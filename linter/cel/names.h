// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cel/cel.h"

namespace resilint::cel {

inline std::span<const std::uint32_t> parts(const Program& program, const Expr& expr) {
  return program.children.subspan(expr.first, expr.count);
}

// The variables of a comprehension. `key` is empty when there is one only.
struct Variables {
  std::string_view key;
  std::string_view member;
};
inline Variables variables(const Expr& comprehension) {
  const std::size_t comma = comprehension.text.find(',');
  if (comma == std::string_view::npos) return {{}, comprehension.text};
  return {comprehension.text.substr(0, comma), comprehension.text.substr(comma + 1)};
}

// "queue.redrive_policy" for a chain of names, ".queue" for one of the outermost scope, else empty.
inline std::string path(const Program& program, std::uint32_t index) {
  const Expr& expr = program.expressions[index];
  if (expr.op == Op::identifier) return std::string(expr.text);
  if (expr.op != Op::select) return {};
  std::string outer = path(program, parts(program, expr)[0]);
  return outer.empty() ? outer : outer.append(".").append(expr.text);
}

// Tries a name as the language definition says ("Name Resolution"): in container "a.b" the name `x`
// as a.b.x, a.x and x; a name with a leading dot as it stands. `find` gives a pointer or null.
template <typename Find>
auto resolve(std::string_view container, std::string_view name, Find find) -> decltype(find(name)) {
  if (name.starts_with('.')) return find(name.substr(1));
  while (!container.empty()) {
    if (auto found = find(std::string_view(std::string(container) + "." + std::string(name))))
      return found;
    const std::size_t dot = container.rfind('.');
    container = dot == std::string_view::npos ? std::string_view{} : container.substr(0, dot);
  }
  return find(name);
}

}  // namespace resilint::cel
