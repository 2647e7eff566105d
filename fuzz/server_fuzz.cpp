// SPDX-License-Identifier: Apache-2.0
// A server's connection: see connection_fuzz.hpp and connection_commands.hpp for the properties.
#include "connection_commands.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return linnet::fuzz::run<linnet::ws::Role::server>(data, size);
}
