// SPDX-License-Identifier: Apache-2.0
// In every passing fixture the values that decided a verdict are broken one
// after the other: taken away, set to false or true, 0 or a number beside it, to another word of
// their list, to a name that nobody has, to what stands in their sibling. For each resource that
// passes on something written, the finding must appear at it for at least one of these.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "base/text.h"
#include "dialect/dialect.h"
#include "engine/explain.h"
#include "rule/builtin.h"
#include "source/disk.h"
#include "support/evaluated.h"
#include "support/repository.h"

namespace resilint::test {
namespace {

namespace filesystem = std::filesystem;

// A template or module that was read; keeps everything alive that its explanations point into.
struct Template {
  // The name says the language.
  Template(std::string name, std::string text)
      : file(files.add(std::move(name), std::move(text))),
        detected(dialect::detect(file, std::nullopt)) {
    if (detected.status == finding::FileStatus::checked)
      deployments = deployed(detected, file.id());
  }

  std::vector<finding::Explanation> passes(const rule::Rule& rule) const {
    std::vector<finding::Explanation> found;
    for (const Deployed& deployment : deployments) {
      const engine::Project project{*deployment.graph, files};
      std::set<std::string> done;
      for (const std::string& address : engine::judged_addresses(rule::builtin(), rule, project)) {
        // A rule on the whole project passes once.
        if (rule.kind == "project" && address != "project") continue;
        if (!done.insert(address).second) continue;
        for (finding::Explanation& one : engine::explain(rule::builtin(), rule, address, project)) {
          if (one.verdict == finding::Verdict::passes) found.push_back(std::move(one));
        }
      }
    }
    return found;
  }

  // Whether the rule finds something at the address; anywhere, for a rule on the whole project.
  bool fails(const rule::Rule& rule, const std::string& address) const {
    const std::vector<const rule::Rule*> own{&rule};
    for (const Deployed& deployment : deployments) {
      for (const finding::Finding& found :
           engine::check(rule::builtin(), own, {*deployment.graph, files}).findings) {
        if (rule.kind == "project" || found.address == address ||
            std::ranges::find(found.instances, address) != found.instances.end())
          return true;
      }
    }
    return false;
  }

