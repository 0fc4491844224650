// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/json_body.h"

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/terraform/read.h"
#include "source/disk.h"
#include "source/line_index.h"
#include "support/hcl_text.h"
#include "support/repository.h"

namespace resilint::test {
namespace {

// The body as text, then errors and notes: "1:2: message".
std::string read_text(const source::File& file, const parse::Parsed& parsed) {
  std::string made;
  if (parsed.tree != nullptr) made = hcl_text(*parsed.tree->documents.front());
  const source::LineIndex lines(file.bytes());
  for (const auto* list : {&parsed.errors, &parsed.notes}) {
    for (const finding::Finding& one : *list) {
      const source::Position at = lines.position(one.span.begin);
      made += base::format("{}:{}: {}{}\n", at.line, at.column,
                           one.rule == "syntax-error" ? "" : one.rule + ": ", one.message);
    }
  }
  return made;
}

std::string configuration_text(const std::string& name, const std::string& text) {
  const source::File file(source::FileId{}, name, text);
  return read_text(file, dialect::terraform::read_configuration(file));
}

std::string variables_text(const std::string& name, const std::string& text) {
  const source::File file(source::FileId{}, name, text);
  return read_text(file, dialect::terraform::read_variables(file));
}

void same(const std::string& native, const std::string& json) {
  CHECK(configuration_text("t.tf", native) == configuration_text("t.tf.json", json));
}

// What deleting each block or argument of a body leaves: "type labels: rest".
std::string deletions(const std::string& text) {
  const source::File file(source::FileId{}, "t.tf.json", text);
  const parse::Parsed parsed = dialect::terraform::json_configuration(file);
  REQUIRE(parsed.whole());
  std::string made;
  for (const syntax::Entry& entry : parsed.tree->documents.front()->entries) {
    made += entry.key->text;
    for (const syntax::Entry& label : entry.value->labels())
      made += base::format(" {}", label.value->text);
    made +=
        base::format(": {}{}\n", text.substr(0, entry.span().begin), text.substr(entry.span().end));
  }
  return made;
}

}  // namespace

TEST_CASE("terraform json: the twins in fixtures are one tree in both syntaxes") {
  std::size_t twins = 0;
  const std::filesystem::path folder = repository() / "fixtures/syntax/terraform";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".tf") continue;
    INFO(entry.path());
    const auto native = source::read(entry.path().string(), parse::hcl_limit);
    const auto json = source::read(entry.path().string() + ".json", parse::json_limit);
    REQUIRE(native);
    REQUIRE(json);
    const std::string text = configuration_text("t.tf", *native);
    CHECK(text == configuration_text("t.tf.json", *json));
    ++twins;
  }
  CHECK(twins == 3);
}

TEST_CASE("terraform json: numbers stay as written, unknown blocks stay arguments") {
  CHECK(configuration_text("t.tf.json", R"json({"locals": {"a": -1.5, "b": 1E9}})json") ==
        "locals {\n  a = -1.5\n  b = 1E9\n}\n");
  CHECK(configuration_text("t.tf.json", R"json({"unheard": {"of": "${a}"}})json") ==
        "unheard = {(\"of\" (template a))}\n");
}

TEST_CASE("terraform json: null and empty collections are no blocks, null in a list is one") {
  CHECK(configuration_text("t.tf.json", R"json({
    "locals": null, "resource": {}, "data": null, "module": [], "output": {"a": null},
    "check": {"b": []}, "ephemeral": {"c": {}}, "provider": {"aws": [null, {}]}})json") ==
        "provider \"aws\" {}\nprovider \"aws\" {}\n");
  CHECK(configuration_text("t.tf.json", "{}").empty());
  CHECK(configuration_text("t.tf.json", "[]").empty());
}

TEST_CASE("terraform json: lists stand for objects at every level") {
  same(
      "locals {\n  a = 1\n}\nvariable \"v\" {\n  default = 1\n  nullable = true\n}\n"
      "resource \"a\" \"b\" {\n  x = 1\n}\nresource \"a\" \"c\" {\n  x = 2\n}\n"
      "resource \"d\" \"e\" {\n  y = 1\n}\n",
      R"json([
    {"locals": [{"a": 1}]},
    {"variable": [{"v": [[{"default": 1}, {"nullable": true}]]}]},
    {"resource": [{"a": [{"b": {"x": 1}}, {"c": [{"x": 2}]}]}, {"d": {"e": {"y": 1}}}]}
  ])json");
}

