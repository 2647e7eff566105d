// SPDX-License-Identifier: Apache-2.0
#include "linnet/cellular/link.hpp"

#include <algorithm>

namespace linnet::cellular {
namespace {

constexpr int kMostRounds = 64;  // of one turn; a port that always has more must not keep its loop for itself

}  // namespace

ModemLink::ModemLink(std::string_view name, net::Stream& serial, net::Poller& poller,
                     const modem::Config& config, std::span<modem::Socket> sockets,
                     const modem::Buffers& buffers, MutableBytes input, Port* port, Trace* trace) noexcept
    : name_{name},
      serial_{serial},
      poller_{poller},
      port_{port},
      trace_{trace},
      input_{input},
      modem_{config, sockets.first(std::min(sockets.size(), kMostLinks)), buffers},
      applied_{modem_.lines()},
      sockets_{sockets} {
  for (ModemStream& stream : streams_) stream.link_ = this;
}

Result<net::Stream*> ModemLink::open(std::string_view host, std::uint16_t port, Instant now) {
  if (port_error_) return std::unexpected{*port_error_};
  const auto opened = modem_.open(host, port);
  if (!opened) return std::unexpected{opened.error()};
  ModemStream& stream = streams_[static_cast<std::size_t>(*opened - sockets_.data())];
  stream.socket_ = *opened;
  poll(now);
  return &stream;
}

void ModemLink::poll(Instant now) {
  now_ = now;
  serial_.poll(now);
  if (port_ != nullptr && !port_error_) {
    if (port_->has_lost_bytes()) modem_.port_failed();
    if (!port_->carrier()) modem_.carrier_changed(false);
  }
  for (int round = 0; round < kMostRounds; ++round) {
    take_events(now);
    apply_lines();
    const bool wrote = move_out();
    const bool read = move_in();
    if (!wrote && !read) break;
  }
  watch();
}

void ModemLink::take_events(Instant now) {
  while (const auto event = modem_.poll(now)) {
    events_[(first_event_ + event_count_) % events_.size()] = *event;
    if (event_count_ < events_.size()) {
      ++event_count_;
    } else {
      first_event_ = (first_event_ + 1) % events_.size();
    }
  }
}

std::optional<modem::Event> ModemLink::next_event() noexcept {
  if (event_count_ == 0) return std::nullopt;
  const modem::Event event = events_[first_event_];
  first_event_ = (first_event_ + 1) % events_.size();
  --event_count_;
  return event;
}

void ModemLink::apply_lines() noexcept {
  if (modem_.lines() == applied_) return;
  applied_ = modem_.lines();
  if (port_ != nullptr) port_->apply(applied_);
}

bool ModemLink::move_out() {
  const modem::Output output = modem_.output();
  if (port_error_ || output.size() == 0 || serial_.state() == net::Stream::State::opening) return false;
  const auto taken = serial_.write(output.parts);
  if (!taken) {
    lose_port(taken.error());
    return false;
  }
  if (*taken == 0) return false;
  if (trace_ != nullptr) trace_output(output, *taken);
  modem_.sent(*taken);
  return true;
}

bool ModemLink::move_in() {
  if (port_error_ || !modem_.wants_input()) return false;
  const auto size = serial_.read(input_);
  if (!size) {
    lose_port(size.error());
    return false;
  }
  if (*size == 0) return false;
  if (trace_ != nullptr) trace_->bytes(now_, "at", Direction::in, input_.first(*size));
  modem_.receive(input_.first(*size));
  return true;
}

void ModemLink::trace_output(const modem::Output& output, std::size_t size) const {
  if (modem_.is_secret()) return trace_->note(now_, "at", "a command with a secret");
  for (const Bytes part : output.parts) {
    const Bytes gone = part.first(std::min(size, part.size()));
    if (!gone.empty()) trace_->bytes(now_, "at", Direction::out, gone);
    size -= gone.size();
  }
}

/// Its owner may make another link over another port; this one's streams end.
void ModemLink::lose_port(Error why) noexcept {
  port_error_ = why;
  modem_.port_failed();
}

/// What the modem sends is always of interest, also between connections: its notices come unasked.
void ModemLink::watch() noexcept {
  if (port_error_) return;
  const bool reads = modem_.wants_input();
  const bool writes = modem_.output().size() != 0 || serial_.state() == net::Stream::State::opening;
  serial_.want((reads ? net::Interest::read : net::Interest::none) |
               (writes ? net::Interest::write : net::Interest::none));
}

Instant ModemLink::deadline() const noexcept {
  if (port_error_) return kNever;
  return std::min(modem_.deadline(), serial_.deadline());
}

// ---- One connection ----

net::Stream::State ModemStream::state() const noexcept {
  if (socket_ == nullptr) return State::closed;
  if (socket_->is_opening()) return link_->port_error_ ? State::closed : State::opening;
  const bool is_over = socket_->state() == modem::SocketState::ended && socket_->readable() == 0;
  return is_over ? State::closed : State::open;
}

void ModemStream::poll(Instant now) {
  link_->poll(now);
}

Instant ModemStream::deadline() const noexcept {
  return socket_ == nullptr ? kNever : link_->deadline();
}

Result<std::size_t> ModemStream::read(MutableBytes into) {
  if (socket_ == nullptr) return fail(Errc::bad_state);
  if (socket_->is_opening() && link_->port_error_) return std::unexpected{*link_->port_error_};
  return socket_->read(into);
}

Result<std::size_t> ModemStream::write(std::span<const Bytes> parts) {
  if (socket_ == nullptr) return fail(Errc::bad_state);
  return socket_->write(parts);
}

void ModemStream::shutdown_write() noexcept {
  if (socket_ != nullptr) socket_->shutdown_write();
}

void ModemStream::close() noexcept {
  if (socket_ != nullptr) socket_->close();
  socket_ = nullptr;
}

/// The poller watches the port, for all streams; what a stream can do shows when it is polled.
void ModemStream::want(net::Interest /*interest*/) noexcept {
  if (socket_ != nullptr) link_->watch();
}

}  // namespace linnet::cellular
