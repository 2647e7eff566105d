// SPDX-License-Identifier: Apache-2.0
// The second half of client_fuzz.cpp and server_fuzz.cpp: a connection disturbed by every command, by short
// writes and by time, at moments that the input chooses.
#pragma once

#include <utility>

#include "connection_fuzz.hpp"

namespace linnet::fuzz {

template <ws::Role role>
class Disturbed {
 public:
  Disturbed(const ws::ConnectionConfig& config, std::size_t workspace, Choices choices)
      : subject_{config, workspace}, choices_{choices} {}

  void run(Bytes input) {
    while (!input.empty() || !choices_.left.empty()) {
      const bool quiet = choices_.left.empty();
      const std::size_t size = std::min<std::size_t>(input.size(), quiet ? 64 : choices_.next() % 64);
      if (connection().wants_input()) {
        input_.assign(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size));
        input_.shrink_to_fit();
        input = input.subspan(size);
        require(connection().receive(input_).has_value());
      } else {
        std::byte byte{};
        require(connection().receive({&byte, 1}).error().code == Errc::bad_state);
      }
      if (!quiet) command(choices_.next());
      poll();
      subject_.send(quiet ? SIZE_MAX : choices_.next());
      lent_ -= std::min(lent_, subject_.output.size() - seen_);
      seen_ = subject_.output.size();
      poll();
    }
    check_output(subject_, sent_);
    connection().abort();
    poll();
    require(subject_.closed && connection().output().empty() && connection().is_idle());
  }

 private:
  ws::Connection<role>& connection() { return subject_.connection; }

  void poll() {
    for (std::size_t events = 0;; ++events) {
      require(events < 100000);
      const auto event = connection().poll(now_);
      if (!event) break;
      subject_.note(*event);
      if (event->kind != ws::Event::Kind::drained) continue;
      // As a user does: what was refused is sent now, and must fit; it is not promised for later.
      const std::optional<std::size_t> refused = std::exchange(refused_size_, std::nullopt);
      if (refused && !in_parts_) {
        const std::string text(*refused, 'd');
        require(connection().send_text(text).has_value());
        sent_.push_back("1 " + text);
      }
    }
    require(connection().deadline() > now_);
    require(connection().wants_input() || !connection().output().empty());
    require(!connection().wants_shutdown() || connection().output().empty());
  }

  void send_whole(std::size_t size, bool binary) {
    const std::string text(size, static_cast<char>('a' + size % 26));
    const auto result =
        connection().send(binary ? ws::MessageType::binary : ws::MessageType::text, as_bytes(text));
    judge(result);
    if (result) sent_.push_back((binary ? "2 " : "1 ") + text);
    if (!result && result.error().code == Errc::would_block) refused_size_ = size;
  }

  void send_part(std::size_t size, bool last) {
    const std::string text(size, 'p');
    const auto result = connection().send_part(ws::MessageType::text, as_bytes(text), last);
    judge(result);
    if (!result) return;
    in_parts_ = !last;
    parts_ += text;
    if (last) sent_.push_back("1 " + std::exchange(parts_, {}));
  }

  void send_borrowed(std::size_t size) {
    if constexpr (role == ws::Role::server) {
      if (lent_ == 0) borrowed_ = std::string(size, 'b');
      const auto result = connection().send_borrowed(ws::MessageType::text, as_bytes(borrowed_));
      judge(result);
      if (!result) return;
      lent_ = connection().output().size();
      sent_.push_back("1 " + borrowed_);
    }
  }

  void close(std::size_t size) {
    const bool open = connection().state() == ws::State::open;
    const auto code = static_cast<ws::CloseCode>(3000 + size);
    const bool closed = connection().close(code, std::string(size * 9, 'r'), now_).has_value();
    require(closed == open);
    require(!closed || connection().state() == ws::State::close_sent);
  }

  void judge(const Result<void>& result) {
    if (result) {
      require(connection().state() == ws::State::open);
      return;
    }
    const Errc code = result.error().code;
    require((code == Errc::bad_state) == (connection().state() != ws::State::open));
    require(fault(code) == Fault::misuse || fault(code) == Fault::capacity);
  }

  void command(unsigned choice) {
    const std::size_t size = (choice & 128) != 0 ? choices_.next() * 9u : choices_.next() % 130;
    switch (choice % 16) {
      case 0:
      case 1: send_whole(size, choice % 2 == 0); break;
      case 2:
        judge(connection().send_ping(as_bytes(std::string(std::min<std::size_t>(size, 125), 'i'))));
        break;
      case 3:
        judge(connection().send_pong(as_bytes(std::string(std::min<std::size_t>(size, 125), 'o'))));
        break;
      case 4:
      case 5: send_part(size, choice % 2 == 0); break;
      case 6: send_borrowed(size * 3); break;
      case 7: now_ += Duration{size * size * 1000}; break;
      case 8: now_ = std::max(now_, std::min(connection().deadline(), now_ + 60s)); break;
      case 9:
        if (size < 20) close(size);
        break;
      case 10:
        if (size < 3) connection().abort();
        break;
      case 11:
        if (size < 3) connection().transport_ended(size == 0 ? Errc::end_of_stream : Errc::connection_reset);
        break;
      default: break;
    }
  }

  std::string borrowed_;          // outlives the connection that has it lent
  std::vector<std::byte> input_;  // and so does the input
  Subject<role> subject_;
  Choices choices_;
  Instant now_{};
  std::vector<std::string> sent_;
  std::string parts_;
  bool in_parts_ = false;
  std::optional<std::size_t> refused_size_;
  std::size_t lent_ = 0;  // output up to the end of what is lent
  std::size_t seen_ = 0;
};

template <ws::Role role>
int run(const std::uint8_t* data, std::size_t size) {
  Choices choices{{reinterpret_cast<const std::byte*>(data), size}};
  constexpr std::uint64_t limits[] = {16 * 1024 * 1024, 0, 1, 125, 126, 300, 1000, ~std::uint64_t{0}};
  constexpr std::size_t workspaces[] = {512, 513, 600, 1024, 2048, 4096, 777, 70000};
  constexpr std::uint32_t fragments[] = {0, 126, 200, 1000};
  const unsigned first = choices.next();
  const unsigned second = choices.next();
  ws::ConnectionConfig config;
  config.max_message = limits[first % 8];
  config.fragment_size = fragments[first / 8 % 4];
  config.max_control_per_second = (first & 64) != 0 ? 3 : 200;
  const std::size_t workspace = workspaces[second % 8];
  const std::uint32_t seed = choices.next();
  const std::size_t commands = std::min<std::size_t>(choices.next(), choices.left.size());
  const Choices disturbances{choices.left.first(commands)};
  choices.left = choices.left.subspan(commands);

  std::vector<std::byte> input(choices.left.begin(), choices.left.end());
  if ((first & 128) != 0) input = frames_from(role, choices);
  check_splits<role>(config, workspace, seed, input);
  Disturbed<role>{config, workspace, disturbances}.run(input);
  return 0;
}

}  // namespace linnet::fuzz
