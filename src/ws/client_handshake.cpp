// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/client_handshake.hpp"

#include <array>

#include "linnet/codec/digest.hpp"
#include "linnet/codec/http1_field.hpp"
#include "linnet/codec/http1_writer.hpp"

namespace linnet::ws {

using namespace std::string_view_literals;  // a length known at compile time: the core has no strlen

Result<std::size_t> ClientHandshake::start(const ClientRequest& request, Entropy& entropy,
                                           MutableBytes out) noexcept {
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
          input_ = input_.subspan(reader_.consumed());
          reader_.restart();
          reader_.receive(input_);
          break;
        }
        return verdict();
      case http1::Event::Kind::error:
        return Event{.kind = Event::Kind::failed, .error = Errc::malformed_http};
      case http1::Event::Kind::long_field:  // none of those that matter here is longer than the line buffer
      case http1::Event::Kind::request_line: break;
    }
  }
  return std::nullopt;
}

void ClientHandshake::check_field(std::string_view name, std::string_view value) noexcept {
  using http1::equal_ignoring_case;
  if (equal_ignoring_case(name, "Upgrade"sv)) {
    upgrade_seen_ = equal_ignoring_case(value, "websocket"sv);  // 4.1, item 2 of the response's checks
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
