// SPDX-License-Identifier: Apache-2.0
// The pool over getrandom(2).
#include "port/linux/entropy.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace linnet::port::linux {
namespace {

void fill_from_kernel(MutableBytes out) noexcept {
  while (!out.empty()) {
    // Without flags it blocks until the kernel's generator was seeded, once after boot (getrandom(2)).
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      std::perror("linnet: no random bytes from the kernel");
      std::abort();
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace

Entropy::~Entropy() {
  ::explicit_bzero(pool_.data(), pool_.size());
}

void Entropy::fill(MutableBytes out) noexcept {
  if (out.empty()) return;  // its data() may be null, which memcpy must not be given
  if (out.size() > left_) {
    if (out.size() > kPool) return fill_from_kernel(out);
    fill_from_kernel(pool_);
    left_ = kPool;
  }
  std::byte* fresh = pool_.data() + (kPool - left_);
  std::memcpy(out.data(), fresh, out.size());
  std::memset(fresh, 0, out.size());
  left_ -= out.size();
}

}  // namespace linnet::port::linux
