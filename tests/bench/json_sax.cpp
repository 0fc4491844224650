// SPDX-License-Identifier: Apache-2.0
// Runs RapidJSON's SAX reader over the files, in situ and validating, and does nothing with the
// events.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <rapidjson/reader.h>
#include <rapidjson/stream.h>

namespace {

struct Count : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Count> {
  std::size_t events = 0;
  bool Default() {
    ++events;
    return true;
  }
};

}  // namespace

int main(int argc, char** argv) {
  std::size_t events = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    rapidjson::InsituStringStream stream(text.data());
    rapidjson::Reader reader;
    Count count;
    reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                 rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag>(
        stream, count);
    events += count.events;
  }
  std::printf("%zu events\n", events);
}
