// SPDX-License-Identifier: Apache-2.0
#include "tools/load/load_connection.hpp"

#include <algorithm>
#include <utility>

#include "tools/cli/text.hpp"
#include "tools/client/explain.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kLeastInput = 2048;
constexpr std::size_t kMostInput = 64 * 1024;
constexpr std::size_t kHead = 1024;         // lines of the server's answer; what it says when it refuses
constexpr std::size_t kUrls = 1024;         // where redirects lead to
constexpr std::size_t kQueued = 64 * 1024;  // no more than that is queued before it is written

constexpr std::string_view kNoEcho =
    "what came back is not what was sent: this needs a path that sends every message back, as /echo of "
    "`linnet serve` does";

/// The parts of one block of memory.
struct Sizes {
  std::size_t input;
  std::size_t output;
  std::size_t message;

  explicit Sizes(const LoadContext& context)
      : input{std::clamp(context.message.size() + ws::kMaxHeaderSize, kLeastInput, kMostInput)},
        output{2 * (context.message.size() + ws::kMaxHeaderSize) + ws::Workspace::kControlReserve + kHead +
               std::min(kQueued, context.pipeline * (context.message.size() + ws::kMaxHeaderSize))},
        message{std::max(context.message.size(), kHead)} {}
  std::size_t all() const { return input + output + message + kUrls; }
};

session::ConversationBuffers buffers_in(std::byte* memory, const Sizes& sizes) {
  return {.input = {memory, sizes.input},
          .output = {memory + sizes.input, sizes.output},
          .message = {memory + sizes.input + sizes.output, sizes.message},
          .url = {memory + sizes.input + sizes.output + sizes.message, kUrls}};
}

}  // namespace

LoadConnection::LoadConnection(LoadContext& context, port::linux::Poller& poller,
                               port::linux::Resolver& resolver, port::linux::Entropy& entropy)
    : context_{&context},
      poller_{&poller},
      memory_{std::make_unique_for_overwrite<std::byte[]>(Sizes{context}.all())},
      sent_at_(context.pipeline),
      link_{poller, resolver, 1, this},
      conversation_{context.config, link_, entropy, buffers_in(memory_.get(), Sizes{context})} {}

void LoadConnection::advance() {
  top_up();
  while (const auto event = conversation_.poll(poller_->now())) handle(*event);
  conversation_.watch();
}

void LoadConnection::handle(const session::ConversationEvent& event) {
  using Kind = session::ConversationEvent::Kind;
  if (event.kind == Kind::message) return take(event.ws);
  if (event.kind == Kind::drained) return top_up();
  if (event.kind != Kind::closed || (closing_ && event.ws.clean)) return;
  give_up(explain_end(event.ws));
}

/// The oldest message on its way came back.
void LoadConnection::take(const ws::Event& message) {
  if (on_their_way_ == 0 || message.type != context_->type || message.text() != context_->message) {
    give_up(std::string{kNoEcho});
    conversation_.abort();
    return;
  }
  context_->latency.record(poller_->now() - sent_at_[oldest_]);
  oldest_ = (oldest_ + 1) % sent_at_.size();
  --on_their_way_;
  --context_->on_their_way;
  if (context_->is_sending) ++context_->answered;
  top_up();
}

/// Sends until as many are on their way as shall be; where there is no room, `drained` goes on.
void LoadConnection::top_up() {
  if (!context_->is_sending || closing_ || !is_open()) return;
  while (on_their_way_ < sent_at_.size() && conversation_.send(context_->type, as_bytes(context_->message))) {
    sent_at_[(oldest_ + on_their_way_) % sent_at_.size()] = poller_->now();
    ++on_their_way_;
    ++context_->on_their_way;
  }
}

void LoadConnection::close() {
  closing_ = true;
  (void)conversation_.close();  // bad_state: it is over already, or nearly
  advance();
}

void LoadConnection::give_up(std::string why) {
  context_->on_their_way -= std::exchange(on_their_way_, 0u);
  if (failure_.empty()) failure_ = std::move(why);
}

std::string LoadConnection::explain_end(const ws::Event& end) const {
  if (const auto& failure = conversation_.failure()) {
    if (failure->error == Errc::message_too_big) return std::string{kNoEcho};  // longer than what was sent
    return explain(*failure, {.url = context_->config.url,
                              .subprotocols = context_->config.subprotocols,
                              .refusal = conversation_.refusal(),
                              .timeout = context_->config.connect_timeout,
                              .max_message = context_->message.size()});
  }
  return concat("the server closed with ", in_words(end.code), " before the end");
}

}  // namespace linnet::tools
