// SPDX-License-Identifier: Apache-2.0
#include "report/line_hash.h"

#include <catch2/catch.hpp>

#include "report/place.h"

namespace resilint::test {
namespace {

using Hashes = std::vector<std::string>;

std::string ten_times(std::string_view text) {
  std::string made;
  for (int i = 0; i < 10; ++i) made += text;
  return made;
}

}  // namespace

// What GitHub's upload action computes for the same texts.
TEST_CASE("line hash: blanks and kinds of line ends do not count") {
  CHECK(report::line_hashes("") == Hashes{"c129715d7a2bc9a3:1"});
  const Hashes hashes{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1",
                      "a23a3dc5e078b07b:1"};
  CHECK(report::line_hashes(" a\nb\n  \t\tc\n d") == hashes);
  CHECK(report::line_hashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End").size() == 6);
  CHECK(report::line_hashes(" a\r\nb\r\n  \t\tc\r\n d") == hashes);
  CHECK(report::line_hashes(" a\rb\r  \t\tc\r d") == hashes);
}

TEST_CASE("line hash: equal lines are numbered") {
  CHECK(report::line_hashes(ten_times("Lorem ipsum dolor sit amet.\n")) ==
        Hashes{"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3",
               "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6",
               "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1",
               "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1"});
}

TEST_CASE("place: no control character reaches the terminal") {
  CHECK(report::visible("a\tb\x1b[31m\x7f\r") == "a b\\x1b[31m\\x7f\\x0d");
  CHECK(report::visible("\u00e9") == "\u00e9");
}

TEST_CASE("place: a region is one line, and never empty") {
  source::FileSet files;
  const source::FileId id = files.add("a", "one\ntwo \u20ac x\n").id();
  report::Places places(files);
  const auto region = [&](std::uint32_t begin, std::uint32_t end) {
    const report::Region found = places.region({id, begin, end});
    return std::vector<std::uint32_t>{found.line, found.begin, found.end};
  };
  using Numbers = std::vector<std::uint32_t>;
  CHECK(region(0, 3) == Numbers{1, 1, 4});
  CHECK(region(1, 9) == Numbers{1, 2, 4});
  CHECK(region(3, 3) == Numbers{1, 4, 5});
  CHECK(region(8, 13) == Numbers{2, 5, 8});
}

}  // namespace resilint::test
