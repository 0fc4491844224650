// SPDX-License-Identifier: Apache-2.0
#include "support/expressions.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/format.h"
#include "base/json_writer.h"
#include "dialect/terraform/numbers.h"
#include "parse/parse.h"

namespace resilint::test {

using dialect::terraform::Outcome;
using dialect::terraform::Refusal;
using dialect::terraform::Use;
using value::Value;

base::Result<dialect::terraform::Scope::Named, Refusal> FakeScope::name(
    const syntax::Node& variable, Use use) {
  static constexpr std::string_view uses[] = {"data", "text", "deciding"};
  std::string full(variable.text);
  std::size_t steps = 0;
  if (!variable.entries.empty() &&
      variable.entries.front().value->kind == syntax::NodeKind::attribute &&
      !names.contains(full)) {
    full += base::format(".{}", variable.entries.front().value->text);
    steps = 1;
  }
  asked.insert(base::format("{} for {}", full, uses[static_cast<std::size_t>(use)]));
  const auto found = names.find(full);
  if (found == names.end())
    return base::failure(Refusal{base::format("there is no {}", full), variable.span});
  return Named{found->second, steps};
}

Outcome FakeScope::part(const value::Reference& reference, std::string_view step,
                        source::Span span) {
  const std::string path = reference.attribute.empty()
                               ? std::string(step)
                               : base::format("{}.{}", reference.attribute, step);
  value::Reference made = reference;
  made.attribute = arena.copy(path);
  made.span = span;
  return Value(Value::Payload(arena.make<value::Reference>(made)));
}

Value FakeScope::written(const Value& reference) {
  const auto found = attributes.find(reference.pointer<value::Reference>()->attribute);
  return found == attributes.end() ? reference : found->second;
}

base::Result<std::string_view, std::string> FakeScope::file(std::string_view path) {
  const auto known = files_.find(path);
  if (known != files_.end()) return std::string_view(known->second);
  const std::filesystem::path full = folder_ / path;
  if (folder_.empty() || !std::filesystem::is_regular_file(full))
    return base::failure(base::format("there is no file {}", path));
  std::ifstream in(full, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return std::string_view(files_.emplace(path, std::move(bytes)).first->second);
}

std::unique_ptr<Evaluated> evaluated_expression(std::string_view text,
                                                dialect::terraform::Scope& scope, Use use) {
  auto made = std::make_unique<Evaluated>();
  made->source = text;
  syntax::Node scalar;
  scalar.style = syntax::Style::double_quoted;
  scalar.text = made->source;
  scalar.span = {{}, 0, static_cast<std::uint32_t>(text.size())};
  std::vector<finding::Finding> errors;
  made->node = parse::parse_hcl_expression(made->tree, scalar, errors);
  if (made->node == nullptr) {
    made->outcome = base::failure(
        Refusal{errors.empty() ? std::string("it is not HCL") : errors.front().message, {}});
  } else {
    made->outcome = dialect::terraform::evaluate(*made->node, scope, made->arena, use);
  }
  return made;
}

namespace {

std::string json(std::string_view text) {
  base::JsonWriter writer;
  writer.string(text);
  return writer.take();
}

std::string list_text(const value::List& list) {
  static constexpr std::string_view sorts[] = {"", "list", "set"};
  std::string made = std::string(sorts[static_cast<std::size_t>(list.sort)]) + "[";
  for (const value::Member& member : list.members) {
    if (made.back() != '[') made += ", ";
    if (member.membership == value::Membership::maybe) made += "maybe ";
    if (member.membership == value::Membership::any_number) made += "any ";
    made += terraform_text(member.value);
    if (member.waits != nullptr)
      made += base::format(" waits({})", value::parameters_of(*member.waits));
  }
  if (list.open) {
    made += base::format("{}…{}", made.back() == '[' ? "" : ", ", list.open_reason);
    if (list.waits != nullptr) made += base::format(" waits({})", parameters_of(*list.waits));
  }
  return made + "]";
}

std::string map_text(const value::Map& map) {
  std::vector<value::MapEntry> entries(map.entries.begin(), map.entries.end());
  std::ranges::sort(entries, {}, &value::MapEntry::key);
  std::string made = map.uniform ? "map{" : "{";
  for (const value::MapEntry& entry : entries) {
    if (made.back() != '{') made += ", ";
    made += base::format("{}: {}", json(entry.key), terraform_text(entry.value));
  }
  if (map.open) made += base::format("{}…{}", made.back() == '{' ? "" : ", ", map.open_reason);
  return made + "}";
}

std::string bare_text(const Value& value) {
  if (value.absent()) return "absent";
  if (value.get<value::Null>() != nullptr) return "null";
  if (const bool* flag = value.get<bool>()) return *flag ? "true" : "false";
  if (dialect::terraform::is_number(value)) return dialect::terraform::number_text(value);
  if (const auto* text = value.get<std::string_view>()) return json(*text);
  if (const auto* list = value.pointer<value::List>()) return list_text(*list);
  if (const auto* map = value.pointer<value::Map>()) return map_text(*map);
  if (const auto* reference = value.pointer<value::Reference>()) {
    return base::format("reference({}{}{})", static_cast<std::uint32_t>(reference->target),
                        reference->attribute.empty() ? "" : ".", reference->attribute);
  }
  if (const auto* undecided = value.undecided()) {
    return base::format("undecided({})", value::parameters_of(*undecided));
  }
  if (const auto* unknown = value.unknown()) {
    return base::format("unknown({}{}{}{})", unknown->reason, unknown->symbol.empty() ? "" : " as ",
                        unknown->symbol, unknown->may_be_absent ? ", may be absent" : "");
  }
  if (const auto* text = value.pointer<value::Text>()) {
    std::string made = "\"";
    for (const value::TextPart& part : text->parts) {
      if (part.hole != nullptr) {
        made += base::format("${{{}}}", terraform_text(*part.hole));
      } else {
        const std::string written = json(part.literal);
        made += written.substr(1, written.size() - 2);
      }
    }
    return made + "\"";
  }
  return "?";
}

}  // namespace

std::string terraform_text(const Value& value) {
  return value.sensitive() ? base::format("sensitive({})", bare_text(value)) : bare_text(value);
}

std::string terraform_text(const Outcome& outcome) {
  return outcome ? terraform_text(*outcome) : base::format("refused({})", outcome.error().message);
}

}  // namespace resilint::test
