// SPDX-License-Identifier: Apache-2.0
// The system's resolver, as AT+CDNSGIP asks for it.
#pragma once

#include "port/linux/resolver.hpp"
#include "tools/modem/names.hpp"

namespace linnet::tools {

class ModemNames final : public emulator::Names {
 public:
  /// `resolver` is borrowed.
  explicit ModemNames(port::linux::Resolver& resolver) noexcept : resolver_{&resolver} {}

  Result<Ticket> begin(std::string_view host) override;
  std::optional<Result<std::string>> take(Ticket ticket) override;

 private:
  port::linux::Resolver* resolver_;
};

}  // namespace linnet::tools
