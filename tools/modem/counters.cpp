// SPDX-License-Identifier: Apache-2.0
// The counters as JSON; names are words of ours, which need no escapes.
#include "tools/modem/counters.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "tools/cli/text.hpp"

namespace linnet::emulator {

std::string Counters::json(std::uint64_t in, std::uint64_t out, std::uint64_t overruns) const {
  using Figure = std::pair<std::string_view, std::uint64_t>;
  const std::array<Figure, 25> figures{{{"wire_up", in},
                                        {"wire_down", out},
                                        {"payload_up", payload_up},
                                        {"payload_down", payload_down},
                                        {"lines", lines},
                                        {"errors", errors},
                                        {"not_heard", not_heard},
                                        {"urcs", urcs},
                                        {"urcs_injected", urcs_injected},
                                        {"edges", edges},
                                        {"prompts", prompts},
                                        {"sends", sends},
                                        {"reads", reads},
                                        {"empty_reads", empty_reads},
                                        {"opens", opens},
                                        {"open_failures", open_failures},
                                        {"calls", calls},
                                        {"packets_up", packets_up},
                                        {"packets_down", packets_down},
                                        {"peer_closes", peer_closes},
                                        {"network_losses", network_losses},
                                        {"boots", boots},
                                        {"faults", faults},
                                        {"flash_writes", flash_writes},
                                        {"overruns", overruns}}};
  std::string text = "{";
  for (const auto& [name, count] : figures) text += tools::concat("\"", name, "\":", count, ",");
  text += "\"commands\":{";
  bool first = true;
  for (const auto& [name, count] : commands) {
    text += tools::concat(first ? "" : ",", "\"", name, "\":", count);
    first = false;
  }
  return text + "}}";
}

}  // namespace linnet::emulator
