// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dialect/cloudformation/nodes.h"
#include "graph/graph.h"
#include "syntax/node.h"
#include "value/value.h"

namespace resilint::dialect::cloudformation {

// Why a value that should be a text is none, for people.
std::string_view why_unknown(const value::Value& value);

// One template as it would be deployed, as far as that can be known: its parameters, mappings and
// conditions, and the values of its expressions. Lives as long as the bodies of its resources.
class Template {
 public:
  Template(const syntax::Node& root, graph::Graph& graph) : root_(root), graph_(graph) {}

  // Fills the graph: resources, then who names whom. `self` keeps this alive in their bodies.
  void build(const std::shared_ptr<Template>& self);

  // The value of an expression, evaluated whole. Never fails: what cannot be known is unknown.
  value::Value evaluate(const syntax::Node& node);

  // Why every attribute of the template may be changed by something that is not read; else empty.
  [[nodiscard]] std::string_view macro() const { return macro_; }

  // The name for as long as the graph lives.
  std::string_view lasting(std::string_view name);

  value::Value unknown(std::string_view reason, std::string_view symbol = {});
  value::Value maybe_absent(std::string_view reason);

 private:
  struct Decided {
    value::Truth truth = value::Truth::unknown;
    std::string_view reason;  // when unknown
  };

  void read_transforms();
  void note_secrets();
  void add_resources(const std::shared_ptr<Template>& self);
  void add_references();
  void add_references_of(const syntax::Node& node, std::optional<graph::ResourceId> from,
                         std::string_view through, std::string_view opens);
  void add_reference(std::string_view name, std::string_view attribute, source::Span span,
                     std::optional<graph::ResourceId> from, std::string_view through,
                     std::string_view opens);

  value::Value evaluate_at(const syntax::Node& written, int depth);
  value::Value call(const Call& call, source::Span written, int depth);
  value::Value scalar(const syntax::Node& node);
  value::Value list(const syntax::Node& node, int depth);
  value::Value map(const syntax::Node& node, int depth);
  value::Value reference(std::string_view name, source::Span span);
  value::Value attribute(std::string_view name, std::string_view attribute, source::Span span);
  value::Value get_attribute(const syntax::Node& argument, source::Span span);
  value::Value parameter(std::string_view name, const syntax::Node& node);
  value::Value pseudo_parameter(std::string_view name);
  value::Value substitute(const syntax::Node& argument, source::Span written, bool tagged,
                          int depth);
  value::Value join(const syntax::Node& argument, source::Span written, int depth);
  value::Value concatenate(const std::vector<value::TextPart>& parts, source::Span written);
  value::Value find_in_map(const syntax::Node& argument, int depth);
  value::Value choose(const syntax::Node& argument, int depth);
  value::Value select(const syntax::Node& argument, int depth);
  value::Value zones(const Call& call, int depth);
  value::Value split(const syntax::Node& argument, int depth);
  value::Value cidr(const syntax::Node& argument, int depth);
  value::Value length(const Call& call, int depth);
  value::Value base64(const Call& call, int depth);
  value::Value json_text(const Call& call, source::Span written, int depth);
  // The argument of a function of one value, without the function's own tag.
  value::Value only_argument(const Call& call, int depth);
  value::Value not_evaluated(const Call& call);

  Decided condition(std::string_view name);
  Decided decide(const syntax::Node& node, int depth);
  Decided decide_equal(const syntax::Node& argument);

  const value::Origin* origin(value::How how, source::Span span, std::string_view name = {});

  const syntax::Node& root_;
  graph::Graph& graph_;
  std::string_view macro_;
  std::unordered_map<std::string_view, Decided> conditions_;
  std::set<std::string_view> deciding_;
  std::unordered_map<std::string_view, value::Value> parameters_;
  std::set<std::string_view> names_;        // in the arena
  std::vector<const syntax::Node*> nodes_;  // of the resources, by their ids
  std::uint32_t budget_ = 0;                // nodes that the current attribute may still cost
};

}  // namespace resilint::dialect::cloudformation
