// SPDX-License-Identifier: Apache-2.0
#include "project/config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>

#include "base/date.h"
#include "base/format.h"
#include "base/text.h"
#include "catalog/document.h"
#include "parse/parse.h"
#include "project/discover.h"
#include "source/disk.h"
#include "source/line_index.h"

namespace resilint::project {
namespace {

using catalog::Fields;
using catalog::Problems;
using syntax::Entry;
using syntax::Node;

constexpr std::uint64_t config_limit = std::uint64_t{1} << 20U;
constexpr std::size_t most_extended = 16;  // files that extend each other

constexpr std::int64_t most_days = 3650;  // a last day beyond ten years is none

constexpr std::array<std::string_view, 3> profiles{"recommended", "strict", "all"};
constexpr std::array<std::string_view, 4> severities{"high", "medium", "low", "note"};

// Letters one by one; "*" stands for any of them.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

// "1.2.3" as three numbers; what is missing is zero.
std::optional<std::array<std::int64_t, 3>> version_of(std::string_view text) {
  std::array<std::int64_t, 3> made{};
  const std::vector<std::string_view> parts = base::split(text, '.');
  if (parts.size() > made.size()) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto number = base::parse_int(parts[i]);
    if (!number || *number < 0) return std::nullopt;
    made[i] = *number;
  }
  return made;
}

constexpr std::string_view not_within =
    "expected the path of a file of this repository, relative to this one";

// A path that is written in a file of `folder`, relative to the root; empty when it is outside.
std::string within(std::string_view folder, std::string_view path) {
  if (path.empty() || path.starts_with('/')) return {};
  const std::filesystem::path made =
      std::filesystem::path(path_in(folder, path)).lexically_normal();
  return *made.begin() == ".." ? std::string() : made.generic_string();
}

// One file of settings, read into a configuration.
class Reader {
 public:
  Reader(const rule::Library& library, std::string_view version, std::string_view folder,
         base::Arena& arena, Config& into)
      : library_(library), version_(version), folder_(folder), arena_(arena), into_(into) {}

  // `extends` is read by the caller, before this.
  void read(const Node& root) {
    static constexpr catalog::Key keys[] = {
        {"required_version"}, {"extends"},  {"profile"},      {"select"},
        {"ignore"},           {"fail_on"},  {"rules"},        {"exclude"},
        {"overrides"},        {"accepted"}, {"environments"}, {"suppressions"}};
    const Fields fields(root, "a configuration", keys, problems_);
    if (const Node* node = fields.get("required_version")) require(*node);
    if (const Node* node = fields.get("fail_on"))
      into_.fail_on = one_of(*node, "a severity", severities);
    if (const Node* node = fields.get("suppressions")) read_suppressions(*node);
    add_changes(fields, Paths());
    if (const Node* node = fields.get("exclude")) {
      for (const Said& pattern : list(*node, "a pattern of paths"))
        into_.exclude.emplace_back(pattern, Paths(folder_, {pattern}));
    }
    if (const Node* node = fields.get("overrides")) {
      each(*node, "overrides", [this](const Node& item) { read_override(item); });
    }
    if (const Node* node = fields.get("accepted")) {
      each(*node, "accepted findings", [this](const Node& item) { read_accepted(item); });
    }
  }
  std::vector<finding::Finding> take() { return problems_.take(); }

 private:
  template <typename Use>
  void each(const Node& node, std::string_view what, Use use) {
    if (!node.is_sequence())
      problems_.add(node.span, base::format("expected a list of {}, found something else", what));
    else
      for (const Entry& item : node.entries) use(item.value->resolved());
  }

  std::vector<Said> list(const Node& node, std::string_view what) {
    std::vector<Said> made;
    const auto add = [&](const Node& item) {
      const std::string_view text = catalog::text(item, what, problems_);
      if (!text.empty()) made.push_back({std::string(text), item.span});
    };
    if (node.is_sequence())
      for (const Entry& item : node.entries) add(item.value->resolved());
    else
      add(node);
    return made;
  }

  std::optional<Said> one_of(const Node& node, std::string_view what,
                             std::span<const std::string_view> words) {
    const std::string_view text = catalog::text(node, what, problems_);
    if (text.empty()) return std::nullopt;
    if (std::ranges::find(words, text) == words.end()) {
      problems_.unknown_word(node.span, what.substr(what.find(' ') + 1), text, words);
      return std::nullopt;
    }
    return Said{std::string(text), node.span};
  }

