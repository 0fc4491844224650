// SPDX-License-Identifier: Apache-2.0
// Bodies, arguments and blocks; errors, and how reading goes on behind them.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "base/utf8.h"
#include "parse/hcl_parser.h"

namespace resilint::parse::hcl {
namespace {

using syntax::Entry;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::uint32_t most_nodes = 8'000'000;  // what 64 MB of dense text have
constexpr std::size_t most_labels = 64;
constexpr std::size_t most_open = 10'000;  // brackets that recovery follows

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool opens(TokenKind kind) {
  switch (kind) {
    case TokenKind::brace_open:
    case TokenKind::bracket_open:
    case TokenKind::parenthesis_open:
    case TokenKind::quote_open:
    case TokenKind::heredoc_open:
    case TokenKind::interpolation_open:
    case TokenKind::directive_open:
      return true;
    default:
      return false;
  }
}

bool closes(TokenKind closer, TokenKind opener) {
  switch (closer) {
    case TokenKind::brace_close:
      return opener == TokenKind::brace_open;
    case TokenKind::bracket_close:
      return opener == TokenKind::bracket_open;
    case TokenKind::parenthesis_close:
      return opener == TokenKind::parenthesis_open;
    case TokenKind::quote_close:
    case TokenKind::unterminated_string:
      return opener == TokenKind::quote_open;
    case TokenKind::heredoc_close:
      return opener == TokenKind::heredoc_open;
    case TokenKind::template_close:
      return opener == TokenKind::interpolation_open || opener == TokenKind::directive_open;
    default:
      return false;
  }
}

bool is_closer(TokenKind kind) {
  return kind == TokenKind::brace_close || kind == TokenKind::bracket_close ||
         kind == TokenKind::parenthesis_close || kind == TokenKind::quote_close ||
         kind == TokenKind::unterminated_string || kind == TokenKind::heredoc_close ||
         kind == TokenKind::template_close;
}

}  // namespace

Parser::Parser(std::string_view text, source::FileId file, syntax::Tree& tree, Lexer::Start start,
               DuplicateKeys* duplicates)
    : text_(text),
      file_(file),
      tree_(tree),
      lexer_(text, file, start, tree.comments),
      duplicates_(duplicates) {
  token_ = lexer_.next();
}

// ---- nodes and errors --------------------------------------------------------------------------

syntax::Node* Parser::make(NodeKind kind, std::uint32_t begin, std::uint32_t end) {
  ++nodes_;
  Node* node = tree_.arena.make<Node>();
  node->kind = kind;
  node->span = span(begin, end);
  return node;
}

syntax::Node* Parser::scalar(const Token& token, syntax::Style style) {
  Node* node = make(NodeKind::scalar, token.begin, token.end);
  node->style = style;
  if (style == syntax::Style::plain) {
    node->text = text(token);
  } else {
    node->lead = 1;
    node->text = text_.substr(token.begin + 1, token.end - token.begin - 2);
  }
  return node;
}

syntax::Node* Parser::fail(source::Span place, std::string message) {
  errors.push_back(syntax_error(place, std::move(message)));
  if (errors.size() == most_errors) stopped_ = true;
  return nullptr;
}

syntax::Node* Parser::fail(const Token& token, std::string message) {
  return fail(span(token.begin, token.end), std::move(message));
}

syntax::Node* Parser::expected(std::string_view what) {
  const Token token = peek();
  if (token.kind == TokenKind::unterminated_heredoc) stopped_ = true;
  // An end of the file inside of brackets is their business.
  if (token.kind == TokenKind::end && open_.size() > item_) {
    const Token opener = open_.back();
    const std::string_view mark = base::trim(text(opener));
    return fail(opener,
                base::format("`{}` is never closed; expected {} before {}", mark, what, end_name_));
  }
  std::string wrong = nonsense(token);
  if (wrong.empty()) wrong = base::format("expected {}, found {}", what, found(token));
  // What lacks its end is said where the end should be.
  if (token.kind == TokenKind::unterminated_string)
    return fail(span(token.end, token.end), std::move(wrong));
  return fail(token, std::move(wrong));
}

syntax::Node* Parser::too_deep() {
  const Token token = peek();
  errors.push_back(limit_error(span(token.begin, token.end),
                               base::format("more than {} blocks and expressions inside each "
                                            "other; nothing deeper is read",
                                            depth_limit)));
  stopped_ = true;
  return nullptr;
}

bool Parser::too_many() {
  if (nodes_ <= most_nodes) return false;
  const Token token = peek();
  errors.push_back(limit_error(
      span(token.begin, token.end),
      base::format("more than {} names and values in one file; nothing more is read", most_nodes)));
  stopped_ = true;
  return true;
}

std::string Parser::found(const Token& token) const {
  constexpr std::size_t most = 40;
  switch (token.kind) {
    case TokenKind::end:
      return std::string(end_name_);
    case TokenKind::newline:
      return "the end of the line";
    case TokenKind::quote_open:
    case TokenKind::heredoc_open:
    case TokenKind::literal:
      return "a text";
    case TokenKind::heredoc_close:
      return "the end of the heredoc";
    default:
      return base::format("`{}`", base::utf8_prefix(text(token), most));
  }
}

std::string Parser::nonsense(const Token& token) const {
  switch (token.kind) {
    case TokenKind::unterminated_string:
      return "expected the closing quote before the end of the line; a text of several lines is "
             "a heredoc, `<<EOT`";
    case TokenKind::unterminated_heredoc: {
      std::string_view marker = text(token);
      marker.remove_prefix(std::min(marker.size(), marker.find_first_not_of("<-")));
      return base::format("the heredoc is never closed; expected a line with nothing but `{}`",
                          marker);
    }
    case TokenKind::unterminated_comment:
      return "the comment is never closed; expected `*/`";
    case TokenKind::invalid:
      break;
    default:
      return {};
  }
  const std::string_view wrong = text(token);
  if (wrong == "'") return "found a single quote; strings stand in double quotes";
  if (wrong == "`") return "found a backtick; a text of several lines is a heredoc, `<<EOT`";
  if (wrong == ";")
    return "found a semicolon; arguments stand on lines of their own, items have commas between";
  if (wrong == "&") return "`&` is no operator; did you mean `&&`?";
  if (wrong == "|") return "`|` is no operator; did you mean `||`?";
  if (wrong == "~") return "`~` is no operator; did you mean `!`?";
  if (wrong == "\u201C" || wrong == "\u201D")
    return "found a typographic quote; strings stand in straight double quotes";
  if (wrong == "\r") return "found a carriage return that ends no line; remove it";
  return base::format("`{}` has no meaning here; remove it", wrong);
}

// ---- items -------------------------------------------------------------------------------------

const syntax::Node* Parser::parse_file() {
  end_name_ = "the end of the file";
  const EntryStack::Mark items = entries_.open();
  parse_items(false);
  for (const Entry& entry : outer_) entries_.add(entry);
  std::ranges::stable_sort(entries_.since(items), {}, &Entry::begin);
  Node* body = make(NodeKind::body, 0, static_cast<std::uint32_t>(text_.size()));
  if (!check_arguments(items)) stopped_ = true;
  body->entries = entries_.close(items, tree_.arena);
  std::ranges::stable_sort(errors, {}, [](const auto& error) { return error.span.begin; });
  return body;
}

bool Parser::parse_items(bool nested) {
  bool whole = true;
  while (!stopped_ && !too_many()) {
    const Token token = peek();
    if (token.kind == TokenKind::newline) {
      advance();
      continue;
    }
    if (token.kind == TokenKind::end) break;
    if (token.kind == TokenKind::brace_close && nested) break;
    const EntryStack::Mark before = entries_.open();
    const std::size_t open = open_.size();
    bool sound = false;
    if (token.kind == TokenKind::identifier) {
      item_ = open;
      sound = parse_item();
    } else if (token.kind == TokenKind::brace_close) {
      fail(token, "this brace closes nothing; remove it, or look for one too many above");
      advance();
    } else if (token.kind == TokenKind::string || token.kind == TokenKind::escaped_string ||
               token.kind == TokenKind::quote_open) {
      fail(token, "expected an argument or a block, found a text; names stand without quotes here");
    } else {
      expected("an argument or a block");
    }
    if (sound) continue;
    whole = false;
    entries_.drop(before);
    if (!at_margin_) recover(open);
    if (at_margin_ && nested) return false;
    at_margin_ = false;
  }
  return whole && !stopped_;
}

bool Parser::parse_item() {
  const Token name = advance();
  switch (peek().kind) {
    case TokenKind::assign:
      return parse_argument(name, true);
    case TokenKind::identifier:
    case TokenKind::string:
    case TokenKind::escaped_string:
    case TokenKind::quote_open:
    case TokenKind::brace_open:
      return parse_block(name);
    default:
      expected(base::format("`=` and a value, or a block in braces, after `{}`", text(name)));
      return false;
  }
}

bool Parser::parse_argument(const Token& name, bool own_line) {
  advance();  // the equals sign
  const Node* value = parse_expression();
  if (value == nullptr) return false;
  std::uint32_t end = value->span.end;
  const Node* key = scalar(name, syntax::Style::plain);
  if (own_line && !end_of_item("value", end)) return false;
  const std::uint32_t begin = line_begin(name.begin);
  if (begin == name.begin && !at_margin(begin)) end = value->span.end;
  add(key, value, span(begin, end));
  return true;
}

bool Parser::end_of_item(std::string_view what, std::uint32_t& end) {
  const Token token = peek();
  if (token.kind == TokenKind::end) {
    end = token.end;
    return true;
  }
  if (token.kind == TokenKind::newline) {
    end = advance().end;
    return true;
  }
  if (token.kind == TokenKind::comma)
    fail(token, base::format("expected the end of the line behind the {}, found a comma; arguments "
                             "stand on lines of their own",
                             what));
  else
    expected(base::format("the end of the line behind the {}", what));
  return false;
}

bool Parser::parse_block(const Token& type) {
  const EntryStack::Mark parts = entries_.open();
  if (!parse_labels()) return false;
  const Node* body = parse_body(type);
  if (body == nullptr) return false;
  add(body);
  Node* block = make(NodeKind::block, type.begin, body->span.end);
  std::uint32_t end = body->span.end;
  if (!end_of_item("block", end)) return false;
  block->entries = entries_.close(parts, tree_.arena);
  const std::uint32_t begin = line_begin(type.begin);
  if (begin == type.begin && !at_margin(begin)) end = body->span.end;
  add(scalar(type, syntax::Style::plain), block, span(begin, end));
  return true;
}

bool Parser::parse_labels() {
  for (std::size_t labels = 0; true; ++labels) {
    const Token token = peek();
    if (labels > most_labels) {
      fail(token, base::format("more than {} labels; expected `{{`", most_labels));
      return false;
    }
    switch (token.kind) {
      case TokenKind::brace_open:
        return true;
      case TokenKind::identifier:
        add(scalar(advance(), syntax::Style::plain));
        continue;
      case TokenKind::string:
        add(scalar(advance(), syntax::Style::double_quoted));
        continue;
      case TokenKind::escaped_string: {
        const Node* label = escaped_string(advance());
        if (label == nullptr) return false;
        add(label);
        continue;
      }
      case TokenKind::quote_open:
        fail(token,
             "a label is a plain text; `${` and `%{` do not stand in it (`$${` is the text "
             "`${`)");
        return false;
      case TokenKind::newline:
        fail(token, "expected `{` on the line of the block's type");
        return false;
      case TokenKind::assign:
        fail(token,
             "expected a label or `{`, found `=`; a block has none, an argument has no "
             "labels");
        return false;
      default:
        expected("a label or `{`");
        return false;
    }
  }
}

// Null when the body is broken; then what stands behind it is still to be read.
const syntax::Node* Parser::parse_body(const Token& type) {
  const Depth depth(*this);
  if (depth_ > depth_limit) return too_deep();
  const Token brace = open();
  const EntryStack::Mark items = entries_.open();
  const TokenKind first = peek().kind;
  const bool lines =
      first == TokenKind::newline || first == TokenKind::end || first == TokenKind::brace_close;
  bool whole = lines ? parse_items(true) : parse_one_line_body();
  if (stopped_ || at_margin_ || (!whole && !lines)) return nullptr;
  if (at(TokenKind::end)) {
    unclosed_block(type, brace, items);
    return nullptr;
  }
  item_ = open_.size() - 1;
  const Token closing = close();
  whole = check_arguments(items) && whole;
  if (!whole) return nullptr;
  Node* body = make(NodeKind::body, brace.begin, closing.end);
  body->entries = entries_.close(items, tree_.arena);
  return body;
}

bool Parser::parse_one_line_body() {
  if (!at(TokenKind::identifier)) {
    expected("an argument, `}` or the end of the line");
    return false;
  }
  const Token name = advance();
  if (!at(TokenKind::assign)) {
    fail(name, base::format("expected `=` after `{}`: a block on one line holds one argument only; "
                            "a block inside of it has lines of its own",
                            text(name)));
    return false;
  }
  if (!parse_argument(name, false)) return false;
  if (at(TokenKind::brace_close)) return true;
  const Token token = peek();
  if (token.kind == TokenKind::end || !nonsense(token).empty())
    expected("`}`");
  else
    fail(token, base::format("expected `}}`, found {}; a block on one line holds one argument only",
                             found(token)));
  return false;
}

// The file has ended inside a block. What stands at the margin behind it is not meant to be in it.
void Parser::unclosed_block(const Token& type, const Token& brace, EntryStack::Mark items) {
  if (!unclosed_)
    fail(brace, base::format("the block `{}` is never closed; expected `}}`", text(type)));
  unclosed_ = true;
  if (!at_margin(type.begin)) return;
  for (const Entry& entry : entries_.since(items)) {
    if (entry.value->is_block() && at_margin(entry.key->span.begin)) outer_.push_back(entry);
  }
}

// No argument may be set twice in a body.
bool Parser::check_arguments(EntryStack::Mark items) {
  std::vector<const Node*> names;
  for (const Entry& entry : entries_.since(items)) {
    if (!entry.value->is_block()) names.push_back(entry.key);
  }
  constexpr std::size_t few = 12;
  const auto clash = [&](const Node* first, const Node* second) {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + first->span.begin, '\n');
    fail(second->span, base::format("the argument `{}` is set twice; the first time on line {}",
                                    second->text, line));
    return false;
  };
  if (names.size() <= few) {
    for (std::size_t i = 1; i < names.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (names[k]->text == names[i]->text) return clash(names[k], names[i]);
      }
    }
    return true;
  }
  std::ranges::stable_sort(names, {}, &Node::text);
  const auto same = std::ranges::adjacent_find(names, {}, &Node::text);
  return same == names.end() || clash(*same, *(same + 1));
}

