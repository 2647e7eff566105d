// SPDX-License-Identifier: Apache-2.0
#include "tools/client/session_report.hpp"

#include "linnet/modem/event.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

/// "3 attempts", "1 attempt".
std::string counted(std::uint64_t count, std::string_view what, std::string_view plural = "s") {
  return concat(count, " ", what, count == 1 ? std::string_view{} : plural);
}

/// Behind what is in the line already, unless it never happened.
void add(std::string& line, std::uint64_t count, std::string_view what, std::string_view plural = "s") {
  if (count == 0) return;
  if (!line.empty()) line += ", ";
  line += counted(count, what, plural);
}

std::string connections(const session::Stats& stats) {
  std::string line = counted(stats.attempts, "attempt");
  line += concat(", ", counted(stats.connects, "connection"));
  add(line, stats.link_changes, "change", "s of link");
  if (stats.link_changes == 1) line += " of link";
  add(line, stats.probes, "look", "s at a preferred link");
  if (stats.probes == 1) line += " at a preferred link";
  for (std::size_t rung = 0; rung < stats.recoveries.size(); ++rung)
    add(line, stats.recoveries[rung], concat("times the rung ", rung_name(rung)), "");
  return line;
}

std::string ends(const session::Stats& stats) {
  std::string line;
  for (std::size_t i = 0; i < session::kCauses; ++i) {
    const auto cause = static_cast<session::Cause>(i);
    add(line, stats.count(cause), cause == session::Cause::none ? "in good order" : describe(cause), "");
  }
  return line.empty() ? line : concat("ended: ", line);
}

std::string traffic(const session::Stats& stats) {
  std::string line = concat(counted(stats.bytes_in, "byte"), " in, ", stats.bytes_out, " out; ",
                            counted(stats.messages_in, "message"), " in, ", stats.messages_out, " out");
  add(line, stats.outbox.retransmitted, "sent again", "");
  add(line, stats.outbox.declined, "found no room", "");
  add(line, stats.backlog.messages, "still waiting", "");
  return line;
}

std::string times(const session::Stats& stats) {
  std::string line;
  if (stats.round_trip > 0s)
    line = concat("round trip ", in_seconds(stats.round_trip), ", smoothed ",
                  in_seconds(stats.smoothed_round_trip), "; ");
  return concat(line, "the last connection took ", in_seconds(stats.last_connect));
}

std::string secured(const session::Stats& stats) {
  return concat("TLS: ", counted(stats.tls_handshakes, "handshake"), ", ", stats.tls_resumed,
                " resumed, the last of ", counted(stats.tls_handshake_bytes, "byte"));
}

}  // namespace

std::string_view rung_name(std::size_t rung) noexcept {
  switch (static_cast<modem::Rung>(rung + 1)) {
    case modem::Rung::none: break;
    case modem::Rung::network: return "network";
    case modem::Rung::attachment: return "attachment";
    case modem::Rung::radio: return "radio";
    case modem::Rung::reset: return "reset";
    case modem::Rung::power: return "power";
  }
  return "other";
}

std::vector<std::string> describe(const session::Stats& stats) {
  std::vector<std::string> lines{connections(stats)};
  if (std::string ended = ends(stats); !ended.empty()) lines.push_back(std::move(ended));
  if (stats.connects == 0) return lines;
  lines.push_back(traffic(stats));
  lines.push_back(times(stats));
  if (stats.tls_handshakes != 0) lines.push_back(secured(stats));
  if (stats.least_free_heap)
    lines.push_back(concat("least free heap: ", counted(*stats.least_free_heap, "byte")));
  if (stats.least_free_stack)
    lines.push_back(concat("least free stack: ", counted(*stats.least_free_stack, "byte")));
  return lines;
}

void report(const session::Stats& stats) {
  for (const std::string& line : describe(stats)) log::info("in all: ", line);
}

}  // namespace linnet::tools
