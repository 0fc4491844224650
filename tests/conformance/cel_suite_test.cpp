// SPDX-License-Identifier: Apache-2.0
// The conformance suite of CEL: every test that is not about protocol buffers, and does not need a
// database of time zones, is parsed, checked and evaluated.
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "cel/cel.h"
#include "cel/values.h"
#include "support/shared.h"
#include "support/textproto.h"

namespace resilint::test {
namespace {

using value::Value;

// These files pass whole, but for what may be skipped.
constexpr std::string_view passing[] = {
    "basic",        "comparisons", "conversions", "fields", "fp_math",
    "integer_math", "lists",       "logic",       "macros", "macros2",
    "namespace",    "parse",       "plumbing",    "string", "timestamps",
};

constexpr std::string_view about_messages[] = {"TestAllTypes", "google.protobuf", "object_value",
                                               "enum_value",   "type_url",        "GlobalEnum",
                                               "NullValue"};
constexpr std::string_view zones[] = {"'America/", "'Asia/", "'Australia/", "'Europe/", "'US/"};

std::string_view reason_to_skip(std::string_view test) {
  for (const std::string_view word : about_messages) {
    if (test.find(word) != std::string_view::npos) return word;
  }
  const bool zone = std::ranges::any_of(
      zones, [test](std::string_view name) { return test.find(name) != std::string_view::npos; });
  return zone ? "a time-zone database" : std::string_view{};
}

template <typename Number>
Number number(std::string_view text) {
  Number made{};
  std::from_chars(text.data(), text.data() + text.size(), made);
  return made;
}

double real(std::string_view text) {
  if (text == "nan" || text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf" || text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-inf" || text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return number<double>(text);
}

// A message `Value` of the suite.
class Expected {
 public:
  explicit Expected(base::Arena& arena) : arena_(arena) {}

  std::optional<Value> value(const TextProto& message) {
    if (message.fields.size() != 1) return std::nullopt;
    const TextProto::Field& field = message.fields.front();
    if (field.name == "null_value") return Value::null();
    if (field.name == "bool_value") return Value::boolean(field.scalar == "true");
    if (field.name == "int64_value") return Value::integer(number<std::int64_t>(field.scalar));
    if (field.name == "uint64_value")
      return cel::made<cel::Unsigned>(arena_, number<std::uint64_t>(field.scalar));
    if (field.name == "double_value") return Value::real(real(field.scalar));
    if (field.name == "string_value") return Value::string(arena_.copy(field.scalar));
    if (field.name == "bytes_value")
      return cel::made<cel::Bytes>(arena_, arena_.copy(field.scalar));
    if (field.name == "type_value")
      return cel::made<cel::TypeValue>(arena_, arena_.copy(field.scalar));
    if (field.name == "list_value") return list(field.message);
    if (field.name == "map_value") return map(field.message);
    return std::nullopt;
  }

 private:
  std::optional<Value> list(const TextProto& message) {
    std::vector<value::Member> members;
    for (const TextProto::Field& field : message.fields) {
      const auto member = value(field.message);
      if (!member) return std::nullopt;
      members.push_back({*member, value::Membership::definite});
    }
    return Value(Value::Payload(static_cast<const value::List*>(
        arena_.make<value::List>(value::List{arena_.copy(members), false, {}}))));
  }

  std::optional<Value> map(const TextProto& message) {
    std::vector<value::MapEntry> entries;
    for (const TextProto::Field& field : message.fields) {
      const auto key = value(field.message.message("key"));
      const auto held = value(field.message.message("value"));
      if (!key || !held) return std::nullopt;
      entries.push_back({cel::map_key(*key, arena_).value(), {}, *held});
    }
    return Value(Value::Payload(static_cast<const value::Map*>(
        arena_.make<value::Map>(value::Map{arena_.copy(entries), false, {}}))));
  }

  base::Arena& arena_;
};

// The same value of the same type; NaN is itself here, and maps have no order.
bool same(const Value& a, const Value& b) {
  if (cel::type_name(a) != cel::type_name(b)) return false;
  if (const auto* list = a.pointer<value::List>()) {
    return std::ranges::equal(list->members, b.pointer<value::List>()->members, same,
                              &value::Member::value, &value::Member::value);
  }
  if (const auto* map = a.pointer<value::Map>()) {
    const value::Map& other = *b.pointer<value::Map>();
    return map->entries.size() == other.entries.size() &&
           std::ranges::all_of(map->entries, [&other](const value::MapEntry& entry) {
             const value::MapEntry* twin = other.find(entry.key);
             return twin != nullptr && same(entry.value, twin->value);
           });
  }
  return cel::display(a) == cel::display(b);
}

cel::Type type(const TextProto& message, base::Arena& arena);

const cel::Type* held_type(const TextProto& message, base::Arena& arena) {
  return arena.make<cel::Type>(type(message, arena));
}

cel::Type type(const TextProto& message, base::Arena& arena) {
  using enum cel::TypeKind;
  static const std::map<std::string_view, cel::TypeKind> primitives{
      {"BOOL", boolean}, {"INT64", integer}, {"UINT64", unsigned_integer},
      {"DOUBLE", real},  {"STRING", string}, {"BYTES", bytes}};
  static const std::map<std::string_view, cel::TypeKind> well_known{{"TIMESTAMP", timestamp},
                                                                    {"DURATION", duration}};
  if (message.find("primitive") != nullptr) return {primitives.at(message.text("primitive"))};
  if (message.find("well_known") != nullptr && well_known.contains(message.text("well_known")))
    return {well_known.at(message.text("well_known"))};
  if (message.find("null") != nullptr) return {null};
  if (message.find("type") != nullptr) return {cel::TypeKind::type};
  if (const auto* found = message.find("list_type"))
    return {list, held_type(found->message.message("elem_type"), arena)};
  if (const auto* found = message.find("map_type"))
    return {map, held_type(found->message.message("value_type"), arena),
            held_type(found->message.message("key_type"), arena)};
  return {};
}

struct Score {
  std::size_t passed = 0;
  std::size_t skipped = 0;
  std::vector<std::string> failed;
};

class Suite {
 public:
  void run(const TextProto& test) {
    if (const std::string_view reason = reason_to_skip(test.source); !reason.empty()) {
      ++score.skipped;
      ++reasons[std::string(reason)];
      return;
    }
    const std::string wrong = outcome(test);
    if (wrong.empty())
      ++score.passed;
    else
      score.failed.push_back(
          base::format("{}: {}: {}", test.text("name"), test.text("expr"), wrong));
  }

  Score score;
  std::map<std::string, std::size_t> reasons;

 private:
  // What went wrong, empty when nothing did.
  static std::string outcome(const TextProto& test) {
    base::Arena arena;
    const bool wants_error = test.find("eval_error") != nullptr;
    const cel::Parsed parsed = cel::parse(test.text("expr"), arena);
    if (!parsed.program) return "parsing: " + parsed.problem->message;
    if (test.text("disable_check") != "true" && !wants_error) {
      const std::string problem = checked(test, *parsed.program, arena);
      if (!problem.empty()) return "checking: " + problem;
    }
    if (test.text("check_only") == "true") return {};
    return evaluated(test, *parsed.program, wants_error, arena);
  }

  static std::string checked(const TextProto& test, const cel::Program& program,
                             base::Arena& arena) {
    std::vector<cel::Variable> variables;
    for (const TextProto::Field& field : test.fields) {
      if (field.name != "type_env" || field.message.find("ident") == nullptr) continue;
      variables.push_back({field.message.text("name"),
                           type(field.message.message("ident").message("type"), arena)});
    }
    const cel::Environment environment{variables, {}, nullptr, {}, test.text("container")};
    const cel::Checked result = cel::check(program, environment, arena);
    if (!result.problems.empty()) return result.problems.front().message;
    const TextProto& deduced = test.message("typed_result").message("deduced_type");
    if (deduced.fields.empty()) return {};
    const std::string wanted = cel::display(type(deduced, arena));
    const std::string found = cel::display(result.type);
    return wanted == found ? std::string{} : base::format("{}, not {}", found, wanted);
  }

  static std::string evaluated(const TextProto& test, const cel::Program& program, bool wants_error,
                               base::Arena& arena) {
    std::vector<cel::Binding> bindings;
    Expected expected(arena);
    for (const TextProto::Field& field : test.fields) {
      if (field.name != "bindings") continue;
      const auto bound = expected.value(field.message.message("value").message("value"));
      if (!bound) return "a binding that this runner cannot read";
      bindings.push_back({field.message.text("key"), *bound});
    }
    const cel::Context context{bindings, {}, nullptr, test.text("container")};
    const cel::Evaluated result = cel::evaluate(program, context, arena);
    if (wants_error)
      return result.error ? std::string{} : "no error, but " + cel::display(result.value);
    if (result.error) return "error: " + result.error->message;
    const bool typed = test.find("typed_result") != nullptr;
    const TextProto& wanted =
        typed ? test.message("typed_result").message("result") : test.message("value");
    // A test without a value wants `true`.
    const auto value = wanted.fields.empty() ? Value::boolean(true) : expected.value(wanted);
    if (!value) return "a value that this runner cannot read";
    if (same(result.value, *value)) return {};
    return base::format("{}, not {}", cel::display(result.value), cel::display(*value));
  }
};

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("cel suite: every test that may not be skipped passes, in every file that we claim") {
  const auto folder = shared("conformance/cel");
  if (!folder) return;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() == ".textproto") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::string report;
  std::vector<std::string> unexpected;
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const std::filesystem::path& path : paths) {
    const std::string text = content(path);
    Suite suite;
    for (const TextProto::Field& section : read_textproto(text).fields) {
      if (section.name != "section") continue;
      for (const TextProto::Field& field : section.message.fields) {
        if (field.name == "test") suite.run(field.message);
      }
    }
    const std::string name = path.stem().string();
    const bool claimed = std::ranges::find(passing, std::string_view(name)) != std::end(passing);
    report +=
        base::format("{:15}{} {:4} passed {:4} failed {:4} skipped", name, claimed ? "*" : " ",
                     suite.score.passed, suite.score.failed.size(), suite.score.skipped);
    for (const auto& [reason, count] : suite.reasons)
      report += base::format(", {} {}", reason, count);
    report += "\n";
    passed += suite.score.passed;
    failed += suite.score.failed.size();
    if (claimed) {
      CHECK(suite.score.passed > 0);
      for (const std::string& line : suite.score.failed) unexpected.push_back(name + ": " + line);
    }
  }
  WARN("CEL suite (* claimed whole):\n" << report << passed << " passed, " << failed << " failed");
  CHECK(unexpected == std::vector<std::string>{});
}

}  // namespace resilint::test
