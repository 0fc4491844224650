// SPDX-License-Identifier: Apache-2.0
// Functions whose values cannot be known here: they read a clock or chance, or are too rare.
#include "base/format.h"
#include "dialect/terraform/functions.h"

namespace resilint::dialect::terraform {
namespace {

Outcome changing(Call& call) {
  return call.context.unknown(base::format("{}() gives another value each time", call.name));
}
Outcome unread(Call& call) {
  return call.context.unknown(base::format("{}() is not evaluated", call.name));
}

constexpr Function table[] = {
    {"base64gunzip", {takes::string}, unread},
    {"base64gzip", {takes::string}, unread},
    {"bcrypt", {takes::string, takes::optional(takes::whole)}, changing},
    {"plantimestamp", {}, changing},
    {"rsadecrypt", {takes::string, takes::string}, unread},
    {"textdecodebase64", {takes::string, takes::string}, unread},
    {"textencodebase64", {takes::string, takes::string}, unread},
    {"timestamp", {}, changing},
    {"uuid", {}, changing},
};

}  // namespace

std::span<const Function> opaque_functions() { return table; }

}  // namespace resilint::dialect::terraform
