// SPDX-License-Identifier: Apache-2.0
#include "dialect/terraform/functions/format.h"

#include <algorithm>
#include <optional>

#include "base/format.h"
#include "base/unicode.h"
#include "dialect/terraform/functions/json.h"
#include "dialect/terraform/numbers.h"
#include "dialect/terraform/types.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

constexpr std::size_t widest = 10'000;

// What stands behind a "%".
struct Verb {
  char mode = 0;
  std::size_t argument = 0;  // from 1
  bool zero = false;
  bool sharp = false;
  bool plus = false;
  bool minus = false;
  bool space = false;
  std::optional<std::size_t> width;
  std::optional<std::size_t> precision;

  [[nodiscard]] bool bare() const { return !width && !precision && !sharp && !plus && !space; }
};

std::string padded(const Verb& verb, std::string made) {
  const std::size_t length = verb.width ? count_characters(made) : 0;
  if (!verb.width || length >= *verb.width) return made;
  const std::string pad(*verb.width - length, verb.zero ? '0' : ' ');
  return verb.minus ? made + pad : pad + made;
}

// A number's sign before, zeros or blanks around.
std::string padded_number(const Verb& verb, bool negative, const std::string& digits, bool zeros) {
  const std::string sign = negative ? "-" : verb.plus ? "+" : verb.space ? " " : "";
  const std::size_t length = sign.size() + digits.size();
  if (!verb.width || length >= *verb.width) return sign + digits;
  const std::size_t missing = *verb.width - length;
  if (verb.minus && !(verb.zero && zeros && verb.mode != 'd')) {
    return sign + digits + std::string(missing, ' ');
  }
  if (verb.zero && zeros) return sign + std::string(missing, '0') + digits;
  return std::string(missing, ' ') + sign + digits;
}

std::string in_base(std::uint64_t number, unsigned base, bool upper) {
  const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string made;
  do {
    made += digits[number % base];
    number /= base;
  } while (number != 0);
  std::ranges::reverse(made);
  return made;
}

std::string integer(const Verb& verb, std::int64_t number) {
  const bool negative = number < 0;
  const auto size =
      negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
  std::string digits;
  std::string_view prefix;
  switch (verb.mode) {
    case 'b':
      digits = in_base(size, 2, false);
      prefix = "0b";
      break;
    case 'o':
      digits = in_base(size, 8, false);
      prefix = "0";
      break;
    case 'x':
    case 'X':
      digits = in_base(size, 16, verb.mode == 'X');
      prefix = verb.mode == 'X' ? "0X" : "0x";
      break;
    default:
      digits = in_base(size, 10, false);
      break;
  }
  if (verb.precision && digits.size() < *verb.precision)
    digits.insert(0, *verb.precision - digits.size(), '0');
  if (verb.precision && *verb.precision == 0 && number == 0) digits.clear();
  if (!verb.sharp) prefix = {};
  const std::size_t length =
      digits.size() + prefix.size() + (negative || verb.plus || verb.space ? 1 : 0);
  if (verb.zero && !verb.minus && !verb.precision && verb.width && length < *verb.width)
    digits.insert(0, *verb.width - length, '0');
  return padded_number(verb, negative, std::string(prefix) + digits, false);
}

// 0.digits × 10^point
struct Digits {
  std::string digits;
  int point = 0;
  bool negative = false;
};

Digits digits_of(const Value& number) {
  Digits made;
  std::string text = number_text(number);
  if (text.starts_with('-')) {
    made.negative = true;
    text.erase(0, 1);
  }
  const std::size_t dot = text.find('.');
  made.point = static_cast<int>(dot == std::string::npos ? text.size() : dot);
  if (dot != std::string::npos) text.erase(dot, 1);
  const std::size_t zeros = std::min(text.find_first_not_of('0'), text.size());
  made.point -= static_cast<int>(zeros);
  text.erase(0, zeros);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.empty()) made.point = 0;
  made.digits = text;
  return made;
}

