// SPDX-License-Identifier: Apache-2.0
// lwIP on Linux.
#pragma once

#include <stdio.h>
#include <stdlib.h>

#define LWIP_RAND() ((u32_t)random())
#define LWIP_PLATFORM_DIAG(x) \
  do {                        \
    printf x;                 \
  } while (0)
#define LWIP_PLATFORM_ASSERT(x)       \
  do {                                \
    fprintf(stderr, "lwIP: %s\n", x); \
    abort();                          \
  } while (0)