TEST_CASE("terraform json: blocks may repeat their keys, arguments may not") {
  CHECK(configuration_text("t.tf.json", R"json({
  "resource": {"a": {"b": {"x": 1}}, "a": {"c": {"x": 1, "nest": {"k": 1, "k": 2}, "nest": {}}}},
  "resource": {"a": {"d": {"x": 1, "x": 2}}},
  "locals": {"l": {}, "l": {}}})json") ==
        "resource \"a\" \"b\" {\n  x = 1\n}\n"
        "resource \"a\" \"c\" {\n  x = 1\n  nest = {(\"k\" 1) (\"k\" 2)}\n  nest = {}\n}\n"
        "3:36: the argument `x` is set twice; the first time on line 3\n"
        "4:23: the argument `l` is set twice; the first time on line 4\n"
        "2:75: duplicate-key: the key \"k\" is written twice in this mapping; only the last one, "
        "on line 2, counts\n");
}

TEST_CASE("terraform json: a wrong shape is an error at its place, the rest is read") {
  CHECK(configuration_text("t.tf.json", R"json({
  "resource": "x",
  "data": {"a": 5, "b": ["y"], "c": {"d": true}},
  "terraform": [{"required_version": "1"}, 1],
  "module": {"m": {"lifecycle": "z"}},
  "locals": {"kept": 1},
  "output": [[]]
})json") ==
        "terraform {\n  required_version = \"1\"\n}\n"
        "locals {\n  kept = 1\n}\n"
        "2:15: expected an object or a list of objects, whose keys are the types of `resource` "
        "blocks, found a text\n"
        "3:17: expected an object or a list of objects, whose keys are the names of `data` "
        "blocks, found a number\n"
        "3:26: expected an object, whose keys are the names of `data` blocks, found a text\n"
        "3:43: expected an object or a list of objects, the body of a `data` block, found a "
        "boolean\n"
        "4:44: expected an object or a list of objects, the body of a `terraform` block, found a "
        "number\n"
        "5:33: expected an object or a list of objects, the body of a `lifecycle` block, found a "
        "text\n"
        "7:14: expected an object, whose keys are the names of `output` blocks, found a list\n");
  CHECK(configuration_text("t.tf.json", "5") ==
        "1:1: expected an object or a list of objects, with the blocks of the file, found a "
        "number\n");
}

TEST_CASE("terraform json: errors in templates and expressions stand at their place in the file") {
  CHECK(configuration_text("t.tf.json", "{\"locals\": {\"a\": \"\\n\\u00e4${b +}\"}}") ==
        "1:32: expected a value, found `}`\n");
  CHECK(configuration_text("t.tf.json", R"json({"variable": {"a": {"type": "list(string"},
    "b": {"default": "${"}}})json") ==
        "variable \"b\" {\n  default = \"${\"\n}\n"
        "1:34: `(` is never closed; expected `,` or `)` after an argument of the function before "
        "the end of the text\n");
  CHECK(configuration_text("t.tf.json", R"json({"locals": {"a": {"${": 1}}})json") ==
        "1:20: `${` is never closed; expected a value before the end of the text\n");
}

TEST_CASE("terraform json: no more errors than are worth reading, nothing too deep") {
  std::string many = "{\"resource\": {";
  for (int i = 0; i < 1000; ++i) many += base::format("\"t{}\": 1, ", i);
  const source::File file(source::FileId{}, "t.tf.json", many + "\"t\": 1}}");
  CHECK(dialect::terraform::json_configuration(file).errors.size() == parse::most_errors);

  std::string deep = "{\"resource\": {\"a\": {\"b\": ";
  for (int i = 0; i < 1000; ++i) deep += "{\"dynamic\": {\"x\": {\"content\": ";
  CHECK(configuration_text("t.tf.json", deep).starts_with("1:"));
  CHECK(configuration_text("t.tf.json", deep).find("limit: ") != std::string::npos);
  std::string nested;
  std::string closed;
  for (int i = 0; i < 80; ++i) nested += "{\"dynamic\": {\"x\": {\"content\": ";
  for (int i = 0; i < 80; ++i) closed += "}}}";
  CHECK(configuration_text("t.tf.json",
                           "{\"resource\": {\"a\": {\"b\": " + nested + "{}" + closed + "}}}")
            .starts_with("resource \"a\" \"b\" {\n  dynamic \"x\" {\n    content {\n"));
}

