// SPDX-License-Identifier: Apache-2.0
#include "linnet/tls/server.hpp"

#include <new>

#include "explain.hpp"
#include "linnet/tls/verdict.hpp"
#include "loaded.hpp"
#include "status.hpp"

namespace linnet::tls {
namespace {

using namespace std::string_view_literals;

// For a browser, or a device, that was told the wrong scheme.
constexpr std::string_view kUseTls =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 45\r\nConnection: close\r\n\r\n"
    "this port speaks TLS: use https:// or wss://\n"sv;
constexpr int kMostDrained = 16;  // pieces of a plain request that are thrown away

}  // namespace

class Server::Accepted final : public StreamOwner {
 public:
  explicit Accepted(Server& owner) noexcept : stream{*this}, server{owner} {}

  void on_secured(Stream& /*stream*/) noexcept override {
    end_handshake();
    ++server.statistics_.secured;
  }
  void on_failed(Stream& /*stream*/) noexcept override {
    if (in_handshake) {
      end_handshake();
      server.failed(*this);
    }
  }
  void on_session(Stream& /*stream*/) noexcept override {}
  void on_closed(Stream& /*stream*/) noexcept override {
    if (in_handshake) end_handshake();
  }
  void end_handshake() noexcept {
    in_handshake = false;
    --server.statistics_.handshakes;
  }

  Stream stream;
  Verdict verdict;
  Server& server;
  net::Stream* raw = nullptr;
  Loaded* loaded = nullptr;  // that the stream is set up for
  Accepted* next = nullptr;
  bool in_handshake = false;
};

Server::Server(const ServerConfig& config, Entropy& entropy) noexcept : config_{config}, entropy_{entropy} {}

Server::~Server() {
  empty_pool();
  if (current_ != nullptr) drop(current_);
}

void Server::empty_pool() noexcept {
  while (free_ != nullptr) {
    Accepted* const accepted = free_;
    free_ = accepted->next;
    dispose(*accepted);
  }
  retained_ = 0;
}

void Server::dispose(Accepted& accepted) noexcept {
  Loaded* const loaded = accepted.loaded;
  delete &accepted;  // before what its stream borrows
  if (loaded != nullptr) drop(loaded);
}

void Server::drop(Loaded* loaded) noexcept {
  if (--loaded->users == 0) delete loaded;
}

Result<void> Server::load(const Identity& identity) noexcept {
  auto* const loaded = new (std::nothrow) Loaded;
  std::string_view why;
  const int status =
      loaded == nullptr ? MBEDTLS_ERR_SSL_ALLOC_FAILED : loaded->load(identity, config_, entropy_, why);
  if (status != 0) {
    delete loaded;
    const bool memory = is_out_of_memory(status);
    problem_ = memory ? Problem::no_memory : Problem::bad_configuration;
    say(memory ? "no memory"sv : why);
    return fail(memory ? Errc::out_of_memory : Errc::invalid_argument);
  }
  loaded->resumed = &statistics_.resumed;
  empty_pool();
  if (current_ != nullptr) drop(current_);
  current_ = loaded;
  return {};
}

Result<net::Stream*> Server::accept(net::Stream& raw, Instant now) noexcept {
  if (current_ == nullptr) return fail(Errc::bad_state);
  if (statistics_.open >= config_.max_connections || statistics_.handshakes >= config_.max_handshakes) {
    ++statistics_.refused;
    return fail(Errc::too_many);
  }
  Accepted* accepted = free_;
  if (accepted != nullptr) {
    free_ = accepted->next;
    --retained_;
  } else {
    accepted = new (std::nothrow) Accepted{*this};
    if (accepted == nullptr) return fail(Errc::out_of_memory);
  }
  ++statistics_.open;
  if (accepted->loaded == nullptr) {
    accepted->loaded = current_;
    ++current_->users;
  }
  if (const auto ready = accepted->stream.set_up(current_->config()); !ready) {
    give_back(accepted->stream);
    return std::unexpected{ready.error()};
  }
  mbedtls_ssl_set_verify(&accepted->stream.context(), &Verdict::on_certificate, &accepted->verdict);
  Demands asked;
  if (config_.build_time != 0) asked.floor = config_.build_time;
  if (config_.clock != nullptr) asked.now = config_.clock->unix_time(now);
  if (asked.now && *asked.now < config_.build_time) asked.now.reset();
  accepted->verdict.begin(asked);
  accepted->raw = &raw;
  accepted->in_handshake = true;
  ++statistics_.handshakes;
  accepted->stream.begin(raw, now, config_.handshake_timeout);
  return &accepted->stream;
}

void Server::give_back(net::Stream& stream) noexcept {
  // What is given back was lent: its types are known, and there is no dynamic_cast.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-static-cast-downcast)
  auto& accepted = static_cast<Accepted&>(static_cast<Stream&>(stream).owner());
  accepted.stream.close();
  --statistics_.open;
  if (accepted.loaded != current_ || retained_ >= config_.retain) {
    return dispose(accepted);
  }
  accepted.next = free_;
  free_ = &accepted;
  ++retained_;
}

void Server::failed(Accepted& accepted) noexcept {
  ++statistics_.failed;
  const Breakdown& breakdown = accepted.stream.breakdown();
  const std::uint32_t flags = mbedtls_ssl_get_verify_result(&accepted.stream.context());
  problem_ = diagnose(breakdown, accepted.verdict, flags);
  Words words{failure_};
  explain(words, problem_, breakdown, accepted.verdict, {.peer = "the client"sv, .is_client = false});
  failure_size_ = static_cast<std::uint16_t>(words.view().size());
  if (config_.trace != nullptr) config_.trace->note(accepted.stream.now(), "tls"sv, failure());
  // mbedTLS ends a handshake of TLS 1.2 for that without a word ("a fatal handshake_failure alert", RFC 5246,
  // section 7.4.6).
  if (breakdown.status == MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE && !mbed::is_tls13(accepted.stream.context()))
    (void)mbedtls_ssl_send_alert_message(&accepted.stream.context(), MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                         MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE);
  if (problem_ != Problem::plain_http && !is_certificate_error(breakdown.status)) return;
  // All that came is read, for an end with something unread would take the answer, or the alert, back.
  std::array<std::byte, 256> rest;
  for (int i = 0; i < kMostDrained; ++i) {
    const auto got = accepted.raw->read(rest);
    if (!got || *got == 0) break;
  }
  const Bytes answer = as_bytes(kUseTls);
  if (problem_ == Problem::plain_http) (void)accepted.raw->write({&answer, 1});
  accepted.raw->shutdown_write();
}

void Server::say(std::string_view text) noexcept {
  Words words{failure_};
  words << text;
  failure_size_ = static_cast<std::uint16_t>(words.view().size());
}

}  // namespace linnet::tls
