// SPDX-License-Identifier: Apache-2.0
// The faults as a table, and their grammar KIND[:ARG][@TRIGGER].
#include "tools/modem/fault.hpp"

#include <algorithm>

#include "tools/cli/text.hpp"
#include "tools/modem/number.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::array<FaultHelp, kFaultKinds> kHelp{{
    {"lost-prompt", "", 0, "the next prompt is not sent, the modem waits for the payload"},
    {"lost-ok", "", 0, "the next OK is not sent"},
    {"lost-send", "", 0, "the next +CIPSEND result is not sent, the payload is"},
    {"lost-result", "", 0, "the next +NETOPEN, +NETCLOSE, +CIPOPEN or +CIPCLOSE is not sent"},
    {"lost-edge", "", 0, "the next '+CIPRXGET: 1,L' is not sent"},
    {"short-cnf", "", 0, "the next +CIPSEND confirms half of the payload; the link cannot be used further"},
    {"zero-cnf", "", 0, "the next +CIPSEND confirms 0 bytes; the link cannot be used further"},
    {"neg-cnf", "", 0, "the next +CIPSEND says -1, and the connection is gone"},
    {"open-fail", "[:CODE]", 1, "the next AT+CIPOPEN ends with CODE (default 1)"},
    {"netopen-fail", "[:CODE]", 1, "the next AT+NETOPEN ends with CODE (default 1)"},
    {"urc-storm", "[:N]", 20, "N harmless URCs in a row (default 20)"},
    {"reboot", "[:S]", -1, "the modem restarts; banner after S seconds (default: variant boot-delay)"},
    {"net-closed", "", 0, "the network takes the data connection away (+CIPEVENT)"},
    {"no-service", "[:S]", 30, "no signal for S seconds (default 30), and the data connection goes with it"},
    {"flap", "[:S]", 2, "no signal for S seconds (default 2); connections survive it"},
    {"stuck", "[:S]", 10, "the modem stands still for S seconds (default 10)"},
    {"garbage", "[:BYTES]", 64, "so many random bytes on the line (default 64)"},
    {"drop-down", "[:BYTES]", 1, "so many of the bytes that follow do not reach the host (default 1)"},
    {"flip-down", "[:N]", 1, "the N-th byte from here on reaches the host with one bit changed (default 1)"},
    {"peer-close", "", 0, "the peer of a link closes (+IPCLOSE)"},
    {"peer-abort", "", 0, "the same, and data that was not read is lost"},
    {"silent", "", 0, "the modem never says anything again"},
}};

struct TriggerName {
  std::string_view name;
  Trigger trigger;
};
constexpr std::array<TriggerName, 7> kTriggers{{{"start", Trigger::now},
                                                {"t", Trigger::t},
                                                {"boot", Trigger::boot},
                                                {"up", Trigger::up},
                                                {"down", Trigger::down},
                                                {"cmd", Trigger::cmd},
                                                {"open", Trigger::open}}};

bool read_trigger(Fault& fault, std::string_view text) {
  const auto equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1);
  const auto* found = std::ranges::find(kTriggers, name, &TriggerName::name);
  if (found == kTriggers.end()) return false;
  fault.trigger = found->trigger;
  switch (fault.trigger) {
    case Trigger::now: return equals == std::string_view::npos;
    case Trigger::t:
    case Trigger::boot: {
      const auto seconds = parse_seconds(value);
      fault.after = seconds.value_or(Duration{});
      return seconds.has_value();
    }
    case Trigger::up:
    case Trigger::down:
    case Trigger::open: {
      const auto count = parse_number<std::uint64_t>(value);
      fault.count = count.value_or(0);
      return count.has_value();
    }
    case Trigger::cmd: {
      std::string_view command = value;
      if (command.starts_with("AT")) command.remove_prefix(2);
      if (command.starts_with("+")) command.remove_prefix(1);
      fault.command = command;
      for (char& c : fault.command) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      }
      return !fault.command.empty();
    }
  }
  return false;
}

}  // namespace

std::expected<Fault, std::string> parse_fault(std::string_view text) {
  const auto at = text.find('@');
  const std::string_view what = text.substr(0, at);
  const auto colon = what.find(':');
  const std::string_view name = what.substr(0, colon);

  const auto* found = std::ranges::find(kHelp, name, &FaultHelp::name);
  if (found == kHelp.end()) return std::unexpected{concat("there is no fault '", name, "'")};
  Fault fault{
      .kind = static_cast<FaultKind>(found - kHelp.begin()), .argument = found->standard, .command = {}};
  if (colon != std::string_view::npos) {
    const auto argument = parse_number<double>(what.substr(colon + 1));
    if (!argument || found->argument.empty() || !(*argument >= 0) || *argument > 1e9) {
      return std::unexpected{
          concat("fault ", name, found->argument, " cannot have '", what.substr(colon), "'")};
    }
    fault.argument = *argument;
  }
  if (at != std::string_view::npos && !read_trigger(fault, text.substr(at + 1))) {
    return std::unexpected{
        concat("a fault's trigger is start, t=S, boot=S, up=BYTES, down=BYTES, cmd=NAME or open=N, not '",
               text.substr(at + 1), "'")};
  }
  return fault;
}

std::span<const FaultHelp> faults() noexcept {
  return kHelp;
}

std::optional<Fault> FaultPlan::next(Trigger trigger, const std::function<bool(const Fault&)>& due) {
  const auto found =
      std::ranges::find_if(waiting_, [&](const Fault& each) { return each.trigger == trigger && due(each); });
  if (found == waiting_.end()) return {};
  Fault fault = std::move(*found);
  waiting_.erase(found);
  return fault;
}

std::optional<std::uint64_t> FaultPlan::next_count(Trigger trigger, std::uint64_t from) const noexcept {
  std::optional<std::uint64_t> least;
  for (const Fault& fault : waiting_) {
    if (fault.trigger == trigger && fault.count > from && (!least || fault.count < *least))
      least = fault.count;
  }
  return least;
}

std::optional<double> FaultPlan::use(FaultKind kind) {
  auto& armed = armed_[static_cast<std::size_t>(kind)];
  if (armed.empty()) return {};
  const double argument = armed.front();
  armed.erase(armed.begin());
  return argument;
}

}  // namespace linnet::emulator
