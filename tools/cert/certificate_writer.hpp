// SPDX-License-Identifier: Apache-2.0
// Makes X.509 certificates (RFC 5280) for development and tests: authorities, and what they or the key itself
// sign. Deliberately bad ones are made like good ones: what is out of date, weak or for somebody else is in
// the request.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cert/private_key.hpp"

namespace linnet::tools {

struct CertificateRequest {
  std::string common_name;  // 1..64 characters of ASCII, without , + " \ < > ; = #
  /// Who it is for: DNS names ("localhost", "*.example.com"), IPv4 and IPv6 addresses.
  std::vector<std::string> hosts{};
  std::chrono::sys_seconds not_before{};
  std::chrono::sys_seconds not_after{};
  bool is_authority = false;  // may sign certificates, none of which is an authority
  bool for_server = false;    // extended key usage; neither: for any use
  bool for_client = false;
  bool weak_digest = false;  // SHA-1, for those who have to refuse it; else SHA-256
};

/// Who signs: an authority's certificate as PEM, and its key.
struct Issuer {
  std::string_view certificate;
  const PrivateKey* key;
};

/// Empty: `host` may stand in a certificate. Else what is wrong with it.
std::string judge_host(std::string_view host);

/// Empty: `name` may be a common name. Else what is wrong with it.
std::string judge_common_name(std::string_view name);

/// A certificate for the public half of `key`, signed by `issuer`, or by `key` itself where that is null. PEM
/// text.
std::expected<std::string, std::string> write_certificate(const CertificateRequest& request,
                                                          const PrivateKey& key,
                                                          const Issuer* issuer = nullptr);

}  // namespace linnet::tools
