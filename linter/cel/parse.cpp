// SPDX-License-Identifier: Apache-2.0
// Text → program: the grammar of the language definition ("Syntax"), macros expanded.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/format.h"
#include "cel/cel.h"

namespace resilint::cel {
namespace {

constexpr int deepest = 100;

enum class Token : std::uint8_t {
  end,
  identifier,
  integer,
  unsigned_integer,
  real,
  string,
  bytes,
  symbol,
  wrong
};

constexpr std::array<std::string_view, 21> reserved{
    "as",     "break",  "const", "continue", "else", "for",     "function",
    "if",     "import", "in",    "let",      "loop", "package", "namespace",
    "return", "var",    "void",  "while",    "true", "false",   "null"};

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool hexadecimal(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

void append_utf8(std::uint32_t point, std::string& into) {
  if (point < 0x80) {
    into += static_cast<char>(point);
  } else if (point < 0x800) {
    into += static_cast<char>(0xC0 | (point >> 6));
    into += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    into += static_cast<char>(0xE0 | (point >> 12));
    into += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    into += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    into += static_cast<char>(0xF0 | (point >> 18));
    into += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    into += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    into += static_cast<char>(0x80 | (point & 0x3F));
  }
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { next(); }

  Token token = Token::end;
  std::string_view word;  // the token as written
  std::string decoded;    // of a string or bytes
  std::string error;      // of a wrong token
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t last_end = 0;  // of the token before

  void next() {
    last_end = end;
    skip_blanks();
    begin = at_;
    if (at_ >= text_.size()) {
      token = Token::end;
      end = at_;
      word = {};
      return;
    }
    const char c = text_[at_];
    if (string_begins())
      scan_string();
    else if (letter(c))
      scan_word();
    else if (digit(c) || (c == '.' && digit(peek(1))))
      scan_number();
    else if (c == '`')
      scan_quoted_identifier();
    else
      scan_symbol();
    end = at_;
    if (token != Token::identifier || c != '`') word = text_.substr(begin, end - begin);
  }

 private:
  [[nodiscard]] char peek(std::uint32_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void fail(std::string message) {
    token = Token::wrong;
    error = std::move(message);
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        ++at_;
      } else if (c == '/' && peek(1) == '/') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  void scan_word() {
    while (letter(peek(0)) || digit(peek(0))) ++at_;
    token = Token::identifier;
  }

  void scan_quoted_identifier() {
    const std::size_t close = text_.find('`', at_ + 1);
    if (close == std::string_view::npos) {
      at_ = static_cast<std::uint32_t>(text_.size());
      return fail("a quoted field without its closing backquote");
    }
    word = text_.substr(at_ + 1, close - at_ - 1);
    at_ = static_cast<std::uint32_t>(close + 1);
    token = Token::identifier;
  }

  void scan_number() {
    token = Token::integer;
    if (peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      at_ += 2;
      while (hexadecimal(peek(0))) ++at_;
    } else {
      while (digit(peek(0))) ++at_;
      if (peek(0) == '.' && digit(peek(1))) {
        token = Token::real;
        ++at_;
        while (digit(peek(0))) ++at_;
      }
      const bool sign = peek(1) == '+' || peek(1) == '-';
      if ((peek(0) == 'e' || peek(0) == 'E') && digit(peek(sign ? 2 : 1))) {
        token = Token::real;
        at_ += sign ? 2 : 1;
        while (digit(peek(0))) ++at_;
      }
    }
    if (token == Token::integer && (peek(0) == 'u' || peek(0) == 'U')) {
      token = Token::unsigned_integer;
      ++at_;
    }
    if (letter(peek(0)) || digit(peek(0))) {
      ++at_;
      fail("a number with a letter at its end");
    }
  }

  void scan_symbol() {
    static constexpr std::array<std::string_view, 6> pairs{"&&", "||", "==", "!=", "<=", ">="};
    token = Token::symbol;
    if (std::ranges::find(pairs, text_.substr(at_, 2)) != pairs.end()) {
      at_ += 2;
      return;
    }
    constexpr std::string_view singles = "()[]{}.,:?!-+*/%<>";
    const bool known = singles.find(text_[at_]) != std::string_view::npos;
    const char found = text_[at_];
    ++at_;
    if (known) return;
    while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0U) == 0x80U) ++at_;
    fail(found == '='                   ? "`=` alone; comparing is `==`"
         : found == '&' || found == '|' ? "one `&` or `|`; CEL writes `&&` and `||`"
                                        : "this letter means nothing in CEL");
  }

  // Prefixes r, b, rb, br in either case, then a quote.
  [[nodiscard]] bool string_begins() const {
    std::uint32_t ahead = 0;
    bool raw = false;
    bool bytes = false;
    for (; ahead < 2; ++ahead) {
      const char c = peek(ahead);
      if ((c == 'r' || c == 'R') && !raw)
        raw = true;
      else if ((c == 'b' || c == 'B') && !bytes)
        bytes = true;
      else
        break;
    }
    return peek(ahead) == '"' || peek(ahead) == '\'';
  }

  void scan_string() {
    bool raw = false;
    token = Token::string;
    for (; peek(0) != '"' && peek(0) != '\''; ++at_) {
      if (peek(0) == 'r' || peek(0) == 'R')
        raw = true;
      else
        token = Token::bytes;
    }
    const char quote = peek(0);
    const bool triple = peek(1) == quote && peek(2) == quote;
    at_ += triple ? 3 : 1;
    decoded.clear();
    const auto closes = [&] {
      return peek(0) == quote && (!triple || (peek(1) == quote && peek(2) == quote));
    };
    while (true) {
      if (at_ >= text_.size()) return fail("a string without its closing quote");
      if (closes()) break;
      const char c = text_[at_];
      if (!triple && (c == '\n' || c == '\r'))
        return fail("a line end in a string; write \\n or use triple quotes");
      if (c == '\\' && !raw) {
        if (!escape()) return;
      } else {
        decoded += c;
        ++at_;
      }
    }
    at_ += triple ? 3 : 1;
  }

  bool escape() {
    static constexpr std::string_view letters = "abfnrtv\\'\"`?";
    static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"`?";
    ++at_;
    const char c = peek(0);
    if (const std::size_t simple = letters.find(c); c != '\0' && simple != std::string_view::npos) {
      decoded += meanings[simple];
      ++at_;
      return true;
    }
    int base = 16;
    std::uint32_t digits = 0;
    if (c == 'x' || c == 'X')
      digits = 2;
    else if (c == 'u')
      digits = 4;
    else if (c == 'U')
      digits = 8;
    else if (c >= '0' && c <= '3')
      base = 8;
    else
      return bad_escape();
    const bool octal = base == 8;
    if (octal)
      digits = 3;
    else
      ++at_;
    const std::string_view code = text_.substr(std::min<std::size_t>(at_, text_.size()), digits);
    std::uint32_t point = 0;
    const auto [stop, failed] =
        std::from_chars(code.data(), code.data() + code.size(), point, base);
    if (code.size() != digits || failed != std::errc{} || stop != code.data() + code.size())
      return bad_escape();
    at_ += digits;
    const bool wide = digits == 4 || digits == 8;
    if (wide && (token == Token::bytes || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)))
      return bad_escape();
    if (token == Token::bytes)
      decoded += static_cast<char>(point);
    else
      append_utf8(point, decoded);
    return true;
  }

