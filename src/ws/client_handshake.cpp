// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/client_handshake.hpp"

#include <array>

#include "linnet/codec/digest.hpp"
#include "linnet/codec/http1_field.hpp"
#include "linnet/codec/http1_writer.hpp"

namespace linnet::ws {

using namespace std::string_view_literals;  // a length known at compile time: the core has no strlen

using http1::equal_ignoring_case;

namespace {

constexpr std::uint8_t kMaxInterim = 32;  // no server sends more than a few; without end is one that attacks

/// "The elements that comprise this value MUST be non-empty strings with characters in the range U+0021 to
/// U+007E not including separator characters as defined in [RFC2616] and MUST all be unique strings." (4.1,
/// item 10)
bool are_offers(std::string_view text) noexcept {
  http1::ListReader list{text};
  std::size_t count = 0;
  for (; const auto element = list.next_element(); ++count) {
    if (!http1::is_token(*element) || list.next_parameter()) return false;
    http1::ListReader before{text};
    for (std::size_t i = 0; i < count; ++i) {
      if (before.next_element() == element) return false;
    }
  }
  return count != 0 && !list.malformed();
}

/// Of the fields that the handshake writes itself, some "MUST NOT appear more than once in an HTTP request"
/// (11.3.1, 11.3.5); and an extension that a user offers is one that nobody here speaks.
bool is_reserved(std::string_view name) noexcept {
  constexpr std::string_view prefix = "Sec-WebSocket-";
  return equal_ignoring_case(name, "Host"sv) || equal_ignoring_case(name, "Upgrade"sv) ||
         equal_ignoring_case(name, "Connection"sv) ||
         (name.size() >= prefix.size() && equal_ignoring_case({name.data(), prefix.size()}, prefix));
}

bool is_sound(const ClientRequest& request) noexcept {
  for (const Field& field : request.fields) {
    if (is_reserved(field.name)) return false;
  }
  return !request.host.empty() && request.path.starts_with('/') &&
         (request.query.empty() || request.query.starts_with('?')) &&
         (request.subprotocols.empty() || are_offers(request.subprotocols));
}

}  // namespace

Result<std::size_t> ClientHandshake::start(const ClientRequest& request, Entropy& entropy,
                                           MutableBytes out) noexcept {
  if (!is_sound(request)) return fail(Errc::invalid_argument);
  // "The value of this header field MUST be a nonce consisting of a randomly selected 16-byte value that has
  // been base64-encoded. The nonce MUST be selected randomly for each connection." (4.1, item 7)
  std::array<std::byte, 16> nonce;
  entropy.fill(nonce);
  std::array<std::byte, kKeySize> key;
  (void)codec::base64_encode(nonce, key);  // fits: kKeySize
  accept_ = accept_for(as_text(key));
  offered_ = request.subprotocols;

  http1::HeadWriter writer{out};
  writer.request_line("GET"sv, request.path, request.query);
  writer.field("Host"sv, request.host);
  writer.field("Upgrade"sv, "websocket"sv);
  writer.field("Connection"sv, "Upgrade"sv);
  writer.field("Sec-WebSocket-Key"sv, as_text(key));
  writer.field("Sec-WebSocket-Version"sv, "13"sv);
  if (!request.subprotocols.empty()) writer.field("Sec-WebSocket-Protocol"sv, request.subprotocols);
  if (!request.origin.empty()) writer.field("Origin"sv, request.origin);
  if (!request.authorization.empty()) writer.field("Authorization"sv, request.authorization);
  for (const Field& field : request.fields) writer.field(field.name, field.value);
  const Result<Bytes> head = writer.finish();
  if (!head) return std::unexpected{head.error()};
  return head->size();
}

std::optional<ClientHandshake::Event> ClientHandshake::poll() noexcept {
  while (const auto event = reader_.poll()) {
    switch (event->kind) {
      case http1::Event::Kind::status_line:
        status_ = event->status;
        if (event->minor_version == 0) blame(Errc::malformed_http);  // HTTP/1.0 has no Upgrade
        break;
      case http1::Event::Kind::field:
        if (status_ == 101) check_field(event->name(), event->value());
        return Event{.kind = Event::Kind::field, .name = event->name(), .value = event->value()};
      case http1::Event::Kind::end:
        // "1xx (Informational)": an interim answer (100, 103); the final one follows (RFC 9110, 15.2).
        if (status_ >= 100 && status_ < 200 && status_ != 101) {
          if (++interim_seen_ > kMaxInterim)
            return Event{.kind = Event::Kind::failed, .error = Errc::malformed_http};
          input_ = input_.subspan(reader_.consumed());
          reader_.restart();
          reader_.receive(input_);
          break;
        }
        return verdict();
      case http1::Event::Kind::error:
        return Event{.kind = Event::Kind::failed, .error = Errc::malformed_http};
      case http1::Event::Kind::long_field:
        if (status_ == 101) check_long_field(event->name());
        break;
      case http1::Event::Kind::request_line: break;
    }
  }
  return std::nullopt;
}

void ClientHandshake::check_field(std::string_view name, std::string_view value) noexcept {
  if (equal_ignoring_case(name, "Upgrade"sv)) {
    // "contains a value that is not an ASCII case-insensitive match for the value "websocket"": "MUST _Fail
    // the WebSocket Connection_" (4.1, item 2 of the response's checks)
    upgrade_seen_ = true;
    if (!equal_ignoring_case(value, "websocket"sv)) blame(Errc::bad_upgrade);
  } else if (equal_ignoring_case(name, "Connection"sv)) {
    connection_seen_ = connection_seen_ || list_has(value, "Upgrade"sv);  // item 3
  } else if (equal_ignoring_case(name, "Sec-WebSocket-Accept"sv)) {
    // Compared whole: an empty or a shortened value proves nothing. Twice is once too often (11.3.3).
    if (++accepts_seen_ > 1 || value != std::string_view{accept_.data(), accept_.size()})
      blame(Errc::bad_accept);
  } else if (equal_ignoring_case(name, "Sec-WebSocket-Extensions"sv)) {
    // "an extension that was not present in the client's handshake": "MUST _Fail the WebSocket Connection_"
    http1::ListReader list{value};
    if (list.next_element() || list.malformed()) blame(Errc::bad_extension);
  } else if (equal_ignoring_case(name, "Sec-WebSocket-Protocol"sv)) {
    check_subprotocol(value);
  }
}

/// Of a field that is longer than the line buffer, so that its value was passed over: of those that are
/// judged, none is good that long.
void ClientHandshake::check_long_field(std::string_view name) noexcept {
  if (equal_ignoring_case(name, "Upgrade"sv)) blame(Errc::bad_upgrade);
  if (equal_ignoring_case(name, "Sec-WebSocket-Accept"sv)) blame(Errc::bad_accept);
  if (equal_ignoring_case(name, "Sec-WebSocket-Extensions"sv)) blame(Errc::bad_extension);
  if (equal_ignoring_case(name, "Sec-WebSocket-Protocol"sv)) blame(Errc::bad_subprotocol);
}

/// "a subprotocol that was not present in the client's handshake": "MUST _Fail the WebSocket Connection_"
/// (4.1, item 6); one at most (11.3.4).
void ClientHandshake::check_subprotocol(std::string_view value) noexcept {
  if (subprotocol_seen_) return blame(Errc::bad_subprotocol);
  subprotocol_seen_ = true;
  http1::ListReader offers{offered_};
  while (const auto offer = offers.next_element()) {
    if (*offer == value) {  // with its case: RFC 6455 says nothing else of it
      subprotocol_ = *offer;
      return;
    }
  }
  blame(Errc::bad_subprotocol);
}

ClientHandshake::Event ClientHandshake::verdict() noexcept {
  if (status_ != 101) return {.kind = Event::Kind::refused, .error = Error{Errc::handshake_refused, status_}};
  if (!upgrade_seen_ || !connection_seen_) blame(Errc::bad_upgrade);
  if (accepts_seen_ == 0) blame(Errc::bad_accept);
  if (fault_ != Errc{}) return {.kind = Event::Kind::failed, .error = fault_};
  return {.kind = Event::Kind::opened};
}

}  // namespace linnet::ws
