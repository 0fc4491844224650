// SPDX-License-Identifier: Apache-2.0
// Texts with holes: quoted strings, heredocs, and texts without either. The text is read as pieces,
// white space is taken away where `~` and `<<-` say so, then the pieces become nodes.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

#include "base/format.h"
#include "base/text.h"
#include "base/utf8.h"
#include "parse/hcl_parser.h"

namespace resilint::parse::hcl {
namespace {

std::uint32_t size_of(std::string_view text) { return static_cast<std::uint32_t>(text.size()); }

// The last white space character of a text, in bytes; 0 when it ends in another.
std::uint32_t last_white_space(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t last = text.size() - 1;
  while (last > 0 && base::continues_utf8(text[last])) --last;
  return white_space(text.substr(last));
}

}  // namespace

std::string_view Parser::word(PieceKind kind) {
  static constexpr std::array<std::string_view, 7> words{"",      "",    "if",    "else",
                                                         "endif", "for", "endfor"};
  return words[static_cast<std::size_t>(kind)];
}

const syntax::Node* Parser::parse_one_template() {
  return parse_template({TokenKind::literal, 0, 0}, TokenKind::end, syntax::Style::double_quoted);
}

syntax::Node* Parser::escaped_string(const Token& token) {
  const TemplateText here{TokenKind::quote_close, syntax::Style::double_quoted, pieces_.size(),
                          chunks_.size()};
  Node* made = nullptr;
  if (decode(token.begin + 1, token.end - 1, true)) {
    made = literal(here, here.chunks, chunks_.size(), token.begin + 1);
    syntax::surround(*made, span(token.begin, token.end), tree_.arena);
  }
  chunks_.resize(here.chunks);
  return made;
}

syntax::Node* Parser::parse_template(const Token& opener, TokenKind closer, syntax::Style style) {
  TemplateText here{closer, style, pieces_.size(), chunks_.size()};
  trim_next_ = false;
  if (!parse_pieces(here)) return nullptr;
  const Token closing = token_;
  if (style == syntax::Style::indented_heredoc) remove_indentation(here);

  const EntryStack::Mark parts = entries_.open();
  std::size_t at = here.pieces;
  if (!assemble(here, at)) return nullptr;
  if (at < pieces_.size()) {
    const Piece& odd = pieces_[at];
    return fail(span(odd.begin, odd.end),
                base::format("`{}` without the directive that it belongs to", word(odd.kind)));
  }
  const auto made_parts = entries_.since(parts);
  Node* node = nullptr;
  if (made_parts.empty()) {
    node = literal(here, chunks_.size(), chunks_.size(), opener.end);
  } else if (made_parts.size() == 1 && made_parts.front().value->is_scalar() &&
             pieces_[here.pieces].kind == PieceKind::literal) {
    node = tree_.arena.make<Node>(*made_parts.front().value);
  } else {
    node = make(NodeKind::text_template, opener.begin, closing.end);
    node->style = style;
    node->entries = entries_.close(parts, tree_.arena);
  }
  entries_.drop(parts);
  syntax::surround(*node, span(opener.begin, closing.end), tree_.arena);
  pieces_.resize(here.pieces);
  chunks_.resize(here.chunks);
  if (closer != TokenKind::end) close();
  return node;
}

// Stands at the closer when it is done.
bool Parser::parse_pieces(TemplateText& here) {
  const bool escapes = here.closer == TokenKind::quote_close;
  while (token_.kind != here.closer) {
    const Token token = token_;
    if (token.kind == TokenKind::literal) {
      const std::size_t first = chunks_.size();
      if (!decode(token.begin, token.end, escapes)) return false;
      Piece piece{PieceKind::literal, token.begin, token.end, first, chunks_.size()};
      if (trim_next_) trim_begin(piece);
      trim_next_ = false;
      pieces_.push_back(piece);
      token_ = lexer_.next();
      continue;
    }
    const bool trims = token.end - token.begin == 3;
    const bool opens =
        token.kind == TokenKind::interpolation_open || token.kind == TokenKind::directive_open;
    if (!opens) {
      expected("the end of the text");
      return false;
    }
    if (trims && pieces_.size() > here.pieces && pieces_.back().kind == PieceKind::literal)
      trim_end(pieces_.back());
    trim_next_ = false;
    const Newlines newlines(*this, false);
    const bool read =
        token.kind == TokenKind::interpolation_open ? parse_interpolation() : parse_directive();
    if (!read) return false;
  }
  trim_next_ = false;
  return true;
}

bool Parser::close_template(std::string_view what) {
  if (!at(TokenKind::template_close)) {
    // A quote here is the end of the text around.
    if (peek().end > peek().begin && text_[peek().begin] == '"')
      fail(span(peek().begin, peek().begin + 1), base::format("expected {}, found `\"`", what));
    else
      expected(what);
    return false;
  }
  const Token closer = close();
  pieces_.back().end = closer.end;
  trim_next_ = closer.end - closer.begin == 2;
  return true;
}

bool Parser::parse_interpolation() {
  const Token opener = open();
  const Node* value = parse_expression();
  if (value == nullptr) return false;
  pieces_.push_back({PieceKind::expression, opener.begin, opener.end, 0, 0, value});
  return close_template("`}` after the interpolated value (`$${` is the text `${`)");
}

bool Parser::parse_directive() {
  const Token opener = open();
  Piece piece{PieceKind::if_open, opener.begin, opener.end};
  if (!at(TokenKind::identifier)) {
    expected("`if`, `else`, `endif`, `for` or `endfor` after `%{` (`%%{` is the text `%{`)");
    return false;
  }
  const Token word = advance();
  if (text(word) == "if") {
    piece.expression = parse_expression();
    if (piece.expression == nullptr) return false;
  } else if (text(word) == "for") {
    piece.kind = PieceKind::for_open;
    const EntryStack::Mark names = entries_.open();
    if (parse_names("for") == nullptr) return false;
    piece.key = entries_.since(names).front().key;
    piece.value = entries_.since(names).front().value;
    entries_.drop(names);
    piece.expression = parse_expression();
    if (piece.expression == nullptr) return false;
  } else if (text(word) == "else") {
    piece.kind = PieceKind::else_mark;
  } else if (text(word) == "endif") {
    piece.kind = PieceKind::if_close;
  } else if (text(word) == "endfor") {
    piece.kind = PieceKind::for_close;
  } else {
    static constexpr std::array<std::string_view, 5> words{"if", "else", "endif", "for", "endfor"};
    const std::string_view near = base::nearest(text(word), words);
    fail(word,
         base::format("`{}` is no directive; expected `if`, `else`, `endif`, `for` or "
                      "`endfor`{}",
                      text(word), near.empty() ? "" : base::format(", did you mean `{}`?", near)));
    return false;
  }
  pieces_.push_back(piece);
  return close_template(base::format("`}}` after the directive `{}`", text(word)));
}

// ---- decoded text ------------------------------------------------------------------------------

// Adds the chunks of a literal. False when an escape is wrong.
bool Parser::decode(std::uint32_t begin, std::uint32_t end, bool escapes) {
  std::uint32_t raw = begin;
  std::uint32_t at = begin;
  const auto flush = [&] {
    if (at > raw) chunks_.push_back({raw, at, text_.substr(raw, at - raw)});
  };
  while (at < end) {
    const char c = text_[at];
    if (c == '\\' && escapes) {
      flush();
      if (!decode_escape(at, end)) return false;
      raw = at;
    } else if ((c == '$' || c == '%') && at + 2 < end && text_[at + 1] == c &&
               text_[at + 2] == '{') {
      flush();
      chunks_.push_back({at, at + 3, c == '$' ? "${" : "%{"});
      at += 3;
      raw = at;
    } else {
      ++at;
    }
  }
  flush();
  return true;
}

bool Parser::decode_escape(std::uint32_t& at, std::uint32_t end) {
  const char letter = at + 1 < end ? text_[at + 1] : '\0';
  const auto add_text = [&](std::uint32_t length, std::string_view decoded) {
    chunks_.push_back({at, at + length, decoded});
    at += length;
    return true;
  };
  switch (letter) {
    case 'n':
      return add_text(2, "\n");
    case 'r':
      return add_text(2, "\r");
    case 't':
      return add_text(2, "\t");
    case '"':
      return add_text(2, "\"");
    case '\\':
      return add_text(2, "\\");
    case 'u':
    case 'U': {
      const std::uint32_t digits = letter == 'u' ? 4 : 8;
      const std::string_view number =
          text_.substr(at + 2, std::min(digits, end - std::min(end, at + 2)));
      std::uint32_t code = 0;
      const auto [after, error] =
          std::from_chars(number.data(), number.data() + number.size(), code, 16);
      if (number.size() != digits || error != std::errc() ||
          after != number.data() + number.size()) {
        fail(span(at, at + 2),
             base::format("expected {} hexadecimal digits after `\\{}`", digits, letter));
        return false;
      }
      if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        fail(span(at, at + 2 + digits),
             base::format("U+{:04X} is no character; a character beyond U+FFFF is written `\\U` "
                          "with eight digits",
                          code));
        return false;
      }
      std::string decoded;
      base::append_utf8(code, decoded);
      return add_text(2 + digits, tree_.arena.copy(std::string_view(decoded)));
    }
    default: {
      const std::size_t length = std::max<std::size_t>(
          base::utf8_sequence(text_.substr(at + 1, end - at - 1)), letter == '\0' ? 0 : 1);
      fail(span(at, at + 1 + static_cast<std::uint32_t>(length)),
           base::format("`{}` is no escape; expected \\n, \\r, \\t, \\\", \\\\, \\uXXXX or "
                        "\\UXXXXXXXX",
                        text_.substr(at, length + 1)));
      return false;
    }
  }
}

