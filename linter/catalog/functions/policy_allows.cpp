// SPDX-License-Identifier: Apache-2.0
// The grammar and the evaluation logic of policy documents, in three truth values.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "catalog/functions/functions.h"
#include "catalog/world.h"

namespace resilint::catalog {
namespace {

using value::Membership;
using value::Truth;
using value::Value;

// ---- answers that know why they are not known --------------------------------------------------

struct Answer {
  Truth truth = Truth::no;
  Value because{};  // unknown or undecided; when the truth is unknown
};

constexpr Truth yes = Truth::yes;
constexpr Truth no = Truth::no;

class Answers {
 public:
  explicit Answers(base::Arena& arena) : arena_(arena) {}

  [[nodiscard]] base::Arena& arena() const { return arena_; }

  [[nodiscard]] Answer doubt(const std::string& reason) const {
    return {Truth::unknown, value::unknown(arena_, arena_.copy(reason))};
  }
  [[nodiscard]] Answer waiting(const value::Undecided& waits) const {
    return {Truth::unknown, value::undecided(arena_, {waits.choices})};
  }
  // Why nothing follows from a value that is open or deployed.
  [[nodiscard]] Answer doubt(const Value& value) const {
    if (const value::Undecided* held = value.undecided()) return waiting(*held);
    if (const value::Unknown* held = value.unknown())
      return {Truth::unknown, value::unknown(arena_, held->reason)};
    if (const auto* text = value.pointer<value::Text>()) {
      for (const value::TextPart& part : text->parts) {
        if (part.hole != nullptr && part.hole->open()) return doubt(*part.hole);
      }
    }
    return doubt(base::format("{} is known only when deployed", value::display(value, 60)));
  }

  [[nodiscard]] Answer both(const Answer& a, const Answer& b) const {
    return joined(a.truth && b.truth, a, b);
  }
  [[nodiscard]] Answer either(const Answer& a, const Answer& b) const {
    return joined(a.truth || b.truth, a, b);
  }

  // Whether `fits` one of the members of a list, or the value that is written without one.
  template <typename Fits>
  [[nodiscard]] Answer any(const Value& written, Fits fits) const {
    if (written.open()) return doubt(written);
    const auto* list = written.pointer<value::List>();
    if (list == nullptr) return fits(written);
    Answer all;
    for (const value::Member& member : list->members) {
      Answer one = member.value.open() ? doubt(member.value) : fits(member.value);
      if (member.membership != Membership::definite && one.truth == yes) {
        one = member.waits != nullptr ? waiting(*member.waits)
                                      : doubt(base::format("{} may or may not be in the policy",
                                                           value::display(member.value, 60)));
      }
      all = either(all, one);
    }
    if (list->open) all = either(all, open_end(list->open_reason, list->waits));
    return all;
  }

  [[nodiscard]] Answer open_end(std::string_view reason, const value::Undecided* waits) const {
    if (waits != nullptr) return waiting(*waits);
    return doubt(reason.empty() ? std::string("parts of the policy are not known")
                                : std::string(reason));
  }

 private:
  // What a choice may decide comes first: after it, the rest is seen.
  [[nodiscard]] Answer joined(Truth truth, const Answer& a, const Answer& b) const {
    if (truth != Truth::unknown) return {truth, {}};
    if (a.truth != Truth::unknown) return b;
    if (b.truth != Truth::unknown) return a;
    const value::Undecided* waits =
        value::united(arena_, a.because.undecided(), b.because.undecided());
    return waits != nullptr ? waiting(*waits) : a;
  }

