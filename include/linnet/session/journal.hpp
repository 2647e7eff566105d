// SPDX-License-Identifier: Apache-2.0
// A Store over a Medium: records are only ever added, each with its checksum; when an area is full, what is
// still of worth moves to the other, whose header, written last, makes it the one that counts. So a power cut
// at any byte leaves the old or the new. docs/outbox.md has the format.
//
// Wear: a message costs its length and 40 bytes for coming, 20 for going; an area is cleared once for
// at least a quarter of its size that was written, because live records may take three quarters at most.
// Memory: 16 bytes a record in a table of the caller's; 300 bytes of stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "linnet/session/medium.hpp"
#include "linnet/session/store.hpp"

namespace linnet::session {

class Journal final : public Store {
 public:
  /// Of one record that counts.
  struct Entry {
    Number number = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    bool is_thing = false;  // named, by put(); else a message
  };

  enum class Condition : std::uint8_t {
    unopened,
    fresh,    // there was nothing; now there is an empty journal
    clean,    // all that was written is there
    torn,     // the last of what was written is not whole: a power cut. What was committed is there
    damaged,  // something in the middle, or the header, cannot be read: the rest was kept
    foreign,  // there is something else, and it was not touched; format() makes it a journal
  };
  struct Recovery {
    Condition condition = Condition::unopened;
    std::size_t messages = 0;
    std::size_t things = 0;
    std::uint32_t damaged = 0;       // bytes that could not be read as records
    std::uint32_t first_damage = 0;  // where in the area they begin
  };
  struct Stats {
    std::uint32_t compactions = 0;  // an area was cleared and filled anew
    std::uint64_t written = 0;      // bytes, all of them
    std::uint32_t rotten = 0;       // records that were lost on the medium after they had been written
  };

  /// Both are borrowed. `table`: one entry for each message and each named thing that is there at one time.
  Journal(Medium& medium, std::span<Entry> table) noexcept;

  /// Once, before anything else. Errors: io_failure; too_many: the table is too short for what is there;
  /// invalid_argument: the areas are too small (128 bytes), or their unit is none.
  Result<Recovery> open() noexcept;
  /// An empty journal, whatever was there.
  Result<void> format() noexcept;

  Result<Number> append(Bytes head, Bytes body) noexcept override;
  Result<void> erase(Number number) noexcept override;
  Result<void> commit() noexcept override;
  Number next(Number after) const noexcept override;
  Result<std::size_t> read(Number number, MutableBytes into) noexcept override;
  Result<void> put(std::string_view name, Bytes bytes) noexcept override;
  Result<std::size_t> get(std::string_view name, MutableBytes into) noexcept override;
  Result<void> remove(std::string_view name) noexcept override;

  /// Bytes that live records take, and that they may take.
  std::uint32_t used() const noexcept { return live_; }
  std::uint32_t capacity() const noexcept;
  const Stats& stats() const noexcept { return stats_; }

 private:
  enum class Kind : std::uint8_t { message = 1, erased = 2, thing = 3 };
  enum class Header : std::uint8_t { valid, blank, other };
  struct Record {
    Kind kind{};
    std::uint32_t size = 0;
    Number number = 0;
  };
  struct Scan {
    Record record{};
    bool is_found = false;
    std::uint32_t offset = 0;
  };
  class Writer;

  std::uint32_t room_for(std::size_t size) const noexcept;
  Result<Header> read_header(unsigned area, std::uint32_t& generation) noexcept;
  Result<bool> is_filled(unsigned area, std::uint32_t from, std::byte fill) noexcept;
  Result<bool> is_record(unsigned area, std::uint32_t offset, Number behind, Record& record) noexcept;
  Result<Scan> find_record(unsigned area, std::uint32_t offset, Number behind) noexcept;
  Result<unsigned> choose_area(Recovery& recovery) noexcept;
  Result<void> load(Recovery& recovery) noexcept;
  Result<void> apply(const Record& record, std::uint32_t offset) noexcept;

  Result<void> write_header(unsigned area, std::uint32_t generation) noexcept;
  Result<void> compact() noexcept;
  Result<void> drop_rotten() noexcept;
  Result<void> copy(const Entry& entry, unsigned to, std::uint32_t at) noexcept;
  Result<Number> add(Kind kind, std::span<const Bytes> parts) noexcept;
  Result<void> write_record(Kind kind, Number number, std::span<const Bytes> parts) noexcept;

  Entry* find(Number number) noexcept;
  Result<Entry*> find_thing(std::string_view name) noexcept;
  void forget(Entry& entry) noexcept;

  Medium* medium_;
  std::span<Entry> table_;
  std::size_t count_ = 0;  // of entries, in the order of their numbers
  Medium::Shape shape_{};
  Stats stats_{};
  std::uint32_t generation_ = 0;
  std::uint32_t end_ = 0;   // where the next record goes
  std::uint32_t live_ = 0;  // bytes
  Number last_number_ = 0;
  std::uint8_t active_ = 0;
  bool is_usable_ = false;
  bool is_tail_broken_ = false;  // a write has failed behind end_: nothing may be written there
  bool is_dirty_ = false;
};

/// One lower-case word, static storage.
std::string_view describe(Journal::Condition condition) noexcept;

}  // namespace linnet::session
