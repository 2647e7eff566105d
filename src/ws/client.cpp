// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/client.hpp"

#include <algorithm>

#include "linnet/codec/http1_field.hpp"

namespace linnet::ws {

Result<void> Client::start(const ClientRequest& request, Instant now) noexcept {
  const std::uint64_t needed = client_config_->pieces ? 0 : client_config_->connection.max_message;
  if (state() != State::connecting || handshake_deadline_ != kNever) return fail(Errc::bad_state);
  if (message_buffer_.size() < std::max<std::uint64_t>(needed, kMinimumMessageBuffer) ||
      client_workspace_.capacity() < Workspace::kMinimum) {
    return fail(Errc::invalid_argument);
  }
  const Result<std::size_t> size = handshake_.start(request, *entropy_, client_workspace_.free());
  if (!size) return std::unexpected{size.error()};
  client_workspace_.commit(*size);
  handshake_deadline_ = now + client_config_->handshake_timeout;
  return {};
}

Result<void> Client::receive(MutableBytes input) noexcept {
  if (state() != State::connecting) return Connection::receive(input);
  if (!early_.empty()) return fail(Errc::bad_state);
  early_ = input;
  if (!refused_) handshake_.receive(input);
  return {};
}

bool Client::wants_input() const noexcept {
  return state() == State::connecting ? early_.empty() : Connection::wants_input();
}

std::optional<Event> Client::poll(Instant now) noexcept {
  if (state() == State::connecting) {
    if (auto event = poll_handshake(now)) return event;
  }
  return poll_open(now);
}

std::optional<Event> Client::poll_handshake(Instant now) noexcept {
  if (refused_) {
    if (!early_.empty()) return Event{.kind = Event::Kind::body, .payload = std::exchange(early_, {})};
  } else if (!early_.empty()) {
    if (const auto step = handshake_.poll()) {
      using Kind = ClientHandshake::Event::Kind;
      if (step->kind == Kind::field) {
        // Name and value are views into one line; an empty value stands at its end.
        const char* const end = step->value.data() + step->value.size();
        std::string_view line{step->name.data(), static_cast<std::size_t>(end - step->name.data())};
        while (http1::is_whitespace(line.back())) line.remove_suffix(1);
        return Event{.kind = Event::Kind::field, .payload = as_bytes(line)};
      }
      early_ = early_.subspan(handshake_.consumed());
      switch (step->kind) {
        case Kind::opened:
          accepted(now);
          (void)Connection::receive(std::exchange(early_, {}));  // frames may follow the head at once
          return Event{.kind = Event::Kind::opened};
        case Kind::refused: refused_ = true; return Event{.kind = Event::Kind::refused, .error = step->error};
        default: end(step->error); return std::nullopt;
      }
    }
    early_ = {};
  }
  if (now >= handshake_deadline_)
    end(refused_ ? std::nullopt : std::optional{Error{Errc::handshake_timeout}});
  return std::nullopt;
}

std::optional<Event> Client::poll_open(Instant now) noexcept {
  while (auto event = Connection::poll(now)) {
    if (event->kind != Event::Kind::data || client_config_->pieces) return event;
    // What does not fit was refused by its declared length: the buffer is as large as max_message.
    if (assembler_.add(*event) == Assembler::Outcome::whole) return event;
  }
  return std::nullopt;
}

Instant Client::deadline() const noexcept {
  return state() == State::connecting ? handshake_deadline_ : Connection::deadline();
}

void Client::transport_ended(Error why) noexcept {
  if (state() != State::connecting) return Connection::transport_ended(why);
  end(refused_ ? std::nullopt : std::optional{why});
}

}  // namespace linnet::ws