  base::Arena& arena_;
};

// ---- texts with wildcards and holes ------------------------------------------------------------

// A letter, a wildcard, or a part that only the deployment fills: with anything, or with what
// stands between two separators.
struct Symbol {
  enum class Kind : std::uint8_t { letter, any, one, hole, segment };
  Kind kind = Kind::letter;
  char letter = 0;
  const Value* hole = nullptr;  // null when nothing is known about it
};
using Symbols = std::vector<Symbol>;
using SymbolKind = Symbol::Kind;

constexpr Symbol hole{SymbolKind::hole, 0, nullptr};
constexpr Symbol segment{SymbolKind::segment, 0, nullptr};

bool is_separator(const Symbol& symbol) {
  return symbol.kind == SymbolKind::letter && (symbol.letter == ':' || symbol.letter == '/');
}
bool is_hole(const Symbol& symbol) {
  return symbol.kind == SymbolKind::hole || symbol.kind == SymbolKind::segment;
}
bool holds(const Symbol& symbol, const Symbol& other) {
  if (symbol.kind == SymbolKind::segment) return !is_separator(other);
  return symbol.kind == SymbolKind::any || symbol.kind == SymbolKind::hole;
}

struct Reading {
  bool wildcards = false;
  bool fold = false;  // letters of either case are the same
};

// The policy's own variables, ${…} and, in Terraform's documents, &{…}, are filled per request.
void add_letters(std::string_view text, const Reading& reading, Symbols& into) {
  const std::string folded = reading.fold ? base::lower(text) : std::string(text);
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const char letter = folded[i];
    const bool begins = (letter == '$' || letter == '&') && i + 1 < folded.size();
    if (begins && folded[i + 1] == '{') {
      const std::size_t end = folded.find('}', i);
      into.push_back(hole);
      if (end == std::string::npos) return;
      i = end;
    } else if (reading.wildcards && letter == '*') {
      into.push_back({SymbolKind::any, 0, nullptr});
    } else if (reading.wildcards && letter == '?') {
      into.push_back({SymbolKind::one, 0, nullptr});
    } else {
      into.push_back({SymbolKind::letter, letter, nullptr});
    }
  }
}

// Nothing for what is no text: a list or a map.
std::optional<Symbols> symbols_of(const Value& written, const Reading& reading) {
  Symbols made;
  if (const auto* text = written.get<std::string_view>()) {
    add_letters(*text, reading, made);
  } else if (const auto* number = written.get<std::int64_t>()) {
    add_letters(std::to_string(*number), reading, made);  // the number of an account
  } else if (const bool* flag = written.get<bool>()) {
    add_letters(*flag ? "true" : "false", reading, made);
  } else if (const auto* parts = written.pointer<value::Text>()) {
    for (const value::TextPart& part : parts->parts) {
      if (part.hole == nullptr)
        add_letters(part.literal, reading, made);
      else
        made.push_back({SymbolKind::hole, 0, part.hole});
    }
  } else if (written.pointer<value::Reference>() != nullptr || written.open()) {
    made.push_back({SymbolKind::hole, 0, &written});
  } else {
    return std::nullopt;
  }
  return made;
}

bool same_letter(const Symbol& pattern, const Symbol& text) {
  if (text.kind != SymbolKind::letter) return false;
  return pattern.kind == SymbolKind::one ||
         (pattern.kind == SymbolKind::letter && pattern.letter == text.letter);
}

bool same_hole(const Symbol& a, const Symbol& b) {
  return a.kind == SymbolKind::hole && b.kind == SymbolKind::hole && a.hole != nullptr &&
         b.hole != nullptr && value::equal(*a.hole, *b.hole) == yes;
}

// Whether the pattern matches the text, whatever fills the holes of both. (A hole is taken by a `*`
// or by itself only, so this may say no where a cleverer one would not.)
bool matches_surely(std::span<const Symbol> pattern, std::span<const Symbol> text) {
  std::vector<bool> reached(text.size() + 1);
  reached[0] = true;
  for (const Symbol& symbol : pattern) {
    std::vector<bool> next(text.size() + 1);
    for (std::size_t at = 0; at <= text.size(); ++at) {
      if (symbol.kind == SymbolKind::any) {
        next[at] = reached[at] || (at > 0 && next[at - 1]);
      } else if (at > 0 && reached[at - 1]) {
        next[at] = same_letter(symbol, text[at - 1]) || same_hole(symbol, text[at - 1]);
      }
    }
    reached = std::move(next);
  }
  return reached[text.size()];
}

// Whether something could fill the holes so that the pattern matches the text.
bool matches_perhaps(std::span<const Symbol> pattern, std::span<const Symbol> text) {
  const auto pass_holes = [&text](std::vector<bool>& reached) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (reached[at] && is_hole(text[at])) reached[at + 1] = true;
    }
  };
  std::vector<bool> reached(text.size() + 1);
  reached[0] = true;
  pass_holes(reached);
  for (const Symbol& symbol : pattern) {
    const bool varies = symbol.kind == SymbolKind::any || is_hole(symbol);
    std::vector<bool> next(text.size() + 1);
    for (std::size_t at = 0; at <= text.size(); ++at) {
      if (varies)
        next[at] = reached[at] || (at > 0 && next[at - 1] && holds(symbol, text[at - 1]));
      else
        next[at] = at > 0 && reached[at - 1] && same_letter(symbol, text[at - 1]);
      // A hole of the text holds the letter, and may go on.
      const bool inside = at < text.size() && is_hole(text[at]) && holds(text[at], symbol);
      if (inside && reached[at]) next[at] = true;
    }
    pass_holes(next);
    reached = std::move(next);
  }
  return reached[text.size()];
}

