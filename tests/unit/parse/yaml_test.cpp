// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "support/tree_text.h"

namespace resilint::test {

TEST_CASE("yaml: scalars keep their text and how it was written") {
  CHECK(yaml_text("a: 012\nb: 'it''s'\nc: \"a\\tb\\u00e9\"\nd: |\n  x\n  y\ne: >-\n  x\n  y\n") ==
        "(a: 012, b: 'it's', c: \"a\tb\u00e9\", d: |x~y~, e: >x y);");
  CHECK(yaml_text("a: x\n  y\n\n  z\n") == "(a: x y~z);");
  CHECK(yaml_text("a:\nb: ~\nc: null\n") == "(a: , b: ~, c: null);");
}

TEST_CASE("yaml: collections as blocks and in brackets") {
  CHECK(yaml_text("a:\n- 1\n- b: 2\n  c: 3\n- - 4\n") == "(a: (- 1 - (b: 2, c: 3) - (- 4)));");
  CHECK(yaml_text("a: [1, {b: 2, 'c': [3,],}, d: 4, ]\n") == "(a: [1, {b: 2, 'c': [3]}, (d: 4)]);");
  CHECK(yaml_text("? a\n: b\n? c\n") == "(a: b, c: );");
  CHECK(yaml_text("{a, b: , \"c\":d}") == "{a: , b: , \"c\": d};");
}

TEST_CASE("yaml: tags of intrinsics on scalars, sequences and mappings") {
  CHECK(yaml_text(
            "a: !Ref \"x\"\nb: !GetAtt [c, d]\ne: !Sub\n  - f\n  - {g: !Ref h}\ni: !GetAZs\n") ==
        "(a: !Ref \"x\", b: !GetAtt [c, d], e: !Sub (- f - {g: !Ref h}), i: !GetAZs );");
  CHECK(yaml_text("a: !Ref\n  x\nb: !If [c, !Ref d, !Ref 'AWS::NoValue']\n") ==
        "(a: !Ref x, b: !If [c, !Ref d, !Ref 'AWS::NoValue']);");
  CHECK(yaml_text("a: !!str 1\nb: !<tag:x> 2\n") == "(a: !!str 1, b: !<tag:x> 2);");
}

TEST_CASE("yaml: a tagged block scalar at the tag's own column") {
  CHECK(yaml_text("a:\n- !Sub |\n  x\n- y\n") == "(a: (- !Sub |x~ - y));");
  CHECK(yaml_text("a:\n  - !Sub |\n    x ${b}\n    y\n") == "(a: (- !Sub |x ${b}~y~));");
}

TEST_CASE("yaml: question marks inside texts in brackets") {
  CHECK(yaml_text("a: {at: cron(10 1 * * ? *), b: x?y}\n") ==
        "(a: {at: cron(10 1 * * ? *), b: x?y});");
  CHECK(yaml_text("[a? , c ? d, ?e, 'f ? g', \"h?\"]\n") == "[a?, c ? d, ?e, 'f ? g', \"h?\"];");
  CHECK(yaml_text("a: {at: cron(? *)}\n? b\n: c\n") == "(a: {at: cron(? *)}, b: c);");
  CHECK(yaml_text("{? a : b, c: d ? e}\n") == "{a: b, c: d ? e};");
}

TEST_CASE("yaml: block scalars made of blank lines keep them") {
  CHECK(yaml_text("a: |\n\n\nb: c\n") == "(a: |, b: c);");
  CHECK(yaml_text("a: |+\n\n\nb: c\n") == "(a: |~~, b: c);");
  CHECK(yaml_text("a: |2\n   x\n") == "(a: | x~);");
}

TEST_CASE("yaml: comments are kept, and what looks like one is not") {
  CHECK(yaml_text("# one\na: b # two\nc: 'd # e'\nf: |\n  # g\nh: i#j\n#three\n") ==
        "(a: b, c: 'd # e', f: |# g~, h: i#j); # one # two # three");
}

TEST_CASE("yaml: several documents") {
  CHECK(yaml_text("a: 1\n---\nb: 2\n...\n---\n- c\n") == "(a: 1);(b: 2);(- c);");
  CHECK(yaml_text("%YAML 1.2\n---\na: 1\n") == "(a: 1);");
  CHECK(yaml_text("") == "");
  CHECK(yaml_text("# nothing\n") == " # nothing");
}

TEST_CASE("yaml: anchors, aliases, and an alias inside what it names") {
  CHECK(yaml_text("a: &x {b: 1}\nc: *x\n") == "(a: &x {b: 1}, c: *x);");
  CHECK(yaml_text("&a [*a]\n") == "&a [*a];");
  CHECK(yaml_text("a: *x\n") ==
        "1:4: syntax-error: an alias to an anchor that is not defined before it");
}

TEST_CASE("yaml: many aliases of aliases cost nothing to parse") {
  std::string laughs = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = std::to_string(i - 1);
    const std::string name = std::to_string(i);
    laughs.append("a").append(name).append(": &a").append(name).append(" [*a").append(before);
    laughs.append(", *a").append(before).append("]\n");
  }
  CHECK(yaml_text(laughs).starts_with("(a0: &a0 [x, x], a1: &a1 [*a0, *a0], a2: "));
}

