// SPDX-License-Identifier: Apache-2.0
#include "project/discover.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <unordered_set>

#include "base/format.h"
#include "project/ignore.h"
#include "source/disk.h"

namespace resilint::project {
namespace {

namespace filesystem = std::filesystem;
using filesystem::path;

constexpr std::uint64_t ignore_file_limit = std::uint64_t{1} << 20U;

// The nearest ancestor that holds `.git`.
std::optional<path> repository_of(path folder) {
  std::error_code error;
  while (true) {
    if (filesystem::exists(folder / ".git", error)) return folder;
    if (!folder.has_relative_path()) return std::nullopt;
    folder = folder.parent_path();
  }
}

path common_folder(const path& a, const path& b) {
  path common;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end() && *i == *j; ++i, ++j)
    common /= *i;
  return common;
}

// The repository that holds all arguments, else the deepest directory that does.
path root_of(const std::vector<path>& folders) {
  path common = folders.front();
  for (const path& folder : folders) common = common_folder(common, folder);
  return repository_of(common).value_or(common);
}

std::string relative_to(const path& root, const path& file) {
  const std::string shown = file.lexically_relative(root).generic_string();
  return shown == "." ? std::string{} : shown;
}

class Walk {
 public:
  Walk(path root, Discovered& into) : root_(std::move(root)), into_(into) {
    std::error_code error;
    in_repository_ = filesystem::exists(root_ / ".git", error);
  }

  void start(const path& folder) {
    if (walked_.contains(folder.native())) return;
    IgnoreRules rules;
    // The rules of the directories above hold, too, inside a repository.
    if (in_repository_) {
      add_rules(root_ / ".git" / "info" / "exclude", {}, rules);
      path above = root_;
      for (const path& part : folder.lexically_relative(root_)) {
        if (above != folder) add_rules(above / ".gitignore", relative_to(root_, above), rules);
        if (part != ".") above /= part;
      }
    }
    walk(folder, relative_to(root_, folder), rules);
  }

 private:
  void account(std::string shown, finding::FileStatus status, std::string reason) {
    into_.skipped.push_back({std::move(shown), status, {}, std::move(reason)});
  }

  static void add_rules(const path& file, const std::string& folder, IgnoreRules& rules) {
    if (const auto text = source::read(file.string(), ignore_file_limit)) rules.add(folder, *text);
  }

  // Directories cannot nest deeper than the system's longest path, which bounds the recursion.
  void walk(const path& folder, const std::string& shown, IgnoreRules rules) {
    // Of arguments that lie in each other.
    if (!walked_.insert(folder.native()).second) return;
    std::error_code error;
    std::vector<filesystem::directory_entry> entries;
    std::vector<std::string> names;
    for (filesystem::directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
      entries.push_back(*at);
      std::error_code unknown;
      if (at->is_regular_file(unknown)) names.emplace_back(name_of(at->path().native()));
    }
    if (std::ranges::find(names, ".gitignore") != names.end())
      add_rules(folder / ".gitignore", shown, rules);
    into_.listings.add(folder.native(), std::move(names));
    if (error)
      account(shown + "/", finding::FileStatus::failed, "cannot be read: " + error.message());
    std::ranges::sort(entries, {}, [](const filesystem::directory_entry& entry) {
      return entry.path().native();
    });
    for (const filesystem::directory_entry& entry : entries) {
      const std::string& native = entry.path().native();
      const std::string name = native.substr(native.rfind('/') + 1);
      const std::string within = shown.empty() ? name : shown + "/" + name;
      const filesystem::file_status status = entry.symlink_status(error);
      const bool directory = filesystem::is_directory(status);
      if (directory && name == ".git") continue;
      if (rules.ignored(within, directory))
        account(within + (directory ? "/" : ""), finding::FileStatus::skipped,
                "ignored by .gitignore");
      else if (directory)
        walk(entry.path(), within, rules);
      else if (filesystem::is_symlink(status))
        account(within, finding::FileStatus::skipped, "a link; links are not followed");
      else if (filesystem::is_regular_file(status))
        into_.files.push_back({native, within});
      else
        account(within, finding::FileStatus::skipped, "not a regular file");
    }
  }

  path root_;
  bool in_repository_ = false;
  Discovered& into_;
  std::unordered_set<std::string> walked_;
};

}  // namespace

base::Result<Discovered, std::string> discover(const std::vector<std::string>& arguments) {
  std::vector<path> found;
  std::vector<path> folders;
  for (const std::string& argument : arguments) {
    std::error_code error;
    const path resolved = filesystem::canonical(argument, error);
    if (error) return base::failure(base::format("{}: {}", argument, error.message()));
    found.push_back(resolved);
    folders.push_back(filesystem::is_directory(resolved, error) ? resolved
                                                                : resolved.parent_path());
  }
  Discovered discovered;
  const path root = root_of(folders);
  discovered.root = root.string();
  Walk walk(root, discovered);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const path& start = found[i];
    if (start == folders[i])
      walk.start(start);
    else
      discovered.files.push_back({start.string(), relative_to(root, start)});
  }
  std::ranges::sort(discovered.files, {}, &Candidate::shown);
  const auto again = std::ranges::unique(discovered.files, {}, &Candidate::shown);
  discovered.files.erase(again.begin(), again.end());
  return discovered;
}

const std::vector<std::string>* Listings::of(const std::string& folder) const {
  const auto found = names_.find(folder);
  return found == names_.end() ? nullptr : &found->second;
}

bool Listings::may_have(const std::string& folder, std::string_view name) const {
  const std::vector<std::string>* names = of(folder);
  return names == nullptr || std::ranges::find(*names, name) != names->end();
}

// filesystem::path takes its text apart each time that it is made.
std::string canonical_path(const std::string& path) {
  std::error_code error;
  const filesystem::path made =
      filesystem::weakly_canonical(filesystem::absolute(path, error), error);
  return error ? path : made.generic_string();
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  return std::string(path.substr(0, std::max(slash, std::size_t{1})));
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string path_in(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!folder.empty() && !folder.ends_with('/')) path += '/';
  return path += name;
}

std::string shown_path(const std::string& argument) {
  const path file = canonical_path(argument);
  const path folder = file.parent_path();
  return relative_to(repository_of(folder).value_or(folder), file);
}

std::string root_folder(const std::string& argument) {
  const path file = canonical_path(argument);
  const path folder = file.parent_path();
  return repository_of(folder).value_or(folder).string();
}

}  // namespace resilint::project
