// SPDX-License-Identifier: Apache-2.0
// JSONTestSuite: what every parser must accept, and what every parser must reject.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "parse/parse.h"
#include "source/file.h"
#include "support/json_lines.h"
#include "support/shared.h"

namespace resilint::test {

TEST_CASE("json suite: all that must be accepted is, all that must be rejected is") {
  const auto path = shared("conformance/json/json_suite.jsonl");
  if (!path) return;
  std::size_t accepted = 0;
  std::size_t rejected = 0;
  std::vector<std::string> wrong;
  for (const JsonLine& line : json_lines(*path)) {
    const std::string expect = line.text("expect");
    const source::File file(source::FileId{}, "case.json", from_base64(line.text("base64")));
    const parse::Parsed parsed = parse::parse_json(file);
    CHECK((parsed.tree != nullptr) != !parsed.whole());
    if (expect == "either") continue;
    const bool accepts = parsed.tree != nullptr;
    ++(accepts ? accepted : rejected);
    if (accepts != (expect == "accept")) wrong.push_back(line.text("id"));
  }
  CHECK(wrong == std::vector<std::string>{});
  CHECK(accepted == 95);
  CHECK(rejected == 188);
}

}  // namespace resilint::test
