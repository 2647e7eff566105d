// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/server_loop.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "linnet/net/trace.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"
#include "tools/serve/prometheus.hpp"

namespace linnet::tools {
namespace {

// RFC 6455, section 7.4.2: 4000 to 4999 are "for private use".
constexpr auto kReplaced = static_cast<ws::CloseCode>(4000);

server::Config server_config(const ServeConfig& config) {
  server::Config made;
  made.max_connections = config.max_connections;
  // An echo must find room: see echo_routes.cpp. Frames add 14 bytes to a message, and segments their own.
  made.max_backlog =
      std::max<std::size_t>(made.max_backlog, 2 * (config.max_message + config.max_message / 64 + 4096));
  // One of the longest messages that arrives, in a block that doubles, and its echo on the way out.
  made.max_buffered = std::max<std::size_t>(made.max_buffered, 8 * config.max_message);
  made.inbox_bytes = 1024 * 1024;
  return made;
}

server::WebSocketOptions options_for(std::uint64_t max_message,
                                     const std::vector<std::string>& subprotocols) {
  server::WebSocketOptions options;
  options.subprotocols = subprotocols;
  options.connection.max_message = max_message;
  return options;
}

tls::ServerConfig tls_config(const Shared& shared, tls::Clock& clock) {
  tls::ServerConfig made;
  made.max_connections = shared.config.max_connections;
  made.clock = &clock;
  made.trace = &shared.notes;
  return made;
}

}  // namespace

class ServerLoop::Health final : public server::HttpHandler {
 public:
  void respond(const server::Request& /*request*/, server::Response& response) override {
    response.field("Cache-Control", "no-store");
    response.view(as_bytes(std::string_view{"ok\n"}));
  }
};

class ServerLoop::Metrics final : public server::HttpHandler {
 public:
  Metrics(ServerLoop& loop, Totals& totals) noexcept : loop_{&loop}, totals_{&totals} {}

  void respond(const server::Request& /*request*/, server::Response& response) override {
    const Shared& shared = loop_->shared_;
    loop_->publish();
    response.content_type = kPrometheusType;
    response.field("Cache-Control", "no-store");
    write_metrics(response.content(), totals_->totals(), shared.hub.counts(), shared.commands.counts(),
                  shared.events.counts(), loop_->poller_.now() - shared.begin);
  }

 private:
  ServerLoop* loop_;
  Totals* totals_;
};

/// What stands between a socket and HTTP: TLS where there is a certificate; and a trace, which numbers the
/// connections to tell them apart: layers "tcp#1", and "tls#1" over it.
class ServerLoop::Wrap final : public server::StreamWrap {
 public:
  Wrap(Trace* trace, tls::Server* tls, net::Poller& clock) noexcept
      : trace_{trace}, tls_{tls}, clock_{&clock} {}

  net::Stream* wrap(net::Stream& raw, Instant now) override {
    if (trace_ == nullptr) return secure(raw, now);
    auto traced = std::make_unique<Traced>(++count_);
    net::Stream& outer = traced->tcp.emplace(raw, *trace_, traced->tcp_name, now);
    trace_->note(now, traced->tcp_name, "accepted");
    if (tls_ != nullptr) {
      traced->secured = secure(outer, now);
      if (traced->secured == nullptr) return nullptr;
      traced->tls.emplace(*traced->secured, *trace_, traced->tls_name, now);
    }
    net::Stream& top = traced->top();
    traced_.emplace(&top, std::move(traced));
    return &top;
  }

  void unwrap(net::Stream& wrapped) noexcept override {
    if (trace_ == nullptr) return tls_->give_back(wrapped);
    const auto found = traced_.find(&wrapped);
    trace_->note(clock_->now(), found->second->tcp_name, "closed");
    if (found->second->secured != nullptr) tls_->give_back(*found->second->secured);
    traced_.erase(found);
  }

 private:
  struct Traced {
    explicit Traced(std::uint64_t number)
        : tcp_name{concat("tcp#", number)}, tls_name{concat("tls#", number)} {}
    net::Stream& top() noexcept { return tls ? *tls : *tcp; }

    std::string tcp_name;
    std::string tls_name;
    std::optional<net::TraceStream> tcp;
    net::Stream* secured = nullptr;
    std::optional<net::TraceStream> tls;
  };

  net::Stream* secure(net::Stream& raw, Instant now) {
    const auto accepted = tls_->accept(raw, now);
    return accepted ? *accepted : nullptr;
  }