  bool bad_escape() {
    at_ = std::min(at_ + 1, static_cast<std::uint32_t>(text_.size()));
    fail("an escape that CEL does not know");
    return false;
  }

  std::string_view text_;
  std::uint32_t at_ = 0;
};

// Recursive descent; every function returns the index of the expression that it read. After the
// first problem the rest is read as if it ended there.
class Parser {
 public:
  Parser(std::string_view text, base::Arena& arena) : scanner_(text), arena_(arena) {}

  Parsed parse(std::string_view text) {
    const std::uint32_t root = expression();
    if (!problem_ && scanner_.token != Token::end)
      fail(base::format("expected an operator or the end, found {}", found()));
    if (problem_) return {std::nullopt, problem_};
    if (root + 1 != expressions_.size()) expressions_.push_back(Expr(expressions_[root]));
    return {Program{text, arena_.copy(expressions_), arena_.copy(children_)}, std::nullopt};
  }

 private:
  // ---- helpers
  // -----------------------------------------------------------------------------------

  [[nodiscard]] std::string found() const {
    if (scanner_.token == Token::wrong) return scanner_.error;
    return scanner_.token == Token::end ? "the end" : base::format("`{}`", scanner_.word);
  }

  std::uint32_t fail(std::string message) {
    return fail(std::move(message), scanner_.begin, scanner_.end);
  }
  std::uint32_t fail(std::string message, std::uint32_t begin, std::uint32_t end) {
    if (!problem_) problem_ = Problem{std::move(message), {}, begin, end};
    scanner_.token = Token::end;
    return add(Op::null_literal, begin, {});
  }