// Keeps `count` digits; a half goes to the even neighbour.
void round_to(Digits& number, int count) {
  if (count >= static_cast<int>(number.digits.size())) return;
  if (count < 0) {
    number.digits.clear();
    number.point = 0;
    return;
  }
  const auto kept = static_cast<std::size_t>(count);
  const std::string rest = number.digits.substr(kept);
  number.digits.resize(kept);
  const bool half = rest.front() == '5' && rest.find_first_not_of('0', 1) == std::string::npos;
  const bool odd = kept > 0 && (number.digits.back() - '0') % 2 == 1;
  if (!(rest.front() > '5' || (rest.front() == '5' && (!half || odd)))) return;
  std::size_t i = kept;
  while (i > 0 && number.digits[i - 1] == '9') number.digits[--i] = '0';
  if (i > 0) {
    ++number.digits[i - 1];
  } else {
    number.digits.insert(0, "1");
    ++number.point;
  }
}

std::string digit_at(const Digits& number, int at) {
  const bool there = at >= 0 && at < static_cast<int>(number.digits.size());
  return std::string(1, there ? number.digits[static_cast<std::size_t>(at)] : '0');
}

std::string fixed(Digits number, int places) {
  round_to(number, number.point + places);
  std::string made;
  for (int i = 0; i < number.point; ++i) made += digit_at(number, i);
  if (made.empty()) made = "0";
  if (places > 0) made += '.';
  for (int i = 0; i < places; ++i) made += digit_at(number, number.point + i);
  return made;
}

std::string scientific(Digits number, int places, char letter) {
  round_to(number, places + 1);
  std::string made = digit_at(number, 0);
  if (places > 0) made += '.';
  for (int i = 0; i < places; ++i) made += digit_at(number, 1 + i);
  const int exponent = number.digits.empty() ? 0 : number.point - 1;
  return made + base::format("{}{}{:02}", letter, exponent < 0 ? '-' : '+', std::abs(exponent));
}

// As short as can be, or with so many digits.
std::string general(Digits number, std::optional<std::size_t> precision, bool upper) {
  int places = precision ? static_cast<int>(std::max<std::size_t>(*precision, 1)) : -1;
  if (precision) round_to(number, places);
  while (!number.digits.empty() && number.digits.back() == '0') number.digits.pop_back();
  const auto length = static_cast<int>(number.digits.size());
  if (!precision) places = length;
  int limit = places;
  if (limit > length && length >= number.point) limit = length;
  if (!precision) limit = 6;
  const int exponent = number.point - 1;
  if (!number.digits.empty() && (exponent < -4 || exponent >= limit))
    return scientific(number, std::max(std::min(places, length) - 1, 0), upper ? 'E' : 'e');
  return fixed(number, std::max(length - number.point, 0));
}

class Formatter {
 public:
  Formatter(Call& call, std::string_view pattern, std::span<const Value> arguments)
      : call_(call), rest_(pattern), arguments_(arguments) {}

  Outcome format() {
    while (!rest_.empty()) {
      const std::size_t percent = std::min(rest_.find('%'), rest_.size());
      pending_ += rest_.substr(0, percent);
      rest_.remove_prefix(percent);
      if (rest_.empty()) break;
      if (rest_.starts_with("%%")) {
        pending_ += '%';
        rest_.remove_prefix(2);
        continue;
      }
      if (std::optional<Outcome> ended = verb()) return *ended;
      if (!call_.context.spend_text(pending_.size())) return call_.context.too_large();
    }
    if (highest_ < arguments_.size()) {
      return call_.refuse(base::format("the text has no place for argument {}", highest_ + 2));
    }
    flush();
    return call_.context.concatenated(parts_);
  }

