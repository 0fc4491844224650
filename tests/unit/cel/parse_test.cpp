// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "unit/cel/session.h"

namespace resilint::test {
namespace {

std::string run(std::string_view text) { return CelSession().run(text); }

std::string repeated(std::string_view text, int times) {
  std::string made;
  for (int i = 0; i < times; ++i) made += text;
  return made;
}

}  // namespace

TEST_CASE("cel: literals of every type") {
  CHECK(run("[1, 0x1F, -5, 2u, 0xFFu, 1.5, .5, 2e3, true, null, 'a', b'a']") ==
        R"([1, 31, -5, 2u, 255u, 1.5, 0.5, 2000.0, true, null, "a", b"a"])");
  CHECK(run("-9223372036854775808") == "-9223372036854775808");
  CHECK(run("18446744073709551615u") == "18446744073709551615u");
  CHECK(run("1e-400") == "0.0");
}

TEST_CASE("cel: strings with escapes, raw ones and ones of several lines") {
  CHECK(run(R"('\a\b\f\n\r\t\v\\\'\"\`\?' == "\x07\x08\x0c\n\r\t\x0b\\'\"`?")") == "true");
  CHECK(run(R"("\x41\u00e9\U0001F600\101")") == "\"Aé😀A\"");
  CHECK(run(R"(b"\xff\377é")") == R"(b"\xff\xff\xc3\xa9")");
  CHECK(run(R"(r'\d+' + R"\n")") == R"("\\d+\\n")");
  CHECK(run("'''a\n'b'\n'''") == R"("a\n'b'\n")");
  CHECK(run(R"(rb"\x")") == R"(b"\\x")");
}

TEST_CASE("cel: what is no string is said at its place") {
  CHECK(run("'abc") ==
        "[['abc]]: expected an expression, found a string without its closing quote");
  CHECK(run("1 + 'a\nb'") ==
        "1 + [['a]]\nb': expected an expression, found a line end in a string; write \\n or use "
        "three quotes");
  CHECK(
      run(R"('a\d')") ==
      R"('a[[\d]]': expected an expression, found an escape that CEL does not know; a backslash itself is written `\\`)");
  CHECK(run(R"('\ud83d')").starts_with(R"('[[\u]]d83d': expected an expression)"));
  CHECK(run(R"(b'\U00000041')").starts_with(R"(b'[[\U]]00000041': expected an expression)"));
}

TEST_CASE("cel: numbers that do not fit or have letters are said at their place") {
  CHECK(run("9223372036854775808") ==
        "[[9223372036854775808]]: 9223372036854775808 does not fit into 64 bits");
  CHECK(run("1e400") == "[[1e400]]: 1e400 does not fit into a double");
  CHECK(run("12ab") == "[[12ab]]: expected an expression, found a number with letters in it");
}

TEST_CASE("cel: operators bind as the language says") {
  CHECK(run("1 + 2 * 3 - 4 / 2 % 2") == "7");
  CHECK(run("1 < 2 == true && !false || false") == "true");
  CHECK(run("true ? 1 : false ? 2 : 3") == "1");
  CHECK(run("false ? 1 : false ? 2 : 3") == "3");
  CHECK(run("--5 + -(-5)") == "10");
  CHECK(run("!!true") == "true");
  CHECK(run("2 - -2") == "4");
  CHECK(run("'a' in ['a'] == true // a comment\n") == "true");
}

TEST_CASE("cel: trailing commas are fine in lists and maps, not in calls") {
  CHECK(run("[1, 2,]") == "[1, 2]");
  CHECK(run("{1: 2,}") == "{1: 2}");
  CHECK(run("[,]") == "[]");
  CHECK(run("size([1],)") == "size([1],[[)]]: expected an expression, found `)`");
  CHECK(run("[1,,]") == "[1,[[,]]]: expected `]`, found `,`");
}

TEST_CASE("cel: reserved words are no names, but may be members") {
  CHECK(run("{'function': 1}.function") == "1");
  CHECK(run("function") == "[[function]]: `function` is a word that CEL keeps for itself");
  CHECK(run("{'in': 1}.in") == "{'in': 1}.[[in]]: expected a name after `.`, found `in`");
  CHECK(run("{'content-type': 1}.`content-type`") == "1");
  CHECK(run("`a`") == "[[`a`]]: a name in backquotes stands only after `.`");
}

TEST_CASE("cel: operators of other languages are recognised") {
  CHECK(run("a = 1") ==
        "a [[=]] 1: expected an operator or the end, found one `=`, which CEL does not have; did "
        "you mean `==`?");
  CHECK(run("true and false") ==
        "true [[and]] false: expected an operator or the end, found `and`; did you mean `&&`?");
  CHECK(run("true | false") ==
        "true [[|]] false: expected an operator or the end, found one `|`, which CEL does not "
        "have; did you mean `||`?");
}

TEST_CASE("cel: unfinished expressions are said at their end") {
  CHECK(run("") == "[[]]: expected an expression, found the end");
  CHECK(run("1 +") == "1 +[[]]: expected an expression, found the end");
  CHECK(run("(1") == "(1[[]]: expected `)`, found the end");
  CHECK(run("[1 2]") == "[1 [[2]]]: expected `]`, found `2`");
  CHECK(run("{1}") == "{1[[}]]: expected `:`, found `}`");
  CHECK(run("true ? 1") == "true ? 1[[]]: expected `:`, found the end");
}

TEST_CASE("cel: macros say what they take") {
  CHECK(run("[1].exists(x)") ==
        "[1].[[exists(x)]]: exists() takes a variable or two, and a condition");
  CHECK(run("[1].filter(1, true)") ==
        "[1].filter([[1]], true): filter() needs the name of a variable here");
  CHECK(run("[1].all(x, x, true)") == "[1].all(x, [[x]], true): two variables of one name");
  CHECK(run("has(a)") == "[[has(a)]]: has() asks for one member, `has(x.name)`");
}

TEST_CASE("cel: what is nested beyond the limits is a problem, not a crash") {
  CHECK(run(repeated("(", 64) + "1" + repeated(")", 64)).find("inside each other") !=
        std::string::npos);
  CHECK(run(repeated("(", 60) + "1" + repeated(")", 60)) == "1");
  CHECK(run(repeated("[", 100'000)).find("inside each other") != std::string::npos);
  CHECK(run(repeated("-", 100'000) + "1").find("signs in a row") != std::string::npos);
  CHECK(run("1" + repeated("+1", 101)).find("operators in a row") != std::string::npos);
  CHECK(run("1" + repeated("+1", 100)) == "101");
  CHECK(run("a" + repeated(".a", 101)).find("members in a row") != std::string::npos);
  // Each alone is within the limits, all together are not.
  std::string tall = "1";
  for (int i = 0; i < 40; ++i) tall = "(" + tall + repeated("+1", 50) + ")";
  CHECK(run(tall).ends_with("the expression is nested too deeply; name a part of it"));
}

TEST_CASE("cel: thousands of alternatives in a row are fine") {
  CHECK(run("false" + repeated(" || false", 5'000) + " || true") == "true");
}

TEST_CASE("cel: messages parse, and are refused") {
  CelSession session;
  CHECK(session.check("a.B{c: 1, d: 2,}") ==
        "[[a.B{c: 1, d: 2,}]]: there are no messages here; write a map, `{\"name\": value}`");
  CHECK(session.run("a[0]{}") == "a[0][[{]]}: expected an operator or the end, found `{`");
}

}  // namespace resilint::test
