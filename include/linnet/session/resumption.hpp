// SPDX-License-Identifier: Apache-2.0
// The sessions of a Security (of TLS) in a Store, under the name "tls": so that a device that wakes from deep
// sleep, or restarts, needs no full handshake. Part of session::Session.
//
// Wear: what a full handshake came to is written at once; what a resumed one came to, which is only fresher,
// at most once an hour and at the end. Nothing is written where it is the same.
#pragma once

#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/net/security.hpp"
#include "linnet/session/store.hpp"

namespace linnet::session {

class Resumption {
 public:
  /// All are borrowed. Where one of the three is missing, nothing happens. `room`: for what is kept, see
  /// Security::export_sessions().
  Resumption(net::Security* security, Store* store, MutableBytes room) noexcept;

  /// Once, before the first connection: takes up what an earlier life has kept. False: there was nothing.
  /// invalid_argument: it is of no use (any more), and the next one takes its place; or as Store::get().
  Result<bool> restore() noexcept;

  /// A handshake was finished.
  void secured(bool is_resumed) noexcept { is_fresh_ = is_fresh_ || !is_resumed; }
  /// Whether keep() has something to do: cheap, for each turn.
  bool is_due(Instant now) const noexcept {
    return is_used_ && security_->sessions_revision() != revision_ && (is_fresh_ || now >= again_at_);
  }
  /// Writes what there is. False: it was there already. Errors as Store::put() and export_sessions(); it is
  /// tried again with the next handshake, or in an hour.
  Result<bool> keep(Instant now) noexcept;
  /// At the end, whether it is due or not.
  Result<bool> keep_last(Instant now) noexcept;

 private:
  net::Security* security_;
  Store* store_;
  MutableBytes room_;
  Instant again_at_ = Instant::min();
  std::uint32_t revision_ = 0;  // that is kept
  std::uint32_t digest_ = 0;    // of what is kept; zero: nothing
  bool is_used_;
  bool is_fresh_ = false;  // there was a full handshake since the last keep()
};

}  // namespace linnet::session
