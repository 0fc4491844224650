// SPDX-License-Identifier: Apache-2.0
// What OpenTofu makes of the expressions in fixtures/terraform/expressions, and what we do.
#include "support/expressions.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "base/json_writer.h"
#include "dialect/terraform/numbers.h"
#include "parse/parse.h"
#include "support/repository.h"

namespace {

using namespace resilint;
using syntax::Node;

const std::filesystem::path folder = test::repository() / "fixtures/terraform/expressions";

std::string in_quotes(std::string_view text) {
  base::JsonWriter writer;
  writer.string(text);
  return writer.take();
}

// A value as go-cty writes it, in the form of terraform_text().
std::string recorded(const Node& type, const Node* value) {
  if (value == nullptr || (value->plain() && value->text == "null")) return "null";
  if (type.is_scalar() && type.text == "dynamic")
    return recorded(*value->find("type"), value->find("value"));
  if (type.is_scalar() && type.text == "string") return in_quotes(value->text);
  if (type.is_scalar() && type.text == "number") {
    const auto number = dialect::terraform::parse_number(value->text);
    return number ? dialect::terraform::number_text(*number) : std::string(value->text);
  }
  if (type.is_scalar()) return std::string(value->text);
  const std::string_view kind = type.entries[0].value->text;
  const Node& inner = *type.entries[1].value;
  std::vector<std::string> items;
  if (kind == "object" || kind == "map") {
    for (const syntax::Entry& entry : value->entries) {
      items.push_back(base::format(
          "{}: {}", in_quotes(entry.key->text),
          recorded(kind == "map" ? inner : *inner.find(entry.key->text), entry.value)));
    }
    std::string made = kind == "map" ? "map{" : "{";
    for (const std::string& item : items) made += (made.back() == '{' ? "" : ", ") + item;
    return made + "}";
  }
  for (std::size_t i = 0; i < value->entries.size(); ++i) {
    items.push_back(
        recorded(kind == "tuple" ? *inner.entries[i].value : inner, value->entries[i].value));
  }
  std::string made = (kind == "tuple" ? "" : std::string(kind)) + "[";
  for (const std::string& item : items) made += (made.back() == '[' ? "" : ", ") + item;
  return made + "]";
}

// Marks are compared as there being some.
std::string without_marks(std::string text) {
  for (std::size_t at = text.find("sensitive("); at != std::string::npos;
       at = text.find("sensitive(", at)) {
    std::size_t depth = 0;
    bool inside = false;
    std::size_t end = at + 10;
    for (; end < text.size(); ++end) {
      if (text[end] == '"' && text[end - 1] != '\\') inside = !inside;
      if (inside) continue;
      if (text[end] == '(') ++depth;
      if (text[end] == ')' && depth-- == 0) break;
    }
    text = text.substr(0, at) + text.substr(at + 10, end - at - 10) + text.substr(end + 1);
  }
  return text;
}

// The expressions that come out otherwise, and why: "# reason", then expressions.
std::map<std::string, std::string> exceptions() {
  std::map<std::string, std::string> made;
  std::ifstream in(folder / "exceptions.txt");
  std::string reason;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("# "))
      reason = line.substr(2);
    else if (!line.empty())
      made[line] = reason;
  }
  return made;
}

struct Record {
  std::string expression;
  std::string expected;
  std::string found;
  bool agrees = false;
};

Record compared(const Node& line) {
  Record made;
  made.expression = line.find("expression")->text;
  test::FakeScope scope(folder / "files");
  const auto evaluated = test::evaluated_expression(made.expression, scope);
  made.found = test::terraform_text(evaluated->outcome);
  const bool refused = !evaluated->outcome.has_value();
  const bool open = made.found.find("unknown(") != std::string::npos;
  if (line.find("error") != nullptr) {
    made.expected = "refused";
    made.agrees = refused;
  } else if (line.find("unknown") != nullptr) {
    made.expected = "unknown";
    made.agrees = open;
  } else {
    made.expected = recorded(*line.find("type"), line.find("value"));
    const bool marked = made.found.find("sensitive(") != std::string::npos;
    made.agrees = !refused && without_marks(made.found) == made.expected &&
                  marked == (line.find("sensitive") != nullptr);
    if (line.find("sensitive") != nullptr) made.expected += " with marks";
  }
  return made;
}

}  // namespace

TEST_CASE("terraform expressions: come out as OpenTofu has them, or are listed with the reason") {
  std::map<std::string, std::string> excepted = exceptions();
  std::set<std::string> used;
  std::string differ;
  std::size_t count = 0;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".jsonl") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  for (const std::filesystem::path& path : paths) {
    std::ifstream in(path);
    for (std::string text; std::getline(in, text);) {
      const source::File file(source::FileId{}, {}, text);
      const parse::Parsed parsed = parse::parse_json(file);
      REQUIRE(parsed.tree != nullptr);
      const Record record = compared(*parsed.tree->documents.front());
      ++count;
      const std::string line = in_quotes(record.expression);
      if (excepted.contains(line)) {
        used.insert(line);
        if (record.agrees) differ += base::format("{}\n  agrees, but is excepted\n", line);
      } else if (!record.agrees) {
        differ += base::format("{} {}\n  expected {}\n  found    {}\n", path.filename().string(),
                               line, record.expected, record.found);
      }
    }
  }
  for (const auto& [line, reason] : excepted) {
    if (!used.contains(line)) differ += base::format("{}\n  is excepted, but not there\n", line);
    if (reason.empty()) differ += base::format("{}\n  is excepted without a reason\n", line);
  }
  CHECK(differ.empty());
  if (!differ.empty()) std::cerr << differ;
  CHECK(count >= 1500);
}
