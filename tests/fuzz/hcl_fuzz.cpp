// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "check_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace resilint;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const source::File file(source::FileId{}, "input.tf", text);
  fuzz::check(file, parse::parse_hcl(file));
  return 0;
}
