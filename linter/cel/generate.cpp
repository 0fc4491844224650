// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "base/format.h"
#include "base/text.h"
#include "cel/cel.h"

namespace resilint::cel {
namespace {

// A C++ string literal; what C++ would read otherwise is escaped in octal.
std::string literal(std::string_view text) {
  if (text.empty()) return "{}";
  std::string made = "std::string_view(\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\' && c != '?';
    made += plain ? std::string(1, c) : base::format("\\{:03o}", byte);
  }
  return made + base::format("\", {})", text.size());
}

// The parser lets no number through that is not finite.
std::string real(double number) {
  std::string text = base::shortest(number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string integer(std::int64_t number) {
  // The smallest integer has no literal of its own.
  if (number == std::numeric_limits<std::int64_t>::min()) return "-9223372036854775807 - 1";
  return base::format("{}", number);
}

}  // namespace

std::string generate(const Program& program, std::string_view symbol) {
  std::string expressions;
  for (const Expr& expr : program.expressions) {
    expressions += base::format("    {{static_cast<cel::Op>({}), {}, {}, {}, {}, {}, {}, {}}},\n",
                                static_cast<int>(expr.op), expr.begin, expr.end, literal(expr.text),
                                integer(expr.integer), real(expr.real), expr.first, expr.count);
  }
  std::string children;
  for (const std::uint32_t child : program.children) children += base::format("{}, ", child);
  std::string made = base::format("inline constexpr cel::Expr {}_expressions[] = {{\n{}}};\n",
                                  symbol, expressions);
  if (!children.empty())
    made +=
        base::format("inline constexpr std::uint32_t {}_children[] = {{{}}};\n", symbol, children);
  return made + base::format("inline constexpr cel::Program {}{{{}, {}_expressions, {}}};\n",
                             symbol, literal(program.text), symbol,
                             children.empty() ? "{}" : base::format("{}_children", symbol));
}

}  // namespace resilint::cel
