// SPDX-License-Identifier: Apache-2.0
// The events of devices, each once: a device sends an event again until it has seen the answer, so the server
// remembers the ids of each device's last 1,024 and drops what it has seen. With a file, every event is a
// line of it before it is answered, and a server that starts again reads from it what it has seen: so the
// file has each event once, whatever was killed in between.
//   {"device":"42","id":"5f3c9a10-17","at":"2026-11-28T18:02:11.250Z","params":{…}}
// Memory: 8 KiB for each device that has sent so many, at most 10,000 devices.
#pragma once

#include <cstdint>
#include <expected>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "linnet/session/outbox.hpp"

namespace linnet::tools {

class EventLog {
 public:
  static constexpr std::size_t kWindow = session::kDedupeWindow;
  static constexpr std::size_t kMostDevices = 10'000;  // whoever was quiet for longest makes room

  enum class Taken : std::uint8_t {
    accepted,
    duplicate,
    failed,  // it could not be written, and is not remembered: the device keeps it
  };
  struct Counts {
    std::uint64_t accepted = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t failed = 0;
  };

  EventLog() = default;
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  /// Reads what is in the file, if it is a regular one, and writes on behind it; once, at the start. Else
  /// what is wrong, in words.
  std::expected<void, std::string> open(const std::string& name);

  /// From any thread. `id` and `params` as they came, JSON.
  Taken take(std::string_view device, std::string_view id, std::string_view params);
  Counts counts() const;

 private:
  struct Window {
    std::string device;
    std::vector<std::uint64_t> ids;  // up to kWindow, then in a circle
    std::size_t next = 0;
  };

  Window& window_of(std::string_view device);
  static bool remember(Window& window, std::uint64_t id);
  static void forget_last(Window& window);
  bool write(std::string_view device, std::string_view id, std::string_view params);
  void read_line(std::string_view line);

  mutable std::mutex mutex_;   // over all that follows, and held while a line is written: order is the point
  std::list<Window> windows_;  // who was heard last comes last
  std::unordered_map<std::string_view, std::list<Window>::iterator> by_device_;
  int file_ = -1;
  bool is_torn_ = false;  // the file does not end with a whole line
  Counts counts_;
};

}  // namespace linnet::tools
