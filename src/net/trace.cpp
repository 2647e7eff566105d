// SPDX-License-Identifier: Apache-2.0
// The tracing stream: only what the inner stream really took is reported.
#include "linnet/net/trace.hpp"

#include <algorithm>

namespace linnet::net {

void TraceStream::poll(Instant now) {
  now_ = now;
  inner_.poll(now);
}

Result<std::size_t> TraceStream::read(MutableBytes into) {
  const auto got = inner_.read(into);
  if (got && *got > 0) trace_.bytes(now_, layer_, Direction::in, into.first(*got));
  return got;
}

Result<std::size_t> TraceStream::write(std::span<const Bytes> parts) {
  const auto written = inner_.write(parts);
  if (!written) return written;
  std::size_t left = *written;
  for (const Bytes part : parts) {
    if (left == 0) break;
    const Bytes taken = part.first(std::min(part.size(), left));
    if (!taken.empty()) trace_.bytes(now_, layer_, Direction::out, taken);
    left -= taken.size();
  }
  return written;
}

}  // namespace linnet::net
