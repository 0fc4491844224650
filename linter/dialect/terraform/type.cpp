// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/type.h"

#include <algorithm>
#include <optional>

#include "base/format.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/types.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Node;
using syntax::NodeKind;
using value::Value;
using Kind = Type::Kind;
using TypeOutcome = base::Result<const Type*, Refusal>;

constexpr int deepest = 100;

struct Primitive {
  std::string_view name;
  const Type* type;
};
constexpr Primitive primitives[] = {{"any", &any_type},
                                    {"string", &string_type},
                                    {"number", &number_type},
                                    {"bool", &boolean_type}};

struct Constructor {
  std::string_view name;
  Kind kind;
};
constexpr Constructor constructors[] = {{"list", Kind::list},
                                        {"set", Kind::set},
                                        {"map", Kind::map},
                                        {"tuple", Kind::tuple},
                                        {"object", Kind::object}};

// Nothing has a name where a default is written.
class Nothing : public Scope {
 public:
  Nothing() { budget = 10'000; }
  base::Result<Named, Refusal> name(const Node& variable, Use /*use*/) override {
    return refused("a default in a type is a constant", variable.span);
  }
  Outcome part(const value::Reference& /*reference*/, std::string_view /*step*/,
               source::Span span) override {
    return refused("a default in a type is a constant", span);
  }
  Value written(const Value& reference) override { return reference; }
  base::Result<std::string_view, std::string> file(std::string_view /*path*/) override {
    return base::failure(std::string("a default in a type is a constant"));
  }
};

class Reader {
 public:
  explicit Reader(base::Arena& arena) : arena_(arena) {}

  TypeOutcome read(const Node& node, int depth) {
    if (depth > deepest) return refused("the type is too deep", node.span);
    if (node.kind == NodeKind::parentheses) return read(*node.entries.front().value, depth + 1);
    if (node.kind == NodeKind::variable && node.entries.empty()) return word(node.text, node.span);
    if (node.kind == NodeKind::scalar && !node.plain()) return quoted(node);
    if (node.kind == NodeKind::call) return constructed(node, depth);
    return refused(
        "a type is a word, as string, or list(…), set(…), map(…), object({…}), tuple([…])",
        node.span);
  }

 private:
  TypeOutcome word(std::string_view text, source::Span span) {
    for (const Primitive& primitive : primitives) {
      if (primitive.name == text) return primitive.type;
    }
    if (text == "list") return &list_of_any;
    if (text == "map") return &map_of_any;
    if (text == "set" || text == "tuple" || text == "object")
      return refused(base::format("{} needs the type of what is in it", text), span);
    return refused(base::format("{} is no type", text), span);
  }

  // As it was written before Terraform 0.12.
  TypeOutcome quoted(const Node& node) {
    if (node.text == "string" || node.text == "list" || node.text == "map")
      return word(node.text, node.span);
    return refused("a type is not a text", node.span);
  }

  TypeOutcome constructed(const Node& node, int depth) {
    const auto* found = std::ranges::find(constructors, node.text, &Constructor::name);
    if (found == std::end(constructors)) {
      return refused(node.text == "optional"
                         ? std::string("optional(…) stands for an attribute of an object only")
                         : base::format("{} is no type", node.text),
                     node.span);
    }
    if (node.entries.size() != 1 || node.ellipsis)
      return refused(base::format("{}(…) has one argument", node.text), node.span);
    const Node& argument = *node.entries.front().value;
    Type made;
    made.kind = found->kind;
    if (found->kind == Kind::tuple) return tuple(argument, made, depth);
    if (found->kind == Kind::object) return object(argument, made, depth);
    TypeOutcome element = read(argument, depth + 1);
    if (!element) return element;
    made.element = *element;
    return arena_.make<Type>(made);
  }

  TypeOutcome tuple(const Node& argument, Type made, int depth) {
    if (!argument.is_sequence()) return refused("tuple(…) needs types in brackets", argument.span);
    std::vector<const Type*> elements;
    for (const syntax::Entry& entry : argument.entries) {
      TypeOutcome element = read(*entry.value, depth + 1);
      if (!element) return element;
      elements.push_back(*element);
    }
    made.elements = arena_.copy(elements);
    return arena_.make<Type>(made);
  }