  // ">=1.4", "1.4.2": this program, or an older one that would read the file wrongly.
  void require(const Node& node) {
    std::string_view text = catalog::text(node, "a version", problems_);
    if (text.empty()) return;
    const std::string_view wanted = text;
    const bool at_least = text.starts_with(">=");
    if (at_least) text = base::trim(text.substr(2));
    const auto asked = version_of(text);
    const auto own = version_of(version_);
    if (!asked || !own) {
      problems_.add(node.span,
                    base::format("expected a version such as \">=1.4\", found `{}`", wanted));
    } else if (at_least ? *own < *asked : *own != *asked) {
      problems_.add(node.span, base::format("this is resilint {}, and the configuration is for {}",
                                            version_, wanted));
    }
  }

  // Names, prefixes or tags of rules.
  std::vector<Said> selectors(const Node& node) {
    std::vector<Said> made = list(node, "the name of a rule");
    std::erase_if(made, [this](const Said& said) {
      rule::Selection selection;
      selection.select = {said.text};
      const rule::Selected selected = rule::select(library_, selection);
      if (selected.problems.empty()) return false;
      problems_.add(said.span, selected.problems.front());
      return true;
    });
    return made;
  }

  const rule::Rule* rule_named(std::string_view name, source::Span span) {
    const rule::Rule* found = library_.find(name);
    if (found != nullptr) return found;
    std::vector<std::string_view> names;
    names.reserve(library_.rules.size());
    for (const rule::Rule* rule : library_.rules) names.push_back(rule->name);
    problems_.unknown_word(span, "rule", name, names);
    return nullptr;
  }

  void add_changes(const Fields& fields, Paths paths) {
    Changes made;
    made.paths = std::move(paths);
    if (const Node* node = fields.get("profile"))
      made.profile = one_of(*node, "a profile", profiles);
    if (const Node* node = fields.get("select")) made.select = selectors(*node);
    if (const Node* node = fields.get("ignore")) made.ignore = selectors(*node);
    if (const Node* node = fields.get("rules")) read_rules(*node, made);
    if (const Node* node = fields.get("environments")) read_environments(*node, made);
    into_.changes.push_back(std::move(made));
  }

  void read_suppressions(const Node& node) {
    static constexpr catalog::Key keys[] = {{"require_reason"}, {"max_days"}};
    const Fields fields(node, "the terms of suppressions", keys, problems_);
    into_.terms = node.span;
    if (const Node* reason = fields.get("require_reason"))
      into_.needs_reason = catalog::boolean(*reason, "require_reason", problems_).value_or(false);
    if (const Node* days = fields.get("max_days")) {
      const auto number = base::parse_int(catalog::text(*days, "a number of days", problems_));
      if (number && 0 < *number && *number <= most_days)
        into_.most_days = static_cast<int>(*number);
      else
        problems_.add(days->span, base::format("expected a number of days from 1 to {}, found `{}`",
                                               most_days, days->resolved().text));
    }
  }

  void read_override(const Node& node) {
    static constexpr catalog::Key keys[] = {{"paths", true}, {"profile"}, {"select"},
                                            {"ignore"},      {"rules"},   {"environments"}};
    const Fields fields(node, "an override", keys, problems_);
    const Node* paths = fields.get("paths");
    if (paths == nullptr) return;
    add_changes(fields, Paths(folder_, list(*paths, "a pattern of paths")));
  }

  void read_rules(const Node& node, Changes& into) {
    if (!node.is_mapping()) {
      problems_.add(node.span, "expected names of rules, each with severity or parameters");
      return;
    }
    for (const Entry& entry : node.entries) {
      const rule::Rule* rule = rule_named(entry.key->text, entry.key->span);
      if (rule == nullptr) continue;
      static constexpr catalog::Key keys[] = {{"severity"}, {"parameters"}};
      const Fields fields(*entry.value, "the settings of a rule", keys, problems_);
      Changes::OfRule made;
      made.rule = rule;
      made.span = entry.key->span;
      if (const Node* severity = fields.get("severity")) {
        if (const auto said = one_of(*severity, "a severity", severities))
          made.severity = finding::severity_named(said->text);
      }
      if (const Node* parameters = fields.get("parameters")) read_parameters(*parameters, made);
      into.rules.push_back(std::move(made));
    }
  }

