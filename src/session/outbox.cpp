// SPDX-License-Identifier: Apache-2.0
// Into the outbox: from any task to the queue, and from the Store at the start. outbox_sending.cpp has the
// way out.
#include "linnet/session/outbox.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

#include "stored_head.hpp"

namespace linnet::session {
namespace {

// What the Store had comes before all that is new, in the order in which it was stored.
constexpr std::uint32_t kFirstNewOrder = 1u << 31;

std::uint32_t random_epoch(Entropy& entropy) noexcept {
  std::array<std::byte, 4> bytes;
  entropy.fill(bytes);
  return load_be32(bytes.data());
}

std::uint32_t milliseconds(Duration lifetime) noexcept {
  if (lifetime <= Duration{}) return 0;
  const auto ms = (lifetime.count() + 999) / 1000;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(ms, UINT32_MAX));
}

/// Adds `more` unless that would be over `most`.
bool take_share(std::atomic<std::uint32_t>& of, std::uint32_t more, std::uint32_t most) noexcept {
  std::uint32_t now = of.load(std::memory_order_relaxed);
  do {
    if (more > most || now > most - more) return false;
  } while (!of.compare_exchange_weak(now, now + more, std::memory_order_relaxed));
  return true;
}

}  // namespace

/// As it lies in the ring, before its payload.
struct Outbox::Posted {
  MessageId id;
  Receipt* receipt;
  std::uint32_t key;
  std::uint32_t lifetime_ms;
  ws::MessageType type;
  Policy policy;
  Priority priority;
};

Outbox::Outbox(const OutboxConfig& config, const OutboxBuffers& buffers, Entropy& entropy,
               Store* store) noexcept
    : config_{config},
      inbox_{buffers.inbox},
      queue_{buffers.queue},
      reports_{buffers.reports},
      store_{store},
      epoch_{random_epoch(entropy)},
      next_order_{kFirstNewOrder} {
  config_.max_messages = std::min(config_.max_messages, kMostMessages);
  config_.max_in_flight = std::clamp<std::uint16_t>(config_.max_in_flight, 1, kMostInFlight);
}

Result<MessageId> Outbox::post(const Message& message) noexcept {
  const std::size_t size = sizeof(Posted) + message.payload.size();
  const auto decline = [&](Error why) {
    declined_.fetch_add(1, std::memory_order_relaxed);
    return std::unexpected{why};
  };
  if (size > inbox_.longest()) return decline(Errc::too_large);
  const std::uint32_t cost = Queue::cost(message.payload.size());
  // The queue's room is taken here, so that what was accepted always finds it.
  if (const auto admitted = admit(message.policy, cost); !admitted) return decline(admitted.error());
  std::byte* place = inbox_.reserve(size);
  if (place == nullptr) {
    give_back(cost);
    return decline(Errc::would_block);
  }
  const MessageId id = message.id ? message.id : next_id();
  if (message.receipt != nullptr) message.receipt->store(Outcome::posted, std::memory_order_release);
  new (place) Posted{.id = id,
                     .receipt = message.receipt,
                     .key = message.key,
                     .lifetime_ms = milliseconds(message.lifetime),
                     .type = message.type,
                     .policy = message.policy,
                     .priority = message.priority};
  if (!message.payload.empty()) {
    std::memcpy(place + sizeof(Posted), message.payload.data(), message.payload.size());
  }
  inbox_.commit(place, size);
  accepted_.fetch_add(1, std::memory_order_relaxed);
  return id;
}

Result<void> Outbox::admit(Policy policy, std::uint32_t cost) noexcept {
  const std::uint32_t reserve = policy == Policy::must_deliver ? 0 : config_.reserve;
  const std::uint32_t most = queue_.capacity() - std::min(reserve, queue_.capacity());
  if (cost > most) return fail(Errc::too_large);
  if (!take_share(messages_, 1, config_.max_messages)) return fail(Errc::too_many);
  if (!take_share(bytes_, cost, most)) {
    messages_.fetch_sub(1, std::memory_order_relaxed);
    return fail(Errc::would_block);
  }
  return {};
}

void Outbox::give_back(std::uint32_t cost) noexcept {
  bytes_.fetch_sub(cost, std::memory_order_relaxed);
  messages_.fetch_sub(1, std::memory_order_relaxed);
}

void Outbox::collect(Instant now) noexcept {
  if (recovered_to_ != last_to_recover_) (void)refill(now);  // it counts what it cannot read
  if (now >= store_due_) keep_again();
  for (MutableBytes record = inbox_.front(); record.data() != nullptr; record = inbox_.front()) {
    const auto* posted = std::launder(reinterpret_cast<const Posted*>(record.data()));
    take(*posted, record.subspan(sizeof(Posted)), now);
    inbox_.drop();
  }
  if (uncommitted_) commit(now);
  if (now >= due_) expire(now);
  stats_.most_messages =
      std::max(stats_.most_messages, static_cast<std::uint16_t>(messages_.load(std::memory_order_relaxed)));
  stats_.most_bytes = std::max(stats_.most_bytes, bytes_.load(std::memory_order_relaxed));
}

