// SPDX-License-Identifier: Apache-2.0
// Commands as small scripts send them, without JSON-RPC: {"led":"on"}, {"device":"relay","state":1},
// {"action":"lights_on"}, or the bare text READ_SENSOR. A table maps these shapes to the agent's commands, so
// that limits and permissions are the same; the answers are {"ok":true,"result":…} and
// {"ok":false,"error":"…","param":"…"}. Optional: who calls Agent::handle itself does not link this.
// Needs about 300 bytes of stack beside the agent's.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "linnet/agent/agent.hpp"

namespace linnet::agent {

/// One shape. The first rule that fits a message counts.
struct PlainCommand {
  std::string_view key;    // a member that the object has; empty: the message is no JSON, but `value`
  std::string_view value;  // the text that the member has; empty: whatever it is
  std::string_view method;
  std::string_view params{};                       // JSON, given with the call; or:
  std::array<std::string_view, 2> from_members{};  // members of the message that are given, by position
};

/// {"led":"on"} and "off" or true and false; {"device":NAME,"state":0 or 1}; {"action":"lights_on"} and
/// "lights_off"; the texts READ_SENSOR, STATUS and PING.
std::span<const PlainCommand> plain_commands() noexcept;

/// Instead of Agent::handle: answers a message that has one of the plain shapes, and hands every other to
/// the agent, as what has a member "jsonrpc". Errors as there.
Result<std::string_view> handle_plain(Agent& agent, std::string_view message, Instant now,
                                      std::span<char> reply,
                                      std::span<const PlainCommand> table = plain_commands()) noexcept;

}  // namespace linnet::agent
