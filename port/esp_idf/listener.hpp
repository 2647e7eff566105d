// SPDX-License-Identifier: Apache-2.0
// A listening TCP socket on lwIP; what it accepts are Sockets on the same Poller. With no descriptor left
// (CONFIG_LWIP_MAX_SOCKETS) lwIP refuses a connection by itself.
#pragma once

#include <cstdint>

#include "linnet/net/listener.hpp"
#include "port/bsd/watch.hpp"

namespace linnet::port::esp_idf {

class Listener final : public net::Listener {
 public:
  /// `poller` is borrowed for as long as this and what it accepts live.
  explicit Listener(DescriptorPoller& poller) noexcept : poller_{poller} {}
  ~Listener() override { close(); }

  /// Begins to listen on `port` (0: the system chooses one) at every address of IPv4. Ready bears `token`
  /// while a connection waits; `backlog` of them may. Fails with address_in_use, too_many, io_failure, and
  /// with bad_state while it listens already.
  Result<void> listen(std::uint16_t port, void* token, int backlog = 4) noexcept;

  std::uint16_t port() const noexcept override { return port_; }
  Result<void> accept(net::StreamSlot& slot, void* token) override;
  void close() noexcept override;

 private:
  DescriptorPoller& poller_;
  void* token_ = nullptr;
  int fd_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace linnet::port::esp_idf
