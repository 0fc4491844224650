// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/json_body.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "dialect/terraform/schema.h"
#include "source/line_index.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;

bool has_hole(std::string_view text) {
  return text.find("${") != std::string_view::npos || text.find("%{") != std::string_view::npos;
}

bool is_text(const Node& node) { return node.is_scalar() && !node.plain(); }
bool is_null(const Node& node) { return node.is_scalar() && node.plain() && node.text == "null"; }

// Blocks that a collection makes, somewhere in a value: then it is no value, but nested blocks.
bool holds_dynamic(const Node& node) {
  return std::ranges::any_of(node.entries, [&](const Entry& entry) {
    const bool here =
        node.is_mapping() && entry.key->text == "dynamic" && entry.value->is_mapping();
    return here || holds_dynamic(*entry.value);
  });
}

std::string_view what_it_is(const Node& node) {
  if (node.is_mapping()) return "an object";
  if (node.is_sequence()) return "a list";
  if (is_text(node)) return "a text";
  if (is_null(node)) return "null";
  return node.text == "true" || node.text == "false" ? "a boolean" : "a number";
}

// Recursion is bounded by the depth of the JSON.
class Reader {
 public:
  Reader(const source::File& file, parse::Parsed& parsed) : file_(file), parsed_(parsed) {
    for (const finding::Finding& note : parsed_.notes) duplicates_.insert(note.span.begin);
  }

  void read(const BodyShape& shape) {
    const Node& root = *parsed_.tree->documents.front();
    std::vector<Entry> items;
    if (&shape == &variables && !root.is_mapping()) {
      fail(root,
           base::format("expected an object with values of variables, found {}", what_it_is(root)));
    } else {
      add_items(root, shape, {}, items);
    }
    check_arguments(shape, items);
    parsed_.tree->documents.front() = body(root, items);
    std::erase_if(parsed_.notes, [this](const finding::Finding& note) {
      return !duplicates_.contains(note.span.begin);
    });
  }

 private:
  // A block whose labels are read one after the other.
  struct Header {
    const BlockShape& shape;
    const Node& type;
    std::vector<Entry> labels;
  };

  // Always false.
  bool fail(const Node& place, std::string message) {
    finding::Finding error;
    error.rule = "syntax-error";
    error.severity = finding::Severity::high;
    error.message = std::move(message);
    error.span = place.span;
    parsed_.errors.push_back(std::move(error));
    return false;
  }
  [[nodiscard]] bool stopped() const { return parsed_.errors.size() >= parse::most_errors; }

  [[nodiscard]] base::Arena& arena() const { return parsed_.tree->arena; }

  Node* body(const Node& written, const std::vector<Entry>& items) {
    Node* made = arena().make<Node>();
    made->kind = NodeKind::body;
    made->flow = true;
    made->span = written.span;
    made->entries = arena().array(items);
    return made;
  }

  // ---- structure

  // Calls `use(object, whole)` with an object, or with each of a list of them; null stands for
  // none. `whole` is what to delete so that the object is gone, and what it stands in when it is
  // alone there.
  template <typename Use>
  bool each_object(const Node& value, source::Span whole, const std::string& wanted, Use use) {
    if (is_null(value)) return true;
    if (value.is_mapping()) return use(value, whole);
    if (!value.is_sequence())
      return fail(value, base::format("expected an object or a list of objects, {}, found {}",
                                      wanted, what_it_is(value)));
    bool good = true;
    for (const Entry& item : value.entries) {
      if (stopped()) return false;
      if (item.value->is_mapping())
        good = use(*item.value, value.entries.size() == 1 ? whole : item.span()) && good;
      else
        good = fail(*item.value, base::format("expected an object, {}, found {}", wanted,
                                              what_it_is(*item.value)));
    }
    return good;
  }

  // The members of a body. What is broken is not added; then the answer is false.
  bool add_items(const Node& value, const BodyShape& shape, std::string_view type,
                 std::vector<Entry>& into) {
    const std::string wanted = type.empty() ? "with the blocks of the file"
                                            : base::format("the body of a `{}` block", type);
    return each_object(value, value.span, wanted, [&](const Node& object, source::Span) {
      bool good = true;
      for (const Entry& member : object.entries) {
        if (stopped()) return false;
        if (member.key->text == "//")
          parsed_.tree->remarks.push_back({member.value, object.span});
        else
          good = add_item(member, shape, into) && good;
      }
      return good;
    });
  }

