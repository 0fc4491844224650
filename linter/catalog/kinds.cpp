// SPDX-License-Identifier: Apache-2.0
// model.yaml → kinds.
#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "catalog/document.h"

namespace resilint::catalog {
namespace {

using graph::Dialect;

constexpr std::pair<std::string_view, Dialect> dialects[] = {
    {"cloudformation", Dialect::cloudformation},
    {"terraform", Dialect::terraform},
};

class Reader {
 public:
  Reader(base::Arena& arena, Problems& problems) : arena_(arena), problems_(problems) {}

  Kind kind(const syntax::Entry& entry) {
    static constexpr Key keys[] = {{"cloudformation"}, {"terraform"}, {"identity"},
                                   {"inside"},         {"parent"},    {"attributes", true},
                                   {"relations"}};
    Kind kind;
    kind.name = text(*entry.key, "the name of a kind", problems_);
    const syntax::Node& node = entry.value->resolved();
    const Fields fields(node, "a kind", keys, problems_);
    std::vector<NativeType> types;
    for (const auto& [name, dialect] : dialects) {
      const syntax::Node* written = fields.get(name);
      if (written == nullptr) continue;
      for (const std::string_view type : texts(*written, "a native type", problems_))
        types.push_back({dialect, type});
    }
    kind.types = arena_.copy(types);
    if (const syntax::Node* inside = fields.get("inside")) kind.homes = homes(*inside);
    if (const syntax::Node* parent = fields.get("parent"))
      kind.parent = text(*parent, "the attribute that holds the owner", problems_);
    if (!kind.homes.empty() && kind.parent.empty())
      problems_.add(entry.key->span,
                    "a kind with `inside` needs `parent`, the attribute that holds the owner");
    if (kind.types.empty() && kind.homes.empty())
      problems_.add(entry.key->span,
                    "a kind needs a native type (`cloudformation`, `terraform`) or `inside`");
    if (const syntax::Node* identity = fields.get("identity"))
      kind.identities = identities(*identity);
    if (const syntax::Node* attributes = fields.get("attributes")) {
      std::vector<Attribute> read;
      if (!attributes->is_mapping())
        problems_.add(attributes->span, "expected attributes, each with its type and place");
      for (const syntax::Entry& attribute : attributes->entries) {
        if (attribute.key != nullptr) read.push_back(this->attribute(attribute));
      }
      kind.attributes = arena_.copy(read);
    }
    if (const syntax::Node* relations = fields.get("relations"))
      kind.relations = this->relations(*relations);
    return kind;
  }

 private:
  Path path(const syntax::Node& node) {
    Path made;
    std::string_view rest = text(node, "a path", problems_);
    made.text = rest;
    if (rest.starts_with('/')) {
      made.outside = true;
      rest.remove_prefix(1);
      made.text = rest;
    }
    std::vector<Step> steps;
    for (std::string_view part : base::split(rest, '.')) {
      const std::size_t bracket = part.find('[');
      const std::string_view name = part.substr(0, bracket);
      if (name.empty()) {
        problems_.add(
            node.span,
            base::format("`{}` is not a path; expected names with dots between, `a[]` or `a[0]`",
                         made.text));
        return {};
      }
      steps.push_back({StepKind::member, name, 0});
      while (bracket != std::string_view::npos && part.find('[') != std::string_view::npos) {
        const std::size_t open = part.find('[');
        const std::size_t close = part.find(']', open);
        if (close == std::string_view::npos) {
          problems_.add(node.span, base::format("`{}`: a `[` without its `]`", made.text));
          return {};
        }
        const std::string_view inner = part.substr(open + 1, close - open - 1);
        if (inner.empty()) {
          steps.push_back({StepKind::each, {}, 0});
        } else if (const auto index = base::parse_int(inner);
                   index && *index >= 0 && *index < 1000) {
          steps.push_back({StepKind::index, {}, static_cast<std::uint32_t>(*index)});
        } else {
          problems_.add(node.span, base::format("`[{}]` is not an index", inner));
          return {};
        }
        part = part.substr(close + 1);
      }
    }
    made.steps = arena_.copy(steps);
    return made;
  }

  std::span<const Path> paths(const syntax::Node& node) {
    std::vector<Path> read;
    if (node.is_sequence()) {
      for (const syntax::Entry& entry : node.entries) read.push_back(path(entry.value->resolved()));
    } else {
      read.push_back(path(node));
    }
    return arena_.copy(read);
  }

