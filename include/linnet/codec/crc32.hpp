// SPDX-License-Identifier: Apache-2.0
// CRC-32 as in Ethernet, zlib and PNG (ITU-T V.42, 8.1.1.6.2: polynomial 0x04c11db7, reflected): what finds
// a record that a power cut has torn. Not against forgery.
// Memory: a table of 64 bytes in flash.
#pragma once

#include <cstdint>

#include "linnet/base/bytes.hpp"

namespace linnet::codec {

/// Of `bytes` behind those of which `before` is the checksum; zero is that of nothing.
std::uint32_t crc32(Bytes bytes, std::uint32_t before = 0) noexcept;

}  // namespace linnet::codec
