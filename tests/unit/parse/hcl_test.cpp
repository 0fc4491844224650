// SPDX-License-Identifier: Apache-2.0
// What the matrix of fixtures/syntax/hcl does not say: errors after errors, what is left whole,
// comments, duplicates, limits, and places.
#include <string>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "parse/parse.h"
#include "source/line_index.h"
#include "support/hcl_text.h"
#include "support/marked_text.h"

namespace resilint::test {
namespace {

// All errors, a line each, then the tree of what is whole.
std::string read(std::string_view text) {
  const source::File file(source::FileId{}, "t.tf", std::string(text));
  const parse::Parsed parsed = parse::parse_hcl(file);
  const source::LineIndex lines(file.bytes());
  std::string made;
  for (const finding::Finding& error : parsed.errors) {
    const source::Position place = lines.position(error.span.begin);
    made += base::format("{}:{}: {}\n", place.line, place.column, error.message);
  }
  return made + hcl_text(*parsed.tree->documents.front());
}

std::string comments(std::string_view text) {
  const source::File file(source::FileId{}, "t.tf", std::string(text));
  const parse::Parsed parsed = parse::parse_hcl(file);
  std::string made;
  for (const syntax::Comment& comment : parsed.tree->comments)
    made += base::format("{}{}|", comment.own_line ? "" : "behind ", comment.text);
  return made;
}

}  // namespace

TEST_CASE("hcl: ten errors are ten errors, and what is whole is there") {
  CHECK(read(R"(a = [1, 2 3]
resource "x" "one" {
  ok = 1
}
b = "never closed
c = 1 +
d = (1
e = 2
resource x.y {
  lost = 1
}
f == 3
resource "x" "two" {
  list = [
    1,
    2 3,
  ]
  lost = true
}
g = "${h"
i = "%{ if j }k"
resource "x" "three" {
  ok = { a = 1, b = 2 }
}
l = 'm'
n = foo(1, 2
resource "x" "four" {
  ok = foo(1, 2)
}
last = 1
)") == R"(1:11: expected `,` or `]` after an item of the list, found `3`
5:18: expected the closing quote before the end of the line; a text of several lines is a heredoc, `<<EOT`
6:8: expected a value, found the end of the line
8:1: expected `)`, found `e`
9:11: expected a label or `{`, found `.`
12:3: expected `=` and a value, or a block in braces, after `f`, found `==`
16:7: expected `,` or `]` after an item of the list, found `3`
20:9: expected `}` after the interpolated value (`$${` is the text `${`), found `"`
21:6: the directive `if` is not closed by `%{ endif }` in the same text
25:5: found a single quote; strings stand in double quotes
resource "x" "one" {
  ok = 1
}
e = 2
resource "x" "three" {
  ok = {("a" 1) ("b" 2)}
}
)");
}

TEST_CASE("hcl: behind an error reading goes on at the line, the brace or the margin") {
  CHECK(read("a {\n  b = [1, {\n    c = }\n  ]\n  d = 1\n}\ne = 2\n") ==
        "3:9: expected a value, found `}`\ne = 2\n");
  CHECK(read("a {\n  b = [1, 2\n}\nc {\n  d = 1\n}\n") ==
        "3:1: expected `,` or `]` after an item of the list, found `}`\nc {\n  d = 1\n}\n");
  CHECK(read("a {\n  b = f(1, {\n    c = 1\n}\n\nd \"e\" {\n  f = 1\n}\n") ==
        "6:1: expected `,` or `)` after an argument of the function, found `d`\n"
        "d \"e\" {\n  f = 1\n}\n");
  CHECK(read("a {\n  b {\n    c = 1\n}\nd {\n  e = 1\n}\nf = 1\n") ==
        "1:3: the block `a` is never closed; expected `}`\nd {\n  e = 1\n}\n");
  CHECK(read("a = <<X\n  ${b\nX\nc = 1\n") ==
        "3:1: expected `}` after the interpolated value (`$${` is the text `${`), found `X`\n"
        "c = 1\n");
  CHECK(read("a = 1\n}\nb = 2\n") ==
        "2:1: this brace closes nothing; remove it, or look for one too many above\n"
        "a = 1\nb = 2\n");
}

TEST_CASE("hcl: an argument that is set twice is an error, a key of an object a note") {
  CHECK(read("a = 1\nb {\n  c = 1\n  d {}\n  d {}\n  c = 2\n}\n") ==
        "6:3: the argument `c` is set twice; the first time on line 3\na = 1\n");
  const source::File file(source::FileId{}, "t.tf", "a = {\n  b = 1\n  \"b\" = 2\n}\n");
  const parse::Parsed parsed = parse::parse_hcl(file);
  REQUIRE(parsed.notes.size() == 1);
  CHECK(parsed.notes.front().message ==
        "the key \"b\" is written twice in this mapping; only the last one, on line 3, counts");
}

TEST_CASE("hcl: comments are kept, of every form") {
  CHECK(comments("# one\na = 1 // two\n/* three\nfour */ b = [ # five\n 1, /* six */ 2]\n#seven") ==
        "one|behind two|three\nfour|behind five|behind six|seven|");
  CHECK(comments("\uFEFF# one\r\na = \"# none\"\r\n") == "one|");
}

TEST_CASE("hcl: a place in a decoded text is the place in the file") {
  const MarkedText input =
      marked("x = \"a\\n[[b]]$${c}\\u00e9[[d]]\"\ny = <<-E\n    one\n      [[two]]\n    E\n");
  const source::File file(source::FileId{}, "t.tf", input.text);
  const parse::Parsed parsed = parse::parse_hcl(file);
  const auto entries = parsed.tree->documents.front()->entries;
  const syntax::Node& x = *entries[0].value;
  CHECK(x.text == "a\nb${c}\u00e9d");
  CHECK(x.source(2, 3) == source::Span{{}, input.spans[0].first, input.spans[0].second});
  CHECK(x.source(9, 10) == source::Span{{}, input.spans[1].first, input.spans[1].second});
  const syntax::Node& y = *entries[1].value;
  CHECK(y.text == "one\n  two\n");
  CHECK(y.source(6, 9) == source::Span{{}, input.spans[2].first, input.spans[2].second});
}

TEST_CASE("hcl: a place in a text that stands letter by letter, behind quotes and long names") {
  const std::string name(300, 'E');
  const MarkedText input = marked("x = \"o[[n]]e\"\ny = <<" + name + "\nt[[w]]o\n" + name +
                                  "\nz = <<" + name + "\n[[]]" + name + "\n");
  const source::File file(source::FileId{}, "t.tf", input.text);
  const parse::Parsed parsed = parse::parse_hcl(file);
  const auto entries = parsed.tree->documents.front()->entries;
  const auto place = [&](std::size_t i) {
    return source::Span{{}, input.spans[i].first, input.spans[i].second};
  };
  CHECK(entries[0].value->source(1, 2) == place(0));
  CHECK(entries[1].value->text == "two\n");
  CHECK(entries[1].value->source(1, 2) == place(1));
  CHECK(entries[2].value->text.empty());
  CHECK(entries[2].value->source(0, 0) == place(2));
}

TEST_CASE("hcl: what is nested too deep is an error at its place, and nothing more is read") {
  const std::string deep = "a = " + std::string(1000, '(') + "\nb = 'c'\n";
  CHECK(read(deep) ==
        "1:261: more than 256 blocks and expressions inside each other; nothing deeper is read\n");
  std::string blocks = "b = 1\n";
  for (int i = 0; i < 300; ++i) blocks += "a {\n";
  CHECK(read(blocks) ==
        "258:3: more than 256 blocks and expressions inside each other; nothing deeper is read\n"
        "b = 1\n");
  std::string sum = "a = 1";
  for (int i = 0; i < 300; ++i) sum += " + 1";
  CHECK(read(sum + "\n") ==
        "1:1027: more than 256 blocks and expressions inside each other; nothing deeper is read\n");
}

TEST_CASE("hcl: a scalar of another syntax is read as a template or an expression, in its place") {
  const source::File file(source::FileId{}, "t.json",
                          R"({"a": "x\t${b.c}\u00e9$${d}", "e": "f.g[0]"})");
  parse::Parsed parsed = parse::parse_json(file);
  const auto entries = parsed.tree->documents.front()->entries;
  std::vector<finding::Finding> errors;
  const syntax::Node* text = parse::parse_hcl_template(*parsed.tree, *entries[0].value, errors);
  REQUIRE(text != nullptr);
  CHECK(hcl_expression_text(*text) == "(template \"x\\t\" (get b .c) \"\u00e9${d}\")");
  const auto source_of = [&](const syntax::Node& node) {
    return file.bytes().substr(node.span.begin, node.span.size());
  };
  CHECK(source_of(*text->entries[1].value) == "b.c");
  CHECK(source_of(*text->entries[2].value) == "\\u00e9$${d}");
  CHECK(text->entries[2].value->source(2, 5) == source::Span{{}, 22, 26});
  const syntax::Node* reference =
      parse::parse_hcl_expression(*parsed.tree, *entries[1].value, errors);
  REQUIRE(reference != nullptr);
  CHECK(source_of(*reference->entries[0].value) == ".g");
  CHECK(errors.empty());
  const source::File broken(source::FileId{}, "t.json", R"("a\n${b c}")");
  parse::Parsed bad = parse::parse_json(broken);
  CHECK(parse::parse_hcl_template(*bad.tree, *bad.tree->documents.front(), errors) == nullptr);
  REQUIRE(errors.size() == 1);
  CHECK(errors.front().span == source::Span{{}, 8, 9});
}

TEST_CASE("hcl: a text in a scalar of another syntax begins behind quotes that are escapes") {
  const MarkedText input = marked(R"json({"a": "f(\"[[]]\", \"[[b]]\")"})json");
  const source::File file(source::FileId{}, "t.json", input.text);
  parse::Parsed parsed = parse::parse_json(file);
  std::vector<finding::Finding> errors;
  const syntax::Node& scalar = *parsed.tree->documents.front()->entries[0].value;
  const syntax::Node* call = parse::parse_hcl_expression(*parsed.tree, scalar, errors);
  REQUIRE(call != nullptr);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto [begin, end] = input.spans[i];
    CHECK(call->entries[i].value->source(0, end - begin) == source::Span{{}, begin, end});
  }
}

}  // namespace resilint::test
