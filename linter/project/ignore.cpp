// SPDX-License-Identifier: Apache-2.0
#include "project/ignore.h"

#include <span>

#include "base/text.h"

namespace resilint::project {
namespace {

// `[…]` at `at`: whether it takes `c`; moves `at` behind it. False, unmoved, when it never closes.
bool bracket(std::string_view pattern, std::size_t& at, char c, bool& takes) {
  std::size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  bool first = true;
  for (; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    char low = pattern[i];
    if (low == '\\' && i + 1 < pattern.size()) low = pattern[++i];
    ++i;
    char high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      high = pattern[i + 1];
      i += 2;
      if (high == '\\' && i < pattern.size()) high = pattern[i++];
    }
    found = found || (low <= c && c <= high);
  }
  if (i >= pattern.size()) return false;
  at = i + 1;
  takes = found != negated;
  return true;
}

// One path segment against one pattern segment: `*`, `?`, `[…]`, `\`. Linear but for the last star.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    bool taken = false;
    std::size_t next = p;
    if (p < pattern.size()) {
      const char c = pattern[p];
      if (c == '*') {
        star = p++;
        star_text = t;
        continue;
      }
      if (c == '?') {
        taken = true;
        next = p + 1;
      } else if (c == '[') {
        if (!bracket(pattern, next, text[t], taken)) return false;
      } else if (c == '\\' && p + 1 < pattern.size()) {
        taken = pattern[p + 1] == text[t];
        next = p + 2;
      } else {
        taken = c == text[t];
        next = p + 1;
      }
    }
    if (taken) {
      p = next;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool fits(std::span<const std::string> pattern, std::span<const std::string_view> path) {
  // row[j]: the patterns so far take the first j segments.
  std::vector<char> row(path.size() + 1, 0);
  row[0] = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    std::vector<char> next(path.size() + 1, 0);
    if (pattern[i] == "**") {
      // At the end it takes something: `a/**` is what lies below a, not a.
      const bool last = i + 1 == pattern.size();
      bool reached = false;
      for (std::size_t j = 0; j <= path.size(); ++j) {
        next[j] = static_cast<char>((reached || (!last && row[j] != 0)) ? 1 : 0);
        reached = reached || row[j] != 0;
      }
    } else {
      for (std::size_t j = 0; j < path.size(); ++j)
        next[j + 1] = static_cast<char>(row[j] != 0 && fits(pattern[i], path[j]));
    }
    row = std::move(next);
  }
  return row.back() != 0;
}

// Blanks at the end do not count unless a backslash stands before them.
std::string_view without_trailing_blanks(std::string_view line) {
  while (line.ends_with(' ')) {
    std::size_t slashes = 0;
    while (slashes + 1 < line.size() && line[line.size() - 2 - slashes] == '\\') ++slashes;
    if (slashes % 2 == 1) break;
    line.remove_suffix(1);
  }
  return line;
}

}  // namespace

void IgnoreRules::add(std::string_view folder, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::string_view line : base::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = without_trailing_blanks(line);
    if (line.empty() || line.front() == '#') continue;
    Pattern made;
    made.folder = std::string(folder);
    if (line.front() == '!') {
      made.negated = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      made.directories_only = true;
      line.remove_suffix(1);
    }
    const bool anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    if (!anchored) made.segments.emplace_back("**");
    for (const std::string_view segment : base::split(line, '/'))
      made.segments.emplace_back(segment);
    patterns_.push_back(std::move(made));
  }
}

bool IgnoreRules::ignored(std::string_view path, bool directory) const {
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
    if (pattern->directories_only && !directory) continue;
    std::string_view below = path;
    if (!pattern->folder.empty()) {
      if (!below.starts_with(pattern->folder) || below.size() <= pattern->folder.size() ||
          below[pattern->folder.size()] != '/')
        continue;
      below.remove_prefix(pattern->folder.size() + 1);
    }
    if (fits(pattern->segments, base::split(below, '/'))) return !pattern->negated;
  }
  return false;
}

}  // namespace resilint::project
