// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/device_hub.hpp"

#include <algorithm>

namespace linnet::tools {

struct Device {
  std::string id;
  std::string status;        // JSON; empty: none yet
  PeerAddress where{};       // while online
  std::uint64_t change = 0;  // the number of its last change
  std::uint64_t messages = 0;
  Instant since{};  // when it came or went
  Instant heard{};
  Instant reported{};             // when its status came
  std::uint32_t connections = 0;  // that still point here: replaced ones take their time to close
  bool online = false;
  std::list<Device>::iterator place{};
};

namespace {

// JSON around a device's status or an entry's text: names of members, numbers, an id.
constexpr std::size_t kFrame = 512;
// A control character takes six bytes as an escape.
constexpr std::size_t kEntryRoom = kFrame + 6 * DeviceHub::kLongestText;
constexpr std::size_t kDeviceRoom = kFrame + DeviceHub::kLongestStatus;

bool is_id_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-' || c == ':';
}

/// The front of `text`, cut between characters.
std::string_view cut(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0u) == 0x80u) --most;
  return text.substr(0, most);
}

}  // namespace

DeviceHub::DeviceHub(Instant begin) : begin_{begin} {}
DeviceHub::~DeviceHub() = default;

bool DeviceHub::is_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= kLongestId && std::ranges::all_of(id, is_id_character);
}

bool DeviceHub::has_room(std::string_view id) const {
  const std::scoped_lock lock{mutex_};
  return by_id_.size() < kMostDevices || by_id_.contains(id) || counts_.offline > 0;
}

Result<DeviceHub::Arrival> DeviceHub::arrive(std::string_view id, const PeerAddress& where, Instant now) {
  const std::scoped_lock lock{mutex_};
  auto found = by_id_.find(id);
  if (found == by_id_.end()) {
    if (by_id_.size() >= kMostDevices && !forget_one(now)) return fail(Errc::too_many);
    Device& added = devices_.emplace_back();
    added.id = id;
    added.place = std::prev(devices_.end());
    found = by_id_.emplace(added.id, added.place).first;
    ++counts_.offline;
  }
  Device& device = *found->second;
  Arrival arrival{.device = &device, .replaced = {}};
  if (device.online) {
    arrival.replaced = device.where;
    ++counts_.replaced;
    add_entry("replaced", id, "by a newer connection with the same id", now);
  } else {
    --counts_.offline;
    ++counts_.online;
  }
  ++counts_.arrivals;
  ++device.connections;
  device.online = true;
  device.where = where;
  device.since = device.heard = now;
  touch(device);
  add_entry("connected", id, {}, now);
  return arrival;
}

bool DeviceHub::leave(Device& device, const PeerAddress& where, std::string_view how, Instant now) {
  const std::scoped_lock lock{mutex_};
  --device.connections;
  if (!device.online || device.where != where) return false;
  device.online = false;
  device.since = now;
  --counts_.online;
  ++counts_.offline;
  touch(device);
  add_entry("disconnected", device.id, how, now);
  return true;
}

/// Makes room: the device whose last change is longest ago, among those that are gone.
bool DeviceHub::forget_one(Instant now) {
  const auto oldest = std::ranges::find_if(
      devices_, [](const Device& each) { return !each.online && each.connections == 0; });
  if (oldest == devices_.end()) return false;
  add_entry("forgotten", oldest->id, "to make room for another", now);
  by_id_.erase(oldest->id);
  devices_.erase(oldest);
  --counts_.offline;
  ++counts_.forgotten;
  return true;
}

bool DeviceHub::set_status(Device& device, std::string_view params, Instant now) {
  const std::scoped_lock lock{mutex_};
  ++device.messages;
  device.heard = now;
  touch(device);
  if (params.size() > kLongestStatus) {
    ++counts_.statuses_refused;
    return false;
  }
  ++counts_.statuses;
  device.status = params;
  device.reported = now;
  return true;
}

void DeviceHub::count_message(Device& device, Instant now) {
  const std::scoped_lock lock{mutex_};
  ++device.messages;
  device.heard = now;
  touch(device);
}

void DeviceHub::note(std::string_view kind, std::string_view device, std::string_view text, Instant now) {
  const std::scoped_lock lock{mutex_};
  add_entry(kind, device, text, now);
}

const std::string& DeviceHub::id_of(const Device& device) const noexcept {
  return device.id;
}

std::optional<PeerAddress> DeviceHub::find(std::string_view id) const {
  const std::scoped_lock lock{mutex_};
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || !found->second->online) return std::nullopt;
  return found->second->where;
}

std::string DeviceHub::status_of(std::string_view id) const {
  const std::scoped_lock lock{mutex_};
  const auto found = by_id_.find(id);
  return found != by_id_.end() ? found->second->status : std::string{};
}

void DeviceHub::touch(Device& device) {
  device.change = ++changes_;
  devices_.splice(devices_.end(), devices_, device.place);
}

void DeviceHub::add_entry(std::string_view kind, std::string_view device, std::string_view text,
                          Instant now) {
  if (journal_.size() == kJournal) journal_.pop_front();
  journal_.push_back({.number = ++entries_,
                      .at = now,
                      .kind = kind,
                      .device = std::string{device},
                      .text = std::string{cut(text, kLongestText)}});
}

bool DeviceHub::write_news(json::Writer& writer, std::size_t room, Seen& seen) const {
  const std::scoped_lock lock{mutex_};
  if (seen.change == changes_ && seen.entry == entries_) return false;

  writer.key("events").begin_array();
  const std::uint64_t first = entries_ - journal_.size() + 1;
  while (seen.entry < entries_ && room >= kEntryRoom + kDeviceRoom) {
    seen.entry = std::max(seen.entry + 1, first);
    const JournalEntry& entry = journal_[seen.entry - first];
    writer.begin_object().member("number", entry.number).member("at_ms", ms(entry.at));
    writer.member("kind", entry.kind).member("device", std::string_view{entry.device});
    writer.member("text", std::string_view{entry.text}).end_object();
    room -= kFrame + 6 * entry.text.size();
  }
  writer.end_array().key("devices").begin_array();
  // From the last change back to the first that is new, and from there on in order.
  auto next = devices_.end();
  while (next != devices_.begin() && std::prev(next)->change > seen.change) --next;
  for (; next != devices_.end() && room >= kDeviceRoom; ++next) {
    write_device(writer, *next);
    seen.change = next->change;
    room -= kFrame + next->status.size();
  }
  if (next == devices_.end()) seen.change = changes_;  // what changed last may have been forgotten
  writer.end_array();
  return true;
}

void DeviceHub::write_device(json::Writer& writer, const Device& device) const {
  writer.begin_object().member("id", std::string_view{device.id}).member("online", device.online);
  writer.member("since_ms", ms(device.since)).member("heard_ms", ms(device.heard));
  writer.member("messages", device.messages).member("status_ms", ms(device.reported));
  writer.key("status").raw(device.status.empty() ? std::string_view{"null"}
                                                 : std::string_view{device.status});
  writer.end_object();
}

std::optional<JournalEntry> DeviceHub::entry_after(std::uint64_t after) const {
  const std::scoped_lock lock{mutex_};
  if (after >= entries_) return std::nullopt;
  const std::uint64_t first = entries_ - journal_.size() + 1;
  return journal_[std::max(after + 1, first) - first];
}

DeviceHub::Counts DeviceHub::counts() const {
  const std::scoped_lock lock{mutex_};
  return counts_;
}

}  // namespace linnet::tools
