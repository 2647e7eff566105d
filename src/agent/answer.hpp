// SPDX-License-Identifier: Apache-2.0
// An answer around a value that somebody else writes: the text before it, room for the value, a closing
// brace. The value has a Writer of its own, so whatever a command does with it, the answer stays one JSON
// text. No memory beside the caller's buffer.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

#include "linnet/agent/call.hpp"
#include "linnet/base/error.hpp"

namespace linnet::agent::detail {

class Answer {
 public:
  /// Puts `parts` at the beginning of `buffer`.
  Answer(std::span<char> buffer, std::initializer_list<std::string_view> parts) noexcept;

  /// Where the value may be written; empty if there is no room at all.
  std::span<char> room() const noexcept { return room_; }
  /// The whole answer, `value` being what was written at the beginning of room().
  std::string_view finish(std::string_view value) const noexcept;

 private:
  const char* begin_;
  std::span<char> room_;
};

/// {"code","message","data"} as RpcError says. too_large.
Result<std::string_view> write_error(std::span<char> buffer, const RpcError& error) noexcept;

/// {"jsonrpc":"2.0","id":ID,"result":VALUE}; ID is JSON, and not checked. `member`: "result" or "error".
Answer rpc_answer(std::span<char> buffer, std::string_view id, std::string_view member) noexcept;

/// What an error answer takes at most, the id not counted, when it is written without its data and with the
/// short text that then stands for its message; see rpc_error().
inline constexpr std::size_t kErrorRoom = 81;

/// An error as an answer; without its details where these do not fit. `buffer` holds at least kErrorRoom +
/// id.size() characters.
std::string_view rpc_error(std::span<char> buffer, std::string_view id, const RpcError& error) noexcept;

}  // namespace linnet::agent::detail