  Trace* trace_;
  tls::Server* tls_;
  net::Poller* clock_;
  std::uint64_t count_ = 0;
  std::unordered_map<const net::Stream*, std::unique_ptr<Traced>> traced_;
};

ServerLoop::ServerLoop(const Shared& shared, std::uint32_t index, Totals& totals)
    : shared_{shared},
      listener_{poller_},
      plain_listener_{poller_},
      echo_{shared.config.origins, shared.replies, index},
      ticker_{shared.config.origins, shared.begin, shared.config.ticker_interval},
      devices_{
          shared.config.origins, shared.hub, shared.commands, shared.events, shared.exchange, poller_, index},
      console_{shared.config.origins, shared.hub, shared.commands, poller_, shared.begin, index},
      health_{std::make_unique<Health>()},
      metrics_{std::make_unique<Metrics>(*this, totals)},
      server_{server_config(shared.config), poller_} {}

ServerLoop::~ServerLoop() = default;

Result<void> ServerLoop::listen(std::string_view endpoint, bool shares_port, const TlsIdentity* identity) {
  if (identity != nullptr) {
    tls_ = std::make_unique<tls::Server>(tls_config(shared_, clock_), entropy_);
    if (const auto loaded = tls_->load(identity->identity()); !loaded) return loaded;
  }
  if (identity != nullptr || shared_.config.trace != nullptr)
    wrap_ = std::make_unique<Wrap>(shared_.config.trace, tls_.get(), poller_);
  port::linux::Listener::Options options;
  options.reuse_port = shares_port;
  if (const auto listening = listener_.listen(endpoint, &listener_, options); !listening) return listening;
  server_.listen(listener_, &listener_, wrap_.get());
  return add_routes();
}

Result<void> ServerLoop::listen_plain(const std::string& endpoint) {
  if (shared_.config.trace != nullptr)
    plain_wrap_ = std::make_unique<Wrap>(shared_.config.trace, nullptr, poller_);
  if (const auto listening = plain_listener_.listen(endpoint, &plain_listener_); !listening) return listening;
  server_.listen(plain_listener_, &plain_listener_, plain_wrap_.get());
  return {};
}

Result<void> ServerLoop::add_routes() {
  const ServeConfig& config = shared_.config;
  const auto small = [&](std::uint64_t longest) { return std::min(longest, config.max_message); };
  if (const auto echo =
          server_.websocket("/echo", echo_, options_for(config.max_message, config.subprotocols));
      !echo)
    return std::unexpected{echo.error()};
  const auto ticker =
      server_.websocket("/ticker", ticker_, options_for(config.max_message, config.subprotocols));
  if (!ticker) return std::unexpected{ticker.error()};
  ticker_number_ = *ticker;
  const auto device = server_.websocket(
      "/device/:id", devices_, options_for(small(DeviceRoute::kLongestMessage), config.subprotocols));
  if (!device) return std::unexpected{device.error()};
  const auto console =
      server_.websocket("/console/events", console_, options_for(ConsoleRoute::kLongestMessage, {}));
  if (!console) return std::unexpected{console.error()};
  if (const auto health = server_.http("/healthz", *health_); !health) return health;
  if (const auto metrics = server_.http("/metrics", *metrics_); !metrics) return metrics;
  return shared_.pages.add_to(server_);
}

void ServerLoop::run() {
  while (!server_.is_stopped()) {
    server_.turn(std::min(ticker_.deadline(), console_.deadline()));
    if (has_orders_.load(std::memory_order_acquire)) take_orders();
    const Instant now = poller_.now();
    ticker_.poll(server_, ticker_number_, now);
    console_.poll(server_, now);
    if (shared_.config.loops > 1) publish();
  }
}

bool ServerLoop::post(server::PeerId to, std::string_view text) {
  return server_.post(server::Target::peer(to), ws::MessageType::text, as_bytes(text)).has_value();
}

void ServerLoop::replace(server::PeerId which) {
  {
    const std::scoped_lock lock{orders_mutex_};
    replaced_.push_back(which);  // bounded: no more than there are connections
  }
  has_orders_.store(true, std::memory_order_release);
  poller_.wake();
}

void ServerLoop::reload(std::shared_ptr<const TlsIdentity> identity) {
  {
    const std::scoped_lock lock{orders_mutex_};
    identity_ = std::move(identity);
  }
  has_orders_.store(true, std::memory_order_release);
  poller_.wake();
}

void ServerLoop::take_orders() {
  std::vector<server::PeerId> replaced;
  std::shared_ptr<const TlsIdentity> identity;
  {
    const std::scoped_lock lock{orders_mutex_};
    replaced.swap(replaced_);
    identity.swap(identity_);
    has_orders_.store(false, std::memory_order_release);
  }
  for (const server::PeerId id : replaced) {
    server::Peer peer = server_.find(id);
    if (peer.is_open()) (void)peer.close(kReplaced, "replaced");
  }
  if (identity == nullptr) return;
  if (const auto loaded = tls_->load(identity->identity()); !loaded)
    log::error("TLS: ", tls_->failure(), "; the certificate from before stays");
}

void ServerLoop::publish() {
  const std::scoped_lock lock{totals_mutex_};
  totals_ = {.statistics = server_.statistics(),
             .memory = server_.memory(),
             .tls = tls_ != nullptr ? tls_->statistics() : tls::ServerStatistics{}};
}

ServerTotals ServerLoop::totals() const {
  const std::scoped_lock lock{totals_mutex_};
  return totals_;
}

}  // namespace linnet::tools
