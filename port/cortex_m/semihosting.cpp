// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/semihosting.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace linnet::port::cortex_m::semihosting {
namespace {

enum Operation : std::uint32_t {
  kOpen = 0x01,
  kClose = 0x02,
  kWrite0 = 0x04,
  kRead = 0x06,
  kGetCommandLine = 0x15,
  kExitExtended = 0x20,
};
constexpr std::uint32_t kApplicationExit = 0x20026;  // ADP_Stopped_ApplicationExit

/// "BKPT 0xAB" on M-profile; the answer comes in r0.
std::int32_t call(Operation operation, const void* block) noexcept {
  register std::uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = block;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory", "cc");
  return static_cast<std::int32_t>(r0);
}

std::uint32_t address(const void* at) noexcept {
  return reinterpret_cast<std::uint32_t>(at);
}

}  // namespace

void write(std::string_view text) noexcept {
  std::array<char, 64> piece;  // WRITE0 wants a zero at the end
  while (!text.empty()) {
    const std::size_t size = std::min(text.size(), piece.size() - 1);
    std::memcpy(piece.data(), text.data(), size);
    piece[size] = '\0';
    call(kWrite0, piece.data());
    text.remove_prefix(size);
  }
}

void write_number(std::uint64_t value) noexcept {
  std::array<char, 20> digits;  // of 2^64
  std::size_t first = digits.size();
  do {
    digits[--first] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  write({digits.data() + first, digits.size() - first});
}

void write_hex(std::uint32_t value) noexcept {
  std::array<char, 8> digits;
  for (std::size_t at = digits.size(); at-- > 0; value >>= 4) digits[at] = "0123456789abcdef"[value & 15];
  write({digits.data(), digits.size()});
}

void exit(int status) noexcept {
  const std::array<std::uint32_t, 2> block{kApplicationExit, static_cast<std::uint32_t>(status)};
  for (;;) call(kExitExtended, block.data());
}

std::string_view command_line(MutableBytes into) noexcept {
  const std::array<std::uint32_t, 2> block{address(into.data()), into.size()};
  if (into.empty() || call(kGetCommandLine, block.data()) != 0) return {};
  const std::string_view text = as_text(into);
  return text.substr(0, text.find('\0'));
}

std::size_t read_file(const char* path, MutableBytes into) noexcept {
  const std::array<std::uint32_t, 3> open{address(path), 1 /* "rb" */, std::strlen(path)};
  const std::int32_t file = call(kOpen, open.data());
  if (file < 0) return 0;
  const std::array<std::uint32_t, 3> read{static_cast<std::uint32_t>(file), address(into.data()),
                                          into.size()};
  const auto left = static_cast<std::size_t>(call(kRead, read.data()));  // that were not read
  const auto handle = static_cast<std::uint32_t>(file);
  call(kClose, &handle);
  return into.size() - left;
}

}  // namespace linnet::port::cortex_m::semihosting
