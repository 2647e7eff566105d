// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/client.hpp"

namespace linnet::ws {

Result<void> Client::start(const ClientRequest& request, Instant now) noexcept {
  if (state() != State::connecting || state_deadline() != kNever) return fail(Errc::bad_state);
  const bool is_long_enough =
      client_config_->pieces || assembler_.capacity() >= client_config_->connection.max_message;
  if (!is_long_enough || assembler_.capacity() < kMinimumMessageBuffer ||
      workspace_.capacity() < Workspace::kMinimum) {
    return fail(Errc::invalid_argument);
  }
  const Result<std::size_t> size = handshake_.start(request, entropy(), workspace_.free());
  if (!size) return std::unexpected{size.error()};
  workspace_.commit(*size);
  set_deadline(now + client_config_->handshake_timeout);
  return {};
}

Result<void> Client::receive(MutableBytes input) noexcept {
  const Result<void> taken = Connection::receive(input);
  if (taken && state() == State::connecting) handshake_.receive(input);
  return taken;
}

std::optional<Event> Client::poll(Instant now) noexcept {
  std::optional<Event> event;
  do {
    event.emplace();
    if (state() == State::connecting && poll_handshake(*event, now)) break;
    if (!next(*event, now)) {
      event.reset();
      break;
    }
    if (event->kind != Event::Kind::data || client_config_->pieces) break;
    // What does not fit was refused by its declared length: the buffer is as large as max_message.
  } while (assembler_.add(*event) != Assembler::Outcome::whole);
  return event;
}

/// True: `event` is filled.
inline bool Client::poll_handshake(Event& event, Instant now) noexcept {
  if (handshake_.done()) {
    event.kind = Event::Kind::body;
    event.payload = unread();
    if (!event.payload.empty()) return true;
  } else if (handshake_.next(event)) {
    if (event.kind != Event::Kind::field) use_input(handshake_.consumed());
    if (event.kind == Event::Kind::opened) accepted(now);
    if (event.kind != Event::Kind::closed) return true;
    Connection::transport_ended(*event.error);
    event = Event{};
  } else {
    (void)unread();  // all of it is used up
  }
  if (now >= state_deadline()) transport_ended(Errc::handshake_timeout);
  return false;
}

void Client::transport_ended(Error why) noexcept {
  // A refusal was told already: what follows it is no failure.
  if (state() == State::connecting && handshake_.done()) return abort();
  Connection::transport_ended(why);
}

}  // namespace linnet::ws
