// SPDX-License-Identifier: Apache-2.0
// Views over bytes, and big-endian integers in them. Nothing here owns or allocates memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace linnet {

using Bytes = std::span<const std::byte>;   // borrowed, read only
using MutableBytes = std::span<std::byte>;  // borrowed, may be changed in place

/// The bytes of `text`; borrowed for as long as `text` lives.
inline Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// The same bytes seen as characters; says nothing about their encoding.
inline std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Network byte order (RFC 6455, section 5.2, sends lengths and close codes so). `at` has room for the
/// whole integer and needs no alignment.
constexpr std::uint16_t load_be16(const std::byte* at) noexcept {
  return static_cast<std::uint16_t>((std::to_integer<unsigned>(at[0]) << 8) |
                                    std::to_integer<unsigned>(at[1]));
}

constexpr std::uint32_t load_be32(const std::byte* at) noexcept {
  return (std::uint32_t{load_be16(at)} << 16) | load_be16(at + 2);
}

constexpr std::uint64_t load_be64(const std::byte* at) noexcept {
  return (std::uint64_t{load_be32(at)} << 32) | load_be32(at + 4);
}

constexpr void store_be16(std::byte* at, std::uint16_t value) noexcept {
  at[0] = static_cast<std::byte>(value >> 8);
  at[1] = static_cast<std::byte>(value);
}

constexpr void store_be32(std::byte* at, std::uint32_t value) noexcept {
  store_be16(at, static_cast<std::uint16_t>(value >> 16));
  store_be16(at + 2, static_cast<std::uint16_t>(value));
}

constexpr void store_be64(std::byte* at, std::uint64_t value) noexcept {
  store_be32(at, static_cast<std::uint32_t>(value >> 32));
  store_be32(at + 4, static_cast<std::uint32_t>(value));
}

}  // namespace linnet
