// SPDX-License-Identifier: Apache-2.0
// Where masking keys come from (RFC 6455, section 5.3): a client has a new one for each frame, a server none.
#pragma once

#include "linnet/base/entropy.hpp"
#include "linnet/ws/frame.hpp"

namespace linnet::ws {

template <Role role>
class MaskingKeys {};

template <>
class MaskingKeys<Role::client> {
 public:
  /// `entropy`: borrowed for the life of this.
  explicit MaskingKeys(Entropy& entropy) noexcept : entropy_{&entropy} {}

  /// "The masking key MUST be derived from a strong source of entropy" (5.3), a fresh one for each frame.
  MaskingKey next() const noexcept {
    MaskingKey key;
    entropy_->fill({reinterpret_cast<std::byte*>(&key), sizeof key});
    return key;
  }
  Entropy& entropy() const noexcept { return *entropy_; }

 private:
  Entropy* entropy_;
};

}  // namespace linnet::ws
