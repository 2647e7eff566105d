// SPDX-License-Identifier: Apache-2.0
#include "tools/cert/certificate_writer.hpp"

#include <arpa/inet.h>
#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <cstdio>

#include "linnet/codec/digest.hpp"
#include "tools/cert/certificates.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kMostCommonName = 64;  // ub-common-name, RFC 5280 appendix A.1
constexpr std::size_t kMostDnsName = 253;    // RFC 1035 section 2.3.4, as text
constexpr std::size_t kMostLabel = 63;
constexpr std::size_t kSerialSize = 16;  // RFC 5280 section 4.1.2.2: at most 20

// GeneralName's choices, RFC 5280 section 4.2.1.6.
constexpr unsigned char kDnsName = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 2;
constexpr unsigned char kIpAddress = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;
constexpr unsigned char kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;
constexpr unsigned char kSet = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SET;
constexpr unsigned char kExplicit = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED;

// The size of an OID's text without the zero at its end.
template <std::size_t size>
std::string oid(const char (&text)[size]) {
  return {text, size - 1};
}

/// One element of DER: tag, length, content of less than 64 KiB.
std::string der(unsigned char tag, std::string_view content) {
  std::string text(1, static_cast<char>(tag));
  const std::size_t size = content.size();
  if (size > 0xFF) {
    text += {static_cast<char>(0x82), static_cast<char>(size >> 8)};
  } else if (size > 0x7F) {
    text += static_cast<char>(0x81);
  }
  text += static_cast<char>(size & 0xFF);
  text += content;
  return text;
}

/// 4 or 16 bytes; empty: it is no address.
std::string address_bytes(const std::string& host) {
  char bytes[16];
  if (::inet_pton(AF_INET, host.c_str(), bytes) == 1) return {bytes, 4};
  if (::inet_pton(AF_INET6, host.c_str(), bytes) == 1) return {bytes, 16};
  return {};
}

bool is_label(std::string_view label) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !label.empty() && label.size() <= kMostLabel && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, fits);
}

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    const std::string address = address_bytes(host);
    names += address.empty() ? der(kDnsName, host) : der(kIpAddress, address);
  }
  return der(kSequence, names);
}

std::string basic_constraints(bool is_authority) {
  if (!is_authority) return der(kSequence, {});
  using namespace std::string_view_literals;
  return der(kSequence,
             der(MBEDTLS_ASN1_BOOLEAN, "\xff"sv) + der(MBEDTLS_ASN1_INTEGER, "\0"sv));  // path length 0
}

/// Named bits, RFC 5280 section 4.2.1.3: the first byte is how many of the last are none.
std::string key_usage(bool is_authority) {
  using namespace std::string_view_literals;
  return der(MBEDTLS_ASN1_BIT_STRING, is_authority ? "\x01\x06"sv    // keyCertSign, cRLSign
                                                   : "\x05\xa0"sv);  // digitalSignature, keyEncipherment
}

std::string extended_usage(const CertificateRequest& request) {
  std::string uses;
  if (request.for_server) uses += der(MBEDTLS_ASN1_OID, oid(MBEDTLS_OID_SERVER_AUTH));
  if (request.for_client) uses += der(MBEDTLS_ASN1_OID, oid(MBEDTLS_OID_CLIENT_AUTH));
  return der(kSequence, uses);
}

/// RFC 5280 section 4.1.2.5: two digits of the year until 2049, four from 2050 on.
std::string moment(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02u%02u%02d%02d%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return date.year() < std::chrono::year{2050} ? der(MBEDTLS_ASN1_UTC_TIME, text + 2)
                                               : der(MBEDTLS_ASN1_GENERALIZED_TIME, text);
}

std::string name(std::string_view common_name) {
  const std::string attribute =
      der(MBEDTLS_ASN1_OID, oid(MBEDTLS_OID_AT_CN)) + der(MBEDTLS_ASN1_UTF8_STRING, common_name);
  return der(kSequence, der(kSet, der(kSequence, attribute)));
}

