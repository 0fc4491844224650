// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dialect/cloudformation/nodes.h"
#include "dialect/dialect.h"
#include "graph/graph.h"
#include "syntax/node.h"
#include "value/choices.h"
#include "value/value.h"

namespace resilint::dialect::cloudformation {

class Template;

// Why a value that should be a text is none, for people.
std::string_view why_unknown(const value::Value& value);

// What a value is evaluated for. It matters for parameters that can be chosen.
enum class Use : std::uint8_t {
  data,      // a property, or a part of one
  text,      // a part of a longer text, or what has to be known before anything is chosen
  deciding,  // compared in a condition, or a key of a mapping
};

// A name that a Fn::ForEach binds to one item of its collection.
struct Loop {
  std::string_view name;
  value::Value value;  // unknown in the one instance that stands for all
  const Loop* outer = nullptr;
};

// Where an expression stands.
struct Scope {
  Use use = Use::data;
  const Loop* loop = nullptr;  // the innermost
  int depth = 0;

  [[nodiscard]] Scope below() const { return {use, loop, depth + 1}; }
  [[nodiscard]] Scope below(Use other) const { return {other, loop, depth + 1}; }
  // For a part of a longer text: a property's parameter is plain data there.
  [[nodiscard]] Scope in_text() const { return below(use == Use::data ? Use::text : use); }
};

// A member of a mapping with its loops unrolled and its includes read.
struct Item {
  std::string_view key;
  const syntax::Entry* entry = nullptr;
  const Loop* loop = nullptr;
  bool any_number = false;  // stands for all instances of a loop whose collection is not known
};
struct Items {
  std::vector<Item> items;
  std::string_view open;  // why there may be more; empty when there cannot
};
struct Expansion {
  Items found;
  const Loop* around = nullptr;  // the mapping itself
  std::size_t room = 0;          // for instances of the outermost loop in it
};

// Whether a path names a file beside the template, not a URL.
bool is_local(std::string_view path);

// The templates that are deployed together, and what is given for them. Lives as long as the bodies
// of their resources.
struct Deployment {
  Deployment(graph::Graph& made, const Inputs& given, Files& others);
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;
  ~Deployment();

  struct Export {
    Template* owner = nullptr;
    const syntax::Node* value = nullptr;
    const Loop* loop = nullptr;
  };

  graph::Graph& graph;
  const Inputs inputs;
  Files& files;
  std::vector<std::unique_ptr<Template>> templates;
  std::map<std::string_view, std::vector<Export>> exports;  // by name
  std::uint32_t budget = 0;        // nodes that the attribute under way may still cost
  std::uint32_t room = 1'000'000;  // for instances of all loops
};

// One template as it would be deployed, as far as that can be known: its parameters, mappings and
// conditions, and the values of its expressions.
class Template {
 public:
  // `parent` is null for a root; `stack` is the logical id in its parent, in that loop.
  Template(const syntax::Node& root, Deployment& deployment, Template* parent = nullptr,
           std::string_view stack = {}, const Loop* loop = nullptr);

  // Fills the graph with resources, those of nested stacks included. Then, once all templates of
  // the deployment have done this, with what may be connected to them from outside.
  void add_resources();
  void open_resources();

  // Puts the names of its exports into the deployment.
  void note_exports();

  Ties ties();

  // The value of an expression, evaluated whole. Never fails: what cannot be known is unknown.
  value::Value evaluate(const syntax::Node& node, const Scope& scope = {});

  // The entry of a mapping by its key, in a loop's body or an include, too.
  std::optional<Item> item(const syntax::Node& mapping, std::string_view key, const Loop* loop);

  // Whether what hangs on the named condition (empty: on none) exists.
  graph::Existence existence(std::string_view condition, const Loop* loop);

  // Why every attribute of the template may be changed by something that is not read; else empty.
  [[nodiscard]] std::string_view macro() const { return macro_; }

  // Why a mapping may have members beside those that are written; else empty.
  std::string_view opened(const syntax::Node& mapping, const Loop* loop);

  // The name for as long as the graph lives.
  std::string_view lasting(std::string_view name);

  // The symbol holds within this template.
  value::Value unknown(std::string_view reason, std::string_view symbol = {});
  std::string_view scoped(std::string_view symbol);
  value::Value maybe_absent(std::string_view reason);
  [[nodiscard]] graph::Graph& graph() { return graph_; }

 private:
  struct Decided {
    value::Truth truth = value::Truth::unknown;
    std::string_view reason;                  // when unknown
    const value::Undecided* waits = nullptr;  // when a choice may decide it
  };
  struct Named {
    graph::ResourceId id{};
    const syntax::Node* node = nullptr;
    const Loop* loop = nullptr;
    Template* nested = nullptr;  // of a nested stack that is read
    std::string_view unread;     // why it is not
  };

  // template.cpp
  void read_transforms();
  void note_secrets();
  void note_unread(source::Span span, std::string_view message);
  void add_resource(const Item& item);
  // Each opens resources: all that an expression names, one by its name, all behind an output.
  void open_named_in(const syntax::Node& node, std::string_view why, const Loop* loop);
  void open(std::string_view name, std::string_view attribute, std::string_view why);
  void open_output(std::string_view name, std::string_view why);
  const Named* named(std::string_view name) const;
  std::vector<const syntax::Node*> sections(std::string_view name);

  // stacks.cpp
  void read_nested(const Item& item, Named& stack);
  std::string_view nested_path(const syntax::Node& resource, const Loop* loop);
  std::optional<value::Value> passed(std::string_view parameter, const Scope& scope);
  std::optional<value::Value> pass(std::string_view parameter, const Scope& scope);
  const syntax::Node* passed_node(std::string_view parameter);
  value::Value output(std::string_view name, const Scope& scope);
  value::Value import(const Call& call, const Scope& scope);
  [[nodiscard]] bool includes(source::FileId file) const;

