// SPDX-License-Identifier: Apache-2.0
// Digests of texts and files.
#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/format.h"
#include "dialect/terraform/functions.h"
#include "dialect/terraform/functions/bytes.h"

namespace resilint::dialect::terraform {
namespace {

using base::Digest;

std::string hexadecimal(std::string_view bytes) {
  std::string made;
  for (const char c : bytes)
    made += base::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return made;
}

enum class As : std::uint8_t { digits, base64 };
enum class Of : std::uint8_t { text, file };

template <Digest kind, As spelling, Of source>
Outcome digest_of(Call& call) {
  std::string_view bytes = call.string(0);
  if (source == Of::file) {
    const auto read = call.context.scope().file(bytes);
    if (!read) return call.refuse(0, read.error());
    bytes = *read;
  }
  if (!call.context.spend_text(bytes.size())) return call.context.too_large();
  const std::string made = base::digest(kind, bytes);
  return call.context.text(spelling == As::base64 ? base64(made) : hexadecimal(made));
}

struct Namespace {
  std::string_view name;
  std::string_view uuid;
};
constexpr Namespace namespaces[] = {{"dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
                                    {"url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"},
                                    {"oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"},
                                    {"x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8"}};

// The 16 bytes of a UUID; none when it is not one. "urn:uuid:" or braces may stand around it.
std::string bytes_of(std::string_view uuid) {
  if (uuid.size() == 45 && uuid.starts_with("urn:uuid:")) uuid.remove_prefix(9);
  if (uuid.size() == 38 && uuid.starts_with('{') && uuid.ends_with('}')) uuid = uuid.substr(1, 36);
  const bool dashes = uuid.size() == 36;
  if (!dashes && uuid.size() != 32) return {};
  std::string digits;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const bool dash = dashes && (i == 8 || i == 13 || i == 18 || i == 23);
    if (dash != (uuid[i] == '-')) return {};
    if (!dash) digits += uuid[i];
  }
  std::string made;
  unsigned byte = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char lower =
        digits[i] >= 'A' && digits[i] <= 'F' ? static_cast<char>(digits[i] - 'A' + 'a') : digits[i];
    const std::size_t digit = std::string_view("0123456789abcdef").find(lower);
    if (digit == std::string_view::npos) return {};
    byte = byte * 16 + static_cast<unsigned>(digit);
    if (i % 2 == 1) {
      made += static_cast<char>(byte);
      byte = 0;
    }
  }
  return made;
}

Outcome uuid_of_name(Call& call) {
  const auto* known = std::ranges::find(namespaces, call.string(0), &Namespace::name);
  const std::string space = bytes_of(known == std::end(namespaces) ? call.string(0) : known->uuid);
  if (space.empty())
    return call.refuse(
        0, base::format("\"{}\" is none of dns, url, oid, x500, and no UUID", call.string(0)));
  std::string made = base::digest(Digest::sha1, space + std::string(call.string(1))).substr(0, 16);
  made[6] = static_cast<char>((static_cast<unsigned char>(made[6]) & 0x0FU) | 0x50U);
  made[8] = static_cast<char>((static_cast<unsigned char>(made[8]) & 0x3FU) | 0x80U);
  std::string text = hexadecimal(made);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, "-");
  return call.context.text(text);
}

constexpr Function table[] = {
    {"base64sha256", {takes::string}, digest_of<Digest::sha256, As::base64, Of::text>},
    {"base64sha512", {takes::string}, digest_of<Digest::sha512, As::base64, Of::text>},
    {"filebase64sha256", {takes::string}, digest_of<Digest::sha256, As::base64, Of::file>},
    {"filebase64sha512", {takes::string}, digest_of<Digest::sha512, As::base64, Of::file>},
    {"filemd5", {takes::string}, digest_of<Digest::md5, As::digits, Of::file>},
    {"filesha1", {takes::string}, digest_of<Digest::sha1, As::digits, Of::file>},
    {"filesha256", {takes::string}, digest_of<Digest::sha256, As::digits, Of::file>},
    {"filesha512", {takes::string}, digest_of<Digest::sha512, As::digits, Of::file>},
    {"md5", {takes::string}, digest_of<Digest::md5, As::digits, Of::text>},
    {"sha1", {takes::string}, digest_of<Digest::sha1, As::digits, Of::text>},
    {"sha256", {takes::string}, digest_of<Digest::sha256, As::digits, Of::text>},
    {"sha512", {takes::string}, digest_of<Digest::sha512, As::digits, Of::text>},
    {"uuidv5", {takes::string, takes::string}, uuid_of_name},
};

}  // namespace

std::span<const Function> hashing_functions() { return table; }

}  // namespace resilint::dialect::terraform
