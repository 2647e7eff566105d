// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/development_server.hpp"

#include <cstring>
#include <utility>

#include "port/bsd/address.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

/// "127.0.0.1:8080" of an endpoint that was read, at the port it came to be.
std::string at_port(const port::Endpoint& endpoint, std::uint16_t port) {
  const bool bracketed = endpoint.host.find(':') != std::string_view::npos;
  return concat(bracketed ? "[" : "", endpoint.host, bracketed ? "]:" : ":", port);
}

}  // namespace

DevelopmentServer::DevelopmentServer(ServeConfig config, Instant begin)
    : config_{std::move(config)}, begin_{begin}, hub_{begin}, commands_{hub_, *this} {}

DevelopmentServer::~DevelopmentServer() {
  stop(Duration::zero());
  join();
}

std::string DevelopmentServer::load_tls() {
  if (config_.tls.certificate.empty()) return {};
  auto read = TlsIdentity::read(config_.tls);
  if (!read) return read.error();
  identity_ = std::move(*read);
  for (const auto& loop : loops_) loop->reload(identity_);
  return {};
}

Result<void> DevelopmentServer::start() {
  replies_ = std::make_unique<AsyncReplies>(static_cast<Exchange&>(*this));
  const Shared shared{.config = config_,
                      .hub = hub_,
                      .commands = commands_,
                      .events = events_,
                      .replies = *replies_,
                      .exchange = *this,
                      .pages = pages_,
                      .notes = notes_,
                      .begin = begin_};
  std::string endpoint = config_.listen;
  const auto parsed = port::parse_endpoint(endpoint);
  if (!parsed) return std::unexpected{parsed.error()};
  if (config_.loops > 1) {
    // SO_REUSEPORT would let us share the port with another program of the same user that does so, too: first
    // find out whether it is free.
    port::linux::Poller poller;
    port::linux::Listener probe{poller};
    if (const auto free = probe.listen(endpoint, &probe); !free) return free;
    endpoint = at_port(*parsed, probe.port());
  }
  for (std::uint32_t i = 0; i < config_.loops; ++i) {
    loops_.push_back(std::make_unique<ServerLoop>(shared, i, static_cast<Totals&>(*this)));
    if (const auto listening = loops_.back()->listen(endpoint, config_.loops > 1, identity_.get());
        !listening) {
      loops_.clear();
      return listening;
    }
  }
  url_ = concat(identity_ != nullptr ? "https://" : "http://", at_port(*parsed, loops_.front()->port()));
  if (const auto plain = start_plain(); !plain) {
    loops_.clear();
    return plain;
  }
  for (const auto& loop : loops_) threads_.emplace_back([&loop = *loop] { loop.run(); });
  return {};
}

Result<void> DevelopmentServer::start_plain() {
  if (config_.plain_listen.empty()) return {};
  const auto parsed = port::parse_endpoint(config_.plain_listen);
  if (!parsed) return std::unexpected{parsed.error()};
  if (const auto listening = loops_.front()->listen_plain(config_.plain_listen); !listening) return listening;
  plain_url_ = concat("http://", at_port(*parsed, loops_.front()->plain_port()));
  return {};
}

void DevelopmentServer::stop(Duration within) noexcept {
  for (const auto& loop : loops_) loop->stop(within);
}

void DevelopmentServer::join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  replies_.reset();
}

ServerTotals DevelopmentServer::totals() {
  ServerTotals all{};
  for (const auto& loop : loops_) all.add(loop->totals());
  return all;
}

bool DevelopmentServer::post(const PeerAddress& to, std::string_view text) {
  return loops_[to.loop]->post(to.id, text);
}

void DevelopmentServer::replace(const PeerAddress& which) {
  loops_[which.loop]->replace(which.id);
}

std::string explain_listen(std::string_view endpoint, const Error& why, std::string_view option) {
  const std::string what = concat("cannot listen on ", printable(endpoint, 300), ": ");
  switch (why.code) {
    case Errc::invalid_argument:
      return concat(what, "this is no HOST:PORT; try ", option, " 127.0.0.1:8080, or [::1]:8080");
    case Errc::address_in_use:
      return concat(what,
                    "another program listens there; end it (`ss -ltnp` shows which it is), or choose another "
                    "port; 0 takes a free one");
    case Errc::permission_denied:
      return concat(
          what,
          "not permitted; ports below 1024 are the administrator's: choose one above, 8080 for instance");
    case Errc::host_not_found:
      return concat(what, "there is no such host; try an address of this machine, 127.0.0.1 or 0.0.0.0");
    case Errc::too_many: return concat(what, "no file descriptor is left; raise the limit (`ulimit -n`)");
    case Errc::io_failure:
      if (why.detail != 0)
        return concat(what, std::strerror(why.detail), "; ", option, " wants an address of this machine");
      [[fallthrough]];
    default: return concat(what, describe(why.code));
  }
}

}  // namespace linnet::tools
