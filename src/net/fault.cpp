// SPDX-License-Identifier: Apache-2.0
// The faults, each as a limit on what a call may pass on, so that it strikes at exactly its byte whatever
// the sizes of the calls are.
#include "linnet/net/fault.hpp"

#include <algorithm>
#include <array>

namespace linnet::net {
namespace {

constexpr std::size_t kParts = 16;

std::size_t total(std::span<const Bytes> parts) noexcept {
  std::size_t size = 0;
  for (const Bytes part : parts) size += part.size();
  return size;
}

/// How many of `bytes` bytes at `offset` come before the byte at `place`; all, when it is not among them.
std::size_t before(std::uint64_t place, std::uint64_t offset, std::size_t bytes) noexcept {
  if (place < offset || place - offset >= bytes) return bytes;
  return static_cast<std::size_t>(place - offset);
}

}  // namespace

void FaultStream::poll(Instant now) {
  now_ = now;
  inner_.poll(now);
}

Instant FaultStream::deadline() const noexcept {
  return std::min(inner_.deadline(), held() ? faults_.held_until : kNever);
}

/// False: `failure_` is the answer.
bool FaultStream::begin_operation() noexcept {
  if (failed_) return false;
  ++operations_;
  if (operations_ >= faults_.fail_operation) {
    break_with(faults_.failure);
  } else if (crossed() >= faults_.close_after) {
    break_with(Errc::end_of_stream);
  }
  return !failed_;
}

void FaultStream::end_operation() noexcept {
  if (crossed() >= faults_.close_after) break_with(Errc::end_of_stream);
}

void FaultStream::break_with(Error why) noexcept {
  failed_ = true;
  failure_ = why;
  inner_.close();
}

/// Bytes that may cross until the line drops or closes.
std::uint64_t FaultStream::room() const noexcept {
  const std::uint64_t until = std::min(faults_.drop_after, faults_.close_after);
  return until > crossed() ? until - crossed() : 0;
}

Result<std::size_t> FaultStream::read(MutableBytes into) {
  if (!begin_operation()) return std::unexpected{failure_};
  if (held() || dropped()) return 0u;
  const std::uint64_t most = std::min<std::uint64_t>({into.size(), faults_.read_limit, room()});
  const auto got = inner_.read(into.first(static_cast<std::size_t>(most)));
  if (!got) return got;
  const std::size_t intact = before(faults_.corrupt_read_at, read_, *got);
  if (intact < *got) into[intact] ^= faults_.corrupt_with;
  read_ += *got;
  end_operation();
  return got;
}

Result<std::size_t> FaultStream::write(std::span<const Bytes> parts) {
  if (!begin_operation()) return std::unexpected{failure_};
  if (held()) return 0u;
  const std::size_t offered = std::min(total(parts), faults_.write_limit);
  if (dropped()) return offered;
  const auto written = write_some(parts, static_cast<std::size_t>(std::min<std::uint64_t>(offered, room())));
  if (!written) return written;
  written_ += *written;
  end_operation();
  return written;
}

/// Passes on at most `limit` bytes. The byte to corrupt travels alone, from a copy: the caller's bytes are
/// not ours to change.
Result<std::size_t> FaultStream::write_some(std::span<const Bytes> parts, std::size_t limit) {
  std::size_t left = before(faults_.corrupt_write_at, written_, limit);
  const bool corrupt = left == 0 && limit > 0;
  if (corrupt) left = 1;

  std::array<Bytes, kParts> cut{};
  std::size_t count = 0;
  for (const Bytes part : parts) {
    if (left == 0 || count == kParts) break;
    if (part.empty()) continue;
    cut[count] = part.first(std::min(part.size(), left));
    left -= cut[count].size();
    ++count;
  }

  std::byte changed{};
  if (corrupt) {
    changed = cut[0][0] ^ faults_.corrupt_with;
    cut[0] = Bytes{&changed, 1};
  }
  return inner_.write(std::span{cut}.first(count));
}

void FaultStream::shutdown_write() noexcept {
  if (!failed_ && !dropped()) inner_.shutdown_write();
}

}  // namespace linnet::net
