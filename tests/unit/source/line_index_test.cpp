// SPDX-License-Identifier: Apache-2.0
#include "source/line_index.h"

#include <string>

#include <catch2/catch.hpp>

#include "source/disk.h"
#include "source/file.h"

namespace resilint::test {

using source::LineIndex;
using source::Position;

TEST_CASE("line index: lines end at LF, CR LF or a lone CR") {
  const std::string text = "a\nbc\r\nd\re";
  const LineIndex lines(text);
  CHECK(lines.lines() == 4);
  CHECK(lines.line(1) == "a");
  CHECK(lines.line(2) == "bc");
  CHECK(lines.line(3) == "d");
  CHECK(lines.line(4) == "e");
  CHECK(lines.line(5) == "");
  CHECK(lines.position(0) == Position{1, 1, 1});
  CHECK(lines.position(3) == Position{2, 2, 2});
  CHECK(lines.position(8) == Position{4, 1, 1});
  CHECK(lines.position(9) == Position{4, 2, 2});  // the end of the text is a place
}

TEST_CASE("line index: columns count UTF-16 units, and bytes apart from them") {
  const std::string text = "\u00e9\u20ac\U0001F600x";  // 2, 3 and 4 bytes; 1, 1 and 2 units
  const LineIndex lines(text);
  CHECK(lines.position(2) == Position{1, 2, 3});
  CHECK(lines.position(5) == Position{1, 3, 6});
  CHECK(lines.position(9) == Position{1, 5, 10});
}

TEST_CASE("line index: a byte order mark has no column") {
  const std::string text =
      "\xEF\xBB\xBF"
      "ab\nc";
  const LineIndex lines(text);
  CHECK(lines.line(1) == "ab");
  CHECK(lines.position(3) == Position{1, 1, 1});
  CHECK(lines.position(0) == Position{1, 1, 1});
  CHECK(lines.position(4) == Position{1, 2, 2});
}

TEST_CASE("line index: in bytes that are no text each counts as one") {
  const std::string text = "\xFF\xC3(x";
  CHECK(LineIndex(text).position(3) == Position{1, 4, 4});
}

TEST_CASE("line index: an empty text has one line") {
  const LineIndex lines("");
  CHECK(lines.lines() == 1);
  CHECK(lines.position(0) == Position{1, 1, 1});
}

TEST_CASE("file set: files keep their ids and bytes") {
  source::FileSet files;
  const source::FileId a = files.add("a.yaml", "text of a").id();
  const source::FileId b = files.add("b.yaml", "text of b").id();
  CHECK(files.get(a).path() == "a.yaml");
  CHECK(files.text({b, 8, 9}) == "b");
  files.forget(a);
  CHECK(files.get(a).bytes().empty());
  CHECK(files.get(b).bytes() == "text of b");
}

TEST_CASE("disk: what cannot be read says why") {
  CHECK(source::read("/nowhere/at/all", 10).error() == "No such file or directory");
  CHECK(source::read("/tmp", 10).error() == "is not a regular file");
  CHECK(source::read("/dev/null", 10).error() == "is not a regular file");
  CHECK(source::write("/nowhere/at/all", "text") == "No such file or directory");
}

}  // namespace resilint::test
