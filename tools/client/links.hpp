// SPDX-License-Identifier: Apache-2.0
// The links of a client, as its options choose them, in order of preference. Modems are looked after, and
// what they tell goes to the log.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/base/trace.hpp"
#include "linnet/net/link.hpp"
#include "linnet/session/config.hpp"
#include "port/linux/resolver.hpp"
#include "port/linux/tcp_link.hpp"
#include "tools/client/link_options.hpp"

namespace linnet::tools {

class Links {
 public:
  /// All are borrowed. `trace`: null, or what hears of every byte between host and modem.
  Links(const LinkOptions& options, port::linux::Poller& poller, Trace* trace);
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  std::size_t size() const noexcept { return links_.size(); }
  net::Link& at(std::size_t index) noexcept { return *links_[index]; }
  net::Link& front() noexcept { return *links_.front(); }
  /// As a session takes them; a modem's bytes cost. `timeout`: of each attempt; zero: each link's own.
  session::Links in_order(Duration timeout) const noexcept;

  /// Once a turn, and by deadline() at the latest.
  void poll(Instant now);
  Instant deadline() const noexcept;

  /// What is the matter with `link` itself, and what to do about it, in a sentence; empty: nothing that is
  /// known. `name` as events have it.
  std::string trouble(std::string_view name) const;

  /// Before the program ends: what a modem still has to send leaves, and its connections are closed, for up
  /// to two seconds.
  void finish();

 private:
  struct Modem;

  port::linux::Poller& poller_;
  port::linux::Resolver resolver_;
  std::optional<port::linux::TcpLink> tcp_;
  std::vector<std::unique_ptr<Modem>> modems_;
  std::vector<net::Link*> links_;
  std::vector<Duration> timeouts_;  // their own
};

}  // namespace linnet::tools
