// SPDX-License-Identifier: Apache-2.0
#include "support/json_twin.h"

#include <catch2/catch.hpp>

#include "base/json_writer.h"
#include "base/text.h"
#include "parse/parse.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::test {
namespace {

class Twin {
 public:
  void write(const syntax::Node& written) {
    const syntax::Node& node = written.resolved();
    if (node.tag().starts_with('!') && !node.tag().starts_with("!!") && node.tag().size() > 1) {
      short_form(node);
    } else {
      plain(node);
    }
  }

  std::string take() { return json_.take(); }

 private:
  void short_form(const syntax::Node& node) {
    const std::string_view name = node.tag().substr(1);
    const bool bare = name == "Ref" || name == "Condition";
    json_.begin_object().key(bare ? std::string(name) : "Fn::" + std::string(name));
    if (name == "GetAtt" && node.is_scalar()) {
      const std::size_t dot = node.text.find('.');
      json_.begin_array()
          .string(node.text.substr(0, dot))
          .string(node.text.substr(dot + 1))
          .end_array();
    } else {
      plain(node);
    }
    json_.end_object();
  }

  void plain(const syntax::Node& node) {
    switch (node.kind) {
      case syntax::NodeKind::mapping:
        json_.begin_object();
        members(node);
        json_.end_object();
        break;
      case syntax::NodeKind::sequence:
        json_.begin_array();
        for (const syntax::Entry& entry : node.entries) write(*entry.value);
        json_.end_array();
        break;
      default:
        scalar(node);
    }
  }

  void members(const syntax::Node& node) {
    for (const syntax::Entry& entry : node.entries) {
      if (entry.key->text == "<<") {
        members(entry.value->resolved());
      } else {
        json_.key(entry.key->text);
        write(*entry.value);
      }
    }
  }

  void scalar(const syntax::Node& node) {
    if (node.plain() && (node.text == "true" || node.text == "false")) {
      json_.boolean(node.text == "true");
    } else if (const auto number = base::parse_int(node.text); node.plain() && number) {
      json_.integer(*number);
    } else if (node.plain() && (node.text.empty() || node.text == "null" || node.text == "~")) {
      json_.null();
    } else {
      json_.string(node.text);
    }
  }

  base::JsonWriter json_{base::JsonWriter::Layout::indented};
};

}  // namespace

std::string json_twin(std::string_view yaml) {
  const source::File file(source::FileId{}, "template.yaml", std::string(yaml));
  const parse::Parsed parsed = parse::parse_yaml(file);
  REQUIRE(parsed.tree != nullptr);
  REQUIRE(parsed.tree->documents.size() == 1);
  Twin twin;
  twin.write(*parsed.tree->documents.front());
  return twin.take();
}

}  // namespace resilint::test
