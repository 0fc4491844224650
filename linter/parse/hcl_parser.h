// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parse/builder.h"
#include "parse/hcl_lexer.h"
#include "parse/parse.h"

// HCL → Node. Only the files hcl_*.cpp include it: structure (bodies, arguments, blocks, recovery),
// expressions, templates.
namespace resilint::parse::hcl {

class Parser {
 public:
  // `text` is what `file` holds, or a decoded part of it: then all places are bytes of that part,
  // for the caller to translate. Objects are handed to `duplicates`, which may be null.
  Parser(std::string_view text, source::FileId file, syntax::Tree& tree, Lexer::Start start,
         DuplicateKeys* duplicates);

  // The body of a whole file. Arguments and blocks with an error inside are left out of it.
  const syntax::Node* parse_file();
  // The text is one expression, or one template. Null when it is not.
  const syntax::Node* parse_one_expression();
  const syntax::Node* parse_one_template();

  std::vector<finding::Finding> errors;

 private:
  using Node = syntax::Node;
  using NodeKind = syntax::NodeKind;

  // ---- tokens
  [[nodiscard]] const Token& peek() {
    if (!newlines_) {
      while (token_.kind == TokenKind::newline) token_ = lexer_.next();
    }
    return token_;
  }
  [[nodiscard]] bool at(TokenKind kind) { return peek().kind == kind; }
  Token advance() {
    const Token read = peek();
    token_ = lexer_.next();
    return read;
  }
  [[nodiscard]] std::string_view text(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }
  [[nodiscard]] bool at_word(std::string_view word) {
    return at(TokenKind::identifier) && text(token_) == word;
  }
  // Brackets and templates that are open, so that recovery knows what it stands in.
  Token open() {
    open_.push_back(peek());
    return advance();
  }
  Token close() {
    open_.pop_back();
    return advance();
  }

  // While it lives, line ends count or do not.
  class Newlines {
   public:
    Newlines(Parser& parser, bool count) : parser_(parser), before_(parser.newlines_) {
      parser.newlines_ = count;
    }
    ~Newlines() { parser_.newlines_ = before_; }
    Newlines(const Newlines&) = delete;
    Newlines& operator=(const Newlines&) = delete;

   private:
    Parser& parser_;
    bool before_;
  };

  // One more thing inside of others, up to `depth_limit`.
  class Depth {
   public:
    explicit Depth(Parser& parser) : parser_(parser) { ++parser.depth_; }
    ~Depth() { --parser_.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    Parser& parser_;
  };

  // ---- nodes and errors
  [[nodiscard]] source::Span span(std::uint32_t begin, std::uint32_t end) const {
    return {file_, begin, end};
  }
  Node* make(NodeKind kind, std::uint32_t begin, std::uint32_t end);
  Node* scalar(const Token& token, syntax::Style style);
  void add(const Node* key, const Node* value, source::Span whole) {
    entries_.add({key, value, whole});
  }
  void add(const Node* value) { entries_.add({nullptr, value, value->span}); }

  // All return null, for `return fail(…)`.
  Node* fail(source::Span place, std::string message);
  Node* fail(const Token& token, std::string message);
  Node* expected(std::string_view what);  // "expected …, found …", at the next token
  Node* too_deep();
  // Too many nodes for one file; the error was added.
  bool too_many();
  [[nodiscard]] std::string found(const Token& token) const;
  // What is wrong with a token that begins nothing; empty when it is a good one.
  [[nodiscard]] std::string nonsense(const Token& token) const;
  [[nodiscard]] bool stopped() const { return stopped_; }

  // ---- structure
  // Adds the items up to the closing brace or the end of the file to entries_. False when one of
  // them, or the body itself, is broken.
  bool parse_items(bool nested);
  bool parse_item();
  bool parse_argument(const Token& name, bool own_line);
  bool parse_block(const Token& type);
  const Node* parse_body(const Token& type);
  bool parse_one_line_body();
  bool parse_labels();
  // Reads the line end behind an argument or block; where it ends is left in `end`.
  bool end_of_item(std::string_view what, std::uint32_t& end);
  void unclosed_block(const Token& type, const Token& brace, EntryStack::Mark items);
  bool check_arguments(EntryStack::Mark items);
  void recover(std::size_t open);
  [[nodiscard]] bool begins_item_at_margin(std::uint32_t at) const;
  // The begin of the line when nothing but blanks stand before `at`, else `at`.
  [[nodiscard]] std::uint32_t line_begin(std::uint32_t at) const;
  [[nodiscard]] bool at_margin(std::uint32_t at) const;

