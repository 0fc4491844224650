// SPDX-License-Identifier: Apache-2.0
// The intrinsic functions over lists and texts.
#include <algorithm>
#include <array>
#include <vector>

#include "base/format.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "dialect/cloudformation/template.h"

namespace resilint::dialect::cloudformation {
namespace {

using syntax::Node;
using value::Value;

constexpr std::int64_t most_blocks = 256;  // CloudFormation's own limit for Fn::Cidr
constexpr std::uint32_t address_bits = 32;

std::string base64_of(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string made;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const std::uint32_t byte =
          at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U;
      group = (group << 8U) | byte;
    }
    for (std::size_t i = 0; i < 4; ++i)
      made += at + i > bytes.size() ? '=' : letters[(group >> (18U - 6U * i)) & 0x3FU];
  }
  return made;
}

struct Block {
  std::uint32_t address = 0;
  std::uint32_t prefix = 0;
};

// "10.0.0.0/16"
std::optional<Block> block_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto prefix = base::parse_int(text.substr(slash + 1));
  const std::vector<std::string_view> parts = base::split(text.substr(0, slash), '.');
  if (!prefix || *prefix < 0 || *prefix > address_bits || parts.size() != 4) return std::nullopt;
  Block block{0, static_cast<std::uint32_t>(*prefix)};
  for (const std::string_view part : parts) {
    const auto byte = base::parse_int(part);
    if (!byte || *byte < 0 || *byte > 255) return std::nullopt;
    block.address = (block.address << 8U) | static_cast<std::uint32_t>(*byte);
  }
  return block;
}

// The blocks of the same size that begin `block`; nothing when so many do not fit.
std::optional<std::vector<std::string>> blocks_in(Block block, std::int64_t count,
                                                  std::int64_t host_bits) {
  if (host_bits < 1 || host_bits > address_bits - block.prefix) return std::nullopt;
  const std::uint64_t size = std::uint64_t{1} << static_cast<std::uint64_t>(host_bits);
  const std::uint64_t room = std::uint64_t{1} << (address_bits - block.prefix);
  if (static_cast<std::uint64_t>(count) * size > room) return std::nullopt;
  std::vector<std::string> made;
  const std::uint64_t first = block.address / room * room;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint64_t at = first + static_cast<std::uint64_t>(i) * size;
    made.push_back(base::format("{}.{}.{}.{}/{}", at >> 24U & 0xFFU, at >> 16U & 0xFFU,
                                at >> 8U & 0xFFU, at & 0xFFU, address_bits - host_bits));
  }
  return made;
}

bool is_json_word(const Value& value, std::string_view text) {
  return value.plain() && (text == "true" || text == "false" || text == "null" ||
                           base::parse_double(text).has_value());
}

// A text in quotes, as JSON writes it.
std::string quoted(std::string_view text) {
  base::JsonWriter json;
  json.string(text);
  return json.take();
}

// JSON text with holes. Nothing when a part of it may be missing.
class JsonText {
 public:
  explicit JsonText(base::Arena& arena) : arena_(arena) {}

  bool add(const Value& value, int depth) {
    if (depth > deepest) return false;
    if (value.get<value::Null>() != nullptr) return literal("null");
    if (const auto* text = value.get<std::string_view>())
      return literal(is_json_word(value, *text) ? std::string(*text) : quoted(*text));
    if (const auto* list = value.pointer<value::List>()) return add(*list, depth);
    if (const auto* map = value.pointer<value::Map>()) return add(*map, depth);
    const value::Unknown* unknown = value.unknown();
    if (value.absent() || (unknown != nullptr && unknown->may_be_absent)) return false;
    literal("\"");
    parts.push_back({{}, arena_.make<Value>(value)});
    return literal("\"");
  }

  std::vector<value::TextPart> parts;

 private:
  static constexpr int deepest = 64;

  bool add(const value::List& list, int depth) {
    if (list.open) return false;
    literal("[");
    for (std::size_t i = 0; i < list.members.size(); ++i) {
      if (i != 0) literal(",");
      if (list.members[i].membership != value::Membership::definite ||
          !add(list.members[i].value, depth + 1))
        return false;
    }
    return literal("]");
  }

  bool add(const value::Map& map, int depth) {
    if (map.open) return false;
    literal("{");
    for (std::size_t i = 0; i < map.entries.size(); ++i) {
      literal(base::format("{}{}:", i == 0 ? "" : ",", quoted(map.entries[i].key)));
      if (!add(map.entries[i].value, depth + 1)) return false;
    }
    return literal("}");
  }

  bool literal(std::string_view text) {
    parts.push_back({arena_.copy(text), nullptr});
    return true;
  }

  base::Arena& arena_;
};

}  // namespace

std::string_view why_unknown(const Value& value) {
  if (value.undecided() != nullptr) return "it depends on parameters";
  return value.unknown() != nullptr ? value.unknown()->reason : "it is known only when deployed";
}

