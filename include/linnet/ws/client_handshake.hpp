// SPDX-License-Identifier: Apache-2.0
// The client's half of the opening handshake: RFC 6455, section 4.1. Writes the request, reads the response
// head line by line within a bounded buffer, and says yes only to an answer that proves itself.
// About 80 bytes on a 32-bit machine, beside the line buffer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/entropy.hpp"
#include "linnet/base/error.hpp"
#include "linnet/codec/http1.hpp"
#include "linnet/ws/event.hpp"
#include "linnet/ws/handshake.hpp"

namespace linnet::ws {

struct Field {
  std::string_view name;
  std::string_view value;
};

/// What is asked for. All text is borrowed while the request is written; `subprotocols` until the handshake
/// is over.
struct ClientRequest {
  std::string_view host;  // the Host field: "example.com", "[::1]:8080"; the port where it is not the default
  std::string_view path = "/";
  std::string_view query{};          // empty, or with its "?"
  std::string_view subprotocols{};   // in order of preference: "chat, superchat"
  std::string_view origin{};         // browsers send one; empty: none
  std::string_view authorization{};  // "Bearer …", "Basic …"; empty: none
  std::span<const Field> fields{};   // any others, but Host, Upgrade, Connection and Sec-WebSocket-*
};

class ClientHandshake {
 public:
  /// `line` is borrowed for the handshake's life: response lines that are cut by the network are collected
  /// there, and longer ones are passed over; 256 bytes or more.
  explicit ClientHandshake(MutableBytes line) noexcept
      : reader_{http1::LongField::skip, line, {.max_head_bytes = 65'536, .max_fields = 200}} {}

  /// Writes the request into the front of `out` and returns its size. too_large if it does not fit,
  /// invalid_argument for text that has no place in an HTTP head (a line end, say) or not there: no host, a
  /// path without its "/", subprotocols that are not different tokens, a field that is not the user's.
  Result<std::size_t> start(const ClientRequest& request, Entropy& entropy, MutableBytes out) noexcept;

  /// Lends bytes from the transport until poll() has returned nothing, or an event that ends the handshake.
  void receive(Bytes input) noexcept { reader_.receive(input); }
  /// field: a line of the response. Then one of these: opened, 101 and all proofs; what follows consumed()
  /// are frames. refused: another status; what follows is its body. closed: why, not HTTP or a 101 that
  /// proves nothing.
  std::optional<Event> poll() noexcept {
    std::optional<Event> event{std::in_place};
    if (!next(*event)) event.reset();
    return event;
  }
  /// The same, into an event that is as new. False: there is none.
  bool next(Event& event) noexcept;
  /// How many bytes of the last input belong to the response head.
  std::size_t consumed() const noexcept { return reader_.consumed(); }
  /// The head was read to its end.
  bool done() const noexcept { return reader_.done(); }

  /// What the server chose, a view into the request's `subprotocols`; empty: none.
  std::string_view subprotocol() const noexcept {
    return seen(Proof::protocol) ? subprotocol_ : std::string_view{};
  }
  /// Of the response, once its start line is read; 0 before.
  std::uint16_t status() const noexcept { return status_; }

 private:
  /// What a 101 is judged by: a field each.
  enum class Proof : std::uint8_t { upgrade, connection, accept, extensions, protocol };
  struct Judged;
  static const Judged* find(std::string_view name) noexcept;
  static bool is_sound(const ClientRequest& request) noexcept;

  void check(const http1::Event& field) noexcept;
  bool is_good_value(Proof proof, std::string_view value) noexcept;
  void judge(Event& event) noexcept;
  void blame(Errc what) noexcept {
    if (fault_ == Errc{}) fault_ = what;
  }
  bool seen(Proof proof) const noexcept { return ((seen_ >> static_cast<unsigned>(proof)) & 1) != 0; }
  void see(Proof proof) noexcept {
    seen_ = static_cast<std::uint8_t>(seen_ | (1u << static_cast<unsigned>(proof)));
  }

  std::uint16_t status_ = 0;
  Errc fault_{};           // the first thing wrong with a 101; Errc{}: nothing
  std::uint8_t seen_ = 0;  // a bit for each Proof that came
  std::uint8_t interim_seen_ = 0;
  std::array<std::byte, kNonceSize> nonce_{};
  std::string_view subprotocol_{};  // those that are offered; once one is seen, that
  http1::HeadReader<http1::Head::response> reader_;
};

}  // namespace linnet::ws
