// SPDX-License-Identifier: Apache-2.0
// What must not be read in a log or a trace: passwords in URLs, tokens in queries, credentials and cookies in
// HTTP heads.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace linnet::tools {

/// Whether a field of an HTTP head holds a secret: Authorization, Cookie, Set-Cookie, Proxy-Authorization,
/// and whatever calls itself a token, a secret, a password or an API key.
bool is_secret_field(std::string_view name) noexcept;

/// `url` with "***" for its user and password, and for the values of parameters like `token=`. Any text will
/// do; what is no URL comes back as it is.
std::string masked_url(std::string_view url);

/// Puts asterisks over the secrets of an HTTP head, line by line. Lengths stay, so that offsets do.
class HeadMask {
 public:
  /// `line` with its end, or what there is of the last one.
  void apply(std::span<char> line) noexcept;
  /// Before the next head.
  void restart() noexcept { secret_ = false; }

 private:
  bool secret_ = false;  // the last field is: a folded line belongs to it (RFC 9112, section 5.2)
};

}  // namespace linnet::tools
