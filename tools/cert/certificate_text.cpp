// SPDX-License-Identifier: Apache-2.0
#include "tools/cert/certificate_text.hpp"

#include <arpa/inet.h>
#include <mbedtls/oid.h>

#include <cstdio>
#include <cstring>

#include "tools/cert/certificates.hpp"
#include "tools/cert/private_key.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kMostShown = 200;                                // of a name
constexpr std::size_t kLeastRsa = 2048;                                // bits; tls takes no less
constexpr unsigned char kDnsName = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 2;  // RFC 5280 section 4.2.1.6
constexpr unsigned char kIpAddress = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;

std::string_view text_of(const mbedtls_x509_buf& bytes) {
  return {reinterpret_cast<const char*>(bytes.p), bytes.len};
}

std::string whole_name(const mbedtls_x509_name& name) {
  char text[1024];
  return mbedtls_x509_dn_gets(text, sizeof text, &name) < 0 ? "(too long)" : printable(text, kMostShown);
}

std::string address_text(std::string_view bytes) {
  char text[INET6_ADDRSTRLEN];
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  if (bytes.size() != 4 && bytes.size() != 16)
    return "(an address of " + std::to_string(bytes.size()) + " bytes)";
  return ::inet_ntop(family, bytes.data(), text, sizeof text) != nullptr ? text : "";
}

std::string hosts_of(const mbedtls_x509_crt& certificate) {
  std::string hosts;
  for (const auto* name = &certificate.subject_alt_names; name != nullptr; name = name->next) {
    if (name->buf.p == nullptr) continue;
    hosts += hosts.empty() ? "" : ", ";
    hosts += name->buf.tag == kDnsName     ? printable(text_of(name->buf), kMostShown)
             : name->buf.tag == kIpAddress ? address_text(text_of(name->buf))
                                           : "(a name of another kind)";
  }
  return hosts;
}

std::string days_text(std::chrono::seconds span) {
  const auto days = std::chrono::floor<std::chrono::days>(span).count();
  return days == 0 ? "less than a day" : concat(days, days == 1 ? " day" : " days");
}

std::string validity_of(const mbedtls_x509_crt& certificate, std::chrono::sys_seconds now) {
  const auto begin = time_of(certificate.valid_from);
  const auto end = time_of(certificate.valid_to);
  const std::string dates = concat(date_text(begin), " to ", date_text(end));
  if (now < begin) return concat(dates, ": NOT YET VALID, in ", days_text(begin - now));
  if (now > end) return concat(dates, ": EXPIRED, since ", days_text(now - end));
  return concat(dates, ": ", days_text(end - now), " left");
}

std::string use_of(const mbedtls_x509_crt& certificate) {
  if (certificate.ca_istrue != 0) return "an authority: signs other certificates";
  const auto may = [&](const char* usage, std::size_t size) {
    return mbedtls_x509_crt_check_extended_key_usage(&certificate, usage, size) == 0;
  };
  const bool server = may(MBEDTLS_OID_SERVER_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH));
  const bool client = may(MBEDTLS_OID_CLIENT_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH));
  return server && client ? "a server or a client"
         : server         ? "a server"
         : client         ? "a client"
                          : "neither a server nor a client";
}

std::string key_of(const mbedtls_pk_context& key) {
  const bool weak = mbedtls_pk_can_do(&key, MBEDTLS_PK_RSA) != 0 && mbedtls_pk_get_bitlen(&key) < kLeastRsa;
  return describe_key(key) + (weak ? ": WEAK, refused by Linnet and others" : "");
}

std::string signature_of(const mbedtls_x509_crt& certificate) {
  const char* name = nullptr;
  (void)mbedtls_oid_get_sig_alg_desc(&certificate.sig_oid, &name);
  const bool weak = certificate.sig_md == MBEDTLS_MD_SHA1 || certificate.sig_md == MBEDTLS_MD_MD5;
  return concat(name != nullptr ? name : "of a kind not known here",
                weak ? ": WEAK, refused by Linnet and others" : "");
}

/// "AB:CD:…", as other programs print fingerprints.
std::string fingerprint(std::string_view bytes) {
  std::string text;
  char pair[4];
  for (const char byte : bytes) {
    std::snprintf(pair, sizeof pair, "%02X", static_cast<unsigned char>(byte));
    text += (text.empty() ? "" : ":") + std::string{pair};
  }
  return text;
}

std::string explain_one(const mbedtls_x509_crt& certificate, std::chrono::sys_seconds now) {
  const bool by_itself = text_of(certificate.issuer_raw) == text_of(certificate.subject_raw);
  const std::string hosts = hosts_of(certificate);
  return concat("subject      ", whole_name(certificate.subject), "\n",                          //
                "issuer       ", by_itself ? "itself" : whole_name(certificate.issuer), "\n",    //
                "valid        ", validity_of(certificate, now), "\n",                            //
                "for          ", hosts.empty() ? "no host" : hosts, "\n",                        //
                "use          ", use_of(certificate), "\n",                                      //
                "key          ", key_of(certificate.pk), "\n",                                   //
                "signature    ", signature_of(certificate), "\n",                                //
                "serial       ", hex(text_of(certificate.serial)), "\n",                         //
                "fingerprint  ", fingerprint(sha256(text_of(certificate.raw))), " (SHA-256)\n",  //
                "public key   ", public_key_pin(certificate.pk), " (its pin)\n");
}

}  // namespace

std::string hex(std::string_view bytes) {
  std::string text;
  char pair[4];
  for (const char byte : bytes) {
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned char>(byte));
    text += pair;
  }
  return text;
}

std::string date_text(std::chrono::sys_seconds time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::chrono::sys_seconds time_of(const mbedtls_x509_time& time) {
  const std::chrono::year_month_day date{std::chrono::year{time.year},
                                         std::chrono::month{static_cast<unsigned>(time.mon)},
                                         std::chrono::day{static_cast<unsigned>(time.day)}};
  return std::chrono::sys_days{date} + std::chrono::hours{time.hour} + std::chrono::minutes{time.min} +
         std::chrono::seconds{time.sec};
}

std::string common_name_of(const mbedtls_x509_name& name) {
  for (const mbedtls_x509_name* part = &name; part != nullptr; part = part->next) {
    if (part->oid.p != nullptr && MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &part->oid) == 0)
      return printable(text_of(part->val), kMostShown);
  }
  return whole_name(name);
}

std::expected<std::string, std::string> explain_certificates(std::string_view content,
                                                             std::chrono::sys_seconds now) {
  const Certificates certificates{content};
  if (certificates.status() < 0) {
    if (const auto key = PrivateKey::parse(content))
      return concat("a private key, ", key_of(key->context()), ": whoever has it can pass for its owner\n",
                    "public key   ", public_key_pin(key->context()), " (its pin)\n");
    return std::unexpected{"holds neither a certificate nor a private key (PEM or DER)"};
  }
  std::string text;
  for (const auto* one = &certificates.first(); one != nullptr; one = one->next) {
    if (!text.empty()) text += "\n";
    text += explain_one(*one, now);
  }
  if (certificates.status() > 0) text += concat("\n", certificates.status(), " more cannot be read\n");
  return text;
}

}  // namespace linnet::tools
