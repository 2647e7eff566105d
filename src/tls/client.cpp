// SPDX-License-Identifier: Apache-2.0
#include "linnet/tls/client.hpp"

#include <algorithm>
#include <cstring>

#include "explain.hpp"
#include "ip_literal.hpp"
#include "load.hpp"
#include "mbedtls.hpp"
#include "sha256.hpp"
#include "status.hpp"

namespace linnet::tls {
namespace {

using namespace std::string_view_literals;

/// `so_far` and `more` in one.
Digest digest_of(const Digest& so_far, Bytes more) noexcept {
  const std::array<Digest, 2> both{so_far, sha256(more)};
  return sha256(std::as_bytes(std::span{both}));
}

/// What has to be the same for a session to be as good as a certificate that is checked.
Digest policy_of(const ClientConfig& config) noexcept {
  Digest digest = sha256(config.authorities);
  for (const Pin& pin : config.pins) {
    digest = digest_of(digest, pin.digest);
    const auto of = static_cast<std::byte>(pin.of);
    digest = digest_of(digest, {&of, 1});
  }
  digest = digest_of(digest, config.credentials.certificate);
  const std::array<std::byte, 2> flags{std::byte{config.insecure}, std::byte{config.bundle != nullptr}};
  return digest_of(digest, flags);
}

}  // namespace

Client::Client(const ClientConfig& config, Entropy& entropy) noexcept
    : config_{config}, entropy_{entropy}, stream_{*this} {
  mbedtls_ssl_config_init(&ssl_config_);
  mbedtls_x509_crt_init(&authorities_);
  mbedtls_x509_crt_init(&certificate_);
  mbedtls_pk_init(&key_);
}

Client::~Client() {
  stream_.close();
  stream_.release();  // before what it borrows
  mbedtls_ssl_config_free(&ssl_config_);
  mbedtls_x509_crt_free(&authorities_);
  mbedtls_x509_crt_free(&certificate_);
  mbedtls_pk_free(&key_);
}

// ---- Configuration ----

Result<void> Client::refuse(int status, std::string_view why) noexcept {
  const bool memory = is_out_of_memory(status);
  problem_ = memory ? Problem::no_memory : Problem::bad_configuration;
  Words words{failure_};
  words << "TLS cannot be set up: "sv << (memory ? "no memory"sv : why);
  failure_size_ = static_cast<std::uint16_t>(words.view().size());
  return fail(memory ? Errc::out_of_memory : Errc::invalid_argument);
}

/// On success only once; what a failure left is thrown away before the next attempt.
Result<void> Client::configure() noexcept {
  if (is_configured_) return {};
  stream_.release();
  mbedtls_ssl_config_free(&ssl_config_);
  mbedtls_ssl_config_init(&ssl_config_);
  mbedtls_x509_crt_free(&authorities_);
  mbedtls_x509_crt_init(&authorities_);
  mbedtls_x509_crt_free(&certificate_);
  mbedtls_x509_crt_init(&certificate_);
  mbedtls_pk_free(&key_);
  mbedtls_pk_init(&key_);
  if (const auto loaded = load(); !loaded) return loaded;
  policy_ = policy_of(config_);
  is_configured_ = true;
  return {};
}

Result<void> Client::load() noexcept {
  int status = set_common(ssl_config_, MBEDTLS_SSL_IS_CLIENT, entropy_, config_.suites, config_.max_fragment);
  if (status != 0)
    return refuse(status,
                  "max_fragment is more than mbedTLS's buffers hold (MBEDTLS_SSL_IN_CONTENT_LEN, OUT)"sv);
  has_authorities_ = !config_.authorities.empty() || config_.bundle != nullptr;
  if (!has_authorities_ && config_.pins.empty() && !config_.insecure)
    return refuse(0, "nobody is trusted: authorities, a bundle or a pin is needed"sv);
  status = load_certificates(authorities_, config_.authorities, true);
  if (status != 0) return refuse(status, "the authorities are no certificates (PEM with its zero, or DER)"sv);
  if (!config_.credentials.certificate.empty() || !config_.credentials.key.empty()) {
    std::string_view why;
    status = load_credentials(config_.credentials, entropy_, certificate_, key_, why);
    if (status == 0) status = mbedtls_ssl_conf_own_cert(&ssl_config_, &certificate_, &key_);
    if (status != 0) return refuse(status, why);
  }
  // Always asked: the verdict decides, also where it is to let everything pass.
  mbedtls_ssl_conf_authmode(&ssl_config_,
                            config_.insecure ? MBEDTLS_SSL_VERIFY_OPTIONAL : MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_ca_chain(&ssl_config_, &authorities_, nullptr);
  mbedtls_ssl_conf_verify(&ssl_config_, &Verdict::on_certificate, &verdict_);
#ifdef MBEDTLS_SSL_SESSION_TICKETS
  mbedtls_ssl_conf_session_tickets(&ssl_config_, config_.resume ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED
                                                                : MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
  if (config_.resume) mbed::set_ticket_signals(ssl_config_);
#endif
  if (config_.alpn != nullptr) {
    alpn_ = {config_.alpn, nullptr};
#ifdef MBEDTLS_SSL_ALPN
    status = mbedtls_ssl_conf_alpn_protocols(&ssl_config_, alpn_.data());
    if (status != 0) return refuse(status, "the name of the protocol (ALPN) is none"sv);
#endif
  }
  return {};
}

Result<void> Client::prepare() noexcept {
  if (const auto configured = configure(); !configured) return configured;
  const auto ready = stream_.set_up(ssl_config_);
  if (!ready)
    return refuse(ready.error() == Errc::out_of_memory ? MBEDTLS_ERR_SSL_ALLOC_FAILED : 0,
                  "mbedTLS refuses"sv);
  return {};
}

// ---- A connection ----

Result<net::Stream*> Client::secure(net::Stream& inner, std::string_view host, Instant now) {
  if (!stream_.is_idle()) return fail(Errc::too_many);
  report_ = {};
  failure_size_ = 0;
  problem_ = Problem::none;
  if (const auto ready = prepare(); !ready) return std::unexpected{ready.error()};
  if (const auto set = set_host(host); !set) return std::unexpected{set.error()};
  const Demands asked = demands(now);
  verdict_.begin(asked);
  const std::int64_t latest = asked.now.value_or(config_.build_time);
  offered_ = config_.resume && sessions_.offer(host_digest_, stream_.context(), latest);
  note(now, offered_ ? "handshake with a session offered"sv : "handshake"sv);
  if (config_.insecure) note(now, "insecure: the server's certificate is not checked"sv);
  stream_.begin(inner, now, config_.handshake_timeout);
  return &stream_;
}

Result<void> Client::set_host(std::string_view host) noexcept {
  if (host.ends_with('.')) host.remove_suffix(1);  // of a name that is written in full
  if (host.empty() || host.size() >= host_.size() || host.find('\0') != std::string_view::npos)
    return refuse(0, "this is no name of a host"sv);
  std::ranges::transform(host, host_.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  host_[host.size()] = 0;
  host_size_ = static_cast<std::uint8_t>(host.size());
  host_digest_ = sha256(as_bytes(this->host()));
  const IpLiteral address = parse_ip_literal(host);
  address_ = address.bytes;
  address_size_ = static_cast<std::uint8_t>(address.size);
  // An address is not told ("Literal IPv4 and IPv6 addresses are not permitted in HostName", RFC 6066,
  // section 3), and is looked for in the certificate by our verdict.
  const int status = mbedtls_ssl_set_hostname(&stream_.context(), address.size != 0 ? nullptr : host_.data());
  if (status != 0) return refuse(status, "this is no name of a host"sv);
  return {};
}

Demands Client::demands(Instant now) const noexcept {
  Demands asked{.bundle = config_.bundle,
                .pins = config_.pins,
                .pins_are_trust = !has_authorities_,
                .address = Bytes{address_}.first(address_size_),
                .insecure = config_.insecure};
  if (config_.build_time != 0) asked.floor = config_.build_time;
  if (config_.clock != nullptr) asked.now = config_.clock->unix_time(now);
  if (asked.now && *asked.now < config_.build_time) asked.now.reset();  // it was not set yet
  return asked;
}

// ---- What the stream tells ----

void Client::on_secured(Stream& stream) noexcept {
  mbedtls_ssl_context& ssl = stream.context();
  report_.protocol = mbedtls_ssl_get_version(&ssl);
  report_.cipher = mbedtls_ssl_get_ciphersuite(&ssl);
  report_.handshake_bytes = stream.handshake_bytes();
  report_.handshake_time = stream.handshake_time();
  report_.resumed = offered_ && !verdict_.was_asked();
  report_.verified = !config_.insecure;
  std::array<char, 128> text;
  Words words{text};
  words << report_.protocol << ", "sv << report_.cipher << ", "sv << report_.handshake_bytes
        << (report_.resumed ? " bytes, resumed"sv : " bytes"sv);
  note(stream.now(), words.view());
}

void Client::on_failed(Stream& stream) noexcept {
  const Breakdown& breakdown = stream.breakdown();
  if (breakdown.in_handshake && breakdown.status == 0 && breakdown.transport) return;  // it never began
  // A session that is good for nothing must not spoil the next attempt.
  if (offered_ && breakdown.in_handshake) sessions_.forget(host_digest_);
  const std::uint32_t flags = mbedtls_ssl_get_verify_result(&stream.context());
  problem_ = diagnose(breakdown, verdict_, flags);
  const bool has_credentials = !config_.credentials.certificate.empty();
  Words words{failure_};
  explain(words, problem_, breakdown, verdict_, {.peer = host(), .has_credentials = has_credentials});
  failure_size_ = static_cast<std::uint16_t>(words.view().size());
  note(stream.now(), failure());
}

void Client::on_session(Stream& stream) noexcept {
  if (!config_.resume) return;
  const std::int64_t until =
      verdict_.was_asked() ? verdict_.valid_until() : sessions_.valid_until(host_digest_);
  sessions_.keep(host_digest_, stream.context(), until);
  ++revision_;
}

void Client::on_closed(Stream& /*stream*/) noexcept {}

// ---- Sessions as bytes ----

Result<std::size_t> Client::export_sessions(MutableBytes into) noexcept {
  if (const auto configured = configure(); !configured) return std::unexpected{configured.error()};
  return sessions_.write(policy_, into);
}

Result<void> Client::import_sessions(Bytes from) noexcept {
  if (const auto configured = configure(); !configured) return configured;
  return sessions_.read(policy_, from);
}

void Client::note(Instant now, std::string_view what) const {
  if (config_.trace != nullptr) config_.trace->note(now, "tls"sv, what);
}

}  // namespace linnet::tls
