// SPDX-License-Identifier: Apache-2.0
// What goes wrong, and when: "lost-prompt@cmd=CIPSEND", "reboot:5@up=20000". A fault strikes once; several of
// the same kind are several strikes.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/time.hpp"

namespace linnet::emulator {

enum class FaultKind : std::uint8_t {
  // These wait for the next occasion after they struck.
  lost_prompt,
  lost_ok,
  lost_send,
  lost_result,
  lost_edge,
  short_cnf,
  zero_cnf,
  neg_cnf,
  open_fail,
  netopen_fail,
  // These strike on the spot.
  urc_storm,
  reboot,
  net_closed,
  no_service,
  flap,
  stuck,
  garbage,
  drop_down,
  flip_down,
  peer_close,
  peer_abort,
  silent,
};
inline constexpr std::size_t kFaultKinds = 22;

enum class Trigger : std::uint8_t {
  now,   // none given: when it is told
  t,     // so long after the first connection
  boot,  // so long after the banner
  up,    // when so many bytes of payload have come from the host
  down,  // when so many bytes of payload have gone to it
  cmd,   // when this command comes
  open,  // at the n-th AT+CIPOPEN
};

struct Fault {
  FaultKind kind{};
  double argument = 0;  // seconds, bytes, a count or a code; the kind's default when none is given
  Trigger trigger = Trigger::now;
  Duration after{};         // t, boot
  std::uint64_t count = 0;  // up, down, open
  std::string command;      // cmd: its name without "AT+"
};

/// Else what is wrong, in words.
std::expected<Fault, std::string> parse_fault(std::string_view text);

struct FaultHelp {
  std::string_view name;
  std::string_view argument;  // "[:S]"
  double standard;            // the argument when none is given
  std::string_view about;
};
std::span<const FaultHelp> faults() noexcept;  // in the order of FaultKind

/// The faults that wait for their trigger, and those that struck and wait for their occasion.
class FaultPlan {
 public:
  void add(Fault fault) { waiting_.push_back(std::move(fault)); }

  /// Takes out the first fault that `trigger` fits and for which `due` holds.
  std::optional<Fault> next(Trigger trigger, const std::function<bool(const Fault&)>& due);

  /// The least count above `from` that a fault of this trigger waits for; nothing: none.
  std::optional<std::uint64_t> next_count(Trigger trigger, std::uint64_t from) const noexcept;

  void arm(const Fault& fault) { armed_[static_cast<std::size_t>(fault.kind)].push_back(fault.argument); }

  /// The argument of an armed fault of this kind, which is used up.
  std::optional<double> use(FaultKind kind);

 private:
  std::vector<Fault> waiting_;
  std::array<std::vector<double>, kFaultKinds> armed_;
};

}  // namespace linnet::emulator
