// SPDX-License-Identifier: Apache-2.0
// From an attribute of the model to what the dialect wrote: paths, shapes, companions, defaults.
#include <algorithm>
#include <optional>

#include "base/format.h"
#include "catalog/world.h"

namespace resilint::catalog {
namespace {

using value::Truth;
using value::Value;

Truth presence(const Value& value) {
  if (value.absent() || value.get<value::Null>() != nullptr) return Truth::no;
  if (value.undecided() != nullptr) return Truth::unknown;
  const value::Unknown* unknown = value.unknown();
  return unknown != nullptr && unknown->may_be_absent ? Truth::unknown : Truth::yes;
}

// "RedrivePolicy" + "deadLetterTargetArn"
std::string_view joined(base::Arena& arena, std::string_view outer, std::string_view inner) {
  if (outer.empty()) return inner;
  return arena.copy(base::format("{}.{}", outer, inner));
}

}  // namespace

// A place is one line's business: the value, unless it begins on a line below its key.
source::Span World::place_of(const Walked& walked) const {
  const source::Span value = walked.value.written();
  const source::Span key = walked.key;
  if (key.end == 0) return value;
  if (value.end == 0 || value.file != key.file || value.begin < key.end) return key;
  const std::string_view between = files_.text({key.file, key.end, value.begin});
  return between.find('\n') == std::string_view::npos ? value : key;
}

Value constant_value(const Constant& constant) {
  if (const bool* flag = std::get_if<bool>(&constant)) return Value::boolean(*flag);
  if (const auto* number = std::get_if<std::int64_t>(&constant)) return Value::integer(*number);
  if (const auto* real = std::get_if<double>(&constant)) return Value::real(*real);
  if (const auto* text = std::get_if<std::string_view>(&constant)) return Value::string(*text);
  return {};
}

// ---- paths -------------------------------------------------------------------------------------

World::Walked World::read(const graph::Resource& resource, const Path& path) const {
  const std::string_view first = path.steps.front().name;
  const Value value =
      path.outside ? resource.body->outside(first) : resource.body->attribute(first);
  Walked start{value, {}, presence(value)};
  if (const auto key = resource.body->key_place(first); key && !path.outside) start.key = *key;
  return walk(start, path.steps.subspan(1));
}

World::Walked World::read(const Object& object, const Path& path) const {
  if (object.element_ == nullptr) return read(object.resource(), path);
  return walk({object.element_->value, {}, Truth::yes}, path.steps);
}

Value World::translated(const Value& written, std::span<const Translation> words) const {
  const std::string_view* text = written.get<std::string_view>();
  const bool* flag = written.get<bool>();
  const std::string_view word = text != nullptr   ? *text
                                : flag == nullptr ? std::string_view{}
                                : *flag           ? "true"
                                                  : "false";
  const auto found = std::ranges::find(words, word, &Translation::written);
  if (found == words.end()) return misfit(written, "one of the words that are known for it");
  return constant_value(found->means)
      .with_origin(written.origin())
      .with_written(written.written())
      .with_sensitive(written.sensitive());
}

World::Walked World::walk(Walked from, std::span<const Step> steps) const {
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const Step& step = steps[at];
    if (from.present == Truth::no) return {};
    if (from.value.open()) {
      // Whether the part is written inside something unknown is unknown too.
      if (const value::Unknown* unknown = from.value.unknown()) {
        value::Unknown inner = *unknown;
        inner.may_be_absent = true;
        inner.symbol = {};
        from.value = from.value.with_payload(arena_.make<value::Unknown>(inner));
      }
      from.present = Truth::unknown;
      return from;
    }
    const auto* list = from.value.pointer<value::List>();
    if (step.kind == StepKind::member) {
      // A block that is written as a list of one element is entered silently.
      if (list != nullptr && list->members.size() == 1 && !list->open) {
        from.value = list->members.front().value;
        if (list->members.front().membership != value::Membership::definite) {
          from.value = value::maybe_absent(arena_, "whether the block is there is not known");
          from.present = Truth::unknown;
          return from;
        }
      }
      const auto* map = from.value.pointer<value::Map>();
      if (map == nullptr) {
        const Value odd = misfit(from.value, "a map");
        return {odd.with_origin(from.value.origin()).with_written(from.value.written()), from.key,
                Truth::unknown};
      }
      if (const value::MapEntry* entry = map->find(step.name)) {
        from = {entry->value, entry->key_span, from.present && presence(entry->value)};
      } else if (map->open) {
        from = {value::maybe_absent(arena_, map->open_reason), from.key, Truth::unknown};
      } else {
        return {};
      }
      continue;
    }
    if (list == nullptr) {
      if (step.kind == StepKind::index && step.index > 0) return {};
      continue;  // one element written without the list around it
    }
    if (step.kind == StepKind::index) {
      if (step.index < list->members.size() && !list->open) {
        from.value = list->members[step.index].value;
        from.present = from.present && presence(from.value);
      } else if (list->open) {
        from = {value::maybe_absent(arena_, list->open_reason), from.key, Truth::unknown};
      } else {
        return {};
      }
      continue;
    }
    // Every element: what the rest of the path finds in each, as one list.
    std::vector<value::Member> members;
    for (const value::Member& member : list->members) {
      const Walked inner =
          walk({member.value, from.key, presence(member.value)}, steps.subspan(at + 1));
      if (inner.present == Truth::no) continue;
      const bool sure =
          inner.present == Truth::yes && member.membership == value::Membership::definite;
      members.push_back({inner.value,
                         sure ? value::Membership::definite
                         : member.membership == value::Membership::any_number
                             ? member.membership
                             : value::Membership::maybe,
                         value::united(arena_, member.waits, inner.value.undecided())});
    }
    const value::List every{arena_.copy(members), list->open, list->open_reason, list->waits};
    from.value = from.value.with_payload(arena_.make<value::List>(every));
    return from;
  }
  return from;
}

