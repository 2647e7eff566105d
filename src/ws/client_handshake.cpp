// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/client_handshake.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "linnet/codec/digest.hpp"
#include "linnet/codec/http1_field.hpp"
#include "linnet/codec/http1_writer.hpp"

namespace linnet::ws {

using namespace std::string_view_literals;  // a length known at compile time: the core has no strlen

using http1::equal_ignoring_case;

namespace {

constexpr std::uint8_t kMaxInterim = 32;  // no server sends more than a few; without end is one that attacks

/// What the handshake writes itself, in this order.
constexpr std::array<std::string_view, 8> kOwnFields{"Host",
                                                     "Upgrade",
                                                     "Connection",
                                                     "Sec-WebSocket-Key",
                                                     "Sec-WebSocket-Version",
                                                     "Sec-WebSocket-Protocol",
                                                     "Origin",
                                                     "Authorization"};

/// The element of `list` that is `wanted`, with its case: of subprotocols RFC 6455 says nothing else. Empty:
/// none.
std::string_view find_in(std::string_view list, std::string_view wanted) noexcept {
  std::string_view element;
  do element = http1::take_element(list);
  while (!element.empty() && element != wanted);
  return element;
}

/// Whether a Connection field has this option, in any case.
bool has_option(std::string_view list, std::string_view option) noexcept {
  std::string_view element;
  do element = http1::take_element(list);
  while (!element.empty() && !equal_ignoring_case(element, option));
  return !element.empty();
}

/// "The elements that comprise this value MUST be non-empty strings with characters in the range U+0021 to
/// U+007E not including separator characters as defined in [RFC2616] and MUST all be unique strings." (4.1,
/// item 10)
bool are_offers(std::string_view list) noexcept {
  for (bool is_empty = true;; is_empty = false) {
    const std::string_view element = http1::take_element(list);
    if (element.empty()) return !is_empty;
    if (!http1::is_token(element) || !find_in(list, element).empty()) return false;
  }
}

/// "1xx (Informational)": an interim answer (100, 103); the final one follows (RFC 9110, 15.2).
constexpr bool is_interim(std::uint16_t status) noexcept {
  return status < 200 && status != 101;
}

}  // namespace

struct ClientHandshake::Judged {
  std::string_view name;
  Errc fault;  // of a value that is not as it must be
  Proof proof;
};

const ClientHandshake::Judged* ClientHandshake::find(std::string_view name) noexcept {
  static constexpr std::array<Judged, 5> table{{
      {"Upgrade", Errc::bad_upgrade, Proof::upgrade},
      {"Connection", Errc::bad_upgrade, Proof::connection},
      {"Sec-WebSocket-Accept", Errc::bad_accept, Proof::accept},
      {"Sec-WebSocket-Extensions", Errc::bad_extension, Proof::extensions},
      {"Sec-WebSocket-Protocol", Errc::bad_subprotocol, Proof::protocol},
  }};
  for (const Judged& judged : table) {
    if (equal_ignoring_case(name, judged.name)) return &judged;
  }
  return nullptr;
}

/// Of the fields that the handshake writes itself, some "MUST NOT appear more than once in an HTTP request"
/// (11.3.1, 11.3.5); and an extension that a user offers is one that nobody here speaks.
inline bool ClientHandshake::is_sound(const ClientRequest& request) noexcept {
  constexpr std::string_view prefix = "Sec-WebSocket-";
  for (const Field& field : request.fields) {
    const std::string_view front{field.name.data(), std::min(field.name.size(), prefix.size())};
    if (equal_ignoring_case(front, prefix) || equal_ignoring_case(field.name, "Host"sv) || find(field.name))
      return false;
  }
  return !request.host.empty() && request.path.starts_with('/') &&
         (request.query.empty() || request.query.starts_with('?')) &&
         (request.subprotocols.empty() || are_offers(request.subprotocols));
}

Result<std::size_t> ClientHandshake::start(const ClientRequest& request, Entropy& entropy,
                                           MutableBytes out) noexcept {
  if (!is_sound(request)) return fail(Errc::invalid_argument);
  // "The value of this header field MUST be a nonce consisting of a randomly selected 16-byte value that has
  // been base64-encoded. The nonce MUST be selected randomly for each connection." (4.1, item 7)
  entropy.fill(nonce_);
  subprotocol_ = request.subprotocols;
  const KeyValue key = key_for(nonce_);
  const std::array<std::string_view, kOwnFields.size()> values{
      request.host, "websocket"sv,        "Upgrade"sv,    {key.data(), key.size()},
      "13"sv,       request.subprotocols, request.origin, request.authorization};
  http1::HeadWriter writer{out};
  writer.request_line("GET"sv, request.path, request.query);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty()) writer.field(kOwnFields[i], values[i]);
  }
  for (const Field& field : request.fields) writer.field(field.name, field.value);
  const Result<Bytes> head = writer.finish();
  if (!head) return std::unexpected{head.error()};
  return head->size();
}

