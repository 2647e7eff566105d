// SPDX-License-Identifier: Apache-2.0
#include "tools/device/device_loop.hpp"

#include <algorithm>

#include "linnet/agent/plain_commands.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"
#include "tools/client/explain.hpp"
#include "tools/client/session_report.hpp"
#include "tools/wire/secrets.hpp"

namespace linnet::tools {
namespace {

constexpr Duration kHopelessPause = 1min;  // a device has nobody who would start it again
constexpr Duration kAnswerWait = 30s;      // for a server that does not read
constexpr std::size_t kShown = 300;        // of a message, in the log
constexpr std::uint64_t kMaxMessage = 8192;

/// One number for a name: another device, other curves.
std::uint32_t seed_of(std::string_view id) {
  std::uint32_t seed = 0;
  for (const char character : id) seed = seed * 31 + static_cast<unsigned char>(character);
  return seed;
}

std::string messages(std::size_t count) {
  return concat(count, count == 1 ? " message" : " messages");
}

std::uint32_t delivered(const session::OutboxStats& outbox) {
  return outbox.count(session::Outcome::sent) + outbox.count(session::Outcome::acknowledged);
}

session::Config config_of(const ClientOptions& options, const session::Links& links, Trace* trace,
                          session::Store* store) {
  session::Config config = options.config(kMaxMessage, trace);
  config.outbox = {.max_messages = session::kMostMessages, .reserve = 65'536, .acknowledged = true};
  config.store = store;
  config.links = links;
  return config;
}

}  // namespace

DeviceLoop::DeviceLoop(const ClientOptions& options, std::string_view id, Duration status_interval,
                       port::linux::Poller& poller, Trace* trace, const DeviceExtras& extras)
    : options_{&options},
      poller_{&poller},
      signals_{poller},
      links_{options.links, poller, trace},
      board_{poller.now(), seed_of(id)},
      agent_{board_, {.id = id, .status_interval = status_interval}, commands_},
      session_{config_of(options, links_.in_order(options.each_timeout), trace, extras.store), entropy_,
               memory_},
      events_{agent_, session_, board_, extras.press_interval, poller.now()},
      metrics_{extras.metrics},
      flush_{extras.flush},
      url_{options.url},
      now_{poller.now()} {}

int DeviceLoop::run() {
  while (!session_.is_stopped()) {
    const auto event =
        session_.wait_until(std::min({agent_.deadline(), events_.deadline(), links_.deadline(),
                                      unsent_since_ + (unsent_since_ == kNever ? 0s : kAnswerWait)}));
    now_ = poller_->now();
    links_.poll(now_);
    if (event) handle(*event);
    events_.poll(now_);
    if (metrics_ != nullptr) metrics_->publish(session_.stats(), session_.conversation() != nullptr);
    if (!session_.is_stopped()) advance();
  }
  links_.finish();
  tools::report(session_.stats());
  return kDone;
}

void DeviceLoop::handle(const session::Event& event) {
  using session::Event;
  switch (event.kind) {
    case Event::connecting:
      url_ = options_->url;
      leaving_ = false;
      unsent_answer_.clear();
      unsent_since_ = kNever;
      log::info("connecting to ", masked_url(url_), " over ", event.link);
      break;
    case Event::redirected:
      url_ = event.text();
      log::info("redirected to ", masked_url(url_));
      break;
    case Event::opened:
      agent_.opened(now_);
      log::info("online", in_words(event.security));
      break;
    case Event::message: take_message(event.ws); break;
    case Event::pong: agent_.set_round_trip(event.ws.round_trip); break;
    case Event::offline: take_outage(event); break;
    case Event::closed:
      agent_.closed();
      log::info("offline: closed with ", in_words(event.ws.code));
      break;
    case Event::outcome: events_.take(event.report); break;
    case Event::flushed: take_flushed(event.backlog); break;
    case Event::field:
    case Event::ping:
    case Event::close:
    case Event::drained: break;
  }
}

void DeviceLoop::take_outage(const session::Event& event) {
  agent_.closed();
  if (const auto& failure = event.outage.failure) {
    const std::string tls = options_->explain_tls();
    const std::string trouble = links_.trouble(event.link);
    log::warn("offline: ", explain(*failure, {.url = url_,
                                              .refusal = session_.refusal(),
                                              .link = event.link,
                                              .trouble = trouble,
                                              .tls = tls,
                                              .timeout = options_->timeout,
                                              .max_message = kMaxMessage}));
  } else {
    log::info("offline: closed with ", in_words(event.ws.code));
  }
  Duration pause = event.outage.retry_in;
  if (board_.restart_requested()) {
    log::info("restarted");
    board_.restart(now_);
    session_.retry_in(pause = 0s);
  } else if (event.outage.is_last) {
    session_.retry_in(pause = kHopelessPause);
  }
  log::info("next attempt in ", in_seconds(pause));
}

void DeviceLoop::take_message(const ws::Event& message) {
  if (message.type != ws::MessageType::text)
    return log::info("a binary message of ", message.payload.size(), " bytes, ignored");
  const std::uint32_t responses = agent_.counters().responses;
  const auto reply = agent::handle_plain(agent_, message.text(), now_, buffer_);
  // Nothing is too large: the buffer has room for any error.
  const std::string_view text = reply.value_or(std::string_view{});
  if (agent_.counters().responses != responses)  // to an event: what becomes of that is told
    return log::debug("answer ", printable(message.text(), kShown));
  log::info("command ", printable(message.text(), kShown), text.empty() ? ", no answer" : ", answered ",
            printable(text, kShown));
  unsent_answer_ = text;
  answer();
}

/// An answer that finds no room waits, and no further command is taken meanwhile.
void DeviceLoop::answer() {
  session::Conversation* const open = session_.conversation();
  if (open == nullptr) return;
  if (!unsent_answer_.empty()) {
    const auto sent = open->send_text(unsent_answer_);
    if (sent || sent.error() != Errc::would_block) unsent_answer_.clear();
  }
  const bool waits = !unsent_answer_.empty();
  if (!waits) unsent_since_ = kNever;
  if (waits && unsent_since_ == kNever) unsent_since_ = now_;
  open->hold(waits);
}

void DeviceLoop::advance() {
  if (is_asked_to_stop() && !stopping_) begin_to_stop();
  session::Conversation* const open = session_.conversation();
  if (open == nullptr || leaving_ || stopping_) return;
  answer();
  if (unsent_since_ != kNever && now_ - unsent_since_ >= kAnswerWait) {
    log::warn("the server has not read for ", in_seconds(kAnswerWait));
    return open->abort();
  }
  report();
  if (board_.restart_requested() && open->unsent() == 0) leave();  // its answer has left
}

/// What waits has a while to be delivered before the connection is closed.
void DeviceLoop::begin_to_stop() {
  stopping_ = true;
  events_.stop();
  agent_.closed();  // no report is due any more
  unsent_answer_.clear();
  if (session::Conversation* const open = session_.conversation()) open->hold(false);
  const session::Stats stats = session_.stats();
  delivered_before_ = delivered(stats.outbox);
  const std::size_t waiting = stats.backlog.messages;
  log::info(
      "asked to stop, ",
      waiting == 0 ? "closing" : concat(messages(waiting), " to deliver, for up to ", in_seconds(flush_)));
  session_.flush(now_ + flush_);
}

void DeviceLoop::take_flushed(const session::Backlog& left) {
  const std::uint32_t done = delivered(session_.stats().outbox) - delivered_before_;
  if (done != 0) log::info(messages(done), " delivered at the end");
  if (!left.empty()) {
    log::warn(messages(left.messages), " not delivered",
              left.stored == 0 ? "" : concat(", of which ", left.stored, " wait in the outbox's file"));
  }
  session_.request_stop(ws::CloseCode::going_away);
}

void DeviceLoop::report() {
  const auto status = agent_.poll(now_, buffer_);
  if (!status || status->empty()) return;
  const session::Message message{.payload = as_bytes(*status), .policy = session::Policy::latest_wins};
  if (session_.send(message)) {
    log::info("status ", printable(*status, kShown));
  } else {
    log::warn("a status was dropped: the server does not read");
  }
}

/// As a device does that restarts: the session goes on.
void DeviceLoop::leave() {
  leaving_ = true;
  agent_.closed();
  session_.conversation()->hold(false);
  (void)session_.conversation()->close(ws::CloseCode::going_away, {}, now_);
}

}  // namespace linnet::tools
