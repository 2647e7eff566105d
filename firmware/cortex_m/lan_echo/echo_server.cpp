// SPDX-License-Identifier: Apache-2.0
#include "echo_server.hpp"

#include <algorithm>

namespace linnet::firmware {

unsigned EchoServer::serve(unsigned connections) {
  unsigned clean = 0;
  for (unsigned served = 0; served < connections; ++served) {
    while (!listener_.accept(slot_, this)) poller_.wait(kNever);
    begin();
    while (turn()) poller_.wait(deadline());
    slot_.reset();
    clean += clean_ ? 1 : 0;
  }
  return clean;
}

void EchoServer::begin() {
  stage_ = Stage::head;
  clean_ = false;
  piece_.reset();
  workspace_.clear();
  head_.emplace(http1::LongField::refuse, line_);
  handshake_.emplace();
  connection_.reset();
}

/// Moves what can be moved without waiting. False: it is over.
bool EchoServer::turn() {
  while (stage_ != Stage::over && !piece_ && (!connection_ || connection_->wants_input())) {
    const auto size = slot_.get()->read(input_);
    if (!size) {
      if (!connection_) return false;
      connection_->transport_ended(size.error());
      talk();
      break;
    }
    if (*size == 0) break;
    const MutableBytes input = MutableBytes{input_}.first(*size);
    if (stage_ == Stage::head) {
      read_head(input);
    } else if (!connection_->receive(input)) {
      return false;
    }
    if (connection_) talk();
    send();
  }
  if (connection_) talk();
  send();
  slot_.get()->want((piece_ ? net::Interest::none : net::Interest::read) |
                    (workspace_.empty() ? net::Interest::none : net::Interest::write));
  return stage_ != Stage::over || !workspace_.empty();
}

void EchoServer::read_head(MutableBytes input) {
  head_->receive(input);
  while (const auto event = head_->poll()) {
    switch (event->kind) {
      case http1::Event::Kind::request_line:
        is_get_ = event->method() == "GET";
        minor_version_ = event->minor_version;
        break;
      case http1::Event::Kind::field: handshake_->field(event->name(), event->value()); break;
      case http1::Event::Kind::end:
        answer_head(is_get_ ? "GET" : "POST", minor_version_);
        if (connection_) static_cast<void>(connection_->receive(input.subspan(head_->consumed())));
        return;
      default: stage_ = Stage::over; return;
    }
  }
}

void EchoServer::answer_head(std::string_view method, std::uint8_t minor_version) {
  const auto size = handshake_->verdict(method, minor_version) == 101
                        ? handshake_->accept(workspace_.free())
                        : Result<std::size_t>{fail(Errc::handshake_refused)};
  if (!size) {
    stage_ = Stage::over;  // for people there is nothing to see here
    return;
  }
  workspace_.commit(*size);
  connection_.emplace(config_, poller_.now());
  connection_->attach(&workspace_);
  stage_ = Stage::open;
}

void EchoServer::talk() {
  do {
    if (piece_ && !echo()) return;
    while (const auto event = connection_->poll(poller_.now())) {
      if (event->kind == ws::Event::Kind::closed) {
        clean_ = event->clean;
        stage_ = Stage::over;
        return;
      }
      if (event->kind == ws::Event::Kind::data) {
        piece_ = event;
        if (!echo()) return;
      }
    }
  } while (piece_);
}

/// False: no room yet; the piece stays where it is until there is.
bool EchoServer::echo() {
  const auto sent = connection_->send_part(piece_->type, piece_->payload, piece_->last);
  if (!sent && sent.error() == Errc::would_block) {
    send();
    if (!connection_->send_part(piece_->type, piece_->payload, piece_->last)) return false;
  }
  piece_.reset();
  return true;
}

void EchoServer::send() {
  const Bytes pending = workspace_.output().parts[0];
  if (!pending.empty()) workspace_.sent(slot_.get()->write({&pending, 1}).value_or(pending.size()));
  if (connection_ && connection_->wants_shutdown()) slot_.get()->shutdown_write();
}

Instant EchoServer::deadline() const noexcept {
  return connection_ ? connection_->deadline() : kNever;
}

}  // namespace linnet::firmware
