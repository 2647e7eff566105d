// SPDX-License-Identifier: Apache-2.0
// Sessions to be taken up again (RFC 5077; RFC 8446, section 2.2): one for each of a few hosts, the one that
// was used longest ago gives way. A session is about 200 bytes here, and on the heap its ticket and, unless
// mbedTLS was built without MBEDTLS_SSL_KEEP_PEER_CERTIFICATE, the server's certificate.
#pragma once

#include <mbedtls/ssl.h>

#include <array>
#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::tls {

/// A SHA-256, or the first half of one.
using Digest = std::array<std::byte, 32>;

class SavedSessions {
 public:
  static constexpr std::size_t kHosts = 3;

  SavedSessions() noexcept;
  ~SavedSessions();
  SavedSessions(const SavedSessions&) = delete;
  SavedSessions& operator=(const SavedSessions&) = delete;

  /// Gives the session of `host` to `ssl`, which has not begun; false: there is none that is good at `now`.
  bool offer(const Digest& host, mbedtls_ssl_context& ssl, std::int64_t now) noexcept;
  /// Keeps the session of `ssl`. `valid_until`: of the certificates that it came with, seconds since 1970.
  void keep(const Digest& host, const mbedtls_ssl_context& ssl, std::int64_t valid_until) noexcept;
  void forget(const Digest& host) noexcept;
  void clear() noexcept;
  /// Of the session that was kept for `host`; INT64_MAX: none is.
  std::int64_t valid_until(const Digest& host) const noexcept;

  /// All that are kept, the newest first, as many as there is room for; returns the size. With a key in them:
  /// whoever has these bytes can read those connections. too_large: not one fits. `policy` is whatever must
  /// be the same for them to be good.
  Result<std::size_t> write(const Digest& policy, MutableBytes into) const noexcept;
  /// What write() wrote, in place of what is kept. invalid_argument: it is damaged, or of another policy, or
  /// of another build of mbedTLS.
  Result<void> read(const Digest& policy, Bytes from) noexcept;

 private:
  struct Saved {
    Digest host{};
    std::int64_t valid_until = 0;
    std::uint32_t used = 0;  // when, as count_ counts; 0: empty
    mbedtls_ssl_session session;
  };
  Saved* find(const Digest& host) noexcept;
  static void drop(Saved& saved) noexcept;

  std::array<Saved, kHosts> saved_;
  std::uint32_t count_ = 0;
};

}  // namespace linnet::tls