std::string serial_number() {
  std::string serial(kSerialSize, '\0');
  random_bytes(nullptr, reinterpret_cast<unsigned char*>(serial.data()), serial.size());
  serial[0] = static_cast<char>((serial[0] & 0x7F) | 0x40);  // positive, and of one length always
  return der(MBEDTLS_ASN1_INTEGER, serial);
}

/// What the signature is made with. Of ECDSA without parameters (RFC 5758 section 3.2): Chromium refuses the
/// NULL that RSA has there (RFC 4055 section 5), and that mbedTLS 2.28 writes for both.
std::string algorithm(const PrivateKey& signer, bool weak_digest) {
  if (signer.is_rsa())
    return der(kSequence, der(MBEDTLS_ASN1_OID,
                              weak_digest ? oid(MBEDTLS_OID_PKCS1_SHA1) : oid(MBEDTLS_OID_PKCS1_SHA256)) +
                              der(MBEDTLS_ASN1_NULL, {}));
  return der(kSequence, der(MBEDTLS_ASN1_OID,
                            weak_digest ? oid(MBEDTLS_OID_ECDSA_SHA1) : oid(MBEDTLS_OID_ECDSA_SHA256)));
}

/// RFC 5280 section 4.2.1.2, method 1: the SHA-1 of the key's bits.
std::string key_identifier(const PrivateKey& key) {
  const std::string bits = public_key_bits(key.context());
  const codec::Sha1Digest digest = codec::sha1(as_bytes(bits));
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string extension(const std::string& which, bool critical, std::string_view value) {
  using namespace std::string_view_literals;
  return der(kSequence, der(MBEDTLS_ASN1_OID, which) +
                            (critical ? der(MBEDTLS_ASN1_BOOLEAN, "\xff"sv) : std::string{}) +
                            der(MBEDTLS_ASN1_OCTET_STRING, value));
}

// Key identifiers, key usage and critical basic constraints: what OpenSSL's strict mode asks for, which
// Python 3.13 and later turn on by default.
std::string extensions(const CertificateRequest& request, const PrivateKey& key, const PrivateKey& signer) {
  std::string all =
      extension(oid(MBEDTLS_OID_BASIC_CONSTRAINTS), true, basic_constraints(request.is_authority)) +
      extension(oid(MBEDTLS_OID_KEY_USAGE), true, key_usage(request.is_authority));
  if (request.for_server || request.for_client)
    all += extension(oid(MBEDTLS_OID_EXTENDED_KEY_USAGE), false, extended_usage(request));
  if (!request.hosts.empty())
    all += extension(oid(MBEDTLS_OID_SUBJECT_ALT_NAME), false, alternative_names(request.hosts));
  all += extension(oid(MBEDTLS_OID_SUBJECT_KEY_IDENTIFIER), false,
                   der(MBEDTLS_ASN1_OCTET_STRING, key_identifier(key)));
  all += extension(oid(MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER), false,
                   der(kSequence, der(MBEDTLS_ASN1_CONTEXT_SPECIFIC | 0, key_identifier(signer))));
  return der(kExplicit | 3, der(kSequence, all));
}

/// TBSCertificate, RFC 5280 section 4.1. `issuer`: a Name, as it stands in the authority's certificate.
std::string to_be_signed(const CertificateRequest& request, const PrivateKey& key, const PrivateKey& signer,
                         const std::string& issuer) {
  using namespace std::string_view_literals;
  return der(kSequence, der(kExplicit | 0, der(MBEDTLS_ASN1_INTEGER, "\x02"sv)) +  // version 3
                            serial_number() + algorithm(signer, request.weak_digest) + issuer +
                            der(kSequence, moment(request.not_before) + moment(request.not_after)) +
                            name(request.common_name) + public_key_der(key.context()) +
                            extensions(request, key, signer));
}

std::string as_pem(const std::string& certificate) {
  std::string pem(2 * certificate.size() + 100, '\0');
  std::size_t size = 0;
  if (mbedtls_pem_write_buffer("-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n",
                               reinterpret_cast<const unsigned char*>(certificate.data()), certificate.size(),
                               reinterpret_cast<unsigned char*>(pem.data()), pem.size(), &size) != 0)
    return {};
  pem.resize(size - 1);  // the zero at its end is counted
  return pem;
}

int key_fits(const mbedtls_pk_context& certified, const PrivateKey& key) {
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
  return mbedtls_pk_check_pair(&certified, &key.context(), random_bytes, nullptr);
#else
  return mbedtls_pk_check_pair(&certified, &key.context());
#endif
}

/// The authority's subject, byte for byte, once it is sure that it may sign with that key: a chain is found
/// by names.
std::expected<std::string, std::string> name_of(const Certificates& authority, const PrivateKey& key) {
  if (!authority.is_read()) return std::unexpected{"the authority's certificate is no certificate (PEM)"};
  if (key_fits(authority->pk, key) != 0)
    return std::unexpected{"the authority's key does not belong to its certificate"};
  const mbedtls_x509_buf& subject = authority->subject_raw;
  if (authority->subject.val.len == 0) return std::unexpected{"the authority's certificate has no name"};
  return std::string{reinterpret_cast<const char*>(subject.p), subject.len};
}

std::string judge(const CertificateRequest& request) {
  if (std::string wrong = judge_common_name(request.common_name); !wrong.empty()) return wrong;
  for (const std::string& host : request.hosts) {
    if (std::string wrong = judge_host(host); !wrong.empty()) return wrong;
  }
  if (request.not_after <= request.not_before) return "the validity would end before it begins";
  return {};
}

}  // namespace