void Outbox::take(const Posted& posted, Bytes payload, Instant now) noexcept {
  Queue::Item& item = queue_.add(payload.size());
  item.id = posted.id;
  item.receipt = posted.receipt;
  item.key = posted.key;
  item.lifetime_ms = posted.lifetime_ms;
  item.type = posted.type;
  item.policy = posted.policy;
  item.priority = posted.priority;
  item.order = next_order_++;
  if (!payload.empty()) std::memcpy(Queue::payload(item).data(), payload.data(), payload.size());
  begin_lifetime(item, now);
  tell(item, Outcome::queued);
  if (item.policy == Policy::latest_wins) supersede(item);
  if (item.policy == Policy::must_deliver && store_ != nullptr) keep(item);
}

void Outbox::begin_lifetime(Queue::Item& item, Instant now) noexcept {
  if (item.lifetime_ms == 0) return;
  item.expires = now + std::chrono::milliseconds{item.lifetime_ms};
  due_ = std::min(due_, item.expires);
}

/// `latest` takes the place of an older one that waits, so that a busy queue does not put it off for ever.
void Outbox::supersede(Queue::Item& latest) noexcept {
  for (Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    if (each == &latest || each->policy != Policy::latest_wins || each->key != latest.key) continue;
    if (each->state == Outcome::in_flight) continue;
    latest.order = std::min(latest.order, each->order);
    end(*each, Outcome::superseded);
  }
}

Result<void> Outbox::recover(Instant now) noexcept {
  if (store_ == nullptr) return {};
  for (Store::Number each = store_->next(0); each != 0; each = store_->next(each)) last_to_recover_ = each;
  return refill(now);
}

/// Takes over what the Store had at the start, as far as there is room.
Result<void> Outbox::refill(Instant now) noexcept {
  while (recovered_to_ != last_to_recover_) {
    const Store::Number number = store_->next(recovered_to_);
    if (number == 0 || number > last_to_recover_) break;  // the rest was erased meanwhile
    const auto size = store_->read(number, {});
    if (!size) return std::unexpected{size.error()};
    const std::uint32_t cost = Queue::cost(*size);
    if (const auto admitted = admit(Policy::must_deliver, cost); !admitted) {
      if (admitted.error() != Errc::too_large) return {};  // when others have left
      ++stats_.store_failures;  // it stays where it is, for an outbox that has room for it
      recovered_to_ = number;
      continue;
    }
    recovered_to_ = number;
    if (const auto taken = take_over(number, *size, now); !taken) {
      give_back(cost);
      ++stats_.store_failures;
      return taken;
    }
  }
  recovered_to_ = last_to_recover_;
  return {};
}

Result<void> Outbox::take_over(Store::Number number, std::size_t size, Instant now) noexcept {
  Queue::Item& item = queue_.add(size);
  const MutableBytes whole = Queue::payload(item);
  const auto read = store_->read(number, whole);
  if (!read || *read != size) {
    queue_.remove(item);
    return fail(read ? Errc::io_failure : read.error().code);
  }
  if (!StoredHead::decode(whole, item)) {  // of another version of this program
    queue_.remove(item);
    return fail(Errc::unsupported);
  }
  std::memmove(whole.data(), whole.data() + StoredHead::kSize, size - StoredHead::kSize);
  queue_.trim(item, size - StoredHead::kSize);
  bytes_.fetch_sub(Queue::cost(size) - Queue::cost(item.size), std::memory_order_relaxed);
  item.order = stats_.recovered++;
  item.stored = number;
  item.is_safe = item.is_doubtful = true;
  item.state = Outcome::stored;
  begin_lifetime(item, now);
  accepted_.fetch_add(1, std::memory_order_relaxed);
  return {};
}

void Outbox::keep(Queue::Item& item) noexcept {
  std::array<std::byte, StoredHead::kSize> head;
  StoredHead::encode(item, head);
  if (const auto number = store_->append(head, Queue::payload(item))) {
    item.stored = *number;
  } else {
    ++stats_.store_failures;
  }
  uncommitted_ = true;
}

void Outbox::keep_again() noexcept {
  for (Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    if (each->policy == Policy::must_deliver && each->stored == 0) keep(*each);
  }
  uncommitted_ = true;
}

/// What was stored is safe from now on; what could not be waits in memory, and is offered again later.
void Outbox::commit(Instant now) noexcept {
  uncommitted_ = false;
  store_due_ = kNever;
  const bool is_safe = store_->commit().has_value();
  if (!is_safe) {
    ++stats_.store_failures;
    store_due_ = now + config_.store_retry;
  }
  for (Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    if (each->policy != Policy::must_deliver || each->is_safe) continue;
    if (each->stored == 0) {
      store_due_ = now + config_.store_retry;
    } else if (is_safe) {
      each->is_safe = true;
      if (each->state == Outcome::queued) tell(*each, Outcome::stored);
    }
  }
}

}  // namespace linnet::session
