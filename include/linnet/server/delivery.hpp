// SPDX-License-Identifier: Apache-2.0
// What became of a message that was handed over for sending.
#pragma once

#include <cstdint>

namespace linnet::server {

enum class Outcome : std::uint8_t {
  flushed,       // the system has taken all of it: on its way
  gone,          // there is no such peer (any more)
  closed,        // the peer's connection was closing, or closed before this message had begun to leave
  backlog_full,  // the peer reads too slowly
  in_parts,      // the peer is in the middle of a message that is sent by hand in parts
  no_memory,     // the server's limit for buffered bytes is reached
};

/// To one peer, or to many.
struct Delivery {
  std::uint32_t flushed = 0;  // peers
  std::uint32_t dropped = 0;
  Outcome outcome = Outcome::flushed;  // why it was dropped the first time, if ever

  void count(Outcome what) noexcept {
    if (what == Outcome::flushed) {
      ++flushed;
    } else {
      if (dropped++ == 0) outcome = what;
    }
  }
};

/// Who is told, once, on the server's loop; not when the server is destroyed before. `context` is the
/// caller's, and lives until then.
struct Completion {
  void (*tell)(void* context, const Delivery& delivery) = nullptr;  // null: nobody
  void* context = nullptr;
};

}  // namespace linnet::server