  Shape shape(const syntax::Node& node, Dialect dialect, const AttributeType& type) {
    Shape shape;
    shape.dialect = dialect;
    if (node.is_scalar()) {
      shape.path = path(node);
      return shape;
    }
    static constexpr Key keys[] = {{"path"},     {"companion"}, {"by"},     {"on"},
                                   {"template"}, {"key"},       {"decode"}, {"values"}};
    const Fields fields(node, "a place of an attribute", keys, problems_);
    if (const auto* written = fields.get("path")) shape.path = path(*written);
    if (const auto* written = fields.get("companion"))
      shape.companion = text(*written, "a native type", problems_);
    if (const auto* written = fields.get("by")) shape.by = paths(*written);
    if (const auto* written = fields.get("on"))
      shape.on = text(*written, "a native type", problems_);
    if (const auto* written = fields.get("key")) shape.key = paths(*written);
    if (const auto* written = fields.get("template")) {
      shape.pattern = text(*written, "a text with {} in it", problems_);
      if (shape.pattern.find("{}") == std::string_view::npos)
        problems_.add(written->span, "a template needs `{}`, where the reference stands");
    }
    if (const auto* written = fields.get("decode")) {
      static constexpr std::string_view words[] = {"json", "references"};
      const std::string_view word = text(*written, "json or references", problems_);
      if (word == "json")
        shape.decode = Decode::json;
      else if (word == "references")
        shape.decode = Decode::references;
      else
        problems_.unknown_word(written->span, "decoding", word, words);
    }
    if (const auto* written = fields.get("values")) shape.values = translations(*written, type);
    if (shape.path.steps.empty() && shape.key.empty())
      problems_.add(node.span, "a place needs `path` or `key`");
    if (shape.companion.empty() != shape.by.empty())
      problems_.add(node.span, "`companion` and `by` need each other");
    return shape;
  }

  void default_of(const syntax::Node& node, Dialect dialect, const AttributeType& type,
                  std::vector<Default>& into) {
    if (!node.is_mapping()) {
      if (const auto value = constant(node, type, problems_))
        into.push_back({dialect, {}, 0, 0, *value});
      return;
    }
    for (const syntax::Entry& entry : node.entries) {
      const std::string_view range = entry.key->text;
      const bool before = range.starts_with("< ");
      const bool from = range.starts_with(">= ");
      const auto major = base::parse_int(base::trim(
          range.substr(std::min(range.size(), before ? std::size_t{2} : std::size_t{3}))));
      if ((!before && !from) || !major || *major <= 0) {
        problems_.add(
            entry.key->span,
            base::format(
                "expected a range of provider versions such as `< 5` or `>= 5`, found `{}`",
                range));
        continue;
      }
      const auto version = static_cast<std::uint32_t>(*major);
      if (const auto value = constant(entry.value->resolved(), type, problems_)) {
        into.push_back({dialect, {}, from ? version : 0, before ? version : 0, *value});
      }
    }
  }

  std::span<const Default> defaults(const syntax::Node& node, const AttributeType& type) {
    std::vector<Default> read;
    if (!node.is_mapping()) {
      if (const auto value = constant(node, type, problems_)) {
        for (const auto& [name, dialect] : dialects) read.push_back({dialect, {}, 0, 0, *value});
      }
      return arena_.copy(read);
    }
    static constexpr Key keys[] = {{"cloudformation"}, {"terraform"}};
    const Fields fields(node, "defaults per dialect", keys, problems_);
    for (const auto& [name, dialect] : dialects) {
      if (const auto* written = fields.get(name)) default_of(*written, dialect, type, read);
    }
    return arena_.copy(read);
  }

