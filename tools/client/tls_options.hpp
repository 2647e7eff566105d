// SPDX-License-Identifier: Apache-2.0
// --ca, --client-cert, --client-key, --tls-pin and --insecure: what the commands that connect somewhere need
// for wss://. Keys are read from files, and are in no log.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/entropy.hpp"
#include "linnet/tls/client.hpp"
#include "port/linux/wall_clock.hpp"
#include "tools/cli/options.hpp"

namespace linnet::tools {

class TlsOptions {
 public:
  void declare(Options& options);

  /// After Options::parse(), where the URL is one of TLS: reads the files, and the system's authorities where
  /// no other trust was given. Nothing: all is well. Else the exit status, and stderr has the reason.
  std::optional<int> check(const Options& options);

  /// After check(): views into this object, which outlives whoever uses them. `trace`: null, or what hears of
  /// each handshake.
  tls::ClientConfig config(Trace* trace) noexcept;

  bool is_insecure() const noexcept { return insecure_; }

  /// What to try where a certificate was refused, as options of the command; empty: nothing that an option
  /// could mend.
  std::string_view advice(tls::Problem problem) const noexcept;

 private:
  std::string read(const std::string& option, const std::string& file, std::string& into);
  std::string read_authorities();
  std::string read_credentials();
  std::string read_pins();

  std::string ca_;
  std::string client_cert_;
  std::string client_key_;
  std::vector<std::string> pins_;
  bool insecure_ = false;

  std::string authorities_;  // PEM, as the rest
  std::string certificate_;
  std::string key_;
  std::vector<tls::Pin> pin_list_;
  port::linux::WallClock clock_;
};

}  // namespace linnet::tools
