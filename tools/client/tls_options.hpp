// SPDX-License-Identifier: Apache-2.0
// --ca, --client-cert, --client-key, --tls-pin and --insecure, and the client of TLS that they make: what the
// commands that connect somewhere need for wss://. Keys are read from files, and are in no log.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/tls/client.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/wall_clock.hpp"
#include "tools/cli/options.hpp"

namespace linnet::tools {

class TlsOptions {
 public:
  TlsOptions();
  ~TlsOptions();

  void declare(Options& options);

  /// After Options::parse(): reads the files, and the system's authorities where no other trust was given.
  /// `needed`: the URL is one of TLS; another one may lead to one by a redirect, but does not have to.
  /// Nothing: all is well. Else the exit status, and stderr has the reason.
  std::optional<int> check(const Options& options, bool needed);

  /// In place of --ca: PEM text.
  void trust(std::string authorities) { authorities_ = std::move(authorities); }

  /// After check(), or trust(). `trace`: null, or what hears of each handshake.
  void start(Trace* trace);
  net::Security* client() const noexcept { return client_.get(); }  // null: not started

  /// Why the newest connection failed, in words, and which option may mend it; empty: it did not.
  std::string explain() const;

 private:
  // NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): it is final, and made here alone
  class Notes;

  static std::string read(const std::string& option, const std::string& file, std::string& into);
  std::string read_authorities(bool needed);
  std::string read_credentials();
  std::string read_pins();
  std::string_view advice(tls::Problem problem) const noexcept;

  std::string ca_;
  std::string client_cert_;
  std::string client_key_;
  std::vector<std::string> pins_;
  bool insecure_ = false;

  std::string authorities_;  // PEM, as the next two
  std::string certificate_;
  std::string key_;
  std::vector<tls::Pin> pin_list_;
  port::linux::WallClock clock_;
  port::linux::Entropy entropy_;
  std::unique_ptr<Notes> notes_;
  std::unique_ptr<tls::Client> client_;  // goes before what it borrows
};

}  // namespace linnet::tools
