// SPDX-License-Identifier: Apache-2.0
#include "tools/client/tls_options.hpp"

#include <cstring>

#include "linnet/codec/digest.hpp"
#include "port/linux/trust_store.hpp"
#include "tools/cli/file.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kMostPem = 4 * 1024 * 1024;  // a whole system's authorities are 220 KB
constexpr std::string_view kPinPrefix = "sha256/";

}  // namespace

/// What TLS notes, in the log; and passed on.
class TlsOptions::Notes final : public Trace {
 public:
  explicit Notes(Trace* next) noexcept : next_{next} {}

  void bytes(Instant now, std::string_view layer, Direction direction, Bytes data) override {
    if (next_ != nullptr) next_->bytes(now, layer, direction, data);
  }
  void note(Instant now, std::string_view layer, std::string_view text) override {
    if (text.starts_with("insecure")) {
      log::warn("TLS is ", text);
    } else {
      log::debug("TLS: ", text);
    }
    if (next_ != nullptr) next_->note(now, layer, text);
  }

 private:
  Trace* next_;
};

TlsOptions::TlsOptions() = default;
TlsOptions::~TlsOptions() = default;

void TlsOptions::declare(Options& options) {
  options.text("--ca", "FILE", ca_, "authorities to trust (PEM), in place of the system's")
      .text("--client-cert", "FILE", client_cert_, "our certificate (PEM), for a server that asks for one")
      .text("--client-key", "FILE", client_key_, "its private key (PEM)")
      .list(
          "--tls-pin", "sha256/BASE64", pins_,
          "of the server's public key, which must be one of these; alone it is all the trust that is needed")
      .flag("--insecure", insecure_, "takes any certificate from anybody: for trying things out");
}

std::optional<int> TlsOptions::check(const Options& options, bool needed) {
  std::string wrong = read_authorities(needed);
  if (wrong.empty()) wrong = read_credentials();
  if (wrong.empty()) wrong = read_pins();
  if (wrong.empty()) return std::nullopt;
  return options.misused(wrong);
}

/// Empty: it is in `into`. Else what is wrong.
std::string TlsOptions::read(const std::string& option, const std::string& file, std::string& into) {
  auto content = read_file(file, kMostPem);
  if (!content) return concat(option, " ", file, ": ", content.error());
  if (content->find("-----BEGIN ") == std::string::npos || content->find('\0') != std::string::npos)
    return concat(option, " ", file, ": this is no PEM file (-----BEGIN ...)");
  into = std::move(*content);
  return {};
}

std::string TlsOptions::read_authorities(bool needed) {
  if (!ca_.empty()) return read("--ca", ca_, authorities_);
  if (insecure_ || !pins_.empty()) return {};
  auto system = port::linux::load_system_authorities();
  if (!system && !needed) return {};
  if (!system)
    return concat("the system's authorities cannot be read (", std::strerror(system.error().detail),
                  "): install ca-certificates, or give --ca FILE");
  authorities_ = std::move(*system);
  return {};
}

std::string TlsOptions::read_credentials() {
  if (client_cert_.empty() != client_key_.empty()) return "--client-cert and --client-key go together";
  if (client_cert_.empty()) return {};
  std::string wrong = read("--client-cert", client_cert_, certificate_);
  return wrong.empty() ? read("--client-key", client_key_, key_) : wrong;
}

std::string TlsOptions::read_pins() {
  for (const std::string& text : pins_) {
    tls::Pin pin{.of = tls::Pin::Of::public_key};
    const bool named = text.starts_with(kPinPrefix);
    const auto decoded =
        codec::base64_decode(std::string_view{text}.substr(named ? kPinPrefix.size() : 0), pin.digest);
    if (!named || !decoded || decoded->size() != pin.digest.size())
      return concat("--tls-pin ", text, ": a pin is sha256/ and the 44 characters of Base64 of a SHA-256");
    pin_list_.push_back(pin);
  }
  return {};
}

void TlsOptions::start(Trace* trace) {
  notes_ = std::make_unique<Notes>(trace);
  tls::ClientConfig config{.pins = pin_list_, .clock = &clock_, .insecure = insecure_, .trace = notes_.get()};
  if (!authorities_.empty()) config.authorities = tls::pem(authorities_.c_str());
  if (!certificate_.empty())
    config.credentials = {.certificate = tls::pem(certificate_.c_str()), .key = tls::pem(key_.c_str())};
  client_ = std::make_unique<tls::Client>(config, entropy_);
}

std::string TlsOptions::explain() const {
  if (client_ == nullptr || client_->failure().empty()) return {};
  const std::string_view more = advice(client_->problem());
  return concat(client_->failure(), more.empty() ? "" : "; ", more);
}

std::string_view TlsOptions::advice(tls::Problem problem) const noexcept {
  switch (problem) {
    case tls::Problem::self_signed:
    case tls::Problem::unknown_authority: return "--ca FILE trusts its authority; --insecure asks nobody";
    case tls::Problem::wrong_pin: return "--tls-pin takes several";
    case tls::Problem::expired:
    case tls::Problem::not_yet_valid:
    case tls::Problem::wrong_host:
    case tls::Problem::weak_key:
    case tls::Problem::weak_signature:
    case tls::Problem::wrong_use:
    case tls::Problem::bad_certificate: return "--insecure asks nobody, for trying things out";
    case tls::Problem::refused:
      return client_cert_.empty() ? "--client-cert FILE --client-key FILE give one" : "";
    default: return {};
  }
}

}  // namespace linnet::tools
