// SPDX-License-Identifier: Apache-2.0
// A SIM7670G behind a serial port as a Link: what opens streams to hosts. The port is any Stream: a UART, a
// pty, a TCP connection to a serial server. The link's streams drive it: whoever polls one of them polls the
// modem. Between connections its owner calls poll(), so that the modem is looked after and its events are
// told.
//
//   cellular::ModemStorage<4> storage;
//   cellular::ModemLink link{"modem:/dev/ttyUSB2", serial, poller, {.apn = "iot.example"}, storage};
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/trace.hpp"
#include "linnet/modem/cellular.hpp"
#include "linnet/net/link.hpp"

namespace linnet::cellular {

/// The seam for what a serial port has beside its bytes. A port without any of it needs none.
class Port {
 public:
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  /// Opens the stream under the link, which is closed: at first, and again after it was lost. `now` is the
  /// time. unsupported: its owner has opened it, and nobody can do so again.
  virtual Result<void> open(Instant /*now*/) { return fail(Errc::unsupported); }
  /// Makes the port as `lines` says, of what modem::PortFeatures promised. Called when something changed,
  /// and when it has been opened; the bytes written before have left already, or leave first.
  virtual void apply(const modem::Lines& lines) noexcept = 0;
  /// Whether bytes were lost since the last call: an overrun, a framing or parity error.
  virtual bool has_lost_bytes() noexcept { return false; }
  /// The modem's DCD line: is there a connection?
  virtual bool carrier() noexcept { return true; }

 protected:
  Port() = default;
  ~Port() = default;
};

class ModemLink;

/// One of the modem's connections.
class ModemStream final : public net::Stream {
 public:
  ModemStream() = default;

  State state() const noexcept override;
  void poll(Instant now) override;
  Instant deadline() const noexcept override;
  Result<std::size_t> read(MutableBytes into) override;
  Result<std::size_t> write(std::span<const Bytes> parts) override;
  /// A modem knows no half-closed connection: see modem::Socket.
  void shutdown_write() noexcept override;
  void close() noexcept override;
  void want(net::Interest interest) noexcept override;

 private:
  friend class ModemLink;
  /// What its owner can do with it.
  struct View {
    State state = State::closed;
    std::size_t readable = 0;
    bool writable = false;
  };
  View view() const noexcept;
  /// Its owner has not seen it yet: another stream's poll() has moved this one's bytes as well.
  bool has_news() const noexcept;

  ModemLink* link_ = nullptr;
  modem::Socket* socket_ = nullptr;  // null: not in use
  View seen_{};                      // when its owner last polled, read or wrote
};

/// What a link with `links` connections needs; its owner keeps it for as long as the link.
template <std::size_t links, std::size_t receive_size = 3072, std::size_t send_size = 3072>
class ModemStorage {
 public:
  std::span<modem::Socket> sockets() noexcept { return sockets_; }
  std::span<ModemStream> streams() noexcept { return streams_; }
  modem::Buffers buffers() noexcept { return {.line = line_, .command = command_, .held = held_}; }
  MutableBytes input() noexcept { return input_; }

 private:
  template <std::size_t... index>
  explicit ModemStorage(std::index_sequence<index...> /*links*/) noexcept
      : sockets_{modem::Socket{receive_[index], send_[index]}...} {}

 public:
  ModemStorage() noexcept : ModemStorage{std::make_index_sequence<links>{}} {}

 private:
  std::array<std::array<std::byte, receive_size>, links> receive_{};
  std::array<std::array<std::byte, send_size>, links> send_{};
  std::array<std::byte, 128> line_;
  std::array<std::byte, 304> command_;
  std::array<std::byte, modem::DataFilter::kMost> held_;
  std::array<std::byte, 512> input_;
  std::array<modem::Socket, links> sockets_;
  std::array<ModemStream, links> streams_{};
};

class ModemLink final : public net::Link {
 public:
  /// All borrowed for as long as this lives. `poller` is the one that `serial` lives on. `port` may be null.
  /// `trace` hears of commands and answers, layer "at", without PIN and passwords; of payload only how long
  /// it is, for a head that it may hold has secrets that only the layers above know to cover.
  template <typename Storage>
  ModemLink(std::string_view name, net::Stream& serial, net::Poller& poller, const modem::Config& config,
            Storage& storage, Port* port = nullptr, Trace* trace = nullptr) noexcept
      : ModemLink{name,
                  serial,
                  poller,
                  config,
                  storage.sockets(),
                  storage.streams(),
                  storage.buffers(),
                  storage.input(),
                  port,
                  trace} {}
  /// As many streams as sockets.
  ModemLink(std::string_view name, net::Stream& serial, net::Poller& poller, const modem::Config& config,
            std::span<modem::Socket> sockets, std::span<ModemStream> streams, const modem::Buffers& buffers,
            MutableBytes input, Port* port, Trace* trace) noexcept;

  std::string_view name() const noexcept override { return name_; }
  net::Poller& poller() noexcept override { return poller_; }
  /// too_many: as many as the modem can are open; io_failure: the port is gone.
  Result<net::Stream*> open(std::string_view host, std::uint16_t port, Instant now) override;

  /// Moves bytes, and does what is due. A stream's poll() does the same.
  void poll(Instant now) override;
  Instant deadline() const noexcept override;
  /// As modem().failure() says.
  bool is_hopeless() const noexcept override { return modem_.failure().hopeless; }
  /// From modem::Rung::network to Rung::power.
  std::span<const std::uint16_t> recoveries() const noexcept override {
    static_assert(modem::kRungs == kMostRungs + 1);  // without Rung::none
    return std::span{modem_.counters().rungs}.subspan(1);
  }
  /// No connection is open, and none is being closed.
  bool is_idle() const noexcept;
  /// What has happened, in order; the newest 16 that were not asked for.
  std::optional<modem::Event> next_event() noexcept;

  /// What it knows, what is the matter.
  const modem::Cellular& modem() const noexcept { return modem_; }
  modem::Cellular& modem() noexcept { return modem_; }
  /// Nothing: the port is there. Else why it is not. It is opened again every 2 s, where its Port can do so;
  /// otherwise the link is of no more use.
  const std::optional<Error>& port_error() const noexcept { return port_error_; }

 private:
  friend class ModemStream;
  void keep_port_open(Instant now);
  void apply_lines() noexcept;
  bool move_out();
  bool move_in();
  void take_events(Instant now);
  void lose_port(Error why);
  void watch() noexcept;
  void trace_output(const modem::Output& output, std::size_t size) const;
  void note_payload(std::string_view direction, std::size_t size) const;
  Bytes next_traced(Bytes input) const;

  std::string_view name_;
  net::Stream& serial_;
  net::Poller& poller_;
  Port* port_;
  Trace* trace_;
  MutableBytes input_;
  Bytes unread_{};  // of input_, what the modem's driver has not had
  modem::Cellular modem_;
  modem::Lines applied_;
  Instant now_{};
  Instant reopen_at_{};  // where the port is lost
  std::optional<Error> port_error_;
  std::span<modem::Socket> sockets_;
  std::span<ModemStream> streams_;
  std::array<modem::Event, 16> events_{};
  std::size_t first_event_ = 0;
  std::size_t event_count_ = 0;
};

}  // namespace linnet::cellular
