// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/ppp/hdlc.hpp"

#include <utility>

#include "tools/modem/ppp/packet.hpp"

namespace linnet::emulator::ppp {
namespace {

constexpr std::byte kFlag{0x7e};
constexpr std::byte kEscape{0x7d};
constexpr std::byte kFlip{0x20};     // what an escaped byte is changed by
constexpr std::byte kAddress{0xff};  // "All-Stations", the only one
constexpr std::byte kControl{0x03};  // "Unnumbered Information", the only one

bool is_control(std::byte value, std::uint32_t map) noexcept {
  const auto code = std::to_integer<unsigned>(value);
  return code < 0x20 && (map >> code & 1) != 0;
}

class Writer {
 public:
  Writer(std::string& to, std::uint32_t map) noexcept : to_{to}, map_{map} { put_raw(kFlag); }

  void put(std::byte value) {
    fcs_ = fcs16(fcs_, value);
    put_escaped(value);
  }
  void end() {
    const auto fcs = static_cast<std::uint16_t>(~fcs_);
    put_escaped(static_cast<std::byte>(fcs));  // "the least significant octet first"
    put_escaped(static_cast<std::byte>(fcs >> 8));
    put_raw(kFlag);
  }

 private:
  void put_raw(std::byte value) { to_.push_back(static_cast<char>(value)); }
  void put_escaped(std::byte value) {
    if (value == kFlag || value == kEscape || is_control(value, map_)) {
      put_raw(kEscape);
      value ^= kFlip;
    }
    put_raw(value);
  }

  std::string& to_;
  std::uint32_t map_;
  std::uint16_t fcs_ = kFcsStart;
};

}  // namespace

std::uint16_t fcs16(std::uint16_t fcs, std::byte value) noexcept {
  constexpr unsigned kPolynomial = 0x8408;  // x^16 + x^12 + x^5 + 1, the least significant bit first
  unsigned left = fcs ^ std::to_integer<unsigned>(value);
  for (int bit = 0; bit < 8; ++bit) left = (left >> 1) ^ ((left & 1) != 0 ? kPolynomial : 0);
  return static_cast<std::uint16_t>(left);
}

void write_frame(std::string& to, std::uint16_t protocol, Bytes information, const Framing& how) {
  Writer writer{to, how.async_map};
  // RFC 1661, section 6.6: LCP packets keep their address and control fields.
  if (!how.short_address || protocol == kLcp) {
    writer.put(kAddress);
    writer.put(kControl);
  }
  if (!how.short_protocol || protocol > 0xff) writer.put(static_cast<std::byte>(protocol >> 8));
  writer.put(static_cast<std::byte>(protocol));
  for (const std::byte value : information) writer.put(value);
  writer.end();
}

std::optional<FrameReader::Frame> FrameReader::receive(std::byte value) noexcept {
  if (value == kFlag) return end_frame();
  if (is_control(value, async_map_)) return {};
  if (value == kEscape) {
    is_escaped_ = true;
    return {};
  }
  if (std::exchange(is_escaped_, false)) value ^= kFlip;
  if (size_ == frame_.size()) {
    is_too_long_ = true;
    return {};
  }
  fcs_ = fcs16(fcs_, value);
  frame_[size_++] = value;
  return {};
}

std::optional<FrameReader::Frame> FrameReader::end_frame() noexcept {
  const bool is_aborted = std::exchange(is_escaped_, false);  // RFC 1662, section 4.3: escape, then flag
  const bool is_too_long = std::exchange(is_too_long_, false);
  const std::uint16_t fcs = std::exchange(fcs_, kFcsStart);
  if (size_ == 0) return {};  // two flags, or one that two frames share
  std::optional<Frame> frame;
  if (!is_too_long && !is_aborted && fcs == kFcsGood) frame = split();
  size_ = 0;
  if (is_too_long || (frame && frame->information.size() > kMru)) {
    ++counters_.too_long;
    return {};
  }
  if (!frame) ++counters_.damaged;
  return frame;
}

std::optional<FrameReader::Frame> FrameReader::split() const noexcept {
  if (size_ < kFcs) return {};
  Bytes left{frame_.data(), size_ - kFcs};
  if (left.size() >= 2 && left[0] == kAddress && left[1] == kControl) left = left.subspan(2);
  if (left.empty()) return {};
  // RFC 1661, section 2: the first byte of a protocol of two bytes is even, the last one is odd.
  const bool is_short = (left[0] & std::byte{1}) != std::byte{0};
  if (!is_short && left.size() < 2) return {};
  const std::size_t size = is_short ? 1 : 2;
  const std::uint16_t protocol = is_short ? std::to_integer<std::uint16_t>(left[0]) : load_be16(left.data());
  return Frame{protocol, left.subspan(size)};
}

}  // namespace linnet::emulator::ppp
