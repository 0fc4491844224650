// SPDX-License-Identifier: Apache-2.0
// JSON → Node, on RapidJSON's SAX reader. It alone includes the reader. The reader works in situ on
// a copy of the bytes; every place is found in the file's own bytes.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <rapidjson/error/error.h>
#include <rapidjson/reader.h>
#include <rapidjson/stream.h>

#include "base/format.h"
#include "parse/builder.h"
#include "parse/parse.h"

namespace resilint::parse {
namespace {

using syntax::Entry;
using syntax::Node;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                           rapidjson::kParseValidateEncodingFlag |
                           rapidjson::kParseNumbersAsStringsFlag;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Receives the reader's events. `base` is where the copy begins, `skipped` how many bytes of the
// file come before it.
class Builder {
 public:
  Builder(const source::File& file, syntax::Tree& tree, rapidjson::InsituStringStream& stream,
          const char* base, std::uint32_t skipped)
      : duplicates(file),
        file_(file),
        bytes_(file.bytes()),
        tree_(tree),
        stream_(stream),
        base_(base),
        skipped_(skipped) {}

  bool Null() { return word(4); }
  bool Bool(bool flag) { return word(flag ? 4 : 5); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    const std::uint32_t begin = offset(text);
    return add(scalar(begin, begin + length, bytes_.substr(begin, length), syntax::Style::plain));
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    return add(string(offset(text), length));
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    frames_.back().key = string(offset(text), length);
    return true;
  }
  bool StartObject() { return open(syntax::NodeKind::mapping); }
  bool StartArray() { return open(syntax::NodeKind::sequence); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }
  // Numbers arrive as text; the reader still wants these to exist.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  std::optional<finding::Finding> too_deep;
  DuplicateKeys duplicates;

 private:
  struct Frame {
    Node* node;
    EntryStack::Mark entries;
    const Node* key = nullptr;
  };

  [[nodiscard]] std::uint32_t offset(const char* text) const {
    return static_cast<std::uint32_t>(text - base_) + skipped_;
  }
  [[nodiscard]] std::uint32_t here() const {
    return static_cast<std::uint32_t>(stream_.Tell()) + skipped_;
  }

  Node* scalar(std::uint32_t begin, std::uint32_t end, std::string_view text, syntax::Style style) {
    Node* node = tree_.arena.make<Node>();
    node->style = style;
    node->span = {file_.id(), begin, end};
    node->lead = style == syntax::Style::plain ? 0 : 1;
    node->text = text;
    return node;
  }

  bool word(std::uint32_t length) {
    const std::uint32_t end = here();
    return add(
        scalar(end - length, end, bytes_.substr(end - length, length), syntax::Style::plain));
  }

  // A string whose first letter stands at `begin`; the reader found `length` decoded bytes.
  Node* string(std::uint32_t begin, std::uint32_t length) {
    const std::string_view same = bytes_.substr(begin, length);
    const bool letter_by_letter =
        std::memchr(same.data(), '\\', same.size()) == nullptr && bytes_[begin + length] == '"';
    if (letter_by_letter)
      return scalar(begin - 1, begin + length + 1, same, syntax::Style::double_quoted);

    const std::string_view decoded =
        tree_.arena.copy(std::string_view(base_ + (begin - skipped_), length));
    std::vector<syntax::Segment> segments{{0, begin}};
    std::uint32_t text = 0;
    std::uint32_t at = begin;
    while (bytes_[at] != '"') {
      if (bytes_[at] != '\\') {
        ++text;
        ++at;
        continue;
      }
      if (segments.back().text != text || segments.back().file != at)
        segments.push_back({text, at});
      const std::uint32_t lead = static_cast<unsigned char>(decoded[text]);
      const bool unicode = bytes_[at + 1] == 'u';
      const std::uint32_t letters = !unicode || lead < 0x80 ? 1
                                    : lead < 0xE0           ? 2
                                    : lead < 0xF0           ? 3
                                                            : 4;
      text += letters;
      at += !unicode ? 2 : letters == 4 ? 12 : 6;  // a surrogate pair is two escapes
      segments.push_back({text, at});
    }
    if (segments.back().text != text || segments.back().file != at) segments.push_back({text, at});
    Node* node = scalar(begin - 1, at + 1, decoded, syntax::Style::double_quoted);
    syntax::NodeDetails details;
    details.segments = tree_.arena.array(segments);
    node->details = tree_.arena.make<syntax::NodeDetails>(details);
    return node;
  }

  bool open(syntax::NodeKind kind) {
    const std::uint32_t begin = here();
    if (frames_.size() == depth_limit) {
      too_deep = depth_error({file_.id(), begin, begin + 1});
      return false;
    }
    Node* node = tree_.arena.make<Node>();
    node->kind = kind;
    node->flow = true;
    node->span = {file_.id(), begin, begin + 1};
    frames_.push_back({node, entries_.open()});
    return true;
  }

  bool close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    frame.node->span.end = here() + 1;
    std::optional<std::uint32_t> comma_before;
    for (Entry& entry : entries_.since(frame.entries)) {
      FlowEntry place;
      place.begin = entry.key != nullptr ? entry.key->span.begin : entry.value->span.begin;
      place.end = entry.value->span.end;
      place.comma_before = comma_before;
      std::uint32_t next = place.end;
      while (blank(bytes_[next])) ++next;
      if (bytes_[next] == ',') place.comma_after = next;
      comma_before = place.comma_after;
      entry = {entry.key, entry.value, flow_entry_span(file_, place)};
    }
    frame.node->entries = entries_.close(frame.entries, tree_.arena);
    if (frame.node->is_mapping()) duplicates.check(*frame.node);
    return add(frame.node);
  }

