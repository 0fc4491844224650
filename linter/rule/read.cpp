// SPDX-License-Identifier: Apache-2.0
#include "rule/read.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "source/line_index.h"

namespace resilint::rule {
namespace {

using catalog::Fields;
using catalog::Key;
using catalog::Problems;

constexpr std::string_view parameters_kind = "parameters";

// The model, and the rule's own parameters as one more kind.
class RuleKinds final : public cel::Kinds {
 public:
  RuleKinds(const catalog::Model& model, std::span<const Parameter> parameters)
      : model_(model), parameters_(parameters) {}

  [[nodiscard]] bool known(std::string_view kind) const override {
    return kind == parameters_kind || model_.known(kind);
  }
  [[nodiscard]] std::optional<cel::Attribute> attribute(std::string_view kind,
                                                        std::string_view name) const override {
    if (kind != parameters_kind) return model_.attribute(kind, name);
    const auto found = std::ranges::find(parameters_, name, &Parameter::name);
    if (found == parameters_.end()) return std::nullopt;
    return cel::Attribute{model_.type(found->type), false};
  }
  [[nodiscard]] std::vector<std::string_view> attributes(std::string_view kind) const override {
    if (kind != parameters_kind) return model_.attributes(kind);
    std::vector<std::string_view> names;
    for (const Parameter& parameter : parameters_) names.push_back(parameter.name);
    return names;
  }
  [[nodiscard]] std::vector<std::string_view> kinds() const override { return model_.kinds(); }

 private:
  const catalog::Model& model_;
  std::span<const Parameter> parameters_;
};

bool kebab_case(std::string_view name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !name.empty() && name.find_first_not_of(letters) == std::string_view::npos &&
         name.front() != '-' && name.back() != '-' && name.find("--") == std::string_view::npos;
}

class Reader {
 public:
  Reader(const syntax::Node& root, const source::File& file, const catalog::Model& model,
         base::Arena& arena, Problems& problems)
      : fields_(root, "a rule", keys, problems),
        root_(root),
        lines_(file.bytes()),
        model_(model),
        arena_(arena),
        problems_(problems) {
    rule_.file = arena.copy(file.path());
  }

  Rule read(std::string_view name) {
    rule_.name = name;
    if (!kebab_case(name)) {
      problems_.add(
          start(),
          base::format(
              "the file is called `{}`; a rule's name is lower-case words with hyphens between",
              name));
    }
    documentation();
    parameters();
    const RuleKinds kinds(model_, rule_.parameters);
    kinds_ = &kinds;
    match();
    lets();
    when_and_require();
    targets();
    fixes();
    rule_.not_in = dialects_out_of_reach();
    examples();
    kinds_ = nullptr;
    return rule_;
  }

 private:
  static constexpr Key keys[] = {{"title", true},
                                 {"severity", true},
                                 {"profile", true},
                                 {"well_architected"},
                                 {"tags"},
                                 {"why", true},
                                 {"parameters"},
                                 {"match", true},
                                 {"let"},
                                 {"when"},
                                 {"require", true},
                                 {"message", true},
                                 {"at"},
                                 {"labels"},
                                 {"fix"},
                                 {"peers"},
                                 {"references", true},
                                 {"examples", true},
                                 {"formerly"}};

  [[nodiscard]] source::Span start() const {
    return {root_.span.file, root_.span.begin, root_.span.begin};
  }

  std::string_view limited(std::string_view key, std::size_t limit) {
    const syntax::Node* node = fields_.get(key);
    if (node == nullptr) return {};
    const std::string_view found = text(*node, base::format("a text for {}", key), problems_);
    if (found.size() > limit)
      problems_.add(node->span, base::format("`{}` has {} bytes; reports cut it at {}", key,
                                             found.size(), limit));
    return found;
  }

