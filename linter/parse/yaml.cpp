// SPDX-License-Identifier: Apache-2.0
// YAML → Node, on yaml-cpp's event parser. It alone includes the library, which gives the start of
// each node and its decoded value. The rest (ends, styles, comments, dashes, colons and commas, and
// the mistakes that the library lets pass) is read from the file's bytes, along with the events.
#include <algorithm>
#include <exception>
#include <istream>
#include <streambuf>
#include <string>
#include <unordered_map>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/format.h"
#include "parse/builder.h"
#include "parse/parse.h"

namespace resilint::parse {
namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using syntax::Segment;
using syntax::Style;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::uint32_t none = 0xFFFFFFFF;

bool is_break(char c) { return c == '\n' || c == '\r'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_space(char c) { return is_blank(c) || is_break(c); }
bool is_flow_mark(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }

// Ends the reading; carries the finding through the library.
struct Stop : std::exception {
  explicit Stop(finding::Finding held) : finding(std::move(held)) {}
  finding::Finding finding;
};

// Reads a string without copying it.
class MemoryBuffer : public std::streambuf {
 public:
  explicit MemoryBuffer(std::string& text) {
    setg(text.data(), text.data(), text.data() + text.size());
  }
};

// A letter that stands for a question mark in the parser's copy: the library takes every one in
// brackets for an indicator, `{at: cron(10 1 * * ? *)}` too.
constexpr char question_stand_in = '\x7F';

// A tag that the parser's copy has blanks for: the library refuses `- !Sub |` whose text stands at
// the tag's own column.
struct Blanked {
  std::uint32_t begin;
  std::uint32_t end;
};

class Builder final : public YAML::EventHandler {
 public:
  Builder(const source::File& file, syntax::Tree& tree, std::uint32_t skipped,
          std::vector<Blanked> blanked, bool has_stand_ins)
      : duplicates(file),
        file_(file),
        bytes_(file.bytes()),
        tree_(tree),
        at_(skipped),
        skipped_(skipped),
        blanked_(std::move(blanked)),
        has_stand_ins_(has_stand_ins) {}

  DuplicateKeys duplicates;

  void finish() {
    read_document_start();
    if (at_ < bytes_.size())
      fail(at_, "expected the end of the document; a further one begins with `---`");
  }

  // ---- events
  // --------------------------------------------------------------------------------------

  void OnDocumentStart(const YAML::Mark& mark) override {
    const std::uint32_t begin = offset(mark);
    if (documents_ > 0 && begin <= last_document_) fail(begin, "expected a key or a value here");
    last_document_ = begin;
    ignoring_ = begin < at_;  // it was read as a part of the document before
    if (ignoring_) return;
    const bool marker = read_document_start();
    if (documents_ > 0 && !marker) fail(at_, unexpected_content());
    ++documents_;
    anchors_.clear();
  }
  void OnDocumentEnd() override { ignoring_ = false; }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (ignoring_) return;
    if (is_null_word(offset(mark), anchor)) return null_word(offset(mark), anchor);
    // The library's mark is the next token's: the place follows from what stands around.
    begin_child(none);
    Properties properties;
    if (frames_.empty()) read_blanks(static_cast<std::uint32_t>(bytes_.size()));
    if (anchor != YAML::NullAnchor)
      properties = read_properties(offset(mark));
    else if (frames_.empty() && peek(at_) == '!')
      properties = read_properties(at_);
    Node* node = make(NodeKind::scalar, after_indicator(properties), after_indicator(properties));
    finish_node(node, properties, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (ignoring_) return;
    const std::uint32_t begin = offset(mark);
    begin_child(begin);
    std::uint32_t end = begin + 1;
    while (end < bytes_.size() && !is_space(bytes_[end]) && !is_flow_mark(bytes_[end])) ++end;
    Node* node = make(NodeKind::alias, begin, end);
    node->text = bytes_.substr(begin + 1, end - begin - 1);
    const auto found = anchors_.find(anchor);
    if (found != anchors_.end()) {
      syntax::NodeDetails details;
      details.target = found->second;
      node->details = tree_.arena.make<syntax::NodeDetails>(details);
    }
    at_ = end;
    finish_node(node, {}, YAML::NullAnchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string& value) override {
    if (ignoring_) return;
    const std::uint32_t begin = offset(mark);
    begin_child(begin);
    const Properties properties = read_properties(at_);
    std::string text = value;
    if (has_stand_ins_) std::ranges::replace(text, question_stand_in, '?');
    Node* node = scalar(text, properties);
    finish_node(node, properties, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(NodeKind::sequence, offset(mark), tag, anchor, style == YAML::EmitterStyle::Flow);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(NodeKind::mapping, offset(mark), tag, anchor, style == YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override {
    if (!ignoring_) close(']');
  }
  void OnMapEnd() override {
    if (!ignoring_) close('}');
  }

 private:
  struct Properties {
    std::string_view tag;
    std::uint32_t tag_begin = 0;
    std::string_view anchor;
    std::uint32_t begin = none;  // of the first
    std::uint32_t end = none;    // of the last
  };

  struct Frame {
    Node* node;
    Properties properties;
    EntryStack::Mark entries;
    const Node* key = nullptr;         // of the entry that is being read
    std::uint32_t entry_begin = none;  // of that entry: its dash, `?`, or key
    std::uint32_t dash = none;
    std::uint32_t question = none;
    std::uint32_t colon = none;
    std::uint32_t comma = none;           // the last one seen
    std::vector<std::uint32_t> begins{};  // of the entries
    std::vector<std::uint32_t> ends{};
    std::vector<std::uint32_t> commas{};  // after each entry, or none
  };

  // ---- null
  // ----------------------------------------------------------------------------------------

  // The library reports `null` and its like as it does a value that is omitted, for which its mark
  // is the next token's: then a word there is that token, a key with its colon.
  [[nodiscard]] std::uint32_t null_size(std::uint32_t at) const {
    static constexpr std::string_view words[] = {"null", "Null", "NULL", "~"};
    for (const std::string_view word : words) {
      const auto end = at + static_cast<std::uint32_t>(word.size());
      const bool whole = end >= bytes_.size() || is_space(bytes_[end]) ||
                         is_flow_mark(bytes_[end]) || bytes_[end] == ':';
      if (bytes_.substr(at, word.size()) == word && whole)
        return static_cast<std::uint32_t>(word.size());
    }
    return 0;
  }
  [[nodiscard]] bool is_null_word(std::uint32_t begin, YAML::anchor_t anchor) const {
    std::uint32_t at = begin;
    if (anchor != YAML::NullAnchor) {
      while (at < bytes_.size() && !is_space(bytes_[at])) ++at;
      while (at < bytes_.size() && is_space(bytes_[at])) ++at;
    }
    const std::uint32_t size = null_size(at);
    if (size == 0 || at < at_) return false;
    const bool is_key =
        !frames_.empty() && frames_.back().node->is_mapping() && frames_.back().key == nullptr;
    if (is_key) return true;
    std::uint32_t next = at + size;
    while (is_blank(peek(next))) ++next;
    return peek(next) != ':';
  }
  void null_word(std::uint32_t begin, YAML::anchor_t anchor) {
    begin_child(begin);
    const Properties properties = read_properties(at_);
    const std::uint32_t size = null_size(at_);
    Node* node = make(NodeKind::scalar, at_, at_ + size);
    node->text = bytes_.substr(at_, size);
    at_ += size;
    finish_node(node, properties, anchor);
  }

  // ---- helpers
  // -------------------------------------------------------------------------------------

  [[nodiscard]] std::uint32_t offset(const YAML::Mark& mark) const {
    const auto at = static_cast<std::uint32_t>(std::max(mark.pos, 0)) + skipped_;
    return std::min(at, static_cast<std::uint32_t>(bytes_.size()));
  }
  [[nodiscard]] char peek(std::uint32_t at) const { return at < bytes_.size() ? bytes_[at] : '\0'; }
  [[nodiscard]] bool line_begins(std::uint32_t at) const {
    return at == skipped_ || is_break(bytes_[at - 1]);
  }
  [[nodiscard]] bool document_marker(std::uint32_t at) const {
    const std::string_view three = bytes_.substr(at, 3);
    return line_begins(at) && (three == "---" || three == "...") &&
           (at + 3 >= bytes_.size() || is_space(bytes_[at + 3]));
  }

  [[noreturn]] void fail(std::uint32_t at, std::string message) const {
    const std::uint32_t end = at < bytes_.size() ? at + 1 : at;
    throw Stop(syntax_error({file_.id(), at, end}, std::move(message)));
  }

  Node* make(NodeKind kind, std::uint32_t begin, std::uint32_t end) {
    Node* node = tree_.arena.make<Node>();
    node->kind = kind;
    node->span = {file_.id(), begin, end};
    return node;
  }

  [[nodiscard]] static std::string unexpected_content() {
    return "this does not belong to what stands before it; expected a key with a colon, or an item "
           "like those above";
  }

  // ---- gaps: what stands between the nodes
  // -----------------------------------------------------------

  void read_comment() {
    std::uint32_t end = at_;
    while (end < bytes_.size() && !is_break(bytes_[end])) ++end;
    std::string_view text = bytes_.substr(at_ + 1, end - at_ - 1);
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    std::uint32_t begin = at_;
    while (begin > skipped_ && is_blank(bytes_[begin - 1])) --begin;
    tree_.comments.push_back({{file_.id(), at_, end}, text, line_begins(begin)});
    at_ = end;
  }

  // Blanks, line ends and comments up to `limit`.
  void read_blanks(std::uint32_t limit) {
    while (at_ < limit) {
      const char c = bytes_[at_];
      if (is_space(c))
        ++at_;
      else if (c == '#' && (at_ == skipped_ || is_space(bytes_[at_ - 1])))
        read_comment();
      else
        return;
    }
  }

  // Directives and markers up to the one that begins a document; whether there was any marker.
  bool read_document_start() {
    bool marker = false;
    while (true) {
      read_blanks(static_cast<std::uint32_t>(bytes_.size()));
      if (at_ < bytes_.size() && document_marker(at_)) {
        const bool begins = bytes_[at_] == '-';
        marker = true;
        at_ += 3;
        if (begins) return true;
        while (is_blank(peek(at_))) ++at_;
        const bool rest = at_ < bytes_.size() && !is_break(bytes_[at_]) && bytes_[at_] != '#';
        if (rest) fail(at_, "nothing may follow `...` on its line");
      } else if (peek(at_) == '%' && line_begins(at_) && (documents_ == 0 || marker)) {
        while (at_ < bytes_.size() && !is_break(bytes_[at_])) ++at_;
      } else {
        return marker;
      }
    }
  }

  // Up to `limit`, with the indicators in between noted in the frame. Stops early at what is none.
  void read_gap(std::uint32_t limit) {
    while (true) {
      read_blanks(limit);
      if (at_ >= limit) return;
      if (frames_.empty()) return;
      Frame& frame = frames_.back();
      const char c = bytes_[at_];
      if (c == '-' && !frame.node->flow && frame.node->is_sequence()) {
        frame.dash = at_++;
      } else if (c == '?' && frame.node->is_mapping()) {
        frame.question = at_++;
      } else if (c == ':' && frame.node->is_mapping()) {
        frame.colon = at_++;
      } else if (c == ',' && frame.node->flow) {
        frame.comma = at_++;
        if (!frame.commas.empty() && frame.commas.back() == none) frame.commas.back() = frame.comma;
      } else {
        return;
      }
    }
  }

  // Before a child at `begin`, or before an omitted one when `begin` is none.
  void begin_child(std::uint32_t begin) {
    if (frames_.empty()) {
      if (begin != none) read_to(begin);
      return;
    }
    Frame& frame = frames_.back();
    const bool is_value = frame.node->is_mapping() && frame.key != nullptr;
    if (!is_value) frame.dash = frame.question = frame.colon = none;
    if (begin != none) {
      read_to(begin);
    } else if (is_value && frame.colon == none) {
      // A value that is not there: its colon may be missing, too, in `{a, b}` and after `?`.
      const std::uint32_t before = at_;
      const std::size_t comments = tree_.comments.size();
      read_blanks(static_cast<std::uint32_t>(bytes_.size()));
      if (peek(at_) == ':') {
        frame.colon = at_++;
      } else {
        if (!frame.node->flow && frame.question == none) {
          // In brackets this is yaml-cpp's way of seeing that they do not close.
          const bool in_brackets = frames_.size() > 1 && frames_[frames_.size() - 2].node->flow;
          if (in_brackets) fail(at_, "expected `,` or a closing bracket");
          fail(frame.key->span.begin, "expected a `:` after this key, or another value before it");
        }
        at_ = before;
        tree_.comments.resize(comments);
      }
    } else if (!is_value && frame.node->is_sequence() && !frame.node->flow) {
      read_blanks(static_cast<std::uint32_t>(bytes_.size()));
      if (peek(at_) == '-') frame.dash = at_++;
    } else if (!is_value) {
      read_blanks(static_cast<std::uint32_t>(bytes_.size()));
      if (peek(at_) == '?')
        frame.question = at_++;
      else if (peek(at_) == ',')
        read_gap(at_ + 1);
    }
    if (!is_value) {
      const std::uint32_t place = begin == none ? at_ : begin;
      frame.entry_begin = frame.dash != none       ? frame.dash
                          : frame.question != none ? frame.question
                                                   : place;
    }
  }

  void read_to(std::uint32_t begin) {
    read_gap(begin);
    if (at_ < begin && is_blanked(at_)) return;  // the tag that the parser does not see
    if (at_ < begin) fail(at_, unexpected_content());
  }
  [[nodiscard]] bool is_blanked(std::uint32_t at) const {
    return std::ranges::any_of(blanked_,
                               [at](const Blanked& blanked) { return blanked.begin == at; });
  }

  // Where an omitted node stands: behind its anchor, dash, colon or question mark.
  [[nodiscard]] std::uint32_t after_indicator(const Properties& properties) const {
    if (properties.end != none) return properties.end;
    if (frames_.empty()) return at_;
    const Frame& frame = frames_.back();
    const bool is_value = frame.node->is_mapping() && frame.key != nullptr;
    if (is_value) return frame.colon != none ? frame.colon + 1 : frame.key->span.end;
    if (frame.dash != none) return frame.dash + 1;
    return frame.question != none ? frame.question + 1 : at_;
  }

  // Tag and anchor in either order, from `begin` on; leaves the cursor at the content.
  Properties read_properties(std::uint32_t begin, bool may_have_anchor = true) {
    Properties found;
    at_ = std::max(at_, begin);
    while (at_ < bytes_.size()) {
      const char c = bytes_[at_];
      const std::uint32_t first = at_;
      if (c == '!' && found.tag.empty()) {
        const bool verbatim = peek(at_ + 1) == '<';
        const bool flow = !frames_.empty() && frames_.back().node->flow;
        while (at_ < bytes_.size() && !is_space(bytes_[at_]) &&
               (verbatim || !flow || !is_flow_mark(bytes_[at_]))) {
          if (verbatim && bytes_[at_++] == '>') break;
          if (!verbatim) ++at_;
        }
        found.tag = bytes_.substr(first, at_ - first);
        found.tag_begin = first;
      } else if (c == '&' && found.anchor.empty() && may_have_anchor) {
        while (at_ < bytes_.size() && !is_space(bytes_[at_]) && !is_flow_mark(bytes_[at_])) ++at_;
        found.anchor = bytes_.substr(first + 1, at_ - first - 1);
      } else {
        break;
      }
      if (found.begin == none) found.begin = first;
      found.end = at_;
      read_blanks(static_cast<std::uint32_t>(bytes_.size()));
    }
    return found;
  }

  // ---- nodes
  // -----------------------------------------------------------------------------------------

  void finish_node(Node* node, const Properties& properties, YAML::anchor_t anchor) {
    if (!properties.tag.empty() || !properties.anchor.empty()) {
      syntax::NodeDetails details = *node->details;
      details.tag = properties.tag;
      details.tag_begin = properties.tag_begin;
      details.anchor = properties.anchor;
      node->details = tree_.arena.make<syntax::NodeDetails>(details);
    }
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    attach(node, properties);
  }

  void attach(const Node* node, const Properties& properties) {
    if (frames_.empty()) {
      tree_.documents.push_back(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node->is_mapping() && frame.key == nullptr) {
      frame.key = node;
      return;
    }
    entries_.add({frame.key, node, {}});
    frame.begins.push_back(frame.entry_begin);
    std::uint32_t end = node->span.end;
    if (properties.end != none) end = std::max(end, properties.end);
    if (frame.colon != none) end = std::max(end, frame.colon + 1);
    if (frame.dash != none) end = std::max(end, frame.dash + 1);
    if (frame.key != nullptr) end = std::max(end, frame.key->span.end);
    frame.ends.push_back(end);
    frame.commas.push_back(none);
    frame.key = nullptr;
    frame.dash = frame.question = frame.colon = none;
  }

  void open(NodeKind kind, std::uint32_t begin, const std::string& tag, YAML::anchor_t anchor,
            bool flow) {
    if (ignoring_) return;
    if (frames_.size() == depth_limit) {
      throw Stop(depth_error(
          {file_.id(), begin, std::min(begin + 1, static_cast<std::uint32_t>(bytes_.size()))}));
    }
    reopen_as_pair(begin);
    begin_child(begin);
    Properties properties;
    if ((!tag.empty() && tag != "?") || anchor != YAML::NullAnchor) {
      properties = read_properties(at_, anchor != YAML::NullAnchor);
    }
    const char bracket = kind == NodeKind::mapping ? '{' : '[';
    Node* node = make(kind, at_, at_);
    // A pair inside a list in brackets (`[a: 1]`) is a flow mapping without brackets of its own.
    node->flow = flow && peek(at_) == bracket;
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    frames_.push_back({node, properties, entries_.open()});
    if (node->flow) ++at_;
  }

  // `[{a: 1}: 2]`: what looked like a mapping in brackets is a pair whose key is one, which shows
  // when that key begins at the same place.
  void reopen_as_pair(std::uint32_t begin) {
    if (frames_.empty()) return;
    const Frame& frame = frames_.back();
    const bool same = frame.node->flow && frame.node->is_mapping() &&
                      frame.node->span.begin == begin && frame.begins.empty() &&
                      frame.key == nullptr;
    if (!same) return;
    frame.node->flow = false;
    at_ = begin;
  }

  void close(char bracket) {
    Frame& frame = frames_.back();
    Node* node = frame.node;
    if (node->flow) {
      read_gap(static_cast<std::uint32_t>(bytes_.size()));
      if (peek(at_) != bracket) fail(at_, base::format("expected `,` or `{}`", bracket));
      node->span.end = ++at_;
    } else {
      node->span.end = frame.ends.empty() ? node->span.begin : frame.ends.back();
    }
    place_entries(frame);
    node->entries = entries_.close(frame.entries, tree_.arena);
    if (node->is_mapping()) duplicates.check(*node);
    const Properties properties = frame.properties;
    frames_.pop_back();
    finish_node(node, properties, YAML::NullAnchor);
  }

  // ---- entries
  // ---------------------------------------------------------------------------------------

  void place_entries(const Frame& frame) {
    const std::span<Entry> entries = entries_.since(frame.entries);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (frame.node->flow) {
        FlowEntry place{frame.begins[i], frame.ends[i], std::nullopt, std::nullopt};
        if (i > 0 && frame.commas[i - 1] != none) place.comma_before = frame.commas[i - 1];
        if (frame.commas[i] != none) place.comma_after = frame.commas[i];
        // A comma behind the last entry goes with it when there is none before.
        const bool last = i + 1 == entries.size();
        if (last && place.comma_after && place.comma_before) place.end = *place.comma_after + 1;
        if (last && place.comma_before) place.comma_after.reset();
        entries[i] = {entries[i].key, entries[i].value, flow_entry_span(file_, place)};
      } else {
        entries[i] = {
            entries[i].key, entries[i].value,
            block_entry_span(frame.begins[i], frame.ends[i], entries.size() == 1, i == 0)};
      }
    }
  }

  // Whole lines when the entry has them for itself; the first of a compact mapping (`- a: 1`)
  // leaves the dash and takes what leads to the next entry.
  source::Span block_entry_span(std::uint32_t begin, std::uint32_t end, bool only,
                                bool first) const {
    std::uint32_t line = begin;
    while (line > skipped_ && is_blank(bytes_[line - 1])) --line;
    const bool own_line = line_begins(line);
    // A block of text takes its last line end along.
    const bool ended = end > begin && is_break(bytes_[end - 1]);
    std::uint32_t next = end;
    if (ended) {
      end -= bytes_.substr(0, end).ends_with("\r\n") ? 2 : 1;
    } else {
      while (is_blank(peek(next))) ++next;
      if (peek(next) == '#' && next > end) {
        while (next < bytes_.size() && !is_break(bytes_[next])) ++next;
      }
      if (next < bytes_.size() && !is_break(bytes_[next])) return {file_.id(), begin, end};
      if (next < bytes_.size()) next += bytes_.substr(next, 2) == "\r\n" ? 2 : 1;
    }
    if (own_line) return {file_.id(), line, next};
    if (only || !first) return {file_.id(), begin, end};
    // Up to the next entry, which moves to where this one began.
    std::uint32_t at = next;
    while (at < bytes_.size()) {
      std::uint32_t text = at;
      while (text < bytes_.size() && is_blank(bytes_[text])) ++text;
      if (text < bytes_.size() && bytes_[text] != '#' && !is_break(bytes_[text]))
        return {file_.id(), begin, text};
      while (text < bytes_.size() && !is_break(bytes_[text])) ++text;
      at = text + (bytes_.substr(text, 2) == "\r\n" ? 2 : 1);
    }
    return {file_.id(), begin, end};
  }

  // ---- scalars
  // ---------------------------------------------------------------------------------------

  Node* scalar(const std::string& value, const Properties& properties) {
    const std::uint32_t begin = at_;
    const char first = peek(begin);
    const bool quotes_nothing = (first == '"' || first == '\'') && peek(begin + 1) == first;
    if (value.empty() && properties.end != none && !quotes_nothing && first != '|' &&
        first != '>') {
      // A tag or anchor alone; what stands behind it is the next node.
      return make(NodeKind::scalar, properties.end, properties.end);
    }
    if (first == '"') return double_quoted(begin, value);
    if (first == '\'') return single_quoted(begin, value);
    if ((first == '|' || first == '>') && !in_flow()) {
      return value.empty() && frames_.empty() ? root_block(begin) : block(begin, value);
    }
    return plain(begin, value);
  }
  [[nodiscard]] bool in_flow() const { return !frames_.empty() && frames_.back().node->flow; }

  // A run of text that is letter by letter the file's, then whatever breaks it.
  static void mark(std::vector<Segment>& segments, std::size_t text, std::uint32_t file) {
    const auto at = static_cast<std::uint32_t>(text);
    if (!segments.empty() && file - segments.back().file == at - segments.back().text &&
        segments.size() > 1) {
      // The run goes on: only a run's end after an escape needs a segment of its own.
    }
    segments.push_back({at, file});
  }

  void set_text(Node* node, const std::string& text, const std::vector<Segment>& segments) {
    node->text = tree_.arena.copy(text);
    syntax::NodeDetails details = *node->details;
    details.segments = tree_.arena.array(segments);
    node->details = tree_.arena.make<syntax::NodeDetails>(details);
  }

  Node* plain(std::uint32_t begin, const std::string& value) {
    if (bytes_.substr(begin, value.size()) == value) {
      const auto end = begin + static_cast<std::uint32_t>(value.size());
      Node* node = make(NodeKind::scalar, begin, end);
      node->text = bytes_.substr(begin, value.size());
      at_ = end;
      return node;
    }
    // Folded over lines: a line end is a blank in the value, empty lines are line ends in it.
    std::vector<Segment> segments{{0, begin}};
    std::uint32_t at = begin;
    for (std::size_t i = 0; i < value.size();) {
      std::uint32_t ahead = at;
      while (is_blank(peek(ahead))) ++ahead;
      if (ahead < bytes_.size() && is_break(bytes_[ahead])) {
        mark(segments, i, at);
        while (ahead < bytes_.size() && is_space(bytes_[ahead])) ++ahead;
        if (value[i] == '\n')
          while (i < value.size() && value[i] == '\n') ++i;
        else
          ++i;
        at = ahead;
        mark(segments, i, at);
      } else {
        if (peek(at) != value[i]) fail(at, "this text cannot be read; put it in quotes");
        ++i;
        ++at;
      }
    }
    mark(segments, value.size(), at);
    Node* node = make(NodeKind::scalar, begin, at);
    set_text(node, value, segments);
    at_ = at;
    return node;
  }

  Node* single_quoted(std::uint32_t begin, const std::string& value) {
    std::uint32_t at = begin + 1;
    bool same = true;
    while (at < bytes_.size() && (bytes_[at] != '\'' || peek(at + 1) == '\'')) {
      same = same && bytes_[at] != '\'' && !is_break(bytes_[at]);
      at += bytes_[at] == '\'' ? 2 : 1;
    }
    if (at >= bytes_.size()) fail(begin, "a text without its closing quote");
    return quoted(begin, at, value, same, Style::single_quoted);
  }

  Node* double_quoted(std::uint32_t begin, const std::string& value) {
    std::uint32_t at = begin + 1;
    bool same = true;
    while (at < bytes_.size() && bytes_[at] != '"') {
      same = same && bytes_[at] != '\\' && !is_break(bytes_[at]);
      at += bytes_[at] == '\\' ? 2 : 1;
    }
    if (at >= bytes_.size()) fail(begin, "a text without its closing quote");
    return quoted(begin, at, value, same, Style::double_quoted);
  }

  // The closing quote stands at `close`.
  Node* quoted(std::uint32_t begin, std::uint32_t close, const std::string& value, bool same,
               Style style) {
    Node* node = make(NodeKind::scalar, begin, close + 1);
    node->style = style;
    at_ = close + 1;
    if (same) {
      node->lead = 1;
      node->text = bytes_.substr(begin + 1, close - begin - 1);
      return node;
    }
    std::vector<Segment> segments{{0, begin + 1}};
    std::size_t text = 0;
    for (std::uint32_t at = begin + 1; at < close;) {
      std::uint32_t ahead = at;
      while (ahead < close && is_blank(bytes_[ahead])) ++ahead;
      if (ahead < close && is_break(bytes_[ahead])) {  // a fold
        mark(segments, text, at);
        std::size_t breaks = 0;
        while (ahead < close && is_space(bytes_[ahead])) {
          if (is_break(bytes_[ahead])) {
            ++breaks;
            if (bytes_.substr(ahead, 2) == "\r\n") ++ahead;
          }
          ++ahead;
        }
        text += breaks > 1 ? breaks - 1 : 1;
        at = ahead;
        mark(segments, text, at);
      } else if (style == Style::single_quoted && bytes_[at] == '\'') {
        mark(segments, text, at);
        ++text;
        at += 2;
        mark(segments, text, at);
      } else if (style == Style::double_quoted && bytes_[at] == '\\') {
        mark(segments, text, at);
        at += escape(at, value, text);
        mark(segments, text, at);
      } else {
        ++text;
        ++at;
      }
    }
    mark(segments, value.size(), close);
    for (Segment& segment : segments)
      segment.text = std::min(segment.text, static_cast<std::uint32_t>(value.size()));
    set_text(node, value, segments);
    return node;
  }

  // Bytes of the escape in the file; `text` moves over what it stands for.
  std::uint32_t escape(std::uint32_t at, const std::string& value, std::size_t& text) const {
    const char c = peek(at + 1);
    if (is_break(c)) {  // a line that goes on
      std::uint32_t end = at + (bytes_.substr(at + 1, 2) == "\r\n" ? 3 : 2);
      while (is_blank(peek(end))) ++end;
      return end - at;
    }
    const auto lead = text < value.size() ? static_cast<unsigned char>(value[text]) : 0;
    text += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return c == 'x' ? 4 : c == 'u' ? 6 : c == 'U' ? 10 : 2;
  }

  // Where a line of a block stands in its value, behind the line ends or the blank that separate it
  // from what ends at `after`; npos when the value has it not.
  static std::size_t line_in(std::string_view value, std::size_t after, std::string_view line) {
    const auto fits = [&](std::size_t at) {
      const std::size_t end = at + line.size();
      return end <= value.size() && value.substr(at, line.size()) == line &&
             (end == value.size() || value[end] == '\n' || value[end] == ' ');
    };
    std::size_t at = after;
    while (at < value.size() && value[at] == '\n') ++at;
    if (fits(at)) return at;
    const bool folded = after > 0 && after < value.size() && value[after] == ' ';
    return folded && fits(after + 1) ? after + 1 : std::string_view::npos;
  }

  // A literal or folded block: `begin` is at its `|` or `>`.
  Node* block(std::uint32_t begin, const std::string& value) {
    std::uint32_t at = begin;
    while (at < bytes_.size() && !is_break(bytes_[at])) {
      if (bytes_[at] == '#' && is_blank(bytes_[at - 1])) {
        at_ = at;
        read_comment();
        at = at_;
      } else {
        ++at;
      }
    }
    const auto next_line = [this](std::uint32_t from) {
      return from + (bytes_.substr(from, 2) == "\r\n" ? 2U : from < bytes_.size() ? 1U : 0U);
    };
    at = next_line(at);
    const std::size_t letters = value.find_first_not_of('\n');
    const bool has_text = letters != std::string::npos;
    std::uint32_t indentation = none;
    std::uint32_t end = at;
    std::vector<Segment> segments;
    std::size_t text = 0;
    while (at < bytes_.size()) {
      std::uint32_t spaces = 0;
      while (peek(at + spaces) == ' ') ++spaces;
      std::uint32_t line_end = at + spaces;
      while (line_end < bytes_.size() && !is_break(bytes_[line_end])) ++line_end;
      const bool blank_line = line_end == at + spaces;
      if (!has_text) {
        if (!blank_line) break;
      } else if (indentation == none && !blank_line) {
        // Blanks that the value begins with are text, not indentation.
        const std::size_t line_start =
            value.rfind('\n', letters) == std::string::npos ? 0 : letters;
        std::uint32_t own = 0;
        while (line_start + own < value.size() && value[line_start + own] == ' ') ++own;
        indentation = spaces >= own ? spaces - own : 0;
      } else if (!blank_line && (spaces < indentation || document_marker(at))) {
        break;
      }
      bool is_text = !blank_line;
      if (indentation != none && line_end > at + indentation) {
        const std::string_view line = bytes_.substr(at + indentation, line_end - at - indentation);
        if (const std::size_t found = line_in(value, text, line); found != std::string::npos) {
          segments.push_back({static_cast<std::uint32_t>(found), at + indentation});
          segments.push_back({static_cast<std::uint32_t>(found + line.size()), line_end});
          text = found + line.size();
          is_text = true;
        }
      }
      at = next_line(line_end);
      if (is_text || value.empty()) end = at;
      if (line_end >= bytes_.size()) break;
    }
    // Line ends that the value keeps beyond the last line of text.
    std::size_t kept = 0;
    while (kept < value.size() && value[value.size() - 1 - kept] == '\n') ++kept;
    for (std::size_t i = has_text ? 1 : 0; i < kept && end < bytes_.size(); ++i) {
      std::uint32_t line_end = end;
      while (is_blank(peek(line_end))) ++line_end;
      if (line_end < bytes_.size() && !is_break(bytes_[line_end])) break;
      end = next_line(line_end);
    }
    Node* node = make(NodeKind::scalar, begin, end);
    node->style = bytes_[begin] == '|' ? Style::literal : Style::folded;
    if (segments.empty()) segments.push_back({0, end});
    segments.push_back({static_cast<std::uint32_t>(value.size()), end});
    set_text(node, restored(value, segments), segments);
    at_ = end;
    return node;
  }

  // A whole document that is one block of text may stand without indentation, which the library
  // takes for the end of the text. Its lines are then read here (YAML 1.2, 8.1.1.1 and 8.1.3).
  Node* root_block(std::uint32_t begin) {
    std::uint32_t at = begin;
    while (at < bytes_.size() && !is_break(bytes_[at])) ++at;
    const std::uint32_t header_end = at;
    const auto skip_break = [&] {
      at += bytes_.substr(at, 2) == "\r\n" ? 2U : at < bytes_.size() ? 1U : 0U;
    };
    skip_break();
    if (at >= bytes_.size() || is_space(bytes_[at]) || document_marker(at)) return block(begin, {});
    const bool folds = bytes_[begin] == '>';
    std::string text;
    std::vector<Segment> segments;
    while (at < bytes_.size() && !document_marker(at)) {
      std::uint32_t end = at;
      while (end < bytes_.size() && !is_break(bytes_[end])) ++end;
      if (folds && end > at && text.ends_with('\n') && text.size() > 1 &&
          text[text.size() - 2] != '\n')
        text.back() = ' ';
      segments.push_back({static_cast<std::uint32_t>(text.size()), at});
      text += bytes_.substr(at, end - at);
      segments.push_back({static_cast<std::uint32_t>(text.size()), end});
      at = end;
      if (at < bytes_.size()) text += '\n';
      skip_break();
    }
    if (bytes_.substr(begin, header_end - begin).find('-') != std::string_view::npos) {
      while (text.ends_with('\n')) text.pop_back();
    }
    segments.push_back({static_cast<std::uint32_t>(text.size()), at});
    for (Segment& segment : segments)
      segment.text = std::min(segment.text, static_cast<std::uint32_t>(text.size()));
    Node* node = make(NodeKind::scalar, begin, at);
    node->style = folds ? Style::folded : Style::literal;
    set_text(node, text, segments);
    at_ = at;
    return node;
  }

  // The parser's copy may have blanks where the text has what looks like a tag.
  [[nodiscard]] std::string restored(std::string value, std::span<const Segment> segments) const {
    if (blanked_.empty()) return value;
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
      const std::uint32_t length = segments[i + 1].text - segments[i].text;
      if (segments[i + 1].file - segments[i].file != length) continue;
      value.replace(segments[i].text, length, bytes_.substr(segments[i].file, length));
    }
    return value;
  }

  const source::File& file_;
  std::string_view bytes_;
  syntax::Tree& tree_;
  std::uint32_t at_;       // everything before it has been read
  std::uint32_t skipped_;  // bytes before what the library sees
  std::vector<Blanked> blanked_;
  bool has_stand_ins_;  // for question marks
  std::vector<Frame> frames_;
  EntryStack entries_;
  std::unordered_map<YAML::anchor_t, const Node*> anchors_;
  std::uint32_t last_document_ = 0;
  std::size_t documents_ = 0;
  bool ignoring_ = false;
};

// ---- the library's messages, in words that help
// ----------------------------------------------------

std::string helpful(std::string_view message, std::string_view bytes, std::uint32_t at) {
  struct Meaning {
    std::string_view theirs;
    std::string_view ours;
  };
  static constexpr Meaning meanings[] = {
      {"illegal map value", "a `:` where no key can be; a text with `: ` in it needs quotes"},
      {"illegal map key", "a `?` where no key can be; put the text in quotes"},
      {"illegal block entry", "a `- ` where no list item can be; check the indentation"},
      {"end of map not found",
       "this does not fit into the mapping before it; expected a key at the mapping's indentation"},
      {"end of map flow not found", "expected `,` or `}` in the mapping that was opened before"},
      {"end of sequence not found",
       "this does not fit into the list before it; expected `- ` at the list's indentation"},
      {"end of sequence flow not found", "expected `,` or `]` in the list that was opened before"},
      {"illegal flow end", "a closing bracket that nothing opened"},
      {"illegal EOF in scalar", "a text without its closing quote"},
      {"illegal document indicator in scalar",
       "a document marker inside a text; close the quote before it"},
      {"unknown escape character",
       "an escape that YAML does not know; use single quotes, or \\\\ for a backslash"},
      {"illegal character in scalar",
       "a line end where the text must not have one; close the quote"},
      {"bad character found while scanning hex number",
       "expected hexadecimal digits in this escape"},
      {"invalid unicode", "an escape for a letter that does not exist"},
      {"the referenced anchor is not defined",
       "an alias to an anchor that is not defined before it"},
      {"unknown token", "a letter that cannot begin a text; put it in quotes"},
      {"tab", "a tab in the indentation; YAML indents by blanks only"},
      {"multiple tags", "two tags for one value"},
      {"multiple anchors", "two anchors for one value"},
      {"aliases can't have", "an alias with content of its own; it only names another value"},
      {"zero", "a block text cannot have an indentation of zero"},
      {"unexpected character in block scalar",
       "nothing but an indentation, `+` or `-` may follow `|` or `>`"},
  };
  std::uint32_t line = at;
  while (line > 0 && !is_break(bytes[line - 1])) --line;
  while (line < bytes.size() && bytes[line] == ' ') ++line;
  if (line < bytes.size() && bytes[line] == '\t')
    return "a tab in the indentation; YAML indents by blanks only";
  for (const Meaning& meaning : meanings) {
    if (message.find(meaning.theirs) != std::string_view::npos) return std::string(meaning.ours);
  }
  return base::format("this is no YAML ({})", message);
}

// ---- running the library
// -----------------------------------------------------------------------------

// Every `- !Tag |` at the end of a line.
std::vector<Blanked> tags_before_blocks(std::string_view bytes) {
  std::vector<Blanked> found;
  for (std::size_t at = bytes.find("- !"); at != std::string_view::npos;
       at = bytes.find("- !", at + 1)) {
    const std::size_t tag = at + 2;
    std::size_t end = tag;
    while (end < bytes.size() && !is_space(bytes[end])) ++end;
    std::size_t header = end;
    while (header < bytes.size() && is_blank(bytes[header])) ++header;
    if (header == end || header >= bytes.size() || (bytes[header] != '|' && bytes[header] != '>'))
      continue;
    std::size_t rest = header + 1;
    while (rest < bytes.size() &&
           (bytes[rest] == '-' || bytes[rest] == '+' ||
            (bytes[rest] >= '0' && bytes[rest] <= '9') || is_blank(bytes[rest])))
      ++rest;
    if (rest < bytes.size() && !is_break(bytes[rest]) && bytes[rest] != '#') continue;
    found.push_back({static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(end)});
  }
  return found;
}

// Every `?` that cannot begin a key: something stands before it on its line, or nothing blank
// after.
std::vector<std::uint32_t> questions_in_texts(std::string_view bytes) {
  std::vector<std::uint32_t> found;
  if (bytes.find(question_stand_in) != std::string_view::npos) return found;
  for (std::size_t at = bytes.find('?'); at != std::string_view::npos;
       at = bytes.find('?', at + 1)) {
    std::size_t before = at;
    while (before > 0 && is_blank(bytes[before - 1])) --before;
    constexpr std::string_view openers = "{[,?-\r\n";
    const bool begins = before == 0 || openers.find(bytes[before - 1]) != std::string_view::npos;
    const bool indicates = at + 1 >= bytes.size() || is_space(bytes[at + 1]);
    if (!begins || !indicates) found.push_back(static_cast<std::uint32_t>(at));
  }
  return found;
}

Parsed run(const source::File& file, std::uint32_t skipped, std::vector<Blanked> blanked,
           std::span<const std::uint32_t> questions) {
  const std::string_view bytes = file.bytes();
  std::string copy(bytes.substr(skipped));
  for (const Blanked& tag : blanked)
    std::fill(copy.begin() + tag.begin - skipped, copy.begin() + tag.end - skipped, ' ');
  // A lone carriage return ends a line, which the library does not know.
  for (std::size_t at = copy.find('\r'); at != std::string::npos; at = copy.find('\r', at + 1)) {
    if (at + 1 >= copy.size() || copy[at + 1] != '\n') copy[at] = '\n';
  }
  Parsed parsed;
  auto tree = std::make_unique<syntax::Tree>();
  tree->file = file.id();
  for (const std::uint32_t at : questions) copy[at - skipped] = question_stand_in;
  Builder builder(file, *tree, skipped, std::move(blanked), !questions.empty());
  MemoryBuffer buffer(copy);
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    builder.finish();
    parsed.tree = std::move(tree);
    parsed.notes = builder.duplicates.take();
  } catch (const Stop& stop) {
    parsed.errors.push_back(stop.finding);
  } catch (const YAML::Exception& error) {
    const auto at = std::min(static_cast<std::uint32_t>(std::max(error.mark.pos, 0)) + skipped,
                             static_cast<std::uint32_t>(bytes.size()));
    const std::uint32_t end = at < bytes.size() ? at + 1 : at;
    parsed.errors.push_back(syntax_error({file.id(), at, end}, helpful(error.msg, bytes, at)));
  }
  return parsed;
}

}  // namespace

Parsed parse_yaml(const source::File& file) {
  Parsed parsed;
  if (auto error = unreadable(file, yaml_limit, "YAML")) {
    parsed.errors.push_back(std::move(*error));
    return parsed;
  }
  const bool marked = file.bytes().starts_with(byte_order_mark);
  const auto skipped = static_cast<std::uint32_t>(marked ? byte_order_mark.size() : 0);
  parsed = run(file, skipped, {}, {});
  if (parsed.whole() || parsed.errors.front().rule != "syntax-error") return parsed;
  // What the library refuses though it is YAML, out of its sight.
  std::vector<Blanked> tags = tags_before_blocks(file.bytes());
  const std::vector<std::uint32_t> questions = questions_in_texts(file.bytes());
  if (tags.empty() && questions.empty()) return parsed;
  Parsed again = run(file, skipped, std::move(tags), questions);
  return again.whole() ? std::move(again) : std::move(parsed);
}

}  // namespace resilint::parse
