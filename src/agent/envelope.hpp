// SPDX-License-Identifier: Apache-2.0
// What one JSON-RPC 2.0 object is: a request, a notification, a response, or none of these
// (jsonrpc.org/specification, sections 4 and 5). Everything points into the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace linnet::agent::detail {

struct Envelope {
  enum class Kind : std::uint8_t { request, notification, response, invalid };

  Kind kind = Kind::invalid;
  std::string_view id;      // as it came; "null" where none could be detected
  std::string_view method;  // with its quotes
  std::string_view params;  // an object or array; empty: none
  std::string_view error;   // of a response; empty: it has a result

  bool wants_answer() const noexcept { return kind == Kind::request || kind == Kind::invalid; }
};

/// `text`: a well-formed JSON value.
Envelope read_envelope(std::string_view text) noexcept;

}  // namespace linnet::agent::detail
