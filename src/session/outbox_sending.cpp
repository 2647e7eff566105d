// SPDX-License-Identifier: Apache-2.0
// Out of the outbox: what leaves next, what comes back when a connection ends, and what is told of each.
#include <algorithm>

#include "linnet/session/outbox.hpp"

namespace linnet::session {
namespace {

/// How many new messages may leave before those that the peer may have already: an urgent one does not wait
/// for all that an outage has left, and a receiver with a window of kDedupeWindow still knows each that it
/// sees again: at most kMostMessages + kMostInFlight + so many have come in between.
constexpr std::uint16_t kMostOvertakers = 256;
static_assert(kMostMessages + kMostInFlight + kMostOvertakers < kDedupeWindow);

}  // namespace

std::optional<Report> Outbox::poll(Instant now) noexcept {
  collect(now);
  if (report_count_ == 0) return std::nullopt;
  const Report report = reports_[first_report_];
  first_report_ = (first_report_ + 1) % reports_.size();
  --report_count_;
  return report;
}

Instant Outbox::deadline() noexcept {
  if (report_count_ != 0 || inbox_.front().data() != nullptr) return Instant{};
  return std::min(due_, store_due_);
}

void Outbox::opened(Instant /*now*/) noexcept {
  is_open_ = true;
}

void Outbox::closed(Instant now) noexcept {
  is_open_ = false;
  for (Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    if (each->state == Outcome::in_flight) come_back(*each);
  }
  has_unflushed_ = false;
  in_flight_ = 0;
  due_ = now;
}

/// The connection that had `item` is gone, and nobody knows how much of it has left.
void Outbox::come_back(Queue::Item& item) noexcept {
  if (item.policy == Policy::plain) return end(item, Outcome::lost);
  if (item.policy == Policy::latest_wins) {
    for (const Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
      const bool is_newer = each != &item && each->policy == Policy::latest_wins && each->key == item.key &&
                            each->state != Outcome::in_flight;
      if (is_newer) return end(item, Outcome::superseded);
    }
  }
  item.is_doubtful = true;
  tell(item, item.is_safe ? Outcome::stored : Outcome::queued);
}

std::optional<Outbox::Outgoing> Outbox::next() noexcept {
  if (!is_open_) return std::nullopt;
  Queue::Item* best = nullptr;
  Queue::Item* doubtful = nullptr;  // the first of those that the peer may have
  for (Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    if (each->state == Outcome::in_flight) continue;
    const auto is_before = [each](const Queue::Item* other) {
      if (other == nullptr || each->priority != other->priority) {
        return other == nullptr || each->priority > other->priority;
      }
      return each->order < other->order;
    };
    if (each->is_doubtful && is_acknowledged(*each) && is_before(doubtful)) doubtful = each;
    if (each->priority >= least_ && is_before(best)) best = each;
  }
  if (doubtful == nullptr)
    overtakers_ = 0;
  else if (overtakers_ >= kMostOvertakers)
    best = doubtful;
  if (best == nullptr || (is_acknowledged(*best) && in_flight_ >= config_.max_in_flight)) return std::nullopt;
  return Outgoing{.id = best->id, .type = best->type, .payload = Queue::payload(*best)};
}

void Outbox::handed(MessageId id, Instant now) noexcept {
  Queue::Item* item = queue_.find(id);
  if (item == nullptr || item->state == Outcome::in_flight) return;
  if (item->was_handed) ++stats_.retransmitted;
  item->was_handed = true;
  item->handed_at = now;
  if (is_acknowledged(*item)) {
    if (!item->is_doubtful && overtakers_ < kMostOvertakers) ++overtakers_;
    ++in_flight_;
    due_ = std::min(due_, now + config_.ack_timeout);
  } else {
    has_unflushed_ = true;
  }
  tell(*item, Outcome::in_flight);
}

void Outbox::flushed() noexcept {
  if (!has_unflushed_) return;
  has_unflushed_ = false;
  for (Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    if (each->state == Outcome::in_flight && !is_acknowledged(*each)) end(*each, Outcome::sent);
  }
}

bool Outbox::finish(MessageId id, Outcome outcome) noexcept {
  Queue::Item* item = queue_.find(id);
  if (item == nullptr) return false;
  end(*item, outcome);
  return true;
}

/// Lifetimes that are over, and acknowledgements that did not come; sets due_ for the next.
void Outbox::expire(Instant now) noexcept {
  due_ = kNever;
  for (Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    if (each->state != Outcome::in_flight) {
      if (now >= each->expires)
        end(*each, Outcome::expired);
      else
        due_ = std::min(due_, each->expires);
    } else if (is_acknowledged(*each)) {
      const Instant late = each->handed_at + config_.ack_timeout;
      if (now >= late) {
        --in_flight_;
        come_back(*each);
        due_ = std::min(due_, each->expires);
      } else {
        due_ = std::min(due_, late);
      }
    }
  }
}

void Outbox::clear() noexcept {
  for (Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    end(*each, Outcome::cleared);
  }
}

void Outbox::end(Queue::Item& item, Outcome outcome) noexcept {
  if (item.state == Outcome::in_flight && is_acknowledged(item) && in_flight_ > 0) --in_flight_;
  // Where this fails, or a power cut comes before it is safe, the message is sent once more after a restart,
  // and the receiver drops it.
  if (item.stored != 0 && !store_->erase(item.stored)) ++stats_.store_failures;
  tell(item, outcome);
  ++stats_.over[static_cast<std::size_t>(outcome)];
  if (!reports_.empty()) {
    if (report_count_ == reports_.size()) {
      first_report_ = (first_report_ + 1) % reports_.size();
      --report_count_;
      ++stats_.reports_missed;
    }
    reports_[(first_report_ + report_count_++) % reports_.size()] = {.id = item.id, .outcome = outcome};
  }
  give_back(Queue::cost(item.size));
  queue_.remove(item);
}

void Outbox::tell(Queue::Item& item, Outcome outcome) noexcept {
  if (!is_over(outcome)) item.state = outcome;
  if (item.receipt != nullptr) item.receipt->store(outcome, std::memory_order_release);
}

Outcome Outbox::outcome(MessageId id) const noexcept {
  for (const Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    if (each->id == id) return each->state;
  }
  for (std::size_t back = report_count_; back > 0; --back) {
    const Report& report = reports_[(first_report_ + back - 1) % reports_.size()];
    if (report.id == id) return report.outcome;
  }
  return Outcome::unknown;
}

Backlog Outbox::backlog() const noexcept {
  Backlog there{.messages = static_cast<std::uint16_t>(messages_.load(std::memory_order_relaxed)),
                .bytes = bytes_.load(std::memory_order_relaxed)};
  for (const Queue::Item* each = queue_.first(); each != nullptr; each = queue_.after(each)) {
    if (each->state == Outcome::in_flight) ++there.in_flight;
    if (each->policy == Policy::must_deliver) ++there.must_deliver;
    if (each->is_safe) ++there.stored;
  }
  return there;
}

OutboxStats Outbox::stats() const noexcept {
  OutboxStats now = stats_;
  now.accepted = accepted_.load(std::memory_order_relaxed);
  now.declined = declined_.load(std::memory_order_relaxed);
  return now;
}

}  // namespace linnet::session
