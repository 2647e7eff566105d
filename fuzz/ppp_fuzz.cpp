// SPDX-License-Identifier: Apache-2.0
// The emulated modem's end of a PPP call. The first byte chooses the state that it begins in; the rest is
// what the host sends, a 0xff 0xNN in it being NN / 4 seconds that pass. Properties: it ends or is open when
// all of it was said, within bounded time and output; packets are no larger than a frame; what it says are
// whole frames.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tools/modem/ppp/session.hpp"

namespace {

using namespace linnet;
using emulator::ppp::Session;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_frames(const std::string& said) {
  emulator::ppp::FrameReader reader;
  reader.set_async_map(0);
  for (const char c : said) reader.receive(static_cast<std::byte>(c));
  check(reader.counters().damaged == 0 && reader.counters().too_long == 0);
  check(said.empty() || said.back() == '~');
}

void advance(Session& session, Instant& now, Duration duration) {
  const Instant until = now + duration;
  int turns = 0;
  while (session.deadline() <= until) {
    check(++turns < 1000);
    now = std::max(now, session.deadline());
    session.poll(now);
  }
  now = until;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Session::Config config{
      .addresses = {0x0a410002, 0x0a000202, 0x0a000203}, .magic = 0x1234, .credentials = {}};
  if ((data[0] & 1) != 0) config.credentials = emulator::ppp::Credentials{"user", "password"};
  Session session{config};
  Instant now{1s};
  if ((data[0] & 2) != 0)
    session.be_up();
  else
    session.begin(now);
  for (std::size_t at = 1; at < size; ++at) {
    if (data[at] == 0xff && at + 1 < size && data[at + 1] != 3) {
      advance(session, now, std::chrono::milliseconds{data[++at] * 250});
      continue;
    }
    const Bytes packet = session.receive(static_cast<std::byte>(data[at]), now);
    check(packet.size() <= emulator::ppp::kMru);
    if (!packet.empty()) session.send(packet);
    const std::string said = session.take_output();
    check(said.size() <= 20'000);
    check_frames(said);
  }
  advance(session, now, 1000s);
  check(session.phase() == Session::Phase::dead || session.phase() == Session::Phase::network);
  check(session.take_output().size() <= 20'000);
  return 0;
}
