// SPDX-License-Identifier: Apache-2.0
#include "linnet/tls/verdict.hpp"

#include <mbedtls/oid.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "mbedtls.hpp"
#include "sha256.hpp"

namespace linnet::tls {
namespace {

constexpr unsigned char kIpAddress = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;  // RFC 5280, section 4.2.1.6

Bytes bytes_of(const mbedtls_x509_buf& buffer) noexcept {
  return {reinterpret_cast<const std::byte*>(buffer.p), buffer.len};
}

bool equal(Bytes a, Bytes b) noexcept {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// Seconds since 1970. A certificate's day may be any number: what is no day of a calendar is taken as far as
/// it goes.
std::int64_t unix_time(const mbedtls_x509_time& time) noexcept {
  const std::chrono::year_month_day date{std::chrono::year{time.year},
                                         std::chrono::month{static_cast<unsigned>(time.mon)},
                                         std::chrono::day{static_cast<unsigned>(time.day)}};
  const std::int64_t hours =
      std::int64_t{std::chrono::sys_days{date}.time_since_epoch().count()} * 24 + time.hour;
  return (hours * 60 + time.min) * 60 + time.sec;
}

/// The common name; else the first name that is there.
void write_name(const mbedtls_x509_name& name, NameText& into) noexcept {
  const auto is_common = [](const mbedtls_x509_name& part) {
    return equal(bytes_of(part.oid), as_bytes(MBEDTLS_OID_AT_CN));
  };
  const mbedtls_x509_name* found = &name;
  for (const mbedtls_x509_name* part = &name; part != nullptr; part = part->next) {
    if (is_common(*part)) found = part;
  }
  into.clear();
  into.append(as_text(bytes_of(found->val)));
}

bool is_self_issued(const mbedtls_x509_crt& certificate) noexcept {
  return equal(bytes_of(certificate.issuer_raw), bytes_of(certificate.subject_raw));
}

bool names_address(const mbedtls_x509_crt& certificate, Bytes address) noexcept {
  for (const auto* name = &certificate.subject_alt_names; name != nullptr; name = name->next) {
    if (name->buf.p != nullptr && name->buf.tag == kIpAddress && equal(bytes_of(name->buf), address))
      return true;
  }
  return false;
}

struct Meaning {
  std::uint32_t flags;
  Problem problem;
};
constexpr Meaning kMeanings[] = {
    {MBEDTLS_X509_BADCERT_MISSING, Problem::no_certificate},
    {MBEDTLS_X509_BADCERT_BAD_KEY, Problem::weak_key},
    {MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK, Problem::weak_signature},
    {MBEDTLS_X509_BADCERT_NOT_TRUSTED, Problem::unknown_authority},
    {MBEDTLS_X509_BADCERT_REVOKED, Problem::revoked},
    {MBEDTLS_X509_BADCERT_EXPIRED, Problem::expired},
    {MBEDTLS_X509_BADCERT_FUTURE, Problem::not_yet_valid},
    {MBEDTLS_X509_BADCERT_CN_MISMATCH, Problem::wrong_host},
    {MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE | MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
     Problem::wrong_use},
};

}  // namespace

void Verdict::begin(const Demands& demands) noexcept {
  demands_ = demands;
  subject_.clear();
  issuer_.clear();
  date_ = 0;
  valid_until_ = INT64_MAX;
  depth_ = 0;
  problem_ = Problem::none;
  asked_ = false;
}

Problem Verdict::meaning_of(std::uint32_t flags) noexcept {
  for (const Meaning& meaning : kMeanings) {
    if ((flags & meaning.flags) != 0) return meaning.problem;
  }
  return flags == 0 ? Problem::none : Problem::bad_certificate;
}

int Verdict::on_certificate(void* self, mbedtls_x509_crt* certificate, int depth,
                            std::uint32_t* flags) noexcept {
  static_cast<Verdict*>(self)->judge(*certificate, depth, *flags);
  return 0;
}

void Verdict::judge(mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags) noexcept {
  asked_ = true;
  if (demands_.insecure) {
    flags = 0;
    return;
  }
  if (demands_.bundle != nullptr) demands_.bundle->judge(certificate, depth, flags);
  judge_dates(certificate, depth, flags);
  if (depth == 0) {
    if (!demands_.address.empty() && !names_address(certificate, demands_.address))
      flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    if (demands_.pins_are_trust) flags &= ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_NOT_TRUSTED);
    if (!demands_.pins.empty() && !is_pinned(certificate)) {
      flags |= MBEDTLS_X509_BADCERT_OTHER;
      blame(Problem::wrong_pin, certificate, depth);
    }
  } else if (demands_.pins_are_trust) {
    flags = 0;  // it is the peer's own certificate that is pinned; nobody asks who signed it
  }
  for (const Meaning& meaning : kMeanings) {
    if ((flags & meaning.flags) == 0) continue;
    const bool expired = meaning.problem == Problem::expired;
    const Problem problem =
        meaning.problem == Problem::unknown_authority && depth == 0 && is_self_issued(certificate)
            ? Problem::self_signed
            : meaning.problem;
    blame(problem, certificate, depth, unix_time(expired ? certificate.valid_to : certificate.valid_from));
  }
  if (flags != 0 && problem_ == Problem::none) blame(Problem::bad_certificate, certificate, depth);
  // What a certificate may be used for is looked at later: whose it is must be known then.
  if (depth == 0 && problem_ == Problem::none) write_name(certificate.subject, subject_);
}

void Verdict::blame(Problem problem, const mbedtls_x509_crt& certificate, int depth,
                    std::int64_t date) noexcept {
  if (problem_ != Problem::none && problem_ <= problem) return;
  problem_ = problem;
  depth_ = depth;
  date_ = date;
  write_name(certificate.subject, subject_);
  write_name(certificate.issuer, issuer_);
}

/// mbedTLS asks the system what time it is, where it was built to, and nobody elsewhere.
void Verdict::judge_dates(const mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags) noexcept {
  flags &= ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
  if (demands_.pins_are_trust && depth != 0) return;
  const std::int64_t until = unix_time(certificate.valid_to);
  valid_until_ = std::min(valid_until_, until);
  const auto latest = demands_.now ? demands_.now : demands_.floor;
  if (latest && *latest > until) flags |= MBEDTLS_X509_BADCERT_EXPIRED;
  if (demands_.now && *demands_.now < unix_time(certificate.valid_from)) flags |= MBEDTLS_X509_BADCERT_FUTURE;
}

bool Verdict::is_pinned(const mbedtls_x509_crt& certificate) const noexcept {
  const auto of_certificate = sha256(bytes_of(certificate.raw));
  const auto of_key = sha256(bytes_of(certificate.pk_raw));
  return std::ranges::any_of(demands_.pins, [&](const Pin& pin) {
    return pin.digest == (pin.of == Pin::Of::certificate ? of_certificate : of_key);
  });
}

}  // namespace linnet::tls
