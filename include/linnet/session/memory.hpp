// SPDX-License-Identifier: Apache-2.0
// All the buffers of a session in one object, sized at compile time: a global on a device, a member
// elsewhere.
#pragma once

#include <array>
#include <cstddef>

#include "linnet/session/conversation_memory.hpp"
#include "linnet/session/session.hpp"

namespace linnet::session {

/// In bytes, and in reports. What each is for, and its least size, is said at ConversationBuffers and
/// OutboxBuffers.
struct Sizes {
  ConversationSizes conversation{};
  std::size_t queue = 4096;
  std::size_t inbox = 2048;  // a power of two; messages of up to 900 bytes or so may be sent
  std::size_t reports = 8;
  std::size_t sessions = 0;  // for TLS sessions that survive a restart: see Buffers::sessions
};

template <Sizes sizes = {}>
class Memory {
 public:
  // A session is given it where it wants Buffers. NOLINTNEXTLINE(google-explicit-constructor)
  operator Buffers() noexcept { return {conversation_, outbox_, sessions_}; }

 private:
  ConversationMemory<sizes.conversation> conversation_;
  OutboxMemory<sizes.queue, sizes.inbox, sizes.reports> outbox_;
  std::array<std::byte, sizes.sessions> sessions_;
};

}  // namespace linnet::session
