// SPDX-License-Identifier: Apache-2.0
// Parses the files into trees with places, and does nothing with the trees.
#include "parse/parse.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char** argv) {
  using namespace resilint;
  std::size_t documents = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream stream(argv[i], std::ios::binary);
    const source::File file(source::FileId{}, argv[i],
                            std::string{std::istreambuf_iterator<char>(stream), {}});
    const std::string_view name = argv[i];
    const bool hcl = name.ends_with(".tf") || name.ends_with(".tfvars");
    const parse::Parsed parsed = hcl ? parse::parse_hcl(file) : parse::parse_document(file);
    if (parsed.tree != nullptr) documents += parsed.tree->documents.size();
  }
  std::printf("%zu documents\n", documents);
}