  [[nodiscard]] bool is(std::string_view symbol) const {
    return (scanner_.token == Token::symbol || scanner_.token == Token::identifier) &&
           scanner_.word == symbol;
  }
  bool accept(std::string_view symbol) {
    if (scanner_.token != Token::symbol || scanner_.word != symbol) return false;
    scanner_.next();
    return true;
  }
  void expect(std::string_view symbol) {
    if (!accept(symbol) && !problem_)
      fail(base::format("expected `{}`, found {}", symbol, found()));
  }

  std::uint32_t add(Op op, std::uint32_t begin, std::vector<std::uint32_t> children,
                    std::string_view text = {}) {
    Expr made;
    made.op = op;
    made.begin = begin;
    made.end = std::max(scanner_.last_end, begin);
    made.text = arena_.copy(text);
    made.first = static_cast<std::uint32_t>(children_.size());
    made.count = static_cast<std::uint32_t>(children.size());
    children_.insert(children_.end(), children.begin(), children.end());
    expressions_.push_back(made);
    return static_cast<std::uint32_t>(expressions_.size() - 1);
  }

  // ---- grammar
  // -----------------------------------------------------------------------------------

  std::uint32_t expression() {
    if (++depth_ > deepest) {
      --depth_;
      return fail(base::format("more than {} expressions inside each other", deepest));
    }
    const std::uint32_t begin = scanner_.begin;
    std::uint32_t left = disjunction();
    if (accept("?")) {
      const std::uint32_t then = disjunction();
      expect(":");
      const std::uint32_t otherwise = expression();
      left = add(Op::conditional, begin, {left, then, otherwise});
    }
    --depth_;
    return left;
  }

  // Long chains become balanced trees, so that evaluating `a || b || …` needs little depth.
  std::uint32_t chain(std::string_view symbol, Op op, std::uint32_t (Parser::*operand)()) {
    const std::uint32_t begin = scanner_.begin;
    std::vector<std::uint32_t> operands{(this->*operand)()};
    while (accept(symbol)) operands.push_back((this->*operand)());
    return balanced(op, begin, operands);
  }
  std::uint32_t balanced(Op op, std::uint32_t begin, std::span<const std::uint32_t> operands) {
    if (operands.size() == 1) return operands.front();
    const std::size_t half = (operands.size() + 1) / 2;
    const std::uint32_t left = balanced(op, begin, operands.first(half));
    const std::uint32_t right = balanced(op, begin, operands.subspan(half));
    const std::uint32_t made = add(op, expressions_[left].begin, {left, right});
    expressions_[made].end = expressions_[right].end;
    return made;
  }
  std::uint32_t disjunction() { return chain("||", Op::logical_or, &Parser::conjunction); }
  std::uint32_t conjunction() { return chain("&&", Op::logical_and, &Parser::relation); }

  struct Operator {
    std::string_view symbol;
    Op op;
  };
  std::uint32_t left_associative(std::span<const Operator> operators,
                                 std::uint32_t (Parser::*operand)()) {
    const std::uint32_t begin = scanner_.begin;
    std::uint32_t left = (this->*operand)();
    int length = 0;
    while (true) {
      const auto op = std::ranges::find_if(
          operators, [this](const Operator& candidate) { return is(candidate.symbol); });
      if (op == operators.end()) return left;
      if (++length > deepest) return fail(base::format("more than {} operators in a row", deepest));
      scanner_.next();
      const std::uint32_t right = (this->*operand)();
      left = add(op->op, begin, {left, right});
    }
  }
  std::uint32_t relation() {
    static constexpr Operator operators[] = {
        {"==", Op::equal},         {"!=", Op::not_equal}, {"<=", Op::less_equal}, {"<", Op::less},
        {">=", Op::greater_equal}, {">", Op::greater},    {"in", Op::in}};
    return left_associative(operators, &Parser::addition);
  }
  std::uint32_t addition() {
    static constexpr Operator operators[] = {{"+", Op::add}, {"-", Op::subtract}};
    return left_associative(operators, &Parser::multiplication);
  }
  std::uint32_t multiplication() {
    static constexpr Operator operators[] = {
        {"*", Op::multiply}, {"/", Op::divide}, {"%", Op::modulo}};
    return left_associative(operators, &Parser::unary);
  }

