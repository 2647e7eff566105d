// SPDX-License-Identifier: Apache-2.0
#include "tools/cert/certificate_writer.hpp"

#include <arpa/inet.h>
#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <cstdio>
#include <span>

#include "tools/cert/certificates.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kMostPem = 65'536;
constexpr std::size_t kMostCommonName = 64;  // ub-common-name, RFC 5280 appendix A.1
constexpr std::size_t kMostDnsName = 253;    // RFC 1035 section 2.3.4, as text
constexpr std::size_t kMostLabel = 63;
constexpr std::size_t kSerialSize = 16;  // RFC 5280 section 4.1.2.2: at most 20

// GeneralName's choices, RFC 5280 section 4.2.1.6.
constexpr unsigned char kDnsName = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 2;
constexpr unsigned char kIpAddress = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;
constexpr unsigned char kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;

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

std::string extended_usage(const CertificateRequest& request) {
  std::string uses;
  if (request.for_server) uses += der(MBEDTLS_ASN1_OID, oid(MBEDTLS_OID_SERVER_AUTH));
  if (request.for_client) uses += der(MBEDTLS_ASN1_OID, oid(MBEDTLS_OID_CLIENT_AUTH));
  return der(kSequence, uses);
}

/// "20260131235959", as mbedTLS wants it.
std::string validity(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02u%02u%02d%02d%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

/// mbedTLS's writer, filled step by step: the first status that is not 0 ends it.
class Draft {
 public:
  Draft() { mbedtls_x509write_crt_init(&draft_); }
  ~Draft() { mbedtls_x509write_crt_free(&draft_); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  int fill(const CertificateRequest& request, const PrivateKey& key, const PrivateKey& signer,
           const std::string& issuer_name) {
    mbedtls_x509write_crt_set_version(&draft_, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(&draft_, request.weak_digest ? MBEDTLS_MD_SHA1 : MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(&draft_, &key.context());
    mbedtls_x509write_crt_set_issuer_key(&draft_, &signer.context());
    const std::string subject = "CN=" + request.common_name;
    int status = mbedtls_x509write_crt_set_subject_name(&draft_, subject.c_str());
    if (status == 0)
      status = mbedtls_x509write_crt_set_issuer_name(
          &draft_, issuer_name.empty() ? subject.c_str() : issuer_name.c_str());
    if (status == 0) status = set_serial();
    if (status == 0)
      status = mbedtls_x509write_crt_set_validity(&draft_, validity(request.not_before).c_str(),
                                                  validity(request.not_after).c_str());
    return status == 0 ? extend(request) : status;
  }

  int write(std::string& pem) {
    pem.assign(kMostPem, '\0');
    const int status = mbedtls_x509write_crt_pem(&draft_, reinterpret_cast<unsigned char*>(pem.data()),
                                                 pem.size(), random_bytes, nullptr);
    pem.resize(std::char_traits<char>::length(pem.c_str()));
    return status;
  }

 private:
  int set_serial() {
    unsigned char serial[kSerialSize];
    random_bytes(nullptr, serial, sizeof serial);
    serial[0] = static_cast<unsigned char>((serial[0] & 0x7F) | 0x40);  // positive, and of one length always
    mbedtls_mpi number;
    mbedtls_mpi_init(&number);
    int status = mbedtls_mpi_read_binary(&number, serial, sizeof serial);
    if (status == 0) status = mbedtls_x509write_crt_set_serial(&draft_, &number);
    mbedtls_mpi_free(&number);
    return status;
  }

  int add(const std::string& which, bool critical, const std::string& value) {
    return mbedtls_x509write_crt_set_extension(&draft_, which.data(), which.size(), critical ? 1 : 0,
                                               reinterpret_cast<const unsigned char*>(value.data()),
                                               value.size());
  }

  // Key identifiers, key usage and critical basic constraints: what OpenSSL's strict mode asks for, which
  // Python 3.13 and later turn on by default.
  int extend(const CertificateRequest& request) {
    int status = add(oid(MBEDTLS_OID_BASIC_CONSTRAINTS), true, basic_constraints(request.is_authority));
    if (status == 0)
      status = mbedtls_x509write_crt_set_key_usage(
          &draft_, request.is_authority
                       ? MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN
                       : MBEDTLS_X509_KU_DIGITAL_SIGNATURE | MBEDTLS_X509_KU_KEY_ENCIPHERMENT);
    if (status == 0 && (request.for_server || request.for_client))
      status = add(oid(MBEDTLS_OID_EXTENDED_KEY_USAGE), false, extended_usage(request));
    if (status == 0 && !request.hosts.empty())
      status = add(oid(MBEDTLS_OID_SUBJECT_ALT_NAME), false, alternative_names(request.hosts));
    if (status == 0) status = mbedtls_x509write_crt_set_subject_key_identifier(&draft_);
    if (status == 0) status = mbedtls_x509write_crt_set_authority_key_identifier(&draft_);
    return status;
  }

  mbedtls_x509write_cert draft_{};
};

int key_fits(const mbedtls_pk_context& certified, const PrivateKey& key) {
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
  return mbedtls_pk_check_pair(&certified, &key.context(), random_bytes, nullptr);
#else
  return mbedtls_pk_check_pair(&certified, &key.context());
#endif
}

/// The authority's subject as "CN=...", once it is sure that it may sign with that key.
std::expected<std::string, std::string> name_of(const Certificates& authority, const PrivateKey& key) {
  if (!authority.is_read()) return std::unexpected{"the authority's certificate is no certificate (PEM)"};
  if (key_fits(authority->pk, key) != 0)
    return std::unexpected{"the authority's key does not belong to its certificate"};
  char name[1024];
  if (mbedtls_x509_dn_gets(name, sizeof name, &authority->subject) <= 0)
    return std::unexpected{"the authority's certificate has no name"};
  return name;
}

/// A chain is found by names, byte for byte, and the text in between may have lost some.
bool names_match(const Certificates& authority, const std::string& pem) {
  const Certificates made{pem};
  const mbedtls_x509_buf& name = authority->subject_raw;
  return made.is_read() &&
         std::ranges::equal(std::span{made->issuer_raw.p, made->issuer_raw.len}, std::span{name.p, name.len});
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
  const Certificates authority{issuer != nullptr ? issuer->certificate : std::string_view{}};
  std::string issuer_name;
  if (issuer != nullptr) {
    auto name = name_of(authority, *issuer->key);
    if (!name) return name;
    issuer_name = std::move(*name);
  }
  Draft draft;
  std::string pem;
  int status = draft.fill(request, key, issuer != nullptr ? *issuer->key : key, issuer_name);
  if (status == 0) status = draft.write(pem);
  if (status != 0) return std::unexpected{concat("no certificate could be made: ", explain_mbedtls(status))};
  if (issuer != nullptr && !names_match(authority, pem))
    return std::unexpected{
        "the authority's name has characters or types of text that cannot be repeated here"};
  return pem;
}

}  // namespace linnet::tools
