// SPDX-License-Identifier: Apache-2.0
#include "engine/suppress.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/date.h"
#include "base/format.h"
#include "base/text.h"
#include "finding/diagnostics.h"
#include "source/line_index.h"

namespace resilint::engine {
namespace {

using syntax::Entry;
using syntax::Node;

constexpr std::string_view mark = "resilint:";
constexpr std::string_view comment_form =
    "cannot read this comment; expected `# resilint: ignore RULE reason=\"why\" until=YYYY-MM-DD`";
constexpr std::string_view list_form =
    "cannot read this; expected the name of a rule, or {rule: RULE, reason: why, until: "
    "YYYY-MM-DD}";

// One instruction to ignore something.
struct Directive {
  source::Span span;  // of the text that gives it
  std::vector<std::string_view> rules;
  std::string_view reason;
  std::string_view until;     // empty: for ever
  std::string_view property;  // only findings about this property or what is below it
  std::string problem;        // what is wrong with its text, else empty
  std::uint32_t line = 0;     // that it speaks of; 0: of what it covers only
  source::Span covers{};
  bool used = false;
};

std::string_view word(std::string_view& rest) {
  rest = base::trim(rest);
  const std::string_view found = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(found.size());
  return found;
}

bool read_rules(std::string_view text, Directive& into) {
  for (const std::string_view name : base::split(text, ',')) {
    if (base::trim(name).empty()) return false;
    into.rules.push_back(base::trim(name));
  }
  return !into.rules.empty() && text.find('=') == std::string_view::npos;
}

bool read_until(std::string_view text, Directive& into) {
  into.until = text;
  if (!base::is_date(text))
    into.problem = base::format("`{}` is no date; expected until=YYYY-MM-DD", text);
  return true;
}

// reason="…" and until=… in any order, each once.
bool read_settings(std::string_view rest, Directive& into) {
  constexpr std::string_view reason = "reason=\"";
  constexpr std::string_view until = "until=";
  for (rest = base::trim(rest); !rest.empty(); rest = base::trim(rest)) {
    if (rest.starts_with(reason) && into.reason.empty()) {
      rest.remove_prefix(reason.size());
      const std::size_t end = rest.find('"');
      if (end == std::string_view::npos || end == 0) return false;
      into.reason = rest.substr(0, end);
      rest.remove_prefix(end + 1);
    } else if (rest.starts_with(until) && into.until.empty()) {
      rest.remove_prefix(until.size());
      if (!read_until(word(rest), into)) return false;
    } else {
      return false;
    }
  }
  return true;
}

// A text that may be an instruction: nothing when it is none.
std::optional<Directive> read_text(std::string_view text, source::Span span, bool& whole_file) {
  std::string_view rest = base::trim(text);
  if (!rest.starts_with(mark)) return std::nullopt;
  rest.remove_prefix(mark.size());
  Directive made;
  made.span = span;
  const std::string_view verb = word(rest);
  whole_file = verb == "ignore-file";
  const std::string_view rules = word(rest);
  if ((verb != "ignore" && !whole_file) || !read_rules(rules, made) || !read_settings(rest, made))
    made.problem = comment_form;
  return made;
}

class Reader {
 public:
  Reader(const source::File& file, const syntax::Tree& tree)
      : tree_(tree), lines_(file.bytes()), whole_{tree.file, 0, UINT32_MAX} {}

  std::vector<Directive> read() {
    read_comments();
    for (const syntax::Remark& remark : tree_.remarks) read_remark(*remark.value, remark.covers);
    walk();
    return std::move(found_);
  }
  [[nodiscard]] const source::LineIndex& lines() const { return lines_; }

 private:
  void read_comments() {
    std::map<std::uint32_t, std::uint32_t> taken;  // lines of comments, first and last
    for (const syntax::Comment& comment : tree_.comments) {
      if (comment.own_line)
        taken.emplace(line(comment.span.begin),
                      line(std::max(comment.span.end, std::uint32_t{1}) - 1));
    }
    for (const syntax::Comment& comment : tree_.comments) {
      bool whole_file = false;
      std::optional<Directive> made = read_text(comment.text, comment.span, whole_file);
      if (!made) continue;
      if (whole_file) {
        made->covers = whole_;
      } else {
        made->line = line(comment.span.begin);
        if (comment.own_line) made->line = next_line(taken, made->line);
      }
      found_.push_back(std::move(*made));
    }
  }

  // The next line that holds something: other comments and empty lines may stand between.
  std::uint32_t next_line(const std::map<std::uint32_t, std::uint32_t>& taken, std::uint32_t at) {
    while (at <= lines_.lines()) {
      const auto comment = taken.find(at);
      if (comment != taken.end())
        at = comment->second + 1;
      else if (base::trim(lines_.line(at)).empty())
        ++at;
      else
        break;
    }
    return at;
  }

