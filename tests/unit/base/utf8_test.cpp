// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <catch2/catch.hpp>

namespace resilint::base {
namespace {

using namespace std::string_literals;

TEST_CASE("utf8: a sequence is well-formed as table 3-7 of Unicode has it, or counts nothing") {
  struct Row {
    std::string bytes;
    std::size_t size;
  };
  for (const Row& row : {
           Row{"", 0},
           Row{"\0"s, 1},
           Row{"a", 1},
           Row{"\x7F", 1},
           Row{"\x80", 0},
           Row{"\xC1\xBF", 0},          // overlong
           Row{"\xC2\x80", 2},          //
           Row{"\xC3", 0},              // cut short
           Row{"\xC3(", 0},             // no continuation
           Row{"\xE0\x9F\xBF", 0},      // overlong
           Row{"\xE0\xA0\x80", 3},      //
           Row{"\xED\x9F\xBF", 3},      // U+D7FF
           Row{"\xED\xA0\x80", 0},      // a surrogate
           Row{"\xEF\xBF\xBFz", 3},     //
           Row{"\xF0\x8F\xBF\xBF", 0},  // overlong
           Row{"\xF0\x90\x80\x80", 4},  //
           Row{"\xF4\x8F\xBF\xBF", 4},  // U+10FFFF
           Row{"\xF4\x90\x80\x80", 0},  // beyond it
           Row{"\xF5\x80\x80\x80", 0},  //
       }) {
    CAPTURE(row.bytes);
    CHECK(utf8_sequence(row.bytes) == row.size);
  }
}

TEST_CASE("utf8: text is cut between characters, and counted in them") {
  const std::string text = "aé€😀";
  CHECK(is_utf8(text));
  CHECK_FALSE(is_utf8(text.substr(0, text.size() - 1)));
  CHECK(code_points(text) == 4);
  CHECK(utf8_prefix(text, 0).empty());
  CHECK(utf8_prefix(text, 1) == "a");
  CHECK(utf8_prefix(text, 2) == "a");
  CHECK(utf8_prefix(text, 3) == "aé");
  CHECK(utf8_prefix(text, 6) == "aé€");
  CHECK(utf8_prefix(text, 9) == "aé€");
  CHECK(utf8_prefix(text, 10) == text);
  CHECK(utf8_prefix(text, 99) == text);
}

TEST_CASE("utf8: what is appended reads back as one sequence") {
  for (const std::uint32_t code :
       {0x0U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
    std::string made;
    append_utf8(code, made);
    CAPTURE(code);
    CHECK(utf8_sequence(made) == made.size());
    CHECK(code_points(made) == 1);
  }
}

}  // namespace
}  // namespace resilint::base
