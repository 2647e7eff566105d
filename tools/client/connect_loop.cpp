// SPDX-License-Identifier: Apache-2.0
#include "tools/client/connect_loop.hpp"

#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstring>

#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"
#include "tools/client/explain.hpp"
#include "tools/client/session_report.hpp"
#include "tools/wire/secrets.hpp"

namespace linnet::tools {
namespace {

// No more is queued while so much is on its way: enough to fill a fast link between two turns of the loop.
constexpr std::size_t kHighWater = 256 * 1024;
constexpr std::size_t kInput = 64 * 1024;    // one read
constexpr std::size_t kHead = 16 * 1024;     // the lines of the server's answer; what it says when it refuses
constexpr Duration kPatience = 5s;           // once we were interrupted
constexpr Duration kHangUpWait = 2s;         // for the server to drop the connection after both close frames
constexpr std::size_t kUrls = 2 * 8 * 1024;  // where redirects lead to

std::size_t longest_sent(const ConnectTask& task) {
  std::size_t longest = task.max_message;
  for (const Outgoing& message : task.messages) longest = std::max(longest, message.bytes.size());
  return longest;
}

session::Config config_of(const ClientOptions& options, const ConnectTask& task, const session::Links& links,
                          Trace* trace) {
  session::Config config = options.config(task.max_message, trace);
  config.links = links;
  config.reconnect.enabled = task.reconnect;
  config.reconnect.max_attempts = static_cast<std::uint32_t>(task.max_attempts.value_or(0));
  // A long message shows that it is on its way, and --timeout is about silence.
  config.client.pieces = true;
  // What was sent before our close frame is answered before it: that may take the server a while.
  config.client.connection.close_timeout = std::max<Duration>(options.timeout, kPatience);
  config.stop_timeout = config.client.connection.close_timeout + kPatience;
  return config;
}

bool is_utf8(std::string_view text) {
  codec::Utf8Validator validator;
  return validator.accept(as_bytes(text)) && validator.complete();
}

}  // namespace

ConnectLoop::ConnectLoop(const ClientOptions& options, const ConnectTask& task, port::linux::Poller& poller,
                         Trace* trace)
    : options_{&options},
      task_{&task},
      poller_{&poller},
      signals_{poller},
      links_{options.links, poller, trace},
      report_{task.format, output_},
      output_size_{longest_sent(task) + ws::kMaxHeaderSize + ws::Workspace::kControlReserve + 2 * kHighWater},
      memory_{std::make_unique_for_overwrite<std::byte[]>(kInput + kHead + kUrls + output_size_ +
                                                          task.max_message)},
      assembler_{{memory_.get() + kInput + kHead + kUrls + output_size_, task.max_message}},
      session_{config_of(options, task, links_.in_order(options.each_timeout), trace),
               entropy_,
               {.conversation = {.input = {memory_.get(), kInput},
                                 .output = {memory_.get() + kInput + kHead + kUrls, output_size_},
                                 .message = {memory_.get() + kInput, kHead},
                                 .url = {memory_.get() + kInput + kHead, kUrls}},
                .outbox = {}}},
      input_{poller, STDIN_FILENO, nullptr},
      lines_{input_, task.max_message},
      url_{options.url} {}

int ConnectLoop::run() {
  while (!session_.is_stopped()) {
    const auto event = session_.wait_until(next_deadline());
    now_ = poller_->now();
    links_.poll(now_);
    if (event) handle(*event);
    if (!session_.is_stopped()) advance(!event);
  }
  links_.finish();
  if (task_->reconnect) report(session_.stats());
  if (interrupted_) return kDone;
  if (output_.failure() != 0) failure_ = concat("stdout: ", std::strerror(output_.failure()));
  if (failure_.empty()) return kDone;
  log::error(failure_);
  return kFailed;
}

Instant ConnectLoop::next_deadline() noexcept {
  Instant due = std::min({input_.deadline(), patience_, links_.deadline()});
  const session::Conversation* open = session_.conversation();
  if (open != nullptr && !closing_ && (task_->receive || open->unsent() != 0))
    due = std::min(due, progress_ + options_->timeout);
  return due;
}

void ConnectLoop::handle(const session::Event& event) {
  using session::Event;
  switch (event.kind) {
    case Event::connecting: begin(); break;
    case Event::redirected:
      url_ = event.text();
      log::info("redirected to ", masked_url(url_));
      break;
    case Event::field: {
      const std::string_view name = event.text().substr(0, event.text().find(':'));
      log::debug("answer: ", is_secret_field(name) ? concat(name, ": ***") : std::string{event.text()});
      break;
    }
    case Event::opened: take_opened(event); break;
    case Event::message: take_data(event); break;
    case Event::ping:
      log::debug("ping, answered");
      report_.ping();
      break;
    case Event::pong:
      log::debug("pong after ", in_seconds(event.ws.round_trip));
      report_.pong(event.ws.round_trip);
      break;
    case Event::close:
      reason_ = event.text();
      peer_code_ = event.ws.code;
      patience_ = std::min(patience_, now_ + kHangUpWait);
      break;
    case Event::offline: take_outage(event); break;
    case Event::closed: take_end(event.ws); break;
    case Event::drained:  // advance() looks each time
    case Event::outcome:
    case Event::flushed: break;
  }
}

/// Another attempt, and nothing is left of the former one but what was done.
void ConnectLoop::begin() {
  url_ = options_->url;
  reason_.clear();
  peer_code_.reset();
  unanswered_.reset();
  patience_ = kNever;
  unsent_ = 0;
  opened_ = false;
  log::info("connecting to ", masked_url(url_), " over ", session_.link_name());
}

void ConnectLoop::take_opened(const session::Event& event) {
  const std::string_view subprotocol = session_.conversation()->subprotocol();
  opened_ = true;
  progress_ = now_;
  log::info("open", subprotocol.empty() ? "" : ", subprotocol ", subprotocol, in_words(event.security));
  report_.opened(masked_url(url_), subprotocol, event.link, event.security);
}

void ConnectLoop::take_outage(const session::Event& event) {
  if (event.outage.is_last) return take_end(event.ws);
  std::string why;
  if (event.outage.failure) {
    why = explain_end();
  } else {
    why = concat(masked_url(url_), ": the server closed with ", in_words(event.ws.code));
  }
  if (opened_) report_close(event.ws);
  opened_ = false;
  patience_ = kNever;
  log::warn(why);
  log::info("next attempt in ", in_seconds(event.outage.retry_in));
  report_.reconnect(event.outage.failed_attempts + 1, event.outage.retry_in, why);
}

void ConnectLoop::take_data(const session::Event& event) {
  progress_ = now_;
  ws::Event message = event.ws;
  // It fits: the connection has refused what is longer than max_message.
  if (assembler_.add(message) == ws::Assembler::Outcome::whole) take_message(message);
}

void ConnectLoop::take_message(const ws::Event& message) {
  if (is_received()) return;  // it crossed our close frame
  ++received_;
  log::debug(message.type == ws::MessageType::text ? "text, " : "binary, ", message.payload.size(), " bytes");
  report_.message(message.type, message.payload);
  if (!task_->echo || closing_) return;
  unanswered_ = message;
  answer();
  session_.conversation()->hold(unanswered_.has_value());  // its bytes stay where they are meanwhile
}

void ConnectLoop::answer() {
  if (unanswered_ && send(unanswered_->type, unanswered_->payload)) unanswered_.reset();
}

void ConnectLoop::take_end(ws::Event event) {
  if (ended_) return;
  ended_ = true;
  if (peer_code_) {  // both close frames are there, and nothing else matters
    event.code = *peer_code_;
    event.clean = true;
  }
  if (failure_.empty()) failure_ = session_.failure() ? explain_end() : what_is_missing(event);
  if (!failure_.empty() && !interrupted_) report_.error(failure_);
  if (opened_) report_close(event);
}

void ConnectLoop::report_close(const ws::Event& event) {
  report_.closed(event.code, reason_, event.clean);
  log::info("closed: ", in_words(event.code), reason_.empty() ? "" : ", reason: ", reason_);
}

std::string ConnectLoop::explain_end() const {
  const std::string tls = options_->explain_tls();
  return explain(*session_.failure(), {.url = url_,
                                       .subprotocols = options_->config(0, nullptr).subprotocols,
                                       .refusal = session_.refusal(),
                                       .link = session_.link_name(),
                                       .trouble = links_.trouble(session_.link_name()),
                                       .tls = tls,
                                       .timeout = options_->timeout,
                                       .max_message = task_->max_message});
}

/// The close was clean: whether it came too early, in words.
std::string ConnectLoop::what_is_missing(const ws::Event& end) const {
  if (interrupted_ || output_.is_closed()) return {};
  const std::string closed = concat(masked_url(url_), ": the server closed with ", in_words(end.code));
  if (task_->receive && !is_received())
    return concat(closed, " after ", received_, " of ", *task_->receive, " messages");
  if (next_ < task_->messages.size() || unanswered_) return concat(closed, " before all was sent");
  return {};
}

// ---- What is to be done now ----

void ConnectLoop::advance(bool idle) {
  if (now_ >= patience_) return session_.abort();
  if (signals_.stop_requested() && !interrupted_) {
    interrupted_ = true;
    log::info("interrupted, closing");
    closing_ = true;
    input_.want(false);
    patience_ = now_ + kPatience;
    session_.request_stop(signals_.received() == SIGINT ? ws::CloseCode::normal : ws::CloseCode::going_away);
  }
  session::Conversation* const open = session_.conversation();
  if (open == nullptr || closing_) return;
  if (output_.is_closed()) return close(ws::CloseCode::normal);
  feed(idle);
  if (closing_) return;
  watch_progress();
  if (closing_ || open->unsent() != 0 || unanswered_) return;
  if (is_received() || (!task_->receive && !task_->echo && is_sent())) close(ws::CloseCode::normal);
}

bool ConnectLoop::is_sent() const noexcept {
  return next_ == task_->messages.size() && (!task_->lines || lines_.ended());
}

void ConnectLoop::feed(bool idle) {
  answer();
  session_.conversation()->hold(unanswered_.has_value());
  while (next_ < task_->messages.size()) {
    const Outgoing& message = task_->messages[next_];
    if (!send(message.type, as_bytes(message.bytes))) return;
    ++next_;
  }
  if (task_->lines && !closing_) feed_lines(idle);
}

/// While events come, the input is not asked each time; the poller tells when it has something.
void ConnectLoop::feed_lines(bool idle) {
  while (true) {
    const auto line = lines_.peek(idle);
    if (!line) {
      return give_up(line.error() == Errc::too_large ? concat("stdin: a line has more than ",
                                                              task_->max_message, " bytes (--max-message)")
                                                     : concat("stdin: ", describe(line.error().code)));
    }
    if (!*line) return input_.want(!lines_.ended());
    if (!is_utf8(**line))
      return give_up(
          "stdin: a line is not UTF-8, and so cannot be a text message; --send-file FILE --binary sends any "
          "bytes");
    if (!send(ws::MessageType::text, as_bytes(**line))) return input_.want(false);
    lines_.drop();
  }
}

/// False: no room yet.
bool ConnectLoop::send(ws::MessageType type, Bytes payload) {
  session::Conversation& open = *session_.conversation();
  if (open.unsent() >= kHighWater) return false;
  const auto sent = open.send(type, payload);
  if (sent) return true;
  if (sent.error() != Errc::would_block && sent.error() != Errc::bad_state)
    give_up(concat("cannot send: ", describe(sent.error().code)));
  return false;
}

void ConnectLoop::close(ws::CloseCode code) {
  closing_ = true;
  input_.want(false);
  session_.request_stop(code);
}

/// --timeout, once the connection is open: about nothing that comes, or nothing that the peer takes.
void ConnectLoop::watch_progress() {
  const std::size_t unsent = session_.conversation()->unsent();
  if (unsent < unsent_) progress_ = now_;
  unsent_ = unsent;
  if (now_ < progress_ + options_->timeout) return;
  if (unsent != 0) {
    give_up(explain({.stage = session::Stage::open, .error = Errc::stall_timeout},
                    {.url = url_, .timeout = options_->timeout}));
  } else if (task_->receive) {
    give_up(concat(masked_url(url_), ": no message for ", in_seconds(options_->timeout), ", after ",
                   received_, " of ", *task_->receive, " (--timeout allows more)"));
  } else {
    progress_ = now_;
  }
}

/// Tells the peer, but waits for nothing any more.
void ConnectLoop::give_up(std::string why) {
  failure_ = std::move(why);
  closing_ = true;
  input_.want(false);
  session::Conversation& open = *session_.conversation();
  open.hold(false);
  (void)open.close(ws::CloseCode::going_away);
  open.hold(true);  // no event, only what is to be sent
  (void)open.poll(now_);
  session_.abort();
}

}  // namespace linnet::tools