void Parser::trim_begin(Piece& piece) {
  while (piece.first_chunk < piece.last_chunk) {
    Chunk& chunk = chunks_[piece.first_chunk];
    const bool raw = chunk.end - chunk.begin == size_of(chunk.text);
    const std::uint32_t space = white_space(chunk.text);
    if (space == 0) return;
    chunk.begin = raw ? chunk.begin + space : chunk.end;
    chunk.text.remove_prefix(space);
    if (chunk.text.empty()) ++piece.first_chunk;
  }
}

void Parser::trim_end(Piece& piece) {
  while (piece.last_chunk > piece.first_chunk) {
    Chunk& chunk = chunks_[piece.last_chunk - 1];
    const bool raw = chunk.end - chunk.begin == size_of(chunk.text);
    const std::uint32_t space = last_white_space(chunk.text);
    if (space == 0) return;
    if (raw) chunk.end -= space;
    chunk.text.remove_suffix(space);
    if (chunk.text.empty()) --piece.last_chunk;
  }
}

bool Parser::ends_line(const Piece& piece) const {
  return piece.kind == PieceKind::literal && piece.last_chunk > piece.first_chunk &&
         chunks_[piece.last_chunk - 1].text.ends_with('\n');
}

// "<<-": what all lines that are not blank have at their begin goes. White space characters are
// counted, not columns; what is interpolated does not count.
void Parser::remove_indentation(const TemplateText& here) {
  constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t least = unlimited;
  std::vector<std::size_t> lines;
  bool begins_line = true;
  for (std::size_t i = here.pieces; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    if (begins_line) {
      std::uint32_t spaces = 0;
      bool blank = false;
      if (piece.kind == PieceKind::literal) {
        bool other = false;
        for (std::size_t k = piece.first_chunk; k < piece.last_chunk && !other; ++k) {
          std::string_view rest = chunks_[k].text;
          while (const std::uint32_t space = white_space(rest)) {
            rest.remove_prefix(space);
            ++spaces;
          }
          other = !rest.empty();
        }
        blank = !other && ends_line(piece);
        if (!blank) lines.push_back(i);
      }
      if (!blank) least = std::min(least, spaces);
    }
    begins_line = ends_line(piece);
  }
  if (least == unlimited) return;
  for (const std::size_t line : lines) {
    Piece& piece = pieces_[line];
    for (std::uint32_t left = least; left > 0 && piece.first_chunk < piece.last_chunk; --left) {
      Chunk& chunk = chunks_[piece.first_chunk];
      const std::uint32_t space = white_space(chunk.text);
      chunk.begin += space;
      chunk.text.remove_prefix(space);
      if (chunk.text.empty()) ++piece.first_chunk;
    }
  }
}

