// SPDX-License-Identifier: Apache-2.0
// Registers instead of a real board: the image is linked and measured, not run.
#include "device.hpp"

namespace {

volatile std::uint32_t& port(std::uintptr_t address) {
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}

constexpr std::uintptr_t kUart = 0x40004000;
constexpr std::uintptr_t kRandom = 0x40050000;
constexpr std::uintptr_t kClock = 0x40002004;
constexpr std::uintptr_t kPins = 0x40010000;

}  // namespace

extern "C" {

std::size_t device_read(void* into, std::size_t size) {
  auto* bytes = static_cast<unsigned char*>(into);
  std::size_t have = 0;
  while (have < size && (port(kUart + 4) & 2) != 0) bytes[have++] = static_cast<unsigned char>(port(kUart));
  return have;
}

std::size_t device_write(const void* data, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  std::size_t taken = 0;
  while (taken < size && (port(kUart + 4) & 1) == 0) port(kUart) = bytes[taken++];
  return taken;
}

void device_random(void* out, std::size_t size) {
  auto* bytes = static_cast<unsigned char*>(out);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(port(kRandom));
}

std::int64_t device_microseconds() {
  return static_cast<std::int64_t>(port(kClock)) << 4;
}

void application_received(const void* data, std::size_t size, bool text) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  port(kPins) = size == 0 ? text : bytes[0];
}

const char* application_text(std::size_t* size) {
  *size = port(kPins + 4);
  return reinterpret_cast<const char*>(static_cast<std::uintptr_t>(port(kPins + 8)));
}

const void* application_binary(std::size_t* size) {
  *size = port(kPins + 12);
  return reinterpret_cast<const void*>(static_cast<std::uintptr_t>(port(kPins + 16)));
}

bool application_wants_close() {
  return port(kPins + 20) != 0;
}
}
