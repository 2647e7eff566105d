// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/trust.hpp"

#include <mbedtls/ssl.h>

#include <ctime>

#include "esp_crt_bundle.h"
#include "esp_log.h"

namespace linnet::port::esp_idf {
namespace {

constexpr std::time_t kBeforeThisCode = 1'700'000'000;  // November 2023

}  // namespace

/// ESP-IDF gives its check to a configuration of mbedTLS, and to nobody else.
CertificateBundle::CertificateBundle() noexcept {
  mbedtls_ssl_config scratch;
  ::mbedtls_ssl_config_init(&scratch);
  if (::esp_crt_bundle_attach(&scratch) == ESP_OK) {
    verify_ = scratch.MBEDTLS_PRIVATE(f_vrfy);
  } else {
    ESP_LOGE("linnet.tls", "no certificate bundle: nobody will be trusted");
  }
  ::mbedtls_ssl_config_free(&scratch);
}

/// ESP-IDF's check looks for the signer only where nothing else is wrong, and then forgives everything: it is
/// asked about this one question, and the rest stays as it is.
void CertificateBundle::judge(mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags) noexcept {
  if (verify_ == nullptr || (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) == 0) return;
  std::uint32_t question = MBEDTLS_X509_BADCERT_NOT_TRUSTED;
  if (verify_(nullptr, &certificate, depth, &question) != 0 || question != 0) return;
  flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_NOT_TRUSTED};
}

std::optional<std::int64_t> SystemClock::unix_time(Instant /*now*/) noexcept {
  const std::time_t time = std::time(nullptr);
  if (time < kBeforeThisCode) return std::nullopt;
  return time;
}

}  // namespace linnet::port::esp_idf
