// SPDX-License-Identifier: Apache-2.0
// Text → program: the grammar of the language definition ("Syntax"), with its macros.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/format.h"
#include "cel/cel.h"
#include "cel/scan.h"

namespace resilint::cel {
namespace {

constexpr int deepest_nesting = 64;           // brackets, calls and conditionals inside each other
constexpr std::uint32_t longest_chain = 100;  // members, signs or operators in a row
constexpr std::uint32_t highest_tree = 250;   // what checking and evaluating recurse over

constexpr std::array<std::string_view, 4> keywords{"false", "in", "null", "true"};
constexpr std::array<std::string_view, 17> reserved{
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

struct Macro {
  std::string_view name;
  Op op;
  std::size_t fewest_variables;
  std::size_t most_variables;
  bool may_filter;  // takes a condition before its expression
  std::string_view takes;
};
constexpr Macro macros[] = {
    {"all", Op::all, 1, 2, false, "a variable or two, and a condition"},
    {"exists", Op::exists, 1, 2, false, "a variable or two, and a condition"},
    {"exists_one", Op::exists_one, 1, 2, false, "a variable or two, and a condition"},
    {"existsOne", Op::exists_one, 1, 2, false, "a variable or two, and a condition"},
    {"filter", Op::filter, 1, 1, false, "a variable and a condition"},
    {"map", Op::transform, 1, 1, true, "a variable, a condition if you like, and an expression"},
    {"transformList", Op::transform, 2, 2, true,
     "two variables, a condition if you like, and an expression"},
    {"transformMap", Op::transform_map, 2, 2, true,
     "two variables, a condition if you like, and an expression"},
};

// How many of a macro's arguments are variables; 0 when it does not take that many arguments.
std::size_t variables_of(const Macro& macro, std::size_t arguments) {
  for (std::size_t count = macro.fewest_variables; count <= macro.most_variables; ++count) {
    const std::size_t rest = arguments - std::min(arguments, count);
    if (rest == 1 || (rest == 2 && macro.may_filter)) return count;
  }
  return 0;
}

// Words that other languages use as operators.
std::string_view operator_meant(std::string_view word) {
  if (word == "and") return "did you mean `&&`?";
  if (word == "or") return "did you mean `||`?";
  if (word == "is") return "did you mean `==`?";
  return {};
}

// Recursive descent; every function returns the index of the expression that it read. After the
// first problem the rest is read as if the text ended there.
class Parser {
 public:
  Parser(std::string_view text, base::Arena& arena) : text_(text), scanner_(text), arena_(arena) {}

  Parsed parse() {
    expression();
    if (scanner_.token != Token::end)
      fail(base::format("expected an operator or the end, found {}", found()));
    if (problem_) return {std::nullopt, problem_};
    return {Program{text_, arena_.copy(expressions_), arena_.copy(children_)}, std::nullopt};
  }

 private:
  // ---- helpers -----------------------------------------------------------------------------

  [[nodiscard]] std::string found() const {
    if (scanner_.token == Token::wrong) return scanner_.error;
    return scanner_.token == Token::end ? "the end" : base::format("`{}`", scanner_.word);
  }

  std::uint32_t fail(std::string message) {
    std::string suggestion = scanner_.token == Token::wrong
                                 ? scanner_.suggestion
                                 : std::string(operator_meant(scanner_.word));
    return fail(std::move(message), scanner_.begin, scanner_.end, std::move(suggestion));
  }
  std::uint32_t fail(std::string message, std::uint32_t begin, std::uint32_t end,
                     std::string suggestion = {}) {
    if (!problem_) problem_ = Problem{std::move(message), std::move(suggestion), begin, end};
    scanner_.token = Token::end;
    return add(Op::null_literal, begin, {});
  }

  [[nodiscard]] bool is(std::string_view symbol) const {
    return scanner_.token == Token::symbol && scanner_.word == symbol;
  }
  [[nodiscard]] bool is_operator(std::string_view written) const {
    return (scanner_.token == Token::symbol || scanner_.token == Token::identifier) &&
           scanner_.word == written;
  }
  bool accept(std::string_view symbol) {
    if (!is(symbol)) return false;
    scanner_.next();
    return true;
  }
  void expect(std::string_view symbol) {
    if (!accept(symbol) && !problem_)
      fail(base::format("expected `{}`, found {}", symbol, found()));
  }

  std::uint32_t add(Op op, std::uint32_t begin, std::span<const std::uint32_t> children,
                    std::string_view text = {}) {
    Expr made;
    made.op = op;
    made.begin = begin;
    made.end = std::max(scanner_.last_end, begin);
    made.text = arena_.copy(text);
    made.first = static_cast<std::uint32_t>(children_.size());
    made.count = static_cast<std::uint32_t>(children.size());
    std::uint32_t height = 0;
    for (const std::uint32_t child : children) height = std::max(height, heights_[child] + 1);
    children_.insert(children_.end(), children.begin(), children.end());
    expressions_.push_back(made);
    heights_.push_back(height);
    const auto index = static_cast<std::uint32_t>(expressions_.size() - 1);
    if (height > highest_tree && !problem_)
      fail("the expression is nested too deeply; name a part of it", begin, made.end);
    return index;
  }
  std::uint32_t add(Op op, std::uint32_t begin, std::initializer_list<std::uint32_t> children,
                    std::string_view text = {}) {
    return add(op, begin, std::span(children.begin(), children.size()), text);
  }

  // ---- operators ---------------------------------------------------------------------------

  std::uint32_t expression() {
    if (depth_ == deepest_nesting) {
      return fail(base::format("more than {} expressions inside each other", deepest_nesting),
                  scanner_.begin, scanner_.end);
    }
    ++depth_;
    const std::uint32_t begin = scanner_.begin;
    std::uint32_t made = disjunction();
    if (accept("?")) {
      const std::uint32_t then = disjunction();
      expect(":");
      const std::uint32_t otherwise = expression();
      made = add(Op::conditional, begin, {made, then, otherwise});
    }
    --depth_;
    return made;
  }

  using Operand = std::uint32_t (Parser::*)();

  std::uint32_t disjunction() { return chain("||", Op::logical_or, &Parser::conjunction); }
  std::uint32_t conjunction() { return chain("&&", Op::logical_and, &Parser::relation); }

  // An operand of a chain and its place, which includes its brackets.
  struct Link {
    std::uint32_t expression;
    std::uint32_t begin;
    std::uint32_t end;
  };

  // Both operators are associative, so a long chain becomes a tree of little height.
  std::uint32_t chain(std::string_view symbol, Op op, Operand operand) {
    std::vector<Link> links;
    do {
      const std::uint32_t begin = scanner_.begin;
      const std::uint32_t made = (this->*operand)();
      links.push_back({made, begin, scanner_.last_end});
    } while (accept(symbol));
    return balanced(op, links);
  }
  std::uint32_t balanced(Op op, std::span<const Link> links) {
    if (links.size() == 1) return links.front().expression;
    const std::size_t half = (links.size() + 1) / 2;
    const std::uint32_t left = balanced(op, links.first(half));
    const std::uint32_t right = balanced(op, links.subspan(half));
    const std::uint32_t made = add(op, links.front().begin, {left, right});
    expressions_[made].end = links.back().end;
    return made;
  }

  struct Operator {
    std::string_view written;
    Op op;
  };
  std::uint32_t left_associative(std::span<const Operator> operators, Operand operand) {
    const std::uint32_t begin = scanner_.begin;
    std::uint32_t left = (this->*operand)();
    for (std::uint32_t length = 1;; ++length) {
      const auto op = std::ranges::find_if(
          operators, [this](const Operator& candidate) { return is_operator(candidate.written); });
      if (op == operators.end()) return left;
      if (length > longest_chain)
        return fail(base::format("more than {} operators in a row", longest_chain));
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
    std::uint32_t signs = 0;
    std::uint32_t last_sign = begin;
    while (is(negates ? "-" : "!")) {
      last_sign = scanner_.begin;
      scanner_.next();
      if (++signs > longest_chain)
        return fail(base::format("more than {} signs in a row", longest_chain));
    }
    // The sign belongs to the literal: the smallest integer has no positive twin.
    if (negates && (scanner_.token == Token::integer || scanner_.token == Token::real)) {
      negative_literal_ = last_sign;
      --signs;
    }
    std::uint32_t made = member();
    for (; signs > 0; --signs) made = add(negates ? Op::negate : Op::logical_not, begin, {made});
    return made;
  }

  // ---- members -----------------------------------------------------------------------------

  std::uint32_t member() {
    const std::uint32_t begin = scanner_.begin;
    bool is_name = scanner_.token == Token::identifier || is(".");
    std::uint32_t operand = primary();
    is_name = is_name && expressions_[operand].op == Op::identifier;
    for (std::uint32_t length = 1; !problem_; ++length) {
      if (is_name && is("{")) {
        operand = message(begin, operand);
        is_name = false;
      } else if (is(".") || is("[")) {
        if (length > longest_chain)
          return fail(base::format("more than {} members in a row", longest_chain));
        operand = is(".") ? selection(begin, operand) : indexing(begin, operand);
        is_name = is_name && expressions_[operand].op == Op::select;
      } else {
        break;
      }
    }
    return operand;
  }

  std::uint32_t indexing(std::uint32_t begin, std::uint32_t operand) {
    scanner_.next();
    const std::uint32_t index = expression();
    expect("]");
    return add(Op::index, begin, {operand, index});
  }

  // The name of a member or field; empty after a problem.
  std::string selector(std::string_view expected) {
    const bool quoted = scanner_.token == Token::quoted_identifier;
    if (!quoted && (scanner_.token != Token::identifier || contains(keywords, scanner_.word))) {
      fail(base::format("expected {}, found {}", expected, found()));
      return {};
    }
    std::string name(scanner_.word);
    scanner_.next();
    return name;
  }

  std::uint32_t selection(std::uint32_t begin, std::uint32_t operand) {
    scanner_.next();
    const bool quoted = scanner_.token == Token::quoted_identifier;
    const std::uint32_t name_begin = scanner_.begin;
    const std::string name = selector("a name after `.`");
    if (problem_) return operand;
    if (!quoted && accept("(")) return member_call(begin, name_begin, operand, name);
    return add(Op::select, begin, {operand}, name);
  }

  std::uint32_t message(std::uint32_t begin, std::uint32_t type) {
    scanner_.next();
    std::vector<std::uint32_t> values{type};
    while (!problem_ && !is("}") && !is(",")) {
      selector("the name of a field");
      expect(":");
      values.push_back(expression());
      if (!is(",") || problem_) break;
      scanner_.next();
    }
    if (values.size() == 1) accept(",");
    expect("}");
    return add(Op::message, begin, values);
  }

  std::uint32_t member_call(std::uint32_t begin, std::uint32_t name_begin, std::uint32_t receiver,
                            const std::string& name) {
    std::vector<std::uint32_t> given = arguments();
    if (problem_) return receiver;
    const auto macro = std::ranges::find(macros, std::string_view(name), &Macro::name);
    // `project.all("kind")` is a function of that name.
    const bool other_function = name == "all" && given.size() == 1;
    if (macro == std::end(macros) || other_function) {
      given.insert(given.begin(), receiver);
      return add(Op::member_call, begin, given, name);
    }
    const std::size_t count = variables_of(*macro, given.size());
    if (count == 0) {
      return fail(base::format("{}() takes {}", name, macro->takes), name_begin, scanner_.last_end);
    }
    std::string variables;
    for (const std::uint32_t argument : std::span(given).first(count)) {
      const Expr& variable = expressions_[argument];
      if (variable.op != Op::identifier || variable.text.starts_with('.'))
        return fail(base::format("{}() needs the name of a variable here", name), variable.begin,
                    variable.end);
      if (!variables.empty() && variables == variable.text)
        return fail("two variables of one name", variable.begin, variable.end);
      variables.append(variables.empty() ? "" : ",").append(variable.text);
    }
    given.erase(given.begin() + 1, given.begin() + static_cast<std::ptrdiff_t>(count));
    given.front() = receiver;
    return add(macro->op, begin, given, variables);
  }

  // Up to and with the closing bracket.
  std::vector<std::uint32_t> arguments() {
    std::vector<std::uint32_t> given;
    if (accept(")")) return given;
    do given.push_back(expression());
    while (accept(","));
    expect(")");
    return given;
  }

  // ---- primary expressions -----------------------------------------------------------------

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
        const std::string decoded = std::move(scanner_.decoded);
        scanner_.next();
        return add(op, begin, {}, decoded);
      }
      case Token::identifier:
        return name(begin, {});
      case Token::symbol:
        break;
      case Token::quoted_identifier:
        return fail("a name in backquotes stands only after `.`");
      case Token::end:
      case Token::wrong:
        return fail(base::format("expected an expression, found {}", found()));
    }
    if (accept("(")) {
      const std::uint32_t inner = expression();
      expect(")");
      return inner;
    }
    if (accept("[")) return list(begin);
    if (accept("{")) return map(begin);
    if (accept(".")) {
      if (scanner_.token == Token::identifier) return name(begin, ".");
      return fail(base::format("expected a name after `.`, found {}", found()));
    }
    return fail(base::format("expected an expression, found {}", found()));
  }

