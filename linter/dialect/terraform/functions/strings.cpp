// SPDX-License-Identifier: Apache-2.0
// Texts.
#include <algorithm>
#include <array>
#include <optional>

#include "base/format.h"
#include "base/regex.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "dialect/terraform/functions.h"
#include "dialect/terraform/functions/format.h"
#include "dialect/terraform/types.h"

namespace resilint::dialect::terraform {
namespace {

using value::Sort;
using value::Value;

// ---- letters ----------------------------------------------------------------------------------

// Bytes of the blank that a text begins with, as Unicode has blanks; 0 when it begins with none.
std::size_t blank(std::string_view text) {
  static constexpr std::array<std::string_view, 25> blanks{" ",
                                                           "\t",
                                                           "\n",
                                                           "\v",
                                                           "\f",
                                                           "\r",
                                                           "\xC2\x85",
                                                           "\xC2\xA0",
                                                           "\xE1\x9A\x80",
                                                           "\xE2\x80\x80",
                                                           "\xE2\x80\x81",
                                                           "\xE2\x80\x82",
                                                           "\xE2\x80\x83",
                                                           "\xE2\x80\x84",
                                                           "\xE2\x80\x85",
                                                           "\xE2\x80\x86",
                                                           "\xE2\x80\x87",
                                                           "\xE2\x80\x88",
                                                           "\xE2\x80\x89",
                                                           "\xE2\x80\x8A",
                                                           "\xE2\x80\xA8",
                                                           "\xE2\x80\xA9",
                                                           "\xE2\x80\xAF",
                                                           "\xE2\x81\x9F",
                                                           "\xE3\x80\x80"};
  for (const std::string_view one : blanks) {
    if (text.starts_with(one)) return one.size();
  }
  return 0;
}

// The character that a text ends with.
std::string_view last_character(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0 && base::continues_utf8(text[--at])) continue;
  return text.substr(at);
}

std::string_view first_character(std::string_view text) {
  return text.substr(0, std::max<std::size_t>(base::utf8_sequence(text), text.empty() ? 0 : 1));
}

Outcome upper(Call& call) { return call.context.text(base::upper_case(call.string(0))); }
Outcome lower(Call& call) { return call.context.text(base::lower_case(call.string(0))); }

// Whether a word may go on with it.
bool in_word(std::string_view character) {
  const char c = character.front();
  if (static_cast<unsigned char>(c) >= 0x80) return blank(character) == 0;
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

Outcome title(Call& call) {
  std::string made;
  bool inside = false;
  for (std::string_view rest = call.string(0); !rest.empty();) {
    const std::string_view character = first_character(rest);
    made += inside ? std::string(character) : base::title_case(character);
    inside = in_word(character);
    rest.remove_prefix(character.size());
  }
  return call.context.text(made);
}

Outcome reverse(Call& call) {
  std::string made;
  for (std::string_view rest = call.string(0); !rest.empty();) {
    const std::size_t size = base::grapheme(rest);
    made.insert(0, rest.substr(0, size));
    rest.remove_prefix(size);
    if (!call.context.spend(1 + made.size() / 1024)) return call.context.too_large();
  }
  return call.context.text(made);
}

Outcome substring(Call& call) {
  std::string_view text = call.string(0);
  std::int64_t offset = call.whole(1);
  const std::int64_t length = call.whole(2);
  if (!call.context.spend_text(text.size())) return call.context.too_large();
  if (offset < 0)
    offset += static_cast<std::int64_t>(count_characters(text));
  else if (length == 0)
    return Value::string({});
  for (; offset > 0 && !text.empty(); --offset) text.remove_prefix(base::grapheme(text));
  if (length < 0) return call.context.text(text);
  std::size_t end = 0;
  // The reference gives the rest when nothing is asked for behind a negative offset.
  for (std::int64_t i = 0; (length == 0 || i < length) && end < text.size(); ++i)
    end += base::grapheme(text.substr(end));
  return call.context.text(text.substr(0, end));
}

// ---- ends -------------------------------------------------------------------------------------

Outcome chomp(Call& call) {
  std::string_view text = call.string(0);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return call.context.text(text);
}

Outcome trim_space(Call& call) {
  std::string_view text = call.string(0);
  while (const std::size_t size = blank(text)) text.remove_prefix(size);
  while (!text.empty() && blank(last_character(text)) != 0)
    text.remove_suffix(last_character(text).size());
  return call.context.text(text);
}

Outcome trim(Call& call) {
  std::string_view text = call.string(0);
  const std::string_view set = call.string(1);
  const auto cut = [set](std::string_view character) {
    return !character.empty() && set.find(character) != std::string_view::npos;
  };
  while (cut(first_character(text))) text.remove_prefix(first_character(text).size());
  while (cut(last_character(text))) text.remove_suffix(last_character(text).size());
  return call.context.text(text);
}

Outcome trim_prefix(Call& call) {
  std::string_view text = call.string(0);
  if (text.starts_with(call.string(1))) text.remove_prefix(call.string(1).size());
  return call.context.text(text);
}
Outcome trim_suffix(Call& call) {
  std::string_view text = call.string(0);
  if (text.ends_with(call.string(1))) text.remove_suffix(call.string(1).size());
  return call.context.text(text);
}

Outcome starts_with(Call& call) {
  return Value::boolean(call.string(0).starts_with(call.string(1)));
}
Outcome ends_with(Call& call) { return Value::boolean(call.string(0).ends_with(call.string(1))); }
Outcome contains(Call& call) {
  return Value::boolean(call.string(0).find(call.string(1)) != std::string_view::npos);
}

// ---- several texts ----------------------------------------------------------------------------

Outcome split(Call& call) {
  const std::string_view separator = call.string(0);
  std::string_view rest = call.string(1);
  std::vector<Value> made;
  while (!rest.empty() || !separator.empty()) {
    const std::size_t at = separator.empty() ? first_character(rest).size() : rest.find(separator);
    made.push_back(call.context.text(rest.substr(0, at)));
    if (at == std::string_view::npos) break;
    rest.remove_prefix(at + separator.size());
    if (call.context.spent()) return call.context.too_large();
  }
  return call.context.list_of(made, Sort::list);
}

Outcome join(Call& call) {
  const Value& separator = call.arguments[0];
  if (!is_text(separator)) return call.context.open_as(separator);
  std::vector<value::TextPart> parts;
  if (call.size() < 2) return call.refuse("it has at least 2 arguments");
  for (std::size_t i = 1; i < call.size(); ++i) {
    const value::List& list = call.list(i);
    if (!value::is_closed(list)) {
      const value::Undecided* waits = waits_within(call.context.arena(), call.arguments[i]);
      if (waits != nullptr) return value::undecided(call.context.arena(), {waits->choices});
      return call.context.unknown(list.open ? list.open_reason : "a list is not known whole");
    }
    for (const value::Member& member : list.members) {
      if (is_null(member.value)) return call.refuse(i, "an item is null");
      if (!parts.empty()) parts.push_back({{}, &separator});
      parts.push_back({{}, &member.value});
    }
  }
  const std::vector<value::TextPart> kept = [&] {
    std::vector<value::TextPart> made = parts;
    for (value::TextPart& part : made) part.hole = call.context.arena().make<Value>(*part.hole);
    return made;
  }();
  return call.context.concatenated(kept);
}

Outcome indent(Call& call) {
  if (call.whole(0) < 0) return call.refuse(0, "the number of blanks is negative");
  const std::string_view text = call.string(1);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const auto blanks = static_cast<std::size_t>(call.whole(0));
  if (blanks > 1'000'000 || !call.context.spend_text(text.size() + lines * blanks))
    return call.context.too_large();
  std::string made;
  for (const char c : text) {
    made += c;
    if (c == '\n') made.append(blanks, ' ');
  }
  return call.context.text(made);
}

// ---- patterns ---------------------------------------------------------------------------------

// Go names groups "(?<name>…)", too.
std::string pattern_of(std::string_view written) {
  std::string made;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] == '\\' && i + 1 < written.size()) {
      made += written[i++];
    } else if (written.substr(i, 3) == "(?<" && written.substr(i, 4) != "(?<=" &&
               written.substr(i, 4) != "(?<!") {
      made += "(?P<";
      i += 2;
      continue;
    }
    made += written[i];
  }
  return made;
}

