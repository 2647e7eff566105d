// SPDX-License-Identifier: Apache-2.0
// Failures in sentences: what failed, with which peer, and what to try.
#pragma once

#include <string>
#include <string_view>

#include "linnet/base/time.hpp"
#include "linnet/net/security.hpp"
#include "linnet/session/conversation.hpp"
#include "linnet/ws/close_code.hpp"

namespace linnet::tools {

/// What a sentence is about.
struct Circumstances {
  std::string_view url{};           // as it was last connected to; its secrets are left out of the sentence
  std::string_view subprotocols{};  // offered
  std::string_view refusal{};       // the first part of what the server said when it refused
  std::string_view link{};          // over which: "tcp", "modem:/dev/ttyUSB2"
  std::string_view trouble{};       // what the link says of itself; empty: nothing
  std::string_view tls{};           // why TLS failed, if it did: ClientOptions::explain_tls()
  Duration timeout{};
  std::uint64_t max_message = 0;
};

std::string explain(const session::Failure& failure, const Circumstances& about);

/// "normal closure" for 1000; nothing for a code that only the application knows.
std::string_view meaning(ws::CloseCode code) noexcept;

/// ", TLSv1.2, resumed"; empty where there is no TLS.
std::string in_words(const net::SecurityReport* security);

/// "1006 (the connection ended without a close frame)".
std::string in_words(ws::CloseCode code);

}  // namespace linnet::tools
