// SPDX-License-Identifier: Apache-2.0
// The seam of secure streams, between whoever opens connections and TLS: a program that needs none gives
// none, and links no TLS library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/net/stream.hpp"

namespace linnet::net {

/// What a handshake came to. Text lives until the next secure() of the same Security.
struct SecurityReport {
  std::string_view protocol{};  // "TLSv1.2"; empty: no handshake was finished
  std::string_view cipher{};
  std::uint32_t handshake_bytes = 0;  // both directions
  Duration handshake_time{};
  bool resumed = false;   // an earlier session was taken up: one round trip, and no certificates
  bool verified = false;  // the peer's certificate was checked and found good
};

class Security {
 public:
  Security(const Security&) = delete;
  Security& operator=(const Security&) = delete;

  /// A client's end of a handshake over `inner`, which may still be opening. The result is `opening` until
  /// the handshake is done, then carries what is secured; its close() closes `inner`. `host` is what the
  /// peer's certificate must be for; copied. too_many: all of its streams are in use.
  virtual Result<Stream*> secure(Stream& inner, std::string_view host, Instant now) = 0;

  /// Of the newest handshake.
  virtual const SecurityReport& report() const noexcept = 0;

  /// For people, where the newest stream failed: what failed, with which certificate, and what to try. Empty:
  /// it did not. Lives until the next secure().
  virtual std::string_view failure() const noexcept = 0;

  /// The sessions that may be taken up again, as bytes, to be kept over a restart: as secret as a private
  /// key. The size; too_large: there is no room for even one; unsupported: there are none, ever.
  virtual Result<std::size_t> export_sessions(MutableBytes /*into*/) noexcept {
    return fail(Errc::unsupported);
  }
  /// Takes up what was exported. invalid_argument: it is damaged, or good for another configuration.
  virtual Result<void> import_sessions(Bytes /*from*/) noexcept { return fail(Errc::unsupported); }
  /// Another number whenever there is another session to be exported.
  virtual std::uint32_t sessions_revision() const noexcept { return 0; }

 protected:
  Security() = default;
  ~Security() = default;
};

}  // namespace linnet::net
