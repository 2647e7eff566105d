// SPDX-License-Identifier: Apache-2.0
// TLS as the modem has it: what AT+CSSLCFG says of one of ten contexts, with the weak defaults of the real
// one, and the client's end of one connection. The emulator protects nobody: its random numbers repeat with
// its seed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "linnet/base/entropy.hpp"
#include "linnet/tls/client.hpp"
#include "tools/modem/random.hpp"

namespace linnet::emulator {

/// AT+CSSLCFG (M767 section 17.2.2): nothing is verified, no name is sent, and dates are ignored.
struct TlsContext {
  int version = 4;         // 3: TLS 1.2; 4: all; lower ones are not spoken any more
  int authentication = 0;  // 0 none, 1 of the server, 2 of both, 3 of the client
  std::string authority;   // names of files, as AT+CCERTDOWN has stored them
  std::string certificate;
  std::string key;
  bool sends_name = false;
  Duration negotiation = 300s;

  /// False: the key or its value is none that the manual knows.
  bool set(std::string_view name, std::string_view value);
};

using Files = std::map<std::string, std::string, std::less<>>;

class TlsEnd {
 public:
  /// What the files hold is copied.
  TlsEnd(TlsContext context, const Files& files, Random& random);
  TlsEnd(const TlsEnd&) = delete;
  TlsEnd& operator=(const TlsEnd&) = delete;

  /// As net::Security::secure(); tls_failure where the context has no file of that name, or a version that
  /// nobody speaks.
  Result<net::Stream*> secure(net::Stream& inner, std::string_view host, Instant now);

 private:
  class Seeded final : public Entropy {
   public:
    explicit Seeded(Random& random) noexcept : random_{&random} {}
    void fill(MutableBytes out) noexcept override;

   private:
    Random* random_;
  };

  tls::ClientConfig config() const noexcept;

  TlsContext context_;
  bool is_complete_ = true;
  std::string authority_;  // as text, with the zero that mbedTLS wants counted
  std::string certificate_;
  std::string key_;
  Seeded entropy_;
  std::optional<tls::Client> client_;
};

}  // namespace linnet::emulator