// ---- attributes --------------------------------------------------------------------------------

Resolved World::resolve(const Object& object, const Attribute& attribute) const {
  if (!attribute.computed.empty()) {
    const cel::Binding self{"self",
                            Value(Value::Payload(static_cast<const value::Object*>(&object)))};
    const cel::Context context{std::span(&self, 1), functions(), nullptr};
    // What is made on the way to a number or a boolean is not kept.
    if (attribute.type.kind == AttributeKind::boolean ||
        attribute.type.kind == AttributeKind::integer) {
      base::Arena scratch;
      const Value value = cel::evaluate(attribute.computed, context, scratch).value;
      if (value.get<bool>() != nullptr || value.get<std::int64_t>() != nullptr)
        return {value, Truth::no, {}, {}, {}};
    }
    const cel::Evaluated evaluated = cel::evaluate(attribute.computed, context, arena_);
    if (evaluated.error) {
      return {unknown(base::format("rule error in {}.{}: {}", object.kind(), attribute.name,
                                   evaluated.error->message)),
              Truth::no,
              {},
              {},
              {}};
    }
    return {evaluated.value, Truth::no, {}, {}, {}};
  }
  Resolved resolved = resolve_written(object, attribute);
  if (resolved.present == Truth::no) {
    resolved = {
        provider_default(object, attribute), Truth::no, {}, resolved.property, resolved.companion};
    if (resolved.value.absent() && attribute.required &&
        attribute.expressible(object.resource().dialect)) {
      resolved.value = unknown(base::format("{} is required, but not written", attribute.name));
    }
  }
  return resolved;
}

