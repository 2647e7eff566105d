// SPDX-License-Identifier: Apache-2.0
// The buffers of a session as menuconfig has them (Linnet):  static session::Memory<esp_idf::kSizes> memory;
#pragma once

#include "linnet/session/memory.hpp"
#include "port/esp_idf/options.hpp"

namespace linnet::port::esp_idf {

inline constexpr session::Sizes kSizes{.conversation = {.input = CONFIG_LINNET_INPUT_BUFFER,
                                                        .output = CONFIG_LINNET_OUTPUT_BUFFER,
                                                        .message = CONFIG_LINNET_MESSAGE_BUFFER},
                                       .queue = CONFIG_LINNET_QUEUE,
                                       .sessions = CONFIG_LINNET_TLS_SESSIONS};

}  // namespace linnet::port::esp_idf
