// SPDX-License-Identifier: Apache-2.0
// Lines in, lines out.
#include "tools/modem/program/control.hpp"

#include "tools/cli/text.hpp"

namespace linnet::tools {

std::string ModemControl::listen(const std::string& endpoint) {
  if (const auto listening = listener_.listen(endpoint, &listener_); !listening) {
    return concat("--control ", endpoint, ": ", describe(listening.error().code));
  }
  return {};
}

void ModemControl::accept() {
  if (listener_.port() == 0) return;
  for (Client& client : clients_) {
    if (client.slot.get() != nullptr) continue;
    client.line.clear();
    client.answer.clear();
    if (!listener_.accept(client.slot, nullptr)) return;
  }
}

void ModemControl::turn(emulator::Modem& modem, Instant now) {
  accept();
  for (Client& client : clients_) {
    if (client.slot.get() != nullptr) serve(client, modem, now);
  }
}

void ModemControl::serve(Client& client, emulator::Modem& modem, Instant now) {
  net::Stream& stream = *client.slot.get();
  std::array<std::byte, 512> part;
  const auto got = stream.read(part);
  if (!got || client.line.size() > kLongestLine) return client.slot.reset();
  client.line += as_text(Bytes{part.data(), *got});
  for (auto end = client.line.find('\n'); end != std::string::npos; end = client.line.find('\n')) {
    std::string line = client.line.substr(0, end);
    client.line.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) client.answer += modem.control(line, now) + "\n";
  }
  if (client.answer.empty()) return;
  const Bytes answer = as_bytes(client.answer);
  const auto sent = stream.write({&answer, 1});
  if (!sent) return client.slot.reset();
  client.answer.erase(0, *sent);
  stream.want(client.answer.empty() ? net::Interest::read : net::Interest::both);
}

}  // namespace linnet::tools