  bool add_item(const Entry& member, const BodyShape& shape, std::vector<Entry>& into) {
    duplicates_.erase(member.key->span.begin);
    if (const BlockShape* block = shape.block(member.key->text)) {
      Header header{*block, *member.key, {}};
      return add_blocks(header, *member.value, member.span(), into);
    }
    const BlockShape* dynamic = shape.open ? shape.block("dynamic") : nullptr;
    if (dynamic != nullptr && holds_dynamic(*member.value)) {
      // What a nested block may hold is what the content of a dynamic one may.
      const BlockShape nested{member.key->text, {}, dynamic->body->block("content")->body};
      Header header{nested, *member.key, {}};
      return add_blocks(header, *member.value, member.span(), into);
    }
    const Node* value = argument(*member.value, shape.reading(member.key->text));
    if (value == nullptr) return false;
    into.push_back({member.key, value, member.span()});
    return true;
  }

  bool add_blocks(Header& header, const Node& value, source::Span whole, std::vector<Entry>& into) {
    const std::size_t depth = header.labels.size();
    if (depth == header.shape.labels.size()) return add_bodies(header, value, whole, into);
    const std::string wanted = base::format("whose keys are the {}s of `{}` blocks",
                                            header.shape.labels[depth], header.shape.type);
    return each_object(value, whole, wanted, [&](const Node& object, source::Span around) {
      bool good = true;
      for (const Entry& member : object.entries) {
        if (stopped()) return false;
        duplicates_.erase(member.key->span.begin);
        header.labels.push_back({nullptr, member.key, member.key->span});
        const bool alone = object.entries.size() == 1;
        good = add_blocks(header, *member.value, alone ? around : member.span(), into) && good;
        header.labels.pop_back();
      }
      return good;
    });
  }

  bool add_bodies(const Header& header, const Node& value, source::Span whole,
                  std::vector<Entry>& into) {
    if (is_null(value)) return true;
    if (!value.is_sequence()) return add_block(header, value, whole, into);
    bool good = true;
    for (const Entry& item : value.entries) {
      if (stopped()) return false;
      const bool alone = value.entries.size() == 1;
      good = add_block(header, *item.value, alone ? whole : item.span(), into) && good;
    }
    return good;
  }

  bool add_block(const Header& header, const Node& value, source::Span whole,
                 std::vector<Entry>& into) {
    const BodyShape& shape = *header.shape.body;
    std::vector<Entry> items;
    const std::size_t first_remark = parsed_.tree->remarks.size();
    bool good = add_items(value, shape, header.shape.type, items);
    const Node& named = header.labels.empty() ? header.type : *header.labels.back().value;
    for (std::size_t i = first_remark; i < parsed_.tree->remarks.size(); ++i) {
      source::Span& covers = parsed_.tree->remarks[i].covers;
      if (covers == value.span) covers.begin = std::min(covers.begin, named.span.begin);
    }
    good = check_arguments(shape, items) && good;
    if (!good) return false;
    std::vector<Entry> parts = header.labels;
    const Node* made = body(value, items);
    parts.push_back({nullptr, made, made->span});
    Node* block = arena().make<Node>();
    block->kind = NodeKind::block;
    block->span = value.span;
    block->entries = arena().array(parts);
    into.push_back({&header.type, block, whole});
    return true;
  }

  // No argument may be set twice in a body.
  bool check_arguments(const BodyShape& shape, const std::vector<Entry>& items) {
    std::vector<const Entry*> named;
    for (const Entry& item : items) {
      const bool may_repeat = shape.open && (item.value->is_mapping() || item.value->is_sequence());
      if (!item.value->is_block() && !may_repeat) named.push_back(&item);
    }
    const auto name = [](const Entry* item) { return item->key->text; };
    std::ranges::stable_sort(named, {}, name);
    const auto same = std::ranges::adjacent_find(named, {}, name);
    if (same == named.end()) return true;
    const source::LineIndex lines(file_.bytes());
    const Node& second = *(*(same + 1))->key;
    return fail(second, base::format("the argument `{}` is set twice; the first time on line {}",
                                     second.text, lines.line_of((*same)->key->span.begin)));
  }

