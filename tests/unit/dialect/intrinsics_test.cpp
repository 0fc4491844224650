// SPDX-License-Identifier: Apache-2.0
// The values of CloudFormation's expressions.
#include <string>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/dialect.h"
#include "parse/parse.h"
#include "support/evaluated.h"

namespace resilint::test {
namespace {

constexpr std::string_view head = R"(Parameters:
  Name: {Type: String, Default: orders}
  Open: {Type: String}
  Secret: {Type: String, NoEcho: true, Default: pa55}
  List: {Type: CommaDelimitedList, Default: "a, b,c"}
  Count: {Type: Number, Default: 2}
Mappings:
  Stage: {prod: {Size: 4, Zones: [x, y]}}
Conditions:
  Yes: !Equals [!Ref Name, orders]
  No: !Not [{Condition: Yes}]
  Who: !Equals [!Ref Open, x]
  Self: !And [!Condition Self, !Condition Sure]
  Sure: !Equals [a, a]
  Never: !Or [{Condition: No}, !Not [!Condition Sure], !Equals [b, a]]
Resources:
  Queue: {Type: AWS::SQS::Queue}
  X:
    Type: AWS::X::Y
    Properties:
      V: )";

// The expression's value, as people are shown it.
std::string shown(std::string_view expression) {
  const source::File file(source::FileId{}, "t.yaml", std::string(head) + std::string(expression));
  const parse::Parsed parsed = parse::parse_yaml(file);
  if (!parsed.whole()) return parsed.errors.front().message;
  const auto graph = evaluated(*parsed.tree->documents.front());
  return value::display(graph->find("X")->body->attribute("V"), 200);
}

}  // namespace

TEST_CASE("intrinsics: Ref and GetAtt, short and long") {
  CHECK(shown("!Ref Name") == "\"orders\"");
  CHECK(shown("{Ref: List}") == "[\"a\", \"b\", \"c\"]");
  CHECK(shown("!Ref Open") == "(unknown: parameter Open has no default)");
  CHECK(shown("!Ref Secret") == "(sensitive)");
  CHECK(shown("!Ref AWS::NoValue") == "(not set)");
  CHECK(shown("!Ref AWS::Region") == "(unknown: AWS::Region is known only when deployed)");
  CHECK(shown("!Ref Queue") == "(reference)");
  CHECK(shown("!GetAtt Queue.Arn") == "(reference)");
  CHECK(shown("{'Fn::GetAtt': [Queue, Arn]}") == "(reference)");
  CHECK(shown("!Ref Nobody").starts_with("(unknown: "));
}

TEST_CASE("intrinsics: Sub and Join") {
  CHECK(shown("!Sub 'q-${Name}-${!Name}'") == "\"q-orders-${Name}\"");
  CHECK(shown("!Sub ['${A}/${Name}', {A: !Ref Count}]") == "\"2/orders\"");
  CHECK(shown("!Sub '${Queue.Arn}/x'") == "\"${\u2026}/x\"");
  CHECK(shown("!Sub 'x${Secret}'") == "(sensitive)");
  CHECK(shown("!Join ['-', [a, !Ref Name, {Ref: Count}]]") == "\"a-orders-2\"");
  CHECK(shown("!Join [':', !Ref List]") == "\"a:b:c\"");
  CHECK(shown("!Join ['', [a, !Ref Queue]]") == "\"a${\u2026}\"");
}

TEST_CASE("intrinsics: FindInMap, with a default where the keys are not there") {
  CHECK(shown("!FindInMap [Stage, prod, Size]") == "\"4\"");
  CHECK(shown("!FindInMap [Stage, prod, Zones]") == "[\"x\", \"y\"]");
  CHECK(shown("!FindInMap [Stage, dev, Size]") == "(unknown: mapping Stage has no dev, Size)");
  CHECK(shown("!FindInMap [Stage, dev, Size, {DefaultValue: !Ref Name}]") == "\"orders\"");
  CHECK(shown("!FindInMap [Stage, !Ref Open, Size]") ==
        "\"4\"");  // CloudFormation refuses any other key
}

TEST_CASE("intrinsics: If") {
  CHECK(shown("!If [Sure, 1, 2]") == "\"1\"");
  CHECK(shown("!If [Yes, 1, 2]") == "(depends on Name)");
  CHECK(shown("!If [No, 1, !Ref AWS::NoValue]") == "(depends on Name)");
  CHECK(shown("!If [Who, 1, 1]") == "\"1\"");
  CHECK(shown("!If [Who, 1, 2]") == "(depends on Open)");
  CHECK(shown("!If [Self, 1, 2]") ==
        "(unknown: condition Self is not known: condition Self depends on itself)");
}

