// SPDX-License-Identifier: Apache-2.0
// wslay through its event API, as its documentation and examples use it: callbacks that read and write, and
// whole messages (buffered mode). It checks UTF-8 of text. The masking key is the application's job there.
#include <wslay/wslay.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "measure.hpp"

namespace {

class Wslay {
 public:
  Wslay() {
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = &Wslay::receive;
    callbacks.send_callback = &Wslay::send;
    callbacks.genmask_callback = &Wslay::generate_mask;
    callbacks.on_msg_recv_callback = &Wslay::on_message;
    if (wslay_event_context_server_init(&server_, &callbacks, this) != 0 ||
        wslay_event_context_client_init(&client_, &callbacks, this) != 0) {
      std::abort();
    }
  }

  Wslay(const Wslay&) = delete;
  Wslay& operator=(const Wslay&) = delete;

  ~Wslay() {
    wslay_event_context_free(server_);
    wslay_event_context_free(client_);
  }

  void parse(bench::Bytes frame) {
    unread_ = frame;
    if (wslay_event_recv(server_) != 0) std::abort();
  }

  void client_encode(bench::Bytes payload) { encode(client_, payload); }
  void server_encode(bench::Bytes payload) { encode(server_, payload); }

 private:
  static void encode(wslay_event_context_ptr context, bench::Bytes payload) {
    const wslay_event_msg message{WSLAY_BINARY_FRAME, reinterpret_cast<const uint8_t*>(payload.data()),
                                  payload.size()};
    if (wslay_event_queue_msg(context, &message) != 0 || wslay_event_send(context) != 0) std::abort();
  }

  static ssize_t receive(wslay_event_context_ptr context, uint8_t* into, size_t room, int, void* user) {
    auto& self = *static_cast<Wslay*>(user);
    const std::size_t size = std::min(room, self.unread_.size());
    if (size == 0) {
      wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
      return -1;
    }
    std::memcpy(into, self.unread_.data(), size);
    self.unread_.remove_prefix(size);
    return static_cast<ssize_t>(size);
  }

  static ssize_t send(wslay_event_context_ptr, const uint8_t* data, size_t size, int, void*) {
    const iovec part{const_cast<uint8_t*>(data), size};
    bench::write_out(&part, 1);
    return static_cast<ssize_t>(size);
  }

  static int generate_mask(wslay_event_context_ptr, uint8_t* into, size_t size, void*) {
    bench::random_bytes(into, size);
    return 0;
  }

  static void on_message(wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* message, void*) {
    bench::deliver(message->msg, message->msg_length, message->opcode == WSLAY_TEXT_FRAME);
  }

  wslay_event_context_ptr server_ = nullptr;
  wslay_event_context_ptr client_ = nullptr;
  bench::Bytes unread_;
};

}  // namespace

int main() {
  Wslay wslay;
  return bench::run(wslay);
}
