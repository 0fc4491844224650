// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/merge.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/format.h"
#include "dialect/terraform/edited_block.h"
#include "parse/parse.h"

namespace resilint::dialect::terraform {
namespace {

using syntax::Entry;
using syntax::Node;

using With = EditedBlock::With;

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// Blocks that a module has once for each of their labels.
bool is_declaration(std::string_view type) {
  static constexpr std::array<std::string_view, 9> types{"variable", "output", "module",
                                                         "resource", "data",   "ephemeral",
                                                         "action",   "check",  "provider"};
  return is_one_of(type, types);
}

bool is_settings(std::string_view type) { return type == "terraform"; }

std::string_view alias_of(const Entry& provider) {
  const Node* alias = provider.value->body().find("alias");
  return alias != nullptr && alias->is_scalar() ? alias->text : std::string_view{};
}

// Providers of one name differ by their alias.
std::string key_of(const Entry& block) {
  std::string key = header_of(block);
  if (block.key->text == "provider") key.append(1, '\0').append(alias_of(block));
  return key;
}

// "resource `aws_s3_bucket.logs`"
std::string described(const Entry& block) {
  std::string name;
  for (const Entry& label : block.value->labels())
    name.append(name.empty() ? "" : ".").append(label.value->text);
  if (block.key->text == "provider" && !alias_of(block).empty())
    name.append(".").append(alias_of(block));
  const std::string_view type = block.key->text;
  const std::string_view what = type == "data"        ? "data source"
                                : type == "ephemeral" ? "ephemeral resource"
                                                      : type;
  return base::format("{} `{}`", what, name);
}

// Where a block is named: its last label, else its type.
source::Span place_of(const Entry& block) {
  const auto labels = block.value->labels();
  return labels.empty() ? block.key->span : labels.back().value->span;
}

bool is_empty(const Node& value) {
  return (value.is_sequence() || value.is_mapping()) && value.entries.empty();
}

bool is_keyword(const Node* value, std::string_view word) {
  return value != nullptr && value->kind == syntax::NodeKind::variable && value->text == word;
}

bool is_true(const Node* value) {
  return value != nullptr && value->is_scalar() && value->text == "true";
}

class Merger {
 public:
  explicit Merger(Module& module) : module_(module) {}

  void declare(const Node& body) {
    for (const Entry& entry : body.entries) declare(entry);
  }

  void override_with(const Node& body) {
    Backends backends;
    for (const Entry& entry : body.entries) {
      if (!entry.value->is_block())
        items_.push_back({entry, nullptr, false});
      else if (is_settings(entry.key->text))
        override_settings(entry, backends);
      else
        override_block(entry);
    }
    override_backends(backends);
  }

  void finish() {
    for (const Item& item : items_) {
      if (item.gone) continue;
      module_.entries.push_back(item.edited == nullptr ? item.entry
                                                       : item.edited->finish(module_.arena));
    }
  }

 private:
  struct Item {
    Entry entry;
    std::unique_ptr<EditedBlock> edited;
    bool gone = false;
  };
  // Where something was declared first.
  struct Declared {
    source::Span place;
    std::size_t item = 0;
  };
  // Of the settings in one override file.
  struct Backends {
    std::vector<Entry> backends;
    std::vector<Entry> clouds;
    std::vector<Entry> encryptions;
  };

  finding::Finding* fail(source::Span place, std::string message) {
    if (module_.errors.size() >= parse::most_errors) return nullptr;
    finding::Finding& error = module_.errors.emplace_back();
    error.rule = "syntax-error";
    error.severity = finding::Severity::high;
    error.message = std::move(message);
    error.span = place;
    return &error;
  }

  // ---- primary files

  void declare(const Entry& entry) {
    const std::string_view type = entry.key->text;
    const std::size_t item = items_.size();
    if (entry.value->is_block()) {
      if (type == "locals") {
        for (const Entry& local : entry.value->body().entries)
          once(std::string("locals.").append(local.key->text), local.key->span, item,
               [&] { return base::format("local value `{}`", local.key->text); });
      } else if (is_settings(type)) {
        declare_settings(entry);
        settings_.push_back(item);
      } else if (is_declaration(type)) {
        if (!once(key_of(entry), place_of(entry), item, [&] { return described(entry); })) return;
        if (type == "check") declare_nested_data(entry);
      }
    }
    items_.push_back({entry, nullptr, false});
  }

  // `what` says what it is, when that is asked for.
  template <typename What>
  bool once(std::string key, source::Span place, std::size_t item, What what) {
    const auto [first, fresh] = declared_.try_emplace(std::move(key), Declared{place, item});
    if (fresh) return true;
    if (finding::Finding* error =
            fail(place, base::format("the {} is declared twice in this module", what())))
      error->labels.push_back({first->second.place, "declared here first"});
    return false;
  }

