// SPDX-License-Identifier: Apache-2.0
#include "finding/finding.h"

#include <array>

#include "base/hash.h"
#include "finding/explanation.h"

namespace resilint::finding {
namespace {

constexpr std::array<std::string_view, 4> names{"note", "low", "medium", "high"};

}  // namespace

std::string_view name(Severity severity) { return names[static_cast<std::size_t>(severity)]; }

std::optional<Severity> severity_named(std::string_view wanted) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == wanted) return static_cast<Severity>(i);
  }
  return std::nullopt;
}

std::string_view name(FileStatus status) {
  switch (status) {
    case FileStatus::checked:
      return "checked";
    case FileStatus::skipped:
      return "skipped";
    case FileStatus::failed:
      return "failed";
  }
  return {};
}

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::passes:
      return "passes";
    case Verdict::fails:
      return "fails";
    case Verdict::conditional:
      return "fails for some parameters";
    case Verdict::unknown:
      return "unknown";
    case Verdict::inapplicable:
      return "not applicable";
  }
  return {};
}

std::string fingerprint(const Finding& finding, std::string_view path) {
  std::string identity;
  for (const std::string_view part :
       {std::string_view(finding.rule), path, std::string_view(finding.address),
        std::string_view(finding.property)}) {
    identity += part;
    identity += '\0';  // no part has one
  }
  return base::hexadecimal(base::hash(identity));
}

}  // namespace resilint::finding