std::string judge_host(std::string_view host) {
  if (!address_bytes(std::string{host}).empty()) return {};
  const std::string shown = concat("'", printable(host, 80), "'");
  if (host.starts_with('[') || host.find("://") != std::string_view::npos ||
      host.find(':') != std::string_view::npos)
    return concat(shown, " is neither a name nor an address: no brackets, no port, no scheme");
  if (std::ranges::any_of(host, [](char c) { return static_cast<unsigned char>(c) > 0x7F; }))
    return concat(shown, ": a name outside ASCII goes into a certificate in its xn-- form");
  std::string_view rest = host.starts_with("*.") ? host.substr(2) : host;
  bool good = host.size() <= kMostDnsName;
  while (good) {
    const std::size_t dot = rest.find('.');
    good = is_label(rest.substr(0, dot));
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return good ? std::string{} : concat(shown, " is neither a DNS name nor an IP address");
}

std::string judge_common_name(std::string_view name) {
  if (name.empty() || name.size() > kMostCommonName)
    return concat("a name in a certificate has 1 to ", kMostCommonName, " bytes, not ", name.size());
  const auto wrong = [](char c) {
    return c < 0x20 || c > 0x7E || std::string_view{",+\"\\<>;=#"}.contains(c);
  };
  if (std::ranges::any_of(name, wrong) || name.front() == ' ' || name.back() == ' ')
    return concat(
        "'", printable(name, 80),
        R"(' is not plain ASCII, or has a character that such a name may not have: , + " \ < > ; = #)");
  return {};
}

std::expected<std::string, std::string> write_certificate(const CertificateRequest& request,
                                                          const PrivateKey& key, const Issuer* issuer) {
  if (std::string wrong = judge(request); !wrong.empty()) return std::unexpected{std::move(wrong)};
  std::string issuer_name = name(request.common_name);
  if (issuer != nullptr) {
    auto named = name_of(Certificates{issuer->certificate}, *issuer->key);
    if (!named) return named;
    issuer_name = std::move(*named);
  }
  const PrivateKey& signer = issuer != nullptr ? *issuer->key : key;
  const std::string content = to_be_signed(request, key, signer, issuer_name);
  const auto signature = signer.sign(content, request.weak_digest);
  if (!signature) return std::unexpected{concat("no certificate could be made: ", signature.error())};
  return as_pem(der(kSequence, content + algorithm(signer, request.weak_digest) +
                                   der(MBEDTLS_ASN1_BIT_STRING, '\0' + *signature)));
}

}  // namespace linnet::tools
