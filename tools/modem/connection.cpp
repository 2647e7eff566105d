// SPDX-License-Identifier: Apache-2.0
// Bytes between a stream and two buffers.
#include "tools/modem/connection.hpp"

#include <algorithm>
#include <array>

#include "tools/modem/tls_context.hpp"

namespace linnet::emulator {

Result<void> Connection::open(net::Link& link, std::string_view host, std::uint16_t port, std::size_t buffer,
                              Instant now, TlsEnd* tls) {
  reset();
  host_ = host;
  port_ = port;
  buffer_ = buffer;
  const auto opened = link.open(host, port, now);
  if (!opened) return std::unexpected{opened.error()};
  stream_ = *opened;
  if (tls != nullptr) {
    const auto secured = tls->secure(*stream_, host, now);
    if (!secured) {
      reset();
      return std::unexpected{secured.error()};
    }
    stream_ = *secured;
  }
  state_ = State::opening;
  return {};
}

void Connection::poll(Instant now, bool flows) {
  if (stream_ == nullptr) return;
  stream_->poll(now);
  if (state_ == State::opening) {
    if (stream_->state() == net::Stream::State::opening) return;
    state_ = State::open;  // or failed, which reading tells
    if (stream_->state() == net::Stream::State::closed) return read();
  }
  if (!flows) return stream_->want(net::Interest::none);
  write();
  if (state_ == State::open) read();
  if (stream_ == nullptr) return;
  const auto reading = received_.size() < buffer_ ? net::Interest::read : net::Interest::none;
  stream_->want(to_send_.empty() ? reading : reading | net::Interest::write);
}

Instant Connection::deadline() const noexcept {
  return stream_ != nullptr ? stream_->deadline() : kNever;
}

void Connection::read() {
  std::array<std::byte, 4096> part;
  do {
    const std::size_t room = std::min(part.size(), buffer_ - std::min(buffer_, received_.size()));
    if (room == 0 && stream_->state() == net::Stream::State::open) return;
    const auto got = stream_->read({part.data(), room});
    if (!got) {
      failure_ = got.error();
      return end();
    }
    received_ += as_text(Bytes{part.data(), *got});
    total_received_ += *got;
    if (*got < room || *got == 0) return;
  } while (true);
}

void Connection::write() {
  while (!to_send_.empty()) {
    const Bytes part = as_bytes(to_send_);
    const auto written = stream_->write({&part, 1});
    if (!written || *written == 0) return;  // what broke it is told by reading
    to_send_.erase(0, *written);
  }
}

std::string Connection::take(std::size_t most) {
  std::string part = received_.substr(0, most);
  received_.erase(0, part.size());
  return part;
}

void Connection::end() noexcept {
  if (stream_ != nullptr) stream_->close();
  stream_ = nullptr;
  to_send_.clear();
  state_ = State::ended;
}

void Connection::reset() noexcept {
  end();
  state_ = State::idle;
  failure_ = {};
  received_.clear();
  total_received_ = 0;
}

void Farewell::take(Connection& connection, Instant now) {
  if (connection.stream_ != nullptr && connection.state_ == Connection::State::open) {
    // Five seconds to get rid of the rest: longer than any buffer on a healthy network needs.
    leaving_.push_back({connection.stream_, std::move(connection.to_send_), now + 5s});
    connection.stream_ = nullptr;
  }
  connection.reset();
}

bool Farewell::is_done(Leaving& leaving, Instant now) {
  net::Stream& stream = *leaving.stream;
  stream.poll(now);
  if (now >= leaving.until) return true;
  if (!leaving.to_send.empty()) {
    const Bytes part = as_bytes(leaving.to_send);
    const auto written = stream.write({&part, 1});
    if (!written) return true;
    leaving.to_send.erase(0, *written);
  }
  if (leaving.to_send.empty() && !leaving.finished) {
    stream.shutdown_write();
    leaving.finished = true;
  }
  // Reading to the end keeps the kernel from answering with a reset that would throw away what we sent.
  std::array<std::byte, 4096> part;
  auto got = stream.read(part);
  while (got && *got == part.size()) got = stream.read(part);
  stream.want(leaving.to_send.empty() ? net::Interest::read : net::Interest::both);
  return !got;
}

void Farewell::poll(Instant now) {
  std::erase_if(leaving_, [&](Leaving& leaving) {
    if (!is_done(leaving, now)) return false;
    leaving.stream->close();
    return true;
  });
}

Instant Farewell::deadline() const noexcept {
  Instant first = kNever;
  for (const Leaving& leaving : leaving_) first = std::min(first, leaving.until);
  return first;
}

Farewell::~Farewell() {
  for (const Leaving& leaving : leaving_) leaving.stream->close();
}

}  // namespace linnet::emulator