  std::span<const std::string_view> list(std::string_view key, std::string_view what) {
    const syntax::Node* node = fields_.get(key);
    return node == nullptr ? std::span<const std::string_view>{}
                           : arena_.copy(texts(*node, what, problems_));
  }

  void documentation() {
    rule_.title = limited("title", 255);
    rule_.why = limited("why", 1024);
    static constexpr std::string_view severities[] = {"high", "medium", "low"};
    if (const auto* node = fields_.get("severity")) {
      const auto severity = finding::severity_named(node->text);
      if (severity && *severity != finding::Severity::note)
        rule_.severity = *severity;
      else
        problems_.unknown_word(node->span, "severity", node->text, severities);
    }
    static constexpr std::string_view profiles[] = {"recommended", "strict", "opt-in"};
    if (const auto* node = fields_.get("profile")) {
      if (node->text == profiles[0])
        rule_.profile = Profile::recommended;
      else if (node->text == profiles[1])
        rule_.profile = Profile::strict;
      else if (node->text == profiles[2])
        rule_.profile = Profile::opt_in;
      else
        problems_.unknown_word(node->span, "profile", node->text, profiles);
    }
    rule_.well_architected = list("well_architected", "a best practice such as REL05-BP05");
    rule_.tags = list("tags", "a tag");
    rule_.formerly = list("formerly", "an old name");
    rule_.references = list("references", "a URL");
    if (const auto* node = fields_.get("references")) {
      for (const std::string_view reference : rule_.references) {
        if (!reference.starts_with("https://"))
          problems_.add(node->span,
                        base::format("`{}` is not a URL that begins with https://", reference));
      }
      if (rule_.references.empty())
        problems_.add(node->span, "expected at least one document that says so");
    }
    std::vector<Peer> peers;
    if (const auto* node = fields_.get("peers")) {
      if (!node->is_mapping())
        problems_.add(node->span, "expected tools and their ids: `{checkov: [CKV_AWS_21]}`");
      for (const syntax::Entry& entry : node->entries) {
        if (entry.key == nullptr) continue;
        for (const std::string_view id : texts(entry.value->resolved(), "an id", problems_))
          peers.push_back({entry.key->text, id});
      }
    }
    rule_.peers = arena_.copy(peers);
  }

  void parameters() {
    const syntax::Node* node = fields_.get("parameters");
    if (node == nullptr) return;
    static constexpr Key parameter_keys[] = {
        {"type", true}, {"default", true}, {"minimum"}, {"maximum"}, {"why", true}};
    std::vector<Parameter> read;
    if (!node->is_mapping())
      problems_.add(node->span, "expected parameters, each with type, default and why");
    for (const syntax::Entry& entry : node->entries) {
      if (entry.key == nullptr) continue;
      Parameter parameter;
      parameter.name = entry.key->text;
      const Fields fields(*entry.value, "a parameter", parameter_keys, problems_);
      if (const auto* type = fields.get("type")) {
        if (const auto found = attribute_type(*type, arena_, problems_)) parameter.type = *found;
      }
      if (const auto* value = fields.get("default")) {
        if (parameter.type.kind == catalog::AttributeKind::list)
          parameter.words = arena_.copy(texts(*value, "words", problems_));
        else if (const auto found = constant(*value, parameter.type, problems_))
          parameter.value = *found;
        parameter.minimum = bound(fields, "minimum", parameter, *value);
        parameter.maximum = bound(fields, "maximum", parameter, *value);
      }
      if (const auto* why = fields.get("why")) parameter.why = text(*why, "a reason", problems_);
      read.push_back(parameter);
    }
    rule_.parameters = arena_.copy(read);
  }

  catalog::Constant bound(const Fields& fields, std::string_view key, const Parameter& parameter,
                          const syntax::Node& value) {
    const syntax::Node* node = fields.get(key);
    if (node == nullptr) return {};
    const auto limit = constant(*node, parameter.type, problems_);
    if (!limit) return {};
    const bool beyond = key == "minimum" ? parameter.value < *limit : *limit < parameter.value;
    if (beyond) problems_.add(value.span, base::format("the default lies beyond the {}", key));
    return *limit;
  }

