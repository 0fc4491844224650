// SPDX-License-Identifier: Apache-2.0
// What a text or reference names: by reference, by identity, by several identities together.
#include <algorithm>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "catalog/world.h"

namespace resilint::catalog {
namespace {

using value::Truth;
using value::Value;

Value object_value(const Object& object, const Value& written) {
  return written.with_payload(static_cast<const value::Object*>(&object));
}

// References that are written as references to each other.
constexpr int most_followed = 16;

std::vector<value::TextPart> parts_of(const Value& written) {
  if (const auto* text = written.pointer<value::Text>())
    return {text->parts.begin(), text->parts.end()};
  if (const auto* literal = written.get<std::string_view>()) return {{*literal, nullptr}};
  return {};
}

// The parts with `pattern`'s text around the hole taken away, or nothing when they are not of that
// form. `{}` matches no "/".
std::optional<std::vector<value::TextPart>> inside(std::vector<value::TextPart> parts,
                                                   std::string_view pattern) {
  const std::size_t hole = pattern.find("{}");
  if (hole == std::string_view::npos || parts.empty()) return std::nullopt;
  const std::string_view before = pattern.substr(0, hole);
  const std::string_view after = pattern.substr(hole + 2);
  if (!before.empty()) {
    if (parts.front().hole != nullptr || !parts.front().literal.starts_with(before))
      return std::nullopt;
    parts.front().literal.remove_prefix(before.size());
    if (parts.front().literal.empty()) parts.erase(parts.begin());
  }
  if (!after.empty()) {
    if (parts.empty() || parts.back().hole != nullptr || !parts.back().literal.ends_with(after))
      return std::nullopt;
    parts.back().literal.remove_suffix(after.size());
    if (parts.back().literal.empty()) parts.pop_back();
  }
  for (const value::TextPart& part : parts) {
    if (part.literal.find('/') != std::string_view::npos) return std::nullopt;
  }
  return parts;
}

// What stands after the last ":" or "/": the name at the end of an ARN or URL.
std::vector<value::TextPart> tail_of(const std::vector<value::TextPart>& parts) {
  std::vector<value::TextPart> tail;
  for (const value::TextPart& part : parts) {
    const std::size_t cut = part.literal.find_last_of(":/");
    if (part.hole == nullptr && cut != std::string_view::npos) {
      tail.clear();
      if (cut + 1 < part.literal.size()) tail.push_back({part.literal.substr(cut + 1), nullptr});
    } else {
      tail.push_back(part);
    }
  }
  return tail;
}

Value text_value(base::Arena& arena, const std::vector<value::TextPart>& parts) {
  if (parts.size() == 1)
    return parts.front().hole != nullptr ? *parts.front().hole
                                         : Value::string(parts.front().literal);
  const value::Text text{arena.copy(parts)};
  return Value(Value::Payload(arena.make<value::Text>(text)));
}

}  // namespace

const World::IdentityIndex& World::identities(const Kind& kind, std::string_view attribute) const {
  value::Memo<std::unique_ptr<IdentityIndex>>& memo = identities_[{&kind, attribute}];
  if (const auto* found = memo.find(choices())) return **found;
  const value::Choices::Frame frame(choices());
  auto made = std::make_unique<IdentityIndex>();
  for (const Object* object : objects(kind.name)) {
    const Value identity = object->attribute(attribute);
    if (const auto* text = identity.get<std::string_view>()) {
      made->by_text[*text].push_back(object);
    } else if (!identity.absent()) {
      made->unresolved.emplace_back(object, identity);
    }
  }
  return *memo.keep(frame, std::move(made));
}

Value World::coerce_reference(const Value& written, std::string_view kinds,
                              std::string_view pattern) const {
  if (written.open() || written.absent()) return written;
  if (written.pointer<value::Object>() != nullptr) return written;
  // An empty text names nothing; it is how a module or a parameter leaves something out.
  if (const auto* text = written.get<std::string_view>(); text != nullptr && text->empty())
    return {};
  if (const auto* reference = written.pointer<value::Reference>()) {
    if (!pattern.empty()) return {};
    const graph::Resource& target = graph_.get(reference->target);
    if (target.existence().truth == Truth::no) {
      return written.with_payload(
          unknown(base::format("{} is not created", target.address)).payload());
    }
    const std::vector<const Kind*> known = model_.of_type(target.dialect, target.native_type);
    const Object* seen = object(target, known.empty() ? nullptr : known.front());
    if (const Object* wanted = as(*seen, kinds)) return object_value(*wanted, written);
    // Another kind of thing. What it writes under that name is what the reference gives, but for an
    // ARN of its own. Itself or its ARN is that thing; any other attribute may hold anything.
    if (!reference->attribute.empty() && reference->attribute != "Arn" &&
        following_ < most_followed) {
      const Value inner = target.body->attribute(reference->attribute);
      if (inner.pointer<value::Reference>() != nullptr || inner.pointer<value::Text>() != nullptr ||
          inner.get<std::string_view>() != nullptr) {
        ++following_;
        const Value named = coerce_reference(inner, kinds, {});
        --following_;
        return named.with_written(written.written());
      }
    }
    const bool itself = reference->attribute.empty() || reference->attribute.ends_with("Arn") ||
                        reference->attribute.ends_with("arn") || reference->attribute == "id";
    if (itself) return object_value(*seen, written);
    return written.with_payload(unknown(base::format("{}.{} is known only when deployed",
                                                     target.address, reference->attribute))
                                    .payload());
  }
  if (written.get<std::string_view>() != nullptr || written.pointer<value::Text>() != nullptr) {
    return by_identity(written, kinds, pattern);
  }
  return misfit(written, "a reference");
}

Value World::by_identity(const Value& written, std::string_view kinds,
                         std::string_view pattern) const {
  std::vector<value::TextPart> parts = parts_of(written);
  if (!pattern.empty()) {
    std::optional<std::vector<value::TextPart>> inner = inside(std::move(parts), pattern);
    if (!inner || inner->empty()) return {};
    parts = std::move(*inner);
    if (parts.size() == 1 && parts.front().hole != nullptr)
      return coerce_reference(*parts.front().hole, kinds, {});
  }
  const Value whole = text_value(arena_, parts);
  const std::vector<value::TextPart> tail_parts = tail_of(parts);
  if (tail_parts.empty()) return misfit(written, "a reference");
  if (tail_parts.size() == 1 && tail_parts.front().hole != nullptr &&
      tail_parts.front().hole->pointer<value::Reference>() != nullptr) {
    return coerce_reference(*tail_parts.front().hole, kinds, {}).with_written(written.written());
  }
  const Value tail = text_value(arena_, tail_parts);
  const bool lettered = std::ranges::any_of(
      tail_parts, [](const value::TextPart& part) { return part.hole == nullptr; });

  const Object* found = nullptr;
  std::size_t hits = 0;
  bool possible = false;
  const auto compare = [&](const Object* object, const Value& identity) {
    const Truth equal = value::equal(identity, tail) || value::equal(identity, whole);
    if (equal == Truth::yes && object != found) {
      found = object;
      ++hits;
    }
    possible = possible || equal == Truth::unknown;
  };
  for (const std::string_view kind_name : base::split(kinds, '|')) {
    const Kind* kind = model_.find(kind_name);
    if (kind == nullptr) continue;
    for (const Identity& identity : kind->identities) {
      if (identity.attributes.size() != 1) continue;
      const IdentityIndex& index = identities(*kind, identity.attributes.front());
      const auto* literal = tail.get<std::string_view>();
      if (literal != nullptr) {
        for (const std::string_view text :
             {*literal, whole.get<std::string_view>() != nullptr ? *whole.get<std::string_view>()
                                                                 : *literal}) {
          const auto hit = index.by_text.find(text);
          if (hit == index.by_text.end()) continue;
          for (const Object* object : hit->second) compare(object, Value::string(text));
        }
      } else {
        for (const auto& [text, objects] : index.by_text) {
          for (const Object* object : objects) compare(object, Value::string(text));
        }
      }
      for (const auto& [object, value] : index.unresolved) compare(object, value);
    }
  }
  if (hits == 1) return object_value(*found, written);
  const std::string shown = value::display(written, 60);
  if (hits > 1) {
    return written.with_payload(
        unknown(base::format("several resources are called {}", shown)).payload());
  }
  value::Unknown unknown{
      .reason = arena_.copy(base::format("{} is not among the resources that are read", shown))};
  if (const auto* literal = whole.get<std::string_view>()) unknown.symbol = *literal;
  // A name with letters of its own cannot be one that AWS makes up for a resource without a name.
  unknown.elsewhere = !possible && lettered;
  if (possible)
    unknown.reason =
        arena_.copy(base::format("{} may name a resource whose name is not known", shown));
  return written.with_payload(arena_.make<value::Unknown>(unknown));
}

// A reference by several attributes at once, such as an autoscaling policy's resource and
// dimension.
Value World::by_key(const Object& object, const Shape& shape, std::string_view kinds) const {
  std::vector<Value> wanted;
  for (const Path& path : shape.key) {
    const Value written = read(object, path).value;
    if (written.absent()) return {};
    wanted.push_back(as_written(written));
  }
  const Object* found = nullptr;
  const Object* possible = nullptr;
  const value::Undecided* waits = nullptr;
  for (const std::string_view kind_name : base::split(kinds, '|')) {
    const Kind* kind = model_.find(kind_name);
    if (kind == nullptr) continue;
    for (const Identity& identity : kind->identities) {
      if (identity.attributes.size() != wanted.size()) continue;
      for (const Object* candidate : objects(kind->name)) {
        const graph::Existence existence = candidate->existence();
        Truth equal = existence.truth;
        const value::Undecided* asks = existence.waits;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          const Value own = candidate->attribute(identity.attributes[i]);
          equal = equal && value::equal(own, wanted[i]);
          asks = value::united(arena_, asks, own.undecided());
        }
        if (equal == Truth::yes) found = candidate;
        if (equal != Truth::unknown) continue;
        possible = candidate;
        waits = value::united(arena_, waits, asks);
      }
    }
  }
  if (found != nullptr) return object_value(*found, wanted.front());
  for (const Value& one : wanted) waits = value::united(arena_, waits, one.undecided());
  if (waits != nullptr) return value::undecided(arena_, {waits->choices});
  const std::string shown = value::display(wanted.front(), 60);
  value::Unknown unknown{
      .reason =
          arena_.copy(possible != nullptr
                          ? base::format("{} may name {}", shown, possible->address())
                          : base::format("{} is not among the resources that are read", shown))};
  unknown.elsewhere = possible == nullptr;
  return wanted.front().with_payload(arena_.make<value::Unknown>(unknown));
}

