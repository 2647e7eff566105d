// SPDX-License-Identifier: Apache-2.0
// A SIM7670G (or A7670, or SIM7600) that is a program: bytes in, bytes out with the time at which they leave,
// poll(now), deadline(). It opens real connections through the bearer that it is given, reads no clock, and
// repeats with its seed. Memory: allocated as it goes, bounded by the buffers of its links.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/net/link.hpp"
#include "tools/modem/call.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/counters.hpp"
#include "tools/modem/data_mode.hpp"
#include "tools/modem/fault.hpp"
#include "tools/modem/interpreter.hpp"
#include "tools/modem/names.hpp"
#include "tools/modem/packet.hpp"
#include "tools/modem/power.hpp"
#include "tools/modem/profile.hpp"
#include "tools/modem/radio.hpp"
#include "tools/modem/schedule.hpp"
#include "tools/modem/secure.hpp"
#include "tools/modem/serial_line.hpp"
#include "tools/modem/settings.hpp"
#include "tools/modem/sim.hpp"
#include "tools/modem/sockets.hpp"
#include "tools/modem/traffic.hpp"
#include "tools/modem/transparent.hpp"
#include "tools/modem/voice.hpp"

namespace linnet::emulator {

class Modem {
 public:
  /// Its power key is pressed at `now`. `link` and `look_ups` are borrowed for as long as this lives; `heard`
  /// too, and it may be null. The link needs streams for all of the modem's, and some for closes that take
  /// their time.
  /// `internet`: what a PPP call leads into, or null; borrowed like the others.
  Modem(const Profile& which, const Settings& chosen, net::Link& link, Names& look_ups, Traffic* heard,
        Instant now, IpNetwork* internet = nullptr);
  Modem(const Modem&) = delete;
  Modem& operator=(const Modem&) = delete;

  // For whoever holds the serial line.

  /// How many bytes receive() takes now.
  std::size_t room() const noexcept { return line.room(); }
  void receive(Bytes bytes, Instant now);
  /// Runs what is due, moves what has come over the connections.
  void poll(Instant now);
  /// What has left the modem by `now`; borrowed until the next call. Then sent() with what the host's side
  /// took.
  Bytes output(Instant now) const noexcept { return line.output(now); }
  void sent(std::size_t count) noexcept { line.sent(count); }
  Instant deadline() const noexcept { return std::min(next_event(), line.output_deadline()); }
  /// The same without output(): when the host takes none, waiting for it would not end.
  Instant next_event() const noexcept;

  /// One line from the control channel; the answer, without a line's end.
  std::string control(std::string_view text, Instant now);
  /// A fault that waits for its trigger, or strikes at the next poll() if it has none.
  void add_fault(const Fault& fault);
  std::string counters_json() const;

  // For the parts of the modem.

  Instant now() const noexcept { return now_; }
  Duration uptime() const noexcept { return now_ - started_; }
  void note(std::string_view text);
  /// Payload to the host: faults that count it strike at the byte.
  void say_payload(std::string_view bytes);
  /// Payload from the host came.
  void count_up(std::size_t bytes);
  void strike(Trigger trigger, std::string_view command);
  void strike(Trigger trigger, std::uint64_t count);
  void booted();
  void connected();
  /// Whatever it hung in is over.
  void thaw() noexcept { frozen_until_ = now_; }

  /// Settings that are only kept.
  std::string_view kept(const Entry& entry) const noexcept;
  std::string_view kept(std::string_view name) const noexcept;
  void keep(const Entry& entry, std::string_view value) { kept_[std::string{entry.name}] = value; }
  void forget_settings();
  /// AT+CIPCCFG's HeaderType: "+RECEIVE,L,n" instead of "+IPDn".
  bool reports_link() const noexcept;

  const Profile& profile;
  Settings settings;
  net::Link& bearer;
  Names& names;
  Traffic* traffic;
  Counters counters;
  Schedule schedule;  // what a reset forgets
  FaultPlan faults;
  SerialLine line;
  Voice voice;
  Interpreter interpreter;
  Power power;
  Sim sim;
  Radio radio;
  Packet packet;
  Sockets sockets;
  DataMode data_mode;
  Transparent transparent;
  Call call;
  Secure secure;

  int error_mode;                        // AT+CMEE
  std::uint32_t stored_rate = 115'200;   // AT+IPREX
  std::optional<Names::Ticket> look_up;  // AT+CDNSGIP's
  std::string looked_up;

 private:
  void strike(const Fault& fault);
  void strike_later(const Fault& fault);
  void peer_goes(bool aborted);
  void run_due(Instant until);
  void finish_look_up();
  Instant next_byte() const noexcept;

  const Instant started_;
  Instant now_;
  Instant frozen_until_ = Instant::min();
  Schedule lasting_;  // what a reset does not forget
  std::map<std::string, std::string> kept_;
  std::uint64_t seen_up_ = 0;
  Instant first_connected_ = kNever;
  unsigned peers_to_close_ = 0;
  unsigned peers_to_abort_ = 0;
  bool silent_ = false;
};

}  // namespace linnet::emulator