  // ---- names and their types
  // ---------------------------------------------------------------------

  [[nodiscard]] const cel::Type* type_of(std::string_view name) const {
    for (const cel::Variable& variable : variables_) {
      if (variable.name == name) return &variable.type;
    }
    return nullptr;
  }

  void bind(std::string_view name, const cel::Type& type, const syntax::Node& node) {
    if (type_of(name) != nullptr)
      problems_.add(node.span, base::format("the name `{}` is taken already", name));
    variables_.push_back({name, type});
  }

  Expression expression(const syntax::Node& node) {
    const source::Position first = lines_.position(node.source(0, 0).begin);
    return {catalog::program(node, arena_, problems_), first.line, first.column};
  }

  // Checks an expression; its type, or dynamic when it has problems.
  cel::Type check(const Expression& expression, const syntax::Node& node,
                  std::optional<cel::TypeKind> expected,
                  std::vector<std::string>* proven = nullptr) {
    if (expression.program.empty()) return {};
    const cel::Environment environment{variables_, catalog::functions(), kinds_, guarded_};
    cel::Checked checked = cel::check(expression.program, environment, arena_);
    add(checked.problems, node, problems_);
    for (std::string& need : checked.needs) needs_.push_back(std::move(need));
    if (proven != nullptr) *proven = std::move(checked.guards);
    if (!checked.problems.empty()) return {};
    if (expected && checked.type.kind != *expected && checked.type.kind != cel::TypeKind::dynamic) {
      problems_.add(node.span, base::format("expected {}, this is {}",
                                            cel::display({*expected, nullptr, nullptr, {}}),
                                            cel::display(checked.type)));
    }
    return checked.type;
  }

  void match() {
    const syntax::Node* node = fields_.get("match");
    if (node == nullptr) return;
    if (node->is_scalar() && node->text == "project") {
      rule_.match = rule_.kind = "project";
    } else if (node->is_mapping() && node->entries.size() == 1 &&
               node->entries.front().value->resolved().is_scalar()) {
      rule_.match = node->entries.front().key->text;
      rule_.kind = node->entries.front().value->resolved().text;
      if (!model_.known(rule_.kind)) {
        problems_.unknown_word(node->entries.front().value->resolved().span, "kind", rule_.kind,
                               model_.kinds());
      }
    } else {
      problems_.add(node->span,
                    "expected one name and its kind, `{queue: aws.sqs.queue}`, or `project`");
      return;
    }
    bind(rule_.match, {cel::TypeKind::object, nullptr, nullptr, rule_.kind}, *node);
    if (!rule_.parameters.empty())
      bind(parameters_kind, {cel::TypeKind::object, nullptr, nullptr, parameters_kind}, *node);
  }

  void lets() {
    const syntax::Node* node = fields_.get("let");
    if (node == nullptr) return;
    static constexpr Key let_keys[] = {{"value", true}, {"kind", true}};
    std::vector<Let> read;
    if (!node->is_mapping()) problems_.add(node->span, "expected names and their expressions");
    for (const syntax::Entry& entry : node->entries) {
      if (entry.key == nullptr) continue;
      Let let;
      let.name = entry.key->text;
      const syntax::Node* value = &entry.value->resolved();
      if (value->is_mapping()) {
        const Fields fields(*value, "a let", let_keys, problems_);
        if (const auto* kind = fields.get("kind")) {
          let.kind = text(*kind, "a kind", problems_);
          for (const std::string_view name : base::split(let.kind, '|')) {
            if (!model_.known(name))
              problems_.unknown_word(kind->span, "kind", name, model_.kinds());
          }
        }
        value = fields.get("value");
      }
      if (value == nullptr) continue;
      let.value = expression(*value);
      // With a kind the let guards itself: nothing there makes the rule inapplicable.
      const std::size_t before = guarded_.size();
      if (!let.kind.empty()) guarded_.emplace_back(base::trim(let.value.program.text));
      cel::Type type = check(let.value, *value, std::nullopt);
      guarded_.resize(before);
      if (!let.kind.empty()) {
        if (type.kind != cel::TypeKind::object && type.kind != cel::TypeKind::dynamic) {
          problems_.add(value->span,
                        base::format("`kind` narrows a reference, this is {}", cel::display(type)));
        }
        type = {cel::TypeKind::object, nullptr, nullptr, let.kind};
      }
      bind(let.name, type, *entry.key);
      read.push_back(let);
    }
    rule_.lets = arena_.copy(read);
  }