// ---- recovery ----------------------------------------------------------------------------------

bool Parser::at_margin(std::uint32_t at) const {
  return at == 0 || text_[at - 1] == '\n' || text_.substr(0, at) == byte_order_mark;
}

std::uint32_t Parser::line_begin(std::uint32_t at) const {
  std::uint32_t begin = at;
  while (begin > 0 && is_blank(text_[begin - 1])) --begin;
  return at_margin(begin) ? begin : at;
}

// Whether an argument or a block of a file begins at the margin: "name =", "type {", "type label".
bool Parser::begins_item_at_margin(std::uint32_t at) const {
  if (!at_margin(at)) return false;
  std::string_view rest = text_.substr(at);
  std::size_t length = 0;
  while (length < rest.size() && (rest[length] == '_' || rest[length] == '-' ||
                                  (rest[length] >= '0' && rest[length] <= '9') ||
                                  (rest[length] >= 'a' && rest[length] <= 'z') ||
                                  (rest[length] >= 'A' && rest[length] <= 'Z')))
    ++length;
  if (length == 0) return false;
  rest.remove_prefix(length);
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t")));
  if (rest.starts_with("=")) return !rest.starts_with("==") && !rest.starts_with("=>");
  const std::string_view line = rest.substr(0, rest.find('\n'));
  const std::size_t brace = line.find('{');
  return brace != std::string_view::npos &&
         line.substr(0, brace).find_first_of("=()[],:?") == std::string_view::npos;
}

// Behind an error: to the end of the line on which all brackets that were opened since are closed
// again, to the brace that closes the body, or to an item at the margin.
void Parser::recover(std::size_t open) {
  pieces_.clear();
  chunks_.clear();
  trim_next_ = false;
  while (true) {
    const Token token = token_;
    const bool inside = open_.size() > open;
    if (open_.size() > open + most_open) stopped_ = true;
    if (token.kind == TokenKind::end || stopped_) {
      open_.resize(open);
      return;
    }
    if (inside && token.kind == TokenKind::identifier && begins_item_at_margin(token.begin)) {
      open_.clear();
      at_margin_ = true;
      lexer_.restart(token.begin);
      token_ = lexer_.next();
      return;
    }
    if (token.kind == TokenKind::newline && !inside) {
      advance();
      return;
    }
    if (opens(token.kind)) {
      open_.push_back(token);
    } else if (is_closer(token.kind)) {
      std::size_t match = open_.size();
      while (match > open && !closes(token.kind, open_[match - 1].kind)) --match;
      if (match > open)
        open_.resize(match - 1);
      else if (token.kind == TokenKind::brace_close && open > 0)
        return open_.resize(open);
    }
    token_ = lexer_.next();
  }
}

}  // namespace resilint::parse::hcl
