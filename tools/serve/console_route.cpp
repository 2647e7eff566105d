// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/console_route.hpp"

#include <algorithm>

#include "linnet/codec/json.hpp"
#include "tools/cli/log.hpp"
#include "tools/serve/origin.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;
constexpr std::size_t kAroundNews = 128;  // around the news: type and time

}  // namespace

bool ConsoleRoute::before_upgrade(const server::Request& request, server::Response& refusal) {
  if (!is_own_page(request, *origins_)) {
    refusal.refuse(
        403,
        "only the console's own page may connect; under another name than localhost, --origin allows it");
    return false;
  }
  if (consoles_.size() < kMost) return true;
  refusal.refuse(503, "as many consoles as possible are open");
  return false;
}

void ConsoleRoute::opened(server::Peer& peer, const server::Request& /*request*/) {
  if (consoles_.empty()) due_ = Instant{};
  buffer_.resize(kBuffer);
  Console& console = consoles_.emplace_back();
  console.id = peer.id();
  send_news(peer, console, clock_->now());
  log::debug("a console opened");
}

void ConsoleRoute::closed(server::Peer& peer, const ws::Event& /*end*/) {
  std::erase_if(consoles_, [id = peer.id()](const Console& each) { return each.id == id; });
  if (consoles_.empty()) buffer_ = {};
  commands_->forget({.loop = loop_, .id = peer.id()});
  log::debug("a console closed");
}

void ConsoleRoute::message(server::Peer& peer, const ws::Event& message) {
  const auto whole = json::parse(message.text());
  const auto reference = whole ? json::member(whole->raw, "ref") : std::nullopt;
  const auto number = reference ? json::to_int(reference->raw) : fail(Errc::malformed_json);
  if (message.type != ws::MessageType::text || !number || *number < 0)
    return void(peer.close(ws::CloseCode::policy_violation, "a command has a \"ref\" of 0 or more"));

  std::array<char, DeviceHub::kLongestId> id_buffer;
  std::array<char, DeviceCommands::kLongestMethod> method_buffer;
  const auto text_of = [&](std::string_view name, std::span<char> buffer) {
    const auto value = json::member(whole->raw, name);
    return value ? json::to_text(value->raw, buffer) : fail(Errc::malformed_json);
  };
  const auto ref = static_cast<std::uint64_t>(*number);
  const auto device = text_of("device", id_buffer);
  const auto method = text_of("method", method_buffer);
  if (!device || !method || !DeviceHub::is_id(*device))
    return send_failure(peer, ref, {}, R"(a command has a "device" and a "method")");
  const auto params = json::member(whole->raw, "params");
  if (params && params->kind != json::Value::object && params->kind != json::Value::array)
    return send_failure(peer, ref, *device, "\"params\" is an object or an array");

  const DeviceCommands::Asker asker{.console = PeerAddress{.loop = loop_, .id = peer.id()}, .reference = ref};
  const std::string_view why =
      commands_->send(asker, *device, *method, params ? params->raw : std::string_view{}, clock_->now());
  if (!why.empty()) send_failure(peer, ref, *device, why);
}

void ConsoleRoute::poll(server::Server& server, Instant now) {
  if (now < deadline()) return;
  due_ = now + kNewsInterval;
  for (const DeviceCommands::Failure& failure : commands_->take_failures(loop_, now)) {
    server::Peer peer = server.find(failure.console.id);
    if (peer.is_open()) send_failure(peer, failure.reference, failure.device, failure.why);
  }
  for (Console& console : consoles_) {
    server::Peer peer = server.find(console.id);
    if (peer.is_open()) send_news(peer, console, now);
  }
}

/// A console that is too slow for them gets the same news later, as they are then.
void ConsoleRoute::send_news(server::Peer& peer, Console& console, Instant now) {
  DeviceHub::Seen seen = console.seen;
  json::Writer writer{std::span<char>{buffer_}};
  writer.begin_object().member("type", "news").member("now_ms", (now - begin_) / 1ms);
  if (!hub_->write_news(writer, kBuffer - kAroundNews, seen)) return;
  const auto text = writer.end_object().finish();
  if (text && peer.send_text(*text)) console.seen = seen;
}

void ConsoleRoute::send_failure(server::Peer& peer, std::uint64_t reference, std::string_view device,
                                std::string_view why) {
  json::Writer writer{std::span<char>{buffer_}};
  writer.begin_object().member("type", "answer").member("ref", reference).member("device", device);
  writer.key("error").begin_object().member("message", why).end_object();
  if (const auto text = writer.end_object().finish()) (void)peer.send_text(*text);
}

}  // namespace linnet::tools
