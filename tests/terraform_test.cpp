// SPDX-License-Identifier: Apache-2.0
// Holds what is made of the modules in fixtures/terraform/plans against the plans of OpenTofu: the
// same instances, the same known values, and unknown where the plan says so. What differs stands in
// exceptions.txt below the reason.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "base/format.h"
#include "base/text.h"
#include "dialect/terraform/configuration.h"
#include "parse/parse.h"
#include "project/load.h"
#include "rule/builtin.h"
#include "source/disk.h"
#include "support/repository.h"

namespace resilint::test {
namespace {

namespace filesystem = std::filesystem;
using syntax::Node;
using value::Value;

std::string read_text(const filesystem::path& path) {
  auto bytes = source::read(path.string(), parse::yaml_limit);
  return bytes ? *bytes : std::string{};
}

std::vector<std::string> read_lines(const filesystem::path& path) {
  std::vector<std::string> lines;
  const std::string text = read_text(path);
  for (const std::string_view line : base::split(text, '\n')) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

// The command line and environment of a plan, as our options.
project::Options options_of(const filesystem::path& folder) {
  project::Options options;
  options.paths = {folder.string()};
  options.jobs = 1;
  const std::vector<std::string> words = read_lines(folder / "arguments");
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string word = words[i];
    std::string text;
    if (const std::size_t equals = word.find('='); word.starts_with("-") && equals != word.npos) {
      text = word.substr(equals + 1);
      word = word.substr(0, equals);
    } else if (i + 1 < words.size()) {
      text = words[++i];
    }
    const std::size_t equals = text.find('=');
    if (word == "-var")
      options.inputs.variables.push_back(
          {"--var", text.substr(0, equals), text.substr(equals + 1), nullptr});
    else if (word == "-var-file")
      options.inputs.variables.push_back({(folder / text).string(), {}, {}, nullptr});
  }
  for (const std::string& line : read_lines(folder / "environment")) {
    const std::size_t equals = line.find('=');
    const std::string name = line.substr(0, equals);
    if (name == "TF_WORKSPACE")
      options.inputs.workspace = line.substr(equals + 1);
    else if (name.starts_with("TF_VAR_"))
      options.inputs.environment[name.substr(7)] = line.substr(equals + 1);
  }
  return options;
}

// Compares a value with what a plan has, and says where they differ.
class Comparison {
 public:
  Comparison(const graph::Graph& graph, std::set<std::string> unknown)
      : graph_(graph), unknown_(std::move(unknown)) {}

  std::vector<std::string> differences;

  void compare(const Value& given, const Node* expected, const std::string& path) {
    const Value value = written(given);
    if (unknown_.contains(path) || is_unknown(expected)) {
      if (!open(value)) differ(path, value, "unknown");
      return;
    }
    if (expected == nullptr) return differ(path, value, "nothing");
    if (expected->is_sequence()) return compare_list(value, *expected, path);
    if (expected->is_mapping()) return compare_map(value, *expected, path);
    if (expected->plain() && expected->text == "null") {
      if (!value.absent() && value.get<value::Null>() == nullptr) differ(path, value, "null");
      return;
    }
    if (!same(value, *expected)) differ(path, value, expected->text);
  }

 private:
  // What is chosen when nobody chooses; texts with the values of what they name.
  Value written(Value value) const {
    for (int i = 0; i < 8; ++i) {
      const auto* reference = value.pointer<value::Reference>();
      if (reference == nullptr || reference->attribute.empty()) break;
      const Value next = graph_.get(reference->target).body->attribute(reference->attribute);
      if (next.absent()) break;
      value = next;
    }
    const auto* text = value.pointer<value::Text>();
    if (text == nullptr) return value;
    std::string whole;
    for (const value::TextPart& part : text->parts) {
      if (part.hole == nullptr) {
        whole += part.literal;
        continue;
      }
      const Value inner = written(*part.hole);
      if (open(inner)) return value;
      const auto* word = inner.get<std::string_view>();
      whole += word != nullptr ? std::string(*word) : value::display(inner);
    }
    return Value::string(texts_.emplace_back(whole));
  }

