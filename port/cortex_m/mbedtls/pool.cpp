// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/mbedtls/pool.hpp"

#include <mbedtls/memory_buffer_alloc.h>

namespace linnet::port::cortex_m::mbedtls {

void use_pool(MutableBytes pool) noexcept {
  mbedtls_memory_buffer_alloc_init(reinterpret_cast<unsigned char*>(pool.data()), pool.size());
}

std::size_t pool_used() noexcept {
  constexpr std::size_t kHeader = 8 * sizeof(void*);  // of a block: memory_buffer_alloc.c, memory_header
  std::size_t bytes = 0;
  std::size_t blocks = 0;
  mbedtls_memory_buffer_alloc_max_get(&bytes, &blocks);
  return bytes + blocks * kHeader;
}

}  // namespace linnet::port::cortex_m::mbedtls
