// SPDX-License-Identifier: Apache-2.0
// What the development server knows of its devices, shared by all loops: who is online, the last status of
// each, a journal of what happened. Consoles are brought up to date from it: each remembers how far it has
// seen, so that a slow one costs nothing but its own delay.
// Memory: for each device that ever connected, up to 10,000, 0.3 KiB and its last status (at most 4 KiB); the
// journal, at most 256 entries of 0.6 KiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/codec/json.hpp"
#include "tools/serve/exchange.hpp"

namespace linnet::tools {

/// One device that is or was connected. Only the hub looks into it.
struct Device;

/// One line of the journal.
struct JournalEntry {
  std::uint64_t number = 0;  // from 1
  Instant at{};
  std::string_view kind;  // "connected", "disconnected", "replaced", "forgotten", "event", "message",
                          // "command", "answer", "failed"; static storage
  std::string device;
  std::string text;
};

class DeviceHub {
 public:
  static constexpr std::size_t kMostDevices = 10'000;
  static constexpr std::size_t kLongestStatus = 4096;  // bytes of JSON
  static constexpr std::size_t kLongestId = 64;
  static constexpr std::size_t kJournal = 256;
  static constexpr std::size_t kLongestText = 512;  // of an entry, in bytes; longer ones are cut

  /// `begin`: the zero of all times that consoles are told.
  explicit DeviceHub(Instant begin);
  ~DeviceHub();
  DeviceHub(const DeviceHub&) = delete;
  DeviceHub& operator=(const DeviceHub&) = delete;

  /// 1 to 64 letters, digits, '.', '_', '-' and ':' (a MAC address is an id).
  static bool is_id(std::string_view id) noexcept;

  // All that follows may be called by any thread.

  /// Whether a device of this id would find room.
  bool has_room(std::string_view id) const;

  struct Arrival {
    Device* device;                       // good until leave()
    std::optional<PeerAddress> replaced;  // the connection that it had: to be closed
  };
  /// A device has connected; one that is offline for longest is forgotten where there is no room. Fails with
  /// too_many when all are online.
  Result<Arrival> arrive(std::string_view id, const PeerAddress& where, Instant now);
  /// That connection is over. True: and so the device is offline, for it was its last.
  bool leave(Device& device, const PeerAddress& where, std::string_view how, Instant now);

  /// `params`: a well-formed JSON object. False: it is too long, and the one before stays.
  bool set_status(Device& device, std::string_view params, Instant now);
  /// A message came that is no status.
  void count_message(Device& device, Instant now);
  void note(std::string_view kind, std::string_view device, std::string_view text, Instant now);
  const std::string& id_of(const Device& device) const noexcept;  // never changes

  /// Where the device is connected; nothing: unknown, or offline.
  std::optional<PeerAddress> find(std::string_view id) const;
  /// Its last status; empty: none.
  std::string status_of(std::string_view id) const;

  /// How far somebody has seen.
  struct Seen {
    std::uint64_t change = 0;
    std::uint64_t entry = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  /// Writes the members "devices" and "events": what has changed since `seen`, as much as fits `room` bytes,
  /// and moves `seen` on. False: nothing to say, and nothing was written. `room` of at least 16 KiB is
  /// progress.
  bool write_news(json::Writer& writer, std::size_t room, Seen& seen) const;
  /// The next entry behind number `after`.
  std::optional<JournalEntry> entry_after(std::uint64_t after) const;

  struct Counts {
    std::size_t online = 0;
    std::size_t offline = 0;
    std::uint64_t arrivals = 0;
    std::uint64_t statuses = 0;
    std::uint64_t statuses_refused = 0;
    std::uint64_t replaced = 0;
    std::uint64_t forgotten = 0;
  };
  Counts counts() const;

 private:
  using Devices = std::list<Device>;

  void touch(Device& device);
  void add_entry(std::string_view kind, std::string_view device, std::string_view text, Instant now);
  bool forget_one(Instant now);
  void write_device(json::Writer& writer, const Device& device) const;
  std::int64_t ms(Instant at) const noexcept { return (at - begin_) / 1ms; }

  const Instant begin_;
  mutable std::mutex mutex_;  // over all that follows
  Devices devices_;           // the latest change last
  std::unordered_map<std::string_view, Devices::iterator> by_id_;
  std::deque<JournalEntry> journal_;
  std::uint64_t changes_ = 0;
  std::uint64_t entries_ = 0;
  Counts counts_;
};

}  // namespace linnet::tools