Truth match(std::span<const Symbol> pattern, std::span<const Symbol> text) {
  if (matches_surely(pattern, text)) return yes;
  return matches_perhaps(pattern, text) ? Truth::unknown : no;
}

Symbols letters(std::string_view text) {
  Symbols made;
  for (const char letter : text) made.push_back({SymbolKind::letter, letter, nullptr});
  return made;
}

// ---- one question to one document --------------------------------------------------------------

class Question {
 public:
  Question(base::Arena& arena, std::string_view principal, std::string_view action,
           const Value& resource, const value::Map& context)
      : answers_(arena),
        principal_(principal),
        action_(letters(base::lower(action))),
        resource_(resource),
        context_(context) {}

  Answer allowed(const value::Map& policy) {
    const value::MapEntry* statements = policy.find("Statement");
    if (statements == nullptr) {
      if (policy.open) return answers_.open_end(policy.open_reason, nullptr);
      return answers_.doubt("the policy has no Statement");
    }
    const Answer admitted = some_statement(statements->value, "Allow");
    const Answer refused = some_statement(statements->value, "Deny");
    return answers_.both(admitted, negated(refused));
  }

 private:
  static Answer negated(Answer answer) {
    answer.truth = !answer.truth;
    return answer;
  }

  Answer some_statement(const Value& statements, std::string_view effect) {
    return answers_.any(statements,
                        [&](const Value& statement) { return applies(statement, effect); });
  }

  Answer applies(const Value& written, std::string_view effect) {
    const auto* statement = written.pointer<value::Map>();
    if (statement == nullptr) return answers_.doubt("a statement of the policy is not a map");
    if (statement->open) return answers_.open_end(statement->open_reason, nullptr);
    Answer all = has_effect(*statement, effect);
    const auto narrow = [&](auto part) {
      if (all.truth != no) all = answers_.both(all, part());
    };
    narrow([&] { return one_or_not(*statement, "Action", "NotAction", &Question::names_action); });
    narrow([&] {
      return one_or_not(*statement, "Principal", "NotPrincipal", &Question::names_principal);
    });
    const bool of_its_own =
        statement->find("Resource") == nullptr && statement->find("NotResource") == nullptr;
    if (!of_its_own) {
      // Enough that some part is allowed; only all of it is surely denied.
      const bool inverted = statement->find("NotResource") != nullptr;
      of_part_ = effect == "Deny" ? Truth::unknown : value::truth(!inverted);
      narrow([&] {
        return one_or_not(*statement, "Resource", "NotResource", &Question::names_resource);
      });
    }
    const value::MapEntry* condition = statement->find("Condition");
    if (condition != nullptr) narrow([&] { return holds(condition->value); });
    return all;
  }

  Answer has_effect(const value::Map& statement, std::string_view effect) const {
    const value::MapEntry* written = statement.find("Effect");
    if (written == nullptr) return answers_.doubt("a statement of the policy has no Effect");
    if (written->value.open()) return answers_.doubt(written->value);
    const auto* word = written->value.get<std::string_view>();
    if (word == nullptr || (*word != "Allow" && *word != "Deny"))
      return answers_.doubt(
          base::format("{} is no Effect of a policy", value::display(written->value, 40)));
    return {value::truth(*word == effect), {}};
  }

