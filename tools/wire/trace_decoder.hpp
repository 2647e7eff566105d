// SPDX-License-Identifier: Apache-2.0
// One direction of a recorded connection, put together again from its pieces and told for people: HTTP heads,
// WebSocket frames (RFC 6455, section 5.2), and hexadecimal for all else. Memory: one head of up to 64 KiB;
// of a frame only the first bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "linnet/base/bytes.hpp"
#include "linnet/ws/frame.hpp"

namespace linnet::tools {

class TraceDecoder {
 public:
  /// What the next bytes completed: one entry each, whose further lines, if any, begin with spaces.
  std::vector<std::string> decode(Bytes bytes);

  /// What there is of a head or a frame that will not be completed; the next bytes begin a connection.
  std::vector<std::string> finish();

 private:
  enum class State : std::uint8_t {
    begin,    // nothing is known yet
    head,     // of an HTTP message
    body,     // behind a head without an upgrade
    header,   // of a frame
    payload,  // of a frame
    opaque,   // no protocol that is known here
  };
  static constexpr std::size_t kExcerpt = 256;  // of a payload

  std::size_t take_head(Bytes bytes, std::vector<std::string>& told);
  std::size_t take_header(Bytes bytes, std::vector<std::string>& told);
  std::size_t take_payload(Bytes bytes, std::vector<std::string>& told);
  std::string tell_head() const;
  std::string tell_frame();

  State state_ = State::begin;
  std::string head_;
  std::array<std::byte, ws::kMaxHeaderSize> header_{};
  std::size_t header_have_ = 0;
  ws::FrameHeader frame_;
  std::uint64_t payload_have_ = 0;
  std::string excerpt_;                            // unmasked
  ws::Opcode message_ = ws::Opcode::continuation;  // that a continuation belongs to
};

}  // namespace linnet::tools