  // Finds for each comment the widest entry that begins on its line, so that a comment on a block's
  // header covers what is in the block; and the instructions below `Metadata`.
  void walk() {
    std::multimap<std::uint32_t, std::size_t> by_line;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (found_[i].line != 0) by_line.emplace(found_[i].line, i);
    }
    std::vector<std::pair<const Node*, source::Span>> open;
    open.reserve(tree_.documents.size());
    for (const Node* document : tree_.documents) open.emplace_back(document, whole_);
    while (!open.empty()) {
      const auto [node, around] = open.back();
      open.pop_back();
      for (const Entry& entry : node->entries) {
        const Node& value = *entry.value;
        const std::uint32_t begin = entry.key != nullptr ? entry.key->span.begin : value.span.begin;
        const std::uint32_t end =
            std::max(value.span.end, entry.key != nullptr ? entry.key->span.end : begin);
        if (!by_line.empty()) cover(by_line, {tree_.file, begin, end});
        if (entry.key != nullptr && entry.key->text == "Metadata" && node->is_mapping())
          read_settings_of(value, around);
        open.emplace_back(&value, source::Span{tree_.file, begin, end});
      }
    }
  }

  void cover(const std::multimap<std::uint32_t, std::size_t>& by_line, source::Span entry) {
    const auto [first, last] = by_line.equal_range(line(entry.begin));
    for (auto at = first; at != last; ++at) {
      source::Span& covers = found_[at->second].covers;
      if (entry.size() > covers.size()) covers = entry;
    }
  }

  // "//": an instruction as in a comment, or a list, or as below `Metadata`.
  void read_remark(const Node& value, source::Span covers) {
    if (value.is_sequence()) {
      for (const Entry& item : value.entries) read_remark(*item.value, covers);
    } else if (value.is_mapping()) {
      read_settings_of(value, covers);
    } else if (value.is_scalar()) {
      bool whole_file = false;
      std::optional<Directive> made = read_text(value.text, value.span, whole_file);
      if (!made) return;
      made->covers = whole_file ? whole_ : covers;
      found_.push_back(std::move(*made));
    }
  }

  void read_settings_of(const Node& holder, source::Span covers) {
    const Node* own = holder.is_mapping() ? holder.find("resilint") : nullptr;
    const Node* ignored = own == nullptr || !own->is_mapping() ? nullptr : own->find("ignore");
    if (ignored == nullptr) return;
    if (!ignored->is_sequence()) return add_listed(*ignored, covers);
    for (const Entry& item : ignored->entries) add_listed(item.value->resolved(), covers);
  }

  void add_listed(const Node& item, source::Span covers) {
    Directive made;
    made.span = item.span;
    made.covers = covers;
    bool good = item.is_scalar() ? read_rules(item.text, made) : item.is_mapping();
    if (good && item.is_mapping()) {
      for (const Entry& entry : item.entries) {
        const std::string_view key = entry.key->text;
        const Node& value = entry.value->resolved();
        good = good && value.is_scalar() && !value.text.empty();
        if (!good) break;
        if (key == "rule")
          good = read_rules(value.text, made);
        else if (key == "reason")
          made.reason = value.text;
        else if (key == "until")
          good = read_until(value.text, made);
        else if (key == "property")
          made.property = value.text;
        else
          good = false;
      }
      good = good && !made.rules.empty();
    }
    if (!good) made.problem = list_form;
    found_.push_back(std::move(made));
  }

  [[nodiscard]] std::uint32_t line(std::uint32_t offset) const { return lines_.line_of(offset); }