  void when_and_require() {
    if (const auto* node = fields_.get("when")) {
      rule_.when = expression(*node);
      std::vector<std::string> proven;
      check(rule_.when, *node, cel::TypeKind::boolean, &proven);
      guarded_.insert(guarded_.end(), proven.begin(), proven.end());
    }
    if (const auto* node = fields_.get("require")) {
      rule_.require = expression(*node);
      check(rule_.require, *node, cel::TypeKind::boolean);
    }
  }

  // ---- message, at, labels
  // -----------------------------------------------------------------------

  std::optional<Target> target(std::string_view written, source::Span span,
                               bool allows_list = true) {
    const std::size_t dot = written.find('.');
    const Target made{written.substr(0, dot),
                      dot == std::string_view::npos ? std::string_view{} : written.substr(dot + 1)};
    const cel::Type* type = type_of(made.name);
    if (type == nullptr) {
      std::vector<std::string_view> names;
      names.reserve(variables_.size());
      for (const cel::Variable& variable : variables_) names.push_back(variable.name);
      problems_.unknown_word(span, "name", made.name, names);
      return std::nullopt;
    }
    if (made.attribute.empty()) return made;
    // Of a list of objects, its first definite member.
    if (allows_list && type->kind == cel::TypeKind::list && type->element != nullptr)
      type = type->element;
    if (type->kind == cel::TypeKind::object) {
      for (const std::string_view kind : base::split(type->kinds, '|')) {
        if (kinds_->attribute(kind, made.attribute)) continue;
        problems_.unknown_word(span, base::format("attribute of {}", kind), made.attribute,
                               kinds_->attributes(kind));
        return std::nullopt;
      }
    } else if (type->kind != cel::TypeKind::dynamic) {
      problems_.add(
          span, base::format("`{}` is {} and has no attributes", made.name, cel::display(*type)));
      return std::nullopt;
    }
    return made;
  }

  std::span<const MessagePart> message(const syntax::Node& node) {
    const std::string_view written = text(node, "a sentence", problems_);
    std::vector<MessagePart> parts;
    std::size_t at = 0;
    while (at < written.size()) {
      const std::size_t brace = written.find_first_of("{}", at);
      if (brace != at) parts.push_back({written.substr(at, brace - at), {}});
      if (brace == std::string_view::npos) break;
      if (brace + 1 < written.size() && written[brace + 1] == written[brace]) {  // {{ and }}
        parts.push_back({written.substr(brace, 1), {}});
        at = brace + 2;
        continue;
      }
      const std::size_t close =
          written[brace] == '{' ? written.find('}', brace) : std::string_view::npos;
      const auto offset = static_cast<std::uint32_t>(brace);
      if (close == std::string_view::npos) {
        problems_.add(node.source(offset, offset + 1),
                      "a brace alone; write {name}, {name.attribute}, or double it");
        break;
      }
      const source::Span place = node.source(offset + 1, static_cast<std::uint32_t>(close));
      if (const auto found = target(written.substr(brace + 1, close - brace - 1), place, false))
        parts.push_back({{}, *found});
      at = close + 1;
    }
    return arena_.copy(parts);
  }