Value Template::open_as(const Value& from, std::string_view reason, const std::string& symbol) {
  const value::Undecided* waits = from.undecided();
  if (const auto* list = from.pointer<value::List>()) {
    waits = list->waits;
    for (const value::Member& member : list->members)
      waits = value::united(graph_.arena, waits, member.waits);
  }
  const Value made =
      waits == nullptr ? unknown(reason, symbol) : value::undecided(graph_.arena, {waits->choices});
  return made.with_sensitive(from.sensitive());
}

Value Template::only_argument(const Call& call, const Scope& scope) {
  Node argument = *call.argument;
  if (call.tagged) argument.details = &syntax::no_details;
  // Values point at what they were made from, so it must last.
  return evaluate_at(call.tagged ? *graph_.arena.make<Node>(argument) : *call.argument,
                     scope.below());
}

// ---- lists ---------------------------------------------------------------------------------

Value Template::select(const Node& argument, const Scope& scope) {
  const std::vector<const Node*> arguments = items(argument);
  if (!argument.is_sequence() || arguments.size() != 2)
    return unknown("Fn::Select needs an index and a list");
  const Value position = evaluate_at(*arguments[0], scope.below());
  const auto* text = position.get<std::string_view>();
  const auto index = text == nullptr ? std::nullopt : base::parse_int(base::trim(*text));
  if (position.undecided() != nullptr) return open_as(position, {}, {});
  if (!index || *index < 0) {
    return unknown(text == nullptr ? base::format("the index of Fn::Select is not known: {}",
                                                  why_unknown(position))
                                   : base::format("`{}` is no index of Fn::Select", *text),
                   canonical(argument));
  }
  const Value from = evaluate_at(*arguments[1], scope.below());
  if (const auto* list = from.pointer<value::List>()) {
    const auto at = static_cast<std::size_t>(*index);
    const std::size_t before = std::min(at + 1, list->members.size());
    const bool sure = std::ranges::all_of(list->members.first(before), [](const auto& member) {
      return member.membership == value::Membership::definite;
    });
    if (sure && at < list->members.size()) return list->members[at].value;
    return open_as(from,
                   sure && !list->open
                       ? base::format("Fn::Select asks for item {} of a list of {}", at, before)
                       : "Fn::Select asks for an item of a list that is not known whole",
                   canonical(argument));
  }
  if (from.undecided() != nullptr) return open_as(from, {}, {});
  const value::Unknown* held = from.unknown();
  if (held == nullptr) return unknown("Fn::Select needs a list", canonical(argument));
  value::Unknown made{.reason = held->reason};
  if (!held->symbol.empty())
    made.symbol = graph_.arena.copy(base::format("item {} of {}", *index, held->symbol));
  if (held->members_differ) made.among = held->symbol;
  return Value(Value::Payload(graph_.arena.make<value::Unknown>(made)))
      .with_sensitive(from.sensitive());
}

// One list per region. Which zones are in it is known only when deployed; that they differ is sure.
Value Template::zones(const Call& call, const Scope& scope) {
  const Value region = only_argument(call, scope);
  const auto* text = region.get<std::string_view>();
  std::string_view name = "AWS::Region";  // the stack's own, when nothing else is written
  if (region.unknown() != nullptr)
    name = region.unknown()->symbol;
  else if (text != nullptr && !text->empty())
    name = *text;
  else if (text == nullptr && region.get<value::Null>() == nullptr)
    name = {};
  if (name.empty()) return unknown("the region of Fn::GetAZs is not known");
  const value::Unknown made{
      .reason = "the Availability Zones of a region are known only when deployed",
      .symbol = graph_.arena.copy(base::format("zones of {}", name)),
      .members_differ = true};
  return Value(Value::Payload(graph_.arena.make<value::Unknown>(made)));
}

