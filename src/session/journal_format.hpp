// SPDX-License-Identifier: Apache-2.0
// How a journal's area looks. Numbers in network byte order; what a record leaves of its last unit is 0xff.
//
//   area    0 "LNJ1" · 4 generation · 8 unit · 12 zero · 28 CRC-32 of these 28 bytes · 32 records, one behind
//   the other record  0 a7 5c · 2 kind · 3 zero · 4 size · 8 number · 12 CRC-32 of bytes 0 to 12 and the
//   content · 16 content
//
// A message's content is its own; of an erased one it is the number; of a named thing the length of its name
// in one byte, the name, and the rest.
#pragma once

#include <array>
#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "linnet/codec/crc32.hpp"

namespace linnet::session {

inline constexpr std::size_t kAreaHeader = 32;
inline constexpr std::size_t kRecordHeader = 16;
inline constexpr std::size_t kChecked = 12;  // of a record's header
inline constexpr std::size_t kNumber = 4;    // content of an erased one
inline constexpr std::uint32_t kMaxUnit = 32;
inline constexpr std::uint32_t kMagic = 0x4c4e4a31;  // "LNJ1"
inline constexpr std::byte kMark0{0xa7};
inline constexpr std::byte kMark1{0x5c};
inline constexpr std::byte kErased{0xff};

struct RecordHeader {
  std::uint8_t kind = 0;
  std::uint32_t size = 0;
  std::uint32_t number = 0;
  std::uint32_t crc = 0;
};

using RecordBytes = std::array<std::byte, kRecordHeader>;

inline RecordBytes encode(const RecordHeader& header) noexcept {
  RecordBytes bytes{kMark0, kMark1, static_cast<std::byte>(header.kind)};
  store_be32(&bytes[4], header.size);
  store_be32(&bytes[8], header.number);
  store_be32(&bytes[12], header.crc);
  return bytes;
}

/// False: it has not the form of one.
inline bool decode(Bytes bytes, RecordHeader& header) noexcept {
  if (bytes[0] != kMark0 || bytes[1] != kMark1 || bytes[3] != std::byte{}) return false;
  header = {.kind = std::to_integer<std::uint8_t>(bytes[2]),
            .size = load_be32(&bytes[4]),
            .number = load_be32(&bytes[8]),
            .crc = load_be32(&bytes[12])};
  return header.kind >= 1 && header.kind <= 3 && header.number != 0;
}

inline std::array<std::byte, kAreaHeader> encode_area(std::uint32_t generation, std::uint32_t unit) noexcept {
  std::array<std::byte, kAreaHeader> bytes{};
  store_be32(bytes.data(), kMagic);
  store_be32(&bytes[4], generation);
  store_be32(&bytes[8], unit);
  store_be32(&bytes[28], codec::crc32(Bytes{bytes}.first(28)));
  return bytes;
}

}  // namespace linnet::session