  // A data source within a check is one of the module's; a check has one at most.
  void declare_nested_data(const Entry& check) {
    for (const Entry& entry : check.value->body().entries) {
      if (!entry.value->is_block() || entry.key->text != "data") continue;
      once(key_of(entry), place_of(entry), items_.size(), [&] { return described(entry); });
      return;
    }
  }

  void declare_settings(const Entry& settings) {
    for (const Entry& entry : settings.value->body().entries) {
      const std::string_view type = entry.key->text;
      if (!entry.value->is_block()) continue;
      if (type == "provider_meta") {
        once("terraform." + header_of(entry), place_of(entry), items_.size(),
             [&] { return described(entry); });
      } else if (type == "backend" || type == "cloud") {
        once("terraform.backend", entry.key->span, items_.size(),
             [] { return std::string("place of the state, a `backend` or `cloud` block,"); });
      } else if (type == "required_providers" || type == "encryption") {
        once(base::format("terraform.{}", type), entry.key->span, items_.size(),
             [&] { return base::format("block `{}`", type); });
      }
    }
  }

  // ---- override files

  EditedBlock& edit(std::size_t at) {
    Item& item = items_[at];
    if (item.edited == nullptr)
      item.edited = std::make_unique<EditedBlock>(item.entry, With::its_body);
    return *item.edited;
  }

  void override_block(const Entry& block) {
    static constexpr std::array<std::string_view, 5> never{"moved", "import", "removed", "check",
                                                           "language"};
    const std::string_view type = block.key->text;
    if (type == "locals") return override_locals(block);
    if (is_one_of(type, never)) return refuse(block, type);
    if (!is_declaration(type)) {
      items_.push_back({block, nullptr, false});
      return;
    }
    const auto found = declared_.find(key_of(block));
    if (found != declared_.end()) {
      EditedBlock& base = edit(found->second.item);
      const bool in_check = items_[found->second.item].entry.key->text == "check";
      overlay(in_check ? base.nested(block) : base, block);
    } else if (type == "provider" && alias_of(block).empty()) {
      // Without a block of its own, a provider is configured by an empty one.
      declared_.emplace(key_of(block), Declared{place_of(block), items_.size()});
      items_.push_back({block, nullptr, false});
    } else {
      fail(place_of(block), base::format("the {} overrides nothing; it is not declared in the "
                                         "other files of this module",
                                         described(block)));
    }
  }

  void refuse(const Entry& entry, std::string_view what) {
    fail(entry.key->span, base::format("`{}` cannot be overridden; write it in a file that is no "
                                       "override file",
                                       what));
  }

  void override_locals(const Entry& block) {
    for (const Entry& local : block.value->body().entries) {
      const auto found = declared_.find(base::format("locals.{}", local.key->text));
      if (found != declared_.end()) {
        edit(found->second.item).replace(local);
      } else {
        fail(local.key->span, base::format("the local value `{}` overrides nothing; it is not "
                                           "declared in the other files of this module",
                                           local.key->text));
      }
    }
  }

  void overlay(EditedBlock& base, const Entry& block) {
    const std::string_view type = block.key->text;
    std::vector<Entry> rest;
    for (const Entry& entry : block.value->body().entries) {
      const bool done =
          entry.value->is_block() ? overlay_block(base, type, entry) : leaves_out(type, entry);
      if (!done) rest.push_back(entry);
    }
    base.overlay(rest);
  }

  // Arguments that do not replace those of their name.
  bool leaves_out(std::string_view type, const Entry& argument) {
    const std::string_view name = argument.key->text;
    if (type == "variable") return false;
    if (type == "provider") return name == "alias" || name == "for_each";
    if (name == "depends_on") {
      if (!is_empty(*argument.value)) refuse(argument, name);
      return true;
    }
    if (type == "module") return name == "providers" && is_empty(*argument.value);
    // A text with nothing in it counts as none here, unlike in a variable.
    if (type == "output" && (name == "description" || name == "deprecated"))
      return argument.value->is_scalar() && argument.value->text.empty();
    return false;
  }

  // Blocks that the language knows. True when nothing is left to do.
  bool overlay_block(EditedBlock& base, std::string_view type, const Entry& block) {
    static constexpr std::array<std::string_view, 3> conditions{"validation", "precondition",
                                                                "postcondition"};
    const std::string_view name = block.key->text;
    if (name == "_") {
      base.nested(block).overlay(block.value->body().entries);
      return true;
    }
    if (type == "variable" || type == "output") {
      if (is_one_of(name, conditions)) refuse(block, name);
      return is_one_of(name, conditions);
    }
    if (name != "lifecycle" || type == "provider") return false;
    std::vector<Entry> kept;
    for (const Entry& entry : block.value->body().entries) {
      if (entry.value->is_block() && is_one_of(entry.key->text, conditions))
        refuse(entry, entry.key->text);
      else if (type == "resource" && overrides_lifecycle(entry))
        kept.push_back(entry);
    }
    if (!kept.empty()) overlay_lifecycle(base.nested(block), kept);
    return true;
  }

