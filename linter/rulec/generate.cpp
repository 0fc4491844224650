// SPDX-License-Identifier: Apache-2.0
#include "rulec/generate.h"

#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "cel/cel.h"

namespace resilint::rulec {
namespace {

using base::format;

// A string literal; bytes that C++ reads otherwise are escaped in octal.
std::string literal(std::string_view text) {
  if (text.empty()) return "{}";
  std::string made = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      made += format("\\{}", c);
    else if (c == '\n')
      made += "\\n";
    else if (byte < 0x20 || byte >= 0x7F || c == '?')
      made += format("\\{:03o}", byte);
    else
      made += c;
  }
  return made + "\"";
}

std::string boolean(bool flag) { return flag ? "true" : "false"; }
std::string dialect(graph::Dialect dialect) {
  return format("graph::Dialect::{}", graph::name(dialect));
}

std::string constant(const catalog::Constant& value) {
  if (const auto* flag = std::get_if<bool>(&value))
    return format("Constant(std::in_place_type<bool>, {})", *flag);
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return format("Constant(std::in_place_type<std::int64_t>, {}LL)", *number);
  if (const auto* real = std::get_if<double>(&value))
    return format("Constant(std::in_place_type<double>, {})", base::shortest(*real));
  if (const auto* text = std::get_if<std::string_view>(&value))
    return format("Constant(std::in_place_type<std::string_view>, {})", literal(*text));
  return "Constant{}";
}

// Writes tables from the inside out: each returns the C++ expression that stands for its argument,
// after defining what it refers to.
class Writer {
 public:
  std::string text;

  template <typename T, typename Make>
  std::string array(std::string_view type, std::span<const T> items, Make make) {
    if (items.empty()) return "{}";
    std::vector<std::string> made;
    for (const T& item : items) made.push_back(make(item));
    std::string name = format("table_{}", number_++);
    text +=
        format("constexpr {} {}[] = {{\n    {},\n}};\n", type, name, base::join(made, ",\n    "));
    return name;
  }

  std::string words(std::span<const std::string_view> items) {
    return array("std::string_view", items, [](std::string_view word) {
      return word.empty() ? "std::string_view{}" : literal(word);
    });
  }

  std::string program(const cel::Program& program) {
    if (program.empty()) return "{}";
    std::string name = format("program_{}", number_++);
    text += cel::generate(program, name);
    return name;
  }

  std::string type(const catalog::AttributeType& type) {
    std::string element = "nullptr";
    if (type.element != nullptr) {
      const std::string inner = this->type(*type.element);
      const std::string name = format("type_{}", number_++);
      text += format("constexpr AttributeType {} = {};\n", name, inner);
      element = "&" + name;
    }
    return format("AttributeType{{static_cast<AttributeKind>({}), {}, {}}}",
                  static_cast<int>(type.kind), literal(type.words), element);
  }

  std::string path(const catalog::Path& path) {
    const std::string steps = array("Step", path.steps, [](const catalog::Step& step) {
      return format("{{static_cast<StepKind>({}), {}, {}}}", static_cast<int>(step.kind),
                    literal(step.name), step.index);
    });
    return format("Path{{{}, {}, {}}}", literal(path.text), steps, boolean(path.outside));
  }
  std::string paths(std::span<const catalog::Path> items) {
    return array("Path", items, [this](const catalog::Path& item) { return path(item); });
  }

  std::string translations(std::span<const catalog::Translation> items) {
    return array("Translation", items, [](const catalog::Translation& t) {
      return format("{{{}, {}}}", literal(t.written), constant(t.means));
    });
  }

  std::string attribute(const catalog::Attribute& a) {
    const std::string shapes = array("Shape", a.shapes, [this](const catalog::Shape& s) {
      return format("{{{}, {}, {}, {}, {}, {}, {}, static_cast<Decode>({}), {}}}",
                    dialect(s.dialect), literal(s.on), literal(s.companion), paths(s.by),
                    paths(s.key), path(s.path), literal(s.pattern), static_cast<int>(s.decode),
                    translations(s.values));
    });
    const std::string nowhere =
        array("graph::Dialect", a.nowhere, [](graph::Dialect d) { return dialect(d); });
    const std::string defaults = array("Default", a.defaults, [](const catalog::Default& d) {
      return format("{{{}, {}, {}, {}, {}}}", dialect(d.dialect), literal(d.on), d.from, d.before,
                    constant(d.value));
    });
    const std::string sources = array("Document", a.sources, [](const catalog::Document& d) {
      return format("{{{}, {}}}", dialect(d.dialect), literal(d.url));
    });
    return format("{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}", literal(a.name), type(a.type),
                  boolean(a.required), shapes, nowhere, defaults, sources, translations(a.values),
                  literal(a.from), path(a.path), program(a.computed));
  }

  std::string kind(const catalog::Kind& k) {
    const std::string types = array("NativeType", k.types, [](const catalog::NativeType& t) {
      return format("{{{}, {}}}", dialect(t.dialect), literal(t.name));
    });
    const std::string homes = array("Home", k.homes, [this](const catalog::Home& h) {
      return format("{{{}, {}, {}, {}}}", dialect(h.dialect), literal(h.type), literal(h.kind),
                    path(h.at));
    });
    const std::string identities =
        array("Identity", k.identities,
              [this](const catalog::Identity& i) { return format("{{{}}}", words(i.attributes)); });
    const std::string attributes = array(
        "Attribute", k.attributes, [this](const catalog::Attribute& a) { return attribute(a); });
    const std::string relations =
        array("Relation", k.relations, [this](const catalog::Relation& r) {
          return format("{{{}, {}}}", literal(r.name),
                        array("Source", r.sources, [](const catalog::Source& s) {
                          return format("{{{}, {}}}", literal(s.kind), literal(s.attribute));
                        }));
        });
    return format("{{{}, {}, {}, {}, {}, {}, {}, {}}}", literal(k.name), literal(k.file), types,
                  homes, literal(k.parent), identities, attributes, relations);
  }

