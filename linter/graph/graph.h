// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "source/file.h"
#include "value/choices.h"
#include "value/value.h"

namespace resilint::graph {

using value::ResourceId;

enum class Dialect : std::uint8_t { cloudformation, terraform };
std::string_view name(Dialect dialect);  // "cloudformation", "terraform"

// Whether a resource will be there when all is deployed.
struct Existence {
  value::Truth truth = value::Truth::yes;
  std::string_view reason;                  // when it is not yes: "condition IsProd is false"
  const value::Undecided* waits = nullptr;  // what an unknown existence waits for, if it does
  // Not empty for what stands for any number of resources, none included: a loop over a collection
  // that is not known. Of two with the same text, each has as many as the other.
  std::string_view each{};
};

// What a dialect lets others read of one resource. Attributes are evaluated when first asked for
// and kept; a body belongs to its project's task and is not for several threads.
class Body {
 public:
  [[nodiscard]] virtual Existence existence() const = 0;

  // The value of one top-level property or argument, evaluated whole: nested maps and lists come
  // as value::Map and value::List. Absent when it is not written. Scalars are as written, untyped.
  [[nodiscard]] virtual value::Value attribute(std::string_view native_name) const = 0;

  // The same for what stands beside the properties: "DeletionPolicy", "lifecycle".
  [[nodiscard]] virtual value::Value outside(std::string_view native_name) const = 0;

  // What generated the resource: "Shop/Orders/Resource", the path of a CDK construct; else empty.
  [[nodiscard]] virtual std::string_view construct() const = 0;

  // The place of the key under which the attribute is written, if it is.
  [[nodiscard]] virtual std::optional<source::Span> key_place(
      std::string_view native_name) const = 0;

 protected:
  ~Body() = default;  // lives in the arena of its graph, which destroys nothing
};

struct Resource {
  ResourceId id{};
  Dialect dialect = Dialect::cloudformation;
  std::string_view address;           // LogicalId, or type.name["k"]
  std::string_view provider_version;  // empty when the dialect has none or it is not known
  std::string_view native_type;       // "AWS::SQS::Queue"
  source::Span name;                  // of the logical id or block header
  const Body* body = nullptr;

  [[nodiscard]] Existence existence() const { return body->existence(); }
};

// The resources of one project, and what may be connected to them from outside. Filled by a
// dialect, then read by one task.
class Graph {
 public:
  base::Arena arena;  // values, texts and bodies of the project
  value::Choices choices{arena};
  std::shared_ptr<void> evaluator;  // what the bodies evaluate with, the dialect's own

  Resource& add(Resource resource);  // sets the id
  // Things that are not read may be connected to the resource, and why: "exported as ops-alarms",
  // "passed to nested stack Child", "used by custom resource Setup". The first reason stays.
  void open(ResourceId id, std::string_view why);

  [[nodiscard]] std::span<const Resource> resources() const { return resources_; }
  [[nodiscard]] const Resource& get(ResourceId id) const;
  // The first of that address: it is unique within one template, not among several. O(resources).
  [[nodiscard]] const Resource* find(std::string_view address) const;

  // Why something outside what is read may connect to this resource; empty when nothing can.
  [[nodiscard]] std::string_view opened(ResourceId id) const;

  // Where secrets are written, a parameter's default that is not to be echoed: never to be printed.
  std::vector<source::Span> secrets;

  // Parts of the project that are not read, and what that leaves unknown: a macro, a remote
  // include.
  struct Note {
    source::Span span;
    std::string_view message;
  };
  std::vector<Note> notes;

  // Why anything may be added to the whole project (an unread macro); empty when nothing can.
  std::string_view opened_whole;

  // Why resources may exist that are not read ("nested stack Network is not read"); else empty.
  std::string_view unread;

 private:
  std::vector<Resource> resources_;
  std::unordered_map<std::uint32_t, std::string_view> opened_;
};

}  // namespace resilint::graph
