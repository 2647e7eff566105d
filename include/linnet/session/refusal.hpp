// SPDX-License-Identifier: Apache-2.0
// The first part of what a server says beside a status that is not 101: the body of its answer, whose end is
// told in one of three ways (RFC 9112, section 6.3). For people, no more: what is malformed ends it.
// Memory: the caller's buffer, of which at most kMost bytes are used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"

namespace linnet::session {

class Refusal {
 public:
  static constexpr std::size_t kMost = 512;  // an explanation, not a page

  /// A field of the answer's head; those that are about something else are passed over.
  void take_field(std::string_view name, std::string_view value) noexcept;
  /// The next piece of the body, however it is split. `buffer` is the same at each call; too short: it fills.
  void take(Bytes piece, MutableBytes buffer) noexcept;
  /// No more is to come, or to be kept. Never so for a body that the end of the connection ends.
  bool is_whole() const noexcept { return full_ || (part_ == Part::data ? left_ == 0 : part_ == Part::end); }
  /// How much of the buffer is text.
  std::size_t size() const noexcept { return size_; }

 private:
  enum class Part : std::uint8_t { data, chunk_size, chunk_extension, chunk_end, end };

  void take_framing(char byte) noexcept;
  void begin_chunk() noexcept { part_ = left_ == 0 ? Part::end : Part::data; }

  std::uint64_t left_ = UINT64_MAX;  // of the body, or of this chunk
  std::size_t size_ = 0;
  Part part_ = Part::data;
  bool chunked_ = false;
  bool full_ = false;
};

}  // namespace linnet::session
