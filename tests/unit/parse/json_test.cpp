// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "support/tree_text.h"

namespace resilint::test {

TEST_CASE("json: numbers, words and null are plain; text is quoted") {
  CHECK(json_text(R"({"a": 1.50, "b": true, "c": null, "d": "1", "e": [], "f": {}})") ==
        R"({"a": 1.50, "b": true, "c": null, "d": "1", "e": [], "f": {}};)");
}

TEST_CASE("json: numbers stay as written however big") {
  CHECK(json_text("[123456789012345678901234567890, -0, 1e5]") ==
        "[123456789012345678901234567890, -0, 1e5];");
}

TEST_CASE("json: escapes") {
  CHECK(json_text(R"(["\u0041\n\"\\\/", "\ud83d\ude00"])") == "[\"A~\"\\/\", \"\U0001F600\"];");
}

TEST_CASE("json: duplicate keys are kept and noted") {
  CHECK(json_text("{\"a\": 1,\n \"a\": 2}") ==
        "{\"a\": 1, \"a\": 2}; @2:2 the key \"a\" is written twice in this mapping; only the last "
        "one, on line 2, counts");
}

TEST_CASE("json: a duplicate among a thousand keys is found, and nothing where there is none") {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"key" + std::to_string(i) + "\":0,";
  CHECK(json_text(text + "\"last\":0}").find('@') == std::string::npos);
  CHECK(
      json_text(text + "\n\"key7\":0}")
          .ends_with(" @2:1 the key \"key7\" is written twice in this mapping; only the last one, "
                     "on line 2, counts"));
}

TEST_CASE("json: what is not JSON says where and what was expected") {
  CHECK(json_text("{\"a\": 1,}") ==
        "1:9: syntax-error: found a comma before the closing bracket; remove the comma");
  CHECK(json_text("[1, 2") == "1:6: syntax-error: expected `,` or `]`, found the end of the file");
  CHECK(json_text("{\"a\" 1}") == "1:6: syntax-error: expected `:` after the key, found `1`");
  CHECK(json_text("[1] 2") ==
        "1:5: syntax-error: expected the end of the file after the first value, found `2`");
  CHECK(json_text("[\"a]") == "1:5: syntax-error: a string without its closing quote");
  CHECK(json_text("['a']") ==
        "1:2: syntax-error: found a single quote; JSON's strings stand in double quotes");
  CHECK(json_text("[// x\n1]") == "1:2: syntax-error: found a comment; JSON has none, remove it");
  CHECK(json_text("[\"\\x\"]") ==
        "1:3: syntax-error: an escape that JSON does not know; a backslash itself is \\\\");
  CHECK(json_text("[\"\\ud83d\"]") ==
        "1:3: syntax-error: half of a surrogate pair; write both halves, \\ud83d\\ude00");
  CHECK(json_text("[01]") == "1:3: syntax-error: expected `,` or `]`, found `1`");
  CHECK(json_text("[1e400]") == "1:2: syntax-error: a number that is too big for a double");
  CHECK(json_text("[tru]") == "1:2: syntax-error: expected a value, found `tru`");
  CHECK(json_text("") == "1:1: syntax-error: the file is empty; expected a value");
}

TEST_CASE("json: too deep is a limit") {
  CHECK(json_text(std::string(1'000'000, '[')) ==
        "1:257: limit: more than 256 mappings and lists inside each other; nothing deeper is read");
  CHECK(json_text(std::string(256, '[') + std::string(256, ']')).ends_with("]]];"));
}

TEST_CASE("json: places in a file with a byte order mark") {
  CHECK(json_text("\xEF\xBB\xBF[1, x]") == "1:5: syntax-error: expected a value, found `x`");
}

TEST_CASE("parse: JSON by content, else YAML; the error is that of the syntax meant") {
  CHECK(tree_text("t.yaml", "{\"a\": 1}") == "{\"a\": 1};");
  CHECK(tree_text("t.json", "{a: 1}") == "{a: 1};");
  CHECK(tree_text("t.json", "{\"a\": }") == "{\"a\": };");
  CHECK(tree_text("t.yaml", "{a: [}") ==
        "1:6: syntax-error: a closing bracket that nothing opened");
}

TEST_CASE("parse: the encoding gate") {
  CHECK(tree_text("t.yaml", std::string("\xFF\xFE"
                                        "a\0:\0",
                                        6)) ==
        "1:1: encoding: the file is UTF-16; save it as UTF-8");
  CHECK(tree_text("t.yaml", std::string("a: \0", 4)) ==
        "1:4: encoding: the file has a NUL byte; text never has one, remove it");
  CHECK(tree_text("t.yaml", "a: \xE9t\xE9") ==
        "1:4: encoding: byte 0xE9 is not UTF-8 here; save the file as UTF-8");
  CHECK(tree_text("t.yaml", "a: \xED\xA0\x80") ==
        "1:4: encoding: byte 0xED is not UTF-8 here; save the file as UTF-8");
  CHECK(tree_text("t.yaml", "a: b\rc: d") == "(a: b, c: d);");
}

}  // namespace resilint::test
