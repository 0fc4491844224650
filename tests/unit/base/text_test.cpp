// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <array>
#include <limits>

#include <catch2/catch.hpp>

#include "base/arena.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/regex.h"

namespace resilint::test {

TEST_CASE("text: split and join are each other's inverse") {
  using Parts = std::vector<std::string_view>;
  CHECK(base::split("a,,b", ',') == Parts{"a", "", "b"});
  CHECK(base::split("", ',') == Parts{""});
  CHECK(base::split(",", ',') == Parts{"", ""});
  CHECK(base::join(std::span<const std::string_view>(base::split("a,,b", ',')), ",") == "a,,b");
}

TEST_CASE("text: numbers are whole texts, in range") {
  CHECK(base::parse_int("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(base::parse_int("9223372036854775808") == std::nullopt);
  CHECK(base::parse_int("007") == 7);
  for (const std::string_view text : {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e3"})
    CHECK(base::parse_int(text) == std::nullopt);
  CHECK(base::parse_double("1.5e3") == 1500.0);
  CHECK(base::parse_double("45.0") == 45.0);
  for (const std::string_view text : {"", "inf", "nan", "1e999", "1,5", "1.5 "})
    CHECK(base::parse_double(text) == std::nullopt);
}

TEST_CASE("text: the shortest decimal text reads back") {
  CHECK(base::shortest(0.1) == "0.1");
  CHECK(base::shortest(1e300) == "1e+300");
  CHECK(base::shortest(5) == "5");
  CHECK(base::shortest(-2.5) == "-2.5");
}

TEST_CASE("text: what was most likely meant") {
  const std::array<std::string_view, 3> words{"sqs-dead-letter-queue", "s3-bucket-versioning",
                                              "cloudtrail-logging-on"};
  CHECK(base::nearest("sqs-dead-leter-queue", words) == "sqs-dead-letter-queue");
  CHECK(base::nearest("S3-BUCKET-VERSIONING", words) == "s3-bucket-versioning");
  CHECK(base::nearest("cloudtrail-loggign-on", words) == "cloudtrail-logging-on");
  CHECK(base::nearest("versioning", words) == "");
  CHECK(base::nearest("", words) == "");
}

TEST_CASE("text: trim, lower and count") {
  CHECK(base::trim(" \t a b\r\n") == "a b");
  CHECK(base::trim(" \n") == "");
  CHECK(base::lower("AWS::S3\xC3\x84") == "aws::s3\xC3\x84");
  CHECK(base::count(1, "finding", "findings") == "1 finding");
  CHECK(base::count(0, "finding", "findings") == "0 findings");
}

TEST_CASE("regex: linear, found anywhere, and says why it is not valid") {
  CHECK(base::Regex("b+").found_in("abbc"));
  CHECK_FALSE(base::Regex("^b").found_in("abbc"));
  const base::Regex broken("a(");
  CHECK_FALSE(broken.valid());
  CHECK_FALSE(broken.found_in("a("));
  CHECK(broken.error() == "missing ): a(");
}

TEST_CASE("hash: the same bytes give the same number on every machine") {
  CHECK(base::hexadecimal(base::hash("")) == "2d06800538d394c2");
  CHECK(base::hexadecimal(0xA) == "000000000000000a");
}

TEST_CASE("json writer: escapes, numbers, and bytes that are no text") {
  base::JsonWriter json;
  json.begin_object().member("a\"b", "tab\t \x01 \xC3\xA9 \xFF");
  json.key("n").begin_array().integer(-1).real(0.5).boolean(true).null().end_array().end_object();
  CHECK(json.take() == R"({"a\"b":"tab\t \u0001 é )"
                       "\xEF\xBF\xBD"
                       R"(","n":[-1,0.5,true,null]})");
}

TEST_CASE("arena: aligned, and large things have room") {
  base::Arena arena;
  CHECK(arena.copy("text") == "text");
  const auto* number = arena.make<std::uint64_t>(7U);
  CHECK(reinterpret_cast<std::uintptr_t>(number) % alignof(std::uint64_t) == 0);
  const std::string large(std::size_t{5} << 20U, 'x');
  CHECK(arena.copy(large) == large);
  CHECK(*number == 7);
  CHECK(arena.footprint() >= large.size());
}

}  // namespace resilint::test