// ---- nodes -------------------------------------------------------------------------------------

// A scalar of the chunks; with none, an empty one at `place`.
syntax::Node* Parser::literal(const TemplateText& here, std::size_t first_chunk,
                              std::size_t last_chunk, std::uint32_t place) {
  Node* node = make(NodeKind::scalar, place, place);
  node->style = here.style;
  if (first_chunk == last_chunk) return node;
  const auto chunks = std::span(chunks_).subspan(first_chunk, last_chunk - first_chunk);
  node->span = span(chunks.front().begin, chunks.back().end);
  const bool raw = std::ranges::all_of(
      chunks, [](const Chunk& chunk) { return chunk.end - chunk.begin == size_of(chunk.text); });
  bool connected = true;
  for (std::size_t i = 1; i < chunks.size(); ++i)
    connected = connected && chunks[i].begin == chunks[i - 1].end;
  if (raw && connected) {
    node->text = text_.substr(node->span.begin, node->span.size());
    return node;
  }
  std::string whole;
  std::vector<syntax::Segment> segments;
  const auto add_segment = [&segments](std::uint32_t text, std::uint32_t file) {
    if (segments.empty() || segments.back().text != text || segments.back().file != file)
      segments.push_back({text, file});
  };
  for (const Chunk& chunk : chunks) {
    add_segment(size_of(whole), chunk.begin);
    whole += chunk.text;
    add_segment(size_of(whole), chunk.end);
  }
  node->text = tree_.arena.copy(std::string_view(whole));
  syntax::NodeDetails details;
  details.segments = tree_.arena.array(segments);
  node->details = tree_.arena.make<syntax::NodeDetails>(details);
  return node;
}