  std::uint32_t list(std::uint32_t begin) {
    std::vector<std::uint32_t> elements;
    while (!problem_ && !is("]") && !is(",")) {
      elements.push_back(expression());
      if (!is(",") || problem_) break;
      scanner_.next();
    }
    if (elements.empty()) accept(",");
    expect("]");
    return add(Op::list, begin, elements);
  }

  std::uint32_t map(std::uint32_t begin) {
    std::vector<std::uint32_t> entries;
    while (!problem_ && !is("}") && !is(",")) {
      entries.push_back(expression());
      expect(":");
      entries.push_back(expression());
      if (!is(",") || problem_) break;
      scanner_.next();
    }
    if (entries.empty()) accept(",");
    expect("}");
    return add(Op::map, begin, entries);
  }

  // A name, a call, has() or a literal that is a word. `root` is "." when the name is one of the
  // outermost scope.
  std::uint32_t name(std::uint32_t begin, std::string_view root) {
    const std::string word(scanner_.word);
    const std::uint32_t word_begin = scanner_.begin;
    scanner_.next();
    if (root.empty() && (word == "true" || word == "false")) {
      const std::uint32_t made = add(Op::bool_literal, begin, {});
      expressions_[made].integer = word == "true" ? 1 : 0;
      return made;
    }
    if (root.empty() && word == "null") return add(Op::null_literal, begin, {});
    if (contains(keywords, word) || contains(reserved, word)) {
      return fail(base::format("`{}` is a word that CEL keeps for itself", word), word_begin,
                  scanner_.last_end);
    }
    if (!accept("(")) return add(Op::identifier, begin, {}, std::string(root) + word);
    const std::vector<std::uint32_t> given = arguments();
    if (word != "has" || problem_) return add(Op::call, begin, given, word);
    if (given.size() != 1 || expressions_[given.front()].op != Op::select)
      return fail("has() asks for one member, `has(x.name)`", begin, scanner_.last_end);
    const Expr& selected = expressions_[given.front()];
    return add(Op::has, begin, {children_[selected.first]}, std::string(selected.text));
  }