 private:
  // Appends what a verb gives; an outcome that ends it all when it cannot.
  std::optional<Outcome> verb() {
    const std::string_view from = rest_;
    const std::optional<Verb> read = read_verb();
    const std::string_view raw = from.substr(0, from.size() - rest_.size());
    if (!read) return call_.refuse(0, base::format("`{}` cannot be formatted with", from));
    const Verb& made = *read;
    next_ = made.argument + 1;
    highest_ = std::max(highest_, made.argument);
    if (made.argument == 0 || made.argument > arguments_.size()) {
      return call_.refuse(0, base::format("`{}` needs an argument, and there is no argument {}",
                                          raw, made.argument + 1));
    }
    const Value value = call_.context.settled(arguments_[made.argument - 1]);
    if (value.undecided() != nullptr) return Outcome(call_.context.open_as(value));
    const bool open = value.unknown() != nullptr || value.pointer<value::Reference>() != nullptr ||
                      value.pointer<value::Text>() != nullptr;
    if (std::string_view("vtbdoxXeEfgGsq").find(made.mode) == std::string_view::npos)
      return call_.refuse(0, base::format("`{}` is no way to format", raw));
    if (open && (made.mode == 's' || made.mode == 'v' || made.mode == 'd') && made.bare()) {
      flush();
      parts_.push_back({{}, call_.context.arena().make<Value>(value)});
      return std::nullopt;
    }
    if (open && made.mode != 'v') return Outcome(call_.context.open_as(value));
    return append(made, value, raw);
  }

  std::optional<Outcome> append(const Verb& verb, const Value& value, std::string_view raw) {
    if (verb.mode == 'v') return append_as_is(verb, value);
    if (is_null(value)) return call_.refuse(base::format("`{}` cannot format null", raw));
    const bool text = verb.mode == 's' || verb.mode == 'q';
    const Type& type = text ? string_type : verb.mode == 't' ? boolean_type : number_type;
    const Outcome made = convert(call_.context, value, type);
    if (!made) {
      return call_.refuse(
          base::format("`{}` needs a {}, and this is {}", raw, name(type), described(value)));
    }
    if (!is_known(*made)) return Outcome(call_.context.open_as(*made));
    if (text) {
      append_text(verb, *made->get<std::string_view>());
    } else if (verb.mode == 't') {
      pending_ += *made->get<bool>() ? "true" : "false";
    } else if (std::string_view("bdoxX").find(verb.mode) != std::string_view::npos) {
      const auto whole = to_integer(*made);
      if (!whole && verb.mode == 'd' && is_whole(*made)) {
        pending_ += padded(verb, number_text(*made));
        return std::nullopt;
      }
      if (!whole) return call_.refuse(base::format("`{}` needs a whole number", raw));
      pending_ += integer(verb, *whole);
    } else {
      append_real(verb, *made);
    }
    return std::nullopt;
  }

  std::optional<Outcome> append_as_is(const Verb& verb, const Value& value) {
    const auto* text = value.get<std::string_view>();
    if (text != nullptr && !verb.sharp) {
      pending_ += padded(verb, std::string(*text));
      return std::nullopt;
    }
    if (is_number(value) && !verb.sharp) {
      const Digits digits = digits_of(value);
      pending_ += padded(verb, (digits.negative ? "-" : "") + general(digits, {}, false));
      return std::nullopt;
    }
    const Value json = json_text(call_.context, value);
    if (const auto* known = json.get<std::string_view>()) {
      pending_ += padded(verb, std::string(*known));
      return std::nullopt;
    }
    if (json.open() || verb.width) return Outcome(call_.context.open_as(json));
    flush();
    parts_.push_back({{}, call_.context.arena().make<Value>(json)});
    return std::nullopt;
  }

  void append_text(const Verb& verb, std::string_view text) {
    if (verb.precision && *verb.precision > 0) {
      std::size_t end = 0;
      for (std::size_t i = 0; i < *verb.precision && end < text.size(); ++i)
        end += base::grapheme(text.substr(end));
      text = text.substr(0, end);
    }
    pending_ += padded(verb, verb.mode == 'q' ? json_string(text) : std::string(text));
  }

