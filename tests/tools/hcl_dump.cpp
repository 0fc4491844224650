// SPDX-License-Identifier: Apache-2.0
// Says what the parser makes of HCL files (those that end in .json as Terraform reads them), for
// tests/tools/compare_hcl.py and compare_hcl2json.py:
//   hcl_dump FILE…         the tree as text, or `error LINE: message` for every error
//   hcl_dump --json FILE…  the tree as hcl2json writes it
// Where there is more than one file, `--- NAME` goes before each.
#include <cstdio>
#include <string>

#include "base/format.h"
#include "dialect/terraform/json_body.h"
#include "parse/parse.h"
#include "source/disk.h"
#include "source/line_index.h"
#include "support/hcl_text.h"

int main(int argc, char** argv) {
  using namespace resilint;
  const bool json = argc > 1 && std::string_view(argv[1]) == "--json";
  const int first = json ? 2 : 1;
  bool good = true;
  for (int i = first; i < argc; ++i) {
    if (argc - first > 1) std::printf("--- %s\n", argv[i]);
    auto bytes = source::read(argv[i], parse::hcl_limit);
    if (!bytes) {
      std::fprintf(stderr, "%s: %s\n", argv[i], bytes.error().c_str());
      return 2;
    }
    const source::File file(source::FileId{}, argv[i], std::move(*bytes));
    const parse::Parsed parsed = file.path().ends_with(".json")
                                     ? dialect::terraform::json_configuration(file)
                                     : parse::parse_hcl(file);
    const source::LineIndex lines(file.bytes());
    for (const finding::Finding& error : parsed.errors) {
      std::printf("error %u: %s\n", lines.line_of(error.span.begin), error.message.c_str());
    }
    good = good && parsed.whole();
    if (!parsed.whole()) continue;
    const syntax::Node& body = *parsed.tree->documents.front();
    const std::string text =
        json ? test::hcl_json(body, file.bytes()) + "\n" : test::hcl_text(body);
    std::fputs(text.c_str(), stdout);
  }
  return good ? 0 : 1;
}
