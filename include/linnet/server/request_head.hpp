// SPDX-License-Identifier: Apache-2.0
// The head of a request, once it is all there in one piece: what its fields say about the message itself
// (RFC 9112, sections 6 and 9.3). Views into the input; no memory but the given list of fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "linnet/base/bytes.hpp"
#include "linnet/codec/http1.hpp"
#include "linnet/server/request.hpp"

namespace linnet::server {

struct RequestHead {
  /// 0: more must come. 200: complete. Else: the request is refused with this status.
  std::uint16_t status = 0;
  std::size_t size = 0;  // of the head in bytes
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  Request request{};  // without its body
};

/// `fields` is filled with as many as there are, and reserved for limits.max_fields. `line` is as long as the
/// longest line may be.
RequestHead read_request_head(Bytes input, MutableBytes line, const http1::Limits& limits,
                              std::vector<Field>& fields) noexcept;

}  // namespace linnet::server
