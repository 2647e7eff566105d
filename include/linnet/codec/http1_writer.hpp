// SPDX-License-Identifier: Apache-2.0
// Writes the head of an HTTP/1.1 message (RFC 9112) into a buffer of the caller's. Nothing that is written
// can end a line early: a name, value or target with a CR, LF, NUL or other control is refused, so text of a
// user's never becomes a field of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::http1 {

/// A start line, then any number of fields, then `finish`. The first error sticks: later calls do nothing,
/// and `finish` returns it.
class HeadWriter {
 public:
  /// `out` is borrowed for the writer's life: 256 bytes are enough for a WebSocket handshake with a short
  /// target.
  explicit HeadWriter(MutableBytes out) noexcept : out_{out} {}

  /// `GET path?query HTTP/1.1`. The target is what Url gives: `path` is not empty, `query` is empty or has
  /// its "?".
  void request_line(std::string_view method, std::string_view path, std::string_view query = {}) noexcept;

  /// `HTTP/1.1 101 Switching Protocols`. `status` is 100 to 999.
  void status_line(std::uint16_t status, std::string_view reason) noexcept;
  void status_line(std::uint16_t status) noexcept;  // with its reason_phrase

  void field(std::string_view name, std::string_view value) noexcept;
  void field(std::string_view name, std::uint64_t value) noexcept;

  /// Ends the head with its empty line. Returns all of it, in `out`.
  /// Errors: too_large if it does not fit, invalid_argument if a part was empty or had a character that it
  /// must not.
  Result<Bytes> finish() noexcept;

 private:
  void put(std::string_view text, bool (*allowed)(char) noexcept = nullptr) noexcept;
  void require(bool valid) noexcept;
  void fail_with(Errc code) noexcept;

  MutableBytes out_;
  std::size_t size_ = 0;
  Error error_;
  bool failed_ = false;
};

/// The words of RFC 9110, section 15, (RFC 6585 for 431) for the statuses that Linnet sends; empty for
/// others. Static storage. In a file of its own, so that a client does not carry the texts.
std::string_view reason_phrase(std::uint16_t status) noexcept;

}  // namespace linnet::http1
