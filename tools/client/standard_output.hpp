// SPDX-License-Identifier: Apache-2.0
// Where data goes: whole records, written at once, whatever stdout is. Blocks while its reader is slow, which
// is how back-pressure reaches the peer. A reader that has gone (EPIPE) is the end, and no failure.
#pragma once

#include <span>

#include "linnet/base/bytes.hpp"

namespace linnet::tools {

class StandardOutput {
 public:
  StandardOutput() = default;
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  /// All of `parts`, at most 8, in order. Does nothing any more once is_closed().
  void write(std::span<const Bytes> parts) noexcept;

  /// The reader has gone, or writing was interrupted by a signal, or failed.
  bool is_closed() const noexcept { return closed_; }
  /// errno, where neither the reader nor a signal is why.
  int failure() const noexcept { return failure_; }

 private:
  bool closed_ = false;
  int failure_ = 0;
};

}  // namespace linnet::tools