  Attribute attribute(const syntax::Entry& entry) {
    static constexpr Key keys[] = {{"type", true}, {"cloudformation"}, {"terraform"}, {"required"},
                                   {"default"},    {"source"},         {"values"},    {"from"},
                                   {"path"},       {"computed"}};
    Attribute made;
    made.name = text(*entry.key, "the name of an attribute", problems_);
    const syntax::Node& node = entry.value->resolved();
    const Fields fields(node, "an attribute", keys, problems_);
    if (const auto* written = fields.get("type")) {
      if (const auto type = attribute_type(*written, arena_, problems_)) made.type = *type;
    }
    std::vector<Shape> shapes;
    std::vector<Dialect> nowhere;
    for (const auto& [name, dialect] : dialects) {
      const syntax::Node* written = fields.get(name);
      if (written == nullptr) continue;
      if (written->is_scalar() && written->text == "none") {
        nowhere.push_back(dialect);
      } else if (written->is_sequence()) {
        for (const syntax::Entry& one : written->entries)
          shapes.push_back(shape(one.value->resolved(), dialect, made.type));
      } else {
        shapes.push_back(shape(*written, dialect, made.type));
      }
    }
    made.shapes = arena_.copy(shapes);
    made.nowhere = arena_.copy(nowhere);
    if (const auto* written = fields.get("required"))
      made.required = boolean(*written, "required", problems_).value_or(false);
    const syntax::Node* default_node = nullptr;
    if (const auto* written = fields.get("default")) {
      made.defaults = defaults(*written, made.type);
      default_node = written;
    }
    if (const auto* written = fields.get("source")) made.sources = sources(*written);
    if (default_node != nullptr) need_sources(made, *default_node);
    if (const auto* written = fields.get("values")) made.values = translations(*written, made.type);
    if (const auto* written = fields.get("from")) {
      made.from = text(*written, "an attribute of this kind", problems_);
      if (const auto* inner = fields.get("path"))
        made.path = path(*inner);
      else
        problems_.add(written->span, "`from` needs `path`");
    }
    if (const auto* written = fields.get("computed"))
      made.computed = program(*written, arena_, problems_);
    return made;
  }

  // Each default with the document that states it.
  void need_sources(const Attribute& attribute, const syntax::Node& node) {
    for (const auto& [name, dialect] : dialects) {
      const bool has_default = std::ranges::find(attribute.defaults, dialect, &Default::dialect) !=
                               attribute.defaults.end();
      if (!has_default || !attribute.source(dialect).empty()) continue;
      problems_.add(node.span,
                    attribute.sources.empty()
                        ? "a default needs `source`, the document that says so"
                        : base::format("the default of {} needs its own `source`", name));
      return;
    }
  }

  // One document for all dialects, or one each.
  std::span<const Document> sources(const syntax::Node& node) {
    std::vector<Document> read;
    if (!node.is_mapping()) {
      const std::string_view url = text(node, "a URL", problems_);
      for (const auto& [name, dialect] : dialects) read.push_back({dialect, url});
      return arena_.copy(read);
    }
    static constexpr Key keys[] = {{"cloudformation"}, {"terraform"}};
    const Fields fields(node, "sources per dialect", keys, problems_);
    for (const auto& [name, dialect] : dialects) {
      if (const auto* written = fields.get(name))
        read.push_back({dialect, text(*written, "a URL", problems_)});
    }
    return arena_.copy(read);
  }

  std::span<const Translation> translations(const syntax::Node& node, const AttributeType& type) {
    std::vector<Translation> read;
    if (!node.is_mapping()) problems_.add(node.span, "expected words and what they mean");
    for (const syntax::Entry& entry : node.entries) {
      if (entry.key == nullptr) continue;
      if (const auto value = constant(entry.value->resolved(), type, problems_))
        read.push_back({entry.key->text, *value});
    }
    return arena_.copy(read);
  }

  std::span<const Identity> identities(const syntax::Node& node) {
    std::vector<Identity> read;
    if (!node.is_sequence())
      problems_.add(node.span, "expected a list of attributes, or of lists of attributes");
    for (const syntax::Entry& entry : node.entries) {
      const std::vector<std::string_view> names =
          texts(entry.value->resolved(), "an attribute", problems_);
      read.push_back({arena_.copy(names)});
    }
    return arena_.copy(read);
  }

  std::span<const Relation> relations(const syntax::Node& node) {
    std::vector<Relation> read;
    if (!node.is_mapping())
      problems_.add(node.span, "expected relations, each with `kind.attribute`");
    for (const syntax::Entry& entry : node.entries) {
      if (entry.key == nullptr) continue;
      std::vector<Source> sources;
      for (const std::string_view written :
           texts(entry.value->resolved(), "kind.attribute", problems_)) {
        const std::size_t dot = written.rfind('.');
        if (dot == std::string_view::npos) continue;
        sources.push_back({written.substr(0, dot), written.substr(dot + 1)});
      }
      if (sources.empty())
        problems_.add(entry.value->span, "expected `kind.attribute`, or a list of them");
      read.push_back({entry.key->text, arena_.copy(sources)});
    }
    return arena_.copy(read);
  }

