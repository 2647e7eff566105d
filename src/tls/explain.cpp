// SPDX-License-Identifier: Apache-2.0
#include "explain.hpp"

#include <mbedtls/ssl.h>

#include "mbedtls.hpp"
#include "status.hpp"

namespace linnet::tls {
namespace {

using namespace std::string_view_literals;

// Of mbedTLS 2.28, which 3.x has given other numbers or put together.
constexpr int kNoCipherChosen = -0x7380;
constexpr int kHandshakeFailure = -0x6E00;  // 3.x: it, and no cipher chosen
constexpr int kBadVersion = -0x6E80;        // RFC 8446, section 6.2: protocol_version

// RFC 8446, section 6.
constexpr std::uint8_t kAlertHandshakeFailure = 40;
constexpr std::uint8_t kAlertProtocolVersion = 70;
constexpr std::uint8_t kAlertCertificateRequired = 116;

struct AlertName {
  std::uint8_t number;
  std::string_view name;
};
constexpr AlertName kAlerts[] = {
    {10, "unexpected_message"sv},
    {20, "bad_record_mac"sv},
    {22, "record_overflow"sv},
    {40, "handshake_failure"sv},
    {42, "bad_certificate"sv},
    {43, "unsupported_certificate"sv},
    {44, "certificate_revoked"sv},
    {45, "certificate_expired"sv},
    {46, "certificate_unknown"sv},
    {47, "illegal_parameter"sv},
    {48, "unknown_ca"sv},
    {49, "access_denied"sv},
    {50, "decode_error"sv},
    {51, "decrypt_error"sv},
    {70, "protocol_version"sv},
    {71, "insufficient_security"sv},
    {80, "internal_error"sv},
    {90, "user_canceled"sv},
    {109, "missing_extension"sv},
    {112, "unrecognized_name"sv},
    {116, "certificate_required"sv},
    {120, "no_application_protocol"sv},
};

bool is_record(const Breakdown& breakdown) noexcept {
  // "change_cipher_spec(20), alert(21), handshake(22), application_data(23)" (RFC 8446, section 5.1), and the
  // 3 of the version.
  const auto type = std::to_integer<unsigned>(breakdown.first[0]);
  return breakdown.first_size < 2 || (type >= 20 && type <= 23 && breakdown.first[1] == std::byte{3});
}

/// An alert that came first of all, in a record of TLS 1.1 or older: its sender had chosen that version, and
/// only then found no suite in it that we offer.
bool is_alert_of_old_version(const Breakdown& breakdown) noexcept {
  const std::byte minor = breakdown.first[2];
  return breakdown.first_size > 2 && breakdown.first[0] == std::byte{21} && minor != std::byte{} &&
         minor < std::byte{3};
}

bool is_http(const Breakdown& breakdown) noexcept {
  const std::string_view first = as_text(Bytes{breakdown.first}.first(breakdown.first_size));
  for (const std::string_view word :
       {"HTTP/"sv, "GET "sv, "HEAD "sv, "POST "sv, "PUT "sv, "OPTIONS "sv, "DELETE "sv}) {
    if (first.starts_with(word) || (first.size() >= 3 && word.starts_with(first))) return true;
  }
  return false;
}

void explain_certificate(Words& words, Problem problem, const Verdict& verdict,
                         const Circumstances& about) noexcept {
  if (problem == Problem::no_certificate) {
    words << about.peer << " sent no certificate, and this end asks for one";
    return;
  }
  const bool known = !verdict.subject().empty();
  if (verdict.is_leaf()) {
    words << "the certificate of "sv << about.peer;
    if (known) words << " ("sv << verdict.subject() << ")"sv;
  } else {
    words << "the certificate of "sv << verdict.subject() << ", in the chain of "sv << about.peer << ","sv;
  }
  switch (problem) {
    case Problem::weak_key:
      words << " has a weak key: RSA wants 2048 bits or more, and an elliptic curve 256"sv;
      break;
    case Problem::weak_signature:
      words << " is signed with a digest that is broken (SHA-1, MD5): it needs a new one"sv;
      break;
    case Problem::self_signed: words << " is signed by itself: trust it as an authority, or pin it"sv; break;
    case Problem::unknown_authority:
      words << " is signed by "sv << verdict.issuer()
            << ", who is not trusted: trust that authority's certificate"sv;
      break;
    case Problem::revoked: words << " was revoked by "sv << verdict.issuer(); break;
    case Problem::expired:
      words << " expired on "sv;
      words.date(verdict.date()) << ": it needs a new one, unless the clock here is wrong"sv;
      break;
    case Problem::not_yet_valid:
      words << " is not valid before "sv;
      words.date(verdict.date()) << ": is the clock here right?"sv;
      break;
    case Problem::wrong_host:
      words << " is for another host: connect by a name that it has, or give it this one"sv;
      break;
    case Problem::wrong_use:
      words << " is not for a "sv << (about.is_client ? "server"sv : "client"sv)
            << " (key usage): it needs another one"sv;
      break;
    case Problem::wrong_pin:
      words << " is not, or no longer, among those that are pinned: pin it, if it is the right one"sv;
      break;
    default: words << " is malformed, or of a kind that is not supported"sv;
  }
}

void explain_alert(Words& words, const Breakdown& breakdown, const Circumstances& about) noexcept {
  const unsigned number = breakdown.alert.value_or(0);
  words << about.peer << (breakdown.in_handshake ? " refused the handshake"sv : " ended the connection"sv)
        << " (alert "sv << number;
  for (const AlertName& alert : kAlerts) {
    if (alert.number == number) words << ", "sv << alert.name;
  }
  words << ")"sv;
  if (number >= 42 && number <= 49) {
    if (about.is_client && !about.has_credentials) {
      words << ": it wants a client certificate"sv;
    } else {
      words << ": it does not take our certificate"sv;
    }
  } else if (about.is_client && !about.has_credentials &&
             (number == kAlertHandshakeFailure || number == kAlertCertificateRequired)) {
    words << ": it wants a client certificate, or no cipher suite suits both"sv;
  } else if (number == 112) {
    words << ": it knows no such host"sv;
  }
}

}  // namespace

Problem diagnose(const Breakdown& breakdown, const Verdict& verdict, std::uint32_t flags) noexcept {
  if (breakdown.error == Errc::out_of_memory) return Problem::no_memory;
  if (is_certificate_error(breakdown.status)) {
    if (verdict.problem() != Problem::none) return verdict.problem();
    if (breakdown.status == MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE) return Problem::no_certificate;
    const Problem problem = flags == 0xFFFFFFFF ? Problem::none : Verdict::meaning_of(flags);
    return problem != Problem::none ? problem : Problem::bad_certificate;
  }
  if (breakdown.in_handshake && is_http(breakdown)) return Problem::plain_http;
  if (breakdown.in_handshake && !is_record(breakdown)) return Problem::not_tls;
  if (breakdown.error == Errc::handshake_timeout) return Problem::too_slow;
  if (breakdown.alert == kAlertHandshakeFailure && is_alert_of_old_version(breakdown))
    return Problem::old_version;
  if (breakdown.alert)
    return *breakdown.alert == kAlertProtocolVersion ? Problem::old_version : Problem::refused;
  if (breakdown.transport && breakdown.error == *breakdown.transport) return Problem::closed;
  switch (breakdown.status) {
    case kBadVersion: return Problem::old_version;
    case kNoCipherChosen:
    case kHandshakeFailure: return Problem::no_common_suite;
    case MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL: return Problem::record_too_long;
    default: return Problem::broken;
  }
}

void explain(Words& words, Problem problem, const Breakdown& breakdown, const Verdict& verdict,
             const Circumstances& about) noexcept {
  switch (problem) {
    case Problem::none: return;
    case Problem::plain_http:
      if (about.is_client) {
        words << about.peer
              << " answers in plain HTTP: this port has no TLS; use ws://, or the port that has it"sv;
      } else {
        words << about.peer << " speaks plain HTTP to a port of TLS: it is to use wss:// or https://"sv;
      }
      return;
    case Problem::not_tls:
      words << "what "sv << about.peer << " sends is no TLS: is this the right port?"sv;
      return;
    case Problem::old_version:
      if (breakdown.alert == kAlertProtocolVersion) {
        words << about.peer << " takes no version of TLS that this end has, which is 1.2"sv
              << (mbed::kHasTls13 ? " and 1.3"sv : ", and no 1.3"sv);
        return;
      }
      words << about.peer
            << " speaks only TLS 1.1 or older, and this end only 1.2 and later: it has to be renewed"sv;
      return;
    case Problem::no_common_suite:
      words << about.peer << " and this end have no cipher suite or curve in common"sv;
      return;
    case Problem::refused: return explain_alert(words, breakdown, about);
    case Problem::closed:
      words << about.peer << " ended the connection in the middle of "sv
            << (breakdown.in_handshake ? "the TLS handshake"sv : "TLS"sv);
      if (breakdown.in_handshake && breakdown.first_size == 0)
        words << ", before its first byte: has this port TLS?"sv;
      // Its alert may be lost with the connection that it ended.
      if (breakdown.in_handshake && breakdown.first_size != 0 && about.is_client)
        words << (about.has_credentials ? ": perhaps it does not take our certificate"sv
                                        : ": does it want a client certificate?"sv);
      return;
    case Problem::too_slow: words << "the TLS handshake with "sv << about.peer << " took too long"sv; return;
    case Problem::broken:
      words << "what came from "sv << about.peer
            << " is no TLS as it should be: changed on its way, or not a TLS peer"sv;
      return;
    case Problem::record_too_long:
      words << about.peer << " sent more in one record or message than this end's buffers hold"sv;
      return;
    case Problem::no_memory: words << "no memory for TLS with "sv << about.peer; return;
    case Problem::bad_configuration: words << "TLS is not configured as it must be"sv; return;
    default: explain_certificate(words, problem, verdict, about);
  }
}

}  // namespace linnet::tls
