// SPDX-License-Identifier: Apache-2.0
// The device that the measured client stands on: functions that a real program has from its board. Behind C
// linkage and in a file of their own, so that no compiler sees through them.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {
/// Takes what has arrived, at most `size` bytes; 0: nothing.
std::size_t device_read(void* into, std::size_t size);
/// Sends at most `size` bytes; how many were taken.
std::size_t device_write(const void* data, std::size_t size);
/// True random bytes.
void device_random(void* out, std::size_t size);
std::int64_t device_microseconds();
/// The application's part: what it got, what it wants to send (null: nothing).
void application_received(const void* data, std::size_t size, bool text);
const char* application_text(std::size_t* size);
const void* application_binary(std::size_t* size);
bool application_wants_close();
}
