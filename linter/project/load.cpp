// SPDX-License-Identifier: Apache-2.0
#include "project/load.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <numeric>
#include <thread>

#include "base/format.h"
#include "base/heap.h"
#include "base/text.h"
#include "dialect/terraform/module_files.h"
#include "source/disk.h"
#include "source/line_index.h"

namespace resilint::project {
namespace {

namespace filesystem = std::filesystem;

constexpr std::string_view manifest_name = "manifest.json";

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) &&
         (folder.ends_with('/') || path[folder.size()] == '/');
}

// Sets that are united step by step.
class Union {
 public:
  explicit Union(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t of(std::size_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  // The smaller index stands for both, so that the order of files decides.
  void unite(std::size_t a, std::size_t b) {
    a = of(a);
    b = of(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

const syntax::Node* text_at(const syntax::Node& node, std::string_view key) {
  const syntax::Node* found = node.is_mapping() ? node.find(key) : nullptr;
  return found != nullptr && found->resolved().is_scalar() ? &found->resolved() : nullptr;
}

// The first place of a stack trace that is not in a package: "at new Shop (lib/shop.ts:12:5)".
std::string first_own_line(const syntax::Node& trace) {
  for (const syntax::Entry& entry : trace.entries) {
    std::string_view line = entry.value->resolved().text;
    if (line.find("node_modules") != std::string_view::npos ||
        line.find("node:internal") != std::string_view::npos)
      continue;
    const std::size_t open = line.rfind('(');
    if (open != std::string_view::npos) line = line.substr(open + 1, line.rfind(')') - open - 1);
    if (line.starts_with("at ")) line.remove_prefix(3);
    if (line.find(':') != std::string_view::npos) return std::string(line);
  }
  return {};
}

}  // namespace

void in_parallel(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  const unsigned wanted = jobs != 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min<std::size_t>(wanted, count); ++i) others.emplace_back(run);
  run();
  for (std::thread& thread : others) thread.join();
}

base::Result<void, std::string> Workspace::load(const Options& options, Progress& progress) {
  jobs_ = options.jobs;
  progress.begin(Progress::Phase::finding);
  wanted_ = options.environments;
  std::error_code error;
  sees_folders_ = !options.buffer && std::ranges::all_of(options.paths, [&](const auto& path) {
    return filesystem::is_directory(path, error);
  });
  if (auto read = read_inputs(options); !read) return read;
  if (options.buffer) {
    const std::string disk = canonical_path(options.buffer->name);
    understood_.push_back(
        understand(shown_path(options.buffer->name), options.buffer->text, options.type, files_));
    Understood& buffer = understood_.back();
    root_ = root_folder(options.buffer->name);
    configs_.set_root(root_);
    by_path_.emplace(disk, &buffer);
    if (buffer.file != nullptr) paths_.emplace(buffer.file->id(), disk);
  } else {
    auto discovered = discover(options.paths);
    if (!discovered) return base::failure(discovered.error());
    root_ = discovered->root;
    configs_.set_root(root_);
    listings_ = std::move(discovered->listings);
    configs_.set_listings(listings_);
    skipped_ = std::move(discovered->skipped);
    skip_excluded(discovered->files);
    progress.begin(Progress::Phase::reading, discovered->files.size());
    if (!configs_.problems().empty()) return base::failure(describe(configs_.problems(), files_));
    if (!options.type || options.type == dialect::Type::terraform) skip_shadowed(discovered->files);
    read_all(discovered->files, options, progress);
    read_assemblies(discovered->files);
  }
  read_siblings(options);
  progress.begin(Progress::Phase::grouping);
  if (auto read = read_environments(); !read) return read;
  group();
  group_modules();
  choose_environments();
  return check_inputs();
}

std::string_view Workspace::path_of(const Deployment& deployment) const {
  if (deployment.module == nullptr) return files_.get(deployment.roots.front()->span.file).path();
  const std::vector<Understood*>& files = deployment.module->files;
  return files.empty() ? std::string_view{} : std::string_view(files.front()->account.path);
}

void Workspace::skip_excluded(std::vector<Candidate>& candidates) {
  std::erase_if(candidates, [this](const Candidate& candidate) {
    const Said* pattern = configs_.excluded(candidate.shown);
    if (pattern == nullptr) return false;
    skipped_.push_back({candidate.shown,
                        finding::FileStatus::skipped,
                        {},
                        base::format("excluded by `{}` in {}", pattern->text,
                                     files_.get(pattern->span.file).path())});
    return true;
  });
}

// Files of Terraform modules that OpenTofu passes over for another one of their folder.
void Workspace::skip_shadowed(std::vector<Candidate>& candidates) {
  std::map<std::string, std::vector<std::string>> folders;
  for (const Candidate& candidate : candidates) {
    if (dialect::type_by_name(candidate.shown) != dialect::Type::terraform) continue;
    folders[folder_of(candidate.path)].emplace_back(name_of(candidate.path));
  }
  std::map<std::string, std::string> shadows;  // by the path of whom they shadow
  for (const auto& [folder, names] : folders) {
    for (auto& [name, by] : dialect::terraform::module_files(names).shadowed)
      shadows.emplace(path_in(folder, name), by);
  }
  std::erase_if(candidates, [&](const Candidate& candidate) {
    const auto found = shadows.find(candidate.path);
    if (found == shadows.end()) return false;
    skipped_.push_back({candidate.shown,
                        finding::FileStatus::skipped,
                        {},
                        base::format("shadowed by {}", found->second)});
    return true;
  });
}

void Workspace::read_all(const std::vector<Candidate>& candidates, const Options& options,
                         Progress& progress) {
  constexpr std::size_t a_file = std::size_t{32} << 10U;  // bytes, its tree included
  constexpr std::size_t most = std::size_t{64} << 20U;
  constexpr std::size_t many = 64;  // files; fewer fit into what the program has anyhow
  if (candidates.size() >= many)
    base::expect_allocations(std::min(candidates.size() * a_file, most));
  understood_.resize(candidates.size());
  in_parallel(candidates.size(), jobs_, [&](std::size_t i) {
    understood_[i] = project::read(candidates[i], options.type, files_);
    progress.step();
  });
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    by_path_.emplace(candidates[i].path, &understood_[i]);
    if (understood_[i].file != nullptr)
      paths_.emplace(understood_[i].file->id(), candidates[i].path);
  }
}

// Folders that `cdk synth` wrote: their manifest says which files are stacks. The others are
// assets, copies of templates among them; a nested stack's template is read with its parent.
void Workspace::read_assemblies(const std::vector<Candidate>& candidates) {
  std::set<std::string> folders;
  for (const Candidate& candidate : candidates) folders.insert(folder_of(candidate.path));
  for (const std::string& folder : folders) {
    if (!listings_.may_have(folder, manifest_name)) continue;
    const std::string path = path_in(folder, manifest_name);
    auto bytes = source::read(path, parse::json_limit);
    if (!bytes || bytes->find("\"artifacts\"") == std::string::npos ||
        bytes->find("aws:cloudformation:stack") == std::string::npos)
      continue;
    const source::File file(source::FileId{}, path, std::move(*bytes));
    const parse::Parsed parsed = parse::parse_json(file);
    const syntax::Node* root =
        parsed.tree == nullptr ? nullptr : &parsed.tree->documents.front()->resolved();
    const syntax::Node* artifacts =
        root == nullptr || !root->is_mapping() ? nullptr : root->find("artifacts");
    if (artifacts == nullptr || !artifacts->is_mapping()) continue;
    Assembly& assembly = assemblies_[folder];
    for (const syntax::Entry& artifact : artifacts->entries) {
      const syntax::Node& node = artifact.value->resolved();
      const syntax::Node* type = text_at(node, "type");
      if (type == nullptr || type->text != "aws:cloudformation:stack") continue;
      const syntax::Node* properties = node.find("properties");
      const syntax::Node* name =
          properties == nullptr ? nullptr : text_at(properties->resolved(), "templateFile");
      if (name != nullptr)
        assembly.templates.insert(canonical_path((filesystem::path(folder) / name->text).string()));
      const syntax::Node* metadata = node.find("metadata");
      if (metadata == nullptr || !metadata->is_mapping()) continue;
      for (const syntax::Entry& construct : metadata->entries) {
        for (const syntax::Entry& entry : construct.value->resolved().entries) {
          const syntax::Node& one = entry.value->resolved();
          const syntax::Node* kind = text_at(one, "type");
          const syntax::Node* trace = one.is_mapping() ? one.find("trace") : nullptr;
          if (kind == nullptr || kind->text != "aws:cdk:logicalId" || trace == nullptr) continue;
          std::string_view construct_path = construct.key->text;
          if (construct_path.starts_with('/')) construct_path.remove_prefix(1);
          const std::string place = first_own_line(trace->resolved());
          if (!place.empty()) assembly.traces.emplace(construct_path, place);
        }
      }
    }
  }
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Understood& one = understood_[i];
    if (one.account.status != finding::FileStatus::checked) continue;
    const std::string& path = candidates[i].path;
    bool within = false;
    bool listed = false;
    for (const auto& [folder, assembly] : assemblies_) {
      within = within || is_below(path, folder);
      listed = listed || assembly.templates.contains(path);
    }
    if (!within || listed) continue;
    one.account.status = finding::FileStatus::skipped;
    one.account.reason = "an asset of a CDK app; its manifest.json does not list it as a stack";
  }
}

std::string Workspace::made_at(source::FileId file, std::string_view construct) const {
  const std::lock_guard lock(mutex_);
  const auto path = paths_.find(file);
  if (path == paths_.end()) return {};
  const auto assembly = assemblies_.find(folder_of(path->second));
  if (assembly == assemblies_.end()) return {};
  const auto found = assembly->second.traces.find(std::string(construct));
  return found == assembly->second.traces.end() ? std::string{} : found->second;
}

std::string Workspace::disk_path(source::FileId from, std::string_view path) const {
  const auto base = paths_.find(from);
  if (base == paths_.end()) return {};
  return canonical_path((filesystem::path(base->second).parent_path() / path).string());
}

dialect::Files::Opened Workspace::open(source::FileId from, std::string_view path) {
  const std::lock_guard lock(mutex_);
  const std::string disk = disk_path(from, path);
  auto found = by_path_.find(disk);
  if (found == by_path_.end()) {
    if (!is_below(disk, root_))
      return {nullptr, base::format("{} is outside of the directory that is checked", path)};
    std::error_code error;
    if (!filesystem::is_regular_file(disk, error))
      return {nullptr, base::format("{} does not exist", path)};
    const std::string shown = filesystem::path(disk).lexically_relative(root_).generic_string();
    understood_.push_back(project::read({disk, shown}, dialect::Type::cloudformation, files_));
    found = by_path_.emplace(disk, &understood_.back()).first;
    if (understood_.back().file != nullptr) paths_.emplace(understood_.back().file->id(), disk);
  }
  Understood& one = *found->second;
  // What is no template by itself may be an include.
  if (one.account.status == finding::FileStatus::skipped && one.detected.templates.empty()) {
    one = project::read({disk, one.account.path}, dialect::Type::cloudformation, files_);
    if (one.file != nullptr) paths_.emplace(one.file->id(), disk);
  }
  if (one.detected.templates.empty())
    return {nullptr, base::format("{} cannot be read: {}", path, one.account.reason)};
  one.account.status = finding::FileStatus::checked;
  one.account.reason.clear();
  return {one.detected.templates.front(), {}};
}

std::unique_ptr<graph::Graph> Workspace::evaluate(const Deployment& deployment,
                                                  const Environment* environment) {
  const dialect::Inputs& inputs = inputs_in(environment);
  return deployment.module != nullptr
             ? dialect::evaluate_terraform(deployment.module->source, inputs, *this)
             : dialect::evaluate_cloudformation(deployment.roots, inputs, *this);
}

base::Result<std::string, std::string> Workspace::read(source::FileId from, std::string_view path) {
  const std::lock_guard lock(mutex_);
  const std::string disk = disk_path(from, path);
  if (!is_below(disk, root_))
    return base::failure(base::format("{} is outside of the directory that is checked", path));
  auto bytes = source::read(disk, parse::yaml_limit);
  if (!bytes) return base::failure(base::format("{}: {}", path, bytes.error()));
  if (bytes->size() > parse::yaml_limit)
    return base::failure(base::format("{} is larger than what is read", path));
  return std::move(*bytes);
}

void Workspace::group() {
  struct One {
    std::size_t file;
    const syntax::Node* root;
    dialect::Ties ties;
  };
  std::vector<One> all;
  std::map<std::string, std::size_t> first_of;  // of a file on disk: its first template
  for (std::size_t i = 0; i < understood_.size(); ++i) {
    const Understood& one = understood_[i];
    if (one.account.status != finding::FileStatus::checked) continue;
    for (const syntax::Node* root : one.detected.templates) {
      if (root == one.detected.templates.front())
        first_of.emplace(paths_.at(one.file->id()), all.size());
      all.push_back({i, root, ties_of(one, *root)});
    }
  }
  // Whoever is nested in another is judged with it. Of those that nest each other, the first is
  // judged by itself.
  std::vector<std::vector<std::size_t>> nested(all.size());
  std::vector<bool> has_parent(all.size(), false);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const std::string& path : all[i].ties.nested) {
      const auto child = first_of.find(disk_path(understood_[all[i].file].file->id(), path));
      if (child == first_of.end() || child->second == i) continue;
      nested[i].push_back(child->second);
      has_parent[child->second] = true;
    }
  }
  std::vector<bool> reached(all.size(), false);
  std::vector<std::size_t> roots;
  const auto take = [&](std::size_t start) {
    roots.push_back(start);
    std::vector<std::size_t> open{start};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (reached[at]) continue;
      reached[at] = true;
      open.insert(open.end(), nested[at].begin(), nested[at].end());
    }
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!has_parent[i]) take(i);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!reached[i]) take(i);
  }
  std::ranges::sort(roots);

  std::map<std::string_view, std::vector<std::size_t>> exporters;
  for (const std::size_t root : roots) {
    for (const std::string& name : all[root].ties.exports) exporters[name].push_back(root);
  }
  Union together(all.size());
  for (const std::size_t root : roots) {
    for (const std::string& name : all[root].ties.imports) {
      // Two stacks cannot export one name, so that of two files one is for another account.
      const auto found = exporters.find(name);
      if (found != exporters.end() && found->second.size() == 1)
        together.unite(root, found->second.front());
    }
  }
  std::map<std::size_t, std::size_t> deployment_of;
  for (const std::size_t root : roots) {
    const auto [at, fresh] = deployment_of.try_emplace(together.of(root), deployments_.size());
    if (fresh) deployments_.emplace_back();
    deployments_[at->second].roots.push_back(all[root].root);
  }
}

}  // namespace resilint::project
