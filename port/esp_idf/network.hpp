// SPDX-License-Identifier: Apache-2.0
// What every network interface of ESP-IDF wants to be there before it.
#pragma once

#include "linnet/base/error.hpp"

namespace linnet::port::esp_idf {

/// esp_netif and the default event loop; does nothing where the application has made them.
Result<void> start_network() noexcept;

}  // namespace linnet::port::esp_idf
