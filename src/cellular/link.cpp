// SPDX-License-Identifier: Apache-2.0
#include "linnet/cellular/link.hpp"

#include <algorithm>

namespace linnet::cellular {
namespace {

constexpr Duration kReopenEvery = 2s;
constexpr int kMostRounds = 64;  // of one turn; a port that always has more must not keep its loop for itself

}  // namespace

ModemLink::ModemLink(std::string_view name, net::Stream& serial, net::Poller& poller,
                     const modem::Config& config, std::span<modem::Socket> sockets,
                     std::span<ModemStream> streams, const modem::Buffers& buffers, MutableBytes input,
                     Port* port, Trace* trace) noexcept
    : name_{name},
      serial_{serial},
      poller_{poller},
      port_{port},
      trace_{trace},
      input_{input},
      modem_{config, sockets, buffers},
      applied_{modem_.lines()},
      sockets_{sockets},
      streams_{streams} {
  for (ModemStream& stream : streams_) stream.link_ = this;
}

Result<net::Stream*> ModemLink::open(std::string_view host, std::uint16_t port, Instant now) {
  now_ = now;
  keep_port_open(now);
  if (port_error_) return std::unexpected{*port_error_};
  const auto opened = modem_.open(host, port);
  if (!opened) return std::unexpected{opened.error()};
  ModemStream& stream = streams_[static_cast<std::size_t>(*opened - sockets_.data())];
  stream.socket_ = *opened;
  poll(now);
  stream.seen_ = stream.view();
  return &stream;
}

void ModemLink::poll(Instant now) {
  now_ = now;
  keep_port_open(now);
  if (port_error_) return;
  serial_.poll(now);
  if (port_ != nullptr) {
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
  // Where the rounds ran out, no poller tells of what was read in the last one.
  take_events(now);
  apply_lines();
  watch();
}

/// A port that can open itself is closed at first, and is opened again after it was lost: a cable that was
/// pulled, a serial server that was restarted.
void ModemLink::keep_port_open(Instant now) {
  if (port_ == nullptr || now < reopen_at_) return;
  if (!port_error_ && serial_.state() != net::Stream::State::closed) return;
  reopen_at_ = now + kReopenEvery;
  const auto opened = port_->open(now);
  if (!opened && opened.error() == Errc::unsupported) {
    reopen_at_ = kNever;
  } else if (!opened) {
    if (!port_error_) lose_port(opened.error());
    port_error_ = opened.error();
  } else {
    port_->apply(applied_);
    if (port_error_) modem_.port_failed();  // from the beginning, but for a PIN that was not taken
    port_error_.reset();
  }
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
  if (unread_.empty()) {
    const auto size = serial_.read(input_);
    if (!size) {
      lose_port(size.error());
      return false;
    }
    unread_ = input_.first(*size);
  }
  if (unread_.empty()) return false;
  const Bytes part = trace_ != nullptr ? next_traced(unread_) : unread_;
  unread_ = unread_.subspan(part.size());
  modem_.receive(part);
  return true;
}

/// Up to the next point where lines may become payload or payload lines; told to the trace.
Bytes ModemLink::next_traced(Bytes input) const {
  if (const std::size_t payload = modem_.payload_expected(); payload != 0) {
    const Bytes part = input.first(std::min(payload, input.size()));
    note_payload("in, ", part.size());
    return part;
  }
  const std::string_view text = as_text(input);
  const Bytes part = input.first(std::min(text.find('\n'), text.size() - 1) + 1);
  const std::string_view line = as_text(part);
  if (line.contains("+CGAUTH") || line.contains("+CPIN=")) {
    trace_->note(now_, "at", "in, a line with a secret");
  } else {
    trace_->bytes(now_, "at", Direction::in, part);
  }
  return part;
}

void ModemLink::note_payload(std::string_view direction, std::size_t size) const {
  std::array<std::byte, 48> storage;
  modem::TextWriter text{storage};
  text.put(direction).put(static_cast<std::uint32_t>(size)).put(" bytes of payload");
  trace_->note(now_, "at", as_text(Bytes{storage}.first(text.size())));
}

void ModemLink::trace_output(const modem::Output& output, std::size_t size) const {
  if (modem_.is_payload()) return note_payload("out, ", size);
  if (modem_.is_secret()) return trace_->note(now_, "at", "out, a command with a secret");
  for (const Bytes part : output.parts) {
    const Bytes gone = part.first(std::min(size, part.size()));
    if (!gone.empty()) trace_->bytes(now_, "at", Direction::out, gone);
    size -= gone.size();
  }
}

/// Its streams end.
void ModemLink::lose_port(Error why) {
  port_error_ = why;
  unread_ = {};
  serial_.close();
  modem_.port_failed();
  take_events(now_);
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
  if (port_error_) return port_ == nullptr ? kNever : reopen_at_;
  if (!unread_.empty() && modem_.wants_input()) return Instant{};
  return std::min(modem_.deadline(), serial_.deadline());
}

bool ModemLink::is_idle() const noexcept {
  return std::ranges::all_of(
      sockets_, [](const modem::Socket& socket) { return socket.state() == modem::SocketState::free; });
}

// ---- One connection ----

net::Stream::State ModemStream::state() const noexcept {
  if (socket_ == nullptr) return State::closed;
  if (socket_->is_opening()) return link_->port_error_ ? State::closed : State::opening;
  const bool is_over = socket_->state() == modem::SocketState::ended && socket_->readable() == 0;
  return is_over ? State::closed : State::open;
}

ModemStream::View ModemStream::view() const noexcept {
  if (socket_ == nullptr) return {};
  return {.state = state(), .readable = socket_->readable(), .writable = socket_->is_writable()};
}

bool ModemStream::has_news() const noexcept {
  const View now = view();
  return now.state != seen_.state || now.readable > seen_.readable || (now.writable && !seen_.writable);
}

void ModemStream::poll(Instant now) {
  link_->poll(now);
  seen_ = view();
}

Instant ModemStream::deadline() const noexcept {
  if (socket_ == nullptr) return kNever;
  return has_news() ? Instant{} : link_->deadline();
}

Result<std::size_t> ModemStream::read(MutableBytes into) {
  if (socket_ == nullptr) return fail(Errc::bad_state);
  if (socket_->is_opening() && link_->port_error_) return std::unexpected{*link_->port_error_};
  const auto taken = socket_->read(into);
  seen_.readable = socket_->readable();
  return taken;
}

Result<std::size_t> ModemStream::write(std::span<const Bytes> parts) {
  if (socket_ == nullptr) return fail(Errc::bad_state);
  const auto written = socket_->write(parts);
  seen_.writable = socket_->is_writable();
  link_->watch();  // it leaves as soon as the port takes it, also where what is above wants nothing new (TLS)
  return written;
}

void ModemStream::shutdown_write() noexcept {
  if (socket_ == nullptr) return;
  socket_->shutdown_write();
  link_->watch();
}

void ModemStream::close() noexcept {
  if (socket_ == nullptr) return;
  socket_->close();
  socket_ = nullptr;
  link_->watch();
}

/// The poller watches the port, for all streams; what a stream can do shows when it is polled.
void ModemStream::want(net::Interest /*interest*/) noexcept {
  if (socket_ != nullptr) link_->watch();
}

}  // namespace linnet::cellular
