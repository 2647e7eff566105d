// SPDX-License-Identifier: Apache-2.0
// The seam to the DNS, for AT+CDNSGIP.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "linnet/base/error.hpp"

namespace linnet::emulator {

class Names {
 public:
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  enum class Ticket : std::uint32_t {};

  virtual Result<Ticket> begin(std::string_view host) = 0;
  /// The addresses as text, one a line; nothing while the look-up is under way. Ends the ticket when it gives
  /// an answer.
  virtual std::optional<Result<std::string>> take(Ticket ticket) = 0;

 protected:
  Names() = default;
  ~Names() = default;
};

}  // namespace linnet::emulator