  void read_environments(const Node& node, Changes& into) {
    if (!node.is_mapping()) {
      problems_.add(node.span, "expected names of environments, each with what is given there");
      return;
    }
    for (const Entry& entry : node.entries) {
      if (!entry.key->is_scalar() || base::trim(entry.key->text).empty()) {
        problems_.add(entry.key->span, "expected the name of an environment");
        continue;
      }
      Environment made;
      made.name = {std::string(entry.key->text), entry.key->span};
      const Node& body = entry.value->resolved();
      // `staging:` and nothing behind it: what stands in the files is what is deployed there.
      const bool gives_nothing = body.is_scalar() && body.plain() && body.text.empty();
      if (!gives_nothing) read_environment(body, made);
      into.environments.push_back(std::move(made));
    }
  }

  void read_environment(const Node& body, Environment& into) {
    static constexpr catalog::Key keys[] = {{"parameters"}, {"var_files"}, {"vars"},
                                            {"region"},     {"account"},   {"workspace"}};
    const Fields fields(body, "an environment", keys, problems_);
    if (const Node* files = fields.get("parameters")) into.parameters = paths(*files);
    if (const Node* files = fields.get("var_files")) into.var_files = paths(*files);
    if (const Node* vars = fields.get("vars")) into.vars = read_vars(*vars);
    const auto text = [&](std::string_view key, std::string_view what) -> std::optional<Said> {
      const Node* said = fields.get(key);
      if (said == nullptr) return std::nullopt;
      return Said{std::string(catalog::text(*said, what, problems_)), said->span};
    };
    into.region = text("region", "a region");
    into.account = text("account", "the number of an account");
    into.workspace = text("workspace", "a workspace");
  }

  std::vector<std::pair<std::string, Said>> read_vars(const Node& node) {
    std::vector<std::pair<std::string, Said>> made;
    if (!node.is_mapping()) {
      problems_.add(node.span, "expected names of parameters or variables, each with its value");
      return made;
    }
    for (const Entry& entry : node.entries) {
      const Node& value = entry.value->resolved();
      if (value.is_scalar())
        made.emplace_back(entry.key->text, Said{std::string(value.text), value.span});
      else
        problems_.add(value.span,
                      "expected a text; a list or a map is written as one: '[\"a\", \"b\"]'");
    }
    return made;
  }

  // Files of the repository, relative to this one; made relative to the root.
  std::vector<Said> paths(const Node& node) {
    std::vector<Said> made;
    for (const Said& said : list(node, "the path of a file")) {
      const std::string path = within(folder_, said.text);
      if (path.empty())
        problems_.add(said.span, std::string(not_within));
      else
        made.push_back({path, said.span});
    }
    return made;
  }

  void read_parameters(const Node& node, Changes::OfRule& into) {
    if (!node.is_mapping()) {
      problems_.add(node.span, "expected parameters of the rule, each with its value");
      return;
    }
    const std::span<const rule::Parameter> known = into.rule->parameters;
    for (const Entry& entry : node.entries) {
      const auto found = std::ranges::find(known, entry.key->text, &rule::Parameter::name);
      if (found == known.end()) {
        std::vector<std::string_view> names;
        for (const rule::Parameter& parameter : known) names.push_back(parameter.name);
        problems_.unknown_word(entry.key->span, base::format("parameter of {}", into.rule->name),
                               entry.key->text, names);
        continue;
      }
      const Node& value = entry.value->resolved();
      Changes::OfRule::Parameter made{static_cast<std::size_t>(found - known.begin()), *found,
                                      value.span};
      if (found->type.kind == catalog::AttributeKind::list) {
        std::vector<std::string_view> words;
        for (const Said& said : list(value, "a text")) words.push_back(arena_.copy(said.text));
        made.value.words = arena_.copy(words);
      } else {
        const auto constant = catalog::constant(value, found->type, problems_);
        if (!constant) continue;
        const bool low =
            !std::holds_alternative<std::monostate>(found->minimum) && *constant < found->minimum;
        const bool high =
            !std::holds_alternative<std::monostate>(found->maximum) && found->maximum < *constant;
        if (low || high) {
          problems_.add(value.span, base::format("`{}` is {} what {} takes", value.text,
                                                 low ? "below" : "above", found->name));
          continue;
        }
        made.value.value = *constant;
      }
      into.parameters.push_back(made);
    }
  }