  TypeOutcome object(const Node& argument, Type made, int depth) {
    if (!argument.is_mapping())
      return refused("object(…) needs names and types in braces", argument.span);
    std::vector<Type::Attribute> attributes;
    for (const syntax::Entry& entry : argument.entries) {
      if (!entry.key->is_scalar() &&
          !(entry.key->kind == NodeKind::variable && entry.key->entries.empty()))
        return refused("an attribute of object(…) has a constant name", entry.key->span);
      const base::Result<Type::Attribute, Refusal> made_attribute =
          attribute(entry.key->text, *entry.value, depth);
      if (!made_attribute) return tl::unexpected<Refusal>(made_attribute.error());
      attributes.push_back(*made_attribute);
    }
    made.attributes = arena_.copy(attributes);
    return arena_.make<Type>(made);
  }

  base::Result<Type::Attribute, Refusal> attribute(std::string_view name, const Node& node,
                                                   int depth) {
    Type::Attribute made;
    made.name = arena_.copy(name);
    made.optional = node.kind == NodeKind::call && node.text == "optional";
    if (!made.optional) {
      const TypeOutcome type = read(node, depth + 1);
      if (!type) return tl::unexpected<Refusal>(type.error());
      made.type = *type;
      return made;
    }
    if (node.entries.empty() || node.entries.size() > 2 || node.ellipsis)
      return refused("optional(…) has a type, and may have a default", node.span);
    const TypeOutcome type = read(*node.entries[0].value, depth + 1);
    if (!type) return tl::unexpected<Refusal>(type.error());
    made.type = *type;
    if (node.entries.size() == 1) return made;
    Nothing nothing;
    const Outcome preset = evaluate(*node.entries[1].value, nothing, arena_);
    if (!preset) return tl::unexpected<Refusal>(preset.error());
    const Outcome converted = convert(*preset, *made.type, nothing, arena_);
    if (!converted) return tl::unexpected<Refusal>(converted.error());
    made.preset = *converted;
    return made;
  }

  base::Arena& arena_;
};

bool is_primitive(const Type& type) {
  return type.kind == Kind::string || type.kind == Kind::number || type.kind == Kind::boolean;
}

const Type::Attribute* find(const Type& object, std::string_view name) {
  const auto found = std::ranges::find(object.attributes, name, &Type::Attribute::name);
  return found == object.attributes.end() ? nullptr : &*found;
}

// Whether a value of one type may become one of the other; whether its content lets it is seen
// when it does.
bool convertible(const Type& from, const Type& into) {
  if (from.kind == Kind::any || into.kind == Kind::any) return true;
  if (is_primitive(into)) {
    if (!is_primitive(from)) return false;
    return from.kind == into.kind || from.kind == Kind::string || into.kind == Kind::string;
  }
  switch (into.kind) {
    case Kind::list:
    case Kind::set:
      if (from.kind == Kind::tuple) {
        return std::ranges::all_of(from.elements, [&into](const Type* element) {
          return convertible(*element, *into.element);
        });
      }
      return (from.kind == Kind::list || from.kind == Kind::set) &&
             convertible(*from.element, *into.element);
    case Kind::map:
      if (from.kind == Kind::object) {
        return std::ranges::all_of(from.attributes, [&into](const Type::Attribute& attribute) {
          return convertible(*attribute.type, *into.element);
        });
      }
      return from.kind == Kind::map && convertible(*from.element, *into.element);
    case Kind::tuple:
      return from.kind == Kind::tuple && from.elements.size() == into.elements.size() &&
             std::ranges::equal(from.elements, into.elements,
                                [](const Type* a, const Type* b) { return convertible(*a, *b); });
    default:
      break;
  }
  if (from.kind == Kind::map) {
    return std::ranges::all_of(into.attributes, [&from](const Type::Attribute& attribute) {
      return convertible(*from.element, *attribute.type);
    });
  }
  return from.kind == Kind::object &&
         std::ranges::all_of(into.attributes, [&from](const Type::Attribute& attribute) {
           const Type::Attribute* given = find(from, attribute.name);
           return given != nullptr && convertible(*given->type, *attribute.type);
         });
}

using Types = std::vector<const Type*>;

class Unifier {
 public:
  explicit Unifier(Context& context) : context_(context) {}