using Groups = std::vector<std::string_view>;

// All matches, one behind the other; an empty one right behind another does not count.
std::optional<std::vector<Groups>> all_matches(Call& call, const base::Regex& regex,
                                               std::string_view text) {
  std::vector<Groups> made;
  const char* last_end = nullptr;
  for (std::size_t at = 0; at <= text.size();) {
    // Each search may go through the whole rest.
    if (!call.context.spend_text(text.size() - at)) return std::nullopt;
    const Groups found = regex.match(text, at);
    if (found.empty()) break;
    const char* begin = found.front().data();
    const char* end = begin + found.front().size();
    const auto position = static_cast<std::size_t>(end - text.data());
    const bool counts = begin != end || begin != last_end;
    if (position == at)
      at += std::max<std::size_t>(first_character(text.substr(at)).size(), 1);
    else
      at = position;
    last_end = end;
    if (counts) made.push_back(found);
  }
  return made;
}

// What a match gives: itself, or a tuple or an object of its groups.
Value groups_of(Context& context, const base::Regex& regex, const Groups& found) {
  const std::vector<std::string> names = regex.groups();
  if (names.empty()) return context.text(found.front());
  const auto group = [&context](std::string_view text) {
    return text.data() == nullptr ? Value::null() : context.text(text);
  };
  std::vector<value::MapEntry> entries;
  std::vector<Value> items;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Value value = group(found[i + 1]);
    if (names[i].empty())
      items.push_back(value);
    else
      entries.push_back({context.arena().copy(names[i]), {}, value});
  }
  return entries.empty() ? context.list_of(items, Sort::tuple)
                         : context.map(std::move(entries), false);
}

