// SPDX-License-Identifier: Apache-2.0
// Expressions, by precedence.
#include <algorithm>
#include <string>

#include "base/format.h"
#include "parse/hcl_parser.h"

namespace resilint::parse::hcl {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// How tightly an operator binds; 0 for what is none.
int precedence(TokenKind kind) {
  switch (kind) {
    case TokenKind::either:
      return 1;
    case TokenKind::both:
      return 2;
    case TokenKind::equal:
    case TokenKind::not_equal:
      return 3;
    case TokenKind::less:
    case TokenKind::less_or_equal:
    case TokenKind::greater:
    case TokenKind::greater_or_equal:
      return 4;
    case TokenKind::plus:
    case TokenKind::minus:
      return 5;
    case TokenKind::star:
    case TokenKind::slash:
    case TokenKind::percent:
      return 6;
    default:
      return 0;
  }
}

// Digits, perhaps a point and digits, perhaps an exponent; "1.e5" is one, too.
bool is_number(std::string_view text) {
  const std::size_t exponent = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, exponent);
  if (std::ranges::count(mantissa, '.') > 1) return false;
  return exponent == std::string_view::npos ||
         std::ranges::all_of(
             text.substr(text.find_first_of("+-", exponent) == exponent + 1 ? exponent + 2
                                                                            : exponent + 1),
             is_digit);
}

}  // namespace

const syntax::Node* Parser::parse_one_expression() {
  newlines_ = false;
  const Node* made = parse_expression();
  if (made == nullptr || at(TokenKind::end)) return made;
  return expected("the end of the expression");
}

syntax::Node* Parser::parse_expression() {
  const Depth depth(*this);
  if (depth_ > depth_limit) return too_deep();
  if (too_many()) return nullptr;
  Node* condition = parse_binary(1);
  if (condition == nullptr || !at(TokenKind::question)) return condition;
  const Token question = advance();
  const Node* yes = parse_expression();
  if (yes == nullptr) return nullptr;
  if (!at(TokenKind::colon)) return expected("`:` and the value for when the condition is false");
  advance();
  const Node* no = parse_expression();
  if (no == nullptr) return nullptr;
  Node* node = make(NodeKind::conditional, condition->span.begin, no->span.end);
  node->text = text(question);
  const EntryStack::Mark parts = entries_.open();
  add(condition);
  add(yes);
  add(no);
  node->entries = entries_.close(parts, tree_.arena);
  return node;
}

syntax::Node* Parser::parse_binary(int least) {
  Node* left = parse_postfix();
  // Each operator makes the tree of its left side deeper by one.
  std::uint32_t height = 0;
  while (left != nullptr) {
    const int binds = precedence(peek().kind);
    if (binds < least || binds == 0) break;
    if (depth_ + ++height > depth_limit) return too_deep();
    const Token symbol = advance();
    const Node* right = parse_binary(binds + 1);
    if (right == nullptr) return nullptr;
    Node* node = make(NodeKind::binary, left->span.begin, right->span.end);
    node->text = text(symbol);
    const EntryStack::Mark parts = entries_.open();
    add(left);
    add(right);
    node->entries = entries_.close(parts, tree_.arena);
    left = node;
  }
  return left;
}

syntax::Node* Parser::parse_postfix() {
  Node* term = parse_term();
  if (term == nullptr) return nullptr;
  const TokenKind next = peek().kind;
  return next == TokenKind::dot || next == TokenKind::bracket_open ? parse_steps(term) : term;
}

syntax::Node* Parser::parse_steps(Node* start) {
  const EntryStack::Mark parts = entries_.open();
  const bool variable = start->kind == NodeKind::variable;
  if (!variable) add(start);
  bool names_only = false;  // behind ".*"
  std::uint32_t end = start->span.end;
  while (true) {
    if (too_many()) return nullptr;
    const Node* step = nullptr;
    if (at(TokenKind::bracket_open)) {
      names_only = false;
      step = parse_index(token_.begin);
    } else if (at(TokenKind::dot)) {
      const Token dot = advance();
      if (names_only && at(TokenKind::star))
        return fail(peek(), "`.*` does not stand behind `.*`; use `[*]`");
      step = parse_step(dot);
      names_only = names_only || (step != nullptr && step->kind == NodeKind::splat);
    } else {
      break;
    }
    if (step == nullptr) return nullptr;
    end = step->span.end;
    add(step);
  }
  Node* node = variable ? start : make(NodeKind::traversal, start->span.begin, end);
  node->span.end = end;
  node->entries = entries_.close(parts, tree_.arena);
  return node;
}