  void read_accepted(const Node& node) {
    static constexpr catalog::Key keys[] = {
        {"rule", true}, {"reason", true}, {"address"}, {"paths"}, {"until"}};
    const Fields fields(node, "an accepted finding", keys, problems_);
    const Node* rule = fields.get("rule");
    const Node* reason = fields.get("reason");
    if (rule == nullptr || reason == nullptr) return;
    Accepted made;
    made.span = rule->span;
    std::vector<Said> rules = selectors(*rule);
    made.reason = catalog::text(*reason, "a reason", problems_);
    if (const Node* address = fields.get("address"))
      made.address = catalog::text(*address, "an address", problems_);
    if (const Node* paths = fields.get("paths"))
      made.paths = Paths(folder_, list(*paths, "a pattern of paths"));
    if (const Node* until = fields.get("until")) {
      made.until = catalog::text(*until, "a date", problems_);
      if (!base::is_date(made.until))
        problems_.add(until->span, base::format("expected YYYY-MM-DD, found `{}`", made.until));
    }
    for (Said& said : rules) {
      rule::Selection selection;
      selection.select = {said.text};
      made.rules = rule::select(library_, selection).rules;
      made.rule = std::move(said);
      into_.accepted.push_back(made);
    }
  }

  const rule::Library& library_;
  std::string_view version_;
  std::string_view folder_;  // relative to the root
  base::Arena& arena_;
  Config& into_;
  Problems problems_;
};

std::vector<std::string> texts(const std::vector<Said>& said) {
  std::vector<std::string> made;
  made.reserve(said.size());
  for (const Said& one : said) made.push_back(one.text);
  return made;
}

}  // namespace

Paths::Paths(std::string_view folder, const std::vector<Said>& patterns) : all_(false) {
  for (const Said& pattern : patterns) patterns_.add(folder, pattern.text);
}

// A pattern that fits a folder fits what lies below it.
bool Paths::hold(std::string_view path) const {
  if (all_) return true;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (patterns_.ignored(path.substr(0, slash), true)) return true;
  }
  return patterns_.ignored(path, false);
}

void Configs::read(const std::string& path, Config& into, std::vector<std::string>& open) {
  const auto fail = [&](source::Span span, std::string message) {
    Problems problems;
    problems.add(span, std::move(message));
    std::ranges::move(problems.take(), std::back_inserter(problems_));
  };
  auto bytes = source::read(path_in(root_, path), config_limit);
  const source::File& file = files_.add(path, bytes ? std::move(*bytes) : std::string());
  if (!bytes || file.bytes().size() > config_limit) {
    fail({file.id(), 0, 0}, bytes ? "the file is larger than 1 MiB"
                                  : base::format("cannot be read: {}", bytes.error()));
    return;
  }
  parse::Parsed parsed = parse::parse_yaml(file);
  std::ranges::copy(parsed.errors, std::back_inserter(problems_));
  if (!parsed.whole() || parsed.tree == nullptr || parsed.tree->documents.empty()) return;
  const Node& root = *parsed.tree->documents.front();
  trees_.push_back(std::move(parsed.tree));
  const std::string folder = folder_of(path);
  const Node* extends = root.is_mapping() ? root.find("extends") : nullptr;
  if (extends != nullptr) {
    const Node& list = extends->resolved();
    const auto extend = [&](const Node& item) {
      const std::string other = item.is_scalar() ? within(folder, item.text) : std::string();
      if (other.empty())
        fail(item.span, std::string(not_within));
      else if (std::ranges::find(open, other) != open.end() || open.size() >= most_extended)
        fail(item.span, base::format("{} extends itself", other));
      else {
        open.push_back(other);
        read(other, into, open);
        open.pop_back();
      }
    };
    if (list.is_sequence())
      for (const Entry& item : list.entries) extend(item.value->resolved());
    else
      extend(list);
  }
  Reader reader(library_, version_, folder, arena_, into);
  reader.read(root);
  std::ranges::move(reader.take(), std::back_inserter(problems_));
}

const Config* Configs::nearest(const std::string& folder) {
  const auto [entry, fresh] = by_folder_.try_emplace(folder, nullptr);
  if (!fresh) return entry->second;
  const std::string path = path_in(folder, config_name);
  std::error_code error;
  const Config* found = nullptr;
  const std::string on_disk = folder.empty() ? root_ : path_in(root_, folder);
  const bool perhaps = listings_ == nullptr || listings_->may_have(on_disk, config_name);
  if (perhaps && std::filesystem::is_regular_file(path_in(on_disk, config_name), error)) {
    Config& made = configs_.emplace_back();
    made.path = path;
    std::vector<std::string> open{path};
    read(path, made, open);
    found = &made;
  } else if (!folder.empty()) {
    found = nearest(folder_of(folder));
  } else {
    found = &none_;
  }
  by_folder_[folder] = found;
  return found;
}

const Config& Configs::config(std::string_view path) { return *nearest(folder_of(path)); }

