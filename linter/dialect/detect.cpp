// SPDX-License-Identifier: Apache-2.0
// What a file is, by its content: the design's table "a file that … becomes".
#include <algorithm>
#include <array>
#include <string>

#include "base/format.h"
#include "base/text.h"
#include "dialect/cloudformation/nodes.h"
#include "dialect/dialect.h"
#include "dialect/terraform/module_files.h"
#include "dialect/terraform/read.h"

namespace resilint::dialect {
namespace {

using cloudformation::members;
using cloudformation::value_of;
using syntax::Node;

constexpr std::array<std::pair<std::string_view, Type>, 4> types{
    {{"cloudformation", Type::cloudformation},
     {"terraform", Type::terraform},
     {"tfvars", Type::tfvars},
     {"plan", Type::plan}}};

// CloudFormation takes 500 in one template. A text with many more is no template that anybody
// deploys, and would cost minutes.
constexpr std::size_t most_resources = 100'000;

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool blank(char c) { return c == ' ' || c == '\t'; }

// ---- signs in text that does not parse
// -----------------------------------------------------------

// Whether the byte at `at` stands behind a `#` that begins a comment on its line.
bool in_comment(std::string_view text, std::size_t at) {
  const std::size_t begin = text.rfind('\n', at);
  const std::size_t first = begin == std::string_view::npos ? 0 : begin + 1;
  for (std::size_t i = first; i < at; ++i) {
    if (text[i] == '#' && (i == first || blank(text[i - 1]))) return true;
  }
  return false;
}

// The text after `key` and its colon, where `key` stands as a whole word, quoted or not.
std::optional<std::string_view> after_key(std::string_view text, std::size_t at,
                                          std::string_view key) {
  if (at > 0 && (letter(text[at - 1]) || text[at - 1] == ':')) return std::nullopt;
  std::string_view rest = text.substr(at + key.size());
  if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
  while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
  if (!rest.starts_with(':') || in_comment(text, at)) return std::nullopt;
  rest.remove_prefix(1);
  while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
  return rest;
}

template <typename Test>
bool has_key(std::string_view text, std::string_view key, Test value_fits) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const auto rest = after_key(text, at, key);
    if (rest && value_fits(*rest)) return true;
  }
  return false;
}

bool begins_scalar(std::string_view rest) {
  return !rest.empty() && rest.front() != '\n' && rest.front() != '\r' && rest.front() != '{' &&
         rest.front() != '[' && rest.front() != '#';
}

// CloudFormation's own file extension makes a sign of the key alone, whatever its value.
bool shows_sign(std::string_view text, std::string_view path) {
  if (path.ends_with(".template") &&
      has_key(text, "AWSTemplateFormatVersion", [](std::string_view) { return true; }))
    return true;
  const auto cloud_type = [](std::string_view rest) {
    if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
    return rest.starts_with("AWS::");
  };
  return has_key(text, "AWSTemplateFormatVersion", begins_scalar) ||
         has_key(text, "Type", cloud_type);
}

bool may_be_template(std::string_view text) {
  return text.find("Resources") != std::string_view::npos ||
         text.find("AWSTemplateFormatVersion") != std::string_view::npos;
}

bool may_be_plan(std::string_view text) {
  const auto version = [](std::string_view rest) { return rest.starts_with('"'); };
  return text.find("format_version") != std::string_view::npos &&
         has_key(text, "format_version", version) &&
         (text.find("planned_values") != std::string_view::npos ||
          text.find("resource_changes") != std::string_view::npos);
}

std::string without_nul(std::string_view bytes) {
  std::string text(bytes);
  std::erase(text, '\0');
  return text;
}

// ---- documents
// -----------------------------------------------------------------------------------

// "AWS::S3::Bucket", "Custom::Setup", "Acme::Network::Vpc::MODULE"
bool is_resource_type(std::string_view text) {
  const std::size_t colons = text.find("::");
  return colons != std::string_view::npos && colons > 0 && colons + 2 < text.size() &&
         text.find(' ') == std::string_view::npos;
}

bool is_template(const Node& root) {
  if (!root.is_mapping()) return false;
  const Node* version = value_of(root, "AWSTemplateFormatVersion");
  if (version != nullptr && version->is_scalar()) return true;
  const Node* resources = value_of(root, "Resources");
  if (resources == nullptr || !resources->is_mapping()) return false;
  const bool typed = std::ranges::any_of(members(*resources), [](const syntax::Entry* entry) {
    const std::string_view key = entry->key->text;
    if (key.starts_with("Fn::ForEach::") || key == "Fn::Transform") return true;
    const Node* type = value_of(*entry->value, "Type");
    return type != nullptr && type->is_scalar() && is_resource_type(type->text);
  });
  if (typed) return true;
  // Nothing to judge yet, but nothing that is not a template's either.
  static constexpr std::array<std::string_view, 11> sections{
      "Conditions", "Description", "Globals",   "Hooks", "Mappings", "Metadata",
      "Outputs",    "Parameters",  "Resources", "Rules", "Transform"};
  return resources->entries.empty() &&
         std::ranges::all_of(root.entries, [](const syntax::Entry& entry) {
           return std::ranges::find(sections, entry.key->text) != sections.end();
         });
}

