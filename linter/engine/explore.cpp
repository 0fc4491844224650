// SPDX-License-Identifier: Apache-2.0
#include "engine/explore.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/format.h"
#include "base/text.h"

namespace resilint::engine {
namespace {

using catalog::Object;
using catalog::World;
using Kind = Outcome::Kind;

constexpr std::size_t most_runs = 64;  // of one rule on one resource

// The first that `waits` for and that is not chosen yet; null when nothing is left to choose.
const value::Choice* next_choice(const value::Undecided& waits, const Path& path) {
  for (const value::Choice* choice : waits.choices) {
    if (std::ranges::find(path, choice, &Path::value_type::first) == path.end()) return choice;
  }
  return nullptr;
}

bool is_preset(const Path::value_type& chosen) {
  return chosen.first->has_preset && chosen.second == 0;
}

// Calls `step` first with nothing chosen and then, depth first, with each candidate of the first
// choice that it gives back, until it gives none or sets `go_on` to false.
class Walk {
 public:
  using Step = std::function<const value::Undecided*(const Path&, bool& go_on)>;
  Walk(value::Choices& choices, Step step) : choices_(choices), step_(std::move(step)) {}

  void walk() {
    const value::Undecided* waits = step_(path_, go_on_);
    const value::Choice* choice = waits == nullptr ? nullptr : next_choice(*waits, path_);
    if (choice == nullptr) return;
    for (std::uint32_t i = 0; go_on_ && i < choice->candidates.size(); ++i) {
      choices_.choose(*choice, i);
      path_.emplace_back(choice, i);
      walk();
      path_.pop_back();
      choices_.withdraw(*choice);
    }
  }

 private:
  value::Choices& choices_;
  Step step_;
  Path path_;
  bool go_on_ = true;
};

struct Leaf {
  Outcome outcome;
  Path path;
  bool is_preset = false;  // the run with given and default values
};

// What differs from the given and default values.
std::vector<std::pair<const value::Choice*, std::string_view>> differences(const Path& path) {
  std::vector<std::pair<const value::Choice*, std::string_view>> found;
  for (const auto& chosen : path) {
    if (!is_preset(chosen))
      found.emplace_back(chosen.first, chosen.first->candidates[chosen.second].shown);
  }
  return found;
}

class Exploration {
 public:
  Exploration(const rule::Rule& rule, const World& world, const value::Object& matched,
              const value::Value& parameters, base::Arena& scratch)
      : rule_(rule), world_(world), matched_(matched), parameters_(parameters), scratch_(scratch) {}

  Explored explore() {
    Walk(world_.choices(), [this](const Path& path, bool& go_on) {
      return step(path, go_on);
    }).walk();
    return verdict();
  }

 private:
  const value::Undecided* step(const Path& path, bool& go_on) {
    Outcome outcome = run(path);
    if (outcome.kind == Kind::undecided) {
      if (!place_) place_ = outcome.unknown;
      if (next_choice(*outcome.waits, path) != nullptr) return outcome.waits;
      outcome.kind = Kind::unknown;
    }
    if (leaves_.size() == most_runs) {
      capped_ = true;
      go_on = false;
      return nullptr;
    }
    const bool preset = std::ranges::all_of(path, is_preset);
    go_on = !(preset && outcome.kind == Kind::fails);  // nothing can mend that
    leaves_.push_back({std::move(outcome), path, preset});
    return nullptr;
  }

  Outcome run(const Path& path) const {
    const value::Object* now = &matched_;
    if (const auto* object = dynamic_cast<const Object*>(&matched_)) {
      now = world_.same_now(*object);
      if (now == nullptr) {
        Outcome absent;
        absent.waits = world_.more_objects_wait(object->kind());
        absent.kind = absent.waits == nullptr ? Kind::absent : Kind::undecided;
        return absent;
      }
    }
    Outcome outcome = Run(rule_, world_, *now, parameters_, scratch_).judge();
    // What holds for some values only has to hold where the object exists.
    const auto* object = dynamic_cast<const Object*>(now);
    if (path.empty() || object == nullptr || outcome.kind == Kind::undecided) return outcome;
    const graph::Existence existence = object->existence();
    if (existence.truth == value::Truth::unknown && existence.waits != nullptr &&
        next_choice(*existence.waits, path) != nullptr) {
      outcome.kind = Kind::undecided;
      outcome.waits = existence.waits;
    }
    return outcome;
  }