TEST_CASE("terraform json: a text with very many escapes and holes is read in linear time") {
  std::string text = "{\"locals\": {\"a\": \"";
  for (int i = 0; i < 100'000; ++i) text += "\\n${b}";
  const source::File file(source::FileId{}, "t.tf.json", text + "\"}}");
  CHECK(dialect::terraform::json_configuration(file).whole());
}

TEST_CASE("terraform json: deleting a block takes with it what would stand empty") {
  CHECK(deletions(
            "{\n"
            "  \"locals\": {\"x\": 1},\n"
            "  \"resource\": {\"a\": {\"b\": {}}, \"c\": {\"d\": {}, \"e\": [{\"n\": 1}, {}]}},\n"
            "  \"output\": {\"o\": [{}]}\n"
            "}") ==
        "locals: {\n"
        "  \"resource\": {\"a\": {\"b\": {}}, \"c\": {\"d\": {}, \"e\": [{\"n\": 1}, {}]}},\n"
        "  \"output\": {\"o\": [{}]}\n"
        "}\n"
        "resource a b: {\n"
        "  \"locals\": {\"x\": 1},\n"
        "  \"resource\": {\"c\": {\"d\": {}, \"e\": [{\"n\": 1}, {}]}},\n"
        "  \"output\": {\"o\": [{}]}\n"
        "}\n"
        "resource c d: {\n"
        "  \"locals\": {\"x\": 1},\n"
        "  \"resource\": {\"a\": {\"b\": {}}, \"c\": {\"e\": [{\"n\": 1}, {}]}},\n"
        "  \"output\": {\"o\": [{}]}\n"
        "}\n"
        "resource c e: {\n"
        "  \"locals\": {\"x\": 1},\n"
        "  \"resource\": {\"a\": {\"b\": {}}, \"c\": {\"d\": {}, \"e\": [{}]}},\n"
        "  \"output\": {\"o\": [{}]}\n"
        "}\n"
        "resource c e: {\n"
        "  \"locals\": {\"x\": 1},\n"
        "  \"resource\": {\"a\": {\"b\": {}}, \"c\": {\"d\": {}, \"e\": [{\"n\": 1}]}},\n"
        "  \"output\": {\"o\": [{}]}\n"
        "}\n"
        "output o: {\n"
        "  \"locals\": {\"x\": 1},\n"
        "  \"resource\": {\"a\": {\"b\": {}}, \"c\": {\"d\": {}, \"e\": [{\"n\": 1}, {}]}}\n"
        "}\n");
}

TEST_CASE("terraform json: a text with holes has its quotes in its span, an expression has not") {
  const std::string text =
      R"json({"output": {"o": {"value": "a${b}", "depends_on": ["c.d"]}}})json";
  const source::File file(source::FileId{}, "t.tf.json", text);
  const parse::Parsed parsed = dialect::terraform::json_configuration(file);
  REQUIRE(parsed.whole());
  const syntax::Node& body = parsed.tree->documents.front()->entries.front().value->body();
  const auto quoted = [&text](const source::Span& span) {
    return text.substr(span.begin, span.size());
  };
  CHECK(quoted(body.find("value")->span) == "\"a${b}\"");
  CHECK(quoted(body.find("depends_on")->entries.front().value->span) == "c.d");
}

TEST_CASE("terraform variables: both syntaxes are one tree, texts stay as they are in JSON") {
  CHECK(variables_text("t.tfvars", "a = \"$${x}\"\nb = [1, { c = null }]\n") ==
        variables_text("t.tfvars.json",
                       R"json({"//": "a comment", "a": "${x}", "b": [1, {"c": null}]})json"));
  CHECK(variables_text("t.tfvars", "").empty());
  CHECK(variables_text("vars", " {\"a\": 1}") == "a = 1\n");
  CHECK(variables_text("vars", " a = {}") == "a = {}\n");
}

TEST_CASE("terraform variables: anything but values is an error") {
  CHECK(variables_text("t.tfvars", "a = 1\nvariable \"b\" {\n}\nc = \nd {\n}\ne = 2\n") ==
        "a = 1\ne = 2\n"
        "2:1: a file of variables has only `name = value`; the block `variable` belongs to a .tf "
        "file\n"
        "4:5: expected a value, found the end of the line\n"
        "5:1: a file of variables has only `name = value`; the block `d` belongs to a .tf file\n");
  CHECK(variables_text("t.tfvars.json", "[{\"a\": 1}]") ==
        "1:1: expected an object with values of variables, found a list\n");
  CHECK(variables_text("t.tfvars.json", "{\"a\": 1, \"a\": {}}") ==
        "a = 1\na = {}\n1:10: the argument `a` is set twice; the first time on line 1\n");
}

}  // namespace resilint::test
