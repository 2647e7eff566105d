// SPDX-License-Identifier: Apache-2.0
// Random bytes from the kernel's CSPRNG, getrandom(2), taken in batches: a masking key is 4 bytes and must
// not cost a system call each.
#pragma once

#include <array>
#include <cstddef>

#include "linnet/base/entropy.hpp"

#undef linux  // GNU modes (-std=gnu++23) define it as 1

namespace linnet::port::linux {

/// Bytes are wiped from the pool as they are given out, and the rest when it is destroyed. A forked child
/// would give out the same bytes as its parent: make one after fork(), for each loop.
class Entropy final : public linnet::Entropy {
 public:
  Entropy() = default;
  ~Entropy();

  /// Stops the program when the kernel refuses. More than the pool holds comes from the kernel directly.
  void fill(MutableBytes out) noexcept override;

 private:
  static constexpr std::size_t kPool = 512;  // 128 masking keys

  std::array<std::byte, kPool> pool_{};
  std::size_t left_ = 0;  // the last so many bytes of the pool are fresh
};

}  // namespace linnet::port::linux