  void targets() {
    if (const auto* node = fields_.get("message")) rule_.message = message(*node);
    std::vector<Target> at;
    if (const auto* node = fields_.get("at")) {
      if (!node->is_sequence())
        problems_.add(node->span,
                      "expected a list: the first that is written in the resource counts");
      for (const syntax::Entry& entry : node->entries) {
        const syntax::Node& one = entry.value->resolved();
        if (const auto found = target(text(one, "a name or an attribute", problems_), one.span))
          at.push_back(*found);
      }
    }
    rule_.at = arena_.copy(at);
    std::vector<Label> labels;
    if (const auto* node = fields_.get("labels")) {
      if (!node->is_mapping())
        problems_.add(node->span, "expected names or attributes, each with a text");
      for (const syntax::Entry& entry : node->entries) {
        if (entry.key == nullptr) continue;
        if (const auto found = target(entry.key->text, entry.key->span))
          labels.push_back({*found, message(entry.value->resolved())});
      }
    }
    rule_.labels = arena_.copy(labels);
  }

  // ---- fixes
  // -------------------------------------------------------------------------------------

  FixAttribute fix_value(std::string_view kinds, std::string_view attribute,
                         const syntax::Node& node, source::Span place) {
    FixAttribute made{attribute, expression(node)};
    const cel::Type type = check(made.value, node, std::nullopt);
    for (const std::string_view kind : base::split(kinds, '|')) {
      const auto known = kinds_->attribute(kind, attribute);
      if (!known) {
        problems_.unknown_word(place, base::format("attribute of {}", kind), attribute,
                               kinds_->attributes(kind));
      } else if (type.kind != cel::TypeKind::dynamic &&
                 known->type.kind != cel::TypeKind::dynamic && type.kind != known->type.kind &&
                 known->type.kind != cel::TypeKind::object) {
        problems_.add(node.span, base::format("`{}` is {}, this is {}", attribute,
                                              cel::display(known->type), cel::display(type)));
      }
    }
    return made;
  }

  void fixes() {
    const syntax::Node* node = fields_.get("fix");
    if (node == nullptr) return;
    std::vector<Fix> read;
    if (node->is_sequence()) {
      for (const syntax::Entry& entry : node->entries) read.push_back(fix(entry.value->resolved()));
    } else {
      read.push_back(fix(*node));
    }
    rule_.fixes = arena_.copy(read);
  }

  Fix fix(const syntax::Node& node) {
    static constexpr Key fix_keys[] = {{"set"},  {"to"},           {"create"},
                                       {"with"}, {"safety", true}, {"cost"}};
    const Fields fields(node, "a fix", fix_keys, problems_);
    Fix made;
    std::vector<FixAttribute> values;
    if (const auto* set = fields.get("set")) {
      if (const auto found = target(text(*set, "an attribute", problems_), set->span))
        made.set = *found;
      if (made.set.attribute.empty()) problems_.add(set->span, "expected `name.attribute`");
      const cel::Type* type = type_of(made.set.name);
      if (type != nullptr && type->kind == cel::TypeKind::list) type = type->element;
      if (const auto* to = fields.get("to"); to == nullptr) {
        problems_.add(set->span, "`set` needs `to`, the value as an expression");
      } else if (type != nullptr && type->kind == cel::TypeKind::object &&
                 !made.set.attribute.empty()) {
        values.push_back(fix_value(type->kinds, made.set.attribute, *to, set->span));
      }
    }
    if (const auto* create = fields.get("create")) {
      made.create = text(*create, "a kind", problems_);
      if (!model_.known(made.create))
        problems_.unknown_word(create->span, "kind", made.create, model_.kinds());
      if (const auto* with = fields.get("with")) {
        for (const syntax::Entry& entry : with->entries) {
          if (entry.key != nullptr)
            values.push_back(
                fix_value(made.create, entry.key->text, entry.value->resolved(), entry.key->span));
        }
      }
    }
    if (made.set.name.empty() == made.create.empty())
      problems_.add(node.span, "a fix has either `set` and `to`, or `create` and `with`");
    if (const auto* safety = fields.get("safety")) {
      static constexpr std::string_view words[] = {"safe", "unsafe"};
      made.safe = safety->text == "safe";
      if (!made.safe && safety->text != "unsafe")
        problems_.unknown_word(safety->span, "safety", safety->text, words);
    }
    if (const auto* cost = fields.get("cost"))
      made.cost = text(*cost, "what the fix costs", problems_);
    if (!made.safe && made.cost.empty())
      problems_.add(node.span, "an unsafe fix says what it costs: `cost`");
    made.values = arena_.copy(values);
    return made;
  }

