// SPDX-License-Identifier: Apache-2.0
// From what is written to the declared type. What does not fit is unknown, with the reason.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "catalog/world.h"
#include "parse/parse.h"

namespace resilint::catalog {
namespace {

using value::Value;

constexpr int most_followed = 8;  // references to attributes that are references

bool one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// YAML 1.1's words; CloudFormation and real templates use them all.
std::optional<bool> boolean_word(std::string_view text) {
  static constexpr std::array<std::string_view, 3> yes{"true", "yes", "on"};
  static constexpr std::array<std::string_view, 3> no{"false", "no", "off"};
  const std::string word = base::lower(text);
  if (one_of(word, yes)) return true;
  if (one_of(word, no)) return false;
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(double real) {
  constexpr double limit = 9007199254740992.0;  // 2^53: beyond it doubles skip integers
  if (std::floor(real) != real || std::abs(real) > limit) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

std::optional<std::int64_t> as_integer(const Value& written) {
  if (const auto* number = written.get<std::int64_t>()) return *number;
  if (const auto* real = written.get<double>()) return whole_number(*real);
  if (const auto* text = written.get<std::string_view>()) {
    if (const auto number = base::parse_int(*text)) return number;
    if (const auto real = base::parse_double(*text)) return whole_number(*real);
  }
  return std::nullopt;
}

std::optional<double> as_real(const Value& written) {
  if (const auto* real = written.get<double>()) return *real;
  if (const auto* number = written.get<std::int64_t>()) return static_cast<double>(*number);
  if (const auto* text = written.get<std::string_view>()) return base::parse_double(*text);
  return std::nullopt;
}

std::string with_article(const AttributeType& type) {
  switch (type.kind) {
    case AttributeKind::boolean:
      return "true or false";
    case AttributeKind::integer:
      return "an integer";
    case AttributeKind::number:
      return "a number";
    case AttributeKind::duration:
      return "a number of seconds";
    case AttributeKind::string:
      return "a text";
    case AttributeKind::enumeration: {
      std::string words;
      for (const std::string_view word : base::split(type.words, '|')) {
        if (!words.empty()) words += ", ";
        words += word;
      }
      return "one of " + words;
    }
    case AttributeKind::list:
      return "a list";
    case AttributeKind::map:
      return "a map";
    case AttributeKind::policy:
      return "a policy document";
    case AttributeKind::reference:
      return "a reference";
  }
  return {};
}

// YAML's core schema, for places whose type nobody declared.
Value core_schema(const Value& written, std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return written.with_payload(true);
  if (text == "false" || text == "False" || text == "FALSE") return written.with_payload(false);
  if (text.empty() || text == "null" || text == "Null" || text == "NULL" || text == "~") {
    return written.with_payload(value::Null{});
  }
  if (const auto number = base::parse_int(text)) return written.with_payload(*number);
  const bool numeric = text.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
  if (numeric) {
    if (const auto real = base::parse_double(text)) return written.with_payload(*real);
  }
  return written;
}

}  // namespace

Value World::misfit(const Value& written, std::string_view expected) const {
  const std::string reason = base::format("{} is not {}", value::display(written, 40), expected);
  const value::Unknown unknown{.reason = arena_.copy(reason)};
  return written.with_payload(arena_.make<value::Unknown>(unknown));
}

Value World::as_written(const Value& value) const {
  Value found = value;
  for (int followed = 0; followed < most_followed; ++followed) {
    const auto* reference = found.pointer<value::Reference>();
    if (reference == nullptr || reference->attribute.empty()) return found;
    const graph::Resource& target = graph_.get(reference->target);
    const Value property = target.body->attribute(reference->attribute);
    if (property.absent() || property.get<value::Null>() != nullptr) return found;
    found = property.with_written(value.written());
  }
  return value;
}

Value World::coerce(const Value& given, const AttributeType& type, const Shape* shape) const {
  const bool single = type.kind != AttributeKind::reference && type.kind != AttributeKind::list &&
                      type.kind != AttributeKind::map && type.kind != AttributeKind::policy;
  const Value written = single ? as_written(given) : given;
  if (written.open() || written.absent()) return written;
  if (written.get<value::Null>() != nullptr) return {};
  const std::string_view pattern = shape == nullptr ? std::string_view{} : shape->pattern;
  const bool deployed =
      written.pointer<value::Reference>() != nullptr || written.pointer<value::Text>() != nullptr;

  switch (type.kind) {
    case AttributeKind::list:
      return coerce_list(written, type, shape);
    case AttributeKind::reference:
      return coerce_reference(written, type.words, pattern);
    case AttributeKind::string: {
      if (deployed || written.get<std::string_view>() != nullptr) return written;
      if (const bool* flag = written.get<bool>())
        return written.with_payload(std::string_view(*flag ? "true" : "false"));
      if (const auto* number = written.get<std::int64_t>())
        return written.with_payload(arena_.copy(base::format("{}", *number)));
      if (const auto* real = written.get<double>())
        return written.with_payload(arena_.copy(base::shortest(*real)));
      break;
    }
    case AttributeKind::map:
      if (written.pointer<value::Map>() != nullptr) return typed(written);
      break;
    case AttributeKind::policy: {
      const Value decoded = decode_json(written);
      if (decoded.open() || decoded.pointer<value::Map>() != nullptr) return typed(decoded);
      break;
    }
    default:
      break;
  }
  if (deployed) {
    // A number, word or map that only the deployment makes.
    const value::Reference* reference = written.pointer<value::Reference>();
    const std::string reason =
        reference != nullptr
            ? base::format("it is read from {}", graph_.get(reference->target).address)
            : "parts of it are known only when deployed";
    return written.with_payload(unknown(reason).payload());
  }
  switch (type.kind) {
    case AttributeKind::boolean: {
      if (written.get<bool>() != nullptr) return written;
      const auto* text = written.get<std::string_view>();
      if (const auto flag = text == nullptr ? std::nullopt : boolean_word(*text))
        return written.with_payload(*flag);
      break;
    }
    case AttributeKind::integer:
    case AttributeKind::duration:
      if (const auto number = as_integer(written)) return written.with_payload(*number);
      break;
    case AttributeKind::number:
      if (const auto real = as_real(written)) return written.with_payload(*real);
      break;
    case AttributeKind::enumeration: {
      const auto* text = written.get<std::string_view>();
      const std::vector<std::string_view> words = base::split(type.words, '|');
      if (text != nullptr && one_of(*text, words)) return written;
      break;
    }
    default:
      break;
  }
  return misfit(written, with_article(type));
}

Value World::coerce_list(const Value& written, const AttributeType& type,
                         const Shape* shape) const {
  static constexpr AttributeType text_type{};
  const AttributeType& element = type.element == nullptr ? text_type : *type.element;
  const auto* list = written.pointer<value::List>();
  std::vector<value::Member> members;
  if (list == nullptr) {
    // One element written without the list around it, as CloudFormation lets one do.
    members.push_back({coerce(written, element, shape), value::Membership::definite});
    const value::List one{arena_.copy(members), false, {}};
    return written.with_payload(arena_.make<value::List>(one));
  }
  for (const value::Member& member : list->members) {
    const Value value = coerce(member.value, element, shape);
    if (!value.absent()) members.push_back({value, member.membership, member.waits});
  }
  const value::List coerced{arena_.copy(members), list->open, list->open_reason, list->waits};
  return written.with_payload(arena_.make<value::List>(coerced));
}

// Scalars inside untyped maps become what YAML's core schema says that they are. Only what holds
// such a scalar is made anew.
Value World::typed(const Value& written) const {
  if (const auto* text = written.get<std::string_view>()) {
    return written.plain() ? core_schema(written, *text) : written;
  }
  const auto changes = [this](Value& value) {
    const Value made = typed(value);
    const bool differs = made.payload() != value.payload();
    value = made;
    return differs;
  };
  if (const auto* map = written.pointer<value::Map>()) {
    std::vector<value::MapEntry> entries(map->entries.begin(), map->entries.end());
    bool changed = map->uniform;
    for (value::MapEntry& entry : entries) changed = changes(entry.value) || changed;
    if (!changed) return written;
    const value::Map made{arena_.copy(entries), map->open, map->open_reason};
    return written.with_payload(arena_.make<value::Map>(made));
  }
  if (const auto* list = written.pointer<value::List>()) {
    std::vector<value::Member> members(list->members.begin(), list->members.end());
    bool changed = list->sort != value::Sort::tuple;
    for (value::Member& member : members) changed = changes(member.value) || changed;
    if (!changed) return written;
    const value::List made{arena_.copy(members), list->open, list->open_reason, list->waits};
    return written.with_payload(arena_.make<value::List>(made));
  }
  return written;
}

}  // namespace resilint::catalog