  // An element of a statement, or its opposite: "Action" or "NotAction".
  Answer one_or_not(const value::Map& statement, std::string_view name, std::string_view opposite,
                    Answer (Question::*names)(const Value&)) {
    const value::MapEntry* one = statement.find(name);
    const value::MapEntry* other = statement.find(opposite);
    if ((one == nullptr) == (other == nullptr)) {
      return answers_.doubt(base::format("a statement of the policy has {} {} {} {}",
                                         one == nullptr ? "neither" : "both", name,
                                         one == nullptr ? "nor" : "and", opposite));
    }
    return one != nullptr ? (this->*names)(one->value) : negated((this->*names)(other->value));
  }

  // ---- actions -----------------------------------------------------------------------------

  Answer names_action(const Value& written) {
    return answers_.any(written, [&](const Value& action) {
      const auto pattern = symbols_of(action, {.wildcards = true, .fold = true});
      if (!pattern) return misfit(action, "an action");
      const Truth matched = match(*pattern, action_);
      return matched == Truth::unknown ? answers_.doubt(action) : Answer{matched, {}};
    });
  }

  Answer misfit(const Value& written, std::string_view what) const {
    return answers_.doubt(base::format("{} is not {}", value::display(written, 40), what));
  }

  // ---- principals --------------------------------------------------------------------------

  Answer names_principal(const Value& written) {
    if (written.open()) return answers_.doubt(written);
    if (const auto* text = written.get<std::string_view>()) {
      if (*text == "*") return {yes, {}};
      return misfit(written, "a principal");
    }
    const auto* by_type = written.pointer<value::Map>();
    if (by_type == nullptr) return misfit(written, "a principal");
    Answer all;
    for (const value::MapEntry& entry : by_type->entries) {
      const bool anyone = entry.key == "AWS" || entry.key == "*";
      const bool service = entry.key == "Service";
      if (!anyone && !service) continue;  // users of other identity providers
      all = answers_.either(all, answers_.any(entry.value, [&](const Value& name) {
        return service ? is_service(name) : is_account(name);
      }));
    }
    if (by_type->open) all = answers_.either(all, answers_.open_end(by_type->open_reason, nullptr));
    return all;
  }

  [[nodiscard]] bool asks_for_account() const { return principal_ == "account"; }

  // What stands under "AWS": everybody, an account, or a user or role of one.
  Answer is_account(const Value& name) const {
    if (name.open()) return answers_.doubt(name);
    const auto symbols = symbols_of(name, {});
    if (!symbols) return misfit(name, "a principal");
    if (const auto* text = name.get<std::string_view>(); text != nullptr && *text == "*")
      return {yes, {}};
    const bool blank = std::ranges::all_of(
        *symbols, [](const Symbol& symbol) { return symbol.kind == SymbolKind::hole; });
    const auto* reference = name.pointer<value::Reference>();
    if (!asks_for_account()) return blank && reference == nullptr ? answers_.doubt(name) : Answer{};
    // An ARN that another resource has is that of a user or role.
    if (reference != nullptr &&
        (reference->attribute.ends_with("arn") || reference->attribute.ends_with("Arn")))
      return {};
    static const Symbols root = [] {
      Symbols made{hole};
      for (const Symbol& letter : letters(":root")) made.push_back(letter);
      return made;
    }();
    const bool number = std::ranges::all_of(*symbols, [](const Symbol& symbol) {
      return symbol.kind == SymbolKind::hole || (symbol.letter >= '0' && symbol.letter <= '9');
    });
    if (!number && !matches_perhaps(*symbols, root)) return {};
    return answers_.doubt(base::format("whether {} is the account of the resource is not known",
                                       value::display(name, 60)));
  }

  Answer is_service(const Value& name) const {
    if (name.open()) return answers_.doubt(name);
    const auto symbols = symbols_of(name, {});
    if (!symbols) return misfit(name, "a service");
    if (asks_for_account()) return {};
    const auto* text = name.get<std::string_view>();
    if (text != nullptr && *text == principal_) return {yes, {}};
    // The name of a service in one Region or partition: events.eu-west-1.amazonaws.com.
    const std::string_view label = principal_.substr(0, principal_.find('.') + 1);
    if (text != nullptr) {
      const bool elsewhere = text->starts_with(label) && is_regional(text->substr(label.size()));
      if (!elsewhere && *text != "*") return {};
      return answers_.doubt(base::format("whether {} means {} is not known", *text, principal_));
    }
    Symbols service = letters(label);
    service.push_back(hole);
    return matches_perhaps(*symbols, service) ? answers_.doubt(name) : Answer{};
  }

