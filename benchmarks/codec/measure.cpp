// SPDX-License-Identifier: Apache-2.0
#include "measure.hpp"

#include <sys/random.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace bench {
namespace {

void take_nothing(const void*, std::size_t, bool) {}
void write_nothing(const iovec*, std::size_t) {}

std::string seen;
bool seen_text = false;
int deliveries = 0;

void take_copy(const void* data, std::size_t size, bool text) {
  seen.assign(static_cast<const char*>(data), size);
  seen_text = text;
  ++deliveries;
}

void write_copy(const iovec* parts, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    seen.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  }
}

[[noreturn]] void fail(const Case& row, const char* what) {
  std::fprintf(stderr, "bench: %.*s: %s\n", static_cast<int>(row.name.size()), row.name.data(), what);
  std::abort();
}

}  // namespace

void (*deliver)(const void*, std::size_t, bool) = take_nothing;
void (*write_out)(const iovec*, std::size_t) = write_nothing;

bool hand_over_due = true;

void random_bytes(void* out, std::size_t size) {
  static std::array<std::byte, 4096> pool;
  static std::size_t used = pool.size();
  if (pool.size() - used < size) {
    if (getrandom(pool.data(), pool.size(), 0) != static_cast<ssize_t>(pool.size())) std::abort();
    used = 0;
  }
  std::memcpy(out, pool.data() + used, size);
  used += size;
}

void expect_delivery(const Case& row, void (*call)(void*), void* context) {
  const std::string payload = payload_of(row);
  deliver = take_copy;
  for (int i = 1; i <= 2; ++i) {  // twice: the first message must leave a state that takes the second
    seen.clear();
    deliveries = 0;
    call(context);
    if (deliveries != 1) fail(row, "not delivered once");
    if (seen != payload) fail(row, "delivered other bytes");
    if (seen_text != (row.content != Content::binary)) fail(row, "delivered as the other type");
  }
  deliver = take_nothing;
}

void expect_write(const Case& row, void (*call)(void*), void* context) {
  const bool masked = row.direction == Direction::client_encode;
  std::vector<std::string> keys;
  write_out = write_copy;
  for (int i = 1; i <= 2; ++i) {
    seen.clear();
    call(context);
    if (decode_message(seen, masked, keys) != payload_of(row)) fail(row, "wrote other bytes");
  }
  if (masked && keys.front() == keys.back()) fail(row, "the same masking key twice");
  write_out = write_nothing;
}

}  // namespace bench