Resolved World::resolve_written(const Object& object, const Attribute& attribute) const {
  if (object.element_ != nullptr && object.kind_->parent == attribute.name) {
    const Object* owner = as(object.element_->owner, attribute.type.words);
    if (owner == nullptr) return {};
    return {
        Value(Value::Payload(static_cast<const value::Object*>(owner))), Truth::yes, {}, {}, {}};
  }
  if (!attribute.from.empty()) {
    const Resolved& outer = object.resolve(attribute.from);
    const Truth present = outer.present == Truth::no ? presence(outer.value) : outer.present;
    const Walked inner = walk({outer.value, outer.place, present}, attribute.path.steps);
    const Value value = coerce(inner.value, attribute.type, nullptr);
    return {value, value.absent() ? Truth::no : inner.present, place_of(inner),
            joined(arena_, outer.property, attribute.path.text), outer.companion};
  }
  Resolved none;
  std::optional<Resolved> possible;
  for (const Shape& shape : attribute.shapes) {
    if (shape.dialect != object.resource().dialect) continue;
    if (!shape.on.empty() && shape.on != object.resource().native_type) continue;
    Resolved resolved = resolve_shape(object, attribute, shape);
    if (resolved.present == Truth::yes) return resolved;
    // Something elsewhere may write it; what the resource itself writes counts all the same.
    if (resolved.present == Truth::unknown && !possible) possible = resolved;
    if (resolved.present == Truth::unknown) continue;
    if (none.property.empty()) {
      none.property = resolved.property;
      none.companion = resolved.companion;
    }
  }
  return possible ? *possible : none;
}

Resolved World::resolve_shape(const Object& object, const Attribute& attribute,
                              const Shape& shape) const {
  if (!shape.key.empty()) {
    const Value named = by_key(object, shape, attribute.type.words);
    if (named.absent()) return {};
    const Walked first = read(object, shape.key.front());
    return {named, presence(named), place_of(first), shape.key.front().text, {}};
  }
  Walked walked =
      shape.companion.empty() ? read(object, shape.path) : read_companion(object, shape);
  const std::string_view property = shape.path.text;
  if (walked.present == Truth::no) return {{}, Truth::no, {}, property, shape.companion};

  const std::span<const Translation> words = shape.values.empty() ? attribute.values : shape.values;
  if (!words.empty() && !walked.value.open()) {
    walked.value = as_written(walked.value);
    if (!walked.value.open()) walked.value = translated(walked.value, words);
  }
  if (shape.decode == Decode::json) walked.value = decode_json(walked.value);
  const Value value = shape.decode == Decode::references
                          ? decode_references(walked.value, attribute.type.element == nullptr
                                                                ? attribute.type.words
                                                                : attribute.type.element->words)
                          : coerce(walked.value, attribute.type, &shape);
  Truth present = value.absent() ? Truth::no : walked.present && presence(value);
  // Nobody knows whether the template fits; one without text around the hole fits every text.
  if (!shape.pattern.empty() && shape.pattern != "{}" && value.open() && walked.value.open())
    present = present && Truth::unknown;
  return {value, present, present == Truth::no ? source::Span{} : place_of(walked), property,
          shape.companion};
}

// Whether a reference, or one of a list of them, leads to the object.
Truth World::names(const Value& written, const Object& object, std::string_view pattern,
                   const value::Undecided*& waits) const {
  if (const auto* list = written.pointer<value::List>()) {
    Truth any = list->open ? Truth::unknown : Truth::no;
    if (list->open) waits = value::united(arena_, waits, list->waits);
    for (const value::Member& member : list->members) {
      Truth one = names(member.value, object, pattern, waits);
      if (member.membership != value::Membership::definite) one = one && Truth::unknown;
      if (one == Truth::unknown) waits = value::united(arena_, waits, member.waits);
      any = any || one;
    }
    return any;
  }
  const Value target = coerce_reference(written, object.kind(), pattern);
  if (const auto* other = target.pointer<value::Object>()) return value::truth(object.same(*other));
  if (const value::Unknown* unknown = target.unknown())
    return unknown->elsewhere ? Truth::no : Truth::unknown;
  if (target.undecided() == nullptr) return Truth::no;
  waits = value::united(arena_, waits, target.undecided());
  return Truth::unknown;
}

