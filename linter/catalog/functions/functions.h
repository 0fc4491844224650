// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cel/cel.h"

// Functions that rules may call besides CEL's own: pure, from values to a value. What belongs to a
// service (its names, principals) reaches them as arguments.
namespace resilint::catalog {

// list.count_distinct(): how many different members a list has. An unknown with bounds when that
// is not certain: members that may be equal, may not belong, or an open list.
extern const cel::Function count_distinct;

// policy.allows(principal, action, resource, context): whether the document lets the principal do
// it. The principal is a service's name, or "account" for the account of the resource; the resource
// an object, which stands for what is in it, too, or a text; the context says what is known of the
// request, key by key, with null for a key that it does not have. What cannot be decided, a
// condition on another key above all, leaves it unknown.
extern const cel::Function policy_allows;

}  // namespace resilint::catalog
