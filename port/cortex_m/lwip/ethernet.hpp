// SPDX-License-Identifier: Apache-2.0
// The seam of an Ethernet chip: whole frames in and out, nothing of TCP/IP.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "linnet/base/bytes.hpp"

namespace linnet::port::cortex_m {

class Ethernet {
 public:
  using Address = std::array<std::uint8_t, 6>;

  Ethernet(const Ethernet&) = delete;
  Ethernet& operator=(const Ethernet&) = delete;
  virtual ~Ethernet() = default;

  const Address& address() const noexcept { return address_; }

  /// Bytes of the oldest frame that has arrived, without its checksum; 0: none.
  virtual std::size_t next_frame() noexcept = 0;
  /// That frame; `into` starts at a multiple of 4 and has room for it, rounded up to a multiple of 4.
  virtual void take_frame(MutableBytes into) noexcept = 0;
  virtual void drop_frame() noexcept = 0;
  /// One frame to send, of `size` bytes: begin, its parts in order, however many and however long, end.
  /// False: no room now, begin again later.
  virtual bool begin_frame(std::size_t size) noexcept = 0;
  virtual void add_to_frame(Bytes part) noexcept = 0;
  virtual void end_frame() noexcept = 0;
  /// All frames are taken: from now on the next one interrupts.
  virtual void listen() noexcept = 0;

 protected:
  explicit Ethernet(const Address& address) noexcept : address_{address} {}

 private:
  Address address_;
};

}  // namespace linnet::port::cortex_m