  const syntax::Tree& tree_;
  source::LineIndex lines_;
  source::Span whole_;
  std::vector<Directive> found_;
};

bool is_pattern(std::string_view rule) { return rule.ends_with('*'); }

// Whether a rule of that name is meant, whatever name the instruction uses for it.
bool means(std::string_view rule, std::string_view name, const rule::Library& all) {
  if (is_pattern(rule)) return name.starts_with(rule.substr(0, rule.size() - 1));
  const rule::Rule* named = all.find(rule);  // by an old name, too
  return (named == nullptr ? rule : std::string_view(named->name)) == name;
}

bool is_about(const finding::Finding& found, std::string_view property) {
  if (property.empty() || found.property == property) return true;
  return found.property.starts_with(property) && found.property[property.size()] == '.';
}

finding::Finding note(std::string_view rule, std::string message, source::Span span,
                      std::string property) {
  finding::Finding made;
  made.rule = rule;
  made.severity = finding::Severity::note;
  made.message = std::move(message);
  made.span = span;
  made.property = std::move(property);
  return made;
}

// What there is to say of a rule that an instruction names and that was not found: empty when it
// did not run.
std::string not_found(std::string_view rule, std::span<const rule::Rule* const> rules,
                      const rule::Library& all) {
  const auto ran = [&](const rule::Rule* one) { return means(rule, one->name, all); };
  const bool known =
      is_pattern(rule) ? std::ranges::any_of(all.rules, ran) : all.find(rule) != nullptr;
  if (finding::is_diagnostic(rule)) return {};
  if (known) {
    if (std::ranges::none_of(rules, ran)) return {};
    const rule::Rule* named = all.find(rule);
    return base::format("nothing here is found by {}; this is not needed",
                        named == nullptr ? rule : std::string_view(named->name));
  }
  if (is_pattern(rule))
    return base::format("no rule's name begins like `{}`; this ignores nothing", rule);
  std::vector<std::string_view> names;
  names.reserve(all.rules.size());
  for (const rule::Rule* one : all.rules) names.push_back(one->name);
  const std::string_view near = base::nearest(rule, names);
  return near.empty() ? base::format("no rule is called `{}`; this ignores nothing", rule)
                      : base::format("no rule is called `{}`; did you mean `{}`?", rule, near);
}

}  // namespace

std::string unmet(const IgnoreTerms& terms, std::string_view reason, std::string_view until) {
  std::string_view missing;
  if (terms.needs_reason && reason.empty())
    missing = "a reason";
  else if (!terms.latest.empty() && (until.empty() || terms.latest < until))
    missing = "a last day, at the latest ";
  if (missing.empty()) return {};
  return base::format("the configuration asks for {}{}; this ignores nothing", missing,
                      missing.ends_with(' ') ? terms.latest : "");
}

finding::Finding unused(source::Span span, std::string rules, std::string message) {
  return note("unused-ignore", std::move(message), span, std::move(rules));
}

finding::Finding expired(source::Span span, std::string rules, std::string_view until) {
  return note("expired-ignore",
              base::format("this held until {}; what it ignored is reported again", until), span,
              std::move(rules));
}

Suppressed suppress(std::vector<finding::Finding> findings, const source::File& file,
                    const syntax::Tree& tree, std::span<const rule::Rule* const> rules,
                    const rule::Library& all, const IgnoreTerms& terms) {
  Suppressed result;
  // Nearly no file has any, and looking for them costs a walk.
  if (file.bytes().find("resilint") == std::string_view::npos) {
    result.findings = std::move(findings);
    return result;
  }
  Reader reader(file, tree);
  std::vector<Directive> found = reader.read();
  for (Directive& directive : found) {
    if (directive.problem.empty())
      directive.problem = unmet(terms, directive.reason, directive.until);
  }
  std::vector<std::vector<std::string_view>> used(found.size());  // rules, by directive

  for (finding::Finding& finding : findings) {
    const std::uint32_t line = reader.lines().line_of(finding.span.begin);
    bool suppressed = false;
    for (std::size_t i = 0; i < found.size(); ++i) {
      Directive& directive = found[i];
      if (!directive.problem.empty() || !is_about(finding, directive.property)) continue;
      const bool inside =
          directive.covers.begin <= finding.span.begin && finding.span.begin < directive.covers.end;
      if (!inside && directive.line != line) continue;
      const auto rule = std::ranges::find_if(
          directive.rules, [&](std::string_view name) { return means(name, finding.rule, all); });
      if (rule == directive.rules.end()) continue;
      directive.used = true;
      used[i].push_back(*rule);
      if (!directive.until.empty() && directive.until < terms.today) continue;
      if (!suppressed)
        finding.ignored = finding::Ignored{std::string(directive.reason),
                                           std::string(directive.until), directive.span};
      suppressed = true;
    }
    (suppressed ? result.suppressed : result.findings).push_back(std::move(finding));
  }

  for (std::size_t i = 0; i < found.size(); ++i) {
    const Directive& directive = found[i];
    const std::string names = base::join(directive.rules, ",");
    if (!directive.problem.empty()) {
      result.findings.push_back(unused(directive.span, names, directive.problem));
      continue;
    }
    for (const std::string_view rule : directive.rules) {
      if (std::ranges::find(used[i], rule) != used[i].end()) continue;
      if (std::string message = not_found(rule, rules, all); !message.empty())
        result.findings.push_back(unused(directive.span, names, std::move(message)));
    }
    if (directive.used && !directive.until.empty() && directive.until < terms.today)
      result.findings.push_back(expired(directive.span, names, directive.until));
  }
  return result;
}

}  // namespace resilint::engine
