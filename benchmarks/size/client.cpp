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
#include "linnet/ws/connection.hpp"

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
std::array<std::byte, 1024> storage;

constexpr ws::ConnectionConfig kConfig{};
DeviceEntropy entropy;

/// What one connection needs beside buffers: run_size reads the size of this symbol.
struct State {
  ws::Workspace workspace{storage};
  ws::Connection<ws::Role::client> connection{kConfig, entropy, workspace, now()};
};
alignas(State) std::byte client_state[sizeof(State)];

void write_out(ws::Connection<ws::Role::client>& connection) {
  for (;;) {
    const linnet::Bytes part = connection.output().parts[0];
    const std::size_t taken = part.empty() ? 0 : device_write(part.data(), part.size());
    if (taken == 0) return;
    connection.sent(taken);
  }
}

void send_what_is_asked(ws::Connection<ws::Role::client>& connection) {
  std::size_t size = 0;
  bool refused = false;
  if (const char* text = application_text(&size)) refused = !connection.send_text({text, size});
  if (const void* bytes = application_binary(&size)) {
    refused = !connection.send_binary({static_cast<const std::byte*>(bytes), size}) || refused;
  }
  if (refused) refused = !connection.send_ping();
  if (refused || application_wants_close()) {
    if (!connection.close(ws::CloseCode::normal, "bye", now())) connection.abort();
  }
}

void run(ws::Connection<ws::Role::client>& connection) {
  for (;;) {
    if (connection.wants_input()) {
      const std::size_t size = device_read(input.data(), input.size());
      if (size != 0 && !connection.receive({input.data(), size})) connection.transport_ended();
    }
    while (const std::optional<ws::Event> event = connection.poll(now())) {
      if (event->kind == ws::Event::Kind::closed) return;
      if (event->kind == ws::Event::Kind::data) {
        application_received(event->payload.data(), event->payload.size(),
                             event->type == ws::MessageType::text);
      }
    }
    send_what_is_asked(connection);
    write_out(connection);
    if (connection.wants_shutdown() && connection.deadline() <= now()) return;
  }
}

}  // namespace

extern "C" void application() {
  for (;;) {
    auto& state = *::new (static_cast<void*>(client_state)) State;
    run(state.connection);
  }
}