bool ClientHandshake::next(Event& event) noexcept {
  while (const auto read = reader_.poll()) {
    switch (read->kind) {
      case http1::Event::Kind::status_line:
        status_ = read->status;
        if (read->minor_version == 0) blame(Errc::malformed_http);  // HTTP/1.0 has no Upgrade
        break;
      case http1::Event::Kind::field:
        if (status_ == 101) check(*read);
        event.kind = Event::Kind::field;
        event.payload = as_bytes({read->name().begin(), read->value().end()});  // views into one line
        return true;
      case http1::Event::Kind::long_field:
        if (status_ == 101) check(*read);
        break;
      case http1::Event::Kind::end:
        if (!is_interim(status_) || ++interim_seen_ > kMaxInterim) {
          judge(event);
          return true;
        }
        reader_.restart();
        break;
      case http1::Event::Kind::error:
      case http1::Event::Kind::request_line:
        event.kind = Event::Kind::closed;
        event.error = Errc::malformed_http;
        return true;
    }
  }
  return false;
}

void ClientHandshake::check(const http1::Event& field) noexcept {
  const Judged* const judged = find(field.name());
  if (judged == nullptr) return;
  // Of values that are longer than the line buffer, so that they were passed over, none is good. But another
  // Connection field may be.
  const bool is_whole = field.kind == http1::Event::Kind::field;
  const bool is_good =
      is_whole ? is_good_value(judged->proof, field.value()) : judged->proof == Proof::connection;
  if (!is_good) blame(judged->fault);
}

inline bool ClientHandshake::is_good_value(Proof proof, std::string_view value) noexcept {
  const bool again = seen(proof);
  if (proof != Proof::connection || has_option(value, "Upgrade"sv)) see(proof);  // item 3
  switch (proof) {
    case Proof::connection: return true;
    // "contains a value that is not an ASCII case-insensitive match for the value "websocket"": "MUST _Fail
    // the WebSocket Connection_" (4.1, item 2 of the response's checks)
    case Proof::upgrade: return equal_ignoring_case(value, "websocket"sv);
    case Proof::accept: {
      // Compared whole: an empty or a shortened value proves nothing. Twice is once too often (11.3.3).
      const KeyValue key = key_for(nonce_);
      const AcceptValue due = accept_for({key.data(), key.size()});
      return !again && value == std::string_view{due.data(), due.size()};
    }
    // "an extension that was not present in the client's handshake": "MUST _Fail the WebSocket Connection_"
    case Proof::extensions: return http1::take_element(value).empty();
    // "a subprotocol that was not present in the client's handshake": "MUST _Fail the WebSocket Connection_"
    // (4.1, item 6); one at most (11.3.4).
    case Proof::protocol:
      if (again) return false;
      subprotocol_ = find_in(subprotocol_, value);
      return !subprotocol_.empty();
  }
  return false;
}

/// The head is over.
inline void ClientHandshake::judge(Event& event) noexcept {
  if (status_ != 101 && !is_interim(status_)) {
    event.kind = Event::Kind::refused;
    event.error = Error{Errc::handshake_refused, status_};
    return;
  }
  if (status_ != 101) blame(Errc::malformed_http);
  if (!seen(Proof::upgrade) || !seen(Proof::connection)) blame(Errc::bad_upgrade);
  if (!seen(Proof::accept)) blame(Errc::bad_accept);
  event.kind = fault_ == Errc{} ? Event::Kind::opened : Event::Kind::closed;
  if (fault_ != Errc{}) event.error = fault_;
}

}  // namespace linnet::ws
