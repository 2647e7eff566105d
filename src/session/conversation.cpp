// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/conversation.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "linnet/codec/digest.hpp"
#include "linnet/codec/http1_field.hpp"

namespace linnet::session {
namespace {

constexpr Duration kRefusalWait = 1s;  // for the words behind a status: they explain, no more
constexpr int kMaxReads = 64;          // in one poll(): a peer that sends without end must not keep its owner

/// "Any response ... with a 1xx (Informational), 204 (No Content), or 304 (Not Modified) status code is
/// always terminated by the first empty line" (RFC 9112, section 6.3). Of 1xx only 101 gets here.
constexpr bool has_body(std::uint16_t status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

constexpr bool is_redirect(std::uint16_t status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// The text that `url` was written as, from the front of `room`.
std::string_view text_of(const codec::Url& url, Bytes room) noexcept {
  const std::string_view last = url.query.empty() ? url.path : url.query;
  const char* const begin = as_text(room).data();
  return {begin, static_cast<std::size_t>(last.data() + last.size() - begin)};
}

}  // namespace

std::optional<ConversationEvent> Conversation::poll(Instant now) noexcept {
  now_ = now;
  if (stage_ == Stage::idle && !begin()) return over();
  if ((stage_ == Stage::connecting || stage_ == Stage::securing) && !connect(now)) return over();
  if (stage_ == Stage::handshake || stage_ == Stage::open) {
    if (auto event = pump(now)) return event;
  }
  if (stage_ == Stage::over) return over_reported_ ? std::nullopt : std::optional{over()};
  if (now >= connect_deadline_) {
    fail_with(stage_ == Stage::connecting ? Errc::connect_timeout : Errc::handshake_timeout);
    return over();
  }
  return std::nullopt;
}

Instant Conversation::deadline() const noexcept {
  if (stage_ == Stage::idle) return Instant{};
  if (stage_ == Stage::over) return over_reported_ ? kNever : Instant{};
  if (has_more_ && !held_) return Instant{};
  Instant due = std::min(connect_deadline_, body_deadline_);
  if (stream_ != nullptr) due = std::min(due, stream_->deadline());
  if (client_ && !held_) due = std::min(due, client_->deadline());
  return due;
}

std::optional<ConversationEvent> Conversation::wait(Instant limit) noexcept {
  net::Poller& poller = link_->poller();
  const bool had_output = unsent() != 0;
  auto event = poll(poller.now());
  if (event || stage_ == Stage::over) return event;
  if (had_output && unsent() == 0) return std::nullopt;  // its owner may have waited for that
  watch();
  // A wake-up that is not for this session ends the wait as well: only its owner knows what it was for.
  poller.wait(std::min(limit, deadline()));
  return poll(poller.now());
}

void Conversation::watch() noexcept {
  if (stream_ == nullptr) return;
  const bool writes = unsent() != 0;
  const bool reads = !held_ && (!client_ || client_->wants_input());
  stream_->want((reads ? net::Interest::read : net::Interest::none) |
                (writes ? net::Interest::write : net::Interest::none));
}

// ---- Getting there ----

/// False: it is over.
bool Conversation::begin() noexcept {
  const auto url = codec::parse_url(config_.url);
  if (!url) return fail_with(url.error());
  url_ = *url;
  connect_deadline_ = now_ + config_.connect_timeout;
  stage_ = Stage::connecting;
  return true;
}

bool Conversation::connect(Instant now) noexcept {
  if (stream_ == nullptr && !open_stream(now)) return false;
  stream_->poll(now);
  switch (stream_->state()) {
    case net::Stream::State::opening:
      if (transport_ != nullptr && transport_->state() == net::Stream::State::open) stage_ = Stage::securing;
      return true;
    case net::Stream::State::open: return request(now);
    case net::Stream::State::closed: break;
  }
  const auto why = stream_->read(buffers_.input);
  return fail_with(why ? Error{Errc::connection_reset} : why.error());
}

bool Conversation::open_stream(Instant now) noexcept {
  if (url_.secure() && config_.security == nullptr) return fail_with(Errc::unsupported);
  note("connecting");
  const auto opened = link_->open(url_.host, url_.port, now);
  if (!opened) return fail_with(opened.error());
  stream_ = *opened;
  if (config_.trace != nullptr) stream_ = &traced_.emplace(*stream_, *config_.trace, "tcp", now);
  return !url_.secure() || secure_stream(now);
}

bool Conversation::secure_stream(Instant now) noexcept {
  const auto secured = config_.security->secure(*stream_, url_.host, now);
  if (!secured) return fail_with(secured.error());
  transport_ = stream_;
  stream_ = *secured;
  if (config_.trace != nullptr) stream_ = &traced_secure_.emplace(*stream_, *config_.trace, "tls", now);
  return true;
}

bool Conversation::request(Instant now) noexcept {
  client_.emplace(client_config_, *entropy_, buffers_.output, buffers_.message);
  const auto credentials = authorization(buffers_.input);
  if (!credentials) return fail_with(credentials.error());
  const auto started =
      client_->start({.host = url_.host_field,
                      .path = url_.path,
                      .query = url_.query,
                      .subprotocols = config_.subprotocols,
                      .origin = config_.origin,
                      .authorization = *credentials,
                      .fields = is_at_home() ? config_.fields : std::span<const ws::Field>{}},
                     now);
  if (!started) return fail_with(started.error());
  note("requesting");
  refusal_ = {};
  stage_ = Stage::handshake;
  return true;
}

/// Whether this is the server that the configuration means, and not one that a redirect named.
bool Conversation::is_at_home() const noexcept {
  if (redirects_ == 0) return true;
  const auto home = codec::parse_url(config_.url);
  return home && home->host_field == url_.host_field;
}

/// The configuration's own, or "Basic" with what the URL says (RFC 7617).
Result<std::string_view> Conversation::authorization(MutableBytes scratch) const noexcept {
  if (!config_.authorization.empty() && is_at_home()) return config_.authorization;
  if (url_.user_info.empty()) return std::string_view{};
  constexpr std::string_view scheme = "Basic ";
  const std::size_t half = scratch.size() / 2;
  const MutableBytes plain = scratch.first(half);
  const MutableBytes encoded = scratch.subspan(half);
  const auto user = codec::percent_decode(url_.user(), plain);
  // "a user-id containing a colon character is invalid" (RFC 7617, section 2)
  if (!user || user->size() == plain.size() || as_text(*user).contains(':')) return fail(Errc::bad_url);
  plain[user->size()] = std::byte{':'};
  const auto password = codec::percent_decode(url_.password(), plain.subspan(user->size() + 1));
  if (!password) return fail(Errc::bad_url);
  if (encoded.size() < scheme.size()) return fail(Errc::too_large);
  std::memcpy(encoded.data(), scheme.data(), scheme.size());
  const auto text =
      codec::base64_encode(plain.first(user->size() + 1 + password->size()), encoded.subspan(scheme.size()));
  if (!text) return std::unexpected{text.error()};
  return as_text(encoded.first(scheme.size() + text->size()));
}

// ---- Being there ----

std::optional<ConversationEvent> Conversation::pump(Instant now) noexcept {
  stream_->poll(now);
  if (held_) {
    (void)flush();
    return std::nullopt;
  }
  has_more_ = true;
  for (int reads = 0; has_more_ && reads < kMaxReads; ++reads) {
    while (const auto event = client_->poll(now)) {
      if (auto told = handle(*event, now)) return told;
      if (stage_ != Stage::handshake && stage_ != Stage::open) return std::nullopt;
    }
    const bool wrote = flush();
    const bool read = fill();
    has_more_ = wrote || read;
  }
  if (client_->status() != 0 && stage_ == Stage::handshake && now >= body_deadline_) return refused({}, now);
  if (client_->wants_shutdown() && !shutdown_sent_) {
    shutdown_sent_ = true;
    stream_->shutdown_write();
  }
  return std::nullopt;
}

/// Hands output to the link; true: a pause ended, so that poll() may go on.
bool Conversation::flush() noexcept {
  bool moved = false;
  for (ws::Output output = client_->output(); !output.empty(); output = client_->output()) {
    const auto taken = stream_->write(output.parts);
    if (!taken) {
      // What the peer sent before it failed may still be there to read: fill() tells the end behind it.
      write_error_ = taken.error();
      client_->sent(output.size());
      return true;
    }
    if (*taken == 0) return moved;
    client_->sent(*taken);
    bytes_out_ += *taken;
    moved = true;
  }
  return moved;
}

/// Takes input from the link; true: the client has something to look at.
bool Conversation::fill() noexcept {
  if (!client_->wants_input()) return false;
  const auto size = stream_->read(buffers_.input);
  if (size && *size != 0) {
    bytes_in_ += *size;
    (void)client_->receive(buffers_.input.first(*size));  // it wanted input
    return true;
  }
  if (client_->state() == ws::State::closed || (size && !write_error_)) return false;
  client_->transport_ended(size ? *write_error_ : size.error());
  return true;
}

std::optional<ConversationEvent> Conversation::handle(const ws::Event& event, Instant now) noexcept {
  using Kind = ws::Event::Kind;
  switch (event.kind) {
    case Kind::field:
      take_field(event.text());
      return ConversationEvent{ConversationEvent::Kind::field, event};
    case Kind::opened:
      stage_ = Stage::open;
      connect_deadline_ = kNever;
      note("open");
      return ConversationEvent{ConversationEvent::Kind::opened, event,
                               transport_ != nullptr ? &config_.security->report() : nullptr};
    case Kind::refused: return refused(event, now);
    case Kind::body:
      refusal_.take(event.payload, buffers_.message);
      return refusal_.is_whole() ? refused(event, now) : std::nullopt;
    case Kind::data: return ConversationEvent{ConversationEvent::Kind::message, event};
    case Kind::ping: return ConversationEvent{ConversationEvent::Kind::ping, event};
    case Kind::pong: return ConversationEvent{ConversationEvent::Kind::pong, event};
    case Kind::close: return ConversationEvent{ConversationEvent::Kind::close, event};
    case Kind::drained: return ConversationEvent{ConversationEvent::Kind::drained, event};
    case Kind::closed: break;
  }
  if (body_deadline_ != kNever) return refused(event, now);
  if (event.error || !event.clean) failure_ = Failure{stage_, event.error.value_or(Errc::end_of_stream)};
  drop();
  stage_ = Stage::over;
  over_reported_ = true;
  return ConversationEvent{ConversationEvent::Kind::closed, event};
}

// ---- Being refused, and sent elsewhere ----

void Conversation::take_field(std::string_view line) noexcept {
  if (client_->status() < 200) return;  // of an interim answer, or of one that opens
  const std::size_t colon = line.find(':');
  std::string_view name = line;
  name.remove_suffix(line.size() - colon);
  while (http1::is_whitespace(name.back())) name.remove_suffix(1);
  std::string_view value = line;
  value.remove_prefix(colon + 1);
  while (!value.empty() && http1::is_whitespace(value.front())) value.remove_prefix(1);
  refusal_.take_field(name, value);
  if (http1::equal_ignoring_case(name, "Location") && is_redirect(client_->status())) {
    const std::size_t half = buffers_.url.size() / 2;
    const MutableBytes room = redirect_half_ ? buffers_.url.first(half) : buffers_.url.subspan(half);
    const auto next = codec::resolve_redirect(url_, value, room);
    next_url_ = next ? text_of(*next, room) : std::string_view{};
  }
}

/// The server said no: follows a redirect, or waits a little for the words behind the status.
std::optional<ConversationEvent> Conversation::refused(const ws::Event& event, Instant now) noexcept {
  const std::uint16_t status = client_->status();
  if (event.kind == ws::Event::Kind::refused) {
    if (is_redirect(status)) return redirect(now);
    if (!refusal_.is_whole() && has_body(status)) {
      body_deadline_ = std::min(now + kRefusalWait, connect_deadline_);
      return std::nullopt;
    }
  }
  fail_with(Error{Errc::handshake_refused, status});
  return over();
}

std::optional<ConversationEvent> Conversation::redirect(Instant now) noexcept {
  // The same rules hold for the new address; and what was to be secret stays so.
  const auto next = codec::parse_url(next_url_);
  if (!next || (url_.secure() && !next->secure())) {
    fail_with(Errc::bad_redirect);
    return over();
  }
  if (redirects_ == config_.max_redirects) {
    fail_with(Errc::too_many_redirects);
    return over();
  }
  ++redirects_;
  drop();
  client_.reset();  // its deadline is not that of the next one
  url_ = *next;
  redirect_half_ = !redirect_half_;
  const std::string_view text = std::exchange(next_url_, {});
  stage_ = Stage::connecting;
  if (!connect(now)) return over();
  return ConversationEvent{ConversationEvent::Kind::redirected, {.payload = as_bytes(text)}};
}

// ---- Commands and the end ----

/// What is queued leaves before its time only where the next message might not fit behind it: many messages
/// make one write. Twice the size, for the headers of its fragments.
void Conversation::make_room(std::size_t size) noexcept {
  const std::size_t queued = client_->output().size();
  const std::size_t wanted = 2 * size + ws::kMaxHeaderSize + ws::Workspace::kControlReserve;
  if (queued != 0 && queued + wanted > buffers_.output.size()) flush();
}

Result<void> Conversation::send(ws::MessageType type, Bytes payload) noexcept {
  if (stage_ != Stage::open) return fail(Errc::bad_state);
  make_room(payload.size());
  return client_->send(type, payload);
}

Result<void> Conversation::send_part(ws::MessageType type, Bytes payload, bool last) noexcept {
  if (stage_ != Stage::open) return fail(Errc::bad_state);
  make_room(payload.size());
  return client_->send_part(type, payload, last);
}

Result<void> Conversation::send_ping(Bytes payload) noexcept {
  if (stage_ != Stage::open) return fail(Errc::bad_state);
  return client_->send_ping(payload);
}

Result<void> Conversation::close(ws::CloseCode code, std::string_view reason, Instant now) noexcept {
  if (stage_ == Stage::open) return client_->close(code, reason, std::max(now_, now));
  if (stage_ == Stage::over) return fail(Errc::bad_state);
  abort();
  return {};
}

void Conversation::abort() noexcept {
  drop();
  stage_ = Stage::over;
}

/// Always false, as those say who cannot go on.
bool Conversation::fail_with(Error why) noexcept {
  failure_ = Failure{stage_, why};
  drop();
  stage_ = Stage::over;
  return false;
}

ConversationEvent Conversation::over() noexcept {
  over_reported_ = true;
  ws::Event end{.kind = ws::Event::Kind::closed, .code = ws::CloseCode::abnormal};
  if (failure_) end.error = failure_->error;
  return {ConversationEvent::Kind::closed, end};
}

/// Gives the stream back; the client stays for what is asked of it later.
void Conversation::drop() noexcept {
  if (stream_ != nullptr) stream_->close();
  stream_ = transport_ = nullptr;
  traced_secure_.reset();
  traced_.reset();
  body_deadline_ = kNever;
  write_error_.reset();
  has_more_ = false;
  shutdown_sent_ = false;
}

void Conversation::note(std::string_view text) const {
  if (config_.trace != nullptr) config_.trace->note(now_, "session", text);
}

}  // namespace linnet::session
