// SPDX-License-Identifier: Apache-2.0
// Directories of Terraform files: which of them make a module, and what is given for it.
#include <algorithm>
#include <filesystem>

#include "base/format.h"
#include "dialect/terraform/module_files.h"
#include "dialect/terraform/read.h"
#include "project/load.h"
#include "source/disk.h"
#include "source/line_index.h"

namespace resilint::project {
namespace {

namespace filesystem = std::filesystem;
using syntax::Entry;
using syntax::Node;

constexpr std::string_view lock_file = ".terraform.lock.hcl";
constexpr std::uint64_t lock_limit = std::uint64_t{1} << 20U;

// The version of the AWS provider that a directory's lock file holds; empty when there is none.
std::string locked_version(std::string_view folder) {
  auto bytes = source::read(path_in(folder, lock_file), lock_limit);
  if (!bytes || bytes->size() > lock_limit) return {};
  const source::File file(source::FileId{}, std::string(lock_file), std::move(*bytes));
  const parse::Parsed parsed = parse::parse_hcl(file);
  if (!parsed.whole()) return {};
  for (const Entry& entry : parsed.tree->documents.front()->entries) {
    if (!entry.value->is_block() || entry.value->labels().empty()) continue;
    const std::string_view name = entry.value->labels().front().value->text;
    const Node* version = entry.value->body().find("version");
    if (name.ends_with("hashicorp/aws") && version != nullptr && version->is_scalar())
      return std::string(version->text);
  }
  return {};
}

// What a module says of a file. A list of JSON that declares one thing three times has two errors
// at one place.
void fail(Understood& one, std::vector<finding::Finding> errors) {
  const auto again = std::ranges::unique(errors, [](const auto& a, const auto& b) {
    return a.span == b.span && a.message == b.message;
  });
  errors.erase(again.begin(), again.end());
  one.account.status = finding::FileStatus::failed;
  one.account.reason = errors.front().message;
  one.detected.errors = std::move(errors);
}

std::vector<std::string> file_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_regular_file(error)) names.emplace_back(name_of(at->path().native()));
  }
  return names;
}

bool is_terraform(const Understood& one) {
  return one.account.dialect == "terraform" || one.account.dialect == "tfvars";
}

}  // namespace

// A file that is named alone is judged with the module that it belongs to.
void Workspace::read_siblings(const Options& options) {
  std::set<std::string> folders;
  for (const Understood& one : understood_) {
    if (!is_terraform(one) && one.account.status != finding::FileStatus::failed) continue;
    const auto path = paths_.find(one.file == nullptr ? source::FileId{} : one.file->id());
    if (one.file == nullptr || path == paths_.end()) continue;
    if (dialect::type_by_name(path->second)) folders.insert(folder_of(path->second));
  }
  std::vector<Candidate> missing;
  for (const std::string& folder : folders) {
    const std::vector<std::string>* walked = listings_.of(folder);
    const dialect::terraform::ModuleFiles files =
        dialect::terraform::module_files(walked != nullptr ? *walked : file_names(folder));
    for (const auto* list : {&files.primary, &files.overrides, &files.variables}) {
      for (const std::string& name : *list) {
        std::string path = path_in(folder, name);
        if (by_path_.contains(path)) continue;
        missing.push_back(
            {path, filesystem::path(path).lexically_relative(root_).generic_string()});
      }
    }
  }
  std::ranges::sort(missing, {}, &Candidate::path);
  for (const Candidate& candidate : missing) {
    understood_.push_back(project::read(candidate, options.type, files_));
    Understood& one = understood_.back();
    one.asked = false;
    by_path_.emplace(candidate.path, &one);
    if (one.file != nullptr) paths_.emplace(one.file->id(), candidate.path);
  }
}

void Workspace::group_modules() {
  std::map<std::string, std::vector<Understood*>> folders;
  for (Understood& one : understood_) {
    const auto path = one.file == nullptr ? paths_.end() : paths_.find(one.file->id());
    if (path == paths_.end()) continue;
    const bool broken =
        one.account.status == finding::FileStatus::failed && dialect::type_by_name(path->second);
    if (is_terraform(one) || broken) folders[folder_of(path->second)].push_back(&one);
  }
  for (auto& [folder, files] : folders) add_module(folder, files);
}

