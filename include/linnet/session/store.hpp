// SPDX-License-Identifier: Apache-2.0
// The seam for what survives a power cut: messages that are not yet delivered, and small named things (a TLS
// session for after deep sleep). session::Journal implements it over a file, a flash partition or a piece of
// RAM that is kept during sleep; a key-value store (NVS) may implement it directly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::session {

class Store {
 public:
  /// Of a stored message; later ones are larger. Zero is none.
  using Number = std::uint32_t;
  static constexpr std::size_t kLongestName = 15;  // of a named thing: letters, digits, '.', '_', '-'

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // None of these may be called by two tasks at one time. Whatever the moment of a power cut: what commit()
  // or put() has answered for is there afterwards, and what was never whole is not.

  /// Keeps `head` and `body`, one behind the other; for sure only after commit().
  /// would_block: full until something is erased. too_large: never fits. too_many: as many as it can count.
  /// io_failure: the medium; then the message is not kept.
  virtual Result<Number> append(Bytes head, Bytes body) noexcept = 0;
  /// Forgets a message. Not for sure before commit(): after a power cut it may be there again.
  virtual Result<void> erase(Number number) noexcept = 0;
  /// Everything above is safe when this returns without an error.
  virtual Result<void> commit() noexcept = 0;

  /// The oldest message behind `after`, zero for the first; zero: no more.
  virtual Number next(Number after) const noexcept = 0;
  /// Copies a message's head and body; their length, however much `into` holds: nothing is copied where that
  /// is less. invalid_argument: no such message.
  virtual Result<std::size_t> read(Number number, MutableBytes into) noexcept = 0;

  /// Keeps `bytes` under a name, in place of what had it before: after a power cut it is the old or the new.
  /// Safe when it returns. Errors as append(); invalid_argument: the name.
  virtual Result<void> put(std::string_view name, Bytes bytes) noexcept = 0;
  /// Copies it; its length as read(), zero where there is none.
  virtual Result<std::size_t> get(std::string_view name, MutableBytes into) noexcept = 0;
  /// There is no error where it was not there.
  virtual Result<void> remove(std::string_view name) noexcept = 0;

 protected:
  Store() = default;
  ~Store() = default;
};

}  // namespace linnet::session
