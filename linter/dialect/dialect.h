// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "finding/finding.h"
#include "graph/graph.h"
#include "parse/parse.h"
#include "source/file.h"
#include "syntax/node.h"

namespace resilint::dialect {

enum class Type : std::uint8_t { cloudformation, terraform, tfvars, plan };
std::optional<Type> type_named(std::string_view name);  // the words of --type
std::string_view name(Type type);

// What the name of a file says that it is, whatever it holds: terraform or tfvars.
std::optional<Type> type_by_name(std::string_view path);

// What a file turned out to be.
struct Detected {
  finding::FileStatus status = finding::FileStatus::skipped;
  std::string dialect;  // "cloudformation", "sam", "terraform", "plan"; empty when none
  std::string reason;   // for people, when skipped or failed
  std::vector<finding::Finding> errors;  // when failed, at least one
  std::vector<finding::Finding> notes;   // duplicate-key, merge-key
  std::unique_ptr<syntax::Tree> tree;    // when status is checked
  std::vector<const syntax::Node*>
      templates;  // the documents to evaluate, each a project of its own
};

// Decides by the table "a file that …" of the design: parses if there is a point, and says checked,
// skipped or failed. `forced` is the user's --type. Never reads anything but `file`.
Detected detect(const source::File& file, std::optional<Type> forced);

// What the user says of the deployment, as texts. Never varied.
struct Inputs {
  std::map<std::string, std::string, std::less<>> parameters;  // a list has commas between items
  std::string region;                                          // empty: not said
  std::string account;

  // Terraform's variables. A later one wins over an earlier one, and all of `variables` over what
  // the files of the directory give.
  struct Variables {
    std::string from;  // "--var", "prod.tfvars": for people
    std::string name;  // of one variable, with its text
    std::string text;
    const syntax::Node* body = nullptr;  // or of a file of them
  };
  std::vector<Variables> variables;
  std::map<std::string, std::string, std::less<>> environment;  // TF_VAR_name: name, text
  std::string workspace;
};

// How a template reaches other files.
class Files {
 public:
  Files() = default;
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  virtual ~Files() = default;

  // The document at a path that `from` names relative to itself. It outlives the graph.
  struct Opened {
    const syntax::Node* root = nullptr;
    std::string reason;  // why there is none, for people: "child.yaml does not exist"
  };
  virtual Opened open(source::FileId from, std::string_view path) = 0;

  // The bytes of a file at such a path, or why there are none: by itself, there are no files.
  virtual base::Result<std::string, std::string> read(source::FileId from, std::string_view path);
};

// Nothing but the template itself.
class NoFiles final : public Files {
 public:
  Opened open(source::FileId, std::string_view path) override;
};

// What ties a template to others, as far as that can be told before they are read.
struct Ties {
  std::vector<std::string> nested;   // local paths of the templates of nested stacks
  std::vector<std::string> exports;  // names
  std::vector<std::string> imports;
};
Ties cloudformation_ties(const syntax::Node& root, const Inputs& inputs);

// Evaluates templates that are deployed side by side into one graph, nested stacks included. The
// graph refers to the trees that `roots` are in, and to `files`.
std::unique_ptr<graph::Graph> evaluate_cloudformation(std::span<const syntax::Node* const> roots,
                                                      const Inputs& inputs, Files& files);

// A directory of Terraform files.
struct ModuleSource {
  std::vector<syntax::Entry> entries;          // of the merged module
  std::vector<const syntax::Node*> variables;  // bodies of files with values; a later one wins
  source::FileId file{};                       // one of them: other files are named beside it
  std::string incomplete;                      // why parts of it are not read; else empty
  std::string provider_version;                // of hashicorp/aws in the lock file; or empty
};

// Evaluates it into a graph, which refers to it, to the trees behind it, to `inputs` and `files`.
std::unique_ptr<graph::Graph> evaluate_terraform(const ModuleSource& source, const Inputs& inputs,
                                                 Files& files);

// What is wrong with the values that the user gives, as a template sees it.
struct Declared {
  std::vector<std::string> parameters;   // that the template declares
  std::vector<finding::Finding> errors;  // values that it does not allow, at their declaration
};
Declared cloudformation_parameters(const syntax::Node& root, const Inputs& inputs);

}  // namespace resilint::dialect
