// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "cel/cel.h"

namespace resilint::test {
namespace {

std::string generated(std::string_view text) {
  base::Arena arena;
  return cel::generate(*cel::parse(text, arena).program, "rule_1");
}

}  // namespace

TEST_CASE("cel: a program is generated as constant data") {
  CHECK(generated("n + -1.5") ==
        R"(inline constexpr cel::Expr rule_1_expressions[] = {
    {static_cast<cel::Op>(7), 0, 1, std::string_view("n", 1), 0, 0.0, 0, 0},
    {static_cast<cel::Op>(4), 4, 8, {}, 0, -1.5, 0, 0},
    {static_cast<cel::Op>(28), 0, 8, {}, 0, 0.0, 0, 2},
};
inline constexpr std::uint32_t rule_1_children[] = {0, 1, };
inline constexpr cel::Program rule_1{std::string_view("n + -1.5", 8), rule_1_expressions, rule_1_children};
)");
}

TEST_CASE("cel: what C++ would read otherwise is escaped") {
  CHECK(generated("'\"\\\\?\\n'").find(R"(std::string_view("\042\134\077\012", 4))") !=
        std::string::npos);
  CHECK(generated("-9223372036854775808").find("-9223372036854775807 - 1") != std::string::npos);
  CHECK(generated("18446744073709551615u").find(", -1, 0.0, 0, 0}") != std::string::npos);
}

}  // namespace resilint::test
