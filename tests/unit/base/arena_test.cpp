// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace resilint::test {

TEST_CASE("arena: an array holds its items in order, and is a range of them") {
  base::Arena arena;
  struct Wide {
    alignas(16) int number;
  };
  const base::Array<Wide> wide = arena.array(std::vector<Wide>{{1}, {2}});
  const base::Array<char> text = arena.array(std::vector<char>{'a', 'b', 'c'});
  arena.copy("something behind them");
  CHECK(sizeof text == sizeof(void*));
  CHECK(std::string(text.begin(), text.end()) == "abc");
  CHECK(std::string(text.rbegin(), text.rend()) == "cba");
  CHECK((text.size() == 3 && !text.empty()));
  CHECK(std::string{text.front(), text[1], text.back()} == "abc");
  CHECK(std::span(text).subspan(1).size() == 2);
  CHECK((wide.size() == 2 && wide[0].number == 1 && wide[1].number == 2));
}

TEST_CASE("arena: an array without items takes nothing") {
  base::Arena arena;
  const base::Array<int> none = arena.array(std::vector<int>{});
  CHECK((none.empty() && none.size() == 0 && none.begin() == none.end()));
  CHECK(arena.footprint() == 0);
}

}  // namespace resilint::test
