// SPDX-License-Identifier: Apache-2.0
// How this modem differs from the next one of its kind: what no manual settles, what a firmware does in its
// own way, and the circumstances (SIM, network, latency). Each is a `--variant NAME=VALUE`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "linnet/base/time.hpp"

namespace linnet::emulator {

enum class SimState : std::uint8_t { ready, missing, pin, puk, failure };
enum class Registering : std::uint8_t { home, roaming, denied, never };
enum class FirstAt : std::uint8_t { ok, lost, error };
enum class TransparentClose : std::uint8_t { both, closed, ipclose, silent };

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which it is read; there is one
struct Settings {
  std::uint64_t seed = 1;
  Duration latency = 5ms;             // of each command, a fifth more or less by chance
  std::optional<std::uint32_t> pace;  // bits a second; none: the line's speed, 0: as fast as it goes

  bool blank_tail = true;  // an empty line between a read's payload and its OK
  bool space_after_prompt = false;
  bool tells_boot = true;              // the banner, and what follows it
  std::optional<Duration> boot_delay;  // none: nothing when the program starts, the profile's time at a reset
  Duration sim_busy = 1s;
  SimState sim = SimState::ready;
  std::string pin;
  Registering registering = Registering::home;
  Duration registration_delay = 2s;
  bool creg_six = false;  // AT+CREG says 6, "SMS only", where AT+CEREG says 1
  std::optional<Duration>
      late_urc;            // SMS DONE and PB DONE, after the banner; none: 1 s after the SIM is ready
  bool keeps_data = true;  // what came before the peer closed can still be read
  std::optional<Duration> confirmation_delay;  // of +CIPSEND; none: the latency
  Duration open_delay = 200ms;
  Duration netopen_delay = 300ms;
  std::size_t receive_buffer = 10240;  // a link; the real size is not documented
  double injection = 0;                // how often a harmless URC comes where one may
  int refused_code = 1;                // +CIPOPEN's answer to a refused connection
  TransparentClose transparent_close = TransparentClose::both;
  std::string apn;             // in the modem's memory already
  std::string only_apn;        // the one that the network takes; empty: any
  bool warm = false;           // has been running for long: no boot, the network is open, echo is off
  bool warm_in_call = false;   // and it is in the middle of a PPP call
  bool echoes_payload = true;  // while echo is on
  int error_mode = 2;          // AT+CMEE after power-on
  FirstAt first_at = FirstAt::ok;
  std::size_t chunk_least = 0;  // 0: the output is not cut
  std::size_t chunk_most = 0;
  std::int64_t clock = 1'767'225'600;  // of the network when the program starts: seconds since 1970, UTC
  bool checks_baud = false;            // garbage when the host's speed is not the modem's

  Duration confirmation() const noexcept { return confirmation_delay.value_or(latency); }
};

/// Sets one from "NAME=VALUE"; else says what is wrong, in words.
std::expected<void, std::string> set_variant(Settings& settings, std::string_view text);

/// For --help: name, values, one line.
struct VariantHelp {
  std::string_view name;
  std::string_view values;
  std::string_view about;
};
std::span<const VariantHelp> variants() noexcept;

}  // namespace linnet::emulator