  std::uint32_t unary() {
    const std::uint32_t begin = scanner_.begin;
    const bool negates = is("-");
    if (!negates && !is("!")) return member();
    std::size_t times = 0;
    const std::string_view symbol = negates ? "-" : "!";
    while (accept(symbol)) {
      if (++times > deepest) return fail(base::format("more than {} signs in a row", deepest));
    }
    // The smallest integer has no positive twin: its sign belongs to the literal.
    if (negates && (scanner_.token == Token::integer || scanner_.token == Token::real)) {
      negative_ = true;
      --times;
    }
    std::uint32_t made = member();
    for (std::size_t i = 0; i < times; ++i)
      made = add(negates ? Op::negate : Op::logical_not, begin, {made});
    return made;
  }

  std::uint32_t member() {
    const std::uint32_t begin = scanner_.begin;
    std::uint32_t operand = primary();
    int length = 0;
    while (!problem_) {
      if (++length > deepest) return fail(base::format("more than {} members in a row", deepest));
      if (accept(".")) {
        if (scanner_.token != Token::identifier)
          return fail(base::format("expected a name after `.`, found {}", found()));
        const std::string name(scanner_.word);
        const std::uint32_t name_begin = scanner_.begin;
        scanner_.next();
        operand = accept("(") ? member_call(begin, name_begin, operand, name)
                              : add(Op::select, begin, {operand}, name);
      } else if (accept("[")) {
        const std::uint32_t index = expression();
        expect("]");
        operand = add(Op::index, begin, {operand, index});
      } else if (is("{") && names_a_type(operand)) {
        operand = message(begin, operand);
      } else {
        break;
      }
    }
    return operand;
  }

  [[nodiscard]] bool names_a_type(std::uint32_t operand) const {
    const Op op = expressions_[operand].op;
    return op == Op::identifier || op == Op::select;
  }

  std::uint32_t message(std::uint32_t begin, std::uint32_t type) {
    scanner_.next();
    std::vector<std::uint32_t> values{type};
    while (!problem_ && !is("}")) {
      if (scanner_.token != Token::identifier)
        return fail(base::format("expected a field's name, found {}", found()));
      scanner_.next();
      expect(":");
      values.push_back(expression());
      if (!accept(",")) break;
    }
    expect("}");
    return add(Op::message, begin, std::move(values));
  }

  std::vector<std::uint32_t> arguments(std::string_view close) {
    std::vector<std::uint32_t> found;
    while (!problem_ && !is(close)) {
      found.push_back(expression());
      if (!accept(",")) break;
      if (close == ")" && is(close)) fail("expected an argument after the comma");
    }
    expect(close);
    return found;
  }

  std::uint32_t member_call(std::uint32_t begin, std::uint32_t name_begin, std::uint32_t receiver,
                            const std::string& name) {
    struct Macro {
      std::string_view name;
      Op op;
    };
    static constexpr Macro macros[] = {{"all", Op::all},
                                       {"exists", Op::exists},
                                       {"exists_one", Op::exists_one},
                                       {"existsOne", Op::exists_one},
                                       {"filter", Op::filter},
                                       {"map", Op::transform}};
    const std::uint32_t first_argument = scanner_.begin;
    std::vector<std::uint32_t> given = arguments(")");
    if (problem_) return receiver;
    const auto macro = std::ranges::find(macros, std::string_view(name), &Macro::name);
    const bool fits = macro != std::end(macros) &&
                      (given.size() == 2 || (given.size() == 3 && macro->op == Op::transform));
    if (!fits) {
      if (macro != std::end(macros) && !(name == "all" && given.size() == 1)) {
        return fail(base::format("{}() takes a variable and an expression", name), name_begin,
                    scanner_.last_end);
      }
      given.insert(given.begin(), receiver);
      return add(Op::member_call, begin, std::move(given), name);
    }
    const Expr& variable = expressions_[given.front()];
    if (variable.op != Op::identifier) {
      return fail(base::format("{}() needs the name of a variable first", name), first_argument,
                  std::max(variable.end, first_argument + 1));
    }
    const std::string variable_name(variable.text);
    given.front() = receiver;
    return add(macro->op, begin, std::move(given), variable_name);
  }

