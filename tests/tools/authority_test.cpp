// SPDX-License-Identifier: Apache-2.0
// The development authority, and its certificates in words, at times that the test chooses.
#include "tools/cert/authority.hpp"

#include <gtest/gtest.h>

#include "tools/cert/certificate_text.hpp"
#include "tools/cert/certificates.hpp"

namespace linnet::tools {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
constexpr std::chrono::sys_seconds kNow = std::chrono::sys_days{2026y / 3 / 1} + 12h;

Authority new_authority(std::chrono::sys_seconds now = kNow) {
  auto made = Authority::make(KeyKind::ec_p256, now);
  if (!made) std::abort();
  return std::move(*made);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Authority, IsReadAgainAndSigns) {
  const Authority made = new_authority();
  const auto read = Authority::read(made.certificate(), made.key().pem(), kNow + days{3000});
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->name(), made.name());
  EXPECT_EQ(read->not_after(), kNow + Authority::kLife);
  const auto issued = read->issue({.common_name = "h", .hosts = {"h"}, .life = days{100}}, kNow + days{3000});
  ASSERT_TRUE(issued) << issued.error();
  EXPECT_EQ(issued->not_after, kNow + days{3100});
  const Certificates leaf{issued->certificate};
  EXPECT_EQ(time_of(leaf->valid_from), kNow + days{3000} - Authority::kEarlier);
  EXPECT_EQ(common_name_of(leaf->issuer), made.name());
  EXPECT_TRUE(PrivateKey::parse(issued->key).has_value());
}

TEST(Authority, WhatItSignsDoesNotOutliveIt) {
  const Authority made = new_authority();
  const auto issued = made.issue({.common_name = "h", .life = days{400}}, kNow + Authority::kLife - days{10});
  ASSERT_TRUE(issued) << issued.error();
  EXPECT_EQ(issued->not_after, made.not_after());
}

TEST(Authority, TwoHaveTwoNames) {
  EXPECT_NE(new_authority().name(), new_authority().name());
}

TEST(Authority, WhatIsNone) {
  const Authority made = new_authority();
  const Authority other = new_authority();
  const std::string key = made.key().pem();
  EXPECT_EQ(Authority::read("", key, kNow).error(), "the certificate is none (PEM)");
  EXPECT_EQ(Authority::read(made.certificate(), "", kNow).error(), "the key is no private key (PEM)");
  EXPECT_EQ(Authority::read(made.certificate(), other.key().pem(), kNow).error(),
            "the key does not belong to the certificate");
  EXPECT_EQ(Authority::read(made.certificate(), key, made.not_after()).error(),
            "the certificate expired on 2036-02-27");
  const auto issued = made.issue({.common_name = "h", .life = days{1}}, kNow);
  EXPECT_EQ(Authority::read(issued->certificate, issued->key, kNow).error(),
            "the certificate is not one of an authority");
}

TEST(CertificateText, WhenItIsValid) {
  const Authority made = new_authority();
  const auto issued = made.issue({.common_name = "h", .hosts = {"h", "::1"}, .life = days{30}}, kNow);
  const auto text = [&](std::chrono::sys_seconds now) {
    return *explain_certificates(issued->certificate, now);
  };
  EXPECT_TRUE(contains(text(kNow), "valid        2026-02-28 to 2026-03-31: 30 days left\n"));
  EXPECT_TRUE(contains(text(kNow + days{30}), ": less than a day left\n"));
  EXPECT_TRUE(contains(text(kNow + days{31} + 1s), ": EXPIRED, since 1 day\n"));
  EXPECT_TRUE(contains(text(kNow - days{3}), ": NOT YET VALID, in 2 days\n"));
  EXPECT_TRUE(contains(text(kNow), "for          h, ::1\n"));
  EXPECT_TRUE(contains(text(kNow), "use          a server\n"));
}

TEST(CertificateText, NothingButCertificatesAndKeys) {
  const std::string wrong = "holds neither a certificate nor a private key (PEM or DER)";
  EXPECT_EQ(explain_certificates("", kNow).error(), wrong);
  EXPECT_EQ(
      explain_certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", kNow).error(),
      wrong);
  const std::string key = new_authority().key().pem();
  EXPECT_TRUE(contains(*explain_certificates(key, kNow), "a private key, EC P-256"));
}

}  // namespace
}  // namespace linnet::tools
