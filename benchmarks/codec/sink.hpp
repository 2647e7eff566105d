// SPDX-License-Identifier: Apache-2.0
// Where a measured path ends: the application that takes a message, the system call that takes buffers.
// Both are calls through a pointer, so that no compiler looks inside; while measuring they do nothing.
#pragma once

#include <sys/uio.h>

#include <cstddef>

namespace bench {

/// A whole message; `data` is borrowed for the call.
extern void (*deliver)(const void* data, std::size_t size, bool text);

/// Buffers as writev takes them; borrowed for the call.
extern void (*write_out)(const iovec* parts, std::size_t count);

/// Fills `out` with random bytes of the kernel's CSPRNG, fetched 4,096 bytes at a time: for the
/// implementations that leave the masking key to the application.
void random_bytes(void* out, std::size_t size);

/// Whether a writer that gathers messages hands them over now: after sixteen short ones (the pipeline of the
/// echo figures), after each long one. One that writes each message by itself need not ask.
extern bool hand_over_due;

}  // namespace bench
