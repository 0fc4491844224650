// SPDX-License-Identifier: Apache-2.0
#include "finding/finding.h"

#include <set>

#include <catch2/catch.hpp>

#include "finding/diagnostics.h"

namespace resilint::test {

TEST_CASE("finding: a fingerprint is of rule, path, address and property, not of the place") {
  finding::Finding found;
  found.rule = "a-rule";
  found.address = "Orders";
  found.property = "VisibilityTimeout";
  const std::string first = finding::fingerprint(found, "app.yaml");
  found.span = {source::FileId{3}, 40, 50};
  found.message = "another sentence";
  CHECK(finding::fingerprint(found, "app.yaml") == first);
  std::set<std::string> all{first, finding::fingerprint(found, "other.yaml")};
  found.address = "OrdersV";
  found.property = "isibilityTimeout";  // the parts do not run together
  all.insert(finding::fingerprint(found, "app.yaml"));
  found.rule = "another-rule";
  all.insert(finding::fingerprint(found, "app.yaml"));
  CHECK(all.size() == 4);
}

TEST_CASE("finding: severities have names and an order") {
  for (const std::string_view name : {"note", "low", "medium", "high"})
    CHECK(finding::name(*finding::severity_named(name)) == name);
  CHECK(finding::severity_named("High") == std::nullopt);
  CHECK(finding::Severity::high > finding::Severity::medium);
}

TEST_CASE("finding: the program's own diagnostics are documented, and sorted by name") {
  std::string_view last;
  for (const finding::RuleInfo& info : finding::diagnostics()) {
    CHECK(last < info.name);
    CHECK(!info.why.empty());
    CHECK(info.help.starts_with("# " + std::string(info.name) + "\n"));
    last = info.name;
  }
}

}  // namespace resilint::test
