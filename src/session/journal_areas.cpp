// SPDX-License-Identifier: Apache-2.0
// A journal's way onto its medium: records at the end of the active area, and the move to the other.
#include <algorithm>
#include <array>

#include "journal_format.hpp"
#include "linnet/session/journal.hpp"

namespace linnet::session {

/// Collects pieces into whole units; the last one is filled up with 0xff. What is long passes uncopied.
class Journal::Writer {
 public:
  Writer(Journal& journal, unsigned area, std::uint32_t at) noexcept
      : journal_{&journal}, area_{area}, at_{at} {}

  Result<void> add(Bytes bytes) noexcept {
    while (!bytes.empty()) {
      if (filled_ == 0 && bytes.size() >= kBuffer) {
        const std::size_t straight = bytes.size() & ~std::size_t{journal_->shape_.unit - 1};
        if (const auto written = write(bytes.first(straight)); !written) return written;
        bytes = bytes.subspan(straight);
        continue;
      }
      const std::size_t taken = std::min(bytes.size(), kBuffer - filled_);
      std::ranges::copy(bytes.first(taken), buffer_.begin() + static_cast<std::ptrdiff_t>(filled_));
      filled_ += taken;
      bytes = bytes.subspan(taken);
      if (filled_ == kBuffer) {
        if (const auto written = flush(); !written) return written;
      }
    }
    return {};
  }
  Result<void> finish() noexcept {
    while (filled_ % journal_->shape_.unit != 0) buffer_[filled_++] = kErased;
    return filled_ != 0 ? flush() : Result<void>{};
  }

 private:
  static constexpr std::size_t kBuffer = 64;
  static_assert(kBuffer % kMaxUnit == 0);

  Result<void> flush() noexcept {
    const std::size_t size = filled_;
    filled_ = 0;
    return write(Bytes{buffer_}.first(size));
  }
  Result<void> write(Bytes bytes) noexcept {
    const std::uint32_t at = at_;
    at_ += static_cast<std::uint32_t>(bytes.size());
    journal_->stats_.written += bytes.size();
    return journal_->medium_->write(area_, at, bytes);
  }

  Journal* journal_;
  unsigned area_;
  std::uint32_t at_;
  std::size_t filled_ = 0;
  std::array<std::byte, kBuffer> buffer_;
};

Result<void> Journal::write_header(unsigned area, std::uint32_t generation) noexcept {
  const auto header = encode_area(generation, shape_.unit);
  stats_.written += header.size();
  if (const auto written = medium_->write(area, 0, header); !written) return written;
  return medium_->sync(area);
}

Result<void> Journal::format() noexcept {
  is_usable_ = false;
  count_ = 0;
  live_ = 0;
  // The other one first: until the new header is there, a former journal counts.
  for (const unsigned area : {1u, 0u}) {
    if (const auto cleared = medium_->clear(area); !cleared) return cleared;
    if (const auto synced = medium_->sync(area); !synced) return synced;
  }
  generation_ = 1;
  active_ = 0;
  if (const auto written = write_header(0, generation_); !written) return written;
  medium_->retire(1);
  end_ = kAreaHeader;
  is_tail_broken_ = is_dirty_ = false;
  is_usable_ = true;
  return {};
}

Result<Store::Number> Journal::add(Kind kind, std::span<const Bytes> parts) noexcept {
  if (count_ == table_.size() || last_number_ == UINT32_MAX) return fail(Errc::too_many);
  const std::size_t size = parts[0].size() + parts[1].size();
  const std::uint32_t room = room_for(size);
  if (is_tail_broken_ || room > shape_.area_size - end_) {
    if (const auto moved = compact(); !moved) return std::unexpected{moved.error()};
    if (room > shape_.area_size - end_) return fail(Errc::would_block);
  }
  const std::uint32_t offset = end_;
  const Number number = ++last_number_;
  if (const auto written = write_record(kind, number, parts); !written)
    return std::unexpected{written.error()};
  table_[count_++] = {.number = number,
                      .offset = offset,
                      .size = static_cast<std::uint32_t>(size),
                      .is_thing = kind == Kind::thing};
  live_ += room;
  return number;
}

Result<void> Journal::write_record(Kind kind, Number number, std::span<const Bytes> parts) noexcept {
  const std::size_t size = parts[0].size() + parts[1].size();
  RecordHeader header{
      .kind = static_cast<std::uint8_t>(kind), .size = static_cast<std::uint32_t>(size), .number = number};
  header.crc = codec::crc32(Bytes{encode(header)}.first(kChecked));
  for (const Bytes part : parts) header.crc = codec::crc32(part, header.crc);
  const RecordBytes bytes = encode(header);

  is_dirty_ = true;
  Writer writer{*this, active_, end_};
  Result<void> written = writer.add(bytes);
  for (const Bytes part : parts) {
    if (written) written = writer.add(part);
  }
  if (written) written = writer.finish();
  if (!written) {
    is_tail_broken_ = true;
    return written;
  }
  end_ += room_for(size);
  return {};
}

/// Everything that counts goes into the other area, and then that one is the one that counts.
Result<void> Journal::compact() noexcept {
  if (const auto checked = drop_rotten(); !checked) return checked;
  const unsigned other = 1u - active_;
  if (const auto cleared = medium_->clear(other); !cleared) return cleared;
  std::uint32_t at = kAreaHeader;
  for (const Entry& each : table_.first(count_)) {
    const std::uint32_t room = room_for(each.size);
    if (const auto copied = copy(each, other, at); !copied) return copied;
    at += room;
  }
  if (const auto synced = medium_->sync(other); !synced) return synced;
  if (const auto written = write_header(other, generation_ + 1); !written) return written;

  at = kAreaHeader;
  for (Entry& each : table_.first(count_)) {
    each.offset = at;
    at += room_for(each.size);
  }
  const unsigned former = active_;
  active_ = static_cast<std::uint8_t>(other);
  ++generation_;
  ++stats_.compactions;
  end_ = at;
  is_tail_broken_ = is_dirty_ = false;
  medium_->retire(former);
  return {};
}

/// What the medium has lost since it was written is not copied: a wrong record would be worse than none.
Result<void> Journal::drop_rotten() noexcept {
  for (std::size_t i = 0; i < count_;) {
    Record record;
    const auto is_whole = is_record(active_, table_[i].offset, table_[i].number - 1, record);
    if (!is_whole) return std::unexpected{is_whole.error()};
    if (*is_whole && record.number == table_[i].number && record.size == table_[i].size) {
      ++i;
    } else {
      ++stats_.rotten;
      forget(table_[i]);
    }
  }
  return {};
}

Result<void> Journal::copy(const Entry& entry, unsigned to, std::uint32_t at) noexcept {
  std::array<std::byte, 128> buffer;
  Writer writer{*this, to, at};
  const std::uint32_t size = static_cast<std::uint32_t>(kRecordHeader) + entry.size;
  for (std::uint32_t done = 0; done < size;) {
    const MutableBytes piece = MutableBytes{buffer}.first(std::min<std::size_t>(buffer.size(), size - done));
    if (const auto read = medium_->read(active_, entry.offset + done, piece); !read) return read;
    if (const auto written = writer.add(piece); !written) return written;
    done += static_cast<std::uint32_t>(piece.size());
  }
  return writer.finish();
}

}  // namespace linnet::session
