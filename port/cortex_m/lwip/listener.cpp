// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/lwip/listener.hpp"

#include "port/cortex_m/lwip/tcp_stream.hpp"

namespace linnet::port::cortex_m::lwip {

Result<void> Listener::listen(std::uint16_t port, void* token) noexcept {
  if (listening_ != nullptr) return fail(Errc::bad_state);
  tcp_pcb* const pcb = tcp_new();
  if (pcb == nullptr) return fail(Errc::too_many);
  if (tcp_bind(pcb, IP_ADDR_ANY, port) != ERR_OK) {
    tcp_abort(pcb);
    return fail(Errc::address_in_use);
  }
  listening_ = tcp_listen_with_backlog(pcb, kWaiting);  // frees what it was given
  if (listening_ == nullptr) {
    tcp_abort(pcb);
    return fail(Errc::too_many);
  }
  tcp_arg(listening_, this);
  tcp_accept(listening_, on_accepted);
  token_ = token;
  next_ = network_.listeners_;
  network_.listeners_ = this;
  return {};
}

Result<void> Listener::accept(net::StreamSlot& slot, void* token) {
  for (Waiting& waiting : waiting_) {
    if (waiting.pcb == nullptr) continue;
    tcp_pcb& pcb = *waiting.pcb;
    waiting.pcb = nullptr;
    tcp_backlog_accepted(&pcb);
    slot.emplace<TcpStream>(network_, token, pcb);
    return {};
  }
  return fail(Errc::would_block);
}

void Listener::close() noexcept {
  if (listening_ == nullptr) return;
  for (Waiting& waiting : waiting_) {
    if (waiting.pcb == nullptr) continue;
    tcp_pcb* const pcb = waiting.pcb;
    waiting.pcb = nullptr;
    tcp_err(pcb, nullptr);
    tcp_abort(pcb);
  }
  tcp_close(listening_);
  listening_ = nullptr;
  Listener** link = &network_.listeners_;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
}

void Listener::report() noexcept {
  for (const Waiting& waiting : waiting_) {
    if (waiting.pcb == nullptr) continue;
    network_.poller().report(token_, true, false);
    return;
  }
}

signed char Listener::on_accepted(void* self, tcp_pcb* pcb, signed char error) {
  if (error != ERR_OK || pcb == nullptr) return ERR_VAL;  // lwIP had no memory for it
  for (Waiting& waiting : static_cast<Listener*>(self)->waiting_) {
    if (waiting.pcb != nullptr) continue;
    waiting.pcb = pcb;
    tcp_backlog_delayed(pcb);
    tcp_arg(pcb, &waiting);
    tcp_recv(pcb, Waiting::on_received);
    tcp_err(pcb, Waiting::on_error);
    return ERR_OK;
  }
  return ERR_MEM;  // lwIP resets it
}

/// Refused, so that lwIP keeps it until the connection has an owner; without a callback it would throw it
/// away.
signed char Listener::Waiting::on_received(void* /*self*/, tcp_pcb* /*pcb*/, pbuf* /*data*/,
                                           signed char /*error*/) {
  return ERR_MEM;
}

void Listener::Waiting::on_error(void* self, signed char /*error*/) {
  static_cast<Waiting*>(self)->pcb = nullptr;
}

}  // namespace linnet::port::cortex_m::lwip
