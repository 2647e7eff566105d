// SPDX-License-Identifier: Apache-2.0
// A device behind a modem as an application writes it, without TLS: the modem's driver, a session that
// reconnects, hears a dead peer by its heartbeat, and keeps what must arrive in its outbox. As with
// client.cpp, what stands here is the application's own and not counted.
#include <array>
#include <new>
#include <optional>
#include <string_view>

#include "device.hpp"
#include "linnet/base/entropy.hpp"
#include "linnet/base/time.hpp"
#include "linnet/cellular/link.hpp"
#include "linnet/session/memory.hpp"

namespace {

using namespace linnet;

class DeviceEntropy final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override { device_random(out.data(), out.size()); }
};

class DevicePoller final : public net::Poller {
 public:
  Instant now() noexcept override { return Instant{Duration{device_microseconds()}}; }
  std::span<const net::Ready> wait(Instant) override { return {}; }
  void wake() noexcept override {}
};

class DeviceUart final : public net::Stream {
 public:
  State state() const noexcept override { return State::open; }
  Result<std::size_t> read(MutableBytes into) override { return device_read(into.data(), into.size()); }
  Result<std::size_t> write(std::span<const Bytes> parts) override {
    std::size_t taken = 0;
    for (const Bytes part : parts) taken += device_write(part.data(), part.size());
    return taken;
  }
  void shutdown_write() noexcept override {}
  void close() noexcept override {}
  void want(net::Interest) noexcept override {}
};

DeviceEntropy entropy;
DevicePoller poller;
DeviceUart uart;

// Buffers, which the application sizes; not part of the figure.
cellular::ModemStorage<1> modem_storage;
session::Memory<> memory;

/// What the session and the modem need beside buffers: run_size reads the sizes of these symbols.
alignas(cellular::ModemLink) std::byte modem_state[sizeof(cellular::ModemLink)];
alignas(session::Session) std::byte session_state[sizeof(session::Session)];

void send_what_is_asked(session::Session& session) {
  std::size_t size = 0;
  if (const char* text = application_text(&size)) {
    (void)session.send(
        {.payload = as_bytes(std::string_view{text, size}), .policy = session::Policy::must_deliver});
  }
  if (application_wants_close()) session.request_stop();
}

}  // namespace

extern "C" void application() {
  auto& link = *::new (static_cast<void*>(modem_state))
                   cellular::ModemLink{"modem", uart, poller, {.apn = "iot.example"}, modem_storage};
  auto& session = *::new (static_cast<void*>(session_state)) session::Session{
      {.url = "ws://example.com/device/42", .links = {&link}}, entropy, memory};
  while (session.state() != session::Session::State::over) {
    while (const auto event = session.poll(poller.now())) {
      if (event->kind != session::Event::message) continue;
      const std::string_view text = event->text();
      application_received(text.data(), text.size(), true);
    }
    send_what_is_asked(session);
  }
}
