// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/device_route.hpp"

#include <array>

#include "linnet/codec/json.hpp"
#include "tools/cli/log.hpp"
#include "tools/client/explain.hpp"
#include "tools/serve/origin.hpp"

namespace linnet::tools {
namespace {

// JSON-RPC 2.0, section 5.1.
constexpr int kParseError = -32700;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
constexpr int kNotStored = -32000;  // ours: "implementation-defined server-errors"; the device tries again

constexpr std::size_t kLongestId = 128;  // that is echoed
constexpr std::size_t kShown = 300;      // of an event, in the log

Device& device_of(const server::Peer& peer) noexcept {
  return *static_cast<Device*>(peer.user());
}

void send_error(server::Peer& peer, std::string_view id, int code, std::string_view why) {
  std::array<char, 512> buffer;
  json::Writer writer{std::span<char>{buffer}};
  writer.begin_object().member("jsonrpc", "2.0").key("id").raw(id);
  writer.key("error").begin_object().member("code", code).member("message", why).end_object();
  if (const auto text = writer.end_object().finish()) (void)peer.send_text(*text);
}

void send_result(server::Peer& peer, std::string_view id, bool is_duplicate) {
  std::array<char, 256> buffer;
  json::Writer writer{std::span<char>{buffer}};
  writer.begin_object().member("jsonrpc", "2.0").key("id").raw(id);
  writer.key("result").begin_object().member("accepted", true);
  if (is_duplicate) writer.member("duplicate", true);
  // Where it finds no room the device asks again, and gets the same answer.
  if (const auto text = writer.end_object().end_object().finish()) (void)peer.send_text(*text);
}

}  // namespace

bool DeviceRoute::before_upgrade(const server::Request& request, server::Response& refusal) {
  if (!DeviceHub::is_id(request.capture)) {
    refusal.refuse(400, "a device's id has 1 to 64 letters, digits, '.', '_', '-' and ':'");
  } else if (!is_own_page(request, *origins_)) {
    refusal.refuse(403, "pages of this origin may not connect; --origin allows more");
  } else if (!hub_->has_room(request.capture)) {
    refusal.refuse(503, "as many devices as the server keeps are connected");
  } else {
    return true;
  }
  log::debug("device '", request.capture, "' refused with ", refusal.status);
  return false;
}

void DeviceRoute::opened(server::Peer& peer, const server::Request& request) {
  const auto arrival = hub_->arrive(request.capture, address_of(peer), clock_->now());
  if (!arrival) return void(peer.close(ws::CloseCode::try_again_later, "too many devices"));
  peer.set_user(arrival->device);
  log::info("device ", request.capture,
            arrival->replaced ? " connected again, and replaces the connection that it had" : " connected");
  if (arrival->replaced) {
    commands_->lose(*arrival->replaced);
    exchange_->replace(*arrival->replaced);
  }
}

void DeviceRoute::closed(server::Peer& peer, const ws::Event& end) {
  if (peer.user() == nullptr) return;
  Device& device = device_of(peer);
  const std::string id = hub_->id_of(device);
  const std::string how =
      end.error ? concat(in_words(end.code), ", ", describe(end.error->code)) : in_words(end.code);
  commands_->lose(address_of(peer));
  if (hub_->leave(device, address_of(peer), how, clock_->now()))
    log::info("device ", id, " disconnected: ", how);
}

void DeviceRoute::message(server::Peer& peer, const ws::Event& message) {
  if (peer.user() == nullptr) return;  // closing: it found no place
  Device& device = device_of(peer);
  const Instant now = clock_->now();
  if (message.type == ws::MessageType::text) return take_text(peer, device, message.text(), now);
  take_note(device, "message", concat("binary, ", message.payload.size(), " bytes"), now);
}

void DeviceRoute::take_text(server::Peer& peer, Device& device, std::string_view text, Instant now) {
  const auto whole = json::parse(text);
  if (!whole) {
    take_note(device, "message", text, now);
    return send_error(peer, "null", kParseError, "not JSON");
  }
  const auto method = json::member(whole->raw, "method");
  const auto id = json::member(whole->raw, "id");
  const auto params = json::member(whole->raw, "params");
  const std::string_view params_text = params ? params->raw : std::string_view{};
  if (method && method->kind == json::Value::string) {
    if (!id) return take_notification(device, method->raw, params_text, now);
    // An id of any other kind is none (JSON-RPC 2.0, section 4), and a very long one is not echoed.
    const bool is_id =
        (id->kind == json::Value::string || id->kind == json::Value::number) && id->raw.size() <= kLongestId;
    if (is_id && json::equals(method->raw, "event"))
      return take_event(peer, device, id->raw, params_text, now);
    take_note(device, "message", text, now);
    return send_error(peer, is_id ? id->raw : "null", kMethodNotFound, "this server has one method: event");
  }
  for (const std::string_view what : {"result", "error"}) {
    const auto value = json::member(whole->raw, what);
    const auto number = id && value ? json::to_int(id->raw) : fail(Errc::malformed_json);
    if (!number || *number < 0) continue;
    hub_->count_message(device, now);
    const auto unsigned_number = static_cast<std::uint64_t>(*number);
    if (commands_->answer(device, address_of(peer), unsigned_number, what, value->raw, now)) return;
    return hub_->note("message", hub_->id_of(device), concat("an answer that nobody waits for: ", text), now);
  }
  take_note(device, "message", text, now);
}

void DeviceRoute::take_notification(Device& device, std::string_view method, std::string_view params,
                                    Instant now) {
  if (json::equals(method, "status") && params.starts_with('{')) {
    if (hub_->set_status(device, params, now)) return;
    return hub_->note(
        "message", hub_->id_of(device),
        concat("a status of ", params.size(), " bytes; at most ", DeviceHub::kLongestStatus, " are kept"),
        now);
  }
  std::array<char, DeviceHub::kLongestText> buffer;
  const auto name = json::to_text(method, buffer);
  take_note(device, "event", concat(name.value_or(method), " ", params), now);
}

void DeviceRoute::take_event(server::Peer& peer, Device& device, std::string_view id, std::string_view params,
                             Instant now) {
  const std::string& name = hub_->id_of(device);
  if (!params.starts_with('{')) {
    take_note(device, "message", concat("event ", id, " without an object of params"), now);
    return send_error(peer, id, kInvalidParams, "params of an event are an object");
  }
  hub_->count_message(device, now);
  switch (events_->take(name, id, params)) {
    case EventLog::Taken::accepted:
      log::info("device ", name, ": event ", id, " ", printable(params, kShown));
      hub_->note("event", name, concat(id, " ", params), now);
      return send_result(peer, id, false);
    case EventLog::Taken::duplicate:
      log::debug("device ", name, ": event ", id, " again, dropped");
      return send_result(peer, id, true);
    case EventLog::Taken::failed:
      log::error("device ", name, ": event ", id,
                 " could not be written to the event log, and was not taken");
      return send_error(peer, id, kNotStored, "the event could not be stored; send it again later");
  }
}

void DeviceRoute::take_note(Device& device, std::string_view kind, std::string_view text, Instant now) {
  hub_->count_message(device, now);
  hub_->note(kind, hub_->id_of(device), text, now);
}

}  // namespace linnet::tools