// What stands before the first hole is certain; a hole may hold the delimiter.
Value Template::split(const Node& argument, const Scope& scope) {
  const std::vector<const Node*> arguments = items(argument);
  if (!argument.is_sequence() || arguments.size() != 2)
    return unknown("Fn::Split needs a delimiter and a text");
  const Value delimiter = evaluate_at(*arguments[0], scope.below());
  const auto* separator = delimiter.get<std::string_view>();
  if (separator == nullptr || separator->empty())
    return unknown("Fn::Split needs a delimiter", canonical(argument));
  const Value from = evaluate_at(*arguments[1], scope.in_text());
  const auto* holes = from.pointer<value::Text>();
  const auto* whole = from.get<std::string_view>();
  std::string_view text = whole == nullptr ? std::string_view{} : *whole;
  if (holes != nullptr && holes->parts.front().hole == nullptr) text = holes->parts.front().literal;
  // The id or ARN of a resource has none of these characters: it stays in one piece.
  const bool whole_holes =
      holes != nullptr && separator->find_first_of(",;| ") != std::string_view::npos &&
      std::ranges::all_of(holes->parts, [](const value::TextPart& part) {
        return part.hole == nullptr || part.hole->pointer<value::Reference>() != nullptr;
      });
  if (whole == nullptr && text.empty() && !whole_holes)
    return open_as(from, why_unknown(from), canonical(argument));
  std::vector<value::Member> members;
  const auto add = [&](std::string_view piece) {
    members.push_back({Value::string(piece)
                           .with_plain(true)
                           .with_origin(from.origin())
                           .with_sensitive(from.sensitive()),
                       value::Membership::definite});
  };
  for (std::size_t at = text.find(*separator); at != std::string_view::npos;
       at = text.find(*separator)) {
    add(text.substr(0, at));
    text.remove_prefix(at + separator->size());
  }
  value::List made;
  if (whole != nullptr) {
    add(text);
  } else if (whole_holes) {
    members.clear();
    std::vector<value::TextPart> item;
    const auto end_item = [&] {
      members.push_back({item.empty() ? Value::string("") : concatenate(item, from.written()),
                         value::Membership::definite});
      item.clear();
    };
    for (const value::TextPart& part : holes->parts) {
      std::string_view rest = part.literal;
      for (std::size_t at = rest.find(*separator); part.hole == nullptr && at != rest.npos;
           at = rest.find(*separator)) {
        if (at > 0) item.push_back({rest.substr(0, at), nullptr});
        end_item();
        rest.remove_prefix(at + separator->size());
      }
      if (part.hole != nullptr || !rest.empty()) item.push_back({rest, part.hole});
    }
    end_item();
  } else {
    made.open = true;
    made.open_reason = "a part of the text that Fn::Split takes apart is known only when deployed";
  }
  made.members = graph_.arena.copy(members);
  return Value(Value::Payload(graph_.arena.make<value::List>(made))).with_origin(from.origin());
}

Value Template::cidr(const Node& argument, const Scope& scope) {
  const std::vector<const Node*> arguments = items(argument);
  if (!argument.is_sequence() || arguments.size() < 2)
    return unknown("Fn::Cidr needs a block of addresses and a number of blocks");
  const Value from = evaluate_at(*arguments[0], scope.below());
  const auto number = [&](std::size_t index) -> std::optional<std::int64_t> {
    const Value value = evaluate_at(*arguments[index], scope.below());
    const auto* text = value.get<std::string_view>();
    return text == nullptr ? std::nullopt : base::parse_int(base::trim(*text));
  };
  const auto count = number(1);
  const auto host_bits = arguments.size() > 2 ? number(2) : std::nullopt;
  const auto* text = from.get<std::string_view>();
  const auto block = text == nullptr ? std::nullopt : block_of(*text);
  if (block && count && *count >= 1 && *count <= most_blocks && host_bits) {
    if (const auto blocks = blocks_in(*block, *count, *host_bits)) {
      std::vector<value::Member> members;
      members.reserve(blocks->size());
      for (const std::string& one : *blocks) {
        members.push_back({Value::string(graph_.arena.copy(one)).with_origin(from.origin()),
                           value::Membership::definite});
      }
      const value::List made{graph_.arena.copy(members), false, {}};
      return Value(Value::Payload(graph_.arena.make<value::List>(made))).with_origin(from.origin());
    }
  }
  if (from.undecided() != nullptr) return open_as(from, {}, {});
  // Which blocks they are is not known; that they differ is sure.
  const value::Unknown made{
      .reason = text != nullptr ? "Fn::Cidr cannot be worked out from this" : why_unknown(from),
      .symbol = scoped(canonical(argument)),
      .members_differ = true};
  return Value(Value::Payload(graph_.arena.make<value::Unknown>(made)));
}

Value Template::length(const Call& call, const Scope& scope) {
  const Value from = only_argument(call, scope);
  const auto* list = from.pointer<value::List>();
  if (list == nullptr || !value::is_closed(*list)) {
    return open_as(from,
                   list == nullptr ? why_unknown(from)
                                   : "Fn::Length is asked of a list that is not known whole",
                   canonical(*call.argument));
  }
  return Value::string(graph_.arena.copy(base::format("{}", list->members.size())))
      .with_plain(true)
      .with_origin(from.origin());
}

// ---- texts ---------------------------------------------------------------------------------

Value Template::base64(const Call& call, const Scope& scope) {
  const Value from = only_argument(call, scope);
  const auto* text = from.get<std::string_view>();
  if (text == nullptr) return open_as(from, why_unknown(from), canonical(*call.argument));
  return Value::string(graph_.arena.copy(base64_of(*text)))
      .with_origin(from.origin())
      .with_sensitive(from.sensitive());
}

Value Template::json_text(const Call& call, source::Span written, const Scope& scope) {
  const Value from = only_argument(call, scope);
  JsonText json(graph_.arena);
  if (from.open() || !json.add(from, 0)) {
    return open_as(
        from,
        from.open() ? why_unknown(from) : "a part of what Fn::ToJsonString writes may be missing",
        canonical(*call.argument));
  }
  return concatenate(json.parts, written);
}

}  // namespace resilint::dialect::cloudformation
