// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"
#include "rule/load.h"
#include "rule/rule.h"
#include "source/file.h"

namespace resilint::cli {

// Each command: what it prints on standard output, and its exit code.
int check(const Options& options);
int explain(const Options& options);
int rule(const Options& options);
int config(const Options& options);
int baseline(const Options& options);
int completions(const Options& options);

// The built-in rules and those of --rules, with everything they live in.
struct Rules {
  std::vector<std::unique_ptr<rule::Loaded>> loaded;
  std::deque<rule::Library> joined;        // one per folder, each with those before
  const rule::Library* library = nullptr;  // the built-in one, or the last of `joined`
  bool sound = true;                       // else the problems are on standard error
};
std::unique_ptr<Rules> load_rules(const std::vector<std::string>& folders, source::FileSet& files);

// What to read, with the text on standard input and the values of parameters when they are asked
// for; nothing, with a message, when they cannot be read.
std::optional<project::Options> with_inputs(const Options& options);

// What is judged with what.
struct Run {
  std::unique_ptr<Rules> rules;
  project::Options options;
  source::FileSet files;
  project::Checked checked;
};
// Judges what the options ask for; at a terminal it says how far it is when that takes long. Null,
// with messages, when it cannot be done.
std::unique_ptr<Run> run_check(const Options& options);

// Whether standard output is to be coloured.
bool colours(Colour wanted);

// Writes all of it; false, with a message, when standard output does not take it.
bool print(std::string_view text);
void complain(std::string_view text);  // "resilint: …" on standard error
void say(std::string_view text);       // as it is, on standard error

// A name that is near to what was written, or that holds it: "; did you mean `x`?", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace resilint::cli
