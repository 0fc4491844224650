// SPDX-License-Identifier: Apache-2.0
// Runs yaml-cpp's event parser over the files and does nothing with the events.
#include <cstdio>
#include <fstream>
#include <istream>
#include <iterator>
#include <streambuf>
#include <string>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace {

class Buffer : public std::streambuf {
 public:
  explicit Buffer(std::string& text) { setg(text.data(), text.data(), text.data() + text.size()); }
};

class Count final : public YAML::EventHandler {
 public:
  std::size_t events = 0;
  int last = -1;
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos <= last) throw YAML::Exception(mark, "the parser does not move on");
    last = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { ++events; }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { ++events; }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {
    ++events;
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    ++events;
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    ++events;
  }
  void OnMapEnd() override {}
};

}  // namespace

int main(int argc, char** argv) {
  std::size_t events = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    Buffer buffer(text);
    std::istream stream(&buffer);
    Count count;
    try {
      YAML::Parser parser(stream);
      while (parser.HandleNextDocument(count)) {
      }
    } catch (const YAML::Exception&) {
      // A broken file costs what was read of it.
    }
    events += count.events;
  }
  std::printf("%zu events\n", events);
}
