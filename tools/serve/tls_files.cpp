// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/tls_files.hpp"

#include "port/linux/entropy.hpp"
#include "tools/cli/file.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kMostPem = 1024 * 1024;

/// Empty: it is in `into`. Else what is wrong.
std::string read_pem(std::string_view option, const std::string& file, std::string& into) {
  auto content = read_file(file, kMostPem);
  if (!content) return concat(option, " ", file, ": ", content.error());
  if (content->find("-----BEGIN ") == std::string::npos || content->find('\0') != std::string::npos)
    return concat(option, " ", file, ": this is no PEM file (-----BEGIN ...)");
  into = std::move(*content);
  return {};
}

}  // namespace

std::expected<std::shared_ptr<const TlsIdentity>, std::string> TlsIdentity::read(const TlsFiles& files) {
  auto made = std::make_shared<TlsIdentity>();
  std::string wrong = read_pem("--tls-cert", files.certificate, made->certificate_);
  if (wrong.empty()) wrong = read_pem("--tls-key", files.key, made->key_);
  if (wrong.empty() && !files.client_ca.empty())
    wrong = read_pem("--tls-client-ca", files.client_ca, made->client_ca_);
  if (!wrong.empty()) return std::unexpected{wrong};
  port::linux::Entropy entropy;
  tls::Server trial{{}, entropy};
  if (!trial.load(made->identity()))
    return std::unexpected{concat("--tls-cert ", files.certificate, ": ", trial.failure())};
  return made;
}

std::shared_ptr<const TlsIdentity> TlsIdentity::of(std::string certificate, std::string key) {
  auto made = std::make_shared<TlsIdentity>();
  made->certificate_ = std::move(certificate);
  made->key_ = std::move(key);
  return made;
}

tls::Identity TlsIdentity::identity() const noexcept {
  tls::Identity made{
      .credentials = {.certificate = tls::pem(certificate_.c_str()), .key = tls::pem(key_.c_str())}};
  if (!client_ca_.empty()) {
    made.client_authorities = tls::pem(client_ca_.c_str());
    made.client_certificates = tls::ClientCertificates::required;
  }
  return made;
}

void TlsNotes::bytes(Instant /*now*/, std::string_view /*layer*/, Direction /*direction*/, Bytes /*data*/) {}

void TlsNotes::note(Instant /*now*/, std::string_view /*layer*/, std::string_view text) {
  log::info("TLS: ", text);
}

}  // namespace linnet::tools