// Behind a dot.
syntax::Node* Parser::parse_step(const Token& before) {
  const Token token = peek();
  if (token.kind == TokenKind::identifier) {
    advance();
    Node* step = make(NodeKind::attribute, before.begin, token.end);
    step->text = text(token);
    return step;
  }
  if (token.kind == TokenKind::star) {
    advance();
    Node* step = make(NodeKind::splat, before.begin, token.end);
    step->text = ".*";
    return step;
  }
  if (token.kind != TokenKind::number) return expected("the name of an attribute after the dot");
  advance();
  if (const std::size_t point = text(token).find('.'); point != std::string_view::npos) {
    return fail(token,
                base::format("two indexes cannot be written `.{}`; write `[{}][{}]`", text(token),
                             text(token).substr(0, point), text(token).substr(point + 1)));
  }
  const Node* key = number(token);
  if (key == nullptr) return nullptr;
  Node* step = make(NodeKind::index, before.begin, token.end);
  step->text = ".";
  const EntryStack::Mark parts = entries_.open();
  add(key);
  step->entries = entries_.close(parts, tree_.arena);
  return step;
}

syntax::Node* Parser::parse_index(std::uint32_t begin) {
  open();
  if (at(TokenKind::star)) {
    advance();
    if (!at(TokenKind::bracket_close)) return expected("`]` after the star");
    Node* step = make(NodeKind::splat, begin, close().end);
    step->text = "[*]";
    return step;
  }
  const Newlines newlines(*this, false);
  const Node* key = parse_expression();
  if (key == nullptr) return nullptr;
  if (!at(TokenKind::bracket_close)) return expected("`]` after the index");
  Node* step = make(NodeKind::index, begin, close().end);
  step->text = "[";
  const EntryStack::Mark parts = entries_.open();
  add(key);
  step->entries = entries_.close(parts, tree_.arena);
  return step;
}

syntax::Node* Parser::number(const Token& token) {
  if (!is_number(text(token))) return fail(token, base::format("`{}` is no number", text(token)));
  return scalar(token, syntax::Style::plain);
}

syntax::Node* Parser::parse_term() {
  const Token token = peek();
  switch (token.kind) {
    case TokenKind::identifier: {
      advance();
      if (at(TokenKind::parenthesis_open) || at(TokenKind::double_colon)) return parse_call(token);
      const std::string_view word = text(token);
      Node* node = scalar(token, syntax::Style::plain);
      if (word != "true" && word != "false" && word != "null") node->kind = NodeKind::variable;
      return node;
    }
    case TokenKind::number:
      return number(advance());
    case TokenKind::string:
      return scalar(advance(), syntax::Style::double_quoted);
    case TokenKind::escaped_string:
      return escaped_string(advance());
    case TokenKind::quote_open:
      return parse_template(open(), TokenKind::quote_close, syntax::Style::double_quoted);
    case TokenKind::heredoc_open: {
      const bool indented = text(token).starts_with("<<-");
      return parse_template(open(), TokenKind::heredoc_close,
                            indented ? syntax::Style::indented_heredoc : syntax::Style::heredoc);
    }
    case TokenKind::minus:
    case TokenKind::negate: {
      const Depth depth(*this);
      if (depth_ > depth_limit) return too_deep();
      advance();
      const Node* operand = parse_postfix();
      if (operand == nullptr) return nullptr;
      Node* node = make(NodeKind::unary, token.begin, operand->span.end);
      node->text = text(token);
      const EntryStack::Mark parts = entries_.open();
      add(operand);
      node->entries = entries_.close(parts, tree_.arena);
      return node;
    }
    case TokenKind::parenthesis_open:
      return parse_parentheses();
    case TokenKind::bracket_open:
      return parse_tuple();
    case TokenKind::brace_open:
      return parse_object();
    case TokenKind::star:
      if (token.begin > 0 && text_[token.begin - 1] == '*')
        return fail(token, "`**` is no operator; use the function pow");
      [[fallthrough]];
    default:
      return expected("a value");
  }
}