  source::FileSet files;
  const source::File& file;
  dialect::Detected detected;
  std::vector<Deployed> deployments;
};

struct Written {
  std::string attribute;  // "visibility_timeout_seconds"; empty: a whole resource or element
  source::Span span;
};

void collect(const std::vector<finding::Step>& steps, std::vector<Written>& into) {
  for (const finding::Step& step : steps) {
    const bool written = step.origin == "written here";
    if (step.kind == finding::Step::Kind::attribute && step.span && written)
      into.push_back({step.text.substr(step.text.rfind('.') + 1), *step.span});
    if (step.kind == finding::Step::Kind::member && step.span) into.push_back({{}, *step.span});
    collect(step.steps, into);
  }
}

// What stands behind the condition that must hold: what it reads, and the names in it that are
// worked out.
std::vector<Written> deciding(const finding::Explanation& passing) {
  std::vector<Written> values;
  std::set<std::string> names;
  const auto note_names = [&names](const auto& self,
                                   const std::vector<finding::Step>& steps) -> void {
    for (const finding::Step& step : steps) {
      if (step.kind == finding::Step::Kind::attribute) names.insert(step.text);
      self(self, step.steps);
    }
  };
  note_names(note_names, passing.steps);
  for (const finding::Step& step : passing.steps) {
    const bool is_named = step.kind == finding::Step::Kind::name &&
                          names.contains(step.text.substr(0, step.text.find(' ')));
    if (step.kind == finding::Step::Kind::require || is_named) collect(step.steps, values);
  }
  return values;
}

source::Span whole(const syntax::Node& node) {
  const std::uint32_t begin =
      node.tag().empty() ? node.span.begin : std::min(node.tag_span().begin, node.span.begin);
  return {node.span.file, begin, node.span.end};
}

// The entries whose key, or value, begins at the place, the innermost first: a block begins where
// its first key does. Terraform's blocks are known by their labels, too.
void entries_at(const syntax::Node& node, source::Span place,
                std::vector<const syntax::Entry*>& into) {
  for (const syntax::Entry& entry : node.entries) {
    const bool block = entry.value->is_block();
    entries_at(block ? entry.value->body() : *entry.value, place, into);
    const bool labelled =
        block && std::ranges::any_of(entry.value->labels(), [&](const syntax::Entry& label) {
          return label.value->span.begin == place.begin;
        });
    if (labelled || whole(*entry.value).begin == place.begin ||
        (entry.key != nullptr && entry.key->span.begin == place.begin))
      into.push_back(&entry);
  }
}

// A policy document that allows nothing.
std::string_view empty_policy(bool terraform) {
  return terraform ? "{ Statement = [] }" : "{Statement: []}";
}

// Words that the attribute may have instead, in any kind of the model.
std::vector<std::string> other_words(const std::string& attribute, std::string_view text,
                                     bool terraform) {
  std::vector<std::string> words{"false", "true", "0", "-1", "[]"};
  words.emplace_back(empty_policy(terraform));
  const auto add_text = [&](std::string_view word) {
    words.push_back(terraform ? base::format("\"{}\"", word) : std::string(word));
  };
  add_text("nobody-has-this-name");
  const catalog::Model& model = rule::builtin().model;
  for (const std::string_view kind : model.kinds()) {
    const catalog::Attribute* found = model.find(kind)->attribute(attribute);
    if (found == nullptr || found->type.kind != catalog::AttributeKind::enumeration) continue;
    for (const std::string_view word : base::split(found->type.words, '|')) add_text(word);
  }
  if (const auto number = base::parse_int(text)) {
    words.push_back(std::to_string(*number - 1));
    words.push_back(std::to_string(*number + 1));
    words.push_back(std::to_string(*number * 10));
  }
  return words;
}

std::vector<const syntax::Entry*> find_entries(const Template& read, source::Span place) {
  std::vector<const syntax::Entry*> found;
  for (const syntax::Node* document : read.detected.tree->documents)
    entries_at(*document, place, found);
  return found;
}

std::vector<std::string> broken(const Template& read, const Written& value,
                                const std::vector<Written>& all) {
  const std::string text(read.file.bytes());
  const std::vector<const syntax::Entry*> entries = find_entries(read, value.span);
  std::vector<std::string> made;
  for (const syntax::Entry* entry : entries)
    made.push_back(text.substr(0, entry->span().begin) + text.substr(entry->span().end));
  if (entries.empty()) return {};
  const syntax::Entry* entry = entries.front();
  // What stands as a block begins on a line of its own.
  const bool terraform = read.detected.dialect == "terraform";
  const bool block =
      terraform ? entry->value->is_block() : !entry->value->is_scalar() && !entry->value->flow;
  const source::Span span = whole(*entry->value);
  if (!value.attribute.empty() && !terraform && block)
    made.push_back(text.substr(0, span.begin) + std::string(empty_policy(terraform)) +
                   text.substr(span.end));
  if (value.attribute.empty() || block) return made;
  std::vector<std::string> words = other_words(value.attribute, entry->value->text, terraform);
  for (const Written& sibling : all) {
    if (sibling.attribute != value.attribute) continue;
    const std::vector<const syntax::Entry*> others = find_entries(read, sibling.span);
    if (!others.empty() && others.front() != entry)
      words.emplace_back(read.files.text(whole(*others.front()->value)));
  }
  for (const std::string& word : words)
    made.push_back(text.substr(0, span.begin) + word + text.substr(span.end));
  return made;
}

std::string read(const filesystem::path& path) {
  auto bytes = source::read(path.string(), 8U << 20U);
  REQUIRE(bytes);
  return std::move(*bytes);
}

// The addresses that pass on something written and that nothing breaks.
void break_all(const filesystem::path& path, const rule::Rule& rule, std::size_t& caught,
               std::vector<std::string>& survivors) {
  const std::string name = base::format("t{}", path.extension().string());
  const Template sound(name, read(path));
  for (const finding::Explanation& passing : sound.passes(rule)) {
    const std::vector<Written> values = deciding(passing);
    if (values.empty()) continue;
    const bool found = std::ranges::any_of(values, [&](const Written& value) {
      return std::ranges::any_of(broken(sound, value, values), [&](const std::string& text) {
        const Template mutant(name, text);
        return mutant.fails(rule, passing.address);
      });
    });
    if (found)
      ++caught;
    else
      survivors.push_back(std::string(rule.name) + " for " + passing.address + " in " +
                          path.filename().string());
  }
}

}  // namespace

TEST_CASE("mutation: what a rule passes, it finds once the deciding value is broken") {
  // Verdicts that no single edit turns, each with its reason.
  const std::map<std::string, std::string> accepted{
      {"aurora-instances-spread-zones for Free in pass-aws-chooses.yaml",
       "it passes because an instance is not pinned, which is not written"},
      {"cloudfront-failover-origins-independent for "
       "Elsewhere.DistributionConfig.OriginGroups.Items[0] in pass-two-servers.yaml",
       "one origin is named by an attribute, the other by a text, so neither can take the other's "
       "place"},
      {"cloudtrail-records-bucket-setting-changes for project in pass-by-default.yaml",
       "it passes by the default; switched off, the trail is another rule's case"},
      {"cloudwatch-alarm-dimension-resolves for OfGivenInstance in "
       "pass-every-kind-of-metric.yaml",
       "instances are counted all together, too"},
      {"cloudwatch-alarm-dimension-resolves for OfDatabase in pass-every-kind-of-metric.yaml",
       "only the other kind of database makes it wrong"},
      {"cloudwatch-alarm-dimension-resolves for OfWriter in pass-every-kind-of-metric.yaml",
       "only the other kind of database makes it wrong"},
      {"sns-alarm-reaches-a-human for Paged in pass-no-person-is-needed.yaml",
       "the plan stands beside a topic in one list"},
      {"sns-alarm-reaches-a-human for Ticket in pass-no-person-is-needed.yaml",
       "the ticket stands beside a topic in one list"},
      {"sns-alarm-reaches-a-human for DiskFull in pass-mail-and-chat.yaml",
       "without its only channel the topic has no subscriber, which is another rule's case"},
      {"sqs-dead-letter-queue for Dead in pass-every-spelling-of-a-redrive-policy.yaml",
       "several queues name it"},
      {"aurora-cluster-has-reader for aws_rds_cluster.counted in pass-two-instances.tf",
       "one block makes both of its instances"},
      {"aurora-cluster-has-reader for aws_rds_cluster.looped in pass-two-instances.tf",
       "one block makes both of its instances"},
      {"aurora-cluster-has-reader for aws_rds_cluster.maybe[0] in pass-two-instances.tf",
       "one block makes both of its instances"},
      {"aurora-instances-spread-zones for aws_rds_cluster.free in pass-aws-chooses.tf",
       "it passes because an instance is not pinned, which is not written"},
      {"cloudfront-failover-origins-independent for "
       "aws_cloudfront_distribution.elsewhere.origin_group[0] in pass-two-servers.tf",
       "one origin is named by an attribute, the other by a text, so neither can take the other's "
       "place"},
      {"cloudtrail-records-bucket-setting-changes for project in pass-by-default.tf",
       "it passes by the default; switched off, the trail is another rule's case"},
      {"cloudwatch-alarm-dimension-resolves for aws_cloudwatch_metric_alarm.of_database in "
       "pass-every-kind-of-metric.tf",
       "only the other kind of database makes it wrong"},
      {"cloudwatch-alarm-dimension-resolves for aws_cloudwatch_metric_alarm.of_writer in "
       "pass-every-kind-of-metric.tf",
       "only the other kind of database makes it wrong"},
      {"cloudwatch-alarm-has-alarm-action for aws_cloudwatch_metric_alarm.latency in "
       "pass-read-by-others.tf",
       "two composite alarms read it"},
      {"sns-alarm-reaches-a-human for aws_cloudwatch_metric_alarm.paged in "
       "pass-no-person-is-needed.tf",
       "the plan stands beside a topic in one list"},
      {"sns-alarm-reaches-a-human for aws_cloudwatch_metric_alarm.ticket in "
       "pass-no-person-is-needed.tf",
       "the ticket stands beside a topic in one list"},
      {"sns-alarm-reaches-a-human for aws_cloudwatch_metric_alarm.disk_full in "
       "pass-mail-and-chat.tf",
       "without its only channel the topic has no subscriber, which is another rule's case"},
      {"sqs-dead-letter-queue for aws_sqs_queue.dead in "
       "pass-every-spelling-of-a-redrive-policy.tf",
       "several queues name it"},
  };
  // Rules that pass on what is not written.
  const std::set<std::string_view> on_nothing{"s3-mfa-delete-without-lifecycle"};
  std::map<std::pair<std::string_view, graph::Dialect>, std::size_t> caught;
  std::vector<std::string> survivors;
  for (const rule::Rule* rule : rule::builtin().rules) {
    for (const graph::Dialect dialect :
         {graph::Dialect::cloudformation, graph::Dialect::terraform}) {
      if (std::ranges::find(rule->not_in, dialect) == rule->not_in.end())
        caught[{rule->name, dialect}] = 0;
    }
    for (const auto& entry :
         filesystem::recursive_directory_iterator(repository() / "fixtures" / "rules")) {
      if (entry.path().parent_path().filename() != rule->name) continue;
      if (!entry.path().filename().string().starts_with("pass-")) continue;
      const bool terraform = entry.path().extension() == ".tf";
      const graph::Dialect dialect =
          terraform ? graph::Dialect::terraform : graph::Dialect::cloudformation;
      if (!caught.contains({rule->name, dialect})) continue;  // a language that cannot express it
      break_all(entry.path(), *rule, caught.at({rule->name, dialect}), survivors);
    }
  }
  std::vector<std::string> not_met;
  for (const auto& [one, reason] : accepted) {
    if (std::erase(survivors, one) == 0) not_met.push_back(one);
  }
  CHECK(not_met == std::vector<std::string>{});
  std::ranges::sort(survivors);
  CHECK(survivors == std::vector<std::string>{});
  for (const auto& [rule_and_language, count] : caught) {
    INFO(rule_and_language.first << " in " << graph::name(rule_and_language.second));
    CHECK((count > 0) != on_nothing.contains(rule_and_language.first));
  }
}

}  // namespace resilint::test
