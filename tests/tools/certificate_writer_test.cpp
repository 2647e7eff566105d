// SPDX-License-Identifier: Apache-2.0
// Certificates as mbedTLS reads them again: what was asked for is in them, chains hold, and what cannot stand
// in one is refused. That OpenSSL agrees is shown in tests/steps/cert.
#include "tools/cert/certificate_writer.hpp"

#include <gtest/gtest.h>
#include <mbedtls/oid.h>

#include "tools/cert/certificates.hpp"

namespace linnet::tools {
namespace {

using namespace std::literals;
constexpr std::chrono::sys_seconds kBegin = std::chrono::sys_days{2020y / 1 / 2} + 3h + 4min + 5s;
constexpr std::chrono::sys_seconds kEnd = std::chrono::sys_days{2049y / 12 / 31};

PrivateKey new_key(KeyKind kind = KeyKind::ec_p256) {
  auto key = PrivateKey::generate(kind);
  if (!key) std::abort();
  return std::move(*key);
}

CertificateRequest request(std::vector<std::string> hosts) {
  return {.common_name = "a name", .hosts = std::move(hosts), .not_before = kBegin, .not_after = kEnd};
}

CertificateRequest authority() {
  CertificateRequest wanted = request({});
  wanted.common_name = "An authority";
  wanted.is_authority = true;
  return wanted;
}

std::string text(const mbedtls_x509_buf& bytes) {
  return {reinterpret_cast<const char*>(bytes.p), bytes.len};
}

std::vector<std::string> alternative_names(const mbedtls_x509_crt& certificate) {
  std::vector<std::string> names;
  for (const auto* name = &certificate.subject_alt_names; name != nullptr; name = name->next)
    names.push_back(text(name->buf));
  return names;
}

/// mbedTLS's flags: 0, it is good.
std::uint32_t verify(const Certificates& certificate, const Certificates& trusted, const char* host) {
  std::uint32_t flags = 0;
  auto& leaf = const_cast<mbedtls_x509_crt&>(certificate.first());
  (void)mbedtls_x509_crt_verify(&leaf, const_cast<mbedtls_x509_crt*>(&trusted.first()), nullptr, host, &flags,
                                nullptr, nullptr);
  return flags;
}

TEST(CertificateWriter, WhatWasAskedForIsInIt) {
  const PrivateKey key = new_key();
  CertificateRequest wanted = request({"localhost", "*.example.com", "127.0.0.1", "::1"});
  wanted.for_server = true;
  const auto pem = write_certificate(wanted, key);
  ASSERT_TRUE(pem) << pem.error();
  const Certificates read{*pem};
  ASSERT_TRUE(read.is_read()) << explain_mbedtls(read.status());

  EXPECT_EQ(read->version, 3);
  EXPECT_EQ(text(read->subject.val), "a name");
  EXPECT_EQ(text(read->issuer.val), "a name");
  const std::vector<std::string> names{"localhost", "*.example.com", "\x7F\0\0\1"s,
                                       std::string(15, '\0') + '\1'};
  EXPECT_EQ(alternative_names(read.first()), names);
  EXPECT_EQ(read->valid_from.year, 2020);
  EXPECT_EQ(read->valid_from.mon, 1);
  EXPECT_EQ(read->valid_from.day, 2);
  EXPECT_EQ(read->valid_from.hour, 3);
  EXPECT_EQ(read->valid_from.min, 4);
  EXPECT_EQ(read->valid_from.sec, 5);
  EXPECT_EQ(read->valid_to.year, 2049);
  EXPECT_EQ(read->sig_md, MBEDTLS_MD_SHA256);
  EXPECT_EQ(read->ca_istrue, 0);
  EXPECT_EQ(read->serial.len, 16u);
  EXPECT_EQ(mbedtls_x509_crt_check_extended_key_usage(&read.first(), MBEDTLS_OID_SERVER_AUTH,
                                                      MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)),
            0);
  EXPECT_NE(mbedtls_x509_crt_check_extended_key_usage(&read.first(), MBEDTLS_OID_CLIENT_AUTH,
                                                      MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH)),
            0);
}