syntax::Node* Parser::parse_parentheses() {
  const Token opener = open();
  const Newlines newlines(*this, false);
  const Node* inner = parse_expression();
  if (inner == nullptr) return nullptr;
  if (!at(TokenKind::parenthesis_close)) return expected("`)`");
  Node* node = make(NodeKind::parentheses, opener.begin, close().end);
  const EntryStack::Mark parts = entries_.open();
  add(inner);
  node->entries = entries_.close(parts, tree_.arena);
  return node;
}

syntax::Node* Parser::parse_call(const Token& name) {
  std::uint32_t end = name.end;
  std::string parts_of_name(text(name));
  while (at(TokenKind::double_colon)) {
    advance();
    if (!at(TokenKind::identifier)) return expected("the name of a function after `::`");
    const Token part = advance();
    parts_of_name.append("::").append(text(part));
    end = part.end;
  }
  if (!at(TokenKind::parenthesis_open)) return expected("`(` after the name of the function");
  open();
  const Newlines newlines(*this, false);
  const EntryStack::Mark arguments = entries_.open();
  bool expands = false;
  std::uint32_t comma = 0;
  while (!at(TokenKind::parenthesis_close)) {
    if (at(TokenKind::end)) return expected("`)`");
    const Node* argument = parse_expression();
    if (argument == nullptr) return nullptr;
    if (at(TokenKind::ellipsis)) {
      const Token dots = advance();
      expands = true;
      add(nullptr, argument,
          item_span(argument->span.begin, dots.end, {.before = comma, .after = 0}));
      if (!at(TokenKind::parenthesis_close)) return expected("`)` after `...`");
      break;
    }
    if (!end_item(nullptr, argument, comma, TokenKind::parenthesis_close))
      return expected("`,` or `)` after an argument of the function");
  }
  Node* node = make(NodeKind::call, name.begin, close().end);
  node->text = text_.substr(name.begin, end - name.begin);
  if (node->text != parts_of_name) node->text = tree_.arena.copy(std::string_view(parts_of_name));
  node->ellipsis = expands;
  node->entries = entries_.close(arguments, tree_.arena);
  return node;
}

bool Parser::end_item(const Node* key, const Node* value, std::uint32_t& comma, TokenKind closer) {
  const std::uint32_t begin = key != nullptr ? key->span.begin : value->span.begin;
  Commas commas{.before = comma, .after = 0};
  if (at(TokenKind::comma))
    comma = commas.after = advance().begin;
  else if (at(TokenKind::newline))
    comma = 0;
  else if (!at(closer))
    return false;
  add(key, value, item_span(begin, value->span.end, commas));
  return true;
}

source::Span Parser::item_span(std::uint32_t begin, std::uint32_t end, Commas commas) const {
  const std::uint32_t line = line_begin(begin);
  const bool begins_line = at_margin(line);
  if (commas.after != 0) end = commas.after + 1;
  std::uint32_t rest = end;
  while (rest < text_.size() && is_blank(text_[rest])) ++rest;
  const bool pair = text_.substr(rest, 2) == "\r\n";
  const bool ends_line = rest == text_.size() || text_[rest] == '\n' || pair;
  if (begins_line && ends_line && rest < text_.size()) return span(line, rest + (pair ? 2U : 1U));
  if (commas.after != 0) {
    const bool comment = rest < text_.size() && (text_[rest] == '#' || text_[rest] == '/');
    return span(begin, comment || ends_line ? end : rest);
  }
  // The last one goes with the comma before it, when nothing stands between.
  std::uint32_t before = begin;
  while (before > 0 && is_blank(text_[before - 1])) --before;
  if (commas.before != 0 && before == commas.before + 1) return span(commas.before, end);
  return span(begin, end);
}

