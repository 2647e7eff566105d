// SPDX-License-Identifier: Apache-2.0
// A certificate authority for development: whoever trusts its certificate trusts what it signs. No check is
// made of who asks, so it is for machines of one's own.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cert/certificate_writer.hpp"
#include "tools/cert/private_key.hpp"

namespace linnet::tools {

class Authority {
 public:
  /// Its certificates begin so long ago, for devices whose clocks are behind.
  static constexpr std::chrono::hours kEarlier{24};
  static constexpr std::chrono::days kLife{3650};

  /// Both as PEM. The key is a secret, and who drops it wipes it if that matters.
  struct Issued {
    std::string certificate;
    std::string key;
    std::chrono::sys_seconds not_after{};
  };
  struct Wanted {
    std::string common_name;
    std::vector<std::string> hosts{};
    bool for_client = false;  // else for a server
    KeyKind kind = KeyKind::ec_p256;
    std::chrono::days life{};  // from now; never longer than the authority's own
  };

  /// A new one, valid for kLife.
  static std::expected<Authority, std::string> make(KeyKind kind, std::chrono::sys_seconds now);
  /// One that was made before. Refused, in words: what is no certificate, no authority, expired, or has
  /// another key.
  static std::expected<Authority, std::string> read(std::string certificate, std::string_view key,
                                                    std::chrono::sys_seconds now);

  std::expected<Issued, std::string> issue(const Wanted& wanted, std::chrono::sys_seconds now) const;

  const std::string& certificate() const noexcept { return certificate_; }  // PEM
  const PrivateKey& key() const noexcept { return key_; }
  const std::string& name() const noexcept { return name_; }
  std::chrono::sys_seconds not_after() const noexcept { return not_after_; }

 private:
  Authority(std::string certificate, PrivateKey key, std::string name, std::chrono::sys_seconds not_after)
      : certificate_{std::move(certificate)},
        key_{std::move(key)},
        name_{std::move(name)},
        not_after_{not_after} {}

  std::string certificate_;
  PrivateKey key_;
  std::string name_;
  std::chrono::sys_seconds not_after_;
};

}  // namespace linnet::tools
