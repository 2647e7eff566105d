// SPDX-License-Identifier: Apache-2.0
// Names to addresses without blocking the loop: getaddrinfo(3) on one worker thread. What it shares with
// the thread is on the heap and belongs to both, so neither waits for the other to end: getaddrinfo may
// take a minute when the DNS is dead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "linnet/net/poller.hpp"
#include "port/bsd/host_lookup.hpp"

namespace linnet::port::linux {

/// Asks the system for the addresses of `host` and blocks until they are known. IPv6 and IPv4 alternate,
/// beginning with the family that the system (RFC 6724) prefers, as RFC 8305, section 4, wants them tried.
/// Ports are 0. Fails with host_not_found, also when no name server answers.
Result<Addresses> look_up(std::string_view host);

/// Only the worker thread runs beside the loop.
class Resolver final : public HostLookup {
 public:
  using LookUp = Result<Addresses> (*)(std::string_view host);

  /// `poller`, borrowed, is woken when an answer is there. `most`: look-ups at one time, the ones that were
  /// cancelled while the system worked on them included; 0.5 KiB each, allocated here. `ask` is what the
  /// worker calls.
  explicit Resolver(net::Poller& poller, std::size_t most = 16, LookUp ask = &look_up);
  ~Resolver();

  /// Names are asked for one after the other. too_many also when no thread can be started.
  Result<Ticket> begin(std::string_view host) override;
  bool is_done(Ticket ticket) const noexcept override;
  std::optional<Result<Addresses>> take(Ticket ticket) noexcept override;
  void cancel(Ticket ticket) noexcept override;

 private:
  struct Shared;

  static void* run(void* argument) noexcept;
  bool start_worker() noexcept;

  std::shared_ptr<Shared> shared_;
  bool started_ = false;  // the first look-up starts the thread: many programs never need it
};

}  // namespace linnet::port::linux
