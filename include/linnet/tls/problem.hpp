// SPDX-License-Identifier: Apache-2.0
// Why a secure connection did not come about, or was lost, as a program tells it apart.
#pragma once

#include <cstdint>

namespace linnet::tls {

enum class Problem : std::uint8_t {
  none,
  // Of the peer's certificate. Where there are several, the first of this list is told.
  no_certificate,     // none was sent
  weak_key,           // RSA below 2048 bits, or a curve that is not taken
  weak_signature,     // SHA-1, MD5
  self_signed,        // by nobody else, and not trusted by itself
  unknown_authority,  // signed by somebody who is not trusted
  revoked,            // by its authority's list
  expired,
  not_yet_valid,
  wrong_host,
  wrong_use,        // not for a server, or not for a client
  wrong_pin,        // good, but none of those that are pinned
  bad_certificate,  // malformed, or anything else

  // Of the peer.
  plain_http,       // speaks HTTP, not TLS
  not_tls,          // speaks neither
  old_version,      // no version of TLS in common: 1.1 or older only, or newer ones than this end has
  no_common_suite,  // no cipher suite or curve that both ends take
  refused,          // it sent an alert: see the text
  closed,           // it ended the connection in the middle of the handshake
  too_slow,         // the handshake took too long
  broken,           // a record or message that is wrong, or was changed on its way
  record_too_long,  // longer than this end's buffers: see Config::max_fragment

  // Of this end.
  no_memory,
  bad_configuration,
};

}  // namespace linnet::tls
