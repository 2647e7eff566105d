// SPDX-License-Identifier: Apache-2.0
// All the buffers of a session in one object, sized at compile time: a global on a device, a member
// elsewhere.
#pragma once

#include <array>
#include <cstddef>

#include "linnet/session/conversation.hpp"

namespace linnet::session {

/// In bytes. What each is for, and its least size, is said at session::ConversationBuffers.
struct ConversationSizes {
  std::size_t input = 1024;
  std::size_t output = 2048;   // messages of up to 1,772 bytes may be sent
  std::size_t message = 2048;  // and of up to this received
  std::size_t url = 512;       // redirects to URLs of up to half of this
};

template <ConversationSizes sizes = {}>
class ConversationMemory {
 public:
  // A session is given it where it wants ConversationBuffers. NOLINTNEXTLINE(google-explicit-constructor)
  operator ConversationBuffers() noexcept { return {input_, output_, message_, url_}; }

 private:
  std::array<std::byte, sizes.input> input_;
  std::array<std::byte, sizes.output> output_;
  std::array<std::byte, sizes.message> message_;
  std::array<std::byte, sizes.url> url_;
};

}  // namespace linnet::session
