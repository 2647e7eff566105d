// SPDX-License-Identifier: Apache-2.0
#include "tools/command.hpp"
namespace linnet::tools {
int trace(Arguments) {
  return kFailed;
}
}  // namespace linnet::tools