  // ---- expressions
  Node* parse_expression();
  Node* parse_binary(int least);
  Node* parse_postfix();
  Node* parse_steps(Node* start);
  Node* parse_step(const Token& before);
  Node* parse_index(std::uint32_t begin);
  Node* parse_term();
  Node* parse_call(const Token& name);
  Node* parse_parentheses();
  Node* parse_tuple();
  Node* parse_object();
  Node* parse_for(const Token& bracket, TokenKind closer);
  Node* parse_names(std::string_view after);  // "k, v in": adds the entry of the names
  Node* number(const Token& token);
  // What to delete so that an item of a bracket is gone, with one of the commas beside it.
  struct Commas {
    std::uint32_t before = 0;  // where one stands, 0 for none
    std::uint32_t after = 0;
  };
  [[nodiscard]] source::Span item_span(std::uint32_t begin, std::uint32_t end, Commas commas) const;
  // Behind an item of a bracket: reads its comma and adds it. False when something else follows.
  bool end_item(const Node* key, const Node* value, std::uint32_t& comma, TokenKind closer);

  // ---- templates
  // A stretch of decoded text: as it stands in the file, or one escape.
  struct Chunk {
    std::uint32_t begin;
    std::uint32_t end;
    std::string_view text;
  };
  enum class PieceKind : std::uint8_t {
    literal,
    expression,
    if_open,
    else_mark,
    if_close,
    for_open,
    for_close,
  };
  static std::string_view word(PieceKind kind);
  struct Piece {
    PieceKind kind;
    std::uint32_t begin;
    std::uint32_t end;
    std::size_t first_chunk = 0;  // of a literal
    std::size_t last_chunk = 0;
    const Node* expression = nullptr;  // also the condition, the collection
    const Node* key = nullptr;         // of a for
    const Node* value = nullptr;
  };
  struct TemplateText {
    TokenKind closer;
    syntax::Style style;
    std::size_t pieces;  // marks of the stacks below
    std::size_t chunks;
  };

  Node* parse_template(const Token& opener, TokenKind closer, syntax::Style style);
  Node* escaped_string(const Token& token);
  bool parse_pieces(TemplateText& text);
  bool parse_interpolation();
  bool parse_directive();
  bool close_template(std::string_view what);
  bool decode(std::uint32_t begin, std::uint32_t end, bool escapes);
  bool decode_escape(std::uint32_t& at, std::uint32_t end);
  void trim_begin(Piece& piece);
  void trim_end(Piece& piece);
  void remove_indentation(const TemplateText& text);
  [[nodiscard]] bool ends_line(const Piece& piece) const;
  // The nodes of the pieces from `at` on, up to the mark that ends them.
  bool assemble(const TemplateText& text, std::size_t& at);
  Node* assemble_if(const TemplateText& text, std::size_t& at);
  Node* assemble_for(const TemplateText& text, std::size_t& at);
  Node* assemble_part(const TemplateText& text, std::size_t& at, std::uint32_t begin);
  Node* unclosed_directive(const Piece& opener, std::size_t at);
  Node* literal(const TemplateText& text, std::size_t first_chunk, std::size_t last_chunk,
                std::uint32_t place);

  std::string_view text_;
  std::string_view end_name_ = "the end of the text";
  source::FileId file_;
  syntax::Tree& tree_;
  Lexer lexer_;
  Token token_;
  bool newlines_ = true;
  bool stopped_ = false;    // nothing further is read
  bool at_margin_ = false;  // recovery goes on at an item of the file's own body
  bool unclosed_ = false;   // an unclosed block was reported
  std::uint32_t depth_ = 0;
  std::uint32_t nodes_ = 0;
  std::vector<Token> open_;
  std::size_t item_ = 0;  // how many of them the item under way stands in
  EntryStack entries_;
  std::vector<syntax::Entry> outer_;  // blocks that were read inside one that is not closed
  std::vector<Piece> pieces_;
  std::vector<Chunk> chunks_;
  bool trim_next_ = false;  // "~}" was read: the next literal loses its first white space
  DuplicateKeys* duplicates_;
};

}  // namespace resilint::parse::hcl
