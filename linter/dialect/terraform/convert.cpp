// SPDX-License-Identifier: Apache-2.0
// Values → values of a type.
#include <algorithm>

#include "base/format.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/types.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;
using Kind = Type::Kind;

constexpr int deepest = 100;

tl::unexpected<Refusal> misfit(const Value& value, std::string_view wanted) {
  const auto* text = value.get<std::string_view>();
  const bool shown = text != nullptr && text->size() < 40 && !value.sensitive();
  return refused(shown ? base::format("\"{}\" is not a {}", *text, wanted)
                       : base::format("{} is not a {}", described(value), wanted),
                 value.written());
}

class Converter {
 public:
  explicit Converter(Context& context) : context_(context) {}

  Outcome convert(const Value& value, const Type& type, int depth) {
    if (depth > deepest || !context_.spend(1)) return context_.too_large();
    if (type.kind == Kind::any || value.absent() || value.open() || is_null(value) ||
        value.pointer<value::Reference>() != nullptr)
      return value;
    switch (type.kind) {
      case Kind::string:
        return string(value);
      case Kind::number:
        return number(value);
      case Kind::boolean:
        return boolean(value);
      case Kind::list:
      case Kind::set:
        return list(value, type, depth);
      case Kind::tuple:
        return tuple(value, type, depth);
      case Kind::map:
        return map(value, type, depth);
      default:
        return object(value, type, depth);
    }
  }

 private:
  Outcome string(const Value& value) {
    if (is_text(value)) return value;
    if (const bool* flag = value.get<bool>())
      return value.with_payload(std::string_view(*flag ? "true" : "false"));
    if (is_number(value)) return value.with_payload(context_.arena().copy(number_text(value)));
    return misfit(value, "string");
  }

  Outcome number(const Value& given) {
    if (is_number(given)) return given;
    const Value value = context_.settled(given);
    if (value.pointer<value::Text>() != nullptr) return context_.open_as(value);
    const auto* text = value.get<std::string_view>();
    const auto made = text == nullptr ? std::nullopt : parse_number(*text);
    if (!made) return misfit(value, "number");
    return value.with_payload(made->payload());
  }

  Outcome boolean(const Value& given) {
    if (given.get<bool>() != nullptr) return given;
    const Value value = context_.settled(given);
    if (value.pointer<value::Text>() != nullptr) return context_.open_as(value);
    const auto* text = value.get<std::string_view>();
    if (text != nullptr && (*text == "true" || *text == "1")) return value.with_payload(true);
    if (text != nullptr && (*text == "false" || *text == "0")) return value.with_payload(false);
    return misfit(value, "bool");
  }

  Outcome list(const Value& value, const Type& type, int depth) {
    const auto* held = value.pointer<value::List>();
    if (held == nullptr) return misfit(value, type.kind == Kind::list ? "list" : "set");
    const Type* element = type.element;
    if (element->kind == Kind::any) {
      element = common(value);
      if (element == nullptr) {
        return refused(base::format("the items of a {} are of one type, and these are not",
                                    type.kind == Kind::list ? "list" : "set"),
                       value.written());
      }
    }
    std::vector<value::Member> members;
    members.reserve(held->members.size());
    for (const value::Member& member : held->members) {
      Outcome made = convert(member.value, *element, depth + 1);
      if (!made) return made;
      members.push_back({*made, member.membership, member.waits});
    }
    const value::Sort sort = type.kind == Kind::list ? value::Sort::list : value::Sort::set;
    const Value sorted = context_.list(std::move(members), sort);
    const auto* made = sorted.pointer<value::List>();
    if (made == nullptr) return sorted;
    value::List result = *made;
    result.open = held->open;
    result.open_reason = held->open_reason;
    result.waits = held->waits;
    return value.with_payload(context_.arena().make<value::List>(result));
  }

  // The type that the members of a tuple or the values of an object have in common.
  const Type* common(const Value& value) {
    std::vector<const Type*> types;
    if (const auto* list = value.pointer<value::List>()) {
      for (const value::Member& member : list->members)
        types.push_back(type_of(context_, member.value));
    }
    if (const auto* map = value.pointer<value::Map>()) {
      for (const value::MapEntry& entry : map->entries)
        types.push_back(type_of(context_, entry.value));
    }
    return unified(context_, types);
  }

