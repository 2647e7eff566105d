// SPDX-License-Identifier: Apache-2.0
// How the parts of the development server reach peers on any of its loops, from any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "linnet/server/peer.hpp"

namespace linnet::tools {

/// One WebSocket peer of one of several loops.
struct PeerAddress {
  std::uint32_t loop = 0;
  server::PeerId id{};
  friend bool operator==(const PeerAddress&, const PeerAddress&) = default;
};

class Exchange {
 public:
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Queues a text message, copied. False: that loop has as many waiting as it takes.
  virtual bool post(const PeerAddress& to, std::string_view text) = 0;
  /// The peer is closed soon, with code 4000 and "replaced".
  virtual void replace(const PeerAddress& which) = 0;

 protected:
  Exchange() = default;
  ~Exchange() = default;
};

}  // namespace linnet::tools