  std::span<const Home> homes(const syntax::Node& node) {
    static constexpr Key dialect_keys[] = {{"cloudformation"}, {"terraform"}};
    static constexpr Key keys[] = {{"type"}, {"kind"}, {"at", true}};
    std::vector<Home> read;
    const Fields fields(node, "inside", dialect_keys, problems_);
    for (const auto& [name, dialect] : dialects) {
      const syntax::Node* written = fields.get(name);
      if (written == nullptr) continue;
      std::vector<const syntax::Node*> places;
      if (written->is_sequence()) {
        for (const syntax::Entry& entry : written->entries)
          places.push_back(&entry.value->resolved());
      } else {
        places.push_back(written);
      }
      for (const syntax::Node* place : places) {
        const Fields home_fields(*place, "a home", keys, problems_);
        Home home;
        home.dialect = dialect;
        if (const auto* type = home_fields.get("type"))
          home.type = text(*type, "a native type", problems_);
        if (const auto* kind = home_fields.get("kind"))
          home.kind = text(*kind, "a kind", problems_);
        if (const auto* at = home_fields.get("at")) home.at = path(*at);
        if (home.type.empty() == home.kind.empty())
          problems_.add(place->span, "a home is in a `type` or in a `kind`: name one of them");
        if (home.at.steps.empty() || home.at.steps.back().kind != StepKind::each) {
          problems_.add(place->span, "`at` must end in [], one object per element");
        } else {
          read.push_back(home);
        }
      }
    }
    return arena_.copy(read);
  }

  base::Arena& arena_;
  Problems& problems_;
};

// ---- checking ----------------------------------------------------------------------------------

class Checker {
 public:
  Checker(const Model& model, base::Arena& arena, Problems& problems)
      : model_(model), arena_(arena), problems_(problems) {}

  void check(const Kind& kind, const syntax::Node& node) {
    for (const Identity& identity : kind.identities) {
      for (const std::string_view name : identity.attributes)
        own_attribute(kind, name, *node.find("identity"));
    }
    if (!kind.parent.empty()) own_attribute(kind, kind.parent, *node.find("parent"));
    for (const Home& home : kind.homes) {
      if (!home.kind.empty()) known_kind(home.kind, *node.find("inside"));
    }
    for (const Attribute& attribute : kind.attributes)
      check(kind, attribute, *node.find("attributes")->resolved().find(attribute.name));
    for (const Relation& relation : kind.relations)
      check(relation, *node.find("relations")->resolved().find(relation.name));
  }

 private:
  void check(const Kind& kind, const Attribute& attribute, const syntax::Node& written) {
    const syntax::Node& node = written.resolved();
    for (const AttributeType* type = &attribute.type; type != nullptr; type = type->element) {
      if (type->kind != AttributeKind::reference) continue;
      for (const std::string_view name : base::split(type->words, '|'))
        known_kind(name, *node.find("type"));
    }
    const bool parent = kind.parent == attribute.name;
    const int ways = (attribute.shapes.empty() && attribute.nowhere.empty() ? 0 : 1) +
                     (attribute.from.empty() ? 0 : 1) + (attribute.computed.empty() ? 0 : 1);
    if (ways == 0 && !parent && node.find("computed") == nullptr) {
      problems_.add(
          node.span,
          base::format("`{}` has no place: expected a dialect with a path, `from` or `computed`",
                       attribute.name));
    }
    if (ways == 1 && attribute.from.empty() && attribute.computed.empty())
      places(kind, attribute, node);
    if (ways > 1) {
      problems_.add(
          node.span,
          base::format("`{}` has more than one of a dialect's place, `from` and `computed`",
                       attribute.name));
    }
    if (!attribute.from.empty()) {
      own_attribute(kind, attribute.from, *node.find("from"));
      std::set<std::string_view> seen{attribute.name};
      for (const Attribute* outer = kind.attribute(attribute.from);
           outer != nullptr && !outer->from.empty(); outer = kind.attribute(outer->from)) {
        if (!seen.insert(outer->name).second) {
          problems_.add(node.find("from")->span,
                        base::format("`{}` is read from itself", attribute.name));
          break;
        }
      }
    }
    if (!attribute.computed.empty()) computed(kind, attribute, node.find("computed")->resolved());
  }

