// SPDX-License-Identifier: Apache-2.0
// Places, on every YAML and JSON file of the corpus and of our fixtures: the text of a scalar's
// span parsed again gives its value; without an entry's span the rest parses to the tree without
// that entry. RESILINT_ALL_PLACES=1 removes every entry, not 50 of each file.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "parse/parse.h"
#include "source/disk.h"
#include "source/file.h"
#include "support/repository.h"
#include "support/shared.h"

namespace resilint::test {
namespace {

using syntax::Entry;
using syntax::Node;

// The tree as text, without `left_out`. A mapping that loses its only entry may become null.
void describe(const Node& node, const Entry* left_out, std::string& into) {
  into += node.tag();
  switch (node.kind) {
    case syntax::NodeKind::scalar:
      into += base::format("\"{}\"", node.text);
      return;
    case syntax::NodeKind::alias:
      into += base::format("*{}", node.text);
      return;
    default:
      break;
  }
  std::string inside;
  for (const Entry& entry : node.entries) {
    if (&entry == left_out) continue;
    if (entry.key != nullptr) describe(*entry.key, left_out, inside);
    inside += ':';
    describe(*entry.value, left_out, inside);
    inside += ',';
  }
  if (inside.empty())
    into += "\"\"";  // an empty collection or null, which may stand for each other here
  else
    into += (node.is_mapping() ? "{" : "[") + inside + "}";
}

std::string describe(const syntax::Tree& tree, const Entry* left_out) {
  std::string text;
  for (const Node* document : tree.documents) {
    std::string one;
    describe(*document, left_out, one);
    // A document that lost all it had may be gone.
    if (one != "\"\"") text += one + "\n";
  }
  return text;
}

void collect(const Node& node, std::vector<const Entry*>& entries,
             std::vector<const Node*>& scalars, std::set<std::string_view>& aliases, bool in_list) {
  // `[a: 1]`: of a pair without brackets nothing can stay, so its entry is no case for this test.
  const bool pair = in_list && node.is_mapping() && !node.flow;
  if (node.kind == syntax::NodeKind::alias) aliases.insert(node.text);
  if (node.is_scalar()) scalars.push_back(&node);
  for (const Entry& entry : node.entries) {
    if (!pair) entries.push_back(&entry);
    if (entry.key != nullptr) collect(*entry.key, entries, scalars, aliases, false);
    collect(*entry.value, entries, scalars, aliases, node.is_sequence() && node.flow);
  }
}

bool holds_used_anchor(const Node& node, const std::set<std::string_view>& aliases) {
  if (!node.anchor().empty() && aliases.contains(node.anchor())) return true;
  return std::ranges::any_of(node.entries, [&](const Entry& entry) {
    return (entry.key != nullptr && holds_used_anchor(*entry.key, aliases)) ||
           holds_used_anchor(*entry.value, aliases);
  });
}

std::string without_empty(std::string text) {
  // A plain null reads as empty text does.
  for (const std::string_view word : {"\"null\"", "\"~\""}) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word))
      text.replace(at, word.size(), "\"\"");
  }
  return text;
}

struct Counts {
  std::size_t files = 0;
  std::size_t scalars = 0;
  std::size_t entries = 0;
  std::vector<std::string> wrong;
};

// A block scalar's text stands deeper than its header; alone it must stand deeper than nothing.
std::string alone(const Node& node, std::string_view bytes) {
  const std::string text(bytes.substr(node.span.begin, node.span.size()));
  return node.style == syntax::Style::literal || node.style == syntax::Style::folded ? "- " + text
                                                                                     : text;
}

void check_file(const std::filesystem::path& path, bool all, Counts& counts) {
  auto bytes = source::read(path.string(), parse::yaml_limit);
  if (!bytes) return;
  const source::File file(source::FileId{}, path.filename().string(), std::move(*bytes));
  const parse::Parsed parsed = parse::parse_document(file);
  if (parsed.tree == nullptr) return;
  ++counts.files;
  std::vector<const Entry*> entries;
  std::vector<const Node*> scalars;
  std::set<std::string_view> aliases;
  for (const Node* document : parsed.tree->documents)
    collect(*document, entries, scalars, aliases, false);
  const bool json = parse::parse_json(file).tree != nullptr;
  const auto wrong = [&](std::string what, std::uint32_t at) {
    if (counts.wrong.size() < 20)
      counts.wrong.push_back(base::format("{}:{}: {}", path.string(), at, what));
  };

  for (const Node* scalar : scalars) {
    if (scalar->span.size() == 0) continue;
    ++counts.scalars;
    const source::File again(source::FileId{}, json ? "a.json" : "a.yaml",
                             alone(*scalar, file.bytes()));
    const parse::Parsed one = json ? parse::parse_json(again) : parse::parse_yaml(again);
    const Node* root =
        one.tree == nullptr || one.tree->documents.empty() ? nullptr : one.tree->documents.front();
    if (root != nullptr && root->is_sequence() && !root->entries.empty())
      root = root->entries.front().value;
    if (root == nullptr || root->text != scalar->text)
      wrong("its text alone gives another value", scalar->span.begin);
    if (scalar->source(0, static_cast<std::uint32_t>(scalar->text.size())).end > scalar->span.end)
      wrong("its text reaches beyond it", scalar->span.begin);
  }

  std::mt19937 random(1);
  std::ranges::shuffle(entries, random);
  constexpr std::size_t some = 50;
  if (!all && entries.size() > some) entries.resize(some);
  for (const Entry* entry : entries) {
    if (holds_used_anchor(*entry->value, aliases) ||
        (entry->key != nullptr && holds_used_anchor(*entry->key, aliases)))
      continue;
    ++counts.entries;
    std::string rest(file.bytes());
    rest.erase(entry->span().begin, entry->span().size());
    const source::File again(source::FileId{}, path.filename().string(), std::move(rest));
    const parse::Parsed left = parse::parse_document(again);
    if (left.tree == nullptr) {
      wrong("without the entry the file does not parse: " + left.errors.front().message,
            entry->span().begin);
    } else if (without_empty(describe(*left.tree, nullptr)) !=
               without_empty(describe(*parsed.tree, entry))) {
      wrong("without the entry another tree is left", entry->span().begin);
    }
  }
}

}  // namespace

TEST_CASE("places: spans of scalars and entries are exact in every file") {
  const auto corpus = shared("corpus");
  const bool all = std::getenv("RESILINT_ALL_PLACES") != nullptr;
  std::vector<std::filesystem::path> folders{repository() / "fixtures"};
  if (corpus) folders.push_back(*corpus);
  Counts counts;
  for (const std::filesystem::path& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const std::string extension = entry.path().extension().string();
      const bool wanted = extension == ".yaml" || extension == ".yml" || extension == ".json" ||
                          extension == ".template";
      if (entry.is_regular_file() && wanted) check_file(entry.path(), all, counts);
    }
  }
  WARN("places: " << counts.files << " files, " << counts.scalars << " scalars, " << counts.entries
                  << " entries removed");
  CHECK(counts.wrong == std::vector<std::string>{});
}

}  // namespace resilint::test