TEST(CertificateWriter, ChainsHoldForEachKindOfKey) {
  for (const KeyKind kind : {KeyKind::ec_p256, KeyKind::rsa_2048}) {
    const PrivateKey authority_key = new_key(kind);
    const auto authority_pem = write_certificate(authority(), authority_key);
    ASSERT_TRUE(authority_pem) << authority_pem.error();
    const Issuer issuer{*authority_pem, &authority_key};
    const PrivateKey key = new_key(kind);
    const auto pem = write_certificate(request({"device.local"}), key, &issuer);
    ASSERT_TRUE(pem) << pem.error();

    const Certificates trusted{*authority_pem};
    const Certificates leaf{*pem};
    EXPECT_EQ(trusted->ca_istrue, 1);
    EXPECT_EQ(text(leaf->issuer.val), "An authority");
    EXPECT_EQ(verify(leaf, trusted, "device.local"), 0u);
    EXPECT_EQ(verify(leaf, trusted, "other.local"), std::uint32_t{MBEDTLS_X509_BADCERT_CN_MISMATCH});
    EXPECT_NE(verify(leaf, Certificates{*write_certificate(authority(), new_key())}, "device.local") &
                  MBEDTLS_X509_BADCERT_NOT_TRUSTED,
              0u);
  }
}

// RFC 5758 section 3.2 and RFC 4055 section 5: Chromium refuses what says it otherwise, mbedTLS and OpenSSL
// take both.
TEST(CertificateWriter, OnlyTheAlgorithmsOfRsaHaveParameters) {
  const std::string ecdsa{"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"s};
  const std::string rsa{"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"s};
  for (const auto& [kind, algorithm] : {std::pair{KeyKind::ec_p256, ecdsa}, {KeyKind::rsa_2048, rsa}}) {
    const Certificates made{*write_certificate(request({"h"}), new_key(kind))};
    const std::string raw = text(made->raw);
    const std::size_t first = raw.find(algorithm);
    ASSERT_NE(first, std::string::npos);
    EXPECT_NE(raw.find(algorithm, first + 1),
              std::string::npos);  // what is signed says it, and the signature
  }
}

TEST(CertificateWriter, ValidityOnBothSidesOf2050) {
  CertificateRequest wanted = request({"h"});
  wanted.not_after = std::chrono::sys_days{2050y / 1 / 1};
  const Certificates made{*write_certificate(wanted, new_key())};
  ASSERT_TRUE(made.is_read()) << explain_mbedtls(made.status());
  EXPECT_EQ(made->valid_from.year, 2020);
  EXPECT_EQ(made->valid_to.year, 2050);
  EXPECT_NE(text(made->raw).find("20500101000000Z"), std::string::npos);
}

TEST(CertificateWriter, BadOnesOnPurpose) {
  const PrivateKey authority_key = new_key();
  const std::string authority_pem = *write_certificate(authority(), authority_key);
  const Issuer issuer{authority_pem, &authority_key};
  const Certificates trusted{authority_pem};

  CertificateRequest wanted = request({"h"});
  wanted.not_after = kBegin + 1s;
  EXPECT_EQ(verify(Certificates{*write_certificate(wanted, new_key(), &issuer)}, trusted, "h"),
            std::uint32_t{MBEDTLS_X509_BADCERT_EXPIRED});
  wanted.not_before = kEnd - 24h;
  wanted.not_after = kEnd;
  EXPECT_EQ(verify(Certificates{*write_certificate(wanted, new_key(), &issuer)}, trusted, "h"),
            std::uint32_t{MBEDTLS_X509_BADCERT_FUTURE});
  wanted = request({"h"});
  EXPECT_EQ(
      verify(Certificates{*write_certificate(wanted, new_key(KeyKind::rsa_1024), &issuer)}, trusted, "h"),
      std::uint32_t{MBEDTLS_X509_BADCERT_BAD_KEY});
  wanted.weak_digest = true;
  EXPECT_EQ(Certificates { *write_certificate(wanted, new_key(), &issuer) } -> sig_md, MBEDTLS_MD_SHA1);
}