std::optional<std::string> fault(const base::Regex& regex) {
  if (!regex.valid()) return regex.error();
  const std::vector<std::string> names = regex.groups();
  const auto named = std::ranges::count_if(names, [](const auto& name) { return !name.empty(); });
  if (named != 0 && named != static_cast<std::ptrdiff_t>(names.size()))
    return "some of its groups have names and some have none";
  return std::nullopt;
}

Outcome regex(Call& call) {
  const base::Regex pattern(pattern_of(call.string(0)));
  if (const auto why = fault(pattern)) return call.refuse(0, "it is no pattern: " + *why);
  if (!call.context.spend_text(call.string(1).size())) return call.context.too_large();
  const Groups found = pattern.match(call.string(1), 0);
  if (found.empty()) return call.refuse(1, "the pattern does not match");
  return groups_of(call.context, pattern, found);
}

Outcome regex_all(Call& call) {
  const base::Regex pattern(pattern_of(call.string(0)));
  if (const auto why = fault(pattern)) return call.refuse(0, "it is no pattern: " + *why);
  const auto found = all_matches(call, pattern, call.string(1));
  if (!found) return call.context.too_large();
  std::vector<Value> made;
  for (const Groups& one : *found) made.push_back(groups_of(call.context, pattern, one));
  return call.context.list_of(made, Sort::list);
}

bool in_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// A replacement with "$1" and "${name}" filled in.
std::string expanded(std::string_view replacement, const Groups& found,
                     const std::vector<std::string>& names) {
  std::string made;
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '$') {
      made += replacement[i];
      continue;
    }
    if (replacement.substr(i + 1, 1) == "$") {
      made += '$';
      ++i;
      continue;
    }
    const bool braces = replacement.substr(i + 1, 1) == "{";
    const std::size_t begin = i + (braces ? 2 : 1);
    std::size_t end = begin;
    while (end < replacement.size() && in_name(replacement[end])) ++end;
    if (end == begin || (braces && replacement.substr(end, 1) != "}")) {
      made += '$';
      continue;
    }
    const std::string_view name = replacement.substr(begin, end - begin);
    const bool number =
        std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; }) && name.size() < 6;
    std::size_t group = found.size();
    if (number) {
      group = static_cast<std::size_t>(std::stoul(std::string(name)));
    } else {
      for (std::size_t n = 0; n < names.size(); ++n) {
        if (names[n] == name) group = n + 1;
      }
    }
    if (group < found.size()) made += found[group];
    i = braces ? end : end - 1;
  }
  return made;
}

