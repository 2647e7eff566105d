// SPDX-License-Identifier: Apache-2.0
#include "tools/device/device_loop.hpp"

#include <algorithm>

#include "linnet/agent/plain_commands.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"
#include "tools/client/explain.hpp"
#include "tools/wire/secrets.hpp"

namespace linnet::tools {
namespace {

constexpr Duration kFirstPause = 500ms;
constexpr Duration kLongestPause = 30s;
constexpr Duration kStable = 10s;      // a connection that lasted so long makes earlier failures forgotten
constexpr Duration kAnswerWait = 30s;  // for a server that does not read
constexpr std::size_t kShown = 300;    // of a message, in the log
constexpr std::uint64_t kMaxMessage = 8192;

/// One number for a name: another device, other curves.
std::uint32_t seed_of(std::string_view id) {
  std::uint32_t seed = 0;
  for (const char character : id) seed = seed * 31 + static_cast<unsigned char>(character);
  return seed;
}

}  // namespace

DeviceLoop::DeviceLoop(const ClientOptions& options, std::string_view id, Duration status_interval,
                       port::linux::Poller& poller, Trace* trace)
    : options_{&options},
      poller_{&poller},
      trace_{trace},
      signals_{poller},
      resolver_{poller},
      link_{poller, resolver_, 1},
      board_{poller.now(), seed_of(id)},
      agent_{board_, {.id = id, .status_interval = status_interval}, commands_},
      random_{static_cast<std::uint32_t>(poller.now().time_since_epoch().count())},
      now_{poller.now()} {}

int DeviceLoop::run() {
  while (!stopping_) {
    connect();
    while (true) {
      const auto event = session_->wait(
          std::min(agent_.deadline(), unsent_since_ + (unsent_since_ == kNever ? 0s : kAnswerWait)));
      now_ = poller_->now();
      if (event) handle(*event);
      if (event && event->kind == session::ConversationEvent::Kind::closed) break;
      advance();
    }
    if (board_.restart_requested()) {
      log::info("restarted");
      board_.restart(now_);
    } else if (!stopping_) {
      pause();
    }
  }
  return kDone;
}

void DeviceLoop::connect() {
  url_ = options_->url;
  leaving_ = false;
  opened_at_ = kNever;
  unsent_answer_.clear();
  unsent_since_ = kNever;
  log::info("connecting to ", masked_url(url_), " over ", link_.name());
  session_.emplace(options_->config(kMaxMessage, trace_), link_, entropy_, memory_);
}

void DeviceLoop::handle(const session::ConversationEvent& event) {
  using Kind = session::ConversationEvent::Kind;
  switch (event.kind) {
    case Kind::redirected:
      url_ = event.text();
      log::info("redirected to ", masked_url(url_));
      break;
    case Kind::opened:
      opened_at_ = now_;
      agent_.opened(now_);
      log::info("online", in_words(event.security));
      break;
    case Kind::message: take_message(event.ws); break;
    case Kind::pong: agent_.set_round_trip(event.ws.round_trip); break;
    case Kind::closed:
      agent_.closed();
      if (opened_at_ != kNever && now_ - opened_at_ >= kStable) failures_ = 0;
      if (const auto& failure = session_->failure(); failure && !stopping_) {
        const std::string tls = options_->explain_tls();
        log::warn("offline: ", explain(*failure, {.url = url_,
                                                  .refusal = session_->refusal(),
                                                  .tls = tls,
                                                  .timeout = options_->timeout,
                                                  .max_message = kMaxMessage}));
      } else {
        log::info("offline: closed with ", in_words(event.ws.code));
      }
      break;
    case Kind::field:
    case Kind::ping:
    case Kind::close:
    case Kind::drained: break;
  }
}

void DeviceLoop::take_message(const ws::Event& message) {
  if (message.type != ws::MessageType::text)
    return log::info("a binary message of ", message.payload.size(), " bytes, ignored");
  const auto reply = agent::handle_plain(agent_, message.text(), now_, buffer_);
  // Nothing is too large: the buffer has room for any error.
  const std::string_view text = reply.value_or(std::string_view{});
  log::info("command ", printable(message.text(), kShown), text.empty() ? ", no answer" : ", answered ",
            printable(text, kShown));
  unsent_answer_ = text;
  answer();
}

/// An answer that finds no room waits, and no further command is taken meanwhile.
void DeviceLoop::answer() {
  if (!unsent_answer_.empty()) {
    const auto sent = session_->send_text(unsent_answer_);
    if (sent || sent.error() != Errc::would_block) unsent_answer_.clear();
  }
  const bool waits = !unsent_answer_.empty();
  if (!waits) unsent_since_ = kNever;
  if (waits && unsent_since_ == kNever) unsent_since_ = now_;
  session_->hold(waits);
}

void DeviceLoop::advance() {
  if (is_asked_to_stop() && !stopping_) {
    stopping_ = true;
    log::info("asked to stop, closing");
    leave();
  }
  if (session_->stage() != session::Stage::open || leaving_) return;
  answer();
  if (unsent_since_ != kNever && now_ - unsent_since_ >= kAnswerWait) {
    log::warn("the server has not read for ", in_seconds(kAnswerWait));
    return session_->abort();
  }
  report();
  if (board_.restart_requested() && session_->unsent() == 0) leave();  // its answer has left
}

void DeviceLoop::report() {
  const auto status = agent_.poll(now_, buffer_);
  if (!status || status->empty()) return;
  if (session_->send_text(*status)) {
    log::info("status ", printable(*status, kShown));
  } else {
    log::warn("a status was dropped: the server does not read");
  }
}

void DeviceLoop::leave() {
  leaving_ = true;
  agent_.closed();  // no report is due any more
  session_->hold(false);
  (void)session_->close(ws::CloseCode::going_away);
}

void DeviceLoop::pause() {
  Duration longest = kFirstPause;
  for (unsigned i = 0; i < failures_ && longest < kLongestPause; ++i) longest *= 2;
  longest = std::min(longest, kLongestPause);
  ++failures_;
  std::uniform_int_distribution<std::int64_t> part{longest.count() / 2, longest.count()};
  const Duration pause{part(random_)};
  log::info("next attempt in ", in_seconds(pause));
  const Instant until = poller_->now() + pause;
  while (!is_asked_to_stop() && poller_->now() < until) (void)poller_->wait(until);
  stopping_ = is_asked_to_stop();
}

}  // namespace linnet::tools
