// SPDX-License-Identifier: Apache-2.0
// What a journal finds on its medium at the start. Nothing that it reads is trusted: lengths, numbers and
// kinds are checked before they are used, and a record counts only with its checksum.
#include <algorithm>
#include <array>

#include "journal_format.hpp"
#include "linnet/session/journal.hpp"

namespace linnet::session {

namespace {

constexpr std::uint32_t kSmallestArea = 128;

bool is_newer(std::uint32_t generation, std::uint32_t than) noexcept {
  return static_cast<std::int32_t>(generation - than) > 0;
}

/// A power cut at the very first header leaves some of its bytes; the others are as clear() or the file
/// system has them.
bool may_become_header(Bytes bytes) noexcept {
  std::array<std::byte, sizeof kMagic> magic{};
  store_be32(magic.data(), kMagic);
  for (std::size_t i = 0; i < magic.size(); ++i) {
    if (bytes[i] != magic[i] && bytes[i] != kErased && bytes[i] != std::byte{}) return false;
  }
  return true;
}

}  // namespace

Result<Journal::Recovery> Journal::open() noexcept {
  is_usable_ = false;
  count_ = 0;
  live_ = 0;
  last_number_ = 0;
  const bool is_power_of_two = shape_.unit != 0 && (shape_.unit & (shape_.unit - 1)) == 0;
  if (!is_power_of_two || shape_.unit > kMaxUnit || shape_.area_size < kSmallestArea ||
      shape_.area_size % shape_.unit != 0) {
    return fail(Errc::invalid_argument);
  }
  Recovery recovery;
  const auto area = choose_area(recovery);
  if (!area) return std::unexpected{area.error()};
  if (recovery.condition == Condition::foreign) return recovery;
  if (recovery.condition == Condition::fresh) {
    if (const auto made = format(); !made) return std::unexpected{made.error()};
    return recovery;
  }
  active_ = static_cast<std::uint8_t>(*area);
  if (const auto loaded = load(recovery); !loaded) return std::unexpected{loaded.error()};
  for (const Entry& each : table_.first(count_)) ++(each.is_thing ? recovery.things : recovery.messages);
  is_usable_ = true;
  // Nothing may be written where something is already, so what is left of a torn record stays behind.
  if (recovery.condition != Condition::clean) {
    is_tail_broken_ = true;
    (void)
        compact();  // a full disk is no reason not to read: it is tried again when something is to be written
  }
  medium_->retire(1u - active_);
  return recovery;
}

/// The area whose header is valid and newest; without a header one that has records.
Result<unsigned> Journal::choose_area(Recovery& recovery) noexcept {
  std::array<Header, 2> headers{};
  std::array<std::uint32_t, 2> generations{};
  for (unsigned area = 0; area < 2; ++area) {
    const auto header = read_header(area, generations[area]);
    if (!header) return std::unexpected{header.error()};
    headers[area] = *header;
  }
  recovery.condition = Condition::clean;
  if (headers[0] == Header::valid || headers[1] == Header::valid) {
    const bool is_second = headers[1] == Header::valid &&
                           (headers[0] != Header::valid || is_newer(generations[1], generations[0]));
    generation_ = generations[is_second];
    return is_second;
  }
  if (headers[0] == Header::blank && headers[1] == Header::blank) {
    recovery.condition = Condition::fresh;
    return 0u;
  }
  recovery.condition = Condition::foreign;
  Number best = 0;
  unsigned chosen = 0;
  for (unsigned area = 0; area < 2; ++area) {
    const auto found = find_record(area, kAreaHeader, 0);
    if (!found) return std::unexpected{found.error()};
    if (!found->is_found || found->record.number <= best) continue;
    best = found->record.number;
    chosen = area;
    generation_ = 1;
    recovery.condition = Condition::damaged;
    recovery.damaged = static_cast<std::uint32_t>(kAreaHeader);
  }
  return chosen;
}

Result<Journal::Header> Journal::read_header(unsigned area, std::uint32_t& generation) noexcept {
  std::array<std::byte, kAreaHeader> bytes;
  if (const auto read = medium_->read(area, 0, bytes); !read) return std::unexpected{read.error()};
  generation = load_be32(&bytes[4]);
  if (bytes == encode_area(generation, shape_.unit)) return Header::valid;
  if (!may_become_header(bytes)) return Header::other;
  // Nothing was ever written behind it, or there are zeros, as a file system may leave them.
  for (const std::byte fill : {kErased, std::byte{}}) {
    const auto filled = is_filled(area, kAreaHeader, fill);
    if (!filled) return std::unexpected{filled.error()};
    if (*filled) return Header::blank;
  }
  return Header::other;
}

/// Whether the area has nothing else from `from` on.
Result<bool> Journal::is_filled(unsigned area, std::uint32_t from, std::byte fill) noexcept {
  std::array<std::byte, 128> buffer;
  const std::uint32_t end = medium_->extent(area);
  for (std::uint32_t at = from; at < end; at += static_cast<std::uint32_t>(buffer.size())) {
    const MutableBytes piece = MutableBytes{buffer}.first(std::min<std::size_t>(buffer.size(), end - at));
    if (const auto read = medium_->read(area, at, piece); !read) return std::unexpected{read.error()};
    if (!std::ranges::all_of(piece, [fill](std::byte each) { return each == fill; })) return false;
  }
  return true;
}

Result<void> Journal::load(Recovery& recovery) noexcept {
  const auto note_damage = [&recovery](std::uint32_t from, std::uint32_t size, Condition what) {
    if (recovery.damaged == 0) recovery.first_damage = from;
    recovery.damaged += size;
    recovery.condition = std::max(recovery.condition, what);
  };
  end_ = kAreaHeader;
  const std::uint32_t extent = medium_->extent(active_);
  while (end_ < extent) {
    const auto found = find_record(active_, end_, last_number_);
    if (!found) return std::unexpected{found.error()};
    if (!found->is_found) {
      const auto erased = is_filled(active_, end_, kErased);
      if (!erased) return std::unexpected{erased.error()};
      if (!*erased) note_damage(end_, extent - end_, Condition::torn);
      return {};
    }
    if (found->offset != end_) note_damage(end_, found->offset - end_, Condition::damaged);
    last_number_ = found->record.number;
    if (const auto applied = apply(found->record, found->offset); !applied) return applied;
    end_ = found->offset + room_for(found->record.size);
  }
  return {};
}

Result<void> Journal::apply(const Record& record, std::uint32_t offset) noexcept {
  if (record.kind == Kind::erased) {
    std::array<std::byte, kNumber> content;
    if (const auto read = medium_->read(active_, offset + kRecordHeader, content); !read) return read;
    if (Entry* entry = find(load_be32(content.data())); entry != nullptr) forget(*entry);
    return {};
  }
  const Entry entry{
      .number = record.number, .offset = offset, .size = record.size, .is_thing = record.kind == Kind::thing};
  if (entry.is_thing) {
    std::array<std::byte, 1 + kLongestName> head;
    const MutableBytes front = MutableBytes{head}.first(std::min<std::size_t>(head.size(), entry.size));
    if (const auto read = medium_->read(active_, offset + kRecordHeader, front); !read) return read;
    const auto former = find_thing(as_text(front.subspan(1, std::to_integer<std::size_t>(front[0]))));
    if (!former) return std::unexpected{former.error()};
    if (*former != nullptr) forget(**former);
  }
  if (count_ == table_.size()) return fail(Errc::too_many);
  table_[count_++] = entry;
  live_ += room_for(entry.size);
  return {};
}

/// The first whole record at `offset` or, where what is there cannot be read, behind it.
Result<Journal::Scan> Journal::find_record(unsigned area, std::uint32_t offset, Number behind) noexcept {
  std::array<std::byte, 128> buffer;
  const std::uint32_t end = medium_->extent(area);
  Scan scan;
  while (offset < end) {
    const MutableBytes window =
        MutableBytes{buffer}.first(std::min<std::size_t>(buffer.size(), end - offset));
    if (const auto read = medium_->read(area, offset, window); !read) return std::unexpected{read.error()};
    for (std::size_t i = 0; i < window.size(); i += shape_.unit) {
      if (window[i] != kMark0) continue;
      scan.offset = offset + static_cast<std::uint32_t>(i);
      const auto is_whole = is_record(area, scan.offset, behind, scan.record);
      if (!is_whole) return std::unexpected{is_whole.error()};
      scan.is_found = *is_whole;
      if (scan.is_found) return scan;
    }
    offset += static_cast<std::uint32_t>(window.size());
  }
  return scan;
}

/// Whether a whole record lies at `offset`, with a number larger than `behind`.
Result<bool> Journal::is_record(unsigned area, std::uint32_t offset, Number behind, Record& record) noexcept {
  if (shape_.area_size - offset < kRecordHeader) return false;
  RecordBytes bytes;
  if (const auto read = medium_->read(area, offset, bytes); !read) return std::unexpected{read.error()};
  RecordHeader header;
  if (!decode(bytes, header) || header.number <= behind) return false;
  const std::uint32_t room = shape_.area_size - offset - static_cast<std::uint32_t>(kRecordHeader);
  if (header.size > room || room_for(header.size) > shape_.area_size - offset) return false;
  record = {.kind = static_cast<Kind>(header.kind), .size = header.size, .number = header.number};

  std::uint32_t crc = codec::crc32(Bytes{bytes}.first(kChecked));
  std::array<std::byte, 128> buffer;
  std::uint32_t at = offset + static_cast<std::uint32_t>(kRecordHeader);
  for (std::uint32_t left = header.size; left > 0;) {
    const MutableBytes piece = MutableBytes{buffer}.first(std::min<std::size_t>(buffer.size(), left));
    if (const auto read = medium_->read(area, at, piece); !read) return std::unexpected{read.error()};
    // A named thing has a name; with the right checksum only a journal that others made has none.
    if (left == header.size && record.kind == Kind::thing) {
      const std::size_t name = std::to_integer<std::size_t>(piece[0]);
      if (name == 0 || name > kLongestName || 1 + name > header.size) return false;
    }
    crc = codec::crc32(piece, crc);
    at += static_cast<std::uint32_t>(piece.size());
    left -= static_cast<std::uint32_t>(piece.size());
  }
  if (record.kind == Kind::thing && header.size < 2) return false;
  if (record.kind == Kind::erased && header.size != kNumber) return false;
  return crc == header.crc;
}

}  // namespace linnet::session