bool Parser::assemble(const TemplateText& here, std::size_t& at) {
  while (at < pieces_.size()) {
    const Piece piece = pieces_[at];
    switch (piece.kind) {
      case PieceKind::literal: {
        std::size_t last = at;
        while (last + 1 < pieces_.size() && pieces_[last + 1].kind == PieceKind::literal) ++last;
        // Adjacent literals are one; what was trimmed between them is in no chunk.
        std::size_t first_chunk = piece.first_chunk;
        std::size_t filled = piece.last_chunk;
        for (std::size_t i = at + 1; i <= last; ++i) {
          for (std::size_t k = pieces_[i].first_chunk; k < pieces_[i].last_chunk; ++k)
            chunks_[filled++] = chunks_[k];
        }
        const Node* node = literal(here, first_chunk, filled, piece.begin);
        add(node);
        at = last + 1;
        continue;
      }
      case PieceKind::expression:
        add(nullptr, piece.expression, span(piece.begin, piece.end));
        ++at;
        continue;
      case PieceKind::if_open:
      case PieceKind::for_open: {
        const Node* node =
            piece.kind == PieceKind::if_open ? assemble_if(here, at) : assemble_for(here, at);
        if (node == nullptr) return false;
        add(node);
        continue;
      }
      case PieceKind::else_mark:
      case PieceKind::if_close:
      case PieceKind::for_close:
        return true;
    }
  }
  return true;
}

// The pieces up to the next mark, as a text of its own.
syntax::Node* Parser::assemble_part(const TemplateText& here, std::size_t& at,
                                    std::uint32_t begin) {
  const Depth depth(*this);
  if (depth_ > depth_limit) return too_deep();
  const EntryStack::Mark parts = entries_.open();
  if (!assemble(here, at)) return nullptr;
  const std::uint32_t end = at < pieces_.size() ? pieces_[at].begin : begin;
  Node* node = make(NodeKind::text_template, begin, std::max(begin, end));
  node->style = here.style;
  node->entries = entries_.close(parts, tree_.arena);
  return node;
}

syntax::Node* Parser::unclosed_directive(const Piece& opener, std::size_t at) {
  const std::string_view closer = opener.kind == PieceKind::if_open ? "endif" : "endfor";
  if (at == pieces_.size()) {
    return fail(span(opener.begin, opener.end),
                base::format("the directive `{}` is not closed by `%{{ {} }}` in the same text",
                             word(opener.kind), closer));
  }
  fail(span(pieces_[at].begin, pieces_[at].end),
       base::format("expected `{}`, found `{}`", closer, word(pieces_[at].kind)));
  errors.back().labels.push_back(
      {span(opener.begin, opener.end), base::format("the `{}` stands here", word(opener.kind))});
  return nullptr;
}

syntax::Node* Parser::assemble_if(const TemplateText& here, std::size_t& at) {
  const Piece opener = pieces_[at++];
  const Node* yes = assemble_part(here, at, opener.end);
  if (yes == nullptr) return nullptr;
  const auto stands = [&](PieceKind kind) {
    return at < pieces_.size() && pieces_[at].kind == kind;
  };
  const Node* no = nullptr;
  if (stands(PieceKind::else_mark)) {
    const std::uint32_t begin = pieces_[at++].end;
    no = assemble_part(here, at, begin);
    if (no == nullptr) return nullptr;
  }
  if (!stands(PieceKind::if_close)) return unclosed_directive(opener, at);
  const Piece closer = pieces_[at++];
  if (no == nullptr) {
    Node* empty = make(NodeKind::text_template, closer.begin, closer.begin);
    empty->style = here.style;
    no = empty;
  }
  Node* node = make(NodeKind::if_directive, opener.begin, closer.end);
  const EntryStack::Mark parts = entries_.open();
  add(opener.expression);
  add(yes);
  add(no);
  node->entries = entries_.close(parts, tree_.arena);
  return node;
}

syntax::Node* Parser::assemble_for(const TemplateText& here, std::size_t& at) {
  const Piece opener = pieces_[at++];
  const Node* content = assemble_part(here, at, opener.end);
  if (content == nullptr) return nullptr;
  if (at == pieces_.size() || pieces_[at].kind != PieceKind::for_close)
    return unclosed_directive(opener, at);
  const Piece closer = pieces_[at++];
  Node* node = make(NodeKind::for_directive, opener.begin, closer.end);
  const EntryStack::Mark parts = entries_.open();
  const Node* first = opener.key != nullptr ? opener.key : opener.value;
  add(opener.key, opener.value, span(first->span.begin, opener.value->span.end));
  add(opener.expression);
  add(content);
  node->entries = entries_.close(parts, tree_.arena);
  return node;
}

}  // namespace resilint::parse::hcl
