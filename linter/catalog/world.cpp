// SPDX-License-Identifier: Apache-2.0
#include "catalog/world.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "catalog/functions/functions.h"

namespace resilint::catalog {
namespace {

using value::Membership;
using value::Truth;
using value::Value;

// The pseudo-object `project` of rules: nothing but the receiver of `project.all(kind)`.
class Project final : public value::Object {
 public:
  explicit Project(const World& world) : world_(world) {}
  [[nodiscard]] std::string_view kind() const override { return "project"; }
  [[nodiscard]] Value attribute(std::string_view) const override { return {}; }
  [[nodiscard]] Truth has(std::string_view) const override { return Truth::no; }
  [[nodiscard]] std::string_view address() const override { return "project"; }
  [[nodiscard]] const World& world() const { return world_; }

 private:
  const World& world_;
};

Value object_value(const Object& object) {
  return Value(Value::Payload(static_cast<const value::Object*>(&object)));
}

Membership membership(const graph::Existence& existence) {
  if (!existence.each.empty()) return Membership::any_number;
  return existence.truth == Truth::yes ? Membership::definite : Membership::maybe;
}

value::Member member(const Object& object) {
  const graph::Existence existence = object.existence();
  return {object_value(object), membership(existence), existence.waits};
}

// What most relations of most objects come to.
constexpr value::List no_members{};

Value list_value(base::Arena& arena, const std::vector<value::Member>& members,
                 std::string_view open_reason, const value::Undecided* waits) {
  if (members.empty() && open_reason.empty() && waits == nullptr)
    return Value(Value::Payload(&no_members));
  const value::List list{arena.copy(members), !open_reason.empty() || waits != nullptr, open_reason,
                         waits};
  return Value(Value::Payload(arena.make<value::List>(list)));
}

// ---- functions that rules may call -----------------------------------------------------------

// project.all("kind")
Value call_all(base::Arena& arena, std::span<const Value> arguments) {
  const auto* object = arguments[0].pointer<value::Object>();
  const auto* project = dynamic_cast<const Project*>(object);
  const std::string_view* kind = arguments[1].get<std::string_view>();
  if (project == nullptr || kind == nullptr) {
    return value::unknown(arena, "all() is called on something that is not the project");
  }
  return project->world().all(*kind);
}

// list.of("kind"): the members that are of the kind; those that nobody knows stay maybe-members.
Value call_of(base::Arena& arena, std::span<const Value> arguments) {
  const auto* list = arguments[0].pointer<value::List>();
  const std::string_view* kind = arguments[1].get<std::string_view>();
  if (list == nullptr || kind == nullptr) {
    return value::unknown(arena, "of() is called on something that is not a list");
  }
  std::vector<value::Member> kept;
  for (const value::Member& member : list->members) {
    const auto* object = dynamic_cast<const Object*>(member.value.pointer<value::Object>());
    if (object != nullptr) {
      const Object* narrowed = object->world().as(*object, *kind);
      if (narrowed != nullptr) {
        kept.push_back({object_value(*narrowed)
                            .with_origin(member.value.origin())
                            .with_written(member.value.written()),
                        member.membership, member.waits});
      }
    } else {
      const Membership stays =
          member.membership == Membership::definite ? Membership::maybe : member.membership;
      const value::Undecided* waits = member.value.undecided();
      kept.push_back({member.value, stays, waits != nullptr ? waits : member.waits});
    }
  }
  const value::List narrowed{arena.copy(kept), list->open, list->open_reason, list->waits};
  return Value(Value::Payload(arena.make<value::List>(narrowed)));
}

constexpr cel::Type string_type{cel::TypeKind::string, nullptr, nullptr, {}};
constexpr cel::Type list_type{cel::TypeKind::list, nullptr, nullptr, {}};
constexpr cel::Type project_type{cel::TypeKind::object, nullptr, nullptr, "project"};
constexpr cel::Type all_parameters[] = {project_type, string_type};
constexpr cel::Type of_parameters[] = {list_type, string_type};

}  // namespace

std::span<const cel::Function> functions() {
  static const cel::Function table[] = {
      {.name = "all",
       .member = true,
       .parameters = all_parameters,
       .result = list_type,
       .result_is_named_kind = true,
       .call = call_all},
      {.name = "of",
       .member = true,
       .parameters = of_parameters,
       .result = list_type,
       .result_is_named_kind = true,
       .call = call_of},
      count_distinct,
      policy_allows,
  };
  return table;
}

// ---- objects -----------------------------------------------------------------------------------

const Resolved& Object::resolve(std::string_view name) const {
  for (Slot* slot = slots_; slot != nullptr; slot = slot->next) {
    if (*slot->name != name || !world_.choices().holds(slot->basis)) continue;
    if (slot->resolved == nullptr) {
      // Computed attributes that need each other through the graph; the loader refuses the plain
      // cycles, this ends the others.
      Resolved itself;
      itself.value = world_.unknown("its value depends on itself");
      slot->resolved = world_.keep(itself);
    }
    return *slot->resolved;
  }
  const Attribute* attribute = kind_ == nullptr ? nullptr : kind_->attribute(name);
  const Relation* relation = kind_ == nullptr ? nullptr : kind_->relation(name);
  base::Arena& arena = world_.arena();
  const std::string_view* kept = attribute != nullptr ? &attribute->name
                                 : relation != nullptr
                                     ? &relation->name
                                     : arena.make<std::string_view>(arena.copy(name));
  Slot& slot = *arena.make<Slot>(Slot{kept, nullptr, slots_});
  slots_ = &slot;
  const value::Choices::Frame frame(world_.choices());
  Resolved resolved;
  if (attribute != nullptr) {
    resolved = world_.resolve(*this, *attribute);
  } else if (relation != nullptr) {
    resolved.value = world_.resolve_relation(*this, *relation);
  } else if (kind_ == nullptr) {
    resolved = world_.resolve_native(*this, *kept);
  }
  slot.basis = frame.basis();
  slot.resolved = world_.keep(resolved);
  return *slot.resolved;
}

Object::Place Object::element_place() const {
  const source::Span written = element_ == nullptr ? source::Span{} : element_->value.written();
  return {resource_.id, static_cast<std::uint32_t>(written.file), written.begin,
          written.end == 0 ? address() : element_->turn};
}

graph::Existence Object::existence() const {
  if (element_ == nullptr) return resource_.existence();
  graph::Existence all = element_->owner.existence();
  const graph::Existence* listed = element_->existence;
  if (listed == nullptr) return all;
  all.truth = all.truth && listed->truth;
  all.waits = value::united(world_.arena(), all.waits, listed->waits);
  if (all.each.empty()) all.each = listed->each;
  return all;
}

std::string_view Object::doubt() const {
  const graph::Existence found = existence();
  return found.truth == Truth::unknown ? found.reason : std::string_view{};
}

// Most attributes of most objects are not written: those of one name share what there is to say.
const Resolved* World::keep(const Resolved& resolved) const {
  const Value& value = resolved.value;
  const bool* flag = value.get<bool>();
  const std::int64_t* number = value.get<std::int64_t>();
  const bool shareable = (value.absent() || flag != nullptr || number != nullptr ||
                          value.pointer<value::List>() == &no_members) &&
                         !value.sensitive() && !value.is_written() &&
                         resolved.present == Truth::no && !resolved.is_written() &&
                         resolved.companion.empty();
  if (!shareable) return arena_.make<Resolved>(resolved);
  const std::int64_t bits = flag != nullptr ? std::int64_t{*flag} : number != nullptr ? *number : 0;
  const Resolved*& shared =
      not_written_[{resolved.property, value.origin(), value.payload().index(), bits}];
  if (shared == nullptr) shared = arena_.make<Resolved>(resolved);
  return shared;
}

Value Object::attribute(std::string_view name) const { return resolve(name).value; }

Truth Object::has(std::string_view name) const {
  const Resolved& resolved = resolve(name);
  if (resolved.present != Truth::no) return resolved.present;
  const Attribute* attribute = kind_ == nullptr ? nullptr : kind_->attribute(name);
  if (attribute != nullptr && !attribute->expressible(resource_.dialect)) return Truth::no;
  if (attribute != nullptr && attribute->required) return Truth::unknown;
  return value::truth(!resolved.value.absent());
}

bool Object::same(const value::Object& other) const {
  const auto* object = dynamic_cast<const Object*>(&other);
  return object != nullptr && &object->world_ == &world_ && object->resource_.id == resource_.id &&
         object->home() == home();
}

// ---- the world ---------------------------------------------------------------------------------

World::World(const Model& model, graph::Graph& graph, const source::FileSet& files)
    : model_(model),
      graph_(graph),
      files_(files),
      by_resource_(graph.resources().size()),
      project_(std::make_unique<Project>(*this)) {
  for (const graph::Resource& resource : graph.resources())
    by_type_[resource.native_type].push_back(&resource);
}
World::~World() = default;

std::span<const graph::Resource* const> World::of_type(std::string_view native_type) const {
  const auto found = by_type_.find(native_type);
  if (found == by_type_.end()) return {};
  return found->second;
}

std::vector<const graph::Resource*> World::of_kind(const Kind& kind) const {
  std::vector<const graph::Resource*> found;
  for (const NativeType& type : kind.types) {
    for (const graph::Resource* resource : of_type(type.name)) {
      if (resource->dialect == type.dialect) found.push_back(resource);
    }
  }
  std::ranges::sort(found, {}, &graph::Resource::id);
  return found;
}

bool World::lacks(std::string_view kind_name) const {
  if (by_type_.empty()) return kind_name != "project";
  const Kind* kind = model_.find(kind_name);
  if (kind == nullptr) return kind_name != "project" && of_type(kind_name).empty();
  const auto none = [&](std::string_view type) { return of_type(type).empty(); };
  return std::ranges::all_of(kind->types, none, &NativeType::name) &&
         std::ranges::all_of(kind->homes, [&](const Home& home) {
           return home.kind.empty() ? none(home.type) : lacks(home.kind);
         });
}

const value::Object& World::project() const { return *project_; }

const Object* World::object(const graph::Resource& resource, const Kind* kind) const {
  const Object*& known = by_resource_[static_cast<std::size_t>(resource.id)];
  for (const Object* object = known; object != nullptr; object = object->as_other_) {
    if (object->kind_ == kind) return object;
  }
  Object& made = objects_.emplace_back(*this, kind, resource, nullptr);
  made.as_other_ = known;
  known = &made;
  return known;
}

std::span<const Object* const> World::objects(std::string_view kind) const {
  return population(kind).objects;
}

World::Population& World::population(std::string_view kind_name) const {
  const Kind* kind = model_.find(kind_name);
  auto memo = populations_.find(kind_name);
  if (memo == populations_.end()) {
    const std::string_view kept = kind == nullptr ? arena_.copy(kind_name) : kind->name;
    memo = populations_.try_emplace(kept).first;
  }
  const std::string_view kept = memo->first;
  if (const auto* found = memo->second.find(choices())) return **found;
  const value::Choices::Frame frame(choices());
  auto filled = std::make_unique<Population>();
  Population& made = *filled;

  const auto add = [&](const graph::Resource& resource) {
    if (resource.existence().truth != Truth::no) made.objects.push_back(object(resource, kind));
  };
  if (kind != nullptr) {
    for (const graph::Resource* resource : of_kind(*kind)) add(*resource);
  } else if (is_native(kept)) {
    for (const graph::Resource* resource : of_type(kept)) add(*resource);
  }
  // An empty list of homes leaves it at the resources.
  const std::span<const Home> homes = kind == nullptr ? std::span<const Home>{} : kind->homes;
  for (const Home& home : homes) {
    if (!home.kind.empty()) {
      for (const Object* owner : objects(home.kind)) add_elements(*kind, home, *owner, made);
      continue;
    }
    const std::vector<const Kind*> kinds = model_.of_type(home.dialect, home.type);
    const Kind* owner = kinds.empty() ? nullptr : kinds.front();
    for (const graph::Resource* resource : of_type(home.type)) {
      if (resource->dialect == home.dialect && resource->existence().truth != Truth::no)
        add_elements(*kind, home, *object(*resource, owner), made);
    }
  }
  return *populations_.find(kept)->second.keep(frame, std::move(filled));
}

void World::add_elements(const Kind& kind, const Home& home, const Object& owner,
                         Population& into) const {
  struct Place {
    Walked walked;
    std::string path;
    graph::Existence existence;  // in the lists of the owner
  };
  std::vector<Place> places;
  const std::span<const Step> steps = home.at.steps;
  // The first step goes through the dialect, the others through the value that it gave.
  const Path first{steps.front().name, steps.first(1), home.at.outside};
  places.push_back({read(owner, first), std::string(steps.front().name), {}});

  for (const Step& step : steps.subspan(1)) {
    std::vector<Place> next;
    for (const Place& place : places) {
      if (place.walked.value.open()) {
        next.push_back(place);
        continue;
      }
      if (step.kind != StepKind::each) {
        const std::string path = step.kind == StepKind::index
                                     ? base::format("{}[{}]", place.path, step.index)
                                     : base::format("{}.{}", place.path, step.name);
        next.push_back({walk(place.walked, std::span(&step, 1)), path, place.existence});
        continue;
      }
      const auto* list = place.walked.value.pointer<value::List>();
      if (list == nullptr) {
        // A single block or map where a list may stand is its only element.
        if (place.walked.value.pointer<value::Map>() != nullptr) {
          next.push_back({place.walked, base::format("{}[0]", place.path), place.existence});
        }
        continue;
      }
      if (list->open) into.unread.push_back({&owner, list->open_reason, list->waits});
      std::size_t index = 0;
      for (const value::Member& member : list->members) {
        graph::Existence exists = place.existence;
        if (member.membership != Membership::definite) {
          exists.truth = Truth::unknown;
          exists.waits = value::united(arena_, exists.waits, member.waits);
          if (member.membership == Membership::any_number) exists.each = "members of one list";
        }
        next.push_back({{member.value, {}, exists.truth},
                        base::format("{}[{}]", place.path, index++),
                        exists});
      }
    }
    places = std::move(next);
  }

  std::map<std::pair<source::FileId, std::uint32_t>, std::size_t> turns;
  for (const Place& place : places) {
    if (place.walked.value.absent()) continue;
    if (const value::Unknown* unknown = place.walked.value.unknown()) {
      into.unread.push_back({&owner, unknown->reason, nullptr});
      continue;
    }
    if (const value::Undecided* waits = place.walked.value.undecided()) {
      into.unread.push_back({&owner, {}, waits});
      continue;
    }
    // What one dynamic block makes is one text.
    const source::Span text = place.walked.value.written();
    const std::size_t turn = turns[{text.file, text.begin}]++;
    const std::string_view outer =
        owner.element_ == nullptr ? std::string_view{} : owner.element_->turn;
    Object::Element element{
        .owner = owner,
        .value = place.walked.value,
        .home = arena_.copy(place.path),
        .turn = {},
        .address = arena_.copy(base::format("{}.{}", owner.address(), place.path)),
        .place = place.walked.value.is_written() ? text : owner.resource().name};
    if (turn > 0 || !outer.empty()) element.turn = arena_.copy(base::format("{}.{}", outer, turn));
    if (place.existence.truth != Truth::yes)
      element.existence = arena_.make<graph::Existence>(place.existence);
    into.objects.push_back(&objects_.emplace_back(*this, &kind, owner.resource(),
                                                  arena_.make<Object::Element>(element)));
  }
}

const Object* World::as(const Object& object, std::string_view kinds) const {
  for (const std::string_view kind_name : base::split(kinds, '|')) {
    if (object.kind() == kind_name) return &object;
    if (object.element_ != nullptr) continue;
    if (is_native(kind_name)) {
      if (object.resource().native_type == kind_name)
        return this->object(object.resource(), nullptr);
      continue;
    }
    for (const Kind* kind :
         model_.of_type(object.resource().dialect, object.resource().native_type)) {
      if (kind->name == kind_name) return this->object(object.resource(), kind);
    }
  }
  return nullptr;
}

const value::Undecided* World::more_objects_wait(std::string_view kind) const {
  const value::Undecided* waits = nullptr;
  for (const Population::Unread& unread : population(kind).unread)
    waits = value::united(arena_, waits, unread.waits);
  return waits;
}

const Object* World::same_now(const Object& object) const {
  if (object.element_ == nullptr)
    return object.resource_.existence().truth == Truth::no ? nullptr : &object;
  Population& now = population(object.kind());
  if (now.elements.empty()) {
    for (const Object* candidate : now.objects)
      now.elements.emplace(candidate->element_place(), candidate);
  }
  const auto found = now.elements.find(object.element_place());
  return found == now.elements.end() ? nullptr : found->second;
}

Value World::all(std::string_view kind) const {
  const Population& found = population(kind);
  std::vector<value::Member> members;
  members.reserve(found.objects.size());
  for (const Object* object : found.objects) members.push_back(member(*object));
  std::string_view open = graph_.opened_whole;
  if (open.empty()) open = graph_.unread;
  const value::Undecided* waits = nullptr;
  for (const Population::Unread& unread : found.unread) {
    if (open.empty()) open = unread.reason;
    waits = value::united(arena_, waits, unread.waits);
  }
  return list_value(arena_, members, open, open.empty() ? waits : nullptr);
}

// ---- relations ---------------------------------------------------------------------------------

void World::note_namer(Namers& namers, const Object& by, const Value& named, Membership membership,
                       const value::Undecided* waits) const {
  const auto* object = dynamic_cast<const Object*>(named.pointer<value::Object>());
  if (object != nullptr) {
    std::vector<value::Member>& members = namers.of[{object->resource_.id, object->home()}];
    const bool again = !members.empty() && members.back().value.pointer<value::Object>() == &by;
    if (!again) members.push_back({object_value(by), membership, waits});
    return;
  }
  if (const auto* list = named.pointer<value::List>()) {
    for (const value::Member& member : list->members) {
      const bool sure = member.membership == Membership::definite;
      note_namer(namers, by, member.value, sure ? membership : Membership::maybe,
                 value::united(arena_, waits, member.waits));
    }
    if (!list->open) return;
    waits = value::united(arena_, waits, list->waits);
  } else if (const value::Undecided* undecided = named.undecided()) {
    waits = value::united(arena_, waits, undecided);
  } else if (named.unknown() == nullptr || named.unknown()->elsewhere) {
    return;
  } else {
    waits = nullptr;  // whatever is chosen, it may name anything
  }
  const bool again =
      !namers.undirected.empty() && namers.undirected.back().value.pointer<value::Object>() == &by;
  if (!again) namers.undirected.push_back({object_value(by), Membership::maybe, waits});
}

void World::note_crowd(Namers& namers) const {
  constexpr std::size_t most_listed = 256;
  constexpr std::size_t most_choices = 64;  // more runs than the engine makes
  if (namers.undirected.size() <= most_listed) return;
  for (const value::Member& member : namers.undirected) {
    namers.crowd_waits =
        member.waits == nullptr ? nullptr : value::united(arena_, namers.crowd_waits, member.waits);
    if (namers.crowd_waits == nullptr || namers.crowd_waits->choices.size() > most_choices) {
      namers.crowd_waits = nullptr;
      break;
    }
  }
  const auto* first = namers.undirected.front().value.pointer<value::Object>();
  namers.crowd = arena_.copy(
      base::format("{} and {} others may mean it", first->address(), namers.undirected.size() - 1));
}

const World::Namers& World::namers(const Source& source) const {
  value::Memo<std::unique_ptr<Namers>>& memo = namers_[{source.kind, source.attribute}];
  if (const auto* found = memo.find(choices())) return **found;
  // Filled before it is published: reading an attribute may ask for this relation again.
  const value::Choices::Frame frame(choices());
  auto filled = std::make_unique<Namers>();
  for (const Object* object : objects(source.kind)) {
    const graph::Existence existence = object->existence();
    note_namer(*filled, *object, object->attribute(source.attribute), membership(existence),
               existence.waits);
  }
  note_crowd(*filled);
  return *memo.keep(frame, std::move(filled));
}

std::string_view World::opened(const Object& object) const {
  if (!graph_.opened_whole.empty()) return graph_.opened_whole;
  const std::string_view how = graph_.opened(object.resource().id);
  return how.empty() ? how : arena_.copy(base::format("{} is {}", object.resource().address, how));
}

// Whether all that may name an object through a relation stands in resources of its own type, as
// the behaviours of a distribution do: nobody adds one from elsewhere.
bool World::is_named_inside_only(const Object& object, const Relation& relation) const {
  const graph::Resource& resource = object.resource();
  return std::ranges::all_of(relation.sources, [&](const Source& source) {
    const Kind* kind = model_.find(source.kind);
    if (kind == nullptr || kind->homes.empty()) return false;
    const bool apart = std::ranges::any_of(
        kind->types, [&](const NativeType& type) { return type.dialect == resource.dialect; });
    return !apart && std::ranges::all_of(kind->homes, [&](const Home& home) {
      return home.dialect != resource.dialect || home.type == resource.native_type;
    });
  });
}

Value World::resolve_relation(const Object& object, const Relation& relation) const {
  std::vector<value::Member> members;
  std::string_view open =
      is_named_inside_only(object, relation) ? graph_.opened_whole : opened(object);
  const value::Undecided* waits = nullptr;
  for (const Source& source : relation.sources) {
    const Kind* kind = model_.find(source.kind);
    const bool through_parent = kind != nullptr && kind->parent == source.attribute;
    const Namers& found = namers(source);
    const auto direct = found.of.find({object.resource_.id, object.home()});
    if (direct != found.of.end()) {
      const graph::Existence own = object.existence();
      for (value::Member member : direct->second) {
        // In one loop there are as many of them as there are of this.
        const auto* by = dynamic_cast<const Object*>(member.value.pointer<value::Object>());
        const graph::Existence other = by->existence();
        const bool alike = other.truth == own.truth && other.reason == own.reason;
        if (member.membership == Membership::any_number && other.each == own.each &&
            (other.truth == Truth::yes || alike))
          member.membership = Membership::definite;
        // Whether an element is there, once its owner is, says the list of the owner alone.
        if (through_parent && by->element_ != nullptr && by->element_->owner.same(object)) {
          const graph::Existence listed =
              by->element_->existence == nullptr ? graph::Existence{} : *by->element_->existence;
          member.membership = membership(listed);
          member.waits = listed.waits;
        }
        members.push_back(member);
      }
    }
    if (open.empty() && found.crowd_waits == nullptr) open = found.crowd;
    waits = value::united(arena_, waits, found.crowd_waits);
    for (const value::Member& member : found.undirected) {
      if (!found.crowd.empty()) break;
      const auto* by = member.value.pointer<value::Object>();
      const bool named_already = std::ranges::any_of(members, [by](const value::Member& other) {
        return other.value.pointer<value::Object>() == by;
      });
      if (!named_already) members.push_back(member);
    }
    for (const Population::Unread& unread : population(source.kind).unread) {
      if (through_parent && !unread.owner->same(object)) continue;
      if (open.empty()) open = unread.reason;
      waits = value::united(arena_, waits, unread.waits);
    }
  }
  return list_value(arena_, members, open, open.empty() ? waits : nullptr);
}

}  // namespace resilint::catalog
