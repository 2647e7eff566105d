// SPDX-License-Identifier: Apache-2.0
// Certificates for tests of TLS, good ones and bad ones, made when the tests run: no file, and dates that are
// past or to come.
#pragma once

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "linnet/tls/config.hpp"
#include "tools/cert/certificate_writer.hpp"

namespace linnet::test {

/// What the tests take as now: 2026-06-01 12:00 UTC.
inline constexpr std::chrono::sys_seconds kToday =
    std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + std::chrono::hours{12};
inline constexpr std::int64_t kTodayUnix = kToday.time_since_epoch().count();

/// A certificate and its key, as PEM.
struct PemPair {
  std::string certificate;
  std::string key;

  tls::Credentials credentials() const noexcept {
    return {.certificate = tls::pem(certificate.c_str()), .key = tls::pem(key.c_str())};
  }
};

inline tools::PrivateKey make_key(tools::KeyKind kind = tools::KeyKind::ec_p256) {
  auto key = tools::PrivateKey::generate(kind);
  if (!key) std::abort();
  return std::move(*key);
}

inline tools::CertificateRequest request_for(std::string name, std::vector<std::string> hosts) {
  return {.common_name = std::move(name),
          .hosts = std::move(hosts),
          .not_before = kToday - std::chrono::days{30},
          .not_after = kToday + std::chrono::days{30},
          .for_server = true};
}

class TestAuthority {
 public:
  explicit TestAuthority(std::string name = "Test CA", tools::KeyKind kind = tools::KeyKind::ec_p256)
      : key_{make_key(kind)} {
    tools::CertificateRequest wanted = request_for(std::move(name), {});
    wanted.is_authority = true;
    wanted.for_server = false;
    wanted.not_before = kToday - std::chrono::years{10};
    wanted.not_after = kToday + std::chrono::years{10};
    certificate_ = *tools::write_certificate(wanted, key_);
  }

  const std::string& certificate() const noexcept { return certificate_; }
  Bytes pem() const noexcept { return tls::pem(certificate_.c_str()); }

  PemPair issue(const tools::CertificateRequest& wanted,
                tools::KeyKind kind = tools::KeyKind::ec_p256) const {
    const tools::PrivateKey key = make_key(kind);
    const tools::Issuer issuer{.certificate = certificate_, .key = &key_};
    const auto certificate = tools::write_certificate(wanted, key, &issuer);
    if (!certificate) std::abort();
    return {.certificate = *certificate, .key = key.pem()};
  }

 private:
  tools::PrivateKey key_;
  std::string certificate_;
};

inline PemPair self_signed(const tools::CertificateRequest& wanted) {
  const tools::PrivateKey key = make_key();
  return {.certificate = *tools::write_certificate(wanted, key), .key = key.pem()};
}

/// One for all tests, and a server's certificate of it for "device.test", 127.0.0.1 and ::1.
inline const TestAuthority& test_authority() {
  static const TestAuthority authority;
  return authority;
}
inline const PemPair& test_server() {
  static const PemPair server =
      test_authority().issue(request_for("server", {"device.test", "127.0.0.1", "::1"}));
  return server;
}

}  // namespace linnet::test