TEST_CASE("intrinsics: Select and GetAZs") {
  CHECK(shown("!Select [1, [a, !Ref Name]]") == "\"orders\"");
  CHECK(shown("!Select ['2', !Ref List]") == "\"c\"");
  CHECK(shown("!Select [!Ref Count, !Ref List]") == "\"c\"");
  CHECK(shown("!Select [3, !Ref List]") == "(unknown: Fn::Select asks for item 3 of a list of 3)");
  CHECK(shown("!Select [x, !Ref List]") == "(unknown: `x` is no index of Fn::Select)");
  CHECK(shown("!Select [0, !GetAZs '']") ==
        "(unknown: the Availability Zones of a region are known only when deployed)");
  CHECK(shown("!GetAZs {Ref: AWS::Region}") ==
        "(unknown: the Availability Zones of a region are known only when deployed)");
}

TEST_CASE("intrinsics: Split, as far as the text is known") {
  CHECK(shown("!Split [',', 'a,b,,c']") == "[\"a\", \"b\", \"\", \"c\"]");
  CHECK(shown("!Select [1, !Split ['-', !Sub 'x-${Name}']]") == "\"orders\"");
  CHECK(shown("!Select [0, !Split ['/', !Sub 'table/${Queue}/x']]") == "\"table\"");
  CHECK(shown("!Select [1, !Split ['/', !Sub 'table/${Queue}/x']]") ==
        "(unknown: Fn::Select asks for an item of a list that is not known whole)");
  CHECK(shown("!Select [1, !Split [',', !Sub 'a,${Queue},b']]") == "(reference)");
  CHECK(shown("!Select [2, !Split [',', !Sub 'a,${Queue},b']]") == "\"b\"");
  CHECK(shown("!Select [1, !Split [',', !Sub '${Queue},x${Queue}']]") == "\"x${…}\"");
  CHECK(shown("!Select [0, !Split ['/', !Sub '${Queue}/x']]") ==
        "(unknown: it is known only when deployed)");
  CHECK(shown("!Split [',', !Ref Secret]") == "[(sensitive)]");
  CHECK(shown("!Split [',', !Ref Open]") == "(unknown: parameter Open has no default)");
}

TEST_CASE("intrinsics: Cidr") {
  CHECK(shown("!Cidr [10.1.0.0/16, 3, 8]") ==
        "[\"10.1.0.0/24\", \"10.1.1.0/24\", \"10.1.2.0/24\"]");
  CHECK(shown("!Select [1, !Cidr [10.1.0.0/28, 2, 3]]") == "\"10.1.0.8/29\"");
  CHECK(shown("!Cidr [10.1.0.0/28, 3, 3]") == "(unknown: Fn::Cidr cannot be worked out from this)");
  CHECK(shown("!Cidr [10.1.0.300/28, 3, 3]") ==
        "(unknown: Fn::Cidr cannot be worked out from this)");
  CHECK(shown("!Cidr [!Ref Open, 3, 3]") == "(unknown: parameter Open has no default)");
}

TEST_CASE("intrinsics: Length, Base64 and ToJsonString") {
  CHECK(shown("{'Fn::Length': !Ref List}") == "\"3\"");
  CHECK(shown("!Length [a, b]") == "\"2\"");
  CHECK(shown("!Length [a, !If [Who, b, !Ref AWS::NoValue]]") == "(depends on Open)");
  CHECK(shown("!Base64 orders") == "\"b3JkZXJz\"");
  CHECK(shown("{'Fn::Base64': !Sub '${Name}!'}") == "\"b3JkZXJzIQ==\"");
  CHECK(shown("!Base64 ''") == "\"\"");
  CHECK(shown("!ToJsonString {a: 1, b: '1', c: [true, !Ref Name], d: {e: null}}") ==
        "\"{\"a\":1,\"b\":\"1\",\"c\":[true,\"orders\"],\"d\":{\"e\":null}}\"");
  CHECK(shown("!ToJsonString {a: !GetAtt Queue.Arn}") == "\"{\"a\":\"${\u2026}\"}\"");
}

TEST_CASE("intrinsics: what is read elsewhere") {
  CHECK(shown("!ImportValue x") == "(unknown: x is exported by a stack that is not read)");
  CHECK(shown("{'Fn::Transform': {Name: M}}") ==
        "(unknown: macro M may add anything here, and is not read)");
  CHECK(shown("!Nonsense x") == "(unknown: Fn::Nonsense is no function that is known)");
}

}  // namespace resilint::test
