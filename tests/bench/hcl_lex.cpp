// SPDX-License-Identifier: Apache-2.0
// Reads the tokens of the files and does nothing with them.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "parse/hcl_lexer.h"

int main(int argc, char** argv) {
  using namespace resilint::parse::hcl;
  std::size_t tokens = 0;
  std::vector<resilint::syntax::Comment> comments;
  for (int i = 1; i < argc; ++i) {
    std::ifstream stream(argv[i], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    comments.clear();
    Lexer lexer(text, {}, Lexer::Start::code, comments);
    while (lexer.next().kind != TokenKind::end) ++tokens;
  }
  std::printf("%zu tokens\n", tokens);
}
