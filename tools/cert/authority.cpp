// SPDX-License-Identifier: Apache-2.0
#include "tools/cert/authority.hpp"

#include "tools/cert/certificate_text.hpp"
#include "tools/cert/certificates.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {

std::expected<Authority, std::string> Authority::make(KeyKind kind, std::chrono::sys_seconds now) {
  auto key = PrivateKey::generate(kind);
  if (!key) return std::unexpected{key.error()};
  // Each has a name of its own: of two with one name, a browser's list does not say which is which.
  const std::string digest = sha256(public_key_der(key->context()));
  const CertificateRequest request{.common_name = "Linnet development CA " + hex(digest.substr(0, 3)),
                                   .not_before = now - kEarlier,
                                   .not_after = now + kLife,
                                   .is_authority = true};
  auto certificate = write_certificate(request, *key);
  if (!certificate) return std::unexpected{certificate.error()};
  return Authority{std::move(*certificate), std::move(*key), request.common_name, request.not_after};
}

std::expected<Authority, std::string> Authority::read(std::string certificate, std::string_view key,
                                                      std::chrono::sys_seconds now) {
  const Certificates parsed{certificate};
  if (!parsed.is_read()) return std::unexpected{"the certificate is none (PEM)"};
  if (parsed->ca_istrue == 0) return std::unexpected{"the certificate is not one of an authority"};
  const std::chrono::sys_seconds end = time_of(parsed->valid_to);
  if (end <= now) return std::unexpected{concat("the certificate expired on ", date_text(end))};
  auto own = PrivateKey::parse(key);
  if (!own) return std::unexpected{concat("the key ", own.error())};
  if (public_key_der(own->context()) != public_key_der(parsed->pk))
    return std::unexpected{"the key does not belong to the certificate"};
  return Authority{std::move(certificate), std::move(*own), common_name_of(parsed->subject), end};
}

std::expected<Authority::Issued, std::string> Authority::issue(const Wanted& wanted,
                                                               std::chrono::sys_seconds now) const {
  auto key = PrivateKey::generate(wanted.kind);
  if (!key) return std::unexpected{key.error()};
  const CertificateRequest request{
      .common_name = wanted.common_name,
      .hosts = wanted.hosts,
      .not_before = now - kEarlier,
      .not_after = std::min<std::chrono::sys_seconds>(now + wanted.life, not_after_),
      .for_server = !wanted.for_client,
      .for_client = wanted.for_client};
  const Issuer issuer{certificate_, &key_};
  auto certificate = write_certificate(request, *key, &issuer);
  if (!certificate) return std::unexpected{certificate.error()};
  return Issued{std::move(*certificate), key->pem(), request.not_after};
}

}  // namespace linnet::tools
