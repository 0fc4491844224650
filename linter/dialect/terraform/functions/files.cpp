// SPDX-License-Identifier: Apache-2.0
// Files, and their names.
#include <algorithm>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "base/utf8.h"
#include "dialect/terraform/functions.h"
#include "dialect/terraform/functions/bytes.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

std::string_view without_slashes(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

Outcome base_name(Call& call) {
  const std::string_view path = call.string(0);
  const std::string_view bare = without_slashes(path);
  if (bare.empty()) return Value::string(path.empty() ? "." : "/");
  return call.context.text(bare.substr(bare.rfind('/') + 1));
}

// Without ".", ".." and doubled slashes, as far as that can be.
std::string clean(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> kept;
  for (const std::string_view part : base::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != ".." || (!rooted && (kept.empty() || kept.back() == "..")))
      kept.push_back(part);
    else if (!kept.empty())
      kept.pop_back();
  }
  const std::string made = (rooted ? "/" : "") + base::join(kept, "/");
  return made.empty() ? "." : made;
}

Outcome folder_name(Call& call) {
  const std::string_view path = call.string(0);
  const std::size_t slash = path.rfind('/');
  return call.context.text(clean(path.substr(0, slash == std::string_view::npos ? 0 : slash + 1)));
}

Outcome here(Call& call) {
  return call.context.unknown(base::format("{}() depends on the machine", call.name));
}
Outcome expand(Call& call) {
  return call.string(0).starts_with('~') ? here(call) : Outcome(call.arguments[0]);
}

Outcome file(Call& call) {
  const auto bytes = call.context.scope().file(call.string(0));
  if (!bytes) return call.refuse(0, bytes.error());
  if (!base::is_utf8(*bytes)) return call.refuse(0, "the file is no text of UTF-8");
  return call.context.text(*bytes);
}

Outcome file_base64(Call& call) {
  const auto bytes = call.context.scope().file(call.string(0));
  if (!bytes) return call.refuse(0, bytes.error());
  if (!call.context.spend_text(bytes->size())) return call.context.too_large();
  return call.context.text(base64(*bytes));
}

Outcome exists(Call& call) {
  return Value::boolean(call.context.scope().file(call.string(0)).has_value());
}

Outcome files_in(Call& call) {
  return call.context.unknown("which files fileset() finds is not evaluated");
}

Outcome template_file(Call& call) {
  const auto bytes = call.context.scope().file(call.string(0));
  if (!bytes) return call.refuse(0, bytes.error());
  if (!base::is_utf8(*bytes)) return call.refuse(0, "the file is no text of UTF-8");
  return render(call, *bytes, call.map(1));
}

constexpr Function table[] = {
    {"abspath", {takes::string}, here},
    {"basename", {takes::string}, base_name},
    {"dirname", {takes::string}, folder_name},
    {"file", {takes::string}, file},
    {"filebase64", {takes::string}, file_base64},
    {"fileexists", {takes::string}, exists},
    {"fileset", {takes::string, takes::string}, files_in},
    {"pathexpand", {takes::string}, expand},
    {"templatefile", {takes::string, takes::map}, template_file},
};

}  // namespace

std::span<const Function> file_functions() { return table; }

}  // namespace resilint::dialect::terraform
