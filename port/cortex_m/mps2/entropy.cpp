// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/mps2/entropy.hpp"

#include <algorithm>
#include <cstring>

#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace linnet::port::cortex_m::mps2 {

void HostEntropy::fill(MutableBytes out) noexcept {
  while (!out.empty()) {
    if (left_ == 0) {
      if (semihosting::read_file("/dev/urandom", pool_) != pool_.size()) {
        semihosting::write("\nstopped: the host lends no random bytes\n");
        semihosting::exit(kFaultExit);
      }
      left_ = pool_.size();
    }
    const std::size_t size = std::min(out.size(), left_);
    std::byte* fresh = pool_.data() + (pool_.size() - left_);
    std::memcpy(out.data(), fresh, size);
    std::memset(fresh, 0, size);
    left_ -= size;
    out = out.subspan(size);
  }
}

}  // namespace linnet::port::cortex_m::mps2
