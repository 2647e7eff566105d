// SPDX-License-Identifier: Apache-2.0
// A connection that speaks HTTP/1.1: requests in, each within its limits and its time, answers out, one after
// the other; and the end, which lets the peer see the last answer.
#include <algorithm>
#include <cstring>
#include <utility>

#include "linnet/server/request_head.hpp"
#include "linnet/server/server.hpp"

namespace linnet::server {
namespace {

constexpr std::size_t kSniff = 64;  // in so many bytes, what is no HTTP at all shows

bool has_line_end(Bytes bytes) noexcept {
  return std::ranges::find(bytes, std::byte{'\n'}) != bytes.end();
}

std::string_view explanation(std::uint16_t status) noexcept {
  switch (status) {
    case 413: return "the body is larger than this server takes";
    case 414: return "the request line is longer than this server takes";
    case 431: return "the header fields are longer or more than this server takes";
    case 501: return "this server takes bodies with Content-Length only";
    case 505: return "this server speaks HTTP/1.1";
    default: return "this is not an HTTP/1.1 request";
  }
}

}  // namespace

void Server::serve_http(Slot& slot, bool readable, bool writable) {
  Activity& busy = activities_[slot.activity];
  if (writable) busy.blocked = false;
  if (busy.wrapped != nullptr) {
    busy.wrapped->poll(now_);
    readable = readable || busy.unread_wrapped;
    busy.unread_wrapped = false;
    if (has_failed(busy)) return drop(slot);
  }
  if (!busy.blocked) write_backlog(slot, busy);
  if (busy.last_answer) return linger(slot, busy, readable);

  MutableBytes input;
  if (!busy.backlog.empty() || !read_requests(slot, busy, readable, input)) return after_requests(slot, busy);
  if (!busy.in_request && !input.empty()) {
    busy.in_request = true;
    busy.deadline = now_ + config_.request_timeout;
    note(busy.deadline);
  }
  Block* const held = std::exchange(busy.input, nullptr);
  while (!input.empty() && slot.phase == Phase::http && !busy.last_answer && busy.backlog.empty()) {
    const std::size_t taken = take_request(slot, busy, input);
    if (taken == 0) break;
    input = input.subspan(taken);
  }
  if (slot.phase == Phase::websocket) return serve_upgraded(slot, input, held);
  if (!busy.last_answer) keep_rest(busy, input);
  if (held != nullptr) pools_.blocks.give(held);
  after_requests(slot, busy);
}

/// Reads what has come, and joins it to what came before. False: there is nothing to look at yet.
bool Server::read_requests(Slot& slot, Activity& busy, bool readable, MutableBytes& input) {
  MutableBytes fresh;
  if (readable) {
    const Result<std::size_t> got = stream(slot).read(received_);
    if (!got) {
      busy.broken = true;
      return false;
    }
    statistics_.bytes_in += *got;
    fresh = received_.first(*got);
    busy.unread_wrapped = busy.wrapped != nullptr && *got == received_.size();
    if (busy.unread_wrapped) mark_settle(slot);
  }
  if (busy.input == nullptr) {
    input = fresh;
    return !fresh.empty();
  }
  Block* block = busy.input;
  if (block->capacity - block->size < fresh.size()) {
    Block* const larger = pools_.blocks.take(std::max(block->size + fresh.size(), 2 * block->size));
    if (larger == nullptr) {
      count(Drop::memory);
      busy.broken = true;
      return false;
    }
    std::memcpy(larger->data(), block->data(), block->size);
    larger->size = block->size;
    pools_.blocks.give(block);
    block = busy.input = larger;
  }
  if (!fresh.empty()) std::memcpy(block->data() + block->size, fresh.data(), fresh.size());
  block->size += fresh.size();
  input = {block->data(), block->size};
  // Without a line end more, a head is not complete; looking all the same at every byte would be slow.
  const bool may_be_complete = busy.wanted != 0
                                   ? input.size() >= busy.wanted
                                   : fresh.empty() || has_line_end(fresh) || input.size() <= kSniff ||
                                         input.size() >= config_.max_line;
  return may_be_complete;
}

void Server::keep_rest(Activity& busy, Bytes rest) {
  if (rest.empty()) return;
  Block* const block = pools_.blocks.take(std::max<std::size_t>(rest.size(), 1024));
  if (block == nullptr) {
    count(Drop::memory);
    busy.broken = true;
    return;
  }
  std::memcpy(block->data(), rest.data(), rest.size());
  block->size = rest.size();
  busy.input = block;
}

/// What comes behind the requests of this turn: their answers leave, and the next deadline begins.
void Server::after_requests(Slot& slot, Activity& busy) {
  raw_ = workspace_.queued();
  flush(slot, workspace_);
  if (busy.broken) return drop(slot);
  if (busy.last_answer) return linger(slot, busy, false);
  if (busy.input != nullptr && busy.backlog.empty() && !busy.in_request) {
    busy.in_request = true;
    busy.deadline = now_ + config_.request_timeout;
    note(busy.deadline);
  }
  update_interest(slot, busy, busy.backlog.empty());
}

/// "the server ... then continues to read from the connection until it receives a corresponding close by the
/// client, or until the server is reasonably certain that its own TCP stack has received the client's
/// acknowledgement of the packet(s) containing the server's last response" (RFC 9112, section 9.6).
void Server::linger(Slot& slot, Activity& busy, bool readable) {
  if (busy.broken) return drop(slot);
  if (busy.backlog.empty() && !busy.lingers) {
    busy.lingers = true;
    busy.deadline = now_ + config_.linger_timeout;
    note(busy.deadline);
    stream(slot).shutdown_write();
  }
  if (readable && !stream(slot).read(received_)) return drop(slot);
  update_interest(slot, busy, busy.lingers);
}

/// One request at the front of `input`; returns how many bytes it had, 0 if more must come.
std::size_t Server::take_request(Slot& slot, Activity& busy, MutableBytes input) {
  if (input.size() < busy.wanted) return 0;
  const http1::Limits limits{.max_head_bytes = config_.max_head, .max_fields = config_.max_fields};
  RequestHead head = read_request_head(input, line_, limits, fields_);
  if (head.status == 0) return 0;
  if (head.status == 200 && head.content_length > config_.max_body) head.status = 413;
  if (head.status != 200) return refuse_request(slot, busy, head.status, input.size());

  const std::size_t size = head.size + static_cast<std::size_t>(head.content_length);
  if (input.size() < size) {
    busy.wanted = size;
    return 0;
  }
  busy.wanted = 0;
  head.request.body = input.subspan(head.size, size - head.size);
  busy.in_request = false;
  busy.deadline = now_ + config_.keep_alive_timeout;
  note(busy.deadline);
  dispatch(slot, head.request, head.keep_alive && !stopping_);
  return size;
}

/// Where its end is, nobody knows: no request behind it can be read.
std::size_t Server::refuse_request(Slot& slot, Activity& busy, std::uint16_t status, std::size_t size) {
  count(Drop::bad_request);
  refuse(slot, status, explanation(status));
  busy.wanted = 0;
  return size;
}

void Server::dispatch(Slot& slot, Request& request, bool keep_alive) {
  const Routes::Match match = routes_.find(request.path, request.method);
  const bool asks = request.field_has("Upgrade", "websocket");
  if (match.websocket != nullptr && (asks || match.methods == 0)) {
    return upgrade(slot, request, match, keep_alive);
  }
  ++statistics_.requests;
  response_.clear();
  if (match.http != nullptr) {
    request.capture = match.http_capture;
    match.http->handler->respond(request, response_);
  } else if (match.methods != 0) {
    response_.refuse(405, "this path does not have that method");
    response_.field("Allow", allow_text(match.methods));
  } else {
    response_.refuse(404, "there is nothing at this path");
  }
  answer(slot, request.method == "HEAD", keep_alive);
}

/// Answers with one line, and reads no more from this connection.
void Server::refuse(Slot& slot, std::uint16_t status, std::string_view why) {
  ++statistics_.requests;
  response_.clear();
  response_.refuse(status, why);
  answer(slot, false, false);
}

void Server::answer(Slot& slot, bool without_body, bool keep_alive) {
  Activity& busy = activities_[slot.activity];
  busy.last_answer = busy.last_answer || !keep_alive;
  Result<std::size_t> head = response_.write_head(keep_alive, workspace_.free());
  if (!head && head.error() == Errc::too_large) {
    raw_ = workspace_.queued();
    flush(slot, workspace_);
    head = response_.write_head(keep_alive, workspace_.free());
  }
  if (!head) {
    response_.clear();
    response_.refuse(500, "the answer was no HTTP");
    head = response_.write_head(keep_alive, workspace_.free());
    if (!head) busy.broken = true;
  }
  if (!head) return;
  workspace_.commit(*head);
  const Bytes body = response_.body();
  if (without_body || body.empty() || response_.status == 204 || response_.status == 304) return;
  if (std::byte* const at = workspace_.room(body.size(), 0);
      body.size() < config_.borrow_from && at != nullptr) {
    std::memcpy(at, body.data(), body.size());
    workspace_.commit(body.size());
    return;
  }
  workspace_.borrow(body);  // there is never another: it has left, or was copied, with the flush
  raw_ = workspace_.queued();
  flush(slot, workspace_);
}

}  // namespace linnet::server
