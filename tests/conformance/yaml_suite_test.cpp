// SPDX-License-Identifier: Apache-2.0
// The YAML test suite: every valid case that yaml-cpp's own event parser reads is accepted, and
// invalid ones are rejected beyond those that it rejects.
#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "parse/parse.h"
#include "source/file.h"
#include "support/json_lines.h"
#include "support/shared.h"

namespace resilint::test {
namespace {

constexpr std::array<std::string_view, 9> must_be_rejected{"236B", "3HFZ", "7MNF", "9CWY", "BD7L",
                                                           "CQ3W", "GT5M", "KS4U", "TD5N"};
// A template that AWS publishes is written so.
constexpr std::string_view must_be_accepted = "9C9N";

class Ignore final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos <= last_) throw YAML::Exception(mark, "the parser does not move on");
    last_ = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  int last_ = -1;
};

bool library_reads(const std::string& text) {
  std::istringstream stream(text);
  Ignore events;
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(events)) {
    }
  } catch (const YAML::Exception&) {
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("yaml suite: what yaml-cpp reads is accepted, and nine invalid cases more are rejected") {
  const auto path = shared("conformance/yaml/yaml_suite.jsonl");
  if (!path) return;
  std::size_t accepted = 0;
  std::size_t valid = 0;
  std::size_t invalid = 0;
  std::size_t refused = 0;
  std::vector<std::string> wrong;
  for (const JsonLine& line : json_lines(*path)) {
    const std::string id = line.text("id");
    const std::string family = id.substr(0, 4);
    const std::string text = line.text("yaml");
    const source::File file(source::FileId{}, "case.yaml", text);
    const bool accepts = parse::parse_yaml(file).tree != nullptr;
    const bool must_fail = line.flag("must_fail");
    ++(must_fail ? invalid : valid);
    if (!must_fail && accepts) ++accepted;
    if (must_fail && !accepts) ++refused;
    const bool wanted = must_fail ? family == must_be_accepted : library_reads(text);
    const bool named = std::ranges::find(must_be_rejected, family) != must_be_rejected.end();
    if (wanted && !accepts) wrong.push_back(id + " rejected");
    if (named && accepts) wrong.push_back(id + " accepted");
  }
  WARN("YAML suite: " << accepted << " of " << valid << " valid accepted, " << refused << " of "
                      << invalid << " invalid rejected");
  CHECK(wrong == std::vector<std::string>{});
}

}  // namespace resilint::test
