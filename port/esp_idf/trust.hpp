// SPDX-License-Identifier: Apache-2.0
// What ESP-IDF knows of trust and of the time, for tls::Client: its bundle of authorities in flash
// (CONFIG_MBEDTLS_CERTIFICATE_BUNDLE), which is searched and never loaded, and the system's clock, which SNTP
// sets.
//
//   esp_idf::CertificateBundle bundle;
//   esp_idf::SystemClock clock;
//   tls::Client tls{{.bundle = &bundle, .clock = &clock}, entropy};
#pragma once

#include <mbedtls/x509_crt.h>

#include "linnet/tls/config.hpp"

namespace linnet::port::esp_idf {

class CertificateBundle final : public tls::Authorities {
 public:
  /// Without a bundle in this build nobody is trusted; the log says so.
  CertificateBundle() noexcept;

  void judge(mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags) noexcept override;

 private:
  using Verify = int (*)(void*, mbedtls_x509_crt*, int, std::uint32_t*);
  Verify verify_ = nullptr;  // ESP-IDF's own
};

class SystemClock final : public tls::Clock {
 public:
  /// Nothing until somebody has set the clock: it starts in 1970.
  std::optional<std::int64_t> unix_time(Instant now) noexcept override;
};

}  // namespace linnet::port::esp_idf
