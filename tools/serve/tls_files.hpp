// SPDX-License-Identifier: Apache-2.0
// --tls-cert, --tls-key and --tls-client-ca: a server's identity from files, read at the start and again at a
// SIGHUP.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "linnet/base/trace.hpp"
#include "linnet/tls/server.hpp"

namespace linnet::tools {

struct TlsFiles {
  std::string certificate{};
  std::string key{};
  std::string client_ca{};  // empty: no client needs a certificate
};

/// The files' content.
class TlsIdentity {
 public:
  /// Reads them and finds out whether they can be used; else what is wrong, in words.
  static std::expected<std::shared_ptr<const TlsIdentity>, std::string> read(const TlsFiles& files);

  /// Of PEM texts that are good.
  static std::shared_ptr<const TlsIdentity> of(std::string certificate, std::string key);

  /// Views into this object.
  tls::Identity identity() const noexcept;

 private:
  std::string certificate_;
  std::string key_;
  std::string client_ca_;
};

/// What TLS has to say of clients that came to nothing, in the log.
class TlsNotes final : public Trace {
 public:
  void bytes(Instant now, std::string_view layer, Direction direction, Bytes data) override;
  void note(Instant now, std::string_view layer, std::string_view text) override;
};

}  // namespace linnet::tools
