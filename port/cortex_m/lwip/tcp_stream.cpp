// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/lwip/tcp_stream.hpp"

#include <algorithm>

#include "linnet/net/listener.hpp"
#include "lwip/priv/tcp_priv.h"

namespace linnet::port::cortex_m::lwip {

TcpStream::TcpStream(Network& network, void* token, tcp_pcb& accepted) noexcept : TcpStream{network, token} {
  begin_opening();
  state_ = State::open;
  take_over(accepted);
  // What came before is with lwIP: it was refused until somebody owns it (listener.cpp).
  finished_ = pcb_->state == CLOSE_WAIT;
  if (pcb_->refused_data != nullptr) tcp_process_refused_data(pcb_);
}

void TcpStream::begin_opening() noexcept {
  state_ = State::opening;
  error_ = {};
  finished_ = false;
  wanted_ = net::Interest::read;
  if (listed_) return;
  listed_ = true;
  next_ = network_.streams_;
  network_.streams_ = this;
}

void TcpStream::connect(const ip_addr_t& address, std::uint16_t port) noexcept {
  tcp_pcb* const pcb = tcp_new();
  if (pcb == nullptr) return fail_with(Errc::too_many);
  take_over(*pcb);
  const err_t error = tcp_connect(pcb, &address, port, on_connected);
  if (error == ERR_OK) return;
  let_go();
  tcp_abort(pcb);
  fail_with(error == ERR_RTE ? Errc::host_unreachable : Errc::io_failure);
}

void TcpStream::take_over(tcp_pcb& pcb) noexcept {
  pcb_ = &pcb;
  tcp_arg(pcb_, this);
  tcp_recv(pcb_, on_received);
  tcp_err(pcb_, on_error);
  tcp_nagle_disable(pcb_);  // a protocol that sends whole messages gains nothing from waiting
}

/// lwIP calls us no more.
void TcpStream::let_go() noexcept {
  tcp_arg(pcb_, nullptr);
  tcp_recv(pcb_, nullptr);
  tcp_err(pcb_, nullptr);
  pcb_ = nullptr;
}

Result<std::size_t> TcpStream::read(MutableBytes into) {
  if (received_ != nullptr) {
    const auto wanted = static_cast<std::uint16_t>(std::min<std::size_t>(into.size(), received_->tot_len));
    const std::uint16_t taken = pbuf_copy_partial(received_, into.data(), wanted, 0);
    received_ = pbuf_free_header(received_, taken);
    if (pcb_ != nullptr) tcp_recved(pcb_, taken);
    return taken;
  }
  if (error_ != Errc{}) return fail(error_);
  if (finished_) return fail(Errc::end_of_stream);
  return 0;
}

Result<std::size_t> TcpStream::write(std::span<const Bytes> parts) {
  if (state_ == State::opening) return 0;
  if (pcb_ == nullptr) return fail(error_ != Errc{} ? error_ : Errc::bad_state);
  std::size_t taken = 0;
  for (Bytes part : parts) {
    while (!part.empty()) {
      const auto size = static_cast<std::uint16_t>(std::min<std::size_t>(part.size(), tcp_sndbuf(pcb_)));
      // Out of memory is as good as out of room: both pass when the peer acknowledges.
      if (size == 0 || tcp_write(pcb_, part.data(), size, TCP_WRITE_FLAG_COPY) != ERR_OK) break;
      taken += size;
      part = part.subspan(size);
    }
    if (!part.empty()) break;
  }
  if (taken != 0) tcp_output(pcb_);
  return taken;
}

void TcpStream::shutdown_write() noexcept {
  if (pcb_ != nullptr && state_ == State::open) tcp_shutdown(pcb_, 0, 1);
}

void TcpStream::close() noexcept {
  if (received_ != nullptr) pbuf_free(received_);
  received_ = nullptr;
  if (tcp_pcb* const pcb = pcb_; pcb != nullptr) {
    let_go();
    if (tcp_close(pcb) != ERR_OK) tcp_abort(pcb);  // no memory for a FIN: a reset needs none
  }
  state_ = State::closed;
  error_ = Errc::bad_state;
  if (!listed_) return;
  listed_ = false;
  TcpStream** link = &network_.streams_;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
}

void TcpStream::fail_with(Errc why) noexcept {
  error_ = why;
  state_ = State::closed;
}

void TcpStream::report() noexcept {
  const bool changed = state_ == State::closed || finished_;
  const bool readable = includes(wanted_, net::Interest::read) && (received_ != nullptr || changed);
  const bool writable =
      includes(wanted_, net::Interest::write) && state_ != State::opening &&
      (pcb_ == nullptr || (tcp_sndbuf(pcb_) >= TCP_SNDLOWAT && tcp_sndqueuelen(pcb_) < TCP_SNDQUEUELOWAT));
  if (readable || writable) network_.poller().report(token_, readable, writable);
}

signed char TcpStream::on_connected(void* self, tcp_pcb* /*pcb*/, signed char /*error*/) {
  auto& stream = *static_cast<TcpStream*>(self);
  stream.state_ = State::open;
  stream.network_.poller().report(stream.token_, true, true);
  return ERR_OK;
}

signed char TcpStream::on_received(void* self, tcp_pcb* /*pcb*/, pbuf* data, signed char /*error*/) {
  auto& stream = *static_cast<TcpStream*>(self);
  if (data == nullptr) {
    stream.finished_ = true;
  } else if (stream.received_ == nullptr) {
    stream.received_ = data;
  } else {
    pbuf_cat(stream.received_, data);  // never more than TCP_WND in all
  }
  return ERR_OK;
}

/// lwIP has freed the connection already.
void TcpStream::on_error(void* self, signed char error) {
  auto& stream = *static_cast<TcpStream*>(self);
  const bool was_opening = stream.state_ == State::opening;
  stream.pcb_ = nullptr;
  if (error == ERR_RST)
    return stream.fail_with(was_opening ? Errc::connection_refused : Errc::connection_reset);
  stream.fail_with(was_opening ? Errc::host_unreachable : Errc::connection_reset);
}

static_assert(sizeof(TcpStream) <= net::StreamSlot::kCapacity);

}  // namespace linnet::port::cortex_m::lwip
