// SPDX-License-Identifier: Apache-2.0
// mbedTLS's memory: a pool of fixed size, which nothing else uses.
#pragma once

#include <cstddef>

#include "linnet/base/bytes.hpp"

namespace linnet::port::cortex_m::mbedtls {

/// Before anything else of mbedTLS. Borrowed for good; what the client of docs/firmware.md needs is 12,000
/// bytes.
void use_pool(MutableBytes pool) noexcept;
/// The most that was ever in use, with what the pool itself writes between its blocks.
std::size_t pool_used() noexcept;

}  // namespace linnet::port::cortex_m::mbedtls