TEST(CertificateWriter, WhatCannotBeMade) {
  const PrivateKey key = new_key();
  const std::string pem = *write_certificate(authority(), key);
  const PrivateKey other = new_key();
  const Issuer wrong_key{pem, &other};
  EXPECT_EQ(write_certificate(request({}), key, &wrong_key).error(),
            "the authority's key does not belong to its certificate");
  const Issuer no_certificate{"text", &key};
  EXPECT_EQ(write_certificate(request({}), key, &no_certificate).error(),
            "the authority's certificate is no certificate (PEM)");
  CertificateRequest wanted = request({"a b"});
  EXPECT_EQ(write_certificate(wanted, key).error(), "'a b' is neither a DNS name nor an IP address");
  wanted = request({});
  wanted.not_after = wanted.not_before;
  EXPECT_EQ(write_certificate(wanted, key).error(), "the validity would end before it begins");
  wanted = request({});
  wanted.common_name = "a,O=b";
  EXPECT_FALSE(write_certificate(wanted, key).has_value());
}

TEST(CertificateWriter, ManyHosts) {
  std::vector<std::string> hosts;
  for (int number = 0; number < 200; ++number)
    hosts.push_back("device-" + std::to_string(number) + ".example.com");
  const auto pem = write_certificate(request(hosts), new_key());
  ASSERT_TRUE(pem) << pem.error();
  EXPECT_EQ(alternative_names(Certificates{*pem}.first()), hosts);
}

TEST(CertificateWriter, WhichHostsMayStandInOne) {
  for (const std::string_view good : {"localhost", "a.b-c.example", "*.example.com", "my_device.local",
                                      "127.0.0.1", "::1", "fe80::1:2", "xn--mnchen-3ya.de"})
    EXPECT_EQ(judge_host(good), "") << good;
  const std::string long_label(64, 'a');
  const std::string long_name = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' +
                                std::string(63, 'c') + '.' + std::string(62, 'd') + ".e";
  for (const std::string_view bad :
       {std::string_view{""}, std::string_view{"."}, std::string_view{"a..b"}, std::string_view{"a."},
        std::string_view{"-a"}, std::string_view{"a b"}, std::string_view{"a*b"}, std::string_view{"*"},
        std::string_view{"a.*.b"}, std::string_view{long_label}, std::string_view{long_name}})
    EXPECT_EQ(judge_host(bad), "'" + std::string{bad.substr(0, 80)} + (bad.size() > 80 ? "…" : "") +
                                   "' is neither a DNS name nor an IP address");
  for (const std::string_view bad : {"[::1]", "localhost:8443", "wss://localhost", "1:2"})
    EXPECT_NE(judge_host(bad).find("no brackets, no port, no scheme"), std::string::npos) << bad;
  EXPECT_NE(judge_host("münchen.de").find("xn--"), std::string::npos);
}

TEST(PrivateKey, IsReadAgain) {
  for (const KeyKind kind : {KeyKind::ec_p256, KeyKind::rsa_2048, KeyKind::rsa_1024}) {
    const PrivateKey key = new_key(kind);
    const std::string pem = key.pem();
    const auto again = PrivateKey::parse(pem);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->pem(), pem);
    EXPECT_EQ(public_key_der(again->context()), public_key_der(key.context()));
  }
  EXPECT_EQ(describe_key(new_key().context()), "EC P-256");
  EXPECT_EQ(describe_key(new_key(KeyKind::rsa_2048).context()), "RSA, 2048 bits");
  EXPECT_NE(new_key().pem(), new_key().pem());
}

TEST(PrivateKey, WhatIsNone) {
  EXPECT_EQ(PrivateKey::parse("").error(), "is no private key (PEM)");
  EXPECT_EQ(PrivateKey::parse(*write_certificate(authority(), new_key())).error(), "is no private key (PEM)");
}

}  // namespace
}  // namespace linnet::tools
