// SPDX-License-Identifier: Apache-2.0
// The client's half of the opening handshake: RFC 6455, section 4.1. Writes the request, reads the response
// head line by line within a bounded buffer, and says yes only to an answer that proves itself.
// About 110 bytes on a 32-bit machine, beside the line buffer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/entropy.hpp"
#include "linnet/base/error.hpp"
#include "linnet/codec/http1.hpp"
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
  struct Event {
    enum class Kind : std::uint8_t {
      field,    // of the response: name and value
      opened,   // 101 and all proofs: what follows consumed() are frames
      refused,  // another status: what follows consumed() is its body
      failed,   // not HTTP, or a 101 that proves nothing
    };
    Kind kind{};
    Error error{};            // refused: handshake_refused with the status; failed: why
    std::string_view name{};  // field; borrowed until the next poll()
    std::string_view value{};
  };

  /// `line` is borrowed for the handshake's life: response lines that are cut by the network are collected
  /// there, and longer ones are passed over; 256 bytes or more.
  explicit ClientHandshake(MutableBytes line) noexcept
      : reader_{http1::Head::response,
                http1::LongField::skip,
                line,
                {.max_head_bytes = 65'536, .max_fields = 200}} {}

  /// Writes the request into the front of `out` and returns its size. too_large if it does not fit,
  /// invalid_argument for text that has no place in an HTTP head (a line end, say) or not there: no host, a
  /// path without its "/", subprotocols that are not different tokens, a field that is not the user's.
  Result<std::size_t> start(const ClientRequest& request, Entropy& entropy, MutableBytes out) noexcept;

  /// Lends bytes from the transport until poll() has returned nothing, or an event that ends the handshake.
  void receive(Bytes input) noexcept {
    input_ = input;
    received_ = input.size();
    reader_.receive(input);
  }
  std::optional<Event> poll() noexcept;
  /// How many bytes of the last input belong to the response head.
  std::size_t consumed() const noexcept { return received_ - input_.size() + reader_.consumed(); }

  /// What the server chose, a view into the request's `subprotocols`; empty: none.
  std::string_view subprotocol() const noexcept { return subprotocol_; }
  /// Of the response, once its start line is read; 0 before.
  std::uint16_t status() const noexcept { return status_; }

 private:
  void check_field(std::string_view name, std::string_view value) noexcept;
  void check_long_field(std::string_view name) noexcept;
  void check_subprotocol(std::string_view value) noexcept;
  Event verdict() noexcept;
  void blame(Errc what) noexcept {
    if (fault_ == Errc{}) fault_ = what;
  }

  http1::HeadReader reader_;
  Bytes input_{};               // what the reader has: the last input, or what an interim response left of it
  std::size_t received_ = 0;    // the size of the last input
  AcceptValue accept_{};        // what the server must answer
  std::string_view offered_{};  // subprotocols
  std::string_view subprotocol_{};
  Errc fault_{};  // the first thing wrong with a 101; Errc{}: nothing
  std::uint16_t status_ = 0;
  std::uint8_t accepts_seen_ = 0;
  std::uint8_t interim_seen_ = 0;
  bool upgrade_seen_ = false;
  bool connection_seen_ = false;
  bool subprotocol_seen_ = false;
};

}  // namespace linnet::ws