const Settings& Configs::settings(std::string_view path) {
  const Config& config = this->config(path);
  std::vector<bool> fitting;
  fitting.reserve(config.changes.size());
  for (const Changes& changes : config.changes) fitting.push_back(changes.paths.hold(path));
  const auto [entry, fresh] = settings_.try_emplace({&config, fitting});
  Settings& made = entry->second;
  if (!fresh) return made;
  made.config = &config;
  rule::Selection selection = said_;
  const bool selected = !said_.select.empty() || !said_.profile.empty();
  std::map<const rule::Rule*, rule::Rule*> changed;
  for (std::size_t i = 0; i < config.changes.size(); ++i) {
    if (!fitting[i]) continue;
    const Changes& changes = config.changes[i];
    if (!selected && changes.profile) selection.profile = changes.profile->text;
    if (!selected && changes.select) selection.select = texts(*changes.select);
    std::ranges::move(texts(changes.ignore), std::back_inserter(selection.ignore));
    for (const Environment& one : changes.environments) {
      const auto before =
          std::ranges::find(made.environments, one.name.text,
                            [](const Environment* other) { return other->name.text; });
      if (before != made.environments.end())
        *before = &one;
      else
        made.environments.push_back(&one);
    }
    for (const Changes::OfRule& one : changes.rules) {
      rule::Rule*& own = changed[one.rule];
      if (own == nullptr) own = &changed_.emplace_back(*one.rule);
      if (one.severity) own->severity = *one.severity;
      if (one.parameters.empty()) continue;
      std::vector<rule::Parameter>& values =
          parameters_.emplace_back(own->parameters.begin(), own->parameters.end());
      for (const Changes::OfRule::Parameter& parameter : one.parameters)
        values[parameter.index] = parameter.value;
      own->parameters = values;
    }
  }
  if (selection.profile.empty()) selection.profile = "recommended";
  made.rules = rule::select(library_, selection).rules;
  for (const rule::Rule*& rule : made.rules) {
    if (const auto own = changed.find(rule); own != changed.end()) rule = own->second;
  }
  return made;
}

const Said* Configs::excluded(std::string_view path) {
  for (const auto& [pattern, paths] : config(path).exclude) {
    if (paths.hold(path)) return &pattern;
  }
  return nullptr;
}

const Accepted* Configs::accepted(const finding::Finding& found, std::string_view path) {
  for (const Accepted& one : config(path).accepted) {
    const bool meant =
        std::ranges::find(one.rules, found.rule, &rule::Rule::name) != one.rules.end();
    if (!meant || !one.paths.hold(path)) continue;
    if (one.address.empty() || fits(one.address, found.address)) return &one;
  }
  return nullptr;
}

std::string describe(const std::vector<finding::Finding>& problems, const source::FileSet& files) {
  std::string text;
  for (const finding::Finding& problem : problems) {
    const source::File& file = files.get(problem.span.file);
    text += base::format("{}{}: {}", text.empty() ? "" : "\n",
                         source::place(file, problem.span.begin), problem.message);
  }
  return text;
}

std::string_view config_start() {
  return R"(# yaml-language-server: $schema=https://github.com/resilint/resilint/raw/main/schemas/config.schema.json
# What resilint judges below this directory. The nearest file of this name counts, up to the root of
# the repository; `resilint config show FILE` says what holds for a file, and why.

# recommended, strict (which includes recommended) or all
profile: recommended

# Rules that are not wanted here, by name, by the beginning of names (s3-*) or by tag.
# ignore: [s3-mfa-delete]

# Severities, and the parameters that a rule documents (resilint rule NAME).
# rules:
#   s3-bucket-versioning: {severity: medium, parameters: {scratch_days: 14}}

# What is asked of everything that is ignored.
# suppressions: {require_reason: true, max_days: 180}

# What is not looked at, by patterns as in .gitignore.
# exclude: [examples/]

# Other settings for some paths; of several that fit, the last one counts.
# overrides:
#   - paths: [envs/dev/]
#     ignore: [aurora-cluster-has-reader]

# Where the templates are deployed to; each is judged with the values that it has there.
# environments:
#   staging: {parameters: [params/staging.json], region: eu-west-1}
#   prod: {var_files: [prod.tfvars], vars: {replicas: 2}, workspace: prod}

# Findings that somebody decided to live with.
# accepted:
#   - rule: sqs-dead-letter-queue
#     address: module.legacy.*
#     reason: replaced in spring
#     until: 2027-03-31
)";
}

}  // namespace resilint::project
