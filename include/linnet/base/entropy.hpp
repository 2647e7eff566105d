// SPDX-License-Identifier: Apache-2.0
// The seam for random bytes. Masking keys and handshake keys come from here and must not be predictable
// (RFC 6455, section 10.3), so an implementation is a CSPRNG: getrandom on Linux, esp_random on ESP-IDF.
#pragma once

#include "linnet/base/bytes.hpp"

namespace linnet {

class Entropy {
 public:
  Entropy(const Entropy&) = delete;
  Entropy& operator=(const Entropy&) = delete;

  /// Fills all of `out`. Cannot fail: an implementation that has no randomness stops the program instead
  /// of returning less. Called for 4 bytes a frame, so implementations batch. Not thread-safe: one for
  /// each loop.
  virtual void fill(MutableBytes out) noexcept = 0;

 protected:
  Entropy() = default;
  ~Entropy() = default;
};

}  // namespace linnet
