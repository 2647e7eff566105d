// SPDX-License-Identifier: Apache-2.0
// How much of the serial line is payload, in virtual time: for the tests, and for `./bench --modem`.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "cellular/emulated_link.hpp"

namespace linnet::cellular::test {

/// Sends `size` bytes over `stream`, up to the newest peer or down from it. Payload as a share of what one
/// direction of the wire could have carried meanwhile at `baud`, in percent; 0: it was altered.
inline double wire_share(EmulatedLink& bench, net::Stream& stream, bool up, std::size_t size,
                         std::uint32_t baud) {
  emulator::test::Peer& peer = *bench.emulated.internet.peers.back();
  std::uint32_t seed = 9;
  std::string text(size, '\0');
  for (char& byte : text) byte = static_cast<char>((seed = seed * 1664525u + 1013904223u) >> 24);
  std::string_view rest = text;
  std::string got;
  std::array<std::byte, 700> piece;
  const Instant start = bench.now();
  if (!up) peer.to_modem = text;
  bench.run_until([&] {
    if (up) {
      const Bytes bytes = as_bytes(rest);
      if (const auto taken = stream.write({&bytes, 1})) rest.remove_prefix(*taken);
      return peer.from_modem.size() >= size;
    }
    while (const auto read = stream.read(piece)) {
      if (*read == 0) break;
      got += as_text(Bytes{piece}.first(*read));
    }
    return got.size() >= size;
  });
  if ((up ? peer.from_modem : got) != text) return 0;
  peer.from_modem.clear();
  const double seconds = static_cast<double>((bench.now() - start).count()) / 1e6;
  return 100.0 * static_cast<double>(size) / (seconds * baud / 10);
}

}  // namespace linnet::cellular::test
