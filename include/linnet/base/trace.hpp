// SPDX-License-Identifier: Apache-2.0
// The seam for a record of what crossed each layer. Null where nobody looks; a tool writes it to a file.
#pragma once

#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"

namespace linnet {

enum class Direction : std::uint8_t { in, out };  // seen from this program

class Trace {
 public:
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// `data` crossed `layer` ("tcp", "ws", "at"); borrowed for the call.
  virtual void bytes(Instant now, std::string_view layer, Direction direction, Bytes data) = 0;

  /// Something happened at `layer` that is no byte: "connecting to 127.0.0.1:80". Never holds a secret.
  virtual void note(Instant now, std::string_view layer, std::string_view text) = 0;

 protected:
  Trace() = default;
  ~Trace() = default;
};

}  // namespace linnet
