// SPDX-License-Identifier: Apache-2.0
// See plain_commands.hpp: from a plain shape to a call of the agent, and its answer in plain JSON.
#include "linnet/agent/plain_commands.hpp"

#include "answer.hpp"
#include "linnet/codec/json.hpp"

namespace linnet::agent {

using namespace std::string_view_literals;

namespace {

constexpr std::size_t kMaxParams = 96;  // characters of the members that are handed on

constexpr PlainCommand kTable[] = {
    {.key = "led"sv, .value = "on"sv, .method = "led.set"sv, .params = "[true]"sv},
    {.key = "led"sv, .value = "off"sv, .method = "led.set"sv, .params = "[false]"sv},
    {.key = "led"sv, .value = {}, .method = "led.set"sv, .from_members = {"led"sv}},
    {.key = "device"sv, .value = {}, .method = "gpio.write"sv, .from_members = {"device"sv, "state"sv}},
    {.key = "action"sv, .value = "lights_on"sv, .method = "led.set"sv, .params = "[true]"sv},
    {.key = "action"sv, .value = "lights_off"sv, .method = "led.set"sv, .params = "[false]"sv},
    {.key = {}, .value = "READ_SENSOR"sv, .method = "sensor.read"sv},
    {.key = {}, .value = "STATUS"sv, .method = "status"sv},
    {.key = {}, .value = "PING"sv, .method = "ping"sv},
};

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kBlanks = " \t\r\n";
  while (!text.empty() && kBlanks.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  while (!text.empty() && kBlanks.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

bool fits(const PlainCommand& command, std::string_view message, bool is_object) noexcept {
  if (command.key.empty()) return message == command.value;
  if (!is_object) return false;
  const auto member = json::member(message, command.key);
  return member && (command.value.empty() || json::equals(member->raw, command.value));
}

/// The parameters of `command` for the agent, empty if there are none; too_large: not within `buffer`.
Result<std::string_view> params_of(const PlainCommand& command, std::string_view message,
                                   std::span<char> buffer) noexcept {
  if (command.from_members.front().empty()) return command.params;
  json::Writer params{buffer};
  params.begin_array();
  for (const std::string_view name : command.from_members) {
    if (name.empty()) break;
    const auto value = json::member(message, name);
    if (!value) break;  // so the agent misses it too, and says so
    params.raw(value->raw);
  }
  return params.end_array().finish();
}

Result<std::string_view> refusal(std::span<char> reply, const RpcError& error) noexcept {
  json::Writer writer{reply};
  writer.begin_object().member("ok"sv, false).member("error"sv, error.message);
  if (!error.param.empty()) writer.member("param"sv, error.param);
  const auto text = writer.end_object().finish();
  return text ? text : json::Writer{reply}.begin_object().member("ok"sv, false).end_object().finish();
}

Result<std::string_view> answer(Agent& agent, const PlainCommand& command, std::string_view message,
                                Instant now, std::span<char> reply) noexcept {
  if (reply.size() < kMinReply) return fail(Errc::too_large);
  char buffer[kMaxParams];
  const auto params = params_of(command, message, buffer);
  if (!params) return refusal(reply, {.code = kInvalidParams, .message = "parameters too long"sv});
  const detail::Answer answer{reply, {R"({"ok":true,"result":)"sv}};
  const auto result = agent.call(command.method, *params, now, answer.room());
  if (result) return answer.finish(*result);
  return refusal(reply, result.error());
}

}  // namespace

std::span<const PlainCommand> plain_commands() noexcept {
  return kTable;
}

Result<std::string_view> handle_plain(Agent& agent, std::string_view message, Instant now,
                                      std::span<char> reply, std::span<const PlainCommand> table) noexcept {
  const std::string_view text = trimmed(message);
  const bool is_object = text.starts_with('{');
  if (is_object && json::member(text, "jsonrpc"sv)) return agent.handle(message, now, reply);
  for (const PlainCommand& command : table) {
    if (fits(command, text, is_object)) return answer(agent, command, text, now, reply);
  }
  return agent.handle(message, now, reply);
}

}  // namespace linnet::agent