  // Terraform and OpenTofu merge these. What else may stand in a lifecycle, `enabled` and
  // `replace_triggered_by` among it, has no effect in an override file.
  static bool overrides_lifecycle(const Entry& entry) {
    static constexpr std::array<std::string_view, 4> names{
        "create_before_destroy", "prevent_destroy", "destroy", "ignore_changes"};
    return !entry.value->is_block() && is_one_of(entry.key->text, names) &&
           !(entry.key->text == "ignore_changes" && is_empty(*entry.value));
  }

  static void overlay_lifecycle(EditedBlock& base, std::span<const Entry> entries) {
    for (const Entry& entry : entries) {
      // Once all changes are ignored, no list takes that back.
      if (entry.key->text == "ignore_changes" && is_keyword(base.argument("ignore_changes"), "all"))
        continue;
      base.replace(entry);
    }
  }

  // ---- settings

  // From the first override on, all `terraform` blocks are one.
  EditedBlock& settings(const Entry& like) {
    if (settings_.empty()) {
      settings_.push_back(items_.size());
      items_.push_back({like, std::make_unique<EditedBlock>(like, With::nothing), false});
    }
    EditedBlock& one = edit(settings_.front());
    for (std::size_t i = 1; i < settings_.size(); ++i) {
      Item& other = items_[settings_[i]];
      for (const Entry& entry : other.entry.value->body().entries) one.add(entry);
      other.gone = true;
    }
    settings_.resize(1);
    return one;
  }

  void override_settings(const Entry& block, Backends& backends) {
    EditedBlock& base = settings(block);
    std::vector<Entry> arguments;
    for (const Entry& entry : block.value->body().entries) {
      const std::string_view type = entry.key->text;
      if (!entry.value->is_block())
        arguments.push_back(entry);
      else if (type == "required_providers")
        base.nested(entry).overlay(entry.value->body().entries);
      else if (type == "backend")
        backends.backends.push_back(entry);
      else if (type == "cloud")
        backends.clouds.push_back(entry);
      else if (type == "encryption")
        backends.encryptions.push_back(entry);
    }
    base.overlay(arguments);
  }

  void override_backends(const Backends& backends) {
    for (const auto* list : {&backends.backends, &backends.clouds}) {
      if (!only_one(*list)) continue;
      EditedBlock& base = edit(settings_.front());
      base.remove("backend");
      base.remove("cloud");
      base.add(list->front());
    }
    if (!only_one(backends.encryptions)) return;
    const Entry& encryption = backends.encryptions.front();
    overlay_encryption(edit(settings_.front()).nested(encryption), encryption);
  }

  bool only_one(const std::vector<Entry>& blocks) {
    if (blocks.size() < 2) return !blocks.empty();
    if (finding::Finding* error =
            fail(blocks[1].key->span,
                 base::format("an override file has only one `{}` block", blocks[1].key->text)))
      error->labels.push_back({blocks.front().key->span, "the first one stands here"});
    return false;
  }

  // Recursion is bounded by the depth of the files.
  static void overlay_encryption(EditedBlock& base, const Entry& block) {
    const auto there = base.blocks();
    for (const Entry& entry : block.value->body().entries) {
      const auto found = entry.value->is_block() ? there.find(header_of(entry)) : there.end();
      if (found == there.end()) {
        base.add(entry);
        continue;
      }
      EditedBlock& target = base.edit(found->second);
      if (entry.key->text == "remote_state_data_sources") {
        overlay_encryption(target, entry);
        continue;
      }
      std::vector<Entry> rest;
      for (const Entry& one : entry.value->body().entries) {
        // Whoever enforces it, enforces it for all.
        if (one.key->text != "enforced" || !is_true(target.argument("enforced")))
          rest.push_back(one);
      }
      target.overlay(rest);
    }
  }

  Module& module_;
  std::vector<Item> items_;
  std::unordered_map<std::string, Declared> declared_;
  std::vector<std::size_t> settings_;  // the items that are `terraform` blocks
};

}  // namespace

Module merge(std::span<const Node* const> primary, std::span<const Node* const> overrides) {
  Module module;
  Merger merger(module);
  for (const Node* body : primary) merger.declare(*body);
  for (const Node* body : overrides) merger.override_with(*body);
  merger.finish();
  return module;
}

}  // namespace resilint::dialect::terraform
