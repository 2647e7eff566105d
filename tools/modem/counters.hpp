// SPDX-License-Identifier: Apache-2.0
// What the modem has seen and done, for whoever measures a driver.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace linnet::emulator {

struct Counters {
  std::uint64_t lines = 0;      // command lines
  std::uint64_t errors = 0;     // of them answered with any ERROR
  std::uint64_t not_heard = 0;  // bytes while it was off, or that belong to no command
  std::uint64_t urcs = 0;
  std::uint64_t urcs_injected = 0;
  std::uint64_t edges = 0;  // "+CIPRXGET: 1,L"
  std::uint64_t prompts = 0;
  std::uint64_t empty_reads = 0;  // "No data"
  std::uint64_t sends = 0;        // payloads taken
  std::uint64_t reads = 0;        // payloads given
  std::uint64_t payload_up = 0;   // bytes from the host to peers
  std::uint64_t payload_down = 0;
  std::uint64_t opens = 0;  // connections that came up
  std::uint64_t open_failures = 0;
  std::uint64_t calls = 0;       // PPP
  std::uint64_t packets_up = 0;  // of IP, in calls
  std::uint64_t packets_down = 0;
  std::uint64_t peer_closes = 0;
  std::uint64_t network_losses = 0;
  std::uint64_t boots = 0;
  std::uint64_t faults = 0;
  std::uint64_t flash_writes = 0;                 // settings that the real modem keeps in flash
  std::map<std::string, std::uint64_t> commands;  // by name

  /// One JSON object on one line. `in`, `out`: bytes on the wire; `overruns`: bytes that nobody fetched.
  std::string json(std::uint64_t in, std::uint64_t out, std::uint64_t overruns) const;
};

}  // namespace linnet::emulator
