// SPDX-License-Identifier: Apache-2.0
#include "check_tree.h"

#include <vector>

#include "base/require.h"

namespace resilint::fuzz {
namespace {

void inside(source::Span inner, std::uint32_t begin, std::uint32_t end) {
  base::require(begin <= inner.begin && inner.begin <= inner.end && inner.end <= end);
}

void check(const syntax::Node& node, std::uint32_t size) {
  inside(node.span, 0, size);
  for (std::size_t i = 1; i < node.segments().size(); ++i) {
    base::require(node.segments()[i - 1].text <= node.segments()[i].text);
    base::require(node.segments()[i - 1].file <= node.segments()[i].file);
  }
  if (node.is_scalar()) {
    const auto length = static_cast<std::uint32_t>(node.text.size());
    inside(node.source(0, length), 0, size);
    inside(node.source(length / 2, length), 0, size);
  }
  for (const syntax::Entry& entry : node.entries) {
    inside(entry.span(), 0, size);
  }
}

}  // namespace

void check(const source::File& file, const parse::Parsed& parsed) {
  base::require(parsed.tree != nullptr || !parsed.whole());
  const auto size = static_cast<std::uint32_t>(file.bytes().size());
  for (const finding::Finding& error : parsed.errors) inside(error.span, 0, size);
  if (parsed.tree == nullptr) return;
  std::vector<const syntax::Node*> open(parsed.tree->documents.begin(),
                                        parsed.tree->documents.end());
  while (!open.empty()) {
    const syntax::Node& node = *open.back();
    open.pop_back();
    check(node, size);
    for (const syntax::Entry& entry : node.entries) {
      if (entry.key != nullptr) open.push_back(entry.key);
      open.push_back(entry.value);
    }
  }
}

}  // namespace resilint::fuzz