  // ---- values

  const Node* argument(const Node& value, Reading reading) {
    switch (reading) {
      case Reading::templates:
        return templates(value);
      case Reading::literal:
        return &value;
      case Reading::expressions:
        return expressions(value);
      case Reading::provider_map:
        return provider_map(value);
      case Reading::required_provider:
        return required_provider(value);
    }
    return &value;
  }

  // A copy of a collection whose keys and values were read; itself where they stay the same.
  template <typename Key, typename Value>
  const Node* rebuilt(const Node& node, Key read_key, Value read_value) {
    bool changed = false;
    bool good = true;
    std::vector<Entry> made(node.entries.begin(), node.entries.end());
    for (Entry& entry : made) {
      if (stopped()) return nullptr;
      const Entry before = entry;
      if (entry.key != nullptr) entry.key = read_key(*entry.key);
      entry.value = read_value(before);
      good = good && (before.key == nullptr || entry.key != nullptr) && entry.value != nullptr;
      changed = changed || entry.key != before.key || entry.value != before.value;
    }
    if (!good) return nullptr;
    if (!changed) return &node;
    Node* copy = arena().make<Node>(node);
    copy->entries = arena().array(made);
    return copy;
  }

  const Node* templates(const Node& node) {
    if (!node.is_scalar()) {
      return rebuilt(
          node, [this](const Node& key) { return templates(key); },
          [this](const Entry& entry) { return templates(*entry.value); });
    }
    if (!is_text(node) || !has_hole(node.text)) return &node;
    const Node* made = parse::parse_hcl_template(*parsed_.tree, node, parsed_.errors);
    if (made == nullptr) return nullptr;
    Node* whole = arena().make<Node>(*made);
    syntax::surround(*whole, node.span, arena());  // as with a native text, quotes belong to it
    return whole;
  }

  const Node* expressions(const Node& node) {
    if (node.is_sequence()) {
      return rebuilt(
          node, [](const Node& key) { return &key; },
          [this](const Entry& entry) { return expressions(*entry.value); });
    }
    if (!is_text(node)) return templates(node);
    return parse::parse_hcl_expression(*parsed_.tree, node, parsed_.errors);
  }

  const Node* provider_map(const Node& node) {
    if (!node.is_mapping()) return expressions(node);
    const auto key = [this](const Node& written) -> const Node* {
      const Node* made = expressions(written);
      if (made == nullptr || made->kind != NodeKind::variable || !made->entries.empty())
        return made;
      Node* name = arena().make<Node>(*made);
      name->kind = NodeKind::scalar;  // as in a native object, a name is its own text
      return name;
    };
    return rebuilt(node, key, [this](const Entry& entry) { return expressions(*entry.value); });
  }

  const Node* required_provider(const Node& node) {
    if (!node.is_mapping()) return &node;
    return rebuilt(
        node, [](const Node& key) { return &key; },
        [this](const Entry& entry) {
          return entry.key->text == "configuration_aliases" ? expressions(*entry.value)
                                                            : entry.value;
        });
  }

  const source::File& file_;
  parse::Parsed& parsed_;
  std::set<std::uint32_t> duplicates_;  // where the notes stand that still hold
};

parse::Parsed read(const source::File& file, const BodyShape& shape) {
  parse::Parsed parsed = parse::parse_json(file);
  if (parsed.tree == nullptr) return parsed;
  Reader(file, parsed).read(shape);
  std::ranges::stable_sort(parsed.errors, {},
                           [](const finding::Finding& error) { return error.span.begin; });
  return parsed;
}

}  // namespace

parse::Parsed json_configuration(const source::File& file) { return read(file, configuration); }

parse::Parsed json_variables(const source::File& file) { return read(file, variables); }

}  // namespace resilint::dialect::terraform
