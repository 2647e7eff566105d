// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4), by mbedTLS.
#pragma once

#include <mbedtls/md.h>

#include <array>

#include "linnet/base/bytes.hpp"

namespace linnet::tls {

inline std::array<std::byte, 32> sha256(Bytes input) noexcept {
  std::array<std::byte, 32> digest{};
  (void)mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256),
                   reinterpret_cast<const unsigned char*>(input.data()), input.size(),
                   reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace linnet::tls
