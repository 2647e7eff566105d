// SPDX-License-Identifier: Apache-2.0
// The seam of a server: what takes connections in. A StreamSlot holds one accepted stream inside its owner,
// so that ten thousand idle connections cost no allocation each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "linnet/base/error.hpp"
#include "linnet/net/poller.hpp"
#include "linnet/net/stream.hpp"

namespace linnet::net {

/// Room for one small stream in place (a socket: a table pointer, a descriptor, its poller).
class StreamSlot {
 public:
  static constexpr std::size_t kCapacity = 32;

  StreamSlot() = default;
  StreamSlot(const StreamSlot&) = delete;
  StreamSlot& operator=(const StreamSlot&) = delete;
  ~StreamSlot() { reset(); }

  template <typename T, typename... Args>
  T& emplace(Args&&... args) {
    static_assert(sizeof(T) <= kCapacity && alignof(T) <= alignof(void*));
    reset();
    T* made = ::new (static_cast<void*>(storage_)) T(std::forward<Args>(args)...);
    stream_ = made;
    return *made;
  }

  void reset() noexcept {
    if (stream_ != nullptr) stream_->~Stream();
    stream_ = nullptr;
  }

  Stream* get() const noexcept { return stream_; }  // null: empty

 private:
  alignas(void*) std::byte storage_[kCapacity];
  Stream* stream_ = nullptr;
};

class Listener {
 public:
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  virtual ~Listener() = default;

  /// The port that it listens on, once it does; for port 0 the one that the system chose.
  virtual std::uint16_t port() const noexcept = 0;

  /// Takes one connection into `slot`, whose entries in Ready will bear `token`. would_block: none waits.
  /// A listener has a token of its own in Ready, given where it was made.
  virtual Result<void> accept(StreamSlot& slot, void* token) = 0;

  /// Stops listening; connections that were accepted go on. Idempotent.
  virtual void close() noexcept = 0;

 protected:
  Listener() = default;
};

}  // namespace linnet::net