  // What follows a service's own word in its name: a Region has a hyphen, and the names of some
  // partitions end in another country's domain.
  bool is_regional(std::string_view rest) const {
    const std::string_view domain = principal_.substr(principal_.find('.') + 1);
    const std::size_t dot = rest.find('.');
    const bool region = rest.substr(0, dot).find('-') != std::string_view::npos;
    if (region && dot != std::string_view::npos) rest.remove_prefix(dot + 1);
    return rest.starts_with(domain) || region;
  }

  // ---- resources ---------------------------------------------------------------------------

  // How a pattern stands to the resource and all that is inside it.
  enum class Reach : std::uint8_t { none, perhaps, part, whole };

  Answer names_resource(const Value& written) {
    return answers_.any(written, [&](const Value& named) {
      const auto pattern = symbols_of(named, {.wildcards = true});
      if (!pattern || pattern->empty()) return misfit(named, "a resource");
      const bool all = std::ranges::all_of(
          *pattern, [](const Symbol& symbol) { return symbol.kind == SymbolKind::any; });
      if (all) return Answer{yes, {}};
      const auto* object = dynamic_cast<const Object*>(resource_.pointer<value::Object>());
      const Reach reached = object != nullptr ? reach(*pattern, *object) : reach_text(*pattern);
      if (reached == Reach::none) return Answer{no, {}};
      if (reached == Reach::whole) return Answer{yes, {}};
      if (reached == Reach::part && of_part_ != Truth::unknown) return Answer{of_part_, {}};
      if (object == nullptr || named.open()) return answers_.doubt(named);
      return answers_.doubt(
          base::format("whether {} {} {} is not known", value::display(named, 60),
                       reached == Reach::part ? "is the part that is asked for of" : "names",
                       object->address()));
    });
  }

  [[nodiscard]] Reach reach_text(const Symbols& pattern) const {
    const auto text = symbols_of(resource_, {});
    if (!text) return Reach::perhaps;
    const Truth matched = match(pattern, *text);
    return matched == yes ? Reach::whole : matched == no ? Reach::none : Reach::perhaps;
  }

  static const value::Reference* reference_in(std::span<const Symbol> pattern) {
    if (pattern.empty() || pattern.front().kind != SymbolKind::hole) return nullptr;
    const Value* held = pattern.front().hole;
    return held == nullptr ? nullptr : held->pointer<value::Reference>();
  }

  static Reach reach(std::span<const Symbol> pattern, const Object& object) {
    const auto* reference = reference_in(pattern);
    if (reference == nullptr) return identified(pattern, object);
    const std::span<const Symbol> rest = pattern.subspan(1);
    if (reference->target == object.resource().id) return behind(rest);
    // Itself or its ARN is that other thing; any other attribute may hold anything.
    const std::string_view attribute = reference->attribute;
    const bool itself = attribute.empty() || attribute.ends_with("Arn") ||
                        attribute.ends_with("arn") || attribute == "id";
    const bool ends = rest.empty() || is_separator(rest.front());
    return itself && ends ? Reach::none : Reach::perhaps;
  }

  // By what stands behind the name of the resource.
  static Reach behind(std::span<const Symbol> rest) {
    if (rest.empty()) return Reach::whole;
    const bool separated = is_separator(rest.front());
    if (separated) rest = rest.subspan(1);
    if (rest.size() == 1 && rest.front().kind == SymbolKind::any) return Reach::whole;
    return separated ? Reach::part : Reach::perhaps;
  }