syntax::Node* Parser::parse_tuple() {
  const Token opener = open();
  const Newlines newlines(*this, false);
  if (at_word("for")) return parse_for(opener, TokenKind::bracket_close);
  const EntryStack::Mark items = entries_.open();
  std::uint32_t comma = 0;
  while (!at(TokenKind::bracket_close)) {
    if (at(TokenKind::end)) return expected("`]`");
    const Node* item = parse_expression();
    if (item == nullptr) return nullptr;
    if (!end_item(nullptr, item, comma, TokenKind::bracket_close))
      return expected("`,` or `]` after an item of the list");
  }
  Node* node = make(NodeKind::sequence, opener.begin, close().end);
  node->flow = true;
  node->entries = entries_.close(items, tree_.arena);
  return node;
}

syntax::Node* Parser::parse_object() {
  const Token opener = open();
  {
    const Newlines newlines(*this, false);
    if (at_word("for")) return parse_for(opener, TokenKind::brace_close);
  }
  const Newlines newlines(*this, true);
  const EntryStack::Mark items = entries_.open();
  std::uint32_t comma = 0;
  while (true) {
    if (at(TokenKind::newline)) {
      advance();
      continue;
    }
    if (at(TokenKind::brace_close)) break;
    if (at(TokenKind::end)) return expected("`}`");
    Node* key = parse_expression();
    if (key == nullptr) return nullptr;
    // A name is its own text.
    if (key->kind == NodeKind::variable && key->entries.empty()) key->kind = NodeKind::scalar;
    if (!at(TokenKind::assign) && !at(TokenKind::colon))
      return expected("`=` and a value after the key");
    advance();
    const Node* value = parse_expression();
    if (value == nullptr) return nullptr;
    if (!end_item(key, value, comma, TokenKind::brace_close))
      return expected("`,`, `}` or the end of the line after a value of the object");
  }
  Node* node = make(NodeKind::mapping, opener.begin, close().end);
  node->flow = true;
  node->entries = entries_.close(items, tree_.arena);
  if (duplicates_ != nullptr) duplicates_->check(*node);
  return node;
}

syntax::Node* Parser::parse_names(std::string_view after) {
  if (!at(TokenKind::identifier))
    return expected(base::format("a name for the element after `{}`", after));
  Node* value = scalar(advance(), syntax::Style::plain);
  const Node* key = nullptr;
  if (at(TokenKind::comma)) {
    advance();
    if (!at(TokenKind::identifier)) return expected("a name for the value after the comma");
    key = value;
    value = scalar(advance(), syntax::Style::plain);
  }
  add(key, value, span(key != nullptr ? key->span.begin : value->span.begin, value->span.end));
  if (!at_word("in")) return expected("`in` and a collection after the names");
  advance();
  return value;
}

syntax::Node* Parser::parse_for(const Token& bracket, TokenKind closer) {
  const Newlines newlines(*this, false);
  advance();  // for
  const EntryStack::Mark parts = entries_.open();
  if (parse_names("for") == nullptr) return nullptr;
  const Node* collection = parse_expression();
  if (collection == nullptr) return nullptr;
  add(collection);
  if (!at(TokenKind::colon)) return expected("`:` after the collection");
  advance();
  const Node* value = parse_expression();
  if (value == nullptr) return nullptr;
  const Node* key = nullptr;
  const bool object = closer == TokenKind::brace_close;
  if (at(TokenKind::arrow)) {
    if (!object)
      return fail(value->span, "a list has no keys; write `{` for an object, or no `=>`");
    advance();
    key = value;
    value = parse_expression();
    if (value == nullptr) return nullptr;
  } else if (object) {
    return at(TokenKind::end) ? expected("`=>` and a value")
                              : fail(value->span, "an object has keys; expected `key => value`");
  }
  add(key, value, span(key != nullptr ? key->span.begin : value->span.begin, value->span.end));
  bool groups = false;
  if (at(TokenKind::ellipsis)) {
    if (!object) return fail(peek(), "`...` groups the values of an object; a list has none");
    advance();
    groups = true;
  }
  if (at_word("if")) {
    advance();
    const Node* condition = parse_expression();
    if (condition == nullptr) return nullptr;
    add(condition);
  }
  if (!at(closer)) return expected(object ? "`}` after the for" : "`]` after the for");
  Node* node = make(NodeKind::for_each, bracket.begin, close().end);
  node->ellipsis = groups;
  node->entries = entries_.close(parts, tree_.arena);
  return node;
}

}  // namespace resilint::parse::hcl
