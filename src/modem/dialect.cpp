// SPDX-License-Identifier: Apache-2.0
#include "linnet/modem/dialect.hpp"

namespace linnet::modem {

const Dialect& dialect_of(std::string_view model) noexcept {
  if (model.starts_with(kSim7670g.model)) return kSim7670g;  // before SIM7600, whose prefix is shorter
  if (model.starts_with(kA7670.model)) return kA7670;
  if (model.starts_with(kSim7600.model)) return kSim7600;
  return kSim7670g;
}

}  // namespace linnet::modem
