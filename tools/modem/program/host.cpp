// SPDX-License-Identifier: Apache-2.0
// Bytes between the modem and whoever holds its line.
#include "tools/modem/program/host.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "port/bsd/address.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

/// An old link may be replaced, a file never.
std::string make_link(const std::string& target, const std::string& link) {
  struct stat about{};
  if (::lstat(link.c_str(), &about) == 0) {
    if (!S_ISLNK(about.st_mode)) return concat("--pty ", link, ": there is a file of that name");
    ::unlink(link.c_str());
  }
  if (::symlink(target.c_str(), link.c_str()) == 0) return {};
  return concat("--pty ", link, ": ", std::strerror(errno));
}

}  // namespace

ModemHost::~ModemHost() {
  if (!link_.empty()) ::unlink(link_.c_str());
}

std::string ModemHost::open_pty(const std::string& link) {
  if (const auto opened = pty_.open(); !opened) {
    return concat("no pseudo-terminal: ", describe(opened.error().code), "; is /dev/pts mounted?");
  }
  where_ = pty_.path();
  if (link.empty()) return {};
  std::string wrong = make_link(where_, link);
  if (wrong.empty()) link_ = link;
  return wrong;
}

std::string ModemHost::listen(const std::string& endpoint) {
  if (const auto listening = listener_.listen(endpoint, &listener_); !listening) {
    return concat("--listen ", endpoint, ": ", describe(listening.error().code));
  }
  const auto parsed = port::parse_endpoint(endpoint);
  const std::string host{parsed ? parsed->host : std::string_view{}};
  where_ = concat(host.find(':') == std::string::npos ? host : concat("[", host, "]"), ":", listener_.port());
  return {};
}

net::Stream* ModemHost::stream() noexcept {
  return where_.starts_with('/') ? &pty_ : client_.get();
}

/// The newest client has the line: one that reconnects must not wait for its own old connection to be missed.
void ModemHost::accept() {
  if (listener_.port() == 0) return;
  while (listener_.accept(client_, nullptr)) {
  }
}

void ModemHost::turn(emulator::Modem& modem, Instant now) {
  accept();
  if (modem.settings.checks_baud && pty_.state() == net::Stream::State::open) {
    modem.line.set_host_rate(pty_.host_baud());
  }
  if (net::Stream* const line = stream(); line != nullptr) from_host(*line, modem, now);
  modem.poll(now);
  to_host(stream(), modem, now);
}

void ModemHost::from_host(net::Stream& line, emulator::Modem& modem, Instant now) {
  std::array<std::byte, 4096> part;
  while (const std::size_t room = std::min(part.size(), modem.room())) {
    const auto got = line.read({part.data(), room});
    if (!got) {
      client_.reset();  // a pty's other end is never gone: we hold it
      return;
    }
    if (*got == 0) return;
    modem.receive({part.data(), *got}, now);
  }
}

void ModemHost::to_host(net::Stream* line, emulator::Modem& modem, Instant now) {
  full_ = false;
  for (Bytes part = modem.output(now); !part.empty(); part = modem.output(now)) {
    // A UART sends whether somebody listens or not.
    const auto sent = line != nullptr ? line->write({&part, 1}) : Result<std::size_t>{part.size()};
    if (!sent) {
      client_.reset();
      return;
    }
    modem.sent(*sent);
    if (*sent < part.size()) {
      full_ = true;
      break;
    }
  }
  if (line == nullptr) return;
  const auto reading = modem.room() > 0 ? net::Interest::read : net::Interest::none;
  line->want(full_ ? reading | net::Interest::write : reading);
}

}  // namespace linnet::tools
