// SPDX-License-Identifier: Apache-2.0
// Streams over the emulator: every variant, every fault.
#include "linnet/cellular/link.hpp"

#include <gtest/gtest.h>

#include "cellular/emulated_link.hpp"

namespace linnet::cellular::test {
namespace {

using State = net::Stream::State;

std::string noise(std::size_t size, std::uint32_t seed, bool nasty = true) {
  std::string text;
  while (text.size() < size) {
    seed = seed * 1664525u + 1013904223u;
    text += static_cast<char>(seed >> 24);
    if (nasty && seed % 97 == 0) text += "\r\nAT+CPOF\r\nOK\r\n+IPCLOSE: 0,1\r\n> ";
  }
  text.resize(size);
  return text;
}

/// Sends and hears an echo of `size` bytes on a new connection, as far as that comes.
struct Echo {
  bool whole = false;
  bool right = true;  // what came was what was sent, as far as it came
  bool ended = false;
};
Echo echo(EmulatedLink& bench, std::size_t size, std::uint32_t seed, Duration most = 300s) {
  Echo result;
  bench.echoes = true;
  const auto opened = bench.link.open("gw.example.net", 8443, bench.now());
  if (!opened) return result;
  net::Stream& stream = **opened;
  const std::string sent = noise(size, seed);
  std::string_view rest = sent;
  std::string got;
  std::array<std::byte, 700> piece;
  bench.run_until(
      [&] {
        const Bytes part = as_bytes(rest.substr(0, 1000));
        if (const auto taken = stream.write({&part, 1})) rest.remove_prefix(*taken);
        while (true) {
          const auto read = stream.read(piece);
          result.ended = !read;
          if (!read || *read == 0) break;
          got += as_text(Bytes{piece}.first(*read));
        }
        return result.ended || got.size() >= size;
      },
      most);
  result.right = sent.starts_with(got);
  result.whole = got == sent;
  stream.close();
  bench.run_for(1s);
  return result;
}

TEST(ModemLink, CarriesAStreamOverEveryVariant) {
  for (const std::string_view profile : {"sim7670g", "a7670", "sim7600"}) {
    for (const std::string_view variant : {"warm=0",         "warm=1",          "tail=ok",
                                           "prompt=space",   "boot=silent",     "boot-delay=11",
                                           "sim-busy=5",     "reg=roaming",     "reg-delay=20",
                                           "creg6=1",        "late-urc=8",      "close-data=drop",
                                           "cnf-delay=300",  "open-delay=3000", "netopen-delay=2000",
                                           "rx-buffer=2000", "echo-payload=1",  "cmee=0",
                                           "cmee=2",         "first-at=lost",   "first-at=error",
                                           "chunk=1-3",      "apn=internet",    "apn=other",
                                           "inject=0.3",     "inject=1",        "need-apn=internet",
                                           "paced"}) {
      SCOPED_TRACE(std::string{profile} + " " + std::string{variant});
      EmulatedLink bench{{.apn = "internet"}, profile, {variant}};
      const Echo result = echo(bench, 20'000, 1);
      EXPECT_TRUE(result.whole);
      EXPECT_TRUE(bench.link.modem().is_up());
    }
  }
}

TEST(ModemLink, NothingIsAlteredWhateverTheFault) {
  for (const std::string_view fault :
       {"lost-prompt",  "lost-ok",  "lost-send",   "lost-result", "lost-edge",  "short-cnf",
        "zero-cnf",     "neg-cnf",  "urc-storm",   "reboot",      "net-closed", "no-service:5",
        "flap",         "stuck",    "garbage",     "peer-close",  "peer-abort", "open-fail",
        "netopen-fail", "reboot:8", "drop-down:1", "drop-down:3"}) {
    for (const std::string_view trigger :
         {"@up=5000", "@down=4000", "@cmd=+CIPSEND", "@cmd=+CIPRXGET", "@cmd=+CIPOPEN", "@cmd=+NETOPEN",
          "@cmd=+CPIN", "@cmd=+CEREG", "@open=1"}) {
      const std::string spec = std::string{fault} + std::string{trigger};
      SCOPED_TRACE(spec);
      const auto parsed = emulator::parse_fault(spec);
      ASSERT_TRUE(parsed.has_value());
      EmulatedLink bench;
      bench.emulated.modem->add_fault(*parsed);
      const Echo first = echo(bench, 10'000, 2);
      EXPECT_TRUE(first.right);
      const Echo again = echo(bench, 10'000, 3);
      const Echo third = again.whole ? again : echo(bench, 10'000, 3);
      EXPECT_TRUE(again.right && third.whole);
    }
  }
}

/// Payload as a share of what the wire could carry meanwhile, in percent.
double share(EmulatedLink& bench, net::Stream& stream, bool up, std::size_t size) {
  emulator::test::Peer& peer = *bench.emulated.internet.peers.back();
  const std::string text = noise(size, 9, false);
  std::string_view rest = text;
  std::string got;
  std::array<std::byte, 700> piece;
  const Instant start = bench.now();
  if (!up) peer.to_modem = text;
  bench.run_until([&] {
    if (up) {
      const Bytes bytes = as_bytes(rest);
      if (const auto taken = stream.write({&bytes, 1})) rest.remove_prefix(*taken);
      return peer.from_modem.size() >= size;
    }
    while (const auto read = stream.read(piece)) {
      if (*read == 0) break;
      got += as_text(Bytes{piece}.first(*read));
    }
    return got.size() >= size;
  });
  EXPECT_TRUE((up ? peer.from_modem : got) == text);
  peer.from_modem.clear();
  const auto seconds = static_cast<double>((bench.now() - start).count()) / 1e6;
  return 100.0 * static_cast<double>(size) / (seconds * 11520.0);
}

TEST(ModemLink, PayloadHasTheLineToItself) {
  for (const bool transparent : {false, true}) {
    SCOPED_TRACE(transparent ? "transparent" : "command");
    EmulatedLink bench{
        {.mode = transparent ? modem::Mode::transparent : modem::Mode::command}, "sim7670g", {"paced"}};
    bench.emulated.modem->settings.latency = 10ms;
    net::Stream* const stream = bench.connect();
    ASSERT_NE(stream, nullptr);
    const double least = transparent ? 98.0 : 88.0;
    const double up = share(bench, *stream, true, 100'000);
    const double down = share(bench, *stream, false, 100'000);
    RecordProperty("up", std::to_string(up));
    RecordProperty("down", std::to_string(down));
    EXPECT_GE(up, least);
    EXPECT_GE(down, least);
  }
}

}  // namespace
}  // namespace linnet::cellular::test
