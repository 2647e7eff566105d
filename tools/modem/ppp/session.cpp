// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/ppp/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace linnet::emulator::ppp {
namespace {

// RFC 1334 leaves it to us; ten times the restart timer, which is what LCP itself waits.
constexpr Duration kPasswordPatience = 30s;

}  // namespace

Session::Session(const Config& config)
    : credentials_{config.credentials}, link_{*this, config}, network_{*this, config} {}

void Session::begin(Instant now) {
  now_ = now;
  link_.negotiation.open(now);
}

void Session::be_up() noexcept {
  link_.negotiation.be_opened();
  network_.negotiation.be_opened();
  is_welcome_ = true;
  framing_ = {.async_map = 0, .short_protocol = true, .short_address = true};
  reader_.set_async_map(0);
}

Session::Phase Session::phase() const noexcept {
  if (is_dead_) return Phase::dead;
  if (link_.negotiation.state() == State::closing) return Phase::terminate;
  if (link_.negotiation.state() != State::opened) return Phase::establish;
  return is_welcome_ ? Phase::network : Phase::authenticate;
}

void Session::Link::refused(const Option& option, bool is_reject) {
  if (!options.refused(option, is_reject)) session.terminate(session.now_);
}

/// "The Link Control Protocol Configure-Request to Code-Reject (codes 1 through 7) are always sent as if no
/// Configuration Options were negotiated." (RFC 1661, section 6.6)
void Session::Link::send(std::string packet) {
  const bool is_plain = static_cast<std::uint8_t>(packet[0]) <= code_reject;
  write_frame(session.output_, kLcp, as_bytes(packet), is_plain ? Framing{} : session.framing_);
}

void Session::say(std::uint16_t protocol, Bytes information) {
  write_frame(output_, protocol, information, framing_);
}

void Session::link_up() {
  framing_ = link_.options.framing();
  reader_.set_async_map(link_.options.own_async_map());
  if (!link_.options.asks_password()) return begin_network();
  password_until_ = now_ + kPasswordPatience;
}

void Session::link_down() {
  framing_ = {};
  reader_.set_async_map(0xffffffff);
  password_until_ = kNever;
  is_welcome_ = false;
  network_.negotiation.stop();
}

void Session::begin_network() {
  password_until_ = kNever;
  is_welcome_ = true;
  network_.negotiation.open(now_);
}

Bytes Session::receive(std::byte value, Instant now) {
  now_ = now;
  const auto frame = reader_.receive(value);
  return frame && !is_dead_ ? take(*frame) : Bytes{};
}

Bytes Session::take(const FrameReader::Frame& frame) {
  const auto packet = read_packet(frame.information);
  if (frame.protocol == kLcp) {
    if (packet) take_link(*packet, frame.information);
    return {};
  }
  // RFC 1661, section 3.4: before the link is there, other packets are silently discarded; 3.5: so is what is
  // neither LCP nor PAP before PAP is done.
  const bool is_open = link_.negotiation.state() == State::opened;
  if (!is_open || (!is_welcome_ && frame.protocol != kPap)) return {};
  if (frame.protocol == kIp) return is_up() ? frame.information : Bytes{};
  if (frame.protocol == kPap && link_.options.asks_password()) {
    if (packet) take_password(*packet);
  } else if (frame.protocol == kIpcp) {
    if (packet && !network_.negotiation.receive(*packet, now_))
      reject_code(kIpcp, network_.negotiation, frame.information);
  } else {
    reject_protocol(frame);
  }
  return {};
}

void Session::take_link(const Packet& packet, Bytes whole) {
  if (link_.negotiation.receive(packet, now_)) return;
  switch (packet.code) {
    case protocol_reject: return take_protocol_reject(packet);
    case echo_request: {
      // RFC 1661, section 5.8: "MUST only be sent in the LCP Opened state".
      if (link_.negotiation.state() != State::opened || packet.data.size() < 4) return;
      std::array<std::byte, 4> magic;
      store_be32(magic.data(), link_.options.magic());
      std::string data{as_text(magic)};
      data += as_text(packet.data.subspan(4));
      return link_.send(write_packet(echo_reply, packet.identifier, as_bytes(data)));
    }
    case echo_reply:
    case discard_request: return;
    default: return reject_code(kLcp, link_.negotiation, whole);
  }
}

void Session::take_protocol_reject(const Packet& packet) {
  if (packet.data.size() < 2) return;
  const std::uint16_t protocol = load_be16(packet.data.data());
  if (protocol == kLcp) return link_.negotiation.rejected(now_);
  if (protocol == kPap && !is_welcome_) return terminate(now_);
  if (protocol == kIpcp || protocol == kIp) network_.negotiation.rejected(now_);
}

void Session::take_password(const Packet& packet) {
  const auto answer = check_password(packet, credentials_ ? &*credentials_ : nullptr);
  if (!answer) return;
  say(kPap, as_bytes(answer->packet));
  // RFC 1334, section 2.2: an answer may have been lost, so that the same request comes again.
  if (is_welcome_ && answer->is_good) return;
  if (answer->is_good) return begin_network();
  terminate(now_);
}

/// Of the packet as much as the peer takes (RFC 1661, section 5.6).
void Session::reject_code(std::uint16_t protocol, Negotiation& by, Bytes packet) {
  constexpr std::size_t kHead = 4;
  const Bytes part = packet.first(std::min(packet.size(), link_.options.peer_mru() - kHead));
  const std::string rejection = write_packet(code_reject, by.next_identifier(), part);
  if (protocol == kLcp)
    link_.send(rejection);
  else
    say(protocol, as_bytes(rejection));
}

void Session::reject_protocol(const FrameReader::Frame& frame) {
  constexpr std::size_t kHead = 6;  // with the protocol that is rejected
  std::array<std::byte, 2> protocol;
  store_be16(protocol.data(), frame.protocol);
  std::string data{as_text(protocol)};
  data +=
      as_text(frame.information.first(std::min(frame.information.size(), link_.options.peer_mru() - kHead)));
  link_.send(write_packet(protocol_reject, link_.negotiation.next_identifier(), as_bytes(data)));
}

bool Session::send(Bytes packet) {
  if (!is_up() || packet.size() > link_.options.peer_mru()) return false;
  say(kIp, packet);
  return true;
}

void Session::terminate(Instant now) {
  now_ = now;
  link_.negotiation.close(now);
  if (link_.negotiation.state() != State::closing) is_dead_ = true;
}

std::string Session::take_output() noexcept {
  return std::exchange(output_, {});
}

Instant Session::deadline() const noexcept {
  return std::min({link_.negotiation.deadline(), network_.negotiation.deadline(), password_until_});
}

void Session::poll(Instant now) {
  now_ = now;
  link_.negotiation.poll(now);
  network_.negotiation.poll(now);
  if (now >= password_until_) {
    password_until_ = kNever;
    terminate(now);
  }
}

}  // namespace linnet::emulator::ppp
