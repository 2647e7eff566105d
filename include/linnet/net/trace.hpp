// SPDX-License-Identifier: Apache-2.0
// A stream that tells a Trace of every byte that another stream gives or takes. It changes nothing, so it
// can stand between any two layers: "tcp" under TLS, "tls" over it.
#pragma once

#include <string_view>

#include "linnet/base/trace.hpp"
#include "linnet/net/stream.hpp"

namespace linnet::net {

class TraceStream : public Stream {
 public:
  /// All three are borrowed for as long as this lives. Times are those of the last poll(); `now` is the time
  /// before the first.
  TraceStream(Stream& inner, Trace& trace, std::string_view layer, Instant now = {}) noexcept
      : inner_{inner}, trace_{trace}, layer_{layer}, now_{now} {}

  State state() const noexcept override { return inner_.state(); }
  void poll(Instant now) override;
  Instant deadline() const noexcept override { return inner_.deadline(); }
  Result<std::size_t> read(MutableBytes into) override;
  Result<std::size_t> write(std::span<const Bytes> parts) override;
  void shutdown_write() noexcept override { inner_.shutdown_write(); }
  void close() noexcept override { inner_.close(); }
  void want(Interest interest) noexcept override { inner_.want(interest); }

 private:
  Stream& inner_;
  Trace& trace_;
  std::string_view layer_;
  Instant now_;
};

}  // namespace linnet::net