  std::uint32_t primary() {
    const std::uint32_t begin = scanner_.begin;
    switch (scanner_.token) {
      case Token::integer:
      case Token::unsigned_integer:
        return integer();
      case Token::real:
        return real();
      case Token::string:
      case Token::bytes: {
        const Op op = scanner_.token == Token::string ? Op::string_literal : Op::bytes_literal;
        const std::string decoded = scanner_.decoded;
        scanner_.next();
        return add(op, begin, {}, decoded);
      }
      case Token::identifier:
        return identifier();
      case Token::symbol:
        break;
      case Token::end:
      case Token::wrong:
        return fail(base::format("expected an expression, found {}", found()));
    }
    if (accept("(")) {
      const std::uint32_t inner = expression();
      expect(")");
      return inner;
    }
    if (accept("[")) {
      std::vector<std::uint32_t> elements = arguments("]");
      return add(Op::list, begin, std::move(elements));
    }
    if (accept("{")) {
      std::vector<std::uint32_t> entries;
      while (!problem_ && !is("}")) {
        entries.push_back(expression());
        expect(":");
        entries.push_back(expression());
        if (!accept(",")) break;
      }
      expect("}");
      return add(Op::map, begin, std::move(entries));
    }
    if (accept(".")) {  // a name from the outermost scope
      if (scanner_.token != Token::identifier)
        return fail(base::format("expected a name after `.`, found {}", found()));
      return identifier();
    }
    return fail(base::format("expected an expression, found {}", found()));
  }

  std::uint32_t identifier() {
    const std::uint32_t begin = scanner_.begin;
    const std::string name(scanner_.word);
    scanner_.next();
    if (name == "true" || name == "false") {
      const std::uint32_t made = add(Op::bool_literal, begin, {});
      expressions_[made].integer = name == "true" ? 1 : 0;
      return made;
    }
    if (name == "null") return add(Op::null_literal, begin, {});
    if (std::ranges::find(reserved, std::string_view(name)) != reserved.end()) {
      return fail(base::format("`{}` is a reserved word of CEL", name), begin, scanner_.last_end);
    }
    if (!accept("(")) return add(Op::identifier, begin, {}, name);
    std::vector<std::uint32_t> given = arguments(")");
    if (name != "has" || problem_) return add(Op::call, begin, std::move(given), name);
    if (given.size() != 1 || expressions_[given.front()].op != Op::select) {
      return fail("has() takes one attribute, `has(x.name)`", begin, scanner_.last_end);
    }
    const Expr selected = expressions_[given.front()];
    return add(Op::has, begin, {children_[selected.first]}, std::string(selected.text));
  }

  std::uint32_t integer() {
    const std::uint32_t begin = scanner_.begin;
    const bool negative = std::exchange(negative_, false);
    const bool is_unsigned = scanner_.token == Token::unsigned_integer;
    std::string digits(scanner_.word);
    if (is_unsigned) digits.pop_back();
    const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
    if (hex) digits.erase(0, 2);
    std::uint64_t number = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    const bool fits = error == std::errc{} && stop == digits.data() + digits.size() &&
                      (is_unsigned ? !negative : number <= largest + (negative ? 1 : 0));
    if (!fits) return fail(base::format("{} does not fit into 64 bits", scanner_.word));
    scanner_.next();
    const std::uint32_t made = add(is_unsigned ? Op::uint_literal : Op::int_literal, begin, {});
    expressions_[made].integer =
        static_cast<std::int64_t>(negative ? std::uint64_t{0} - number : number);
    return made;
  }

  std::uint32_t real() {
    const std::uint32_t begin = scanner_.begin;
    const bool negative = std::exchange(negative_, false);
    double number = 0;
    const std::string_view word = scanner_.word;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc::invalid_argument || stop != word.data() + word.size())
      return fail(base::format("{} is not a number", word));
    if (error == std::errc::result_out_of_range) {
      const bool tiny =
          word.find("e-") != std::string_view::npos || word.find("E-") != std::string_view::npos;
      number = tiny ? 0 : std::numeric_limits<double>::infinity();
    }
    scanner_.next();
    const std::uint32_t made = add(Op::double_literal, begin, {});
    expressions_[made].real = negative ? -number : number;
    return made;
  }

  Scanner scanner_;
  base::Arena& arena_;
  std::vector<Expr> expressions_;
  std::vector<std::uint32_t> children_;
  std::optional<Problem> problem_;
  bool negative_ = false;
  int depth_ = 0;
};

}  // namespace

Parsed parse(std::string_view text, base::Arena& arena) {
  const std::string_view kept = arena.copy(text);
  return Parser(kept, arena).parse(kept);
}

}  // namespace resilint::cel
