// SPDX-License-Identifier: Apache-2.0
#include "project/add_ignores.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "base/format.h"
#include "base/text.h"
#include "dialect/dialect.h"
#include "parse/parse.h"
#include "source/line_index.h"

namespace resilint::project {
namespace {

// By line, the findings that a comment before it is to cover.
using Wanted = std::map<std::uint32_t, std::vector<const finding::Finding*>>;

std::string comment(std::span<const finding::Finding* const> findings, const std::string& reason,
                    const std::string& until) {
  std::set<std::string_view> rules;
  for (const finding::Finding* found : findings) rules.insert(found->rule);
  const std::vector<std::string_view> names(rules.begin(), rules.end());
  std::string text = base::format("# resilint: ignore {}", base::join(names, ","));
  if (!reason.empty()) text += base::format(" reason=\"{}\"", reason);
  if (!until.empty()) text += base::format(" until={}", until);
  return text;
}

struct Edited {
  std::string text;
  std::vector<std::uint32_t> at;  // where the comments begin
};

Edited edited(std::string_view bytes, const source::LineIndex& lines, const Wanted& wanted,
              const std::string& reason, const std::string& until) {
  const std::size_t line_end = bytes.find_first_of("\r\n");
  const std::string_view ending = line_end == std::string_view::npos ? "\n"
                                  : bytes.substr(line_end).starts_with("\r\n")
                                      ? "\r\n"
                                      : bytes.substr(line_end, 1);
  Edited made;
  std::size_t copied = 0;
  for (const auto& [line, findings] : wanted) {
    const std::size_t begin = lines.begin_of(line);
    const std::string_view text = lines.line(line);
    made.text += bytes.substr(copied, begin - copied);
    made.text += text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
    made.at.push_back(static_cast<std::uint32_t>(made.text.size()));
    made.text += comment(findings, reason, until);
    made.text += ending;
    copied = begin;
  }
  made.text += bytes.substr(copied);
  return made;
}

// Whether what was added is comments: not the content of a text, and nothing in JSON.
bool are_comments(const source::File& file, const Edited& made) {
  const source::File after(source::FileId{}, std::string(file.path()), made.text);
  const dialect::Detected detected = dialect::detect(after, std::nullopt);
  if (detected.status != finding::FileStatus::checked || detected.tree == nullptr) return false;
  return std::ranges::all_of(made.at, [&](std::uint32_t at) {
    return std::ranges::any_of(detected.tree->comments, [at](const syntax::Comment& comment) {
      return comment.span.begin == at && comment.own_line;
    });
  });
}

}  // namespace

Annotated with_ignores(const source::File& file, std::span<const finding::Finding* const> findings,
                       const std::string& reason, const std::string& until) {
  Annotated result;
  if (parse::parse_json(file)
          .whole()) {  // YAML would take the comments, and JSON is not to become that
    result.text = file.bytes();
    result.left.assign(findings.begin(), findings.end());
    return result;
  }
  const source::LineIndex lines(file.bytes());
  Wanted wanted;
  for (const finding::Finding* found : findings)
    wanted[lines.line_of(found->span.begin)].push_back(found);
  Edited made = edited(file.bytes(), lines, wanted, reason, until);
  if (!are_comments(file, made)) {
    std::erase_if(wanted, [&](const auto& entry) {
      const Wanted alone{entry};
      if (are_comments(file, edited(file.bytes(), lines, alone, reason, until))) return false;
      result.left.insert(result.left.end(), entry.second.begin(), entry.second.end());
      return true;
    });
    made = edited(file.bytes(), lines, wanted, reason, until);
  }
  for (const auto& [line, covered] : wanted)
    result.covered.insert(result.covered.end(), covered.begin(), covered.end());
  result.text = std::move(made.text);
  return result;
}

}  // namespace resilint::project
