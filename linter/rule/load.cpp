// SPDX-License-Identifier: Apache-2.0
#include "rule/load.h"

#include <algorithm>

#include "base/format.h"
#include "catalog/document.h"
#include "parse/parse.h"
#include "rule/read.h"

namespace resilint::rule {
namespace {

// "rules/aws/sqs/model.yaml" → "model"
std::string_view stem(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  return path.substr(0, path.rfind('.'));
}

struct Document {
  const source::File* file;
  const syntax::Node* root;
};

std::vector<Document> parse(std::span<const source::File* const> files, Loaded& loaded,
                            catalog::Problems& problems) {
  std::vector<Document> documents;
  for (const source::File* file : files) {
    parse::Parsed parsed = parse::parse_yaml(*file);
    if (!parsed.whole()) {
      problems.add(parsed.errors.front().span, parsed.errors.front().message);
      continue;
    }
    const std::size_t count = parsed.tree->documents.size();
    if (count != 1) {
      problems.add({file->id(), 0, 0}, base::format("expected one YAML document, found {}", count));
      continue;
    }
    documents.push_back({file, &parsed.tree->documents.front()->resolved()});
    loaded.trees.push_back(std::move(parsed.tree));
  }
  return documents;
}

void read_models(std::span<const Document> documents, catalog::Model& model, Loaded& loaded,
                 catalog::Problems& problems) {
  std::vector<const syntax::Node*> nodes;
  for (const Document& document : documents) {
    if (stem(document.file->path()) != "model") continue;
    for (catalog::Kind& kind : catalog::read_kinds(*document.root, loaded.arena, problems)) {
      const syntax::Entry* entry = document.root->find_entry(kind.name);
      const bool twice =
          std::ranges::find(loaded.kinds, kind.name, &catalog::Kind::name) != loaded.kinds.end();
      if (model.find(kind.name) != nullptr || twice) {
        problems.add(
            entry->key->span,
            base::format("the kind `{}` is there already; give yours another name", kind.name));
        continue;
      }
      kind.file = loaded.arena.copy(document.file->path());
      loaded.kinds.push_back(kind);
      nodes.push_back(&entry->value->resolved());
    }
  }
  model.add(loaded.kinds);
  std::vector<catalog::ReadKind> read;
  for (std::size_t i = 0; i < nodes.size(); ++i) read.push_back({&loaded.kinds[i], nodes[i]});
  catalog::check_kinds(read, model, loaded.arena, problems);
}

}  // namespace

std::unique_ptr<Loaded> load(std::span<const source::File* const> files, const Library& known) {
  auto loaded = std::make_unique<Loaded>();
  catalog::Problems problems;
  const std::vector<Document> documents = parse(files, *loaded, problems);
  catalog::Model model;
  for (const catalog::Kind* kind : known.model.all()) model.add(std::span(kind, 1));
  read_models(documents, model, *loaded, problems);

  for (const Document& document : documents) {
    const std::string_view name = stem(document.file->path());
    if (name == "model") continue;
    const source::Span start{document.root->span.file, document.root->span.begin,
                             document.root->span.begin};
    const bool twice = std::ranges::find(loaded->rules, name, &Rule::name) != loaded->rules.end();
    if (known.find(name) != nullptr || twice) {
      problems.add(start,
                   base::format("the rule `{}` is there already; give yours another name", name));
      continue;
    }
    loaded->rules.push_back(read(*document.root, loaded->arena.copy(name), *document.file, model,
                                 loaded->arena, problems));
  }
  std::ranges::sort(loaded->rules, {}, &Rule::name);
  loaded->problems = problems.take();
  return loaded;
}

Library joined(const Library& known, const Loaded& loaded) {
  Library library;
  for (const catalog::Kind* kind : known.model.all()) library.model.add(std::span(kind, 1));
  library.model.add(loaded.kinds);
  library.rules = known.rules;
  for (const Rule& rule : loaded.rules) library.rules.push_back(&rule);
  std::ranges::sort(library.rules, {}, &Rule::name);
  return library;
}

}  // namespace resilint::rule
