// SPDX-License-Identifier: Apache-2.0
// Commands on their way to devices and back: whoever asks has numbers of its own, so the server gives each
// command a number that no other has, and remembers whose it is. An answer that does not come in time, or
// whose device goes away, is a failure that is told.
// Memory: 1,024 commands at one time, 0.2 KiB each.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "tools/serve/device_hub.hpp"
#include "tools/serve/exchange.hpp"

namespace linnet::tools {

class DeviceCommands {
 public:
  static constexpr std::size_t kMost = 1024;          // that wait for an answer
  static constexpr std::size_t kLongestMethod = 128;  // bytes
  static constexpr Duration kTimeout = 10s;

  struct Asker {
    std::optional<PeerAddress> console;  // nothing: the program itself
    std::uint64_t reference = 0;         // the console's own number
  };
  struct Failure {
    PeerAddress console;
    std::uint64_t reference = 0;
    std::string device;
    std::string_view why;  // static storage
  };

  /// Both are borrowed.
  DeviceCommands(DeviceHub& hub, Exchange& exchange) noexcept : hub_{&hub}, exchange_{&exchange} {}
  DeviceCommands(const DeviceCommands&) = delete;
  DeviceCommands& operator=(const DeviceCommands&) = delete;

  // From any thread.

  /// Sends a request. `params`: a JSON object or array, or empty. Empty: it is on its way; else why not, in
  /// words (static storage).
  std::string_view send(const Asker& asker, std::string_view device, std::string_view method,
                        std::string_view params, Instant now);

  /// A device answered: `what` ("result" or "error") is `value`, JSON. The answer goes to who asked. False:
  /// nobody waits for it (any more).
  bool answer(const Device& device, const PeerAddress& from, std::uint64_t number, std::string_view what,
              std::string_view value, Instant now);

  /// The connection is over: what was sent to it is not answered any more.
  void lose(const PeerAddress& device);

  /// The console is gone: nobody waits for its answers any more.
  void forget(const PeerAddress& console);

  /// What has failed, of those who asked on this loop, and of the program's own.
  std::vector<Failure> take_failures(std::uint32_t loop, Instant now);

  struct Counts {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;  // timed out, or the device went away
    std::uint64_t refused = 0;
  };
  Counts counts() const;

 private:
  struct Pending {
    Asker asker;
    PeerAddress to;
    std::string device;
    std::string method;
    Instant sent{};
    bool lost = false;
  };

  std::string_view enter(const Asker& asker, std::string_view device, std::string_view method, Instant now,
                         PeerAddress& to, std::uint64_t& number);
  std::string_view refuse(std::string_view why);

  DeviceHub* hub_;
  Exchange* exchange_;
  mutable std::mutex mutex_;  // over all that follows; never held while the hub or the exchange is asked
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t last_number_ = 0;
  Counts counts_;
};

}  // namespace linnet::tools
