// SPDX-License-Identifier: Apache-2.0
// Addresses and networks.
#include <algorithm>
#include <array>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "dialect/terraform/functions.h"

namespace resilint::dialect::terraform {
namespace {

using value::Value;

__extension__ using Bits = unsigned __int128;

struct Address {
  Bits bits = 0;
  int width = 32;  // or 128
};

struct Network {
  Address base;
  int prefix = 0;

  [[nodiscard]] int hosts() const { return base.width - prefix; }  // bits of them
};

constexpr Bits low_bits(int count) {
  return count >= 128 ? ~Bits{0} : (Bits{1} << static_cast<unsigned>(count)) - 1;
}
Bits shifted(Bits bits, int by) { return by >= 128 ? Bits{0} : bits << static_cast<unsigned>(by); }

std::optional<Address> parse_v4(std::string_view text) {
  const std::vector<std::string_view> parts = base::split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  Address made;
  for (const std::string_view part : parts) {
    const bool digits = !part.empty() && part.size() <= 20 &&
                        part.find_first_not_of("0123456789") == std::string_view::npos;
    const auto number = digits ? base::parse_int(part) : std::nullopt;
    if (!number || *number > 255) return std::nullopt;
    made.bits = made.bits << 8U | static_cast<unsigned>(*number);
  }
  return made;
}

// The groups of 16 bits on one side of "::"; false when they are none.
bool read_groups(std::string_view text, std::vector<unsigned>& groups) {
  if (text.empty()) return true;
  const std::vector<std::string_view> parts = base::split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    if (i + 1 == parts.size() && part.find('.') != std::string_view::npos) {
      const auto v4 = parse_v4(part);
      if (!v4) return false;
      groups.push_back(static_cast<unsigned>(v4->bits >> 16U));
      groups.push_back(static_cast<unsigned>(v4->bits & 0xFFFFU));
      continue;
    }
    if (part.empty() || part.size() > 4) return false;
    unsigned group = 0;
    for (const char c : part) {
      const std::size_t digit =
          std::string_view("0123456789abcdef")
              .find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
      if (digit == std::string_view::npos) return false;
      group = group * 16 + static_cast<unsigned>(digit);
    }
    groups.push_back(group);
  }
  return true;
}

std::optional<Address> parse_v6(std::string_view text) {
  std::vector<unsigned> front;
  std::vector<unsigned> back;
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  if (!read_groups(text.substr(0, gap), front)) return std::nullopt;
  if (has_gap && !read_groups(text.substr(gap + 2), back)) return std::nullopt;
  const std::size_t count = front.size() + back.size();
  if (has_gap ? count > 7 : count != 8) return std::nullopt;
  front.resize(8 - back.size());
  front.insert(front.end(), back.begin(), back.end());
  Address made;
  made.width = 128;
  for (const unsigned group : front) made.bits = made.bits << 16U | group;
  return made;
}

std::optional<Address> parse_address(std::string_view text) {
  const bool v6 = text.find(':') != std::string_view::npos;
  std::optional<Address> made = v6 ? parse_v6(text) : parse_v4(text);
  if (made && v6 && made->bits >> 32U == 0xFFFFU)
    made = Address{made->bits & low_bits(32), 32};  // an address of IPv4 in IPv6's clothes
  return made;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view address = text.substr(0, slash);
  const bool v6 = address.find(':') != std::string_view::npos;
  const auto base = v6 ? parse_v6(address) : parse_v4(address);
  const std::string_view length = text.substr(slash + 1);
  const bool digits = !length.empty() && length.size() < 4 &&
                      length.find_first_not_of("0123456789") == std::string_view::npos;
  const auto prefix = digits ? base::parse_int(length) : std::nullopt;
  if (!base || !prefix || *prefix > base->width) return std::nullopt;
  Network made{*base, static_cast<int>(*prefix)};
  made.base.bits &= ~low_bits(made.hosts());
  return made;
}

std::string text_of(const Address& address) {
  if (address.width == 32) {
    const auto byte = [&address](unsigned shift) {
      return static_cast<unsigned>(address.bits >> shift & 0xFFU);
    };
    return base::format("{}.{}.{}.{}", byte(24), byte(16), byte(8), byte(0));
  }
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] =
        static_cast<unsigned>(address.bits >> static_cast<unsigned>(112 - 16 * i) & 0xFFFFU);
  // The longest run of zeros is left out, the first of several.
  std::size_t run = 0;
  std::size_t run_size = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > run_size) {
      run = i;
      run_size = end - i;
    }
    i = std::max(i, end);
  }
  std::string made;
  for (std::size_t i = 0; i < 8; ++i) {
    if (run_size > 1 && i == run) {
      made += "::";
      i += run_size - 1;
      continue;
    }
    if (!made.empty() && made.back() != ':') made += ':';
    made += base::format("{:x}", groups[i]);
  }
  return made;
}