  // A place, or `none`, in every dialect that has the kind: what is forgotten must not pass for
  // what cannot be written.
  void places(const Kind& kind, const Attribute& attribute, const syntax::Node& node) {
    if (kind.parent == attribute.name) return;
    for (const auto& [name, dialect] : dialects) {
      const bool written =
          std::ranges::find(attribute.shapes, dialect, &Shape::dialect) != attribute.shapes.end();
      if (!kind.is_in(dialect) || written || !attribute.expressible(dialect)) continue;
      problems_.add(node.span, base::format("`{}` has no place in {}: name it, or say `none`",
                                            attribute.name, name));
    }
  }

  void computed(const Kind& kind, const Attribute& attribute, const syntax::Node& node) {
    const cel::Variable self{"self", {cel::TypeKind::object, nullptr, nullptr, kind.name}};
    const cel::Environment environment{std::span(&self, 1), functions(), &model_, {}};
    const cel::Checked checked = cel::check(attribute.computed, environment, arena_);
    add(checked.problems, node, problems_);
    for (const std::string& need : checked.needs) {
      if (need == base::format("{}.{}", kind.name, attribute.name) ||
          reaches(need, kind, attribute)) {
        problems_.add(node.span, base::format("`{}` is computed from itself", attribute.name));
        break;
      }
    }
  }

  // Whether computing `need` ("kind.attribute") needs `attribute` of `kind` in turn.
  bool reaches(const std::string& need, const Kind& kind, const Attribute& attribute) {
    std::vector<std::string> open{need};
    std::set<std::string> seen;
    const std::string target = base::format("{}.{}", kind.name, attribute.name);
    while (!open.empty()) {
      const std::string current = open.back();
      open.pop_back();
      if (current == target) return true;
      if (!seen.insert(current).second) continue;
      const std::size_t dot = current.rfind('.');
      const Kind* owner = model_.find(std::string_view(current).substr(0, dot));
      const Attribute* needed =
          owner == nullptr ? nullptr : owner->attribute(std::string_view(current).substr(dot + 1));
      if (needed == nullptr || needed->computed.empty()) continue;
      const cel::Variable self{"self", {cel::TypeKind::object, nullptr, nullptr, owner->name}};
      const cel::Environment environment{std::span(&self, 1), functions(), &model_, {}};
      for (const std::string& next : cel::check(needed->computed, environment, arena_).needs)
        open.push_back(next);
    }
    return false;
  }

  void check(const Relation& relation, const syntax::Node& written) {
    const syntax::Node& node = written.resolved();
    for (const Source& source : relation.sources) {
      const Kind* kind = model_.find(source.kind);
      if (kind == nullptr) {
        known_kind(source.kind, node);
        continue;
      }
      const Attribute* attribute = kind->attribute(source.attribute);
      if (attribute == nullptr) {
        own_attribute(*kind, source.attribute, node);
        continue;
      }
      const AttributeType* type = &attribute->type;
      while (type->element != nullptr) type = type->element;
      if (type->kind != AttributeKind::reference) {
        problems_.add(
            node.span,
            base::format(
                "`{}.{}` refers to nothing: expected an attribute of type ref(…) or list(ref(…))",
                source.kind, source.attribute));
      }
    }
  }

  void known_kind(std::string_view name, const syntax::Node& node) {
    if (!model_.known(name)) problems_.unknown_word(node.span, "kind", name, model_.kinds());
  }
  void own_attribute(const Kind& kind, std::string_view name, const syntax::Node& node) {
    if (kind.attribute(name) == nullptr) {
      problems_.unknown_word(node.span, base::format("attribute of {}", kind.name), name,
                             model_.attributes(kind.name));
    }
  }

  const Model& model_;
  base::Arena& arena_;
  Problems& problems_;
};

}  // namespace

std::vector<Kind> read_kinds(const syntax::Node& root, base::Arena& arena, Problems& problems) {
  std::vector<Kind> kinds;
  if (!root.is_mapping()) {
    problems.add(root.span,
                 "expected kinds: their names, each with its native type and attributes");
    return kinds;
  }
  Reader reader(arena, problems);
  for (const syntax::Entry& entry : root.entries) kinds.push_back(reader.kind(entry));
  return kinds;
}

void check_kinds(std::span<const ReadKind> kinds, const Model& model, base::Arena& arena,
                 Problems& problems) {
  Checker checker(model, arena, problems);
  for (const ReadKind& read : kinds) {
    if (read.node->is_mapping()) checker.check(*read.kind, *read.node);
  }
}

}  // namespace resilint::catalog
