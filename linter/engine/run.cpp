// SPDX-License-Identifier: Apache-2.0
#include "engine/run.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace resilint::engine {

using catalog::Object;
using value::Truth;
using value::Value;

namespace {

constexpr std::size_t values_shown = 8;
constexpr std::size_t members_shown = 3;

std::vector<const Object*> definite_members(const Value& value) {
  std::vector<const Object*> found;
  const auto* list = value.pointer<value::List>();
  if (list == nullptr) return found;
  for (const value::Member& member : list->members) {
    const auto* object = dynamic_cast<const Object*>(member.value.pointer<value::Object>());
    if (object != nullptr && member.membership == value::Membership::definite) {
      found.push_back(object);
    }
  }
  return found;
}

std::string label_of(const value::Origin& origin) {
  if (origin.how == value::How::mapping || origin.how == value::How::parameter_default)
    return base::format("{} sets it here", origin.name);
  return origin.how == value::How::parameter_value
             ? base::format("{} is given for this run", origin.name)
             : base::format("{} may set it", origin.name);
}

void add_origin(const Value& value, finding::Finding& made) {
  const value::Origin* origin = value.origin();
  if (origin == nullptr || origin->span.end == 0 || made.labels.size() == members_shown) return;
  const bool elsewhere =
      origin->how == value::How::mapping || origin->how == value::How::parameter_default ||
      origin->how == value::How::parameter_value || origin->how == value::How::parameter_choice;
  if (elsewhere) made.labels.push_back({origin->span, label_of(*origin)});
}

}  // namespace

std::string plain_text(const Value& value) {
  const auto* word = value.get<std::string_view>();
  if (word != nullptr && !value.sensitive()) return std::string(*word);
  return value::display(value);
}

std::string origin_text(const Value& value) {
  const value::Origin* origin = value.origin();
  if (origin == nullptr) return "computed";
  if (origin->made_from && !origin->name.empty())
    return base::format("computed from {}", origin->name);
  switch (origin->how) {
    case value::How::written:
      return "written here";
    case value::How::mapping:
      return base::format("from {}", origin->name);
    case value::How::parameter_default:
      return base::format("default of {}", origin->name);
    case value::How::parameter_value:
      return base::format("value given for {}", origin->name);
    case value::How::parameter_choice:
      return base::format("one of the values of {}", origin->name);
    case value::How::provider_default:
      return base::format("default of {}", origin->name);
    case value::How::computed:
      return "computed";
  }
  return {};
}

std::string reason_of(const Value& value) {
  if (const value::Unknown* unknown = value.unknown()) return std::string(unknown->reason);
  if (const value::Undecided* undecided = value.undecided()) {
    return base::format("it depends on {}", value::parameters_of(*undecided));
  }
  return "it is not true or false";
}

Value parameter_values(const rule::Rule& rule, base::Arena& arena) {
  std::vector<value::MapEntry> entries;
  for (const rule::Parameter& parameter : rule.parameters) {
    Value value = catalog::constant_value(parameter.value);
    if (parameter.type.kind == catalog::AttributeKind::list) {
      std::vector<value::Member> members;
      members.reserve(parameter.words.size());
      for (const std::string_view word : parameter.words)
        members.push_back({Value::string(word), value::Membership::definite});
      const value::List list{arena.copy(members), false, {}};
      value = Value(Value::Payload(arena.make<value::List>(list)));
    }
    entries.push_back({parameter.name, {}, value});
  }
  const value::Map map{arena.copy(entries), false, {}};
  return Value(Value::Payload(arena.make<value::Map>(map)));
}

// ---- Reads ---------------------------------------------------------------------------------

void Reads::read(const value::Object& object, std::string_view attribute, const Value& value) {
  const bool scalar = value.get<bool>() != nullptr || value.get<std::int64_t>() != nullptr ||
                      value.get<double>() != nullptr || value.get<std::string_view>() != nullptr;
  // What an expression computed shows in the values that it was computed from.
  if (!scalar || value.origin() == nullptr || found.size() == values_shown) return;
  finding::DecidingValue deciding;
  deciding.name = base::format("{}.{}", object.address(), attribute);
  if (std::ranges::find(found, deciding.name, &finding::DecidingValue::name) != found.end()) return;
  deciding.value = plain_text(value);
  deciding.origin = origin_text(value);
  if (const value::Origin* origin = value.origin()) {
    deciding.source = std::string(origin->document);
    if (origin->how != value::How::provider_default) deciding.span = origin->span;
  }
  found.push_back(std::move(deciding));
}

// ---- Run -----------------------------------------------------------------------------------

Run::Run(const rule::Rule& rule, const catalog::World& world, const value::Object& matched,
         const Value& parameters, base::Arena& scratch)
    : rule_(rule),
      world_(world),
      scratch_(scratch),
      matched_(dynamic_cast<const Object*>(&matched)) {
  if (!rule.parameters.empty()) bindings_.push_back({"parameters", parameters});
  bindings_.push_back({rule.match, Value(Value::Payload(&matched))});
}