  const Type* unify(const Types& given) {
    if (!context_.spend(given.size() + 1)) return &any_type;
    Types types;
    for (const Type* type : given) {
      if (type->kind != Kind::any) types.push_back(type);
    }
    if (types.empty()) return &any_type;
    const bool same = std::ranges::all_of(
        types, [&types](const Type* type) { return same_type(*type, *types.front()); });
    if (same) return types.front();
    const auto all = [&types](std::initializer_list<Kind> kinds) {
      return std::ranges::all_of(types, [kinds](const Type* type) {
        return std::ranges::find(kinds, type->kind) != kinds.end();
      });
    };
    for (const Kind kind : {Kind::list, Kind::set, Kind::map}) {
      if (all({kind})) return collection(kind, types);
    }
    if (all({Kind::object})) return objects(types);
    if (all({Kind::tuple})) return tuples(types);
    if (all({Kind::map, Kind::object})) {
      if (const Type* made = collection(Kind::map, types)) return made;
    }
    if (all({Kind::list, Kind::tuple})) {
      if (const Type* made = collection(Kind::list, types)) return made;
    }
    const auto has = [&types](Kind kind) {
      return std::ranges::any_of(types, [kind](const Type* type) { return type->kind == kind; });
    };
    if (has(Kind::object) && has(Kind::tuple)) return nullptr;
    // The most general one that all may become.
    for (const Kind kind : {Kind::string, Kind::number, Kind::boolean, Kind::list, Kind::tuple,
                            Kind::set, Kind::map, Kind::object}) {
      for (const Type* wanted : types) {
        if (wanted->kind != kind) continue;
        const bool fits = std::ranges::all_of(
            types, [wanted](const Type* type) { return convertible(*type, *wanted); });
        if (fits) return wanted;
      }
    }
    return nullptr;
  }

 private:
  const Type* make(const Type& type) { return context_.arena().make<Type>(type); }

  // What is in all of them unifies.
  const Type* collection(Kind kind, const Types& types) {
    Types inner;
    for (const Type* type : types) {
      if (type->element != nullptr) inner.push_back(type->element);
      inner.insert(inner.end(), type->elements.begin(), type->elements.end());
      for (const Type::Attribute& attribute : type->attributes) inner.push_back(attribute.type);
    }
    const Type* element = unify(inner);
    return element == nullptr ? nullptr : make({.kind = kind, .element = element});
  }

  const Type* objects(const Types& types) {
    const Type& first = *types.front();
    const bool alike = std::ranges::all_of(types, [&first](const Type* type) {
      return type->attributes.size() == first.attributes.size() &&
             std::ranges::all_of(type->attributes, [&first](const Type::Attribute& attribute) {
               return find(first, attribute.name) != nullptr;
             });
    });
    if (!alike) return collection(Kind::map, types);
    std::vector<Type::Attribute> attributes;
    for (const Type::Attribute& attribute : first.attributes) {
      Types across;
      for (const Type* type : types) across.push_back(find(*type, attribute.name)->type);
      const Type* made = unify(across);
      if (made == nullptr) return nullptr;
      attributes.push_back({attribute.name, made});
    }
    return make({.kind = Kind::object, .attributes = context_.arena().copy(attributes)});
  }

  const Type* tuples(const Types& types) {
    const std::size_t size = types.front()->elements.size();
    const bool alike = std::ranges::all_of(
        types, [size](const Type* type) { return type->elements.size() == size; });
    if (!alike) return collection(Kind::list, types);
    Types elements;
    for (std::size_t i = 0; i < size; ++i) {
      Types across;
      for (const Type* type : types) across.push_back(type->elements[i]);
      const Type* made = unify(across);
      if (made == nullptr) return nullptr;
      elements.push_back(made);
    }
    return make({.kind = Kind::tuple, .elements = context_.arena().copy(elements)});
  }