  static bool open(const Value& value) {
    const auto* list = value.pointer<value::List>();
    const auto* map = value.pointer<value::Map>();
    return value.open() || value.pointer<value::Reference>() != nullptr ||
           value.pointer<value::Text>() != nullptr ||
           (list != nullptr && !value::is_closed(*list)) || (map != nullptr && map->open);
  }
  static bool is_unknown(const Node* expected) {
    return expected != nullptr && expected->is_mapping() && expected->entries.size() == 1 &&
           expected->entries.front().key->text == "unknown";
  }

  static bool same(const Value& value, const Node& expected) {
    const auto* text = value.get<std::string_view>();
    if (!expected.plain()) return text != nullptr && *text == expected.text;
    if (expected.text == "true" || expected.text == "false") {
      const bool* flag = value.get<bool>();
      return flag != nullptr && *flag == (expected.text == "true");
    }
    const auto wanted = base::parse_double(expected.text);
    const auto* integer = value.get<std::int64_t>();
    const auto* real = value.get<double>();
    if (!wanted || (integer == nullptr && real == nullptr)) return false;
    const double number = integer != nullptr ? static_cast<double>(*integer) : *real;
    return std::abs(number - *wanted) <= 1e-9 * std::max(1.0, std::abs(*wanted));
  }

  void compare_list(const Value& value, const Node& expected, const std::string& path) {
    const auto* list = value.pointer<value::List>();
    if (list == nullptr || list->members.size() != expected.entries.size())
      return differ(path, value, base::format("a list of {}", expected.entries.size()));
    for (std::size_t i = 0; i < expected.entries.size(); ++i)
      compare(list->members[i].value, expected.entries[i].value, base::format("{}[{}]", path, i));
  }

  static std::string inner(const std::string& path, std::string_view key) {
    const bool word = !key.empty() && (key.front() < '0' || key.front() > '9') &&
                      key.find_first_not_of(
                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "0123456789_-") == std::string_view::npos;
    return word ? base::format("{}.{}", path, key) : base::format("{}[\"{}\"]", path, key);
  }

  void compare_map(const Value& value, const Node& expected, const std::string& path) {
    const auto* map = value.pointer<value::Map>();
    if (map == nullptr) return differ(path, value, "an object");
    for (const syntax::Entry& entry : expected.entries) {
      const value::MapEntry* own = map->find(entry.key->text);
      compare(own == nullptr ? Value{} : own->value, entry.value, inner(path, entry.key->text));
    }
    for (const value::MapEntry& own : map->entries) {
      const bool there = expected.find(own.key) != nullptr;
      if (!there) compare(own.value, nullptr, inner(path, own.key));
    }
  }

  void differ(const std::string& path, const Value& value, std::string_view expected) {
    differences.push_back(
        base::format("{}: {}, not {}", path, value::display(value, 120), expected));
  }

