// SPDX-License-Identifier: Apache-2.0
// The inner end of a new pseudo-terminal: whoever opens path() finds a serial device there.
#pragma once

#include <cstdint>
#include <string>

#include "port/linux/terminal.hpp"

namespace linnet::port::linux {

class Pty final : public Terminal {
 public:
  /// Both borrowed for as long as this lives. Ready bears `token`.
  Pty(Poller& poller, void* token) noexcept : Terminal{poller, token} {}
  ~Pty() override { close(); }

  /// Makes one, raw, at 115200. The other end stays open here too, so that programs may come and go.
  Result<void> open();
  void close() noexcept override;

  const std::string& path() const noexcept { return path_; }
  /// The speed that the program at the other end has set; 0: one that has no name.
  std::uint32_t host_baud() noexcept;

 private:
  int other_ = -1;
  std::string path_;
};

}  // namespace linnet::port::linux