Outcome Run::judge() {
  Outcome made;
  made.kind = Outcome::Kind::inapplicable;
  for (const rule::Let& let : rule_.lets) {
    const Bound bound = bind(let);
    if (bound.fits == Truth::unknown) return open(bound.value);
    if (bound.fits == Truth::no) return made;
  }
  if (!rule_.when.program.empty()) {
    const Value when = evaluate(rule_.when);
    const bool* holds = when.get<bool>();
    if (holds == nullptr) return open(when);
    if (!*holds) return made;
  }
  const Value require = evaluate(rule_.require);
  const bool* holds = require.get<bool>();
  if (holds == nullptr) return open(require);
  made.kind = *holds ? Outcome::Kind::passes : Outcome::Kind::fails;
  if (!*holds) made.finding = finding();
  return made;
}

Outcome Run::open(const Value& value) const {
  Outcome made;
  made.kind = value.undecided() != nullptr ? Outcome::Kind::undecided : Outcome::Kind::unknown;
  made.waits = value.undecided();
  made.reason = reason_of(value);
  made.unknown = unknown(made.reason);
  return made;
}

Run::Bound Run::bind(const rule::Let& let) {
  Value value = evaluate(let.value);
  if (!let.kind.empty()) {
    if (value.open()) return {Truth::unknown, value};
    const auto* object = dynamic_cast<const Object*>(value.pointer<value::Object>());
    const Object* narrowed = object == nullptr ? nullptr : world_.as(*object, let.kind);
    if (narrowed == nullptr) return {Truth::no, value};
    value = value.with_payload(static_cast<const value::Object*>(narrowed));
  }
  bindings_.push_back({let.name, value});
  return {Truth::yes, value};
}

Value Run::evaluate(const rule::Expression& expression) {
  const cel::Context context{bindings_, catalog::functions(), &reads_};
  const cel::Evaluated evaluated = cel::evaluate(expression.program, context, scratch_);
  if (!evaluated.error) return evaluated.value;
  const std::string reason =
      base::format("rule error at {}: {}", rule::place(rule_, expression, evaluated.error->begin),
                   evaluated.error->message);
  return value::unknown(scratch_, scratch_.copy(reason));
}

const Value* Run::bound(std::string_view name) const {
  for (const cel::Binding& binding : bindings_) {
    if (binding.name == name) return &binding.value;
  }
  return nullptr;
}

std::vector<const Object*> Run::objects(std::string_view name) const {
  std::vector<const Object*> found;
  const Value* value = bound(name);
  if (value == nullptr) return found;
  if (const auto* object = dynamic_cast<const Object*>(value->pointer<value::Object>()))
    found.push_back(object);
  const std::vector<const Object*> members = definite_members(*value);
  found.insert(found.end(), members.begin(), members.end());
  return found;
}

std::optional<finding::Unknown> Run::unknown(const std::string& reason) const {
  finding::Unknown unknown;
  unknown.rule = std::string(rule_.name);
  unknown.reason = reason;
  const Object* place = matched_;
  for (const rule::Target& target : rule_.at) {
    if (place != nullptr) break;
    const std::vector<const Object*> found = objects(target.name);
    if (!found.empty()) place = found.front();
  }
  // Nothing that is read makes a rule on the whole project apply: nobody asked for a verdict.
  if (place == nullptr) return std::nullopt;
  unknown.address = std::string(place->address());
  unknown.span = place->place();
  return unknown;
}

finding::Finding Run::finding() const {
  finding::Finding made;
  made.rule = std::string(rule_.name);
  made.severity = rule_.severity;
  made.message = render(rule_.message);
  const graph::Existence existence =
      matched_ == nullptr ? graph::Existence{} : matched_->existence();
  if (existence.truth == Truth::unknown || !existence.each.empty()) made.message += " (if created)";
  point(made);
  for (const rule::Label& label : rule_.labels) add_labels(label, made);
  made.values = reads_.found;
  for (const rule::Fix& fix : rule_.fixes) {
    if (auto intent = fix_intent(fix)) made.fixes.push_back(std::move(*intent));
  }
  return made;
}

void Run::point(finding::Finding& made) const {
  const Object* owner = matched_;
  bool placed = false;
  for (const rule::Target& target : rule_.at) {
    const std::vector<const Object*> found = objects(target.name);
    if (found.empty()) continue;
    if (owner == nullptr) owner = found.front();
    if (target.attribute.empty()) {
      made.span = found.front()->place();
      placed = true;
      break;
    }
    const catalog::Resolved& resolved = found.front()->resolve(target.attribute);
    if (made.property.empty()) made.property = std::string(resolved.property);
    if (!resolved.is_written()) continue;
    made.span = resolved.place;
    made.property = std::string(resolved.property);
    add_origin(resolved.value, made);
    placed = true;
    break;
  }
  if (owner == nullptr) return;
  made.address = std::string(owner->address());
  made.construct = std::string(owner->resource().body->construct());
  if (!placed) made.span = owner->place();
}