  const graph::Graph& graph_;
  std::set<std::string> unknown_;
  mutable std::deque<std::string> texts_;
};

void choose_presets(graph::Graph& graph, const value::Undecided* waits) {
  if (waits == nullptr) return;
  for (const value::Choice* choice : waits->choices) {
    if (choice->has_preset && graph.choices.chosen(*choice) == nullptr)
      graph.choices.choose(*choice, 0);
  }
}

// The value with the defaults of all that decides it.
template <typename Read>
Value with_presets(graph::Graph& graph, Read read) {
  Value value = read();
  for (int i = 0; i < 64 && value.undecided() != nullptr; ++i) {
    choose_presets(graph, value.undecided());
    value = read();
  }
  const auto* list = value.pointer<value::List>();
  const auto* map = value.pointer<value::Map>();
  if (list != nullptr) {
    for (const value::Member& member : list->members) {
      if (member.value.undecided() == nullptr) continue;
      choose_presets(graph, member.value.undecided());
      return with_presets(graph, read);
    }
  }
  if (map != nullptr) {
    for (const value::MapEntry& entry : map->entries) {
      if (entry.value.undecided() == nullptr) continue;
      choose_presets(graph, entry.value.undecided());
      return with_presets(graph, read);
    }
  }
  return value;
}

std::vector<std::string> compared(const filesystem::path& folder, const Node& expected) {
  source::FileSet files;
  project::Configs configs(rule::builtin(), {}, "0", files);
  project::Workspace workspace(files, configs);
  project::Progress progress;
  const auto loaded = workspace.load(options_of(folder), progress);
  if (!loaded) return {"it cannot be loaded: " + loaded.error()};
  if (workspace.deployments().size() != 1)
    return {base::format("{} modules", workspace.deployments().size())};
  const auto graph = workspace.evaluate(workspace.deployments().front(), nullptr);
  std::map<std::string, const graph::Resource*> own;
  for (const graph::Resource& resource : graph->resources()) {
    for (int i = 0; i < 64 && resource.existence().waits != nullptr; ++i)
      choose_presets(*graph, resource.existence().waits);
    if (resource.existence().truth == value::Truth::yes)
      own.emplace(resource.address, &resource);
    else if (resource.existence().truth == value::Truth::unknown &&
             resource.existence().waits == nullptr)
      own.emplace(base::format("{} (unknown)", resource.address), &resource);
  }
  std::vector<std::string> differences;
  for (const syntax::Entry& entry : expected.find("resources")->entries) {
    const Node& planned = *entry.value;
    const std::string address(planned.find("address")->text);
    const auto found = own.find(address);
    if (found == own.end()) {
      differences.push_back(base::format("{}: is not there", address));
      continue;
    }
    std::set<std::string> unknown;
    for (const syntax::Entry& path : planned.find("unknown")->entries)
      unknown.emplace(path.value->text);
    Comparison comparison(*graph, std::move(unknown));
    for (const char* name : {"input", "triggers_replace"}) {
      comparison.compare(with_presets(*graph, [&] { return found->second->body->attribute(name); }),
                         planned.find("values")->find(name), name);
    }
    for (const std::string& one : comparison.differences)
      differences.push_back(base::format("{}.{}", address, one));
    own.erase(found);
  }
  for (const auto& [address, resource] : own)
    differences.push_back(base::format("{}: is not planned", address));
  auto& configuration = *static_cast<dialect::terraform::Configuration*>(graph->evaluator.get());
  if (const Node* outputs = expected.find("outputs")) {
    Comparison comparison(*graph, {});
    for (const syntax::Entry& entry : outputs->entries)
      comparison.compare(
          with_presets(*graph, [&] { return configuration.output(entry.key->text); }), entry.value,
          base::format("output.{}", entry.key->text));
    differences.insert(differences.end(), comparison.differences.begin(),
                       comparison.differences.end());
  }
  return differences;
}

}  // namespace

TEST_CASE("terraform: modules are what OpenTofu plans") {
  const filesystem::path plans = repository() / "fixtures/terraform/plans";
  const std::vector<std::string> listed = read_lines(plans.parent_path() / "plan-exceptions.txt");
  std::set<std::string> exceptions;
  for (const std::string& line : listed) {
    if (!line.starts_with('#')) exceptions.insert(line);
  }
  std::size_t planned = 0;
  std::size_t refused = 0;
  std::set<std::string> differing;
  std::vector<filesystem::path> folders;
  for (const auto& entry : filesystem::directory_iterator(plans)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  for (const filesystem::path& folder : folders) {
    const std::string name = folder.filename().string();
    const source::File file(source::FileId{}, name, read_text(folder / "expected.json"));
    const parse::Parsed parsed = parse::parse_json(file);
    REQUIRE(parsed.whole());
    const Node& expected = *parsed.tree->documents.front();
    if (expected.find("error") != nullptr) {
      // It must not crash; what Terraform refuses is not ours to say.
      source::FileSet files;
      project::Configs configs(rule::builtin(), {}, "0", files);
      project::Workspace workspace(files, configs);
      project::Progress progress;
      ++refused;
      if (!workspace.load(options_of(folder), progress)) continue;
      for (const project::Deployment& deployment : workspace.deployments()) {
        const auto graph = workspace.evaluate(deployment, nullptr);
        for (const graph::Resource& resource : graph->resources())
          (void)resource.body->attribute("input");
      }
      continue;
    }
    if (filesystem::exists(folder / "needs-modules")) continue;
    ++planned;
    const std::vector<std::string> differences = compared(folder, expected);
    if (!differences.empty()) differing.insert(name);
    if (exceptions.contains(name)) continue;
    INFO(name);
    CHECK(differences == std::vector<std::string>{});
  }
  WARN("terraform: " << planned << " modules that are planned, " << exceptions.size()
                     << " of them exceptions; " << refused << " that are refused");
  std::set<std::string> needless;
  std::ranges::set_difference(exceptions, differing, std::inserter(needless, needless.end()));
  CHECK(needless == std::set<std::string>{});
}

// Everything in a module, whoever asks for it.
std::size_t evaluate_all(const filesystem::path& folder) {
  source::FileSet files;
  project::Configs configs(rule::builtin(), {}, "0", files);
  project::Workspace workspace(files, configs);
  project::Progress progress;
  if (!workspace.load(options_of(folder), progress)) return 0;
  std::size_t values = 0;
  for (const project::Deployment& deployment : workspace.deployments()) {
    if (deployment.module == nullptr) continue;
    const auto graph = workspace.evaluate(deployment, nullptr);
    for (const graph::Resource& resource : graph->resources()) {
      for (const char* name : {"input", "triggers_replace", "lifecycle", "depends_on"})
        values += resource.body->attribute(name).absent() ? 0 : 1;
    }
    auto& configuration = *static_cast<dialect::terraform::Configuration*>(graph->evaluator.get());
    for (const syntax::Entry& entry : deployment.module->source.entries) {
      if (entry.key->text == "output" && entry.value->is_block() && !entry.value->labels().empty())
        values += configuration.output(entry.value->labels().front().value->text).absent() ? 0 : 1;
    }
  }
  return values;
}

TEST_CASE("terraform: hostile modules end") {
  const filesystem::path hostile = repository() / "fixtures/terraform/hostile";
  const filesystem::path scratch =
      filesystem::temp_directory_path() / base::format("resilint-hostile-{}", ::getpid());
  std::size_t values = 0;
  std::string slowest;
  double most = 0;
  for (const auto& entry : filesystem::directory_iterator(hostile)) {
    if (!entry.is_directory()) continue;
    const filesystem::path copy = scratch / entry.path().filename();
    filesystem::create_directories(scratch);
    filesystem::copy(entry.path(), copy, filesystem::copy_options::recursive);
    for (const std::string& line : read_lines(copy / "about.txt")) {
      constexpr std::string_view make = "make: ";
      if (!line.starts_with(make)) continue;
      const std::string command =
          base::format("cd '{}' && {}", copy.string(), line.substr(make.size()));
      REQUIRE(std::system(command.c_str()) == 0);
    }
    INFO(copy.string());
    const auto start = std::chrono::steady_clock::now();
    values += evaluate_all(copy);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (took.count() > most) slowest = copy.filename().string();
    most = std::max(most, took.count());
  }
  filesystem::remove_all(scratch);
  WARN("terraform: " << values << " values of hostile modules; " << slowest << " took " << most
                     << " s");
  CHECK(values > 0);
}

}  // namespace resilint::test
