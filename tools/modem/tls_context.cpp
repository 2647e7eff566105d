// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/tls_context.hpp"

#include <utility>

#include "tools/modem/number.hpp"

namespace linnet::emulator {
namespace {

bool verifies(const TlsContext& context) noexcept {
  return context.authentication == 1 || context.authentication == 2;
}
bool identifies(const TlsContext& context) noexcept {
  return context.authentication == 2 || context.authentication == 3;
}

bool take_number(int& to, std::string_view value, int least, int most) {
  const auto number = parse_number<int>(value);
  if (!number || *number < least || *number > most) return false;
  to = *number;
  return true;
}

Bytes with_zero(const std::string& text) noexcept {
  return text.empty() ? Bytes{} : tls::pem(text.c_str());
}

}  // namespace

bool TlsContext::set(std::string_view name, std::string_view value) {
  int number = 0;
  if (name == "sslversion") return take_number(version, value, 0, 4);
  if (name == "authmode") return take_number(authentication, value, 0, 3);
  if (name == "cacert") return authority = value, true;
  if (name == "clientcert") return certificate = value, true;
  if (name == "clientkey") return key = value, true;
  if (name == "enableSNI") return take_number(number, value, 0, 1) && (sends_name = number == 1, true);
  if (name == "negotiatetime")
    return take_number(number, value, 10, 300) && (negotiation = std::chrono::seconds{number}, true);
  // Taken, and of no effect: dates are ignored here as they are there by default, and so is what a name in a
  // certificate need not be.
  return name == "ignorelocaltime" || name == "ignorecertCN" || name == "use_tickets" ||
         name == "ciphersuites" || name == "password";
}

void TlsEnd::Seeded::fill(MutableBytes out) noexcept {
  for (std::byte& byte : out) byte = static_cast<std::byte>(random_->next());
}

TlsEnd::TlsEnd(TlsContext context, const Files& files, Random& random)
    : context_{std::move(context)}, entropy_{random} {
  const auto take = [&](bool wanted, const std::string& name, std::string& to) {
    const auto file = files.find(name);
    if (wanted && file != files.end()) to = file->second;
    if (wanted && file == files.end()) is_complete_ = false;
  };
  take(verifies(context_), context_.authority, authority_);
  take(identifies(context_), context_.certificate, certificate_);
  take(identifies(context_), context_.key, key_);
  is_complete_ = is_complete_ && context_.version >= 3;
  client_.emplace(config(), entropy_);
}

tls::ClientConfig TlsEnd::config() const noexcept {
  return {.authorities = with_zero(authority_),
          .credentials = {.certificate = with_zero(certificate_), .key = with_zero(key_)},
          .alpn = nullptr,
          .handshake_timeout = context_.negotiation,
          .resume = false,
          .insecure = !verifies(context_)};
}

/// A client that verifies nothing is told the name only where it is to be sent: an address never is.
Result<net::Stream*> TlsEnd::secure(net::Stream& inner, std::string_view host, Instant now) {
  if (!is_complete_) return fail(Errc::tls_failure);
  const bool tells = context_.sends_name || verifies(context_);
  return client_->secure(inner, tells ? host : "0.0.0.0", now);
}

}  // namespace linnet::emulator
