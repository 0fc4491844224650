// SPDX-License-Identifier: Apache-2.0
#include "project/inputs.h"

#include <optional>
#include <utility>

#include "base/format.h"
#include "dialect/terraform/read.h"
#include "parse/parse.h"
#include "source/disk.h"
#include "source/line_index.h"
#include "syntax/node.h"

namespace resilint::project {
namespace {

using syntax::Node;

// A text, or the items of a list with commas between them; nothing for a map.
std::optional<std::string> text_of(const Node& written) {
  const Node& node = written.resolved();
  if (node.is_scalar()) return std::string(node.text);
  if (!node.is_sequence()) return std::nullopt;
  std::string all;
  for (const syntax::Entry& entry : node.entries) {
    const Node& item = entry.value->resolved();
    if (!item.is_scalar()) return std::nullopt;
    if (!all.empty()) all += ',';
    all += item.text;
  }
  return all;
}

class ParameterFile {
 public:
  ParameterFile(const source::File& file, dialect::Inputs& into) : file_(file), into_(into) {}

  std::string read(const Node& root) {
    if (root.is_sequence()) {
      for (const syntax::Entry& entry : root.entries) {
        if (std::string problem = read_pair(entry.value->resolved()); !problem.empty())
          return problem;
      }
      return {};
    }
    if (!root.is_mapping()) {
      return wrong(root,
                   "expected a map of parameters, or a list of ParameterKey and ParameterValue");
    }
    const Node* inner = root.find("Parameters");
    return read_map(inner != nullptr && inner->resolved().is_mapping() ? inner->resolved() : root);
  }

 private:
  std::string wrong(const Node& node, std::string_view what) const {
    return base::format("{}: {}", source::place(file_, node.span.begin), what);
  }

  std::string read_map(const Node& map) {
    for (const syntax::Entry& entry : map.entries) {
      const auto value = text_of(*entry.value);
      if (!value) {
        return wrong(*entry.value,
                     base::format("parameter {} needs a text or a list", entry.key->text));
      }
      into_.parameters[std::string(entry.key->text)] = *value;
    }
    return {};
  }

  std::string read_pair(const Node& pair) {
    const Node* name = pair.is_mapping() ? pair.find("ParameterKey") : nullptr;
    if (name == nullptr || !name->resolved().is_scalar())
      return wrong(pair, "expected a map with ParameterKey and ParameterValue");
    const Node* given = pair.find("ParameterValue");
    // UsePreviousValue: what the stack has is not known here.
    if (given == nullptr) return {};
    const auto value = text_of(*given);
    if (!value) return wrong(*given, "ParameterValue needs a text");
    into_.parameters[std::string(name->resolved().text)] = *value;
    return {};
  }

  const source::File& file_;
  dialect::Inputs& into_;
};

// "prod.json:2:3: what is wrong"
std::string describe(const finding::Finding& error, const source::File& file) {
  return base::format("{}: {}", source::place(file, error.span.begin), error.message);
}

}  // namespace

base::Result<void, std::string> InputReader::add_parameters(const InputFile& file,
                                                            dialect::Inputs& into) {
  auto bytes = source::read(file.path, parse::yaml_limit);
  if (!bytes) return base::failure(base::format("{}: {}", file.shown, bytes.error()));
  const source::File& read = files_.add(file.shown, std::move(*bytes));
  if (const auto error = parse::encoding_error(read)) return base::failure(describe(*error, read));
  const parse::Parsed parsed = parse::parse_document(read);
  if (!parsed.whole()) return base::failure(describe(parsed.errors.front(), read));
  if (parsed.tree->documents.empty())
    return base::failure(base::format("{}: the file is empty", file.shown));
  const std::string problem =
      ParameterFile(read, into).read(parsed.tree->documents.front()->resolved());
  if (!problem.empty()) return base::failure(problem);
  return {};
}

base::Result<const syntax::Node*, std::string> InputReader::read_variables(const InputFile& file) {
  auto bytes = source::read(file.path, parse::json_limit);
  if (!bytes) return base::failure(base::format("{}: {}", file.shown, bytes.error()));
  const source::File& read = files_.add(file.shown, std::move(*bytes));
  parse::Parsed parsed = dialect::terraform::read_variables(read);
  if (!parsed.whole()) return base::failure(describe(parsed.errors.front(), read));
  trees_.push_back(std::move(parsed.tree));
  return trees_.back()->documents.front();
}

}  // namespace resilint::project
