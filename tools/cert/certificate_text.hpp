// SPDX-License-Identifier: Apache-2.0
// Certificates and keys in words, for people.
#pragma once

#include <mbedtls/x509_crt.h>

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace linnet::tools {

/// What a file holds: each of its certificates, or its private key, some lines each. Else what is wrong with
/// it.
std::expected<std::string, std::string> explain_certificates(std::string_view content,
                                                             std::chrono::sys_seconds now);

/// "0a1b".
std::string hex(std::string_view bytes);
/// "2026-01-31".
std::string date_text(std::chrono::sys_seconds time);
std::chrono::sys_seconds time_of(const mbedtls_x509_time& time);
/// Fit for a terminal; the whole name where it has no common name.
std::string common_name_of(const mbedtls_x509_name& name);

}  // namespace linnet::tools
