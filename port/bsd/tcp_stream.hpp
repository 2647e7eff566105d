// SPDX-License-Identifier: Apache-2.0
// A TCP connection from a host's name to its end: look-up, "Happy Eyeballs" (RFC 8305) over all addresses,
// then a Socket. TcpLink holds these and hands them out; used again after close(), it allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "linnet/net/stream.hpp"
#include "port/bsd/address.hpp"
#include "port/bsd/host_lookup.hpp"
#include "port/bsd/socket.hpp"

namespace linnet::port::inline bsd {

class TcpStream final : public net::Stream {
 public:
  /// All borrowed for as long as this lives. Ready bears `token`.
  TcpStream(DescriptorPoller& poller, HostLookup& lookup, void* token) noexcept
      : poller_{poller}, lookup_{lookup}, token_{token} {}
  ~TcpStream() override { close(); }

  /// Begins to connect. Fails, and stays closed, with invalid_argument when `host` cannot be one, with
  /// too_many when the look-up's queue is full. What the network says is told by read().
  Result<void> open(std::string_view host, std::uint16_t port, Instant now);

  /// From open() to close(), failed or not.
  bool is_in_use() const noexcept { return phase_ != Phase::idle; }

  State state() const noexcept override;
  void poll(Instant now) override;

  /// The next attempt's instant; an instant in the past when the look-up's answer waits for poll(); kNever
  /// once open. It sets no limit of its own: whoever opened it closes it when it takes too long.
  Instant deadline() const noexcept override;

  /// After a failed connection: why, of several addresses the cause that says most. bad_state after close().
  Result<std::size_t> read(MutableBytes into) override;
  Result<std::size_t> write(std::span<const Bytes> parts) override;
  void shutdown_write() noexcept override;
  void close() noexcept override;
  void want(net::Interest interest) noexcept override;

 private:
  enum class Phase : std::uint8_t { idle, resolving, connecting, open, failed };

  void connect_to(const Addresses& addresses, Instant now) noexcept;
  bool start_attempt(const Address& address) noexcept;
  void start_next(Instant now) noexcept;
  void check_attempts(Instant now) noexcept;
  void end_attempt(std::size_t index) noexcept;
  void end_attempts() noexcept;
  void adopt(std::size_t index) noexcept;
  void note(Error why) noexcept;
  void fail_with(Error why) noexcept;

  DescriptorPoller& poller_;
  HostLookup& lookup_;
  void* token_;
  Phase phase_ = Phase::idle;
  net::Interest wanted_ = net::Interest::read;
  std::uint16_t port_ = 0;
  Error error_{};
  HostLookup::Ticket ticket_{};
  Addresses addresses_{};
  std::size_t next_address_ = 0;
  std::array<int, Addresses::kMost> attempts_{};  // descriptors that are connecting
  std::size_t attempt_count_ = 0;
  Instant next_attempt_ = kNever;
  net::StreamSlot socket_;  // the Socket, when open
};

}  // namespace linnet::port::inline bsd