std::string text_of(const Network& network) {
  return base::format("{}/{}", text_of(network.base), network.prefix);
}

tl::unexpected<Refusal> no_network(const Call& call) {
  return call.refuse(0, base::format("\"{}\" is no network, as 10.0.0.0/16 is", call.string(0)));
}

Outcome host(Call& call) {
  const auto network = parse_network(call.string(0));
  if (!network) return no_network(call);
  const std::int64_t number = call.whole(1);
  const Bits most = low_bits(network->hosts());
  const Bits distance = number < 0 ? static_cast<Bits>(-(number + 1)) : static_cast<Bits>(number);
  if (distance > most) {
    return call.refuse(1, base::format("{} has no address {}", text_of(*network), number));
  }
  Address made = network->base;
  made.bits |= number < 0 ? most - distance : distance;
  return call.context.text(text_of(made));
}

Outcome netmask(Call& call) {
  const auto network = parse_network(call.string(0));
  if (!network) return no_network(call);
  if (network->base.width != 32) return call.refuse(0, "only networks of IPv4 have a mask");
  return call.context.text(text_of(Address{low_bits(32) & ~low_bits(32 - network->prefix), 32}));
}

Outcome subnet(Call& call) {
  const auto network = parse_network(call.string(0));
  if (!network) return no_network(call);
  const std::int64_t bits = call.whole(1);
  const std::int64_t number = call.whole(2);
  if (bits < 0 || bits > network->hosts()) {
    return call.refuse(1, base::format("{} cannot be divided by {} bits", text_of(*network), bits));
  }
  if (number < 0 || static_cast<Bits>(number) > low_bits(static_cast<int>(bits))) {
    return call.refuse(2, base::format("{} bits leave no network {}", bits, number));
  }
  Network made = *network;
  made.prefix += static_cast<int>(bits);
  made.base.bits |= shifted(static_cast<Bits>(number), made.hosts());
  return call.context.text(text_of(made));
}

Outcome subnets(Call& call) {
  const auto network = parse_network(call.string(0));
  if (!network) return no_network(call);
  std::vector<Value> made;
  Bits next = 0;  // within the network
  const Bits most = low_bits(network->hosts());
  bool full = false;
  for (std::size_t i = 1; i < call.size(); ++i) {
    const std::int64_t bits = call.whole(i);
    if (bits < 1 || bits > 32 || bits > network->hosts())
      return call.refuse(i,
                         base::format("{} cannot be divided by {} bits", text_of(*network), bits));
    Network one = *network;
    one.prefix += static_cast<int>(bits);
    const Bits rest = low_bits(one.hosts());
    const Bits begin = (next + rest) & ~rest;
    if (full || begin < next || begin > most)
      return call.refuse(i, base::format("there is no room left in {}", text_of(*network)));
    one.base.bits |= begin;
    made.push_back(call.context.text(text_of(one)));
    full = begin + rest == most;
    next = begin + rest + 1;
  }
  return call.context.list_of(made, value::Sort::list);
}

Outcome contains(Call& call) {
  const auto outer = parse_network(call.string(0));
  if (!outer) return no_network(call);
  const auto address = parse_address(call.string(1));
  const auto inner = parse_network(call.string(1));
  if (!address && !inner)
    return call.refuse(1, base::format("\"{}\" is no address and no network", call.string(1)));
  const Address& begin = address ? *address : inner->base;
  if (begin.width != outer->base.width) return call.refuse(1, "one is of IPv4, the other of IPv6");
  const Bits end = address ? begin.bits : begin.bits | low_bits(inner->hosts());
  const Bits mask = ~low_bits(outer->hosts());
  return Value::boolean((begin.bits & mask) == outer->base.bits &&
                        (end & mask) == outer->base.bits);
}

constexpr Function table[] = {
    {"cidrcontains", {takes::string, takes::string}, contains},
    {"cidrhost", {takes::string, takes::whole}, host},
    {"cidrnetmask", {takes::string}, netmask},
    {"cidrsubnet", {takes::string, takes::whole, takes::whole}, subnet},
    {"cidrsubnets", {takes::string, takes::repeated(takes::whole)}, subnets},
};

}  // namespace

std::span<const Function> network_functions() { return table; }

}  // namespace resilint::dialect::terraform
