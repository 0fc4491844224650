// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "catalog/model.h"
#include "graph/graph.h"
#include "source/file.h"
#include "value/choices.h"
#include "value/value.h"

namespace resilint::catalog {

class World;

value::Value constant_value(const Constant& constant);  // absent for no constant

// What is known of one attribute of one object.
struct Resolved {
  value::Value value;  // coerced to the declared type; the default when nothing is written
  value::Truth present = value::Truth::no;  // something is written (a default does not count)
  source::Span place;          // of the value, or of its key when the value begins on a later line
  std::string_view property;   // as the resource writes it: "RedrivePolicy.maxReceiveCount"
  std::string_view companion;  // native type of the resource beside it that does; empty: itself
  [[nodiscard]] bool is_written() const { return place.end != 0; }
};

// A resource, or an element of a list inside one, seen as a kind of the model. Attributes are
// evaluated when first read. Owned by its World.
class Object final : public value::Object {
 public:
  [[nodiscard]] std::string_view kind() const override {
    return kind_ == nullptr ? resource_.native_type : kind_->name;
  }
  [[nodiscard]] value::Value attribute(std::string_view name) const override;
  [[nodiscard]] value::Truth has(std::string_view name) const override;
  [[nodiscard]] std::string_view address() const override {
    return element_ == nullptr ? resource_.address : element_->address;
  }
  [[nodiscard]] std::string_view doubt() const override;
  [[nodiscard]] bool same(const value::Object& other) const override;

  // For an attribute of the kind; a relation has a value and no place.
  [[nodiscard]] const Resolved& resolve(std::string_view name) const;

  [[nodiscard]] const Kind* model() const { return kind_; }  // null for a type that no model names
  [[nodiscard]] const graph::Resource& resource() const { return resource_; }
  [[nodiscard]] const Object* owner() const {  // of an element, else null
    return element_ == nullptr ? nullptr : &element_->owner;
  }
  [[nodiscard]] graph::Existence existence() const;
  // The same for the same resource or element whatever is chosen: an element's index depends on
  // what stands before it, its text and its turn among those of one text do not.
  using Place = std::tuple<value::ResourceId, std::uint32_t, std::uint32_t, std::string_view>;
  [[nodiscard]] Place element_place() const;
  // Where to point when no attribute fits: the resource's name, the element's first line.
  [[nodiscard]] source::Span place() const {
    return element_ == nullptr ? resource_.name : element_->place;
  }

  [[nodiscard]] const World& world() const { return world_; }

  // What only an element has.
  struct Element {
    const Object& owner;
    value::Value value;
    std::string_view home;  // its path in its resource: "Subscription[0]"
    std::string_view turn;  // of one whose text makes several; empty for the first
    std::string_view address;
    source::Span place;
    const graph::Existence* existence = nullptr;  // in its list, when it is in doubt
  };

  // Only World makes objects. Without a kind it is of the resource's native type.
  Object(const World& world, const Kind* kind, const graph::Resource& resource,
         const Element* element)
      : world_(world), kind_(kind), resource_(resource), element_(element) {}

 private:
  friend class World;
  // Kept in the world's arena, the last one read first.
  struct Slot {
    const std::string_view* name;
    const Resolved* resolved = nullptr;  // null while it is being worked out
    Slot* next = nullptr;
    const value::Choices::Basis* basis = nullptr;
  };

  [[nodiscard]] std::string_view home() const {
    return element_ == nullptr ? std::string_view{} : element_->home;
  }

  const World& world_;
  const Kind* kind_;
  const graph::Resource& resource_;
  const Element* element_;            // null for a resource
  const Object* as_other_ = nullptr;  // the same resource as a further kind
  mutable Slot* slots_ = nullptr;
};

// The resources of one project as objects of the model. Belongs to one task. What it hands out
// lives as long as it does; the model and the graph must outlive it.
class World {
 public:
  World(const Model& model, graph::Graph& graph, const source::FileSet& files);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  // All objects of a kind, or all resources of a native type, in the order of the graph. Those
  // that surely do not exist are not among them. As everything here, it is what holds for the
  // choices that are made at the moment.
  [[nodiscard]] std::span<const Object* const> objects(std::string_view kind) const;

  // Whether there is no resource, whatever is chosen, that is of the kind or holds one.
  [[nodiscard]] bool lacks(std::string_view kind) const;

  // What has to be chosen before it is known whether the kind has further objects; else null.
  [[nodiscard]] const value::Undecided* more_objects_wait(std::string_view kind) const;

  // The same resource or element with the choices that are made now: null when it does not exist.
  [[nodiscard]] const Object* same_now(const Object& object) const;

  // The `project` pseudo-object of rules.
  [[nodiscard]] const value::Object& project() const;

  // The list behind `project.all(kind)`.
  [[nodiscard]] value::Value all(std::string_view kind) const;

  // The same resource or element as one of `kinds` ("a|b"), or null when it is none of them.
  [[nodiscard]] const Object* as(const Object& object, std::string_view kinds) const;

  [[nodiscard]] base::Arena& arena() const { return arena_; }
  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const graph::Graph& graph() const { return graph_; }
  [[nodiscard]] value::Choices& choices() const { return graph_.choices; }

 private:
  friend class Object;

  // A resource, or an element by its path in it.
  using Key = std::pair<value::ResourceId, std::string_view>;