  Explored verdict() {
    const bool some_absent = std::erase_if(leaves_, [](const Leaf& leaf) {
                               return leaf.outcome.kind == Kind::absent;
                             }) != 0;
    if (leaves_.empty()) return {};
    const auto fails = [](const Leaf& leaf) { return leaf.outcome.kind == Kind::fails; };
    const auto passes = [](const Leaf& leaf) {
      return leaf.outcome.kind == Kind::passes || leaf.outcome.kind == Kind::inapplicable;
    };
    const auto preset = std::ranges::find(leaves_, true, &Leaf::is_preset);
    const bool has_preset = preset != leaves_.end();
    if (has_preset && fails(*preset)) return of(*preset);
    const bool some_fail = std::ranges::any_of(leaves_, fails);
    const bool all_fail = std::ranges::all_of(leaves_, fails);
    if (some_fail && !has_preset && all_fail && !capped_) {
      Explored made = of(leaves_.front());
      if (some_absent) made.outcome.finding->message += " (if created)";
      return made;
    }
    if (some_fail && (has_preset || !all_fail)) return conditional();
    if (capped_) {
      Explored made = of(has_preset ? *preset : leaves_.front());
      made.outcome.kind = Kind::unknown;
      made.outcome.unknown = place_;
      made.outcome.reason = base::format(
          "it depends on more combinations of parameters than are tried ({})", most_runs);
      return made;
    }
    if (has_preset) return of(*preset);
    const auto open = std::ranges::find_if_not(leaves_, passes);
    return of(open == leaves_.end() ? leaves_.front() : *open);
  }

  static Explored of(const Leaf& leaf) { return {leaf.outcome, false, {}, leaf.path}; }

  // The failing run that differs least from what is given; and what else of the same parameter
  // fails.
  Explored conditional() const {
    const Leaf* chosen = nullptr;
    for (const Leaf& leaf : leaves_) {
      if (leaf.outcome.kind != Kind::fails) continue;
      if (chosen == nullptr || differences(leaf.path).size() < differences(chosen->path).size())
        chosen = &leaf;
    }
    Explored made = of(*chosen);
    made.conditional = true;
    const auto differs = differences(chosen->path);
    for (const auto& [choice, shown] : differs)
      made.conditions.emplace_back(std::string(choice->name), std::string(shown));
    if (differs.size() != 1) return made;
    std::vector<std::string_view> values;
    for (const Leaf& leaf : leaves_) {
      const auto other = differences(leaf.path);
      if (leaf.outcome.kind == Kind::fails && other.size() == 1 &&
          other.front().first == differs.front().first)
        values.push_back(other.front().second);
    }
    // Secrets are all shown alike.
    const auto again = std::ranges::unique(values);
    values.erase(again.begin(), again.end());
    made.conditions.front().second = base::join(values, " or ");
    return made;
  }

  const rule::Rule& rule_;
  const World& world_;
  const value::Object& matched_;
  const value::Value& parameters_;
  base::Arena& scratch_;
  std::vector<Leaf> leaves_;
  std::optional<finding::Unknown> place_;  // of what cannot be decided
  bool capped_ = false;
};

}  // namespace

Explored explore(const rule::Rule& rule, const World& world, const value::Object& matched,
                 const value::Value& parameters, base::Arena& scratch) {
  return Exploration(rule, world, matched, parameters, scratch).explore();
}

std::string spoken(const std::vector<std::pair<std::string, std::string>>& conditions) {
  std::vector<std::string> parts;
  parts.reserve(conditions.size());
  for (const auto& [name, value] : conditions)
    parts.push_back(base::format("{} is {}", name, value.empty() ? "empty" : value));
  return base::join(parts, " and ");
}

std::vector<const Object*> all_objects(const World& world, std::string_view kind) {
  const std::span<const Object* const> found = world.objects(kind);
  std::vector<const Object*> all(found.begin(), found.end());
  if (world.more_objects_wait(kind) == nullptr) return all;
  std::set<catalog::Object::Place> seen;
  for (const Object* object : all) seen.insert(object->element_place());
  std::size_t runs = 0;
  Walk(world.choices(), [&](const Path&, bool& go_on) -> const value::Undecided* {
    const value::Undecided* waits = world.more_objects_wait(kind);
    for (const Object* object : world.objects(kind)) {
      if (seen.insert(object->element_place()).second) all.push_back(object);
    }
    go_on = waits != nullptr || ++runs < most_runs;
    return waits;
  }).walk();
  return all;
}

Chosen::Chosen(value::Choices& choices, const Path& path) : choices_(choices), path_(path) {
  for (const auto& [choice, candidate] : path) choices.choose(*choice, candidate);
}
Chosen::~Chosen() {
  for (const auto& [choice, candidate] : path_) choices_.withdraw(*choice);
}

}  // namespace resilint::engine