// The other resources of the companion's type whose `by` names this object.
World::Walked World::read_companion(const Object& object, const Shape& shape) const {
  Walked found;
  bool unsure = false;
  std::size_t sure = 0;
  const value::Undecided* waits = nullptr;
  for (const Object* companion : objects(shape.companion)) {
    Truth named = Truth::yes;
    const value::Undecided* names_wait = nullptr;  // what has to be chosen before it is clear
    if (shape.by.size() > 1) {
      Shape key;
      key.key = shape.by;
      const Value target = by_key(*companion, key, object.kind());
      const auto* other = target.pointer<value::Object>();
      named = other != nullptr ? value::truth(object.same(*other))
                               : value::truth(target.open()) && Truth::unknown;
    } else {
      named = names(read(*companion, shape.by.front()).value, object, shape.pattern, names_wait);
    }
    const graph::Existence existence = companion->existence();
    // Of two that there are equally many of, one is there where the other is.
    const std::string_view each = object.existence().each;
    if (existence.each != each) named = named && Truth::unknown;
    if (each.empty() || existence.each != each) named = named && existence.truth;
    if (named == Truth::no) continue;
    if (named == Truth::unknown) {
      unsure = true;
      waits = value::united(arena_, waits, value::united(arena_, names_wait, existence.waits));
    }
    if (named == Truth::yes && ++sure == 1) found = read(*companion, shape.path);
  }
  if (sure == 1 && !unsure) return found;
  if (sure > 1) {
    return {value::maybe_absent(
                arena_,
                arena_.copy(base::format("several {} name {}", shape.companion, object.address()))),
            {},
            Truth::unknown};
  }
  if (waits != nullptr) return {value::undecided(arena_, {waits->choices}), {}, Truth::unknown};
  const std::string_view open = opened(object);
  if (unsure) {
    return {value::maybe_absent(arena_, arena_.copy(base::format(
                                            "{} may belong to another resource", shape.companion))),
            {},
            Truth::unknown};
  }
  if (open.empty()) return {};
  // What is not read can name only what it is given, and that is open itself.
  const value::Unknown elsewhere{.reason = open, .may_be_absent = true, .elsewhere = true};
  return {Value(Value::Payload(arena_.make<value::Unknown>(elsewhere))), {}, Truth::unknown};
}

// A resource of a type that no model names: its attributes under their native names, untyped.
Resolved World::resolve_native(const Object& object, std::string_view name) const {
  const Step step{StepKind::member, name, 0};
  const Walked walked = read(object, Path{name, std::span(&step, 1), false});
  if (walked.present == Truth::no) return {};
  return {typed(walked.value), walked.present, place_of(walked), name, {}};
}

Value World::unknown(std::string_view reason) const {
  return value::unknown(arena_, arena_.copy(reason));
}

Value World::provider_default(const Object& object, const Attribute& attribute) const {
  const graph::Resource& resource = object.resource();
  const Default* found = nullptr;
  std::uint32_t major = 0;
  for (const char digit : resource.provider_version) {
    if (digit < '0' || digit > '9') break;
    major = major * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  for (const Default& candidate : attribute.defaults) {
    if (candidate.dialect != resource.dialect) continue;
    if (!candidate.on.empty() && candidate.on != resource.native_type) continue;
    const bool bounded = candidate.from != 0 || candidate.before != 0;
    if (bounded && major == 0) {
      if (found != nullptr && found->value != candidate.value) {
        return unknown(
            base::format("its default depends on the provider's version, which is not known"));
      }
    } else if (bounded &&
               (major < candidate.from || (candidate.before != 0 && major >= candidate.before))) {
      continue;
    }
    if (found == nullptr) found = &candidate;
  }
  if (found == nullptr) return {};
  const value::Origin*& shared = defaults_[{&attribute, resource.native_type}];
  if (shared == nullptr) {
    value::Origin origin;
    origin.how = value::How::provider_default;
    origin.name = resource.native_type;
    origin.document = attribute.source(resource.dialect);
    shared = arena_.make<value::Origin>(origin);
  }
  return constant_value(found->value).with_origin(shared);
}

}  // namespace resilint::catalog
