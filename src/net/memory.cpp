// SPDX-License-Identifier: Apache-2.0
// The in-process pair: two byte rings, and the ways in which a connection ends.
#include "linnet/net/memory.hpp"

#include <algorithm>
#include <cstring>

namespace linnet::net {

std::size_t MemoryStream::Pipe::put(Bytes bytes) noexcept {
  std::size_t put = 0;
  while (put < bytes.size() && count < ring.size()) {
    const std::size_t at = (first + count) % ring.size();
    const std::size_t straight = std::min(ring.size() - at, ring.size() - count);
    const std::size_t step = std::min(straight, bytes.size() - put);
    std::memcpy(&ring[at], &bytes[put], step);
    count += step;
    put += step;
  }
  return put;
}

std::size_t MemoryStream::Pipe::take(MutableBytes into) noexcept {
  std::size_t taken = 0;
  while (taken < into.size() && count > 0) {
    const std::size_t straight = std::min(ring.size() - first, count);
    const std::size_t step = std::min(straight, into.size() - taken);
    std::memcpy(&into[taken], &ring[first], step);
    first = (first + step) % ring.size();
    count -= step;
    taken += step;
  }
  return taken;
}

Stream::State MemoryStream::state() const noexcept {
  return closed_ || in_.reset ? State::closed : State::open;
}

Result<std::size_t> MemoryStream::read(MutableBytes into) {
  if (closed_) return fail(Errc::bad_state);
  if (in_.reset) return fail(Errc::connection_reset);
  if (in_.count == 0 && in_.finished) return fail(Errc::end_of_stream);
  return in_.take(into.first(std::min(into.size(), limits_.read)));
}

Result<std::size_t> MemoryStream::write(std::span<const Bytes> parts) {
  if (closed_) return fail(Errc::bad_state);
  if (out_.reset || out_.abandoned) return fail(Errc::connection_reset);
  if (out_.finished) return fail(Errc::bad_state);
  std::size_t written = 0;
  for (Bytes part : parts) {
    part = part.first(std::min(part.size(), limits_.write - written));
    const std::size_t put = out_.put(part);
    written += put;
    if (put < part.size() || written == limits_.write) break;
  }
  return written;
}

void MemoryStream::shutdown_write() noexcept {
  out_.finished = true;
}

void MemoryStream::close() noexcept {
  closed_ = true;
  out_.finished = true;
  in_.abandoned = true;
  in_.count = 0;
}

void MemoryStream::reset() noexcept {
  in_.reset = true;
  in_.count = 0;
  out_.reset = true;
  out_.count = 0;
}

std::size_t MemoryStream::waiting() const noexcept {
  return in_.count;
}

}  // namespace linnet::net
