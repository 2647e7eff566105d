// SPDX-License-Identifier: Apache-2.0
// PPP in HDLC-like framing on an asynchronous line (RFC 1662): flags, escapes, the check sequence, and the
// header, whole or compressed (RFC 1661, section 6.5; RFC 1662, section 3.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "linnet/base/bytes.hpp"

namespace linnet::emulator::ppp {

/// The information of a frame, in bytes: RFC 1661, section 6.1, default of the MRU. We never ask for another.
inline constexpr std::size_t kMru = 1500;

inline constexpr std::uint16_t kFcsStart = 0xffff;
inline constexpr std::uint16_t kFcsGood = 0xf0b8;  // over a frame with its own FCS
/// RFC 1662, appendix C.2, a bit at a time.
std::uint16_t fcs16(std::uint16_t fcs, std::byte value) noexcept;

/// How frames go out. As it stands: before anything is negotiated.
struct Framing {
  std::uint32_t async_map = 0xffffffff;  // bit n: the control character n is escaped
  bool short_protocol = false;
  bool short_address = false;
};

/// Appends one frame, with a flag at each end.
void write_frame(std::string& to, std::uint16_t protocol, Bytes information, const Framing& how);

/// From bytes to frames. Holds one frame of at most kMru bytes of information; what is longer, damaged or
/// aborted is counted and left out. Compressed headers are always understood.
class FrameReader {
 public:
  struct Frame {
    std::uint16_t protocol;
    Bytes information;  // borrowed until the next byte
  };
  struct Counters {
    std::uint32_t damaged = 0;  // a wrong check sequence, or too short to have one
    std::uint32_t too_long = 0;
  };

  std::optional<Frame> receive(std::byte value) noexcept;
  /// Control characters that the line may have put in, by bit: they are dropped (RFC 1662, section 7.1).
  void set_async_map(std::uint32_t map) noexcept { async_map_ = map; }
  const Counters& counters() const noexcept { return counters_; }

 private:
  static constexpr std::size_t kHeader = 4;  // address, control, protocol
  static constexpr std::size_t kFcs = 2;

  std::optional<Frame> end_frame() noexcept;
  std::optional<Frame> split() const noexcept;

  std::array<std::byte, kHeader + kMru + kFcs> frame_;
  std::size_t size_ = 0;
  std::uint16_t fcs_ = kFcsStart;
  std::uint32_t async_map_ = 0xffffffff;
  bool is_escaped_ = false;
  bool is_too_long_ = false;
  Counters counters_;
};

}  // namespace linnet::emulator::ppp