void Run::add_labels(const rule::Label& label, finding::Finding& made) const {
  std::size_t shown = 0;
  const auto add = [&](source::Span span) {
    if (shown++ < members_shown) made.labels.push_back({span, render(label.text)});
  };
  for (const Object* object : objects(label.target.name)) {
    if (label.target.attribute.empty()) {
      add(object->place());
      continue;
    }
    const catalog::Resolved& resolved = object->resolve(label.target.attribute);
    const std::vector<const Object*> members = definite_members(resolved.value);
    for (const Object* member : members) add(member->place());
    if (members.empty()) add(resolved.is_written() ? resolved.place : object->place());
  }
}

std::string Run::render(std::span<const rule::MessagePart> parts) const {
  std::string text;
  for (const rule::MessagePart& part : parts) {
    text += part.target.name.empty() ? std::string(part.literal) : render(part.target);
  }
  return text;
}

std::string Run::render(const rule::Target& target) const {
  const Value* value = bound(target.name);
  if (value == nullptr) return "(not set)";
  if (const auto* object = value->pointer<value::Object>()) {
    return target.attribute.empty() ? std::string(object->address())
                                    : plain_text(object->attribute(target.attribute));
  }
  if (value->pointer<value::List>() != nullptr) {
    std::vector<std::string> addresses;
    for (const Object* object : objects(target.name)) addresses.emplace_back(object->address());
    if (!addresses.empty()) return base::join(addresses, ", ");
  }
  return plain_text(*value);
}

std::optional<finding::FixIntent> Run::fix_intent(const rule::Fix& fix) const {
  finding::FixIntent intent;
  intent.safe = fix.safe;
  intent.cost = std::string(fix.cost);
  std::string values;
  for (const rule::FixAttribute& attribute : fix.values) {
    const cel::Context context{bindings_, catalog::functions(), nullptr};
    const cel::Evaluated evaluated = cel::evaluate(attribute.value.program, context, scratch_);
    const Value value = evaluated.error ? Value{} : evaluated.value;
    if (!fix.create.empty() && !expressible(fix.create, attribute.attribute)) continue;
    const bool known = !value.absent() && !value.open();
    if (known) intent.value = plain_text(value);
    if (!values.empty()) values += ", ";
    values += base::format("{} {}", property(fix.create, attribute.attribute),
                           known ? plain_text(value) : "of your choice");
  }
  if (!fix.create.empty()) {
    intent.creates = std::string(fix.create);
    intent.address = matched_ == nullptr ? std::string{} : std::string(matched_->address());
    intent.value.clear();
    intent.sentence = base::format("Add {} {}", addition(fix.create), intent.address);
    if (!values.empty()) intent.sentence += base::format(", with {}", values);
    return intent;
  }
  const std::vector<const Object*> found = objects(fix.set.name);
  if (found.empty()) return std::nullopt;
  const Object& object = *found.front();
  intent.attribute = std::string(fix.set.attribute);
  intent.address = std::string(object.address());
  const catalog::Resolved& resolved = object.resolve(fix.set.attribute);
  const std::string_view property =
      resolved.property.empty() ? fix.set.attribute : resolved.property;
  const std::string_view value =
      intent.value.empty() ? "a value of your choice" : std::string_view(intent.value);
  if (resolved.companion.empty()) {
    intent.sentence = base::format("Set {} of {} to {}", property, object.address(), value);
  } else if (resolved.present == value::Truth::no) {
    intent.sentence = base::format("Add {} for {}, with {} {}", resolved.companion,
                                   object.address(), property, value);
  } else {
    intent.sentence = base::format("Set {} of the {} for {} to {}", property, resolved.companion,
                                   object.address(), value);
  }
  return intent;
}

// Whether the language of the matched resource can write the attribute.
bool Run::expressible(std::string_view kind_name, std::string_view attribute) const {
  const catalog::Kind* kind = world_.model().find(kind_name);
  const catalog::Attribute* found = kind == nullptr ? nullptr : kind->attribute(attribute);
  return found == nullptr || matched_ == nullptr ||
         found->expressible(matched_->resource().dialect);
}

std::string_view Run::property(std::string_view kind_name, std::string_view attribute) const {
  const catalog::Kind* kind = world_.model().find(kind_name);
  const catalog::Attribute* found = kind == nullptr ? nullptr : kind->attribute(attribute);
  if (found == nullptr || matched_ == nullptr) return attribute;
  for (const catalog::Shape& shape : found->shapes) {
    if (shape.dialect == matched_->resource().dialect && !shape.path.text.empty())
      return shape.path.text;
  }
  return attribute;
}

std::string Run::addition(std::string_view kind_name) const {
  const catalog::Kind* kind = world_.model().find(kind_name);
  if (kind == nullptr || matched_ == nullptr) return base::format("{} for", kind_name);
  for (const catalog::NativeType& type : kind->types) {
    if (type.dialect == matched_->resource().dialect) return base::format("{} for", type.name);
  }
  for (const catalog::Home& home : kind->homes) {
    if (home.dialect != matched_->resource().dialect ||
        home.type != matched_->resource().native_type)
      continue;
    std::string_view list = home.at.text;
    if (list.ends_with("[]")) list.remove_suffix(2);
    return base::format("an entry to {} of", list);
  }
  return base::format("{} for", kind_name);
}

}  // namespace resilint::engine