// Every resource that a text names, by reference or by an identity as a whole word.
Value World::decode_references(const Value& written, std::string_view kinds) const {
  if (written.open() || written.absent()) return written;
  std::vector<value::Member> members;
  const auto add = [&](const Value& value) {
    const auto* object = value.pointer<value::Object>();
    const bool again =
        object != nullptr && std::ranges::any_of(members, [&](const value::Member& member) {
          const auto* other = member.value.pointer<value::Object>();
          return other != nullptr && other->same(*object);
        });
    if (!again) members.push_back({value, value::Membership::definite});
  };
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/";
  std::vector<value::TextPart> parts = parts_of(written);
  if (parts.empty() && written.pointer<value::Reference>() != nullptr)
    parts.push_back({{}, &written});
  for (const value::TextPart& part : parts) {
    if (part.hole != nullptr) {
      add(coerce_reference(*part.hole, kinds, {}));
      continue;
    }
    std::string_view rest = part.literal;
    while (!rest.empty()) {
      const std::size_t begin = rest.find_first_of(letters);
      if (begin == std::string_view::npos) break;
      const std::size_t end = std::min(rest.find_first_not_of(letters, begin), rest.size());
      const Value named = by_identity(Value::string(rest.substr(begin, end - begin)), kinds, {});
      if (named.pointer<value::Object>() != nullptr) add(named);
      rest.remove_prefix(end);
    }
  }
  const value::List list{arena_.copy(members), false, {}};
  return written.with_payload(arena_.make<value::List>(list));
}

}  // namespace resilint::catalog