std::string dialect_of(const Node& root) {
  if (const Node* transform = value_of(root, "Transform")) {
    for (const Node* name : cloudformation::items(*transform)) {
      if (name->text.starts_with("AWS::Serverless-")) return "sam";
    }
  }
  if (const Node* resources = value_of(root, "Resources")) {
    for (const syntax::Entry* entry : members(*resources)) {
      const Node* type = value_of(*entry->value, "Type");
      if (type != nullptr && type->text == "AWS::CDK::Metadata") return "cdk";
      const Node* metadata = value_of(*entry->value, "Metadata");
      if (metadata != nullptr && value_of(*metadata, "aws:cdk:path") != nullptr) return "cdk";
    }
  }
  return "cloudformation";
}

std::optional<finding::Finding> too_many_resources(const Node& root) {
  const syntax::Entry* resources = root.find_entry("Resources");
  if (resources == nullptr || resources->value->entries.size() <= most_resources)
    return std::nullopt;
  finding::Finding error;
  error.rule = "limit";
  error.severity = finding::Severity::high;
  error.message = base::format("the template has {} resources; at most {} are read",
                               resources->value->entries.size(), most_resources);
  error.span = resources->key->span;
  return error;
}

// Merge keys are applied, and said once per file.
void note_merge_key(const syntax::Tree& tree, const source::File& file,
                    std::vector<finding::Finding>& notes) {
  if (file.bytes().find("<<") == std::string_view::npos) return;
  std::vector<const Node*> open(tree.documents.rbegin(), tree.documents.rend());
  while (!open.empty()) {
    const Node& node = *open.back();
    open.pop_back();
    for (const syntax::Entry& entry : node.entries) {
      if (entry.key == nullptr || !entry.key->plain() || entry.key->text != "<<") continue;
      finding::Finding made;
      made.rule = "merge-key";
      made.severity = finding::Severity::note;
      made.message =
          "a merge key is applied here as YAML 1.1 says; CloudFormation itself does not know it, "
          "so the template must be packaged first";
      made.span = entry.key->span;
      notes.push_back(std::move(made));
      return;
    }
    for (auto entry = node.entries.rbegin(); entry != node.entries.rend(); ++entry)
      open.push_back(entry->value);
  }
}

Detected skipped(std::string reason) {
  Detected made;
  made.reason = std::move(reason);
  return made;
}

Detected failed(std::vector<finding::Finding> errors) {
  Detected made;
  made.status = finding::FileStatus::failed;
  made.reason = errors.front().message;
  made.errors = std::move(errors);
  return made;
}

Detected detect_terraform(const source::File& file, Type type) {
  parse::Parsed parsed =
      type == Type::tfvars ? terraform::read_variables(file) : terraform::read_configuration(file);
  if (!parsed.whole()) return failed(std::move(parsed.errors));
  Detected made;
  made.status = finding::FileStatus::checked;
  made.dialect = std::string(name(type));
  made.notes = std::move(parsed.notes);
  made.tree = std::move(parsed.tree);
  return made;
}

}  // namespace

std::optional<Type> type_named(std::string_view wanted) {
  for (const auto& [name, type] : types) {
    if (name == wanted) return type;
  }
  return std::nullopt;
}

std::string_view name(Type type) {
  for (const auto& [name, candidate] : types) {
    if (candidate == type) return name;
  }
  return {};
}

std::optional<Type> type_by_name(std::string_view path) {
  const auto named = terraform::named(path);
  if (!named || named->role == terraform::Role::other) return std::nullopt;
  return named->role == terraform::Role::variables ? Type::tfvars : Type::terraform;
}

Detected detect(const source::File& file, std::optional<Type> forced) {
  const std::string_view bytes = file.bytes();
  const bool named = forced == Type::cloudformation;
  const std::optional<Type> type = forced ? forced : type_by_name(file.path());
  if (type == Type::terraform || type == Type::tfvars) return detect_terraform(file, *type);
  if (const auto other = terraform::named(file.path()); other && !forced)
    return skipped(std::string(other->reason));
  if (!named && bytes.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return skipped("empty");

  if (auto error = parse::encoding_error(file)) {
    const std::string readable = without_nul(bytes);
    if (named || shows_sign(readable, file.path())) return failed({std::move(*error)});
    return skipped(readable.size() != bytes.size() ? "binary"
                                                   : "is not UTF-8, does not look like a template");
  }
  if (!named && may_be_plan(bytes)) return skipped("Terraform plans are not read yet");
  if (!named && !may_be_template(bytes) && !shows_sign(bytes, file.path()))
    return skipped("not infrastructure as code");

  parse::Parsed parsed = parse::parse_document(file);
  if (!parsed.whole()) {
    if (named || shows_sign(bytes, file.path())) return failed(std::move(parsed.errors));
    if (parsed.errors.front().rule == "limit") return skipped(parsed.errors.front().message);
    return skipped("does not parse, does not look like a template");
  }
  Detected made;
  for (const Node* document : parsed.tree->documents) {
    if (is_template(document->resolved()) || (named && document->resolved().is_mapping()))
      made.templates.push_back(&document->resolved());
  }
  if (made.templates.empty()) {
    if (!named) return skipped("not infrastructure as code");
    finding::Finding error;
    error.rule = "syntax-error";
    error.severity = finding::Severity::high;
    error.message = "expected a CloudFormation template, a mapping with the key Resources";
    error.span = {file.id(), 0, 0};
    return failed({std::move(error)});
  }
  for (const Node* root : made.templates) {
    if (auto error = too_many_resources(*root)) return failed({std::move(*error)});
  }
  made.status = finding::FileStatus::checked;
  made.dialect = dialect_of(*made.templates.front());
  made.notes = std::move(parsed.notes);
  note_merge_key(*parsed.tree, file, made.notes);
  made.tree = std::move(parsed.tree);
  return made;
}

}  // namespace resilint::dialect