Outcome replace_pattern(Call& call, std::string_view written) {
  const base::Regex pattern(pattern_of(written));
  if (!pattern.valid()) return call.refuse(1, "it is no pattern: " + pattern.error());
  const std::string_view text = call.string(0);
  const auto found = all_matches(call, pattern, text);
  if (!found) return call.context.too_large();
  const std::vector<std::string> names = pattern.groups();
  std::string made;
  std::size_t last = 0;
  for (const Groups& one : *found) {
    const auto begin = static_cast<std::size_t>(one.front().data() - text.data());
    made += text.substr(last, begin - last);
    made += expanded(call.string(2), one, names);
    last = begin + one.front().size();
    if (!call.context.spend(1 + made.size() / 4096)) return call.context.too_large();
  }
  made += text.substr(last);
  return call.context.text(made);
}

Outcome replace(Call& call) {
  const std::string_view text = call.string(0);
  const std::string_view wanted = call.string(1);
  const std::string_view by = call.string(2);
  if (wanted.size() > 1 && wanted.starts_with('/') && wanted.ends_with('/'))
    return replace_pattern(call, wanted.substr(1, wanted.size() - 2));
  std::string made;
  for (std::size_t at = 0;;) {
    // An empty text stands before each character and behind the last.
    const std::size_t next =
        wanted.empty()
            ? at + (at == 0 && made.empty() ? 0 : first_character(text.substr(at)).size())
            : text.find(wanted, at);
    if (next == std::string_view::npos || (wanted.empty() && at >= text.size() && !made.empty())) {
      made += text.substr(std::min(at, text.size()));
      break;
    }
    made += text.substr(at, next - at);
    made += by;
    at = next + wanted.size();
    if (!call.context.spend_text(by.size())) return call.context.too_large();
    if (wanted.empty() && by.empty()) return call.context.text(text);
  }
  return call.context.text(made);
}

Outcome template_text(Call& call) { return render(call, call.string(0), call.map(1)); }

constexpr Function table[] = {
    {"chomp", {takes::string}, chomp},
    {"endswith", {takes::string, takes::string}, ends_with},
    {"format", {takes::string, takes::repeated(takes::as_text(takes::anything))}, format_text},
    {"formatlist", {takes::string, takes::repeated(takes::as_text(takes::anything))}, format_list},
    {"indent", {takes::whole, takes::string}, indent},
    {"join", {takes::text, takes::repeated(takes::as_text(takes::strings))}, join},
    {"lower", {takes::string}, lower},
    {"regex", {takes::string, takes::string}, regex},
    {"regexall", {takes::string, takes::string}, regex_all},
    {"replace", {takes::string, takes::string, takes::string}, replace},
    {"split", {takes::string, takes::string}, split},
    {"startswith", {takes::string, takes::string}, starts_with},
    {"strcontains", {takes::string, takes::string}, contains},
    {"strrev", {takes::string}, reverse},
    {"substr", {takes::string, takes::whole, takes::whole}, substring},
    {"templatestring", {takes::string, takes::map}, template_text},
    {"title", {takes::string}, title},
    {"trim", {takes::string, takes::string}, trim},
    {"trimprefix", {takes::string, takes::string}, trim_prefix},
    {"trimspace", {takes::string}, trim_space},
    {"trimsuffix", {takes::string, takes::string}, trim_suffix},
    {"upper", {takes::string}, upper},
};

}  // namespace

std::span<const Function> string_functions() { return table; }

}  // namespace resilint::dialect::terraform
