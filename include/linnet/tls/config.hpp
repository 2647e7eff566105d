// SPDX-License-Identifier: Apache-2.0
// Who is trusted, who we are, and how much memory a connection may use.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"
#include "linnet/base/trace.hpp"
#include "linnet/tls/clock.hpp"

struct mbedtls_x509_crt;  // NOLINT(readability-identifier-naming): mbedTLS's own

namespace linnet::tls {

/// The bytes of PEM text, for what wants its terminating zero counted: pem("-----BEGIN CERTIFICATE-----…").
inline Bytes pem(const char* text) noexcept {
  std::size_t size = 0;
  while (text[size] != 0) ++size;
  return {reinterpret_cast<const std::byte*>(text), size + 1};
}

/// What a server's own certificate must be, whoever signed it.
struct Pin {
  enum class Of : std::uint8_t { certificate, public_key };

  Of of{};
  /// SHA-256 of the certificate, or of its SubjectPublicKeyInfo (RFC 7469, section 2.4), both as DER.
  std::array<std::byte, 32> digest{};
};

/// A certificate, with those between it and the authority behind it, and its private key. PEM with its
/// terminating zero (see pem()), or DER. Both empty: none.
struct Credentials {
  Bytes certificate{};
  Bytes key{};
};

/// Trust that is kept elsewhere: a platform's bundle of authorities, which is searched and not loaded.
class Authorities {
 public:
  Authorities(const Authorities&) = delete;
  Authorities& operator=(const Authorities&) = delete;

  /// Asked for each certificate of a chain, the topmost first, with mbedTLS's MBEDTLS_X509_BADCERT_* in
  /// `flags`: takes MBEDTLS_X509_BADCERT_NOT_TRUSTED out where it vouches for the certificate.
  virtual void judge(mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags) noexcept = 0;

 protected:
  Authorities() = default;
  ~Authorities() = default;
};

/// The longest record's content, in bytes, that both ends are to use (RFC 6066, section 4). A server that
/// does not know the extension sends up to 16,384 all the same.
enum class MaxFragment : std::uint16_t { off = 0, b512 = 512, b1024 = 1024, b2048 = 2048, b4096 = 4096 };

/// All that is pointed at is borrowed for the client's life.
struct ClientConfig {
  /// Certificates of authorities: PEM with its terminating zero, or DER, one behind the other. PEM is decoded
  /// to the heap; DER is used where it lies, in flash.
  Bytes authorities{};
  Authorities* bundle = nullptr;  // in addition
  /// The server's certificate must be one of these. Without authorities they are what is trusted; with
  /// authorities both must hold.
  std::span<const Pin> pins{};
  Credentials credentials{};  // for servers that ask for a client's certificate

  Clock* clock = nullptr;  // null, or not set: only certificates that expired before `build_time` are refused
  std::int64_t build_time = 0;  // seconds since 1970: no clock that says an earlier time is believed

  MaxFragment max_fragment = MaxFragment::off;
  const char* alpn = "http/1.1";     // RFC 7301; null: not offered
  Duration handshake_timeout = 30s;  // from the open connection on
  const int* suites = nullptr;       // instead of ours: MBEDTLS_TLS_…, and a zero behind them
  bool resume = true;                // keeps sessions, and takes them up again
  /// Takes any certificate, from anybody: the connection is secret, and from whom it comes is not known.
  /// Noted for each connection, and in its report.
  bool insecure = false;
  Trace* trace = nullptr;  // what happens, in notes of the layer "tls"; never a secret
};

}  // namespace linnet::tls
