// SPDX-License-Identifier: Apache-2.0
// What a journal does while it is in use; journal_recovery.cpp has how it begins, journal_areas.cpp how it
// moves from one area to the other.
#include "linnet/session/journal.hpp"

#include <algorithm>
#include <array>

#include "journal_format.hpp"

namespace linnet::session {

using namespace std::string_view_literals;

namespace {

bool is_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= Store::kLongestName && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace

Journal::Journal(Medium& medium, std::span<Entry> table) noexcept
    : medium_{&medium}, table_{table}, shape_{medium.shape()} {}

std::uint32_t Journal::capacity() const noexcept {
  return (shape_.area_size - static_cast<std::uint32_t>(kAreaHeader)) / 4 * 3;
}

std::uint32_t Journal::room_for(std::size_t size) const noexcept {
  return static_cast<std::uint32_t>((kRecordHeader + size + shape_.unit - 1) & ~std::size_t{shape_.unit - 1});
}

Result<Store::Number> Journal::append(Bytes head, Bytes body) noexcept {
  if (!is_usable_) return fail(Errc::bad_state);
  if (head.size() + body.size() > capacity()) return fail(Errc::too_large);
  const std::uint32_t room = room_for(head.size() + body.size());
  if (room > capacity()) return fail(Errc::too_large);
  if (room > capacity() - std::min(live_, capacity())) return fail(Errc::would_block);
  return add(Kind::message, std::array{head, body});
}

Result<void> Journal::erase(Number number) noexcept {
  if (!is_usable_) return fail(Errc::bad_state);
  Entry* entry = find(number);
  if (entry == nullptr) return fail(Errc::invalid_argument);
  forget(*entry);
  // Where there is no room to say that it is gone, everything else moves, and so it is gone.
  const bool has_room = room_for(kNumber) <= shape_.area_size - end_;
  if (is_tail_broken_ || !has_room || last_number_ == UINT32_MAX) return compact();
  std::array<std::byte, kNumber> content;
  store_be32(content.data(), number);
  return write_record(Kind::erased, ++last_number_, std::array{Bytes{content}, Bytes{}});
}

Result<void> Journal::commit() noexcept {
  if (!is_usable_) return fail(Errc::bad_state);
  if (!is_dirty_) return {};
  const auto synced = medium_->sync(active_);
  if (synced) is_dirty_ = false;
  return synced;
}

Store::Number Journal::next(Number after) const noexcept {
  for (const Entry& each : table_.first(count_)) {
    if (each.number > after && !each.is_thing) return each.number;
  }
  return 0;
}

Result<std::size_t> Journal::read(Number number, MutableBytes into) noexcept {
  const Entry* entry = find(number);
  if (entry == nullptr || entry->is_thing) return fail(Errc::invalid_argument);
  if (into.size() >= entry->size) {
    const auto read = medium_->read(active_, entry->offset + kRecordHeader, into.first(entry->size));
    if (!read) return std::unexpected{read.error()};
  }
  return entry->size;
}

Result<void> Journal::put(std::string_view name, Bytes bytes) noexcept {
  if (!is_name(name)) return fail(Errc::invalid_argument);
  if (!is_usable_) return fail(Errc::bad_state);
  std::array<std::byte, 1 + kLongestName> head{static_cast<std::byte>(name.size())};
  std::ranges::copy(as_bytes(name), head.begin() + 1);
  if (bytes.size() > capacity()) return fail(Errc::too_large);
  const std::uint32_t room = room_for(1 + name.size() + bytes.size());
  if (room > capacity()) return fail(Errc::too_large);
  const auto former = find_thing(name);
  if (!former) return std::unexpected{former.error()};
  const Number replaced = *former != nullptr ? (*former)->number : 0;
  const std::uint32_t freed = *former != nullptr ? room_for((*former)->size) : 0;
  if (room > capacity() - std::min(live_ - freed, capacity())) return fail(Errc::would_block);
  // Until the new one is safe the old one counts, and both have to be in the area.
  const auto added = add(Kind::thing, std::array{Bytes{head}.first(1 + name.size()), bytes});
  if (!added) return std::unexpected{added.error()};
  if (Entry* old = find(replaced); old != nullptr) forget(*old);
  return commit();
}

Result<std::size_t> Journal::get(std::string_view name, MutableBytes into) noexcept {
  const auto found = find_thing(name);
  if (!found) return std::unexpected{found.error()};
  const Entry* entry = *found;
  if (entry == nullptr) return std::size_t{0};
  const std::size_t size = entry->size - 1 - name.size();
  if (into.size() >= size) {
    const auto at = static_cast<std::uint32_t>(entry->offset + kRecordHeader + 1 + name.size());
    if (const auto read = medium_->read(active_, at, into.first(size)); !read) {
      return std::unexpected{read.error()};
    }
  }
  return size;
}

Result<void> Journal::remove(std::string_view name) noexcept {
  const auto found = find_thing(name);
  if (!found) return std::unexpected{found.error()};
  if (*found == nullptr) return {};
  if (const auto erased = erase((*found)->number); !erased) return erased;
  return commit();
}

Journal::Entry* Journal::find(Number number) noexcept {
  const auto live = table_.first(count_);
  const auto found = std::ranges::lower_bound(live, number, {}, &Entry::number);
  return found != live.end() && found->number == number ? &*found : nullptr;
}

Result<Journal::Entry*> Journal::find_thing(std::string_view name) noexcept {
  std::array<std::byte, 1 + kLongestName> head;
  for (Entry& each : table_.first(count_)) {
    if (!each.is_thing || each.size < 1 + name.size()) continue;
    const MutableBytes front = MutableBytes{head}.first(std::min<std::size_t>(head.size(), each.size));
    if (const auto read = medium_->read(active_, each.offset + kRecordHeader, front); !read) {
      return std::unexpected{read.error()};
    }
    const std::size_t size = std::to_integer<std::size_t>(front[0]);
    if (size == name.size() && as_text(front.subspan(1, size)) == name) return &each;
  }
  return nullptr;
}

void Journal::forget(Entry& entry) noexcept {
  live_ -= room_for(entry.size);
  const auto live = table_.first(count_);
  std::copy(live.begin() + (&entry - live.data()) + 1, live.end(), &entry);
  --count_;
}

std::string_view describe(Journal::Condition condition) noexcept {
  static constexpr std::string_view kWords[] = {"unopened"sv, "fresh"sv,   "clean"sv,
                                                "torn"sv,     "damaged"sv, "foreign"sv};
  return kWords[static_cast<std::size_t>(condition)];
}

}  // namespace linnet::session