  Context& context_;
};

const Type* type_at(Context& context, const Value& value, int depth) {
  if (depth > deepest || !context.spend(1)) return &any_type;
  if (is_text(value)) return &string_type;
  if (is_number(value)) return &number_type;
  if (value.get<bool>() != nullptr) return &boolean_type;
  Type made;
  if (const auto* list = value.pointer<value::List>()) {
    Types elements;
    for (const value::Member& member : list->members)
      elements.push_back(type_at(context, member.value, depth + 1));
    if (list->sort == value::Sort::tuple && !list->open) {
      made.kind = Kind::tuple;
      made.elements = context.arena().copy(elements);
    } else {
      made.kind = list->sort == value::Sort::set ? Kind::set : Kind::list;
      const Type* element = Unifier(context).unify(elements);
      made.element = element == nullptr ? &any_type : element;
    }
    return context.arena().make<Type>(made);
  }
  const auto* map = value.pointer<value::Map>();
  if (map == nullptr || (map->open && !map->uniform)) return &any_type;
  if (map->uniform) {
    Types elements;
    for (const value::MapEntry& entry : map->entries)
      elements.push_back(type_at(context, entry.value, depth + 1));
    const Type* element = Unifier(context).unify(elements);
    made.kind = Kind::map;
    made.element = element == nullptr ? &any_type : element;
    return context.arena().make<Type>(made);
  }
  std::vector<Type::Attribute> attributes;
  for (const value::MapEntry& entry : sorted(*map))
    attributes.push_back({entry.key, type_at(context, entry.value, depth + 1)});
  made.kind = Kind::object;
  made.attributes = context.arena().copy(attributes);
  return context.arena().make<Type>(made);
}

}  // namespace

base::Result<const Type*, Refusal> read_type(const Node& expression, base::Arena& arena) {
  return Reader(arena).read(expression, 0);
}

std::string name(const Type& type) {
  switch (type.kind) {
    case Kind::any:
      return "any type";
    case Kind::string:
      return "string";
    case Kind::number:
      return "number";
    case Kind::boolean:
      return "bool";
    case Kind::list:
      return "list of " + name(*type.element);
    case Kind::set:
      return "set of " + name(*type.element);
    case Kind::map:
      return "map of " + name(*type.element);
    case Kind::tuple:
      return "tuple";
    case Kind::object:
      return "object";
  }
  return {};
}

const Type* type_of(Context& context, const Value& value) { return type_at(context, value, 0); }

bool same_type(const Type& a, const Type& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::list:
    case Kind::set:
    case Kind::map:
      return same_type(*a.element, *b.element);
    case Kind::tuple:
      return std::ranges::equal(a.elements, b.elements, [](const Type* left, const Type* right) {
        return same_type(*left, *right);
      });
    case Kind::object:
      return a.attributes.size() == b.attributes.size() &&
             std::ranges::all_of(a.attributes, [&b](const Type::Attribute& attribute) {
               const Type::Attribute* other = find(b, attribute.name);
               return other != nullptr && same_type(*attribute.type, *other->type);
             });
    default:
      return true;
  }
}

const Type* unified(Context& context, std::span<const Type* const> types) {
  return Unifier(context).unify({types.begin(), types.end()});
}

std::string described(const Value& value) {
  if (is_null(value)) return "null";
  if (is_text(value)) return "a string";
  if (is_number(value)) return "a number";
  if (value.get<bool>() != nullptr) return "a bool";
  if (const auto* list = value.pointer<value::List>()) {
    if (list->sort == value::Sort::tuple) return "a tuple";
    return list->sort == value::Sort::list ? "a list" : "a set";
  }
  if (const auto* map = value.pointer<value::Map>()) return map->uniform ? "a map" : "an object";
  return "a value that is not known";
}

}  // namespace resilint::dialect::terraform