  // A text by what identifies the resource: the part of its ARN behind a colon.
  static Reach identified(std::span<const Symbol> pattern, const Object& object) {
    const std::vector<Symbols> names = names_of(object);
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      if (!is_separator(pattern[at]) || pattern[at].letter != ':') continue;
      const std::span<const Symbol> rest = pattern.subspan(at + 1);
      if (const auto* reference = reference_in(rest)) {
        if (reference->target == object.resource().id) return behind(rest.subspan(1));
        const graph::Resource& other = object.world().graph().get(reference->target);
        const bool ends = rest.size() == 1 || is_separator(rest[1]);
        if (ends && other.native_type == object.resource().native_type) return Reach::none;
      }
      for (const Symbols& name : names) {
        if (name.empty() || rest.size() < name.size()) continue;
        const bool ends = rest.size() == name.size() || is_separator(rest[name.size()]) ||
                          rest[name.size()].kind == SymbolKind::any;
        if (ends && matches_surely(rest.first(name.size()), name)) {
          const Reach reached = behind(rest.subspan(name.size()));
          if (reached != Reach::perhaps) return reached;
        }
      }
    }
    const bool perhaps = names.empty() || std::ranges::any_of(names, [&](const Symbols& name) {
                           return may_be_arn(pattern, name);
                         });
    return perhaps ? Reach::perhaps : Reach::none;
  }

  // What others call it; a hole for a name that AWS makes up. Nothing when it has no name.
  static std::vector<Symbols> names_of(const Object& object) {
    std::vector<Symbols> names;
    if (object.model() == nullptr) return names;
    for (const Identity& identity : object.model()->identities) {
      if (identity.attributes.size() != 1) return {};
      const Value name = object.attribute(identity.attributes.front());
      std::optional<Symbols> symbols;
      if (!name.absent()) symbols = symbols_of(name, {});
      names.push_back(symbols ? *symbols : Symbols{hole});
    }
    return names;
  }

  // Whether the pattern may match an ARN in which the name stands, "arn:…:…:…:…:name", alone or
  // behind a word for its type, or that of something inside.
  static bool may_be_arn(std::span<const Symbol> pattern, std::span<const Symbol> name) {
    // Within an ARN, a hole fills no more than its place.
    Symbols parts(pattern.begin(), pattern.end());
    const bool written_out =
        matches_surely(letters("arn:"), pattern.first(std::min<std::size_t>(4, pattern.size())));
    for (std::size_t at = 0; written_out && at + 1 < parts.size(); ++at) {
      if (parts[at].kind == SymbolKind::hole) parts[at].kind = SymbolKind::segment;
    }
    Symbols arn = letters("arn");
    for (int colon = 0; colon < 4; ++colon) {
      arn.push_back({SymbolKind::letter, ':', nullptr});
      arn.push_back(segment);
    }
    arn.push_back({SymbolKind::letter, ':', nullptr});
    for (const std::string_view type : {"", ":", "/"}) {
      for (const std::string_view inside : {"", ":", "/"}) {
        Symbols text = arn;
        const auto add = [&text](std::span<const Symbol> more) {
          text.insert(text.end(), more.begin(), more.end());
        };
        if (!type.empty()) text.push_back(segment);
        add(letters(type));
        add(name);
        add(letters(inside));
        if (!inside.empty()) text.push_back(hole);
        if (matches_perhaps(parts, text)) return true;
      }
    }
    return false;
  }

  // ---- conditions --------------------------------------------------------------------------

  // Operators, keys and statements: all of them must hold.
  Answer holds(const Value& written) const {
    if (written.open()) return answers_.doubt(written);
    const auto* operators = written.pointer<value::Map>();
    if (operators == nullptr) return misfit(written, "a condition");
    Answer all{yes, {}};
    if (operators->open) all = answers_.open_end(operators->open_reason, nullptr);
    for (const value::MapEntry& entry : operators->entries) {
      if (entry.value.open()) {
        all = answers_.both(all, answers_.doubt(entry.value));
        continue;
      }
      const auto* keys = entry.value.pointer<value::Map>();
      if (keys == nullptr) return misfit(entry.value, "a condition");
      if (keys->open) all = answers_.both(all, answers_.open_end(keys->open_reason, nullptr));
      for (const value::MapEntry& key : keys->entries)
        all = answers_.both(all, holds(entry.key, key.key, key.value));
    }
    return all;
  }

  [[nodiscard]] const Value* known_key(std::string_view key) const {
    const std::string wanted = base::lower(key);
    const auto found = std::ranges::find_if(context_.entries, [&](const value::MapEntry& entry) {
      return base::lower(entry.key) == wanted;
    });
    return found == context_.entries.end() ? nullptr : &found->value;
  }

  [[nodiscard]] Answer holds(std::string_view operation, std::string_view key,
                             const Value& values) const {
    const Value* known = known_key(key);
    if (known == nullptr)
      return answers_.doubt(base::format("whether the condition on {} holds is not known", key));
    const auto drop = [&operation](std::string_view affix, bool in_front) {
      const bool there = in_front ? operation.starts_with(affix) : operation.ends_with(affix);
      if (!there) return false;
      if (in_front)
        operation.remove_prefix(affix.size());
      else
        operation.remove_suffix(affix.size());
      return true;
    };
    const bool every = drop("ForAllValues:", true);
    const bool some = drop("ForAnyValue:", true);
    const bool if_exists = drop("IfExists", false);
    const bool absent = known->get<value::Null>() != nullptr;
    if (operation == "Null") return is(values, absent ? "true" : "false", {.fold = true});
    const bool negative = operation.find("Not") != std::string_view::npos;
    if (absent) return {value::truth(if_exists || every || (negative && !some)), {}};
    const bool texts = operation.starts_with("String");
    const bool arns = operation.starts_with("Arn");
    if (!texts && !arns && operation != "Bool")
      return answers_.doubt(base::format("what {} compares is not known", operation));
    const auto* text = known->get<std::string_view>();
    const bool* flag = known->get<bool>();
    if (text == nullptr && flag == nullptr) return answers_.doubt(*known);
    const Reading reading{.wildcards = arns || operation.ends_with("Like"),
                          .fold = operation.ends_with("IgnoreCase") || operation == "Bool"};
    const Answer one = is(values, text != nullptr ? *text : *flag ? "true" : "false", reading);
    return negative ? negated(one) : one;
  }

  // Whether one of the values is the text.
  [[nodiscard]] Answer is(const Value& values, std::string_view text,
                          const Reading& reading) const {
    const Symbols wanted = letters(reading.fold ? base::lower(text) : std::string(text));
    return answers_.any(values, [&](const Value& value) {
      const auto pattern = symbols_of(value, reading);
      if (!pattern) return misfit(value, "a value of a condition");
      const Truth matched = match(*pattern, wanted);
      return matched == Truth::unknown ? answers_.doubt(value) : Answer{matched, {}};
    });
  }

  Answers answers_;
  std::string_view principal_;
  Symbols action_;
  const Value& resource_;
  const value::Map& context_;
  Truth of_part_ = Truth::unknown;  // what it says of the resource that a part of it is named
};

