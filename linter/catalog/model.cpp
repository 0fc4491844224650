// SPDX-License-Identifier: Apache-2.0
#include "catalog/model.h"

#include <algorithm>
#include <string>

namespace resilint::catalog {
namespace {

constexpr cel::Type dynamic_type{};

cel::Type cel_type(const AttributeType& type, base::Arena& arena) {
  switch (type.kind) {
    case AttributeKind::boolean:
      return {cel::TypeKind::boolean, nullptr, nullptr, {}};
    case AttributeKind::integer:
    case AttributeKind::duration:
      return {cel::TypeKind::integer, nullptr, nullptr, {}};
    case AttributeKind::number:
      return {cel::TypeKind::real, nullptr, nullptr, {}};
    case AttributeKind::string:
    case AttributeKind::enumeration:
      return {cel::TypeKind::string, nullptr, nullptr, {}};
    case AttributeKind::map:
    case AttributeKind::policy:
      return {cel::TypeKind::map, nullptr, nullptr, {}};
    case AttributeKind::reference:
      return {cel::TypeKind::object, nullptr, nullptr, type.words};
    case AttributeKind::list: {
      if (type.element == nullptr) return {cel::TypeKind::list, nullptr, nullptr, {}};
      return {
          cel::TypeKind::list, arena.make<cel::Type>(cel_type(*type.element, arena)), nullptr, {}};
    }
  }
  return dynamic_type;
}

cel::Type cel_type(const Relation& relation, base::Arena& arena) {
  std::string kinds;
  for (const Source& source : relation.sources) {
    if (!kinds.empty()) kinds += '|';
    kinds += source.kind;
  }
  const cel::Type element{cel::TypeKind::object, nullptr, nullptr, arena.copy(kinds)};
  return {cel::TypeKind::list, arena.make<cel::Type>(element), nullptr, {}};
}

}  // namespace

bool is_native(std::string_view name) {
  return name.find("::") != std::string_view::npos ||
         (name.find('_') != std::string_view::npos && name.find('.') == std::string_view::npos);
}

bool Attribute::expressible(graph::Dialect dialect) const {
  return std::find(nowhere.begin(), nowhere.end(), dialect) == nowhere.end();
}

std::string_view Attribute::source(graph::Dialect dialect) const {
  const auto found = std::ranges::find(sources, dialect, &Document::dialect);
  return found == sources.end() ? std::string_view{} : found->url;
}

bool Kind::is_in(graph::Dialect dialect) const {
  return std::ranges::find(types, dialect, &NativeType::dialect) != types.end() ||
         std::ranges::find(homes, dialect, &Home::dialect) != homes.end();
}

const Attribute* Kind::attribute(std::string_view wanted) const {
  const auto found = std::ranges::find(attributes, wanted, &Attribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

const Relation* Kind::relation(std::string_view wanted) const {
  const auto found = std::ranges::find(relations, wanted, &Relation::name);
  return found == relations.end() ? nullptr : &*found;
}

void Model::add(std::span<const Kind> kinds) {
  for (const Kind& kind : kinds) kinds_.push_back(&kind);
  std::ranges::stable_sort(kinds_, {}, &Kind::name);
}

const Kind* Model::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(kinds_, name, {}, &Kind::name);
  return found == kinds_.end() || (*found)->name != name ? nullptr : *found;
}

std::vector<const Kind*> Model::of_type(graph::Dialect dialect,
                                        std::string_view native_type) const {
  std::vector<const Kind*> found;
  for (const Kind* kind : kinds_) {
    for (const NativeType& type : kind->types) {
      if (type.dialect == dialect && type.name == native_type) found.push_back(kind);
    }
  }
  return found;
}

cel::Type Model::type(const AttributeType& type) const { return cel_type(type, types_); }

bool Model::known(std::string_view kind) const {
  return kind == "project" || is_native(kind) || find(kind) != nullptr;
}

std::optional<cel::Attribute> Model::attribute(std::string_view kind, std::string_view name) const {
  if (is_native(kind)) return cel::Attribute{dynamic_type, true};
  const Kind* model = find(kind);
  if (model == nullptr) return std::nullopt;
  if (const Attribute* attribute = model->attribute(name)) {
    return cel::Attribute{cel_type(attribute->type, types_), attribute->optional()};
  }
  if (const Relation* relation = model->relation(name))
    return cel::Attribute{cel_type(*relation, types_), false};
  return std::nullopt;
}

std::vector<std::string_view> Model::attributes(std::string_view kind) const {
  std::vector<std::string_view> names;
  if (const Kind* model = find(kind)) {
    for (const Attribute& attribute : model->attributes) names.push_back(attribute.name);
    for (const Relation& relation : model->relations) names.push_back(relation.name);
  }
  return names;
}

std::vector<std::string_view> Model::kinds() const {
  std::vector<std::string_view> names;
  names.reserve(kinds_.size());
  for (const Kind* kind : kinds_) names.push_back(kind->name);
  return names;
}

}  // namespace resilint::catalog
