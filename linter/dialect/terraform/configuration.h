// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dialect/dialect.h"
#include "dialect/terraform/expression.h"
#include "dialect/terraform/merge.h"
#include "dialect/terraform/type.h"
#include "graph/graph.h"
#include "value/choices.h"

namespace resilint::dialect::terraform {

class Configuration;

// What `count` and `for_each` make of a block, with what is chosen now.
struct Repetition {
  enum class Kind : std::uint8_t {
    once,       // neither is written
    count,      // `number` of them
    keys,       // one for each member of the map `each`; of a set, each key is its value
    undecided,  // it waits for choices
    unknown,    // any number of them, for `reason`
  };
  Kind kind = Kind::once;
  std::int64_t number = 0;
  std::span<const value::MapEntry> each;
  const value::Undecided* waits = nullptr;
  std::string_view reason;
  std::string_view symbol;  // unknown: of two with the same symbol, each has as many as the other
  value::Value any;         // unknown: what each.value stands for, when that is known
};

// A `resource` block and what it is expanded to. The instances are all that any choice can make;
// which of them exist depends on what is chosen.
struct ResourceBlock {
  std::string_view type;
  std::string_view name;
  const syntax::Entry* entry = nullptr;
  const syntax::Node* body = nullptr;
  const syntax::Node* count = nullptr;
  const syntax::Node* for_each = nullptr;
  const syntax::Node* enabled = nullptr;  // OpenTofu: lifecycle.enabled

  struct Instance {
    graph::ResourceId id{};
    std::int64_t index = 0;  // of count
    std::string_view key;    // of for_each
    bool stands_for_all = false;
  };
  std::vector<Instance> instances;
  bool expanded = false;
  bool expanding = false;
  value::Memo<Repetition> repetition;
};

// The files of one directory as Terraform would plan them, as far as that can be known without a
// provider: variables, locals, instances of resources, and the values of their arguments. Lives as
// long as the bodies of its resources.
class Configuration final : public Scope {
 public:
  Configuration(const ModuleSource& source, const Inputs& inputs, Files& files,
                graph::Graph& graph);
  ~Configuration() override;

  // Fills the graph with the instances of all resources; then with what may connect further things
  // to them.
  void add_resources();
  void open_resources();

  // The value of an output; absent when there is none of that name.
  value::Value output(std::string_view name);

  // ---- what expressions see
  base::Result<Named, Refusal> name(const syntax::Node& variable, Use use) override;
  Outcome part(const value::Reference& reference, std::string_view step,
               source::Span span) override;
  value::Value written(const value::Value& reference) override;
  base::Result<std::string_view, std::string> file(std::string_view path) override;

  // ---- what the bodies of resources see
  // An argument or the nested blocks of that type, as one value; absent when neither is written.
  value::Value member(const syntax::Node& body, std::string_view name, const Bound* bound);
  graph::Existence existence(ResourceBlock& block, const ResourceBlock::Instance& instance);
  // `each` or `count` of an instance, in the arena; null without either.
  const Bound* bound(ResourceBlock& block, const ResourceBlock::Instance& instance);
  [[nodiscard]] graph::Graph& graph() { return graph_; }
  std::string_view lasting(std::string_view text);

 private:
  struct Variable {
    std::string_view name;
    const syntax::Node* key = nullptr;
    const syntax::Node* body = nullptr;
    const Type* type = nullptr;  // null: any
    bool sensitive = false;
    bool nullable = true;
    bool listed = false;                  // a validation lists the values that it may have
    std::vector<value::Value> constants;  // what it is compared with, and what is listed
    bool is_key = false;                  // of an object that has no other keys
    bool is_condition = false;
    bool choice_made = false;
    const value::Choice* choice = nullptr;
    bool given_read = false;
    value::Value given;  // by the user; absent when nothing is
    bool preset_read = false;
    value::Value preset;  // the default; absent when there is none
  };
  struct Local {
    const syntax::Node* expression = nullptr;
    std::array<value::Memo<Outcome>, 3> values;  // by use
    bool evaluating = false;
  };
  struct Data {
    std::string_view type;
    std::string_view name;
    const syntax::Node* body = nullptr;
    const syntax::Entry* entry = nullptr;
    value::Memo<value::Value> document{};   // of a policy
    value::Memo<value::Value> instances{};  // of one in a loop
  };

