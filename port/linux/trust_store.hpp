// SPDX-License-Identifier: Apache-2.0
// The authorities that this system trusts: the one file in which each distribution has them as PEM.
#pragma once

#include <string>

#include "linnet/base/error.hpp"

#undef linux  // GNU modes (-std=gnu++23) define it as 1

namespace linnet::port::linux {

/// The content of SSL_CERT_FILE, which OpenSSL's users know, or else of the first of the usual places that is
/// there. About 220 KB. Fails with io_failure and the system's number: ENOENT says that
/// there is no such file (Debian's package for it is ca-certificates).
Result<std::string> load_system_authorities();

}  // namespace linnet::port::linux
