// SPDX-License-Identifier: Apache-2.0
// What the commands that connect somewhere have in common: the URL, links, header fields, time-outs, trace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/time.hpp"
#include "linnet/session/config.hpp"
#include "tools/cli/options.hpp"
#include "tools/client/link_options.hpp"
#include "tools/client/tls_options.hpp"

namespace linnet::tools {

class ClientOptions {
 public:
  std::string url;
  Duration timeout{};       // after check() never zero: of the first link
  Duration each_timeout{};  // as --timeout says; zero: each link has its own
  LinkOptions links;
  Duration ping_interval = 20s;
  std::string trace;  // a file's name; empty: none

  /// --link, --header, --subprotocol, --timeout, --ping-interval, --trace, those of TLS, and what is still
  /// refused.
  void declare(Options& options);

  /// Where neither --header nor the environment says something else. Before check().
  void set_authorization(std::string value) { authorization_ = std::move(value); }

  /// After Options::parse(): judges what was given. Nothing: all is well. Else the exit status, and stderr
  /// has the reason.
  std::optional<int> check(const Options& options);

  /// How to connect, after check(), but for the links; views into this object. `max_message`: in bytes.
  /// `sink`: null, or what hears of every byte.
  session::Config config(std::uint64_t max_message, Trace* sink) const;

  /// For a program that knows whom to trust: authorities as PEM text, in place of --ca and of check().
  void trust(std::string authorities) { tls_.trust(std::move(authorities)); }

  /// After check(), for whoever uses config(): wss:// is possible from here on.
  void start_tls(Trace* sink) { tls_.start(sink); }
  /// Why TLS failed, and what to try; empty: it did not.
  std::string explain_tls() const { return tls_.explain(); }

 private:
  std::string take_header(std::string_view line);
  std::string take_headers_from(const std::string& file);

  std::vector<std::string> subprotocols_;
  std::vector<std::string> headers_;  // as given
  std::string subprotocol_list_;
  std::string authorization_;
  std::string origin_;
  std::vector<std::pair<std::string, std::string>> fields_;
  std::vector<ws::Field> field_views_;
  TlsOptions tls_;
};

}  // namespace linnet::tools