  // loops.cpp
  Items expanded(const syntax::Node& mapping, const Loop* loop);
  bool expand(const syntax::Node& mapping, const Loop* loop, bool any_number, int depth,
              Expansion& into);
  bool expand_loop(const syntax::Entry& entry, const Loop* loop, bool any_number, int depth,
                   Expansion& into);
  void expand_include(const syntax::Node& transform, const Loop* loop, bool any_number, int depth,
                      Expansion& into);
  const syntax::Node* included(const syntax::Node& transform, std::string& reason);
  std::string_view in_loop(std::string_view text, const Loop* loop);
  const value::Value* bound(std::string_view name, const Loop* loop) const;

  // values.cpp
  value::Value evaluate_at(const syntax::Node& written, const Scope& scope);
  value::Value call(const Call& call, source::Span written, const Scope& scope);
  value::Value scalar(const syntax::Node& node, const Scope& scope);
  value::Value list(const syntax::Node& node, const Scope& scope);
  value::Value map(const syntax::Node& node, const Scope& scope);
  value::Value reference(std::string_view name, source::Span span, const Scope& scope);
  value::Value attribute(std::string_view name, std::string_view attribute, source::Span span,
                         const Scope& scope);
  value::Value get_attribute(const syntax::Node& argument, source::Span span, const Scope& scope);
  value::Value substitute(const syntax::Node& argument, source::Span written, bool tagged,
                          const Scope& scope);
  value::Value join(const syntax::Node& argument, source::Span written, const Scope& scope);
  value::Value concatenate(const std::vector<value::TextPart>& parts, source::Span written);
  value::Value find_in_map(const syntax::Node& argument, const Scope& scope);
  value::Value choose(const syntax::Node& argument, const Scope& scope);
  value::Value not_evaluated(const Call& call, const Scope& scope);
  // What is made from something that is open, or from a list that is not known whole.
  value::Value open_as(const value::Value& from, std::string_view reason,
                       const std::string& symbol);

  // functions.cpp
  value::Value select(const syntax::Node& argument, const Scope& scope);
  value::Value zones(const Call& call, const Scope& scope);
  value::Value split(const syntax::Node& argument, const Scope& scope);
  value::Value cidr(const syntax::Node& argument, const Scope& scope);
  value::Value length(const Call& call, const Scope& scope);
  value::Value base64(const Call& call, const Scope& scope);
  value::Value json_text(const Call& call, source::Span written, const Scope& scope);
  // The argument of a function of one value, without the function's own tag.
  value::Value only_argument(const Call& call, const Scope& scope);

  // parameters.cpp
  value::Value parameter(std::string_view name, const syntax::Node& node, const Scope& scope);
  value::Value pseudo_parameter(std::string_view name, const Scope& scope);
  value::Value typed(const value::Value& given, std::string_view type);
  value::Value typed(std::string_view given, std::string_view type, const value::Origin* from,
                     bool sensitive);
  [[nodiscard]] source::Span declared_at(std::string_view parameter) const;
  static std::string partition(std::string_view region);
  const value::Choice* choice(std::string_view name, const syntax::Node* node);
  void note_constants(const syntax::Node& start);
  void note_keys(const syntax::Node& argument);
  void pass_constants_up();
  void add_constant(std::string_view parameter, std::string_view text);

  // conditions.cpp
  Decided condition(std::string_view name);
  Decided decide(const syntax::Node& node, const Scope& scope);
  Decided decide_equal(const syntax::Node& argument, const Scope& scope);
  Decided decide_contains(const Call& call, const Scope& scope);
  Decided compared(const value::Value& left, const value::Value& right);
  // Whether the values chosen for parameters are ones that the Rules section refuses.
  bool refused();

  const value::Origin* origin(value::How how, source::Span span, std::string_view name = {});

  const syntax::Node& root_;
  Deployment& deployment_;
  graph::Graph& graph_;
  Template* parent_;
  std::string_view stack_;   // the logical id in the parent; empty for a root
  const Loop* loop_;         // of the stack in its parent
  std::string_view prefix_;  // of addresses: "Network/"
  std::string_view scope_;   // of symbols: another text for each template but the first
  std::string_view macro_;
  std::unordered_map<std::string_view, value::Memo<Decided>> conditions_;
  std::set<std::string_view> deciding_;
  value::Memo<bool> refused_;
  std::unordered_map<std::string_view, value::Value> parameters_;
  std::map<std::pair<std::string_view, Use>, value::Memo<std::optional<value::Value>>> passed_;
  std::unordered_map<std::string_view, const value::Choice*> choices_;
  // What parameters are compared with, in the order written; and those that must be a mapping's
  // key.
  std::map<std::string_view, std::vector<std::string_view>> constants_;
  std::set<std::string_view> keys_;
  std::set<std::pair<const syntax::Node*, std::string_view>> noted_;  // mappings and such keys
  // Parameters and outputs that references were followed through, and what these open.
  std::set<std::pair<std::string_view, std::string_view>> followed_;
  std::set<std::string> evaluating_;    // outputs and parameters that are being worked out
  std::set<std::string_view> lasting_;  // in the arena
  std::unordered_map<std::string_view, Named> resources_;
  std::vector<std::string_view> order_;  // their names, as they are written
  std::map<std::pair<const syntax::Node*, const Loop*>, Items>
      expanded_;  // of mappings outside of loops
};

// Behind dialect::cloudformation_parameters.
Declared check_parameters(const syntax::Node& root, const Inputs& inputs);

}  // namespace resilint::dialect::cloudformation