  // ---- dialects and examples
  // ---------------------------------------------------------------------

  // Dialects that have nothing of what the rule judges, or in which something that it reads
  // unguarded cannot be written.
  std::span<const graph::Dialect> dialects_out_of_reach() {
    std::vector<graph::Dialect> out;
    for (const graph::Dialect dialect :
         {graph::Dialect::cloudformation, graph::Dialect::terraform}) {
      const bool reachable = std::ranges::all_of(needs_, [&](const std::string& need) {
        const std::size_t dot = need.rfind('.');
        const catalog::Kind* kind = model_.find(std::string_view(need).substr(0, dot));
        const catalog::Attribute* attribute =
            kind == nullptr ? nullptr : kind->attribute(std::string_view(need).substr(dot + 1));
        return attribute == nullptr || attribute->expressible(dialect);
      });
      if (!reachable || !has_judged(dialect)) out.push_back(dialect);
    }
    return arena_.copy(out);
  }

  [[nodiscard]] bool has_judged(graph::Dialect dialect) const {
    if (const catalog::Kind* kind = model_.find(rule_.kind)) return kind->is_in(dialect);
    if (!catalog::is_native(rule_.kind)) return true;
    const bool terraform = rule_.kind.find("::") == std::string_view::npos;
    return terraform == (dialect == graph::Dialect::terraform);
  }

  void examples() {
    const syntax::Node* node = fields_.get("examples");
    if (node == nullptr) return;
    static constexpr Key dialect_keys[] = {{"cloudformation"}, {"terraform"}};
    static constexpr Key example_keys[] = {{"fail", true}, {"pass", true}};
    const Fields fields(*node, "the examples", dialect_keys, problems_);
    std::vector<Example> read;
    for (const graph::Dialect dialect :
         {graph::Dialect::cloudformation, graph::Dialect::terraform}) {
      const syntax::Node* written = fields.get(graph::name(dialect));
      if (written == nullptr) continue;
      const Fields pair(*written, "an example", example_keys, problems_);
      Example example{dialect, {}, {}};
      if (const auto* fail = pair.get("fail")) example.fail = text(*fail, "a template", problems_);
      if (const auto* pass = pair.get("pass")) example.pass = text(*pass, "a template", problems_);
      read.push_back(example);
    }
    if (read.empty())
      problems_.add(node->span, "expected an example in `cloudformation` or in `terraform`");
    rule_.examples = arena_.copy(read);
  }

  Fields fields_;
  const syntax::Node& root_;
  source::LineIndex lines_;
  const catalog::Model& model_;
  base::Arena& arena_;
  Problems& problems_;
  Rule rule_;
  const cel::Kinds* kinds_ = nullptr;
  std::vector<cel::Variable> variables_;
  std::vector<std::string> guarded_;
  std::vector<std::string> needs_;
};

}  // namespace

Rule read(const syntax::Node& root, std::string_view name, const source::File& file,
          const catalog::Model& model, base::Arena& arena, catalog::Problems& problems) {
  return Reader(root, file, model, arena, problems).read(name);
}

}  // namespace resilint::rule
