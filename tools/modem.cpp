// SPDX-License-Identifier: Apache-2.0
// `linnet modem`: a SIM7670G that is a program, until a signal ends it.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "port/linux/resolver.hpp"
#include "port/linux/signals.hpp"
#include "port/linux/tcp_link.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/text.hpp"
#include "tools/modem/number.hpp"
#include "tools/modem/program/control.hpp"
#include "tools/modem/program/host.hpp"
#include "tools/modem/program/internet.hpp"
#include "tools/modem/program/log.hpp"
#include "tools/modem/program/names.hpp"

namespace linnet::tools {
namespace {

// Ten links and two sessions, and twenty connections that are closing.
constexpr std::size_t kStreams = 32;

struct Wanted {
  std::string pty, listen, control, log;
  std::string profile = "sim7670g";
  std::string pace, latency;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> variants, faults;
  emulator::Settings settings;
  std::vector<emulator::Fault> plan;
};

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size() + 1, width), ' ');
  return text;
}

std::string footer() {
  std::string text = "variants\n";
  for (const emulator::VariantHelp& each : emulator::variants()) {
    text += concat("  ", padded(concat(each.name, "=", each.values), 38), each.about, "\n");
  }
  text += "\nfaults, KIND[:ARG][@TRIGGER]\n";
  for (const emulator::FaultHelp& each : emulator::faults()) {
    text += concat("  ", padded(concat(each.name, each.argument), 22), each.about, "\n");
  }
  return text +
         "triggers\n"
         "  start (default); t=S after the first connection; boot=S after the banner; up=BYTES, down=BYTES "
         "of "
         "payload;\n"
         "  cmd=NAME when that command comes; open=N at the N-th AT+CIPOPEN\n\n"
         "The first line of stdout is `modem on /dev/pts/N`. --control takes the same faults, a line each, "
         "and `help`.\n"
         "Ctrl-C and SIGTERM end it: exit status 0, and its counters as one JSON object on stderr.";
}

/// Nothing, or what is wrong with a value.
std::string judge(Wanted& wanted) {
  if (!wanted.pty.empty() && !wanted.listen.empty()) return "--pty and --listen: a modem has one line";
  emulator::Settings& settings = wanted.settings;
  if (wanted.pace == "off") {
    settings.pace = 0;
  } else if (!wanted.pace.empty()) {
    const auto pace = emulator::parse_number<std::uint32_t>(wanted.pace);
    if (!pace || *pace < 300)
      return concat("--pace ", wanted.pace, ": a speed in bits a second from 300, or off");
    settings.pace = pace;
  }
  if (!wanted.latency.empty()) {
    const auto latency = emulator::parse_milliseconds(wanted.latency);
    if (!latency) return concat("--latency ", wanted.latency, ": milliseconds");
    settings.latency = *latency;
  }
  if (wanted.seed) settings.seed = *wanted.seed;
  for (const std::string& variant : wanted.variants) {
    if (const auto set = emulator::set_variant(settings, variant); !set) return set.error();
  }
  for (const std::string& text : wanted.faults) {
    auto fault = emulator::parse_fault(text);
    if (!fault) return fault.error();
    wanted.plan.push_back(std::move(*fault));
  }
  return {};
}

void run(emulator::Modem& modem, ModemHost& host, ModemControl& control, port::linux::Poller& poller,
         const port::linux::Signals& signals) {
  while (!signals.stop_requested()) {
    const Instant now = poller.now();
    host.turn(modem, now);
    control.turn(modem, now);
    // What the host does not take would be due for ever; its readiness wakes the loop.
    poller.wait(host.is_full() ? modem.next_event() : modem.deadline());
  }
}

}  // namespace

int modem(Arguments arguments) {
  Wanted wanted;
  Options options{"modem",
                  "A SIM7670G that is a program, for any driver of AT commands. It opens real connections.",
                  footer()};
  std::vector<std::string> names;
  for (const emulator::Profile& profile : emulator::profiles()) names.emplace_back(profile.name);
  options.text("--pty", "LINK", wanted.pty, "a symbolic link to the pseudo-terminal, gone at exit")
      .text("--listen", "HOST:PORT", wanted.listen,
            "the serial line over TCP instead; the newest client has it")
      .choice("--profile", names, wanted.profile, "which modem (sim7670g)")
      .text("--pace", "BAUD|off", wanted.pace,
            "speed of the wire (what AT+IPR says); off: as fast as it goes")
      .text("--latency", "MS", wanted.latency, "of each command, a fifth more or less (5)")
      .number("--seed", "N", wanted.seed, 0, UINT64_MAX, "of everything that looks random (1)")
      .list("--variant", "NAME=VALUE", wanted.variants, "how this modem differs; may be repeated")
      .list("--fault", "SPEC", wanted.faults, "what goes wrong, and when; may be repeated")
      .text("--control", "HOST:PORT", wanted.control, "takes faults and more while it runs, a line each")
      .text("--log", "FILE", wanted.log, "writes the AT traffic, readable");
  if (const auto status = options.parse(arguments)) return *status;
  if (const std::string wrong = judge(wanted); !wrong.empty()) return options.misused(wrong);

  port::linux::Poller poller;
  const port::linux::Signals signals{poller};
  port::linux::Resolver resolver{poller};
  port::linux::TcpLink link{poller, resolver, kStreams};
  ModemNames look_ups{resolver};
  ModemLog traffic;
  if (!wanted.log.empty() && !traffic.open(wanted.log, poller.now())) {
    return options.misused(concat("--log ", wanted.log, ": ", std::strerror(errno)));
  }
  Internet internet{poller};
  ModemHost host{poller};
  ModemControl control{poller};
  std::string wrong = wanted.listen.empty() ? host.open_pty(wanted.pty) : host.listen(wanted.listen);
  if (wrong.empty() && !wanted.control.empty()) wrong = control.listen(wanted.control);
  if (!wrong.empty()) {
    log::error(wrong);
    return kFailed;
  }
  if (control.port() != 0) log::info("control on port ", control.port());

  emulator::Modem modem{*emulator::find_profile(wanted.profile), wanted.settings, link,     look_ups,
                        wanted.log.empty() ? nullptr : &traffic, poller.now(),    &internet};
  for (const emulator::Fault& fault : wanted.plan) modem.add_fault(fault);
  std::printf("modem on %s\n", host.where().c_str());
  std::fflush(stdout);
  run(modem, host, control, poller, signals);
  std::fprintf(stderr, "%s\n", modem.counters_json().c_str());
  return kDone;
}

}  // namespace linnet::tools