  std::string expression(const rule::Expression& e) {
    return format("{{{}, {}, {}}}", program(e.program), e.line, e.column);
  }
  static std::string target(const rule::Target& t) {
    return format("Target{{{}, {}}}", literal(t.name), literal(t.attribute));
  }
  std::string message(std::span<const rule::MessagePart> parts) {
    return array("MessagePart", parts, [](const rule::MessagePart& p) {
      return format("{{{}, {}}}", literal(p.literal), target(p.target));
    });
  }

  std::string rule(const rule::Rule& r) {
    const std::string peers = array("Peer", r.peers, [](const rule::Peer& p) {
      return format("{{{}, {}}}", literal(p.tool), literal(p.id));
    });
    const std::string examples = array("Example", r.examples, [](const rule::Example& e) {
      return format("{{{}, {}, {}}}", dialect(e.dialect), literal(e.fail), literal(e.pass));
    });
    const std::string parameters =
        array("Parameter", r.parameters, [this](const rule::Parameter& p) {
          return format("{{{}, {}, {}, {}, {}, {}, {}}}", literal(p.name), type(p.type),
                        constant(p.value), words(p.words), literal(p.why), constant(p.minimum),
                        constant(p.maximum));
        });
    const std::string lets = array("Let", r.lets, [this](const rule::Let& l) {
      return format("{{{}, {}, {}}}", literal(l.name), expression(l.value), literal(l.kind));
    });
    const std::string at = array("Target", r.at, [](const rule::Target& t) { return target(t); });
    const std::string labels = array("Label", r.labels, [this](const rule::Label& l) {
      return format("{{{}, {}}}", target(l.target), message(l.text));
    });
    const std::string fixes = array("Fix", r.fixes, [this](const rule::Fix& f) {
      const std::string values =
          array("FixAttribute", f.values, [this](const rule::FixAttribute& v) {
            return format("{{{}, {}}}", literal(v.attribute), expression(v.value));
          });
      return format("{{{}, {}, {}, {}, {}}}", target(f.set), literal(f.create), values,
                    boolean(f.safe), literal(f.cost));
    });
    const std::string not_in =
        array("graph::Dialect", r.not_in, [](graph::Dialect d) { return dialect(d); });
    const std::string when = expression(r.when);
    const std::string require = expression(r.require);
    std::string made = "{";
    const auto member = [&made](std::string_view name, const std::string& value) {
      made += format(".{} = {},\n     ", name, value);
    };
    member("name", literal(r.name));
    member("file", literal(r.file));
    member("title", literal(r.title));
    member("severity", format("finding::Severity::{}", finding::name(r.severity)));
    member("profile", format("static_cast<Profile>({})", static_cast<int>(r.profile)));
    member("why", literal(r.why));
    member("well_architected", words(r.well_architected));
    member("tags", words(r.tags));
    member("formerly", words(r.formerly));
    member("references", words(r.references));
    member("peers", peers);
    member("examples", examples);
    member("parameters", parameters);
    member("match", literal(r.match));
    member("kind", literal(r.kind));
    member("lets", lets);
    member("when", when);
    member("require", require);
    member("message", message(r.message));
    member("at", at);
    member("labels", labels);
    member("fixes", fixes);
    member("not_in", not_in);
    member("is_built_in", boolean(true));
    return made + "}";
  }

 private:
  int number_ = 0;
};

constexpr std::string_view heading =
    "// Generated from the files below rules/ when resilint is built. Do not edit.\n"
    "#include <utility>\n\n#include \"rule/builtin.h\"\n\n";

}  // namespace

std::string table(std::string_view service, std::span<const catalog::Kind> kinds,
                  std::span<const rule::Rule> rules) {
  Writer writer;
  const std::string all_kinds =
      writer.array("Kind", kinds, [&writer](const catalog::Kind& k) { return writer.kind(k); });
  const std::string all_rules =
      writer.array("Rule", rules, [&writer](const rule::Rule& r) { return writer.rule(r); });
  return format(
      "{}namespace resilint::rule::generated {{\nnamespace {{\n\nusing namespace "
      "catalog;\n\n{}\n}}  // namespace\n\n"
      "extern const std::span<const Kind> {}_kinds;\nconst std::span<const Kind> {}_kinds = {};\n"
      "extern const std::span<const Rule> {}_rules;\nconst std::span<const Rule> {}_rules = {};\n\n"
      "}}  // namespace resilint::rule::generated\n",
      heading, writer.text, service, service, all_kinds, service, service, all_rules);
}

std::string library(std::span<const std::string> services) {
  std::string declarations;
  std::string additions;
  for (const std::string& service : services) {
    declarations += format(
        "extern const std::span<const catalog::Kind> {}_kinds;\nextern const std::span<const Rule> "
        "{}_rules;\n",
        service, service);
    additions += format(
        "    made.model.add(generated::{}_kinds);\n"
        "    for (const Rule& rule : generated::{}_rules) made.rules.push_back(&rule);\n",
        service, service);
  }
  return format(
      "{}#include <algorithm>\n\nnamespace resilint::rule {{\nnamespace generated {{\n\n{}\n}}  // "
      "namespace generated\n\n"
      "const Library& builtin() {{\n  static const Library library = [] {{\n    Library made;\n{}"
      "    std::ranges::sort(made.rules, {{}}, &Rule::name);\n    return made;\n  }}();\n  return "
      "library;\n}}\n\n"
      "}}  // namespace resilint::rule\n",
      heading, declarations, additions);
}

}  // namespace resilint::rulec
