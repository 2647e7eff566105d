// SPDX-License-Identifier: Apache-2.0
// Names to addresses without blocking the loop: lwIP's own resolver, asked inside its task, which tells the
// answer there. lwIP keeps answers for as long as the DNS allows. On the `linux` target the host is asked.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "linnet/net/poller.hpp"
#include "port/bsd/host_lookup.hpp"

namespace linnet::port::esp_idf {

/// One address for each name: lwIP gives no more. Lives as long as the program: lwIP may answer at any time.
class Resolver final : public HostLookup {
 public:
  /// `poller`, borrowed, is woken when an answer is there.
  explicit Resolver(net::Poller& poller) noexcept;

  /// too_many also when lwIP's task has no room for the question.
  Result<Ticket> begin(std::string_view host) override;
  bool is_done(Ticket ticket) const noexcept override;
  std::optional<Result<Addresses>> take(Ticket ticket) noexcept override;
  void cancel(Ticket ticket) noexcept override;

  /// One question; the platform's own code (resolver.cpp) sees it.
  struct Job {
    enum class State : std::uint8_t {
      free,
      asking,
      done,
      cancelled,  // nobody wants the answer, which is still to come
    };
    net::Poller* poller = nullptr;
    std::atomic<State> state = State::free;
    std::array<char, kLongestHost + 1> host{};
    Address address{};  // the answer, if `found`
    bool found = false;

    void answer(const Address* address) noexcept;  // null: there is none
  };

 private:
  static constexpr std::size_t kMost = 4;  // look-ups at one time, cancelled ones included; 0.3 KiB each

  std::array<Job, kMost> jobs_;
};

}  // namespace linnet::port::esp_idf
