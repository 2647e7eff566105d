// SPDX-License-Identifier: Apache-2.0
// What mbedTLS's numbers mean to this layer. A status is the negated sum of a number of a high-level module
// (multiples of 0x80) and one of a low-level module (mbedtls/error.h).
#pragma once

namespace linnet::tls {

bool is_out_of_memory(int status) noexcept;

/// The peer's certificate is why a handshake ended.
bool is_certificate_error(int status) noexcept;

}  // namespace linnet::tls