  // The objects of a kind and the places where more of them may be that cannot be read.
  struct Population {
    std::vector<const Object*> objects;
    struct Unread {
      const Object* owner;
      std::string_view reason;
      const value::Undecided* waits;
    };
    std::vector<Unread> unread;
    std::map<Object::Place, const Object*> elements;  // filled when first asked for
  };
  // Who names whom through one attribute of one kind.
  struct Namers {
    std::map<Key, std::vector<value::Member>> of;
    std::vector<value::Member> undirected;  // may name anything
    // Set when those are so many that listing them for each object that they may name would cost
    // the square of a template: then what they may name has an open list.
    std::string_view crowd;
    const value::Undecided* crowd_waits = nullptr;  // what has to be chosen before it is none
  };
  // The objects of a kind by the value of one identity attribute.
  struct IdentityIndex {
    std::unordered_map<std::string_view, std::vector<const Object*>> by_text;
    std::vector<std::pair<const Object*, value::Value>> unresolved;
  };
  // The outcome of following a path.
  struct Walked {
    value::Value value;
    source::Span key;
    value::Truth present = value::Truth::no;
  };

  Population& population(std::string_view kind) const;
  [[nodiscard]] std::span<const graph::Resource* const> of_type(std::string_view native_type) const;
  [[nodiscard]] std::vector<const graph::Resource*> of_kind(const Kind& kind) const;
  void add_elements(const Kind& kind, const Home& home, const Object& owner,
                    Population& into) const;
  const Object* object(const graph::Resource& resource, const Kind* kind) const;
  const Namers& namers(const Source& source) const;
  const IdentityIndex& identities(const Kind& kind, std::string_view attribute) const;
  void note_crowd(Namers& namers) const;
  void note_namer(Namers& namers, const Object& by, const value::Value& named,
                  value::Membership membership, const value::Undecided* waits) const;

  Resolved resolve(const Object& object, const Attribute& attribute) const;
  Resolved resolve_written(const Object& object, const Attribute& attribute) const;
  Resolved resolve_shape(const Object& object, const Attribute& attribute,
                         const Shape& shape) const;
  Walked read_companion(const Object& object, const Shape& shape) const;
  value::Truth names(const value::Value& written, const Object& object, std::string_view pattern,
                     const value::Undecided*& waits) const;
  Resolved resolve_native(const Object& object, std::string_view name) const;
  // Why something that is not read may belong to the object; empty when nothing can.
  [[nodiscard]] std::string_view opened(const Object& object) const;
  [[nodiscard]] bool is_named_inside_only(const Object& object, const Relation& relation) const;
  value::Value resolve_relation(const Object& object, const Relation& relation) const;
  value::Value provider_default(const Object& object, const Attribute& attribute) const;

  Walked read(const Object& object, const Path& path) const;
  Walked read(const graph::Resource& resource, const Path& path) const;
  Walked walk(Walked from, std::span<const Step> steps) const;

  // What a reference to an attribute gives that the other resource writes under the same name: the
  // zone of a subnet. Anything else as it is.
  value::Value as_written(const value::Value& value) const;
  value::Value coerce(const value::Value& given, const AttributeType& type,
                      const Shape* shape) const;
  value::Value coerce_list(const value::Value& written, const AttributeType& type,
                           const Shape* shape) const;
  value::Value coerce_reference(const value::Value& written, std::string_view kinds,
                                std::string_view pattern) const;
  value::Value by_identity(const value::Value& written, std::string_view kinds,
                           std::string_view pattern) const;
  value::Value by_key(const Object& object, const Shape& shape, std::string_view kinds) const;
  value::Value decode_json(const value::Value& written) const;
  value::Value decode_references(const value::Value& written, std::string_view kinds) const;
  value::Value typed(const value::Value& written) const;
  value::Value misfit(const value::Value& written, std::string_view expected) const;
  value::Value translated(const value::Value& written, std::span<const Translation> words) const;
  value::Value unknown(std::string_view reason) const;
  const Resolved* keep(const Resolved& resolved) const;
  source::Span place_of(const Walked& walked) const;

  const Model& model_;
  graph::Graph& graph_;
  const source::FileSet& files_;
  mutable base::Arena arena_;
  mutable std::deque<Object> objects_;
  std::unordered_map<std::string_view, std::vector<const graph::Resource*>> by_type_;
  // What is not written, and absent, a boolean, an integer or the list without members: by
  // property, origin and payload.
  using NotWritten = std::tuple<std::string_view, const value::Origin*, std::size_t, std::int64_t>;
  mutable std::map<NotWritten, const Resolved*> not_written_;
  mutable std::map<std::pair<const Attribute*, std::string_view>, const value::Origin*>
      defaults_;  // by attribute and native type
  mutable std::unordered_map<std::string_view, value::Memo<std::unique_ptr<Population>>>
      populations_;
  mutable std::vector<const Object*> by_resource_;  // each leads to the other kinds of its resource
  mutable std::map<std::pair<std::string_view, std::string_view>,
                   value::Memo<std::unique_ptr<Namers>>>
      namers_;
  mutable std::map<std::pair<const Kind*, std::string_view>,
                   value::Memo<std::unique_ptr<IdentityIndex>>>
      identities_;
  std::unique_ptr<value::Object> project_;
  mutable int following_ = 0;  // references from which another one is being followed
};

}  // namespace resilint::catalog
