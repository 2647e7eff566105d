// SPDX-License-Identifier: Apache-2.0
// The rows of the codec table: which message crosses which way. Every implementation gets the same bytes.
// A parse takes one whole masked frame per read, the copy into the read buffer included, until the message
// is delivered (text: as checked UTF-8); an encode ends when all bytes are in buffers handed to writev.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using Bytes = std::string_view;  // not std::span: one of the peers compiles as C++17 at most

enum class Direction { server_parse, client_encode, server_encode };
enum class Content { binary, ascii, mixed };

struct Case {
  std::string_view name;  // the key that run_codec finds the row by
  Direction direction;
  Content content;
  std::size_t size;        // bytes of payload
  std::size_t iterations;  // N: a run measures 2N less N, so what is paid once does not count
};

const std::vector<Case>& all_cases();

/// The same bytes for the same case, always. Valid UTF-8 for `ascii` and `mixed`.
std::string payload_of(const Case& row);

/// One final frame, masked with a fixed key if `masked` (RFC 6455, section 5.2).
std::string frame_of(const Case& row, bool masked);

/// The payloads of the frames in `wire`, unmasked and joined; the masking keys, in order, go to `keys`.
/// Stops the program if `wire` is not one whole unfragmented or fragmented binary message.
std::string decode_message(Bytes wire, bool expect_masked, std::vector<std::string>& keys);

}  // namespace bench
