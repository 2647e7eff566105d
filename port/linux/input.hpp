// SPDX-License-Identifier: Apache-2.0
// A descriptor that is read as its bytes come, standard input above all: a terminal, a pipe or a file.
#pragma once

#include <cstddef>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "port/linux/poller.hpp"

#undef linux  // GNU modes (-std=gnu++23) define it as 1

namespace linnet::port::linux {

/// Never sets O_NONBLOCK: the descriptor may be shared with the shell that started the program, which would
/// not expect it. Reading never blocks all the same, as long as nobody else reads at the same time.
class Input {
 public:
  /// `poller` is borrowed for as long as this lives, and reports the descriptor as `token`. `fd` stays the
  /// caller's.
  Input(Poller& poller, int fd, void* token) noexcept : poller_{poller}, token_{token}, fd_{fd} {}
  ~Input() { want(false); }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  /// What is there, at most `into.size()` bytes; 0: nothing yet. Fails with end_of_stream at the end, again
  /// at each further call, and with io_failure.
  Result<std::size_t> read(MutableBytes into) noexcept;

  /// Whether its bytes wake the poller; at first they do not.
  void want(bool wanted) noexcept;

  /// A regular file cannot be watched and never makes anyone wait: while wanted, it is due at once. Else
  /// kNever.
  Instant deadline() const noexcept { return wanted_ && always_ready_ ? Instant{} : kNever; }

 private:
  Poller& poller_;
  void* token_;
  int fd_;
  bool wanted_ = false;
  bool always_ready_ = false;
};

}  // namespace linnet::port::linux
