// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/ppp/negotiation.hpp"

#include <utility>

namespace linnet::emulator::ppp {
namespace {

// RFC 1661, section 4.6: the defaults of the timer and of the three counters.
constexpr Duration kRestart = 3s;
constexpr unsigned kMostRequests = 10;
constexpr unsigned kMostTerminates = 2;
constexpr unsigned kMostNaks = 5;

bool is_waiting(State state) noexcept {
  return state != State::closed && state != State::stopped && state != State::opened;
}

}  // namespace

void Negotiation::stop() noexcept {
  state_ = State::closed;
  deadline_ = kNever;
}

void Negotiation::happen(Happening on, Instant now) {
  const Transition transition = ppp::transition(state_, on);
  state_ = transition.to;
  if (!is_waiting(state_)) deadline_ = kNever;
  act(transition.actions, now);
}

/// In the order in which RFC 1661 writes them in its table: what is told down first, what is sent, what is
/// up.
void Negotiation::act(std::uint16_t actions, Instant now) {
  if ((actions & Action::down) != 0) options_.layer_down();
  if ((actions & Action::restart) != 0) {
    tries_left_ = (actions & Action::ask_end) != 0 ? kMostTerminates : kMostRequests;
    naks_left_ = kMostNaks;
  }
  if ((actions & Action::ask) != 0) ask(now);
  if ((actions & (Action::grant | Action::refuse)) != 0) options_.send(std::exchange(answer_, {}));
  if ((actions & Action::ask_end) != 0) ask_end(now);
  if ((actions & Action::confirm_end) != 0) options_.send(write_packet(terminate_ack, peer_identifier_, {}));
  if ((actions & Action::up) != 0) options_.layer_up();
  if ((actions & Action::finished) != 0) options_.layer_finished();
}

void Negotiation::ask(Instant now) {
  if (tries_left_ > 0) --tries_left_;
  asked_ = options_.wanted();
  request_identifier_ = next_identifier();
  options_.send(write_packet(configure_request, request_identifier_, as_bytes(asked_)));
  deadline_ = now + kRestart;
}

void Negotiation::ask_end(Instant now) {
  if (tries_left_ > 0) --tries_left_;
  options_.send(write_packet(terminate_request, next_identifier(), {}));
  deadline_ = now + kRestart;
}

void Negotiation::poll(Instant now) {
  if (now < deadline_) return;
  happen(tries_left_ > 0 ? Happening::timeout : Happening::last_timeout, now);
}

bool Negotiation::receive(const Packet& packet, Instant now) {
  peer_identifier_ = packet.identifier;
  switch (packet.code) {
    case configure_request: judge(packet, now); return true;
    case configure_ack:
    case configure_nak:
    case configure_reject: answered(packet, now); return true;
    case terminate_request: happen(Happening::terminate, now); return true;
    case terminate_ack: happen(Happening::terminate_reply, now); return true;
    case code_reject: rejected(now); return true;  // it does not know one of these seven
    default: return false;
  }
}

/// "On reception of a Configure-Ack, the Identifier field MUST match that of the last transmitted
/// Configure-Request. Additionally, the Configuration Options in a Configure-Ack MUST exactly match those of
/// the last transmitted Configure-Request. Invalid packets are silently discarded." (RFC 1661, section 5.2)
void Negotiation::answered(const Packet& packet, Instant now) {
  if (packet.identifier != request_identifier_) return;
  if (packet.code == configure_ack) {
    if (as_text(packet.data) != asked_) return;
    return happen(Happening::ack, now);
  }
  if (state_ != State::closing) {
    Bytes left = packet.data;
    while (const auto option = next_option(left)) options_.refused(*option, packet.code == configure_reject);
    if (!left.empty()) return;
  }
  happen(Happening::refusal, now);
}

void Negotiation::judge(const Packet& packet, Instant now) {
  std::string naks;
  std::string rejects;
  Bytes left = packet.data;
  while (const auto option = next_option(left)) {
    Verdict verdict = options_.judge(*option);
    // RFC 1661, section 4.6, Max-Failure: who is not convinced by then never will be.
    if (verdict.kind == Verdict::nak && naks_left_ == 0) verdict.kind = Verdict::reject;
    if (verdict.kind == Verdict::nak) naks += verdict.better;
    if (verdict.kind == Verdict::reject) rejects += as_text(option->whole);
  }
  if (!left.empty()) return;  // no options: RFC 1661, section 5, silently discarded
  // Section 5.4: rejects first, naks in answer to what is left of the request.
  if (!rejects.empty()) {
    answer_ = write_packet(configure_reject, packet.identifier, as_bytes(rejects));
  } else if (!naks.empty()) {
    --naks_left_;
    answer_ = write_packet(configure_nak, packet.identifier, as_bytes(naks));
  } else {
    answer_ = write_packet(configure_ack, packet.identifier, packet.data);
    options_.granted(packet.data);
    return happen(Happening::good_request, now);
  }
  happen(Happening::bad_request, now);
}

}  // namespace linnet::emulator::ppp