  bool add(Node* node) {
    if (frames_.empty()) {
      tree_.documents.push_back(node);
    } else {
      entries_.add({frames_.back().key, node, {}});
      frames_.back().key = nullptr;
    }
    return true;
  }

  const source::File& file_;
  std::string_view bytes_;
  syntax::Tree& tree_;
  rapidjson::InsituStringStream& stream_;
  const char* base_;
  std::uint32_t skipped_;
  std::vector<Frame> frames_;
  EntryStack entries_;
};

// ---- errors
// --------------------------------------------------------------------------------------

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// The begin of the word around `at`, or `at` itself: RapidJSON stops inside of a misspelt `true`.
std::uint32_t word_begin(std::string_view bytes, std::uint32_t at) {
  while (at > 0 && letter(bytes[at - 1])) --at;
  return at;
}

// The bracket or comma before `at`, to tell a trailing comma from a missing value.
char before(std::string_view bytes, std::uint32_t at) {
  while (at > 0 && blank(bytes[at - 1])) --at;
  return at == 0 ? '\0' : bytes[at - 1];
}

std::string what_is_wrong(rapidjson::ParseErrorCode code, std::string_view bytes,
                          std::uint32_t at) {
  const bool end = at >= bytes.size();
  const char c = end ? '\0' : bytes[at];
  const auto found = [&]() -> std::string {
    if (end) return "the end of the file";
    if (letter(c)) {
      const std::string_view rest = bytes.substr(at);
      const auto length = std::ranges::find_if_not(rest, letter) - rest.begin();
      return base::format("`{}`", rest.substr(0, static_cast<std::size_t>(std::min(length, 40L))));
    }
    if (static_cast<unsigned char>(c) < 0x20)
      return base::format("the control character 0x{:02X}", static_cast<unsigned>(c));
    return static_cast<unsigned char>(c) < 0x80 ? base::format("`{}`", c) : "another letter";
  };
  if (!end && c == '/' && at + 1 < bytes.size() && (bytes[at + 1] == '/' || bytes[at + 1] == '*'))
    return "found a comment; JSON has none, remove it";
  if (!end && c == '#') return "found a comment; JSON has none, remove it";
  if (!end && c == '\'') return "found a single quote; JSON's strings stand in double quotes";
  if (!end && (c == '}' || c == ']') && before(bytes, at) == ',')
    return "found a comma before the closing bracket; remove the comma";
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "the file is empty; expected a value";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return base::format("expected the end of the file after the first value, found {}", found());
    case rapidjson::kParseErrorObjectMissName:
      return base::format("expected a key in double quotes, found {}", found());
    case rapidjson::kParseErrorObjectMissColon:
      return base::format("expected `:` after the key, found {}", found());
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return base::format("expected `,` or `}}`, found {}", found());
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return base::format("expected `,` or `]`, found {}", found());
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "expected four hexadecimal digits after \\u";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "half of a surrogate pair; write both halves, \\ud83d\\ude00";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "an escape that JSON does not know; a backslash itself is \\\\";
    case rapidjson::kParseErrorStringMissQuotationMark:
      if (!end && static_cast<unsigned char>(c) < 0x20)
        return "a line end or control character in a string; write it as an escape, or close the "
               "string";
      return "a string without its closing quote";
    case rapidjson::kParseErrorStringInvalidEncoding:
      return "bytes that are no text in UTF-8";
    case rapidjson::kParseErrorNumberTooBig:
      return "a number that is too big for a double";
    case rapidjson::kParseErrorNumberMissFraction:
      return base::format("expected a digit after the point, found {}", found());
    case rapidjson::kParseErrorNumberMissExponent:
      return base::format("expected a digit in the exponent, found {}", found());
    default:
      return base::format("expected a value, found {}", found());
  }
}

}  // namespace

Parsed parse_json(const source::File& file) {
  Parsed parsed;
  if (auto error = unreadable(file, json_limit, "JSON")) {
    parsed.errors.push_back(std::move(*error));
    return parsed;
  }
  const std::string_view bytes = file.bytes();
  const bool marked = bytes.starts_with(byte_order_mark);
  const auto skipped = static_cast<std::uint32_t>(marked ? byte_order_mark.size() : 0);
  std::string copy(bytes.substr(skipped));
  auto tree = std::make_unique<syntax::Tree>();
  tree->file = file.id();

  rapidjson::InsituStringStream stream(copy.data());
  Builder builder(file, *tree, stream, copy.data(), skipped);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<flags>(stream, builder);
  if (!result.IsError()) {
    parsed.tree = std::move(tree);
    parsed.notes = builder.duplicates.take();
    return parsed;
  }
  if (builder.too_deep) {
    parsed.errors.push_back(std::move(*builder.too_deep));
    return parsed;
  }
  auto at = std::min(static_cast<std::uint32_t>(result.Offset()) + skipped,
                     static_cast<std::uint32_t>(bytes.size()));
  if (result.Code() == rapidjson::kParseErrorValueInvalid) at = word_begin(bytes, at);
  const std::uint32_t end = at < bytes.size() ? at + 1 : at;
  parsed.errors.push_back(
      syntax_error({file.id(), at, end}, what_is_wrong(result.Code(), bytes, at)));
  return parsed;
}

}  // namespace resilint::parse