  void append_real(const Verb& verb, const Value& value) {
    const Digits digits = digits_of(value);
    const auto places = static_cast<int>(verb.precision.value_or(6));
    std::string made;
    if (verb.mode == 'f')
      made = fixed(digits, places);
    else if (verb.mode == 'e' || verb.mode == 'E')
      made = scientific(digits, places, verb.mode);
    else
      made = general(digits, verb.precision, verb.mode == 'G');
    pending_ += padded_number(verb, digits.negative, made, true);
  }

  // "%-05.3[2]f" and the like.
  std::optional<Verb> read_verb() {
    Verb made;
    made.argument = next_;
    rest_.remove_prefix(1);
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      const char c = rest_.front();
      if (c == '0')
        made.zero = true;
      else if (c == '#')
        made.sharp = true;
      else if (c == '+')
        made.plus = true;
      else if (c == '-')
        made.minus = true;
      else if (c == ' ')
        made.space = true;
      else
        break;
    }
    made.width = read_number();
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      made.precision = read_number().value_or(0);
    }
    if (!read_index(made)) return std::nullopt;
    const bool letter = !rest_.empty() && ((rest_.front() >= 'a' && rest_.front() <= 'z') ||
                                           (rest_.front() >= 'A' && rest_.front() <= 'Z'));
    if (!letter || made.width.value_or(0) > widest || made.precision.value_or(0) > widest)
      return std::nullopt;
    made.mode = rest_.front();
    rest_.remove_prefix(1);
    return made;
  }

  std::optional<std::size_t> read_number() {
    std::optional<std::size_t> made;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      made = std::min(made.value_or(0) * 10 + static_cast<std::size_t>(rest_.front() - '0'),
                      widest + 1);
      rest_.remove_prefix(1);
    }
    return made;
  }

  bool read_index(Verb& verb) {
    if (!rest_.starts_with('[')) return true;
    rest_.remove_prefix(1);
    const std::optional<std::size_t> number = read_number();
    if (!number || *number == 0 || !rest_.starts_with(']')) return false;
    rest_.remove_prefix(1);
    verb.argument = *number;
    return true;
  }

  void flush() {
    if (!pending_.empty()) parts_.push_back({call_.context.arena().copy(pending_), nullptr});
    pending_.clear();
  }

  Call& call_;
  std::string_view rest_;
  std::span<const Value> arguments_;
  std::vector<value::TextPart> parts_;
  std::string pending_;
  std::size_t next_ = 1;
  std::size_t highest_ = 0;
};

}  // namespace

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(base::grapheme(text));
  return count;
}

Outcome format_text(Call& call) {
  return Formatter(call, call.string(0), std::span(call.arguments).subspan(1)).format();
}

Outcome format_list(Call& call) {
  const std::span<Value> given = std::span(call.arguments).subspan(1);
  std::optional<std::size_t> length;
  for (std::size_t i = 0; i < given.size(); ++i) {
    given[i] = call.context.settled(given[i]);
    const auto* list = given[i].pointer<value::List>();
    if (given[i].open()) return call.context.open_as(given[i]);
    if (list == nullptr) continue;
    if (!value::is_closed(*list)) return call.context.open_as(given[i]);
    if (length && *length != list->members.size()) {
      return call.refuse(i + 1, base::format("there are lists of {} and of {} items", *length,
                                             list->members.size()));
    }
    length = list->members.size();
  }
  std::vector<Value> made;
  for (std::size_t n = 0; n < length.value_or(1); ++n) {
    std::vector<Value> row;
    for (const Value& one : given) {
      const auto* list = one.pointer<value::List>();
      row.push_back(list == nullptr ? one : list->members[n].value);
    }
    Outcome text = Formatter(call, call.string(0), row).format();
    if (!text) return text;
    if (call.context.spent()) return call.context.too_large();
    made.push_back(*text);
  }
  return call.context.list_of(made, value::Sort::list);
}

}  // namespace resilint::dialect::terraform
