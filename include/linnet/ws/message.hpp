// SPDX-License-Identifier: Apache-2.0
// Whole messages out of pieces, in storage of the caller's. A message that is whole already is passed on
// where it lies, without a copy.
#pragma once

#include <cstring>
#include <utility>

#include "linnet/base/bytes.hpp"
#include "linnet/ws/event.hpp"

namespace linnet::ws {

class Assembler {
 public:
  /// `storage`: borrowed for the assembler's life; as large as the longest message, that is at least
  /// ConnectionConfig::max_message, by which the connection has then refused all longer ones.
  explicit Assembler(MutableBytes storage = {}) noexcept : storage_{storage} {}

  enum class Outcome : std::uint8_t {
    incomplete,  // the piece is kept: more must come
    whole,       // `event` is a whole message now, borrowed until the next call
    too_large,   // it does not fit the storage: what came so far is forgotten, and what comes of it yet
  };

  /// Takes a `data` event.
  Outcome add(Event& event) noexcept {
    if (event.is_whole()) return Outcome::whole;
    if (event.first) {
      size_ = 0;
      is_lost_ = false;
    }
    if (is_lost_ || event.payload.size() + event.announced > storage_.size() - size_) {
      size_ = 0;
      is_lost_ = true;
      return Outcome::too_large;
    }
    if (!event.payload.empty())
      std::memcpy(storage_.data() + size_, event.payload.data(), event.payload.size());
    size_ += event.payload.size();
    if (!event.last) return Outcome::incomplete;
    event.first = true;
    event.payload = storage_.first(std::exchange(size_, 0));
    return Outcome::whole;
  }

  /// Of the storage.
  std::size_t capacity() const noexcept { return storage_.size(); }
  /// Bytes of an unfinished message.
  std::size_t size() const noexcept { return size_; }

  /// Moves the unfinished message into larger storage and gives the former back.
  MutableBytes move_to(MutableBytes storage) noexcept {
    if (size_ != 0) std::memcpy(storage.data(), storage_.data(), size_);
    return std::exchange(storage_, storage);
  }

 private:
  MutableBytes storage_;
  std::size_t size_ = 0;
  bool is_lost_ = false;  // the front of the message that is arriving was forgotten
};

}  // namespace linnet::ws
