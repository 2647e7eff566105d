// SPDX-License-Identifier: Apache-2.0
// The options that say how to get there: --link, and what a modem must know.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/time.hpp"
#include "linnet/modem/config.hpp"
#include "tools/cli/options.hpp"

namespace linnet::tools {

/// One --link.
struct LinkChoice {
  enum class Kind : std::uint8_t { tcp, serial_modem, network_modem };

  Kind kind = Kind::tcp;
  std::string name = "tcp";  // as events and logs have it: "modem:/dev/ttyUSB2"
  std::string device{};      // of a modem: a path; or a host, and its port
  std::uint16_t port = 0;
  std::uint32_t baud = 0;  // to run at; 0: as the modem is found
  modem::Mode mode = modem::Mode::command;
  bool flow_control = false;
  bool dtr = false;  // wired
  bool dcd = false;

  bool is_modem() const noexcept { return kind != Kind::tcp; }
};

/// Else what is wrong with it, in words.
std::expected<LinkChoice, std::string> parse_link(std::string_view text);

class LinkOptions {
 public:
  /// --link, --apn, --apn-user, --apn-password, --pin.
  void declare(Options& options);

  /// After Options::parse(). Says what is wrong; empty: nothing.
  std::string check(const Options& options);

  /// For a program that has no options: this one and no other.
  void choose(const LinkChoice& choice) { choices_.assign(1, choice); }

  /// At least one, in order of preference; after check().
  std::span<const LinkChoice> choices() const noexcept { return choices_; }
  bool has_modem() const noexcept;

  /// For one of them; views into this object and into `choice`.
  modem::Config modem_config(const LinkChoice& choice) const noexcept;

  /// How long an attempt may take where --timeout does not say.
  static Duration default_timeout(const LinkChoice& choice) noexcept {
    return choice.is_modem() ? 180s : 30s;
  }

 private:
  std::vector<std::string> links_;
  std::vector<LinkChoice> choices_{LinkChoice{}};
  std::string apn_;
  std::string user_;
  std::string password_;
  std::string pin_;
};

}  // namespace linnet::tools
