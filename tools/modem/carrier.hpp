// SPDX-License-Identifier: Apache-2.0
// What the line can be in its data state: a connection (transparent mode), a PPP call.
#pragma once

#include <cstddef>

#include "linnet/base/time.hpp"

namespace linnet::emulator {

class Carrier {
 public:
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;

  /// There is one, whether the line is in its data state or back at commands; this is DCD.
  virtual bool stands() const noexcept = 0;
  virtual bool takes_bytes() const noexcept = 0;
  /// A byte of data from the host.
  virtual void from_host(std::byte value) = 0;
  /// What was collected leaves now: the line goes to commands.
  virtual void flush() = 0;
  /// What is due by the clock while the line is in its data state.
  virtual Instant due() const noexcept = 0;
  virtual void run_due() = 0;
  /// The host ends it; nothing is said.
  virtual void hang_up() = 0;
  /// The host has ended it by DTR (AT&D2): what is said then.
  virtual void say_hung_up() = 0;

 protected:
  Carrier() = default;
  ~Carrier() = default;
};

}  // namespace linnet::emulator