TEST_CASE("yaml: duplicate keys are kept and noted once each") {
  CHECK(yaml_text("a: 1\nb: 2\na: 3\na: 4\n") ==
        "(a: 1, b: 2, a: 3, a: 4); @4:1 the key \"a\" is written 3 times in this mapping; only the "
        "last one, on line 4, counts");
}

TEST_CASE("yaml: text on which the library would not move on is refused") {
  CHECK(yaml_text(",") == "1:1: syntax-error: expected a key or a value here");
  CHECK(yaml_text("\"ke: \"\"yv\", x") ==
        "1:7: syntax-error: this does not belong to what stands before it; expected a key with a "
        "colon, or an item like those above");
  CHECK(yaml_text("{a: 1} b") ==
        "1:8: syntax-error: this does not belong to what stands before it; expected a key with a "
        "colon, or an item like those above");
  CHECK(yaml_text("\"x\" \"y\"") ==
        "1:5: syntax-error: this does not belong to what stands before it; expected a key with a "
        "colon, or an item like those above");
}

TEST_CASE("yaml: a quote that is never closed is refused where it opens") {
  CHECK(yaml_text("a: \"x\nb: c\n") == "1:4: syntax-error: a text without its closing quote");
  CHECK(yaml_text("a: 'x\n") == "1:4: syntax-error: a text without its closing quote");
}

TEST_CASE("yaml: a last line without a colon is refused") {
  CHECK(yaml_text("a: 1\nnot-a-key\n") ==
        "2:1: syntax-error: expected a `:` after this key, or another value before it");
  CHECK(yaml_text("a:\n  b: 1\n  not-a-key") ==
        "3:3: syntax-error: expected a `:` after this key, or another value before it");
}

TEST_CASE("yaml: broken text says what was found and what was expected") {
  CHECK(yaml_text("a: b: c\n") ==
        "1:5: syntax-error: a `:` where no key can be; a text with `: ` in it needs quotes");
  CHECK(yaml_text("a: [1, 2\n") == "2:1: syntax-error: expected `,` or a closing bracket");
  CHECK(yaml_text("a: {b: 1\n") ==
        "2:1: syntax-error: expected `,` or `}` in the mapping that was opened before");
  CHECK(yaml_text("a: 1\n  b: 2\n") ==
        "2:4: syntax-error: a `:` where no key can be; a text with `: ` in it needs quotes");
  CHECK(yaml_text("a:\n\tb: 1\n") ==
        "2:3: syntax-error: a tab in the indentation; YAML indents by blanks only");
  CHECK(yaml_text("a: \"\\q\"\n") ==
        "1:7: syntax-error: an escape that YAML does not know; use single quotes, or \\\\ for a "
        "backslash");
  CHECK(yaml_text("a: @b\n") ==
        "1:4: syntax-error: a letter that cannot begin a text; put it in quotes");
  CHECK(yaml_text("a: `b`\n") ==
        "1:4: syntax-error: a letter that cannot begin a text; put it in quotes");
  CHECK(yaml_text("- a\nb: c\n") ==
        "2:1: syntax-error: this does not belong to what stands before it; expected a key with a "
        "colon, or an item like those above");
  CHECK(yaml_text("a: %b\n") ==
        "1:4: syntax-error: a letter that cannot begin a text; put it in quotes");
}

TEST_CASE("yaml: a place after a byte order mark is counted right") {
  CHECK(yaml_text("\xEF\xBB\xBF"
                  "a: 1\nb: \"\n") == "2:4: syntax-error: a text without its closing quote");
  CHECK(yaml_text("\xEF\xBB\xBF"
                  "a: 1\n") == "(a: 1);");
}

TEST_CASE("yaml: line ends of every kind") {
  CHECK(yaml_text("a: |\r\n  x\r\n  y\r\nb: 'c\r\n  d'\r\n") == "(a: |x~y~, b: 'c d');");
}

TEST_CASE("yaml: too deep is a limit, in brackets and as blocks") {
  CHECK(yaml_text("a: " + std::string(255, '[') + std::string(255, ']')).starts_with("(a: [[["));
  CHECK(yaml_text(std::string(100'000, '[')) ==
        "1:129: limit: more than 256 mappings and lists inside each other; nothing deeper is read");
  std::string blocks;
  for (int i = 0; i < 400; ++i) blocks += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  CHECK(
      yaml_text(blocks) ==
      "257:257: limit: more than 256 mappings and lists inside each other; nothing deeper is read");
}

TEST_CASE("yaml: JSON's pairs of escapes for one letter") {
  CHECK(tree_text("t.yaml", "{\"a\": \"\\ud83d\\ude00\"}") == "{\"a\": \"\U0001F600\"};");
}

}  // namespace resilint::test
