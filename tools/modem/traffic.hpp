// SPDX-License-Identifier: Apache-2.0
// The seam to whoever wants to read along: what host and modem said to each other, in pieces that people can
// read.
#pragma once

#include <cstddef>
#include <string_view>

#include "linnet/base/time.hpp"

namespace linnet::emulator {

class Traffic {
 public:
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  /// A command line with its end; PINs and passwords are asterisks already.
  virtual void host(Instant now, std::string_view line) = 0;
  /// What the modem says, echo left out.
  virtual void modem(Instant now, std::string_view text) = 0;
  /// So many bytes of payload went by.
  virtual void payload(Instant now, bool from_host, std::size_t size) = 0;
  /// What is no byte on the line: a fault that strikes, DCD, a reboot.
  virtual void note(Instant now, std::string_view text) = 0;

 protected:
  Traffic() = default;
  ~Traffic() = default;
};

}  // namespace linnet::emulator
