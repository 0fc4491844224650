// SPDX-License-Identifier: Apache-2.0
// Places in HCL, on every native file of the corpus and of our fixtures: the text of a scalar's
// span parsed again gives its value; without the span of an argument, a block or an item, the rest
// parses to the tree without it; blanks and comments between tokens change nothing.
#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "parse/hcl_lexer.h"
#include "parse/parse.h"
#include "source/disk.h"
#include "support/hcl_text.h"
#include "support/repository.h"
#include "support/shared.h"

namespace resilint::test {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using Kind = parse::hcl::TokenKind;

struct Counts {
  std::size_t files = 0;
  std::size_t scalars = 0;
  std::size_t entries = 0;
  std::size_t tokens = 0;
  std::vector<std::string> wrong;
};

struct Collected {
  std::vector<const Entry*> entries;  // what can be deleted
  std::vector<const Node*> scalars;   // whole ones
  std::vector<const Node*> parts;     // literal parts of quoted templates
};

bool holds_items(const Node& node) {
  return node.kind == NodeKind::body || node.kind == NodeKind::sequence ||
         node.kind == NodeKind::mapping || node.kind == NodeKind::call;
}

void collect(const Node& node, Collected& into) {
  if (node.is_scalar()) into.scalars.push_back(&node);
  for (const Entry& entry : node.entries) {
    if (holds_items(node)) into.entries.push_back(&entry);
    if (entry.key != nullptr) collect(*entry.key, into);
    // What is interpolated has "${" around it.
    const bool literal = entry.value->is_scalar() && entry.span() == entry.value->span;
    if (node.kind == NodeKind::text_template && literal) {
      if (node.style == syntax::Style::double_quoted) into.parts.push_back(entry.value);
    } else {
      collect(*entry.value, into);
    }
  }
}

const Node* value_of(const parse::Parsed& parsed) {
  const bool one = parsed.whole() && parsed.tree->documents.front()->entries.size() == 1;
  return one ? parsed.tree->documents.front()->entries.front().value : nullptr;
}

parse::Parsed parsed_text(std::string text) {
  static std::vector<std::unique_ptr<source::File>> files;  // trees point into them
  files.clear();
  files.push_back(std::make_unique<source::File>(source::FileId{}, "t.tf", std::move(text)));
  return parse::parse_hcl(*files.back());
}

// Whether a blank may stand between two tokens without being text.
bool separable(Kind left, Kind right) {
  switch (left) {
    case Kind::literal:
    case Kind::quote_open:
    case Kind::heredoc_open:
    case Kind::heredoc_close:
    case Kind::template_close:
      return false;
    default:
      break;
  }
  return right != Kind::literal && right != Kind::quote_close && right != Kind::heredoc_close &&
         right != Kind::interpolation_open && right != Kind::directive_open && right != Kind::end;
}

std::string spread(std::string_view text, std::string_view between, std::size_t& tokens) {
  std::vector<syntax::Comment> comments;
  parse::hcl::Lexer lexer(text, {}, parse::hcl::Lexer::Start::code, comments);
  std::string made;
  std::uint32_t copied = 0;
  parse::hcl::Token left = lexer.next();
  for (parse::hcl::Token right = lexer.next(); left.kind != Kind::end; right = lexer.next()) {
    ++tokens;
    made += text.substr(copied, left.end - copied);
    copied = left.end;
    if (separable(left.kind, right.kind)) made += between;
    left = right;
  }
  return made + std::string(text.substr(copied));
}

void check_file(const std::filesystem::path& path, Counts& counts) {
  auto bytes = source::read(path.string(), parse::hcl_limit);
  if (!bytes) return;
  const source::File file(source::FileId{}, path.filename().string(), std::move(*bytes));
  const parse::Parsed parsed = parse::parse_hcl(file);
  if (!parsed.whole()) return;
  ++counts.files;
  const Node& body = *parsed.tree->documents.front();
  const std::string whole = hcl_text(body);
  const auto wrong = [&](std::string what, std::uint32_t at) {
    if (counts.wrong.size() < 20)
      counts.wrong.push_back(base::format("{}:{}: {}", path.string(), at, what));
  };

  Collected all;
  collect(body, all);
  for (const Node* scalar : all.scalars) {
    if (scalar->span.size() == 0) continue;
    ++counts.scalars;
    const std::string_view own = file.bytes().substr(scalar->span.begin, scalar->span.size());
    const parse::Parsed again = parsed_text(base::format("x = {}\n", own));
    const Node* value = value_of(again);
    if (value == nullptr || value->text != scalar->text)
      wrong("its text alone gives another value", scalar->span.begin);
    const auto size = static_cast<std::uint32_t>(scalar->text.size());
    const source::Span place = scalar->source(0, size);
    if (place.begin < scalar->span.begin || place.end > scalar->span.end)
      wrong("its text reaches beyond it", scalar->span.begin);
  }
  for (const Node* part : all.parts) {
    ++counts.scalars;
    const std::string_view own = file.bytes().substr(part->span.begin, part->span.size());
    const parse::Parsed again = parsed_text(base::format("x = \"{}\"\n", own));
    const Node* value = value_of(again);
    if (value == nullptr || value->text != part->text)
      wrong("the part alone gives another text", part->span.begin);
  }

  std::mt19937 random(1);
  std::ranges::shuffle(all.entries, random);
  constexpr std::size_t some = 60;
  if (all.entries.size() > some && std::getenv("RESILINT_ALL_PLACES") == nullptr)
    all.entries.resize(some);
  for (const Entry* entry : all.entries) {
    ++counts.entries;
    std::string rest(file.bytes());
    rest.erase(entry->span().begin, entry->span().size());
    const parse::Parsed left = parsed_text(std::move(rest));
    if (!left.whole())
      wrong("without the entry: " + left.errors.front().message, entry->span().begin);
    else if (hcl_text(*left.tree->documents.front()) != hcl_text(body, entry))
      wrong("without the entry another tree is left", entry->span().begin);
  }

  for (const std::string_view between : {" ", "\t  ", " /* c */", " /* two\nlines */ "}) {
    const parse::Parsed again = parsed_text(spread(file.bytes(), between, counts.tokens));
    if (!again.whole())
      wrong("with blanks between its tokens: " + again.errors.front().message, 0);
    else if (hcl_text(*again.tree->documents.front()) != whole)
      wrong("with blanks between its tokens it is another tree", 0);
  }
}

}  // namespace

TEST_CASE("places: spans of scalars and entries of HCL are exact in every file") {
  const auto corpus = shared("corpus");
  std::vector<std::filesystem::path> folders{repository() / "fixtures"};
  if (corpus) folders.push_back(*corpus);
  Counts counts;
  for (const std::filesystem::path& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const std::string extension = entry.path().extension().string();
      if (entry.is_regular_file() && (extension == ".tf" || extension == ".tfvars"))
        check_file(entry.path(), counts);
    }
  }
  WARN("places of HCL: " << counts.files << " files, " << counts.scalars << " scalars, "
                         << counts.entries << " entries removed, " << counts.tokens
                         << " tokens set apart");
  CHECK(counts.wrong == std::vector<std::string>{});
}

}  // namespace resilint::test