void Workspace::add_module(const std::string& folder, std::span<Understood* const> files) {
  std::map<std::string, Understood*> by_name;
  std::vector<std::string> names;
  std::vector<Understood*> unnamed;  // Terraform by the user's word only
  for (Understood* one : files) {
    const std::string name(name_of(paths_.at(one->file->id())));
    if (!dialect::type_by_name(name)) {
      unnamed.push_back(one);
      continue;
    }
    by_name.emplace(name, one);
    names.push_back(name);
  }
  const dialect::terraform::ModuleFiles parts = dialect::terraform::module_files(names);
  auto module = std::make_unique<TerraformModule>();
  std::string refused;  // why the module cannot be judged
  const auto bodies = [&](const std::vector<std::string>& list, bool needed) {
    std::vector<const Node*> found;
    for (const std::string& name : list) {
      Understood& one = *by_name.at(name);
      if (one.account.status == finding::FileStatus::failed) {
        const std::string reason = base::format("{} cannot be read", one.account.path);
        (needed ? refused : module->source.incomplete) = reason;
        continue;
      }
      found.push_back(one.detected.tree->documents.front());
      module->files.push_back(&one);
    }
    return found;
  };
  std::vector<const Node*> primary = bodies(parts.primary, false);
  for (Understood* one : unnamed) {
    if (one->account.dialect != "terraform") continue;
    primary.push_back(one->detected.tree->documents.front());
    module->files.push_back(one);
  }
  const std::vector<const Node*> overrides = bodies(parts.overrides, true);
  module->source.variables = bodies(parts.variables, true);
  for (auto& [name, one] : by_name) {
    if (one->account.dialect != "tfvars" ||
        std::ranges::find(parts.variables, name) != parts.variables.end() ||
        value_files_.contains(paths_.at(one->file->id())))
      continue;
    one->account.status = finding::FileStatus::skipped;
    one->account.reason = "values of variables that Terraform loads only when told; --var-file";
  }
  const auto skip_all = [&](std::string_view reason) {
    for (Understood* one : module->files) {
      if (one->account.status != finding::FileStatus::checked) continue;
      one->account.status = finding::FileStatus::skipped;
      one->account.reason = std::string(reason);
    }
  };
  if (!refused.empty()) return skip_all(base::format("its module is not judged: {}", refused));
  if (primary.empty() && overrides.empty()) return skip_all("there is no module for its values");
  module->merged = dialect::terraform::merge(primary, overrides);
  if (module->merged.errors.empty()) return add_module(folder, std::move(module));
  if (module->files.size() > 1) return add_files_alone(folder, *module);
  fail(*module->files.front(), std::move(module->merged.errors));
}

void Workspace::add_module(const std::string& folder, std::unique_ptr<TerraformModule> module) {
  module->source.entries = module->merged.entries;
  module->source.file = module->files.front()->file->id();
  if (listings_.may_have(folder, lock_file))
    module->source.provider_version = locked_version(folder);
  deployments_.emplace_back().module = std::move(module);
}

// Files that Terraform refuses as one module: examples or tests side by side, each complete in
// itself. What another file may add to one of them is not known.
void Workspace::add_files_alone(const std::string& folder, TerraformModule& together) {
  const finding::Finding& error = together.merged.errors.front();
  const std::string why = base::format(
      "{}: Terraform refuses this directory as one module, so each file is judged by "
      "itself",
      error.message);
  for (Understood* one : together.files) {
    if (one->account.dialect != "terraform") continue;
    if (one->file->id() == error.span.file) {
      finding::Finding note = error;
      note.rule = "unread";
      note.severity = finding::Severity::note;
      note.message = why;
      one->detected.notes.push_back(std::move(note));
    }
    auto alone = std::make_unique<TerraformModule>();
    alone->files = {one};
    const Node* const body[] = {one->detected.tree->documents.front()};
    alone->merged = dialect::terraform::merge(body, {});
    alone->source.incomplete = "the other files of its directory may belong to it";
    if (alone->merged.errors.empty())
      add_module(folder, std::move(alone));
    else
      fail(*one, std::move(alone->merged.errors));
  }
}

}  // namespace resilint::project
