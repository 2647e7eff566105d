// SPDX-License-Identifier: Apache-2.0
// The bodies of support/bad_network.hpp, and the proof that it is as bad as it says.
#include "support/bad_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace linnet::test {
namespace {

constexpr Duration kRetransmit = 1s;  // TCP's first; doubled each time
constexpr std::string_view kPage = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlogin";

}  // namespace

BadStream::BadStream(BadNetwork& network, Instant now)
    : network_{network}, life_{network.weather.life}, now_{now}, begun_at_{now}, server_{config_, now} {
  server_.attach(&workspace_);
  const Weather& weather = network.weather;
  is_portal_ = weather.is_portal;
  opens_at_ = now + 4 * weather.latency;  // look-up, connection
  if (weather.is_cut) opens_at_ = kNever;
  if (!weather.has_names) failure_ = Errc::host_not_found;
  if (weather.has_names && !is_portal_ && !weather.is_server_up) failure_ = Errc::connection_refused;
}

net::Stream::State BadStream::state() const noexcept {
  if (is_closed_) return State::closed;
  if (!is_open_) return State::opening;
  return failure_ != Errc{} ? State::closed : State::open;
}

void BadStream::poll(Instant now) {
  turn(now);
  has_news_ = false;
}

Instant BadStream::next() const noexcept {
  if (!is_open_) return opens_at_ == kNever && !network_.weather.is_cut ? Instant{} : opens_at_;
  if (network_.weather.is_cut) return kNever;
  Instant due = server_.deadline();
  if (!up_.empty()) due = std::min(due, up_.front().at);
  if (!down_.empty()) due = std::min(due, down_.front().at);
  return due;
}

Result<std::size_t> BadStream::read(MutableBytes into) {
  if (is_closed_) return fail(Errc::bad_state);
  if (failure_ != Errc{}) return fail(failure_);
  if (arrived_.empty() && is_reset_) return fail(Errc::connection_reset);
  const std::size_t size = std::min(into.size(), arrived_.size());
  std::memcpy(into.data(), arrived_.data(), size);
  arrived_.erase(0, size);
  return size;
}

Result<std::size_t> BadStream::write(std::span<const Bytes> parts) {
  if (is_closed_) return fail(Errc::bad_state);
  if (is_reset_) return fail(Errc::connection_reset);
  std::string bytes;
  for (const Bytes part : parts) bytes += as_text(part);
  const std::size_t size = bytes.size();
  up_.push_back({arrival(up_, now_), std::move(bytes)});
  return size;
}

/// When a packet that leaves now is there: not before those in front of it.
Instant BadStream::arrival(std::deque<Packet>& way, Instant now) {
  Instant at = now + network_.weather.latency;
  for (Duration again = kRetransmit; network_.random.part() < network_.weather.loss && again < 1min;
       again *= 2)
    at += again;
  return way.empty() ? at : std::max(at, way.back().at);
}

void BadStream::move(std::deque<Packet>& way, std::string& into, Instant now) {
  while (!way.empty() && way.front().at <= now) {
    into += way.front().bytes;
    way.pop_front();
  }
}

void BadStream::turn(Instant now) {
  now_ = std::max(now_, now);
  if (is_closed_) return;
  if (opens_at_ == kNever && !network_.weather.is_cut) {
    Duration again = kRetransmit;  // the next of TCP's attempts gets through
    while (begun_at_ + again < now_) again = 2 * again + kRetransmit;
    opens_at_ = begun_at_ + again + 4 * network_.weather.latency;
  }
  if (!is_open_ && now_ >= opens_at_) is_open_ = has_news_ = true;
  if (!is_open_ || network_.weather.is_cut || is_reset_) return;
  // A server that is gone answers with a reset; one that has restarted knows nothing of this connection.
  const bool is_alive = life_ == network_.weather.life && network_.weather.is_server_up;
  std::string in;
  move(up_, in, now_);
  if (!in.empty() && !is_portal_ && !is_alive) {
    is_reset_ = has_news_ = true;
    return;
  }
  request_ += in;
  serve(now_);
  const std::size_t before = arrived_.size();
  move(down_, arrived_, now_);
  has_news_ = has_news_ || arrived_.size() != before;
}

void BadStream::serve(Instant now) {
  if (!is_accepted_) {
    if (request_.contains("\r\n\r\n")) answer_request(now);
    return;
  }
  while (!request_.empty() && server_.wants_input()) {
    const std::size_t size = std::min(request_.size(), input_.size());
    std::memcpy(input_.data(), request_.data(), size);
    request_.erase(0, size);
    (void)server_.receive(MutableBytes{input_}.first(size));
    talk(now);
  }
  talk(now);
}

void BadStream::answer_request(Instant now) {
  if (is_portal_) {
    down_.push_back({arrival(down_, now), std::string{kPage}});
    request_.clear();
    return;
  }
  const std::string_view name = "Sec-WebSocket-Key: ";
  const std::size_t at = request_.find(name) + name.size();
  const ws::AcceptValue accept = ws::accept_for(request_.substr(at, ws::kKeySize));
  down_.push_back({arrival(down_, now),
                   head_of(k101, {kUpgradeLine, kConnectionLine,
                                  "Sec-WebSocket-Accept: " + std::string{accept.data(), accept.size()}})});
  request_.erase(0, request_.find("\r\n\r\n") + 4);
  is_accepted_ = true;
}

/// Each message is an id, and is answered with it, the second time too.
void BadStream::talk(Instant now) {
  while (const auto event = server_.poll(now)) {
    if (event->kind != ws::Event::Kind::data) continue;
    Ledger& ledger = network_.ledger;
    ++ledger.received;
    if (++ledger.times[std::string{event->text()}] == 1) ++ledger.delivered;
    (void)server_.send_part(ws::MessageType::text, event->payload, event->last);
  }
  const ws::Output output = server_.output();
  if (output.empty()) return;
  std::string bytes;
  for (const Bytes part : output.parts) bytes += as_text(part);
  server_.sent(bytes.size());
  down_.push_back({arrival(down_, now), std::move(bytes)});
}

Result<net::Stream*> BadNetwork::open(std::string_view /*host*/, std::uint16_t /*port*/, Instant now) {
  std::erase_if(streams_, [](const auto& stream) { return stream->is_closed(); });
  ++connections;
  streams_.push_back(std::make_unique<BadStream>(*this, now));
  return streams_.back().get();
}

std::span<const net::Ready> BadNetwork::wait(Instant until) {
  while (!is_woken_) {
    Instant due = until;
    for (const auto& stream : streams_) {
      stream->turn(time);
      if (stream->is_ready()) return {&ready_, 1};
      if (!stream->is_closed()) due = std::min(due, std::max(stream->next(), time));
    }
    if (due > time) time = due;
    if (time >= until) return {};
  }
  is_woken_ = false;
  return {};
}

TEST(BadNetwork, LosesDelaysAndCuts) {
  BadNetwork network{1};
  network.weather = {.loss = 0.5, .latency = 100ms};
  net::Stream& stream = **network.open("h", 1, network.time);
  while (stream.state() != net::Stream::State::open) {
    (void)network.wait(network.time + 1s);
    stream.poll(network.time);
  }
  EXPECT_EQ(network.time.time_since_epoch(), 1000s + 400ms);
  network.weather.life = 1;  // it has restarted
  const Bytes bytes = as_bytes("GET");
  ASSERT_TRUE(stream.write({&bytes, 1}));
  (void)network.wait(network.time + 1h);
  EXPECT_EQ(stream.read({}), fail(Errc::connection_reset));
  stream.close();
}

}  // namespace linnet::test
