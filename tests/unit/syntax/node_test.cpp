// SPDX-License-Identifier: Apache-2.0
#include "syntax/node.h"

#include <string>

#include <catch2/catch.hpp>

#include "parse/parse.h"
#include "support/marked_text.h"

namespace resilint::test {
namespace {

// The bytes of the file behind bytes [begin, end) of the value of `key`, as they stand there.
std::string source_of(std::string_view text, std::string_view key, std::uint32_t begin,
                      std::uint32_t end) {
  const source::File file(source::FileId{}, "t", std::string(text));
  const parse::Parsed parsed = parse::parse_document(file);
  REQUIRE(parsed.tree != nullptr);
  const source::Span span = parsed.tree->documents.front()->find(key)->source(begin, end);
  return std::string(text.substr(span.begin, span.end - span.begin));
}

}  // namespace

TEST_CASE("node: a place in the text is a place in the file") {
  CHECK(source_of("a: hello", "a", 1, 3) == "el");
  CHECK(source_of("a: 'it''s'", "a", 0, 2) == "it");
  CHECK(source_of("a: 'it''s'", "a", 2, 3) == "''");
  CHECK(source_of("a: 'it''s'", "a", 3, 4) == "s");
  CHECK(source_of("a: \"x\\u00e9y\"", "a", 1, 3) == "\\u00e9");
  CHECK(source_of("a: \"x\\u00e9y\"", "a", 3, 4) == "y");
  CHECK(source_of("{\"a\": \"x\\ud83d\\ude00y\"}", "a", 1, 5) == "\\ud83d\\ude00");
  CHECK(source_of("a: |\n  one\n  two\n", "a", 4, 7) == "two");
  CHECK(source_of("a: >\n  one\n  two\n", "a", 4, 7) == "two");
  CHECK(source_of("a: one\n   two", "a", 4, 7) == "two");
  CHECK(source_of("a: hello", "a", 5, 5) == "");
}

TEST_CASE("node: of duplicate keys the last one is found") {
  const source::File file(source::FileId{}, "t", "{a: 1, b: 2, a: 3}");
  const parse::Parsed parsed = parse::parse_yaml(file);
  const syntax::Node& root = *parsed.tree->documents.front();
  CHECK(root.find("a")->text == "3");
  CHECK(root.find("b")->text == "2");
  CHECK(root.find("c") == nullptr);
}

TEST_CASE("node: an alias is resolved, through another alias and to itself") {
  const source::File file(source::FileId{}, "t", "a: &x [1]\nb: *x\nc: &y [*y]\n");
  const parse::Parsed parsed = parse::parse_yaml(file);
  const syntax::Node& root = *parsed.tree->documents.front();
  CHECK(&root.find("b")->resolved() == root.find("a"));
  const syntax::Node& self = root.find("c")->resolved();
  CHECK(&self.entries.front().value->resolved() == &self);
}

// What to delete so that the entry is gone.
TEST_CASE("node: the whole entry of a member or item") {
  const auto entry_of = [](std::string_view text, std::size_t index) {
    const source::File file(source::FileId{}, "t", std::string(text));
    const parse::Parsed parsed = parse::parse_document(file);
    REQUIRE(parsed.tree != nullptr);
    const source::Span span = parsed.tree->documents.front()->entries[index].span();
    return std::string(text.substr(0, span.begin)) + std::string(text.substr(span.end));
  };
  CHECK(entry_of("{\"a\": 1, \"b\": 2}", 0) == "{\"b\": 2}");
  CHECK(entry_of("{\"a\": 1, \"b\": 2}", 1) == "{\"a\": 1}");
  CHECK(entry_of("{\"a\": 1}", 0) == "{}");
  CHECK(entry_of("a: 1\nb:\n  c: 2\nd: 3\n", 1) == "a: 1\nd: 3\n");
  CHECK(entry_of("- a\n- b: 1\n  c: 2\n- d\n", 1) == "- a\n- d\n");
  CHECK(entry_of("[a, b, c]", 1) == "[a, c]");
}

}  // namespace resilint::test
