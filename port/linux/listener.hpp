// SPDX-License-Identifier: Apache-2.0
// A listening TCP socket, watched by a Poller; what it accepts are Sockets on the same Poller.
#pragma once

#include <cstdint>
#include <string_view>

#include "linnet/net/listener.hpp"
#include "port/bsd/address.hpp"
#include "port/linux/poller.hpp"

#undef linux  // GNU modes (-std=gnu++23) define it as 1

namespace linnet::port::linux {

class Listener final : public net::Listener {
 public:
  struct Options {
    // Several listeners, one for each thread, share the port, and the kernel spreads the connections
    // (SO_REUSEPORT, socket(7)).
    bool reuse_port = false;
    // Connections that wait to be accepted; the kernel caps it at net.core.somaxconn, 4096 by default.
    int backlog = 4096;
  };

  /// `poller` is borrowed for as long as this and what it accepts live.
  explicit Listener(Poller& poller) noexcept : poller_{poller} {}
  ~Listener() override { close(); }

  /// Begins to listen on HOST:PORT, "127.0.0.1:0", "localhost:80", "[::]:80"; "[::]" takes IPv4 in as well.
  /// Ready bears `token` while a connection waits. A name is looked up here and now, in /etc/hosts or the
  /// DNS, its IPv4 address first. Fails with invalid_argument, host_not_found, address_in_use,
  /// permission_denied, too_many, io_failure, and with bad_state while it listens already.
  Result<void> listen(std::string_view endpoint, void* token, const Options& options);
  Result<void> listen(std::string_view endpoint, void* token) { return listen(endpoint, token, Options{}); }

  /// 0 while it does not listen.
  std::uint16_t port() const noexcept override { return port_; }

  /// As the seam says, and: too_many when no descriptor is left for the connection, which is then accepted
  /// and closed at once, so that it does not wake the loop for ever; call again, as after a success.
  Result<void> accept(net::StreamSlot& slot, void* token) override;
  void close() noexcept override;

 private:
  Result<void> listen_on(const Address& address, const Options& options);
  int accept_one() const noexcept;
  Result<void> refuse_one(int why) noexcept;

  Poller& poller_;
  void* token_ = nullptr;
  int fd_ = -1;
  int reserve_ = -1;  // a descriptor that stands for the one that is missing when the table is full
  std::uint16_t port_ = 0;
};

}  // namespace linnet::port::linux
