// SPDX-License-Identifier: Apache-2.0
// What client_fuzz.cpp and server_fuzz.cpp share. The first bytes choose limits, workspace and cuts; the rest
// is what the peer sends, raw or (one bit) as frames that are well formed more often than not.
//
// Undisturbed: every cut of the input gives the same messages, events and output. Disturbed by commands,
// short writes and time: no step outside the buffers, no event after closed, a deadline that is not over,
// input waits only for output, `drained` means room, and our other half reads exactly what was sent.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include "linnet/ws/connection.hpp"

namespace linnet::fuzz {

inline void require(bool condition, std::source_location at = std::source_location::current()) {
  if (condition) return;
  std::fprintf(stderr, "%s:%u: does not hold\n", at.file_name(), static_cast<unsigned>(at.line()));
  std::abort();
}

/// Bytes that choose; zeros when there are no more.
struct Choices {
  Bytes left;
  unsigned next() {
    if (left.empty()) return 0;
    const unsigned value = std::to_integer<unsigned>(left[0]);
    left = left.subspan(1);
    return value;
  }
};

class Keys final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override {
    for (std::byte& byte : out)
      byte = static_cast<std::byte>((state_ = state_ * 1664525u + 1013904223u) >> 24);
  }

 private:
  std::uint32_t state_ = 1;
};

/// A connection with its memory, all of it exactly as large as said, on the heap.
template <ws::Role role>
struct Subject {
  Subject(const ws::ConnectionConfig& with, std::size_t workspace_size)
      : config(with), storage(workspace_size), workspace(storage), connection(make(*this)) {
    if constexpr (role == ws::Role::server) connection.attach(&workspace);
  }
  static ws::Connection<role> make(Subject& of) {
    if constexpr (role == ws::Role::client) {
      return ws::Connection<role>(of.config, of.keys, of.workspace, Instant{});
    } else {
      return ws::Connection<role>(of.config, Instant{});
    }
  }

  void note(const ws::Event& event) {
    require(!closed);
    const auto number = [](auto value) { return std::to_string(static_cast<unsigned>(value)) + " "; };
    if (event.kind == ws::Event::Kind::data) {
      require(event.first == !in_message);
      in_message = !event.last;
      message += event.text();
      require(message.size() <= config.max_message);
      if (!event.last) return;
      messages.push_back(number(event.type) + message);
      message.clear();
    } else {
      require(event.payload.size() <= ws::kMaxControlPayload);
      closed = event.kind == ws::Event::Kind::closed;
    }
    log += number(event.kind) + number(event.code) + (event.error ? number(event.error->code) : "") +
           (event.kind == ws::Event::Kind::data ? messages.back() : std::string{event.text()}) + "\n";
  }

  /// Moves at most `limit` bytes of output away.
  void send(std::size_t limit) {
    std::size_t sent = 0;
    for (const Bytes part : connection.output().parts) {
      const Bytes some = part.first(std::min(part.size(), limit - sent));
      output += as_text(some);
      sent += some.size();
      if (some.size() < part.size() || part.empty()) break;
    }
    connection.sent(sent);
  }

  const ws::ConnectionConfig config;
  Keys keys;
  std::vector<std::byte> storage;
  ws::Workspace workspace;
  ws::Connection<role> connection;
  std::string log, message, output;
  std::vector<std::string> messages;
  bool in_message = false;
  bool closed = false;
};

/// Takes the whole input in pieces of these sizes, and all output at once.
template <ws::Role role, typename NextSize>
void feed(Subject<role>& subject, Bytes input, NextSize next_size) {
  while (!input.empty()) {
    const std::size_t size = std::min<std::size_t>(input.size(), next_size());
    std::vector<std::byte> piece(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size));
    input = input.subspan(size);
    require(subject.connection.receive(piece).has_value());
    for (;;) {
      while (const auto event = subject.connection.poll({})) subject.note(*event);
      if (subject.connection.output().empty()) break;
      subject.send(SIZE_MAX);
    }
    require(subject.connection.wants_input());
  }
}

template <ws::Role role>
void check_splits(const ws::ConnectionConfig& config, std::size_t workspace, std::uint32_t seed,
                  Bytes input) {
  Subject<role> whole{config, workspace};
  feed(whole, input, [] { return SIZE_MAX; });
  const auto expect_same = [&](const Subject<role>& other) {
    require(other.log == whole.log && other.output == whole.output);
    require(other.connection.state() == whole.connection.state());
    // Of a text that turns out not to be one, more or less may have been delivered before.
    const bool open = whole.connection.state() == ws::State::open;
    require(!open || (other.message == whole.message && other.in_message == whole.in_message));
  };
  Subject<role> bytewise{config, workspace};
  feed(bytewise, input, [] { return std::size_t{1}; });
  expect_same(bytewise);
  for (const unsigned most : {4u, 40u, 400u}) {
    Subject<role> cut{config, workspace};
    feed(cut, input, [&] { return 1 + (seed = seed * 1664525u + 1013904223u) / 256 % most; });
    expect_same(cut);
  }
}

/// Reads all that was sent with our other half: messages as sent, and no violation, whatever was cut off.
template <ws::Role role>
void check_output(const Subject<role>& subject, const std::vector<std::string>& sent) {
  constexpr ws::Role other = role == ws::Role::client ? ws::Role::server : ws::Role::client;
  ws::ConnectionConfig config;
  config.max_message = std::uint64_t{1} << 40;
  config.max_control_per_second = 65535;
  Subject<other> reader{config, 1024};
  feed(reader, as_bytes(subject.output), [] { return std::size_t{100}; });
  require(reader.connection.state() != ws::State::failed);
  require(reader.messages.size() <= sent.size());
  require(std::equal(reader.messages.begin(), reader.messages.end(), sent.begin()));
}

/// A peer that keeps the rules unless the choices say otherwise.
inline std::vector<std::byte> frames_from(ws::Role to, Choices choices) {
  constexpr unsigned opcodes[] = {0, 1, 1, 2, 8, 9, 9, 10};
  std::vector<std::byte> wire;
  while (!choices.left.empty()) {
    const unsigned kind = choices.next();
    const std::size_t wanted = (kind & 16) != 0 ? choices.next() * 5u : choices.next() % 20;
    ws::FrameHeader header{.opcode = static_cast<ws::Opcode>(opcodes[kind & 7]),
                           .fin = (kind & 8) == 0 || (kind & 4) != 0,
                           .masked = (to == ws::Role::server) != (kind == 255),
                           .masking_key = 0x5A00C381u * kind};
    std::vector<std::byte> payload(std::min(wanted, choices.left.size()));
    std::copy_n(choices.left.begin(), payload.size(), payload.begin());
    choices.left = choices.left.subspan(payload.size());
    if ((kind & 7) < 3 && (kind & 32) != 0) {
      for (std::byte& byte : payload) byte &= std::byte{0x7F};
    }
    if (kind == 64 + 4) payload.resize(std::min<std::size_t>(payload.size(), 2));
    if (payload.size() >= 2 && header.opcode == ws::Opcode::close && (kind & 128) == 0) {
      store_be16(payload.data(),
                 static_cast<std::uint16_t>(1000 + std::to_integer<unsigned>(payload[0]) % 4));
    }
    header.payload_length = payload.size();
    std::byte room[ws::kMaxHeaderSize];
    wire.insert(wire.end(), room, room + ws::encode_header(header, room));
    if (header.masked) ws::apply_mask(payload.data(), payload.data(), payload.size(), header.masking_key);
    wire.insert(wire.end(), payload.begin(), payload.end());
  }
  return wire;
}

}  // namespace linnet::fuzz