  std::uint32_t integer() {
    const auto sign = std::exchange(negative_literal_, std::nullopt);
    const bool negative = sign.has_value();
    const std::uint32_t begin = sign.value_or(scanner_.begin);
    const bool is_unsigned = scanner_.token == Token::unsigned_integer;
    std::string_view digits = scanner_.word;
    if (is_unsigned) digits.remove_suffix(1);
    const bool hexadecimal = digits.starts_with("0x");
    if (hexadecimal) digits.remove_prefix(2);
    std::uint64_t number = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number,
                                               hexadecimal ? 16 : 10);
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    if (error != std::errc{} || (!is_unsigned && number > largest + (negative ? 1 : 0)))
      return fail(base::format("{} does not fit into 64 bits", scanner_.word));
    scanner_.next();
    const std::uint32_t made = add(is_unsigned ? Op::uint_literal : Op::int_literal, begin, {});
    expressions_[made].integer =
        static_cast<std::int64_t>(negative ? std::uint64_t{0} - number : number);
    return made;
  }

  std::uint32_t real() {
    const auto sign = std::exchange(negative_literal_, std::nullopt);
    const bool negative = sign.has_value();
    const std::uint32_t begin = sign.value_or(scanner_.begin);
    double number = 0;
    const std::string_view word = scanner_.word;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool tiny = word.find_first_of("eE") != std::string_view::npos &&
                      word.find('-') != std::string_view::npos;
    if (error == std::errc::result_out_of_range && !tiny)
      return fail(base::format("{} does not fit into a double", word));
    scanner_.next();
    const std::uint32_t made = add(Op::double_literal, begin, {});
    expressions_[made].real = negative ? -number : number;
    return made;
  }

  std::string_view text_;
  Scanner scanner_;
  base::Arena& arena_;
  std::vector<Expr> expressions_;
  std::vector<std::uint32_t> children_;
  std::vector<std::uint32_t> heights_;  // of each expression, above its lowest literal
  std::optional<Problem> problem_;
  std::optional<std::uint32_t> negative_literal_;  // where the sign of the next literal stands
  int depth_ = 0;
};

}  // namespace

Parsed parse(std::string_view text, base::Arena& arena) {
  return Parser(arena.copy(text), arena).parse();
}

}  // namespace resilint::cel
