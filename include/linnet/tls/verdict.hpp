// SPDX-License-Identifier: Apache-2.0
// What became of a peer's certificate: each certificate of its chain is judged as mbedTLS walks it, the
// topmost first, and the worst is kept in words. Beside what mbedTLS checks: dates by our own clock,
// addresses, pins.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/tls/config.hpp"
#include "linnet/tls/problem.hpp"

namespace linnet::tls {

/// A name out of a certificate, cut where it is longer; without control characters.
class NameText {
 public:
  std::string_view view() const noexcept { return {text_.data(), size_}; }
  void clear() noexcept { size_ = 0; }
  void append(std::string_view text) noexcept {
    for (const char c : text) {
      if (size_ == text_.size()) return;
      text_[size_++] = static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    }
  }

 private:
  std::array<char, 64> text_;
  std::uint8_t size_ = 0;
};

/// What is asked of the next chain.
struct Demands {
  Authorities* bundle = nullptr;
  std::span<const Pin> pins{};
  bool pins_are_trust = false;          // there are no authorities
  Bytes address{};                      // the host, where it is an IP address: 4 or 16 bytes; empty: a name
  std::optional<std::int64_t> now{};    // seconds since 1970
  std::optional<std::int64_t> floor{};  // it is this late at least
  bool insecure = false;
};

class Verdict {
 public:
  /// `demands` are copied; what they point at is borrowed.
  void begin(const Demands& demands) noexcept;

  /// mbedTLS's f_vrfy, with a Verdict.
  static int on_certificate(void* self, mbedtls_x509_crt* certificate, int depth,
                            std::uint32_t* flags) noexcept;

  /// The worst of mbedTLS's MBEDTLS_X509_BADCERT_*; none for 0.
  static Problem meaning_of(std::uint32_t flags) noexcept;

  /// A chain was seen. A session that is taken up again shows none.
  bool was_asked() const noexcept { return asked_; }
  Problem problem() const noexcept { return problem_; }
  /// Of the certificate with the problem; where there was none, of the peer's own.
  std::string_view subject() const noexcept { return subject_.view(); }
  std::string_view issuer() const noexcept { return issuer_.view(); }  // of that
  bool is_leaf() const noexcept { return depth_ == 0; }                // it is the peer's own
  std::int64_t date() const noexcept {
    return date_;
  }  // when it expired, or becomes valid; seconds since 1970
  /// How long all of the chain is valid.
  std::int64_t valid_until() const noexcept { return valid_until_; }

 private:
  void judge(mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags) noexcept;
  void blame(Problem problem, const mbedtls_x509_crt& certificate, int depth, std::int64_t date = 0) noexcept;
  void judge_dates(const mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags) noexcept;
  bool is_pinned(const mbedtls_x509_crt& certificate) const noexcept;

  Demands demands_;
  NameText subject_;
  NameText issuer_;
  std::int64_t date_ = 0;
  std::int64_t valid_until_ = 0;
  int depth_ = 0;
  Problem problem_ = Problem::none;
  bool asked_ = false;
};

}  // namespace linnet::tls
