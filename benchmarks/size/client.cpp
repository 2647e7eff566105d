// SPDX-License-Identifier: Apache-2.0
// The minimal client as an application writes it: everything that a connection can do is used, so that
// the linker keeps it. What stands here is the application's own and not counted; the library's part of the
// image is what run_size finds in the map.
#include <array>
#include <new>
#include <optional>
#include <string_view>

#include "device.hpp"
#include "linnet/base/entropy.hpp"
#include "linnet/base/time.hpp"
#include "linnet/ws/client.hpp"

namespace {

namespace ws = linnet::ws;

class DeviceEntropy final : public linnet::Entropy {
 public:
  void fill(linnet::MutableBytes out) noexcept override { device_random(out.data(), out.size()); }
};

linnet::Instant now() {
  return linnet::Instant{linnet::Duration{device_microseconds()}};
}

// Buffers, which the application sizes; not part of the figure.
std::array<std::byte, 512> input;
std::array<std::byte, 1024> output;
std::array<std::byte, 1024> message;

constexpr ws::ClientConfig kConfig{.connection = {.max_message = message.size()}};
DeviceEntropy entropy;

/// What one connection needs beside buffers: run_size reads the size of this symbol.
alignas(ws::Client) std::byte client_state[sizeof(ws::Client)];

void write_out(ws::Client& client) {
  for (;;) {
    const linnet::Bytes part = client.output().parts[0];
    const std::size_t taken = part.empty() ? 0 : device_write(part.data(), part.size());
    if (taken == 0) return;
    client.sent(taken);
  }
}

void send_what_is_asked(ws::Client& client) {
  std::size_t size = 0;
  bool refused = false;
  if (const char* text = application_text(&size)) refused = !client.send_text({text, size});
  if (const void* bytes = application_binary(&size)) {
    refused = !client.send_binary({static_cast<const std::byte*>(bytes), size}) || refused;
  }
  if (refused) refused = !client.send_ping();
  if (refused || application_wants_close()) {
    if (!client.close(ws::CloseCode::normal, "bye", now())) client.abort();
  }
}

void run(ws::Client& client) {
  for (;;) {
    if (client.wants_input()) {
      const std::size_t size = device_read(input.data(), input.size());
      if (size != 0 && !client.receive({input.data(), size})) client.transport_ended();
    }
    while (const std::optional<ws::Event> event = client.poll(now())) {
      if (event->kind == ws::Event::Kind::closed) return;
      if (event->kind == ws::Event::Kind::data) {
        application_received(event->payload.data(), event->payload.size(),
                             event->type == ws::MessageType::text);
      }
    }
    send_what_is_asked(client);
    write_out(client);
    if (client.wants_shutdown() && client.deadline() <= now()) return;
  }
}

}  // namespace

extern "C" void application() {
  for (;;) {
    auto& client = *::new (static_cast<void*>(client_state)) ws::Client{kConfig, entropy, output, message};
    if (client.start({.host = "example.com", .path = "/device/42"}, now())) run(client);
  }
}