  Outcome tuple(const Value& value, const Type& type, int depth) {
    const auto* held = value.pointer<value::List>();
    if (held == nullptr || held->sort != value::Sort::tuple) return misfit(value, "tuple");
    if (held->open) return value;
    if (held->members.size() != type.elements.size()) {
      return refused(base::format("a tuple of {} is needed, and this one has {}",
                                  type.elements.size(), held->members.size()),
                     value.written());
    }
    std::vector<value::Member> members;
    for (std::size_t i = 0; i < held->members.size(); ++i) {
      Outcome made = convert(held->members[i].value, *type.elements[i], depth + 1);
      if (!made) return made;
      members.push_back({*made});
    }
    return value.with_payload(context_.list(std::move(members), value::Sort::tuple).payload());
  }

  Outcome map(const Value& value, const Type& type, int depth) {
    const auto* held = value.pointer<value::Map>();
    if (held == nullptr) return misfit(value, "map");
    const Type* element = type.element;
    if (element->kind == Kind::any) {
      element = common(value);
      if (element == nullptr) {
        return refused("the values of a map are of one type, and these are not", value.written());
      }
    }
    value::Map made = *held;
    made.uniform = true;
    std::vector<value::MapEntry> entries;
    for (const value::MapEntry& entry : held->entries) {
      Outcome converted = convert(entry.value, *element, depth + 1);
      if (!converted) return converted;
      entries.push_back({entry.key, entry.key_span, *converted});
    }
    made.entries = context_.arena().copy(entries);
    return value.with_payload(context_.arena().make<value::Map>(made));
  }

  Outcome object(const Value& value, const Type& type, int depth) {
    const auto* held = value.pointer<value::Map>();
    if (held == nullptr) return misfit(value, "object");
    std::vector<value::MapEntry> entries;
    for (const Type::Attribute& attribute : type.attributes) {
      const value::MapEntry* given = held->find(attribute.name);
      const bool preset = !attribute.preset.absent();
      if (given != nullptr && !(preset && is_null(given->value))) {
        Outcome made = convert(given->value, *attribute.type, depth + 1);
        if (!made) return made;
        entries.push_back({attribute.name, given->key_span, *made});
      } else if (given == nullptr && held->open) {
        entries.push_back({attribute.name,
                           {},
                           attribute.optional
                               ? value::maybe_absent(context_.arena(), held->open_reason)
                               : value::unknown(context_.arena(), held->open_reason)});
      } else if (attribute.optional) {
        entries.push_back({attribute.name, {}, preset ? attribute.preset : Value::null()});
      } else {
        return refused(base::format("the object has no attribute {}", attribute.name),
                       value.written());
      }
    }
    return value.with_payload(context_.map(std::move(entries), false).payload());
  }

  Context& context_;
};

const value::Undecided* waits_at(base::Arena& arena, const Value& value, int depth) {
  const value::Undecided* waits = value.undecided();
  if (depth > deepest) return waits;
  if (const auto* list = value.pointer<value::List>()) {
    waits = value::united(arena, waits, list->waits);
    for (const value::Member& member : list->members) {
      waits = value::united(arena, waits, member.waits);
      waits = value::united(arena, waits, waits_at(arena, member.value, depth + 1));
    }
  }
  if (const auto* map = value.pointer<value::Map>()) {
    for (const value::MapEntry& entry : map->entries)
      waits = value::united(arena, waits, waits_at(arena, entry.value, depth + 1));
  }
  return waits;
}

}  // namespace

const value::Undecided* waits_within(base::Arena& arena, const Value& value) {
  return waits_at(arena, value, 0);
}

Outcome convert(Context& context, const Value& given, const Type& type) {
  return Converter(context).convert(given, type, 0);
}

Outcome convert(const Value& given, const Type& type, Scope& scope, base::Arena& arena) {
  Context context(scope, arena);
  return Converter(context).convert(given, type, 0);
}

}  // namespace resilint::dialect::terraform
