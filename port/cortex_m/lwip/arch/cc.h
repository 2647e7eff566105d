// SPDX-License-Identifier: Apache-2.0
// What lwIP asks of a compiler and its surroundings (lwip/arch.h), in C.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
__attribute__((noreturn)) void linnet_assert_failed(const char* what);  // runtime.cpp
uint32_t linnet_lwip_random(void);                                      // network.cpp
#ifdef __cplusplus
}
#endif

#define LWIP_RAND() linnet_lwip_random()
#define LWIP_PLATFORM_ASSERT(what) linnet_assert_failed(what)
#define LWIP_PLATFORM_DIAG(what) \
  do {                           \
  } while (0)
