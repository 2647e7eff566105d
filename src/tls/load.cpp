// SPDX-License-Identifier: Apache-2.0
#include "load.hpp"

namespace linnet::tls {
namespace {

using namespace std::string_view_literals;

// Ephemeral keys and an AEAD: what RFC 9325, section 4.2, recommends, the lighter first. A suite that mbedTLS
// was built without is passed over by it.
constexpr int kSuites[] = {
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
    MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
    MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
#endif
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
    0,
};

// What a chain must be made of: RFC 9325, section 4.4, and the digests of SHA-2.
constexpr mbedtls_x509_crt_profile kProfile = {
    MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) | MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512),
    0xFFFFFFF,  // any kind of key
    MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) | MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP521R1) | MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_BP256R1) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_BP384R1) | MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_BP512R1),
    2048,
};

bool is_pem(Bytes given) noexcept {
  return !given.empty() && given.back() == std::byte{};
}

const unsigned char* text(Bytes bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// Of the element of DER at the front, its head included; 0: it is none, or not whole.
std::size_t element_size(Bytes der) noexcept {
  if (der.size() < 2) return 0;
  const auto first = std::to_integer<std::size_t>(der[1]);
  std::size_t head = 2;
  std::size_t size = first;
  if (first > 0x80) {
    const std::size_t digits = first - 0x80;
    if (digits > 3 || der.size() < 2 + digits) return 0;
    size = 0;
    for (; head < 2 + digits; ++head) size = (size << 8) | std::to_integer<std::size_t>(der[head]);
  }
  return head + size <= der.size() ? head + size : 0;
}

}  // namespace

int fill_random(void* entropy, unsigned char* out, std::size_t size) noexcept {
  static_cast<Entropy*>(entropy)->fill({reinterpret_cast<std::byte*>(out), size});
  return 0;
}

int load_certificates(mbedtls_x509_crt& into, Bytes given, bool lenient) noexcept {
  if (is_pem(given)) {
    const int status = mbedtls_x509_crt_parse(&into, text(given), given.size());
    if (status <= 0) return status;
    return lenient && into.version != 0 ? 0 : MBEDTLS_ERR_X509_INVALID_FORMAT;
  }
  while (!given.empty()) {
    const std::size_t size = element_size(given);
    if (size == 0) return MBEDTLS_ERR_X509_INVALID_FORMAT;
    const int status = mbedtls_x509_crt_parse_der_nocopy(&into, text(given), size);
    if (status != 0) return status;
    given = given.subspan(size);
  }
  return 0;
}

int load_credentials(const Credentials& given, Entropy& entropy, mbedtls_x509_crt& certificate,
                     mbedtls_pk_context& key, std::string_view& why) noexcept {
  why = "the certificate is none (PEM with its zero, or DER)"sv;
  int status = given.certificate.empty() ? MBEDTLS_ERR_X509_INVALID_FORMAT
                                         : load_certificates(certificate, given.certificate, false);
  if (status != 0) return status;
  why = "the private key is none (PEM with its zero, or DER; without a password)"sv;
  status = given.key.empty()
               ? MBEDTLS_ERR_PK_KEY_INVALID_FORMAT
               : mbed::parse_key(key, text(given.key), given.key.size(), &fill_random, &entropy);
  if (status != 0) return status;
  why = "the private key does not belong to the certificate"sv;
  return mbed::check_pair(certificate.pk, key, &fill_random, &entropy);
}

int set_common(mbedtls_ssl_config& config, int endpoint, Entropy& entropy, const int* suites,
               MaxFragment max_fragment) noexcept {
  if (!mbed::start()) return MBEDTLS_ERR_SSL_ALLOC_FAILED;
  const int status = mbedtls_ssl_config_defaults(&config, endpoint, MBEDTLS_SSL_TRANSPORT_STREAM,
                                                 MBEDTLS_SSL_PRESET_DEFAULT);
  if (status != 0) return status;
  mbed::set_random(config, &fill_random, &entropy);
  mbedtls_ssl_conf_ciphersuites(&config, suites != nullptr ? suites : kSuites);
  mbedtls_ssl_conf_cert_profile(&config, &kProfile);
  mbed::set_versions(config);
  mbed::set_curves(config);
#ifdef MBEDTLS_SSL_RENEGOTIATION
  mbedtls_ssl_conf_renegotiation(&config, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
#endif
  if (max_fragment == MaxFragment::off) return 0;
#ifdef MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
  const unsigned char code = max_fragment == MaxFragment::b512    ? MBEDTLS_SSL_MAX_FRAG_LEN_512
                             : max_fragment == MaxFragment::b1024 ? MBEDTLS_SSL_MAX_FRAG_LEN_1024
                             : max_fragment == MaxFragment::b2048 ? MBEDTLS_SSL_MAX_FRAG_LEN_2048
                                                                  : MBEDTLS_SSL_MAX_FRAG_LEN_4096;
  return mbedtls_ssl_conf_max_frag_len(&config, code);
#else
  return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
#endif
}

}  // namespace linnet::tls