Value call(base::Arena& arena, std::span<const Value> arguments) {
  const auto* policy = arguments[0].pointer<value::Map>();
  const auto* principal = arguments[1].get<std::string_view>();
  const auto* action = arguments[2].get<std::string_view>();
  const auto* context = arguments[4].pointer<value::Map>();
  if (policy == nullptr || principal == nullptr || action == nullptr || context == nullptr)
    return value::unknown(
        arena, "allows() needs a policy, a principal, an action, a resource and what is known");
  const Answer answer =
      Question(arena, *principal, *action, arguments[3], *context).allowed(*policy);
  return answer.truth == Truth::unknown ? answer.because : Value::boolean(answer.truth == yes);
}

constexpr cel::Type parameters[] = {
    {cel::TypeKind::map, nullptr, nullptr, {}},
    {cel::TypeKind::string, nullptr, nullptr, {}},
    {cel::TypeKind::string, nullptr, nullptr, {}},
    {cel::TypeKind::dynamic, nullptr, nullptr, {}},  // an object, or the text of an ARN
    {cel::TypeKind::map, nullptr, nullptr, {}},
};

}  // namespace

constexpr cel::Function policy_allows{
    .name = "allows",
    .member = true,
    .parameters = parameters,
    .result = {cel::TypeKind::boolean, nullptr, nullptr, {}},
    .call = call,
};

}  // namespace resilint::catalog
