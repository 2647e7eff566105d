// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/verdict.hpp"

namespace linnet::session {
namespace {

// "1012: ... a client may reconnect, and if it does, should use a randomized delay of 5 - 30s" (the registry
// of close codes, as its entry's author had it).
constexpr Duration kRestartWait = 5s;
constexpr Duration kRestartSpread = 25s;
// 1013, and 429 or 503 without a Retry-After: overloaded, so rather later than sooner.
constexpr Duration kOverloadWait = 10s;
constexpr Duration kOverloadSpread = 20s;
constexpr Duration kLeastSpread = 1s;

/// Behind a Retry-After: a tenth more, for the many that got the same.
constexpr void wait_as_asked(Verdict& verdict, Duration asked) noexcept {
  verdict.at_least = asked;
  verdict.spread = std::max<Duration>(asked / 10, kLeastSpread);
}

void judge_status(Verdict& verdict, std::uint16_t status, const End& end) noexcept {
  verdict.cause = Cause::refused;
  switch (status) {
    case 401:
    case 403:
    case 404: verdict.is_hopeless = true; break;
    case 429:
    case 503:
      verdict.at_least = kOverloadWait;
      verdict.spread = kOverloadSpread;
      break;
    default:
      // Who answers the upgrade of WebSocket with a page, with a way to a page, or with a demand of his own,
      // is not the server but stands before it: 511 is "Network Authentication Required" (RFC 6585, section
      // 6).
      if (status < 400 || status == 407 || status == 511) {
        verdict.cause = Cause::no_server;
        verdict.blames_link = true;
      }
      break;
  }
  if (end.retry_after && !verdict.is_hopeless && !verdict.blames_link)
    wait_as_asked(verdict, *end.retry_after);
}

Verdict judge_close(ws::CloseCode code) noexcept {
  Verdict verdict;
  if (code == ws::CloseCode::service_restart) {
    verdict.at_least = kRestartWait;
    verdict.spread = kRestartSpread;
  } else if (code == ws::CloseCode::try_again_later) {
    verdict.at_least = kOverloadWait;
    verdict.spread = kOverloadSpread;
  }
  return verdict;
}

Cause cause_of(const Failure& failure) noexcept {
  switch (failure.error.code) {
    case Errc::host_not_found: return Cause::name;
    case Errc::connect_timeout:
    case Errc::handshake_timeout: return Cause::timeout;
    case Errc::bad_certificate: return Cause::certificate;
    case Errc::tls_failure: return Cause::tls;
    case Errc::liveness_timeout:
    case Errc::stall_timeout:
    case Errc::close_timeout: return Cause::dead;
    default: break;
  }
  if (fault(failure.error) == Fault::misuse) return Cause::misuse;
  if (failure.stage == Stage::open)
    return fault(failure.error) == Fault::peer ? Cause::protocol : Cause::lost;
  return failure.stage >= Stage::handshake ? Cause::no_server : Cause::link;
}

}  // namespace

Verdict judge(const End& end) noexcept {
  if (!end.failure) return judge_close(end.code);
  const Failure& failure = *end.failure;
  Verdict verdict;
  if (failure.error.code == Errc::handshake_refused) {
    judge_status(verdict, failure.error.detail, end);
    return verdict;
  }
  verdict.cause = cause_of(failure);
  // A close frame came, and what failed is only how the connection ended behind it.
  if (end.was_open && end.code != ws::CloseCode::none_received) verdict = judge_close(end.code);
  verdict.blames_link = !end.was_open && verdict.cause != Cause::misuse;
  verdict.is_hopeless = verdict.cause == Cause::certificate || verdict.cause == Cause::misuse ||
                        (!end.was_open && end.link_is_hopeless);
  return verdict;
}

}  // namespace linnet::session