  // configuration.cpp
  void read_declarations();
  void read_variable(const syntax::Entry& entry);
  Outcome local(std::string_view name, Use use, const syntax::Node& place);
  base::Result<Named, Refusal> resource(const syntax::Node& variable);
  Refusal undeclared(std::string_view what, std::string_view name,
                     const std::vector<std::string_view>& names, const syntax::Node& place);
  value::Value unknown(std::string_view reason, std::string_view symbol = {});
  Outcome evaluated(const syntax::Node& expression, Use use, const Bound* bound);
  // What Terraform refuses is unknown.
  value::Value known(const Outcome& outcome);

  // variables.cpp
  value::Value variable(Variable& variable, Use use);
  static bool is_boolean(const Variable& variable);
  value::Value workspace(Use use);
  value::Value region(Use use);
  const value::Value& given(Variable& variable);
  const value::Value& preset(Variable& variable);
  const value::Choice* choice(Variable& variable);
  value::Value from_text(const Variable& variable, std::string_view text);
  value::Value typed(const Variable& variable, const value::Value& value, value::How how,
                     source::Span place);
  value::Value with_origins(const value::Value& value, value::How how, std::string_view name,
                            source::Span place, bool sensitive);
  value::Value chosen(const value::Choice& choice, bool waits, const value::Value& otherwise);
  void note_constants();
  void note_constants(const syntax::Node& expression);
  void note_comparison(const syntax::Node& one, const syntax::Node& other);
  void note_keys(const syntax::Node& key, const syntax::Node& object);
  void note_condition(const syntax::Node& condition);
  void note_validation(const syntax::Node& validation, Variable& variable);
  Variable* only_variable(const syntax::Node& expression, int depth = 0);
  const syntax::Node* behind_locals(const syntax::Node& expression, int depth = 0);

  // instances.cpp
  void expand(ResourceBlock& block);
  void expand_named_in(const syntax::Node& expression, int depth = 0);
  bool collect_instances(ResourceBlock& block, std::vector<ResourceBlock::Instance>& into,
                         std::set<std::string_view>& keys, int& runs);
  Repetition repetition(ResourceBlock& block);
  Repetition too_many();
  Repetition count_of(const syntax::Node& expression);
  Repetition each_of(const syntax::Node& expression);
  Repetition open_repetition(const value::Value& value, const syntax::Node& expression);
  value::Value instances(ResourceBlock& block);
  graph::Existence enabled(const syntax::Node& condition);
  value::Value blocks(const syntax::Node& body, std::string_view name, const Bound* bound);
  value::Value body_value(const syntax::Node& body, source::Span header, const Bound* bound);
  bool add_dynamic(const syntax::Entry& entry, std::string_view type, const Bound* bound,
                   std::vector<value::Member>& into, const value::Undecided*& waits);

  // data.cpp
  value::Value data(Data& data, const syntax::Node& variable, std::size_t& steps, Use use);
  value::Value kept_document(Data& data, bool instances);
  value::Value policy_documents(const Data& data);
  value::Value policy_document(const Data& data, const Bound* around);
  value::Value written_document(const Data& data, const Bound* around);

  // references.cpp
  // Opens all resources that an expression names.
  void open_named_in(const syntax::Node& expression, std::string_view why, int depth = 0);
  std::string_view provider_version();

  graph::Graph& graph_;
  const ModuleSource& source_;
  const Inputs& inputs_;
  Files& files_;
  std::map<std::string_view, Variable> variables_;
  std::map<std::string_view, Local> locals_;
  std::vector<std::unique_ptr<ResourceBlock>> resources_;  // in the order of the files
  std::map<std::pair<std::string_view, std::string_view>, ResourceBlock*> by_address_;
  std::map<std::pair<std::string_view, std::string_view>, Data> data_;
  std::map<std::string_view, const syntax::Entry*> modules_;
  std::map<std::string_view, const syntax::Entry*> outputs_;
  std::vector<const syntax::Entry*> others_;  // provider, terraform, check, …
  Variable workspace_;
  Variable region_;
  std::set<std::string, std::less<>> lasting_;
  std::map<std::string, std::string, std::less<>> files_read_;
  std::vector<std::unique_ptr<syntax::Tree>> texts_;  // of values that are given as texts
  std::set<std::pair<const ResourceBlock*, std::string_view>> reading_;  // arguments under way
  std::set<const syntax::Node*> followed_;
  std::vector<const Data*> documents_under_way_;  // of policies, each held by the one before
  std::uint32_t nested_ = 0;                      // evaluations inside of each other
};

}  // namespace resilint::dialect::terraform
